"""A scroll area that an assistive tool may ask for anything, and that needs no mouse."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QScrollArea,  # noqa: TID251 - made fit for use here
    QScrollBar,
    QWidget,
)

_TURNS: dict[int, QScrollBar.SliderAction] = {
    Qt.Key.Key_PageUp: QScrollBar.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QScrollBar.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QScrollBar.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QScrollBar.SliderAction.SliderToMaximum,
}


class ScrollArea(QScrollArea):
    """What is in it is as wide as it is; ``sideways``: it may be wider.

    To assistive tools Qt shows the scroll bars as children, as long as they are visible, and does not look whether the
    number of a child that is asked for is still there: a tool that comes a moment too late would end the program. So
    they are put where Qt does not count them, and the only child is what scrolls.
    """

    def __init__(self, parent: QWidget | None = None, *, sideways: bool = False) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if not sideways:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            container = bar.parentWidget()
            layout = container.layout() if container is not None else None
            if layout is not None:
                between = QWidget()
                inside = QHBoxLayout(between)
                inside.setContentsMargins(0, 0, 0, 0)
                inside.addWidget(bar)
                layout.addWidget(between)
        app = QApplication.instance()
        assert isinstance(app, QApplication), "widgets need one"
        app.focusChanged.connect(self._follow)

    def turn(self, event: QKeyEvent) -> bool:
        """Turns the page where the key is one that does, and nothing else had a use for it; tells whether it was."""
        action = _TURNS.get(event.key())
        if action is None:
            return False
        self.verticalScrollBar().triggerAction(action)
        event.accept()
        return True

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """What the keyboard comes to is seen, also from outside, which Qt leaves out. What the mouse presses stays
        under it, and what has the keyboard when the person comes back to the window may be out of sight.
        """
        if before is None or now is None or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        if now is not self and self.isAncestorOf(now):  # of itself it is one, too
            self.come_to(now)

    def come_to(self, widget: QWidget) -> None:
        """The keyboard came to ``widget``."""
        if widget.height() <= self.viewport().height():
            self.ensureWidgetVisible(widget)
