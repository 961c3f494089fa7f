"""The eye at the end of a field that shows dots."""

from typing import Literal

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.secretfield import SecretField


def accents_in(image: QImage) -> int:
    """Points of a focus ring."""
    accent = theme().tokens.accent
    return sum(image.pixelColor(x, y) == accent for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_sees_when_the_keyboard_is_at_the_eye(qtbot: QtBot, scheme: Literal["light", "dark"]) -> None:
    before = theme().preference
    theme().set_preference(scheme)
    window = QWidget()
    qtbot.addWidget(window)
    field, other = SecretField("Auth Token"), SecretField("ngrok token")
    column = QVBoxLayout(window)
    column.addWidget(field)
    column.addWidget(other)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    eye = field.findChild(QToolButton)
    assert isinstance(eye, QToolButton)
    other.setFocus()
    try:
        assert accents_in(field.grab().toImage()) == 0
        eye.setFocus()
        ring = eye.geometry().adjusted(-4, -8, 8, 8)
        assert accents_in(field.grab(ring).toImage()) > 50
        other.setFocus()
        assert accents_in(field.grab().toImage()) == 0
    finally:
        theme().set_preference(before)
