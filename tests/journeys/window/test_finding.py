"""Names, search and filters."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import messages
from sms_desktop.store.messages import PastMessage
from tests.journeys.window.seat import Seat, demo

ROB, STRANGER = "+14155550124", "+14155550132"


async def years_with_rob(seat: Seat) -> None:
    """A thousand messages, the first of which is the only one of a walnut sideboard."""
    at = datetime.now(UTC) - timedelta(days=900)
    words = ["Do you restore a walnut sideboard?", *(f"Number {n} of many" for n in range(999))]
    past = [
        PastMessage(f"{n:032x}", SHOP, ROB, Direction.INBOUND, body, Status.RECEIVED, at + timedelta(hours=12 * n))
        for n, body in enumerate(words)
    ]
    await seat.session.engine.store.do(lambda tx: messages.add_history(tx, past))


async def test_a_message_of_long_ago_is_found_and_shown_in_its_place(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await years_with_rob(seat)
        await seat.open("Maya Chen")
        seat.control(Qt.Key.Key_K)
        assert seat.named("Search", QLineEdit).hasFocus()
        seat.fill("Search", "walnut side")
        hits = await seat.until(
            lambda: [row for row in seat.spoken("Search results") if "walnut" in row], "the hit is listed"
        )
        assert len(hits) == 1
        seat.key(Qt.Key.Key_Return)
        await seat.opened("Rob Baines")
        found = await seat.until(lambda: seat.sees("Do you restore a walnut sideboard?"), "it is in the timeline")
        assert seat.in_view(found)
        assert seat.sees("Number 3 of many") is not None
        assert seat.sees("Number 998 of many") is None
        seat.key(Qt.Key.Key_Escape)
        await seat.until(lambda: seat.named("Conversations", QAbstractItemView).isVisible(), "the list is back")


async def test_a_search_without_hits_says_so(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        seat.control(Qt.Key.Key_K)
        seat.fill("Search", "zebra crossing")
        await seat.until(lambda: seat.says("Nothing found for “zebra crossing”."), "nothing is said to be found")


async def test_a_new_name_in_the_details_is_the_lists_and_the_searchs(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("(415) 555-0132")
        seat.control(Qt.Key.Key_I)
        await seat.until(lambda: seat.offers("Change name"), "the details are shown")
        seat.press("Change name")
        seat.fill("Name", "Ines  Ortega ")
        seat.key(Qt.Key.Key_Return)
        await seat.until(lambda: "Ines Ortega" in seat.people, "the list has the name")
        await seat.opened("Ines Ortega")
        assert seat.people["Ines Ortega"].peer == STRANGER
        seat.control(Qt.Key.Key_K)
        seat.fill("Search", "ortega")
        await seat.until(
            lambda: any(row.startswith("Ines Ortega") for row in seat.spoken("Search results")), "she is found by it"
        )


async def test_filters_show_what_their_word_says(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        everybody = list(seat.people)
        await seat.until(lambda: seat.button("Failed"), "the filters are there")
        seat.press("Unread")
        await seat.until(lambda: set(seat.people) == {"Dan Kessler", "(415) 555-0132"}, "the unread are shown")
        await seat.open("Dan Kessler")
        await seat.until(lambda: seat.people["Dan Kessler"].unread == 0, "Dan is read")
        assert "Dan Kessler" in seat.people  # the open one stays under one's hands
        seat.press("Failed")
        await seat.until(lambda: list(seat.people) == ["Harbor Dental"], "the failed are shown")
        seat.press("Unread")
        await seat.until(lambda: list(seat.people) == ["(415) 555-0132"], "Dan has gone")
        await seat.phone(ROB).text(SHOP, "Anybody in?")
        await seat.until(lambda: list(seat.people) == ["Rob Baines", "(415) 555-0132"], "Rob has joined them")
        seat.press("All")
        await seat.until(lambda: set(seat.people) == set(everybody), "everybody is shown")
