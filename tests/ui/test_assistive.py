"""What a screen reader may ask for, at any moment."""

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.ui.widgets.scrollarea import ScrollArea


def test_a_scroll_area_has_one_child_whatever_becomes_of_its_bar(qtbot: QtBot) -> None:
    area, inside = ScrollArea(), QWidget()
    qtbot.addWidget(area)
    area.setWidget(inside)
    area.resize(300, 200)
    area.show()
    told = QAccessible.queryAccessibleInterface(area)
    for height, scrolls in ((20, False), (2000, True), (20, False)):
        inside.setMinimumHeight(height)
        qtbot.waitUntil(lambda scrolls=scrolls: area.verticalScrollBar().isVisible() is scrolls)  # type: ignore[misc]
        assert (told.childCount(), told.child(0).object()) == (1, area.viewport())
    inside.setMinimumHeight(2000)
    qtbot.waitUntil(area.verticalScrollBar().isVisible)
    assert area.viewport().width() < area.width()
    assert area.verticalScrollBar().height() == area.viewport().height()
    area.hide()
    assert told.childCount() == 1
