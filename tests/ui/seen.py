"""What can be seen of parts that the app itself never asks."""

from sms_desktop.ui.widgets.field import Field
from sms_desktop.ui.window import MainWindow


def complaint(field: Field) -> str:
    """What is said to be wrong with what it holds, or ""."""
    return field.edit.accessibleDescription() if field.edit.property("wrong") == "true" else ""


def shows_conversation(window: MainWindow) -> bool:
    """Whether the open conversation can be seen: it is not behind another page, nor is it the list's turn."""
    return window._center.currentWidget() is window._conversation and window._center.isVisible()
