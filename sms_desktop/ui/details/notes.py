"""The notes field: plain text that grows with what is written."""

from PySide6.QtWidgets import QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.growing import GrowingEdit


class NotesEdit(GrowingEdit):
    """Looks like text until it has the focus."""

    most_lines = 12

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setProperty("role", "")
        self.setAccessibleName("Notes")
        self.setPlaceholderText("Add a note")
        self.setStyleSheet(
            f"QTextEdit {{ font-size: {theme().font('secondary').pixelSize()}px; border-color: transparent;"
            " background: transparent } QTextEdit:hover { background: palette(alternate-base) }"
            " QTextEdit:focus { border-color: palette(highlight); background: transparent }"
        )
        self._fit()
