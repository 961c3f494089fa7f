"""Questions and notices that must be seen. Never ``exec()``: a nested loop would enter a running coroutine."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from sms_desktop.ui.widgets.answer import answer_in


def tell(parent: QWidget, title: str, text: str) -> QMessageBox:
    """Says something that a banner cannot; returns at once."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, QMessageBox.StandardButton.Ok, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("")
    box.open()
    return box


async def ask(parent: QWidget, title: str, text: str, yes: str, no: str = "Cancel") -> bool:
    """True when the person presses ``yes``; Esc and closing are ``no``."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setEscapeButton(refuse)
    box.setDefaultButton(accept)
    return await answer_in(box, lambda _: box.clickedButton() is accept)
