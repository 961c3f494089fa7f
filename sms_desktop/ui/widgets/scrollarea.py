"""A scroll area that an assistive tool may ask for anything."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget  # noqa: TID251 - made fit for use here


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
