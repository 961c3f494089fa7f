"""What a setting is now, what it will be, and two buttons: agree, or leave it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from sms_desktop.ui.widgets.agreement import Agreement
from sms_desktop.ui.widgets.wrapped import WrappedLabel


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
        for setting in settings:
            self.column.addLayout(self._pair(setting))
            if setting.note:
                self.column.addWidget(WrappedLabel(setting.note, role="meta"))
        self.yes.clicked.connect(self._agree)
        self.finish()
        self.say(trouble)

    def _agree(self) -> None:
        self.enable(False)
        self.agreed.emit()

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
