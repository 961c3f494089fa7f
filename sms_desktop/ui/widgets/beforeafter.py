"""What a setting is now, what it will be, and two buttons: agree, or leave it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.wrapped import WrappedLabel


@dataclass(frozen=True, slots=True)
class Setting:
    """``name`` whose setting it is, ``before`` and ``after`` its values, ``note`` what else is to be known."""

    name: str
    before: str
    after: str
    note: str = ""


class BeforeAfter(QFrame):
    """Answered once, until ``say`` shows what went wrong."""

    agreed = Signal()
    refused = Signal()

    def __init__(
        self, settings: Sequence[Setting], yes: str, no: str, trouble: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        for setting in settings:
            column.addLayout(self._pair(setting))
            if setting.note:
                column.addWidget(WrappedLabel(setting.note, role="meta"))
        self.trouble = WrappedLabel(trouble, role="bad")
        if not trouble:
            self.trouble.hide()
        column.addWidget(self.trouble)
        self.yes, self.no = QPushButton(yes), QPushButton(no)
        self.yes.setProperty("role", "primary")
        for button in (self.yes, self.no):
            button.setAutoDefault(False)  # in a dialog, Enter in a field is not to agree
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self._refuse)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        row.addStretch(1)
        column.addLayout(row)

    def _pair(self, setting: Setting) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (word, value) in enumerate(((f"{setting.name} now", setting.before), ("will be", setting.after))):
            name = QLabel(word)
            name.setProperty("role", "muted")
            shown = WrappedLabel(value, role="secondary")
            shown.setAccessibleName(f"{word} {value}")
            grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, place, 1)
        return grid

    def say(self, trouble: str) -> None:
        """What could not be done; the buttons can be pressed again."""
        self.trouble.setText(trouble)
        if not trouble:
            self.trouble.hide()
        self._enable(True)

    def _agree(self) -> None:
        self._enable(False)
        self.agreed.emit()

    def _refuse(self) -> None:
        self._enable(False)
        self.refused.emit()

    def _enable(self, on: bool) -> None:
        self.yes.setEnabled(on)
        self.no.setEnabled(on)
