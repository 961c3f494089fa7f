"""What a setting is now, what it will be, and two buttons: agree, or leave it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from sms_desktop.ui.widgets.agreement import Agreement
from sms_desktop.ui.widgets.wrapped import WrappedLabel

BETWEEN = 6
"""Pixels that two settings lie further apart than their own rows, beside the spacing."""


@dataclass(frozen=True, slots=True)
class Setting:
    """``name`` whose setting it is, ``before`` and ``after`` its values, ``note`` what else is to be known."""

    name: str
    before: str
    after: str
    note: str = ""


class BeforeAfter(Agreement):
    """What is set now, and what it will be."""

    agreed = Signal()

    def __init__(
        self, settings: Sequence[Setting], yes: str, no: str, trouble: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(yes, no, parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        for setting in settings:
            self._add(setting)
        self.column.addLayout(self._grid)
        self.yes.clicked.connect(self._agree)
        self.finish()
        self.say(trouble)

    def _agree(self) -> None:
        self.enable(False)
        self.agreed.emit()

    def _add(self, setting: Setting) -> None:
        grid, row = self._grid, self._grid.rowCount()
        if grid.count():
            grid.setRowMinimumHeight(row, BETWEEN)
            row += 1
        for place, (word, value) in enumerate(((f"{setting.name} now", setting.before), ("will be", setting.after))):
            name = QLabel(word)
            name.setProperty("role", "muted")
            shown = WrappedLabel(value, role="secondary")
            shown.setAccessibleName(f"{word} {value}")
            grid.addWidget(name, row + place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, row + place, 1)
        if setting.note:
            grid.addWidget(WrappedLabel(setting.note, role="meta"), row + 2, 0, 1, 2)
