"""The steps of a guide, at its side."""

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sms_desktop.ui.setup.steps import NARROW, WIDE, StepButton
from sms_desktop.ui.widgets.plain import words


class Rail(QWidget):
    """``chosen`` carries the place of the step that was pressed."""

    chosen = Signal(int)

    def __init__(self, title: str, subtitle: str, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Steps")
        self._title, self._subtitle = words(title, "title"), words(subtitle, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 28, 16, 16)
        column.setSpacing(4)
        for label in (self._title, self._subtitle):
            label.setContentsMargins(6, 0, 6, 0)
            column.addWidget(label)
        column.addSpacing(10)
        self.buttons: list[StepButton] = []
        for place, name in enumerate(names):
            button = StepButton(place + 1, name, len(names))
            button.clicked.connect(partial(self._choose, place))
            self.buttons.append(button)
            column.addWidget(button)
        column.addStretch(1)
        self._current = 0
        self.set_narrow(False)

    def show_step(self, current: int, reached: int, done: Sequence[bool], wrong: Collection[int] = ()) -> None:
        """``done``: whose fields are filled in rightly; those up to ``reached`` can be gone to. ``wrong``: the places
        where something that was rejected still stands.
        """
        self._current = current
        for place, button in enumerate(self.buttons):
            button.show_state(
                current=place == current,
                done=place < reached and done[place],
                reachable=place <= reached,
                wrong=place in wrong,
            )

    def set_narrow(self, narrow: bool) -> None:
        """Leaves the words away."""
        self.setFixedWidth(NARROW if narrow else WIDE)
        self._title.setVisible(not narrow)
        self._subtitle.setVisible(not narrow and bool(self._subtitle.text()))
        for button in self.buttons:
            button.bare = narrow
            button.update()

    def _choose(self, place: int, checked: bool = False) -> None:
        if place != self._current:
            self.chosen.emit(place)
