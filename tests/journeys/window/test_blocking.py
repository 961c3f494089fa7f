"""Who is not to be heard of any more: blocked by the menu, found under its filter, and let in again."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from sms_desktop.demo import SHOP
from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.message import Status
from tests.journeys.window.seat import Seat, demo

ROB = "+14155550124"


def shown_menu() -> QMenu | None:
    """The one that is open."""
    shown = QApplication.activePopupWidget()
    return shown if isinstance(shown, QMenu) else None


async def choose(seat: Seat, words: str) -> None:
    """By the keyboard, from the menu of the row that is marked."""
    view = seat.rows_of("Conversations")
    view.setFocus()
    at = view.visualRect(view.currentIndex()).center()
    keyboard = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(view, QContextMenuEvent(keyboard, at, view.mapToGlobal(at)))
    menu = await seat.until(shown_menu, "the row has a menu")
    entries = [action for action in menu.actions() if action.isEnabled() and not action.isSeparator()]
    for _ in range(1 + [action.text() for action in entries].index(words)):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)


async def show(seat: Seat, chosen: Filter) -> None:
    filters = seat.session.desk._column.conversations.filters
    if chosen in filters.chips:
        filters.chips[chosen].click()
    else:
        next(action for action in filters.menu.actions() if action.data() == chosen).trigger()
    await seat.until(lambda: seat.session.desk._column.conversations.model.filter is chosen, f"{chosen} is shown")


@pytest.mark.parametrize("lift", ["card", "menu"])
async def test_who_is_blocked_is_not_written_to_nor_counted_and_loses_nothing(tmp_path: Path, lift: str) -> None:
    async with demo(tmp_path) as seat:
        unread = (await seat.services.conversations.counts()).unread
        await seat.open("Rob Baines")
        seat.type("Half a")
        await choose(seat, "Block")
        await seat.until(lambda: not seat.can_write, "the composer is locked at once")
        assert seat.says("You blocked this number. Unblock it to write again.")
        assert seat.window.windowTitle().startswith("Rob Baines")
        await seat.until(lambda: "Rob Baines" not in seat.people, "the list is without him")

        await seat.open("Maya Chen")
        await seat.phone(ROB).text(SHOP, "Can you hear me?")
        await show(seat, Filter.BLOCKED)
        await seat.until(lambda: list(seat.people) == ["Rob Baines"], "he stands under Blocked")
        row = "Rob Baines, 1 unread, blocked, "
        await seat.until(lambda: seat.spoken("Conversations")[0].startswith(row), "what he writes is here")
        assert (await seat.services.conversations.counts()).unread == unread

        await seat.open("Rob Baines")
        await seat.until(lambda: seat.sees("Can you hear me?"), "it can be read")
        assert not seat.can_write
        if lift == "menu":
            await choose(seat, "Unblock")
        else:
            seat.press("Unblock")
        await seat.until(lambda: seat.can_write, "he can be written to again")
        assert seat.editor.toPlainText() == "Half a"
        await seat.told("Nobody is blocked.")
        await show(seat, Filter.ALL)
        await seat.until(lambda: next(iter(seat.people)) == "Rob Baines", "he is back in the list")
        await seat.reaches(await seat.send(" minute"), Status.DELIVERED)
        assert seat.got(ROB)[-1:] == ["Half a minute"]
