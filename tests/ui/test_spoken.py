"""Small widgets: what they say, and the room that they take."""

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.ui.widgets.banner import Banner
from sms_desktop.ui.widgets.flow import FlowLayout


def test_a_banner_is_read_without_its_markup(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_text("bad", "<b>Offline.</b> ngrok&#x27;s program ended &amp; comes back.", rich=True)
    assert banner.accessibleName() == "Offline. ngrok's program ended & comes back."
    banner.show_text("bad", "<b>Bold & Sons</b> was removed.")
    assert banner.accessibleName() == "<b>Bold & Sons</b> was removed."


def test_what_is_hidden_leaves_no_gap_in_a_row(qtbot: QtBot) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    row = FlowLayout(room, spacing=12)
    first, second = QPushButton("First"), QPushButton("Second")
    row.addWidget(first)
    row.addWidget(second)
    room.resize(400, 60)
    room.show()
    assert second.x() > first.width()
    first.hide()
    qtbot.waitUntil(lambda: second.x() == 0)
