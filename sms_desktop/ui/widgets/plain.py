"""Plain text that wraps."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from sms_desktop.ui.widgets.edge import leading_edge


def words(text: str, role: str) -> QLabel:
    """A label of as many lines as it takes, in the colour of ``role``."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setAlignment(leading_edge())
    return label
