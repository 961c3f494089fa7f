"""Buttons that only a click or their own Enter presses, and rows of them."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget


def buttons(*widgets: QWidget) -> QHBoxLayout:
    """Side by side, from the reading side on."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def button(text: str, role: str = "") -> QPushButton:
    """One that Enter in a field does not press."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    if role:
        made.setProperty("role", role)
    return made
