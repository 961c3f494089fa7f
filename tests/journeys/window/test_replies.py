"""Automatic replies through the window: written, tried, played on the phone, seen with their status, held back."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QTextEdit

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Status
from tests.journeys.window.hands import Hands
from tests.journeys.window.seat import Seat, demo

CUSTOMER = "+14155550132"


async def dialog(seat: Seat) -> Hands:
    """The dialog that was asked for."""
    found = await seat.until(QApplication.activeModalWidget, "a dialog is open")
    assert isinstance(found, QDialog)
    return Hands(found)


def line_begins(seat: Seat, words: str) -> bool:
    return any(row.startswith(words) for row in seat.spoken("Messages"))


async def test_a_rule_is_written_answers_the_phone_and_is_held_back_the_second_time(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.until(seat.services.lines.known, "the lines are known")
        seat.session.desk.open_preferences("replies")
        preferences = await dialog(seat)
        await preferences.click("Write my own")
        preferences.fill("Name", "Parking")
        preferences.fill("Words", "park, parking")
        text = preferences.named("Reply", QTextEdit)
        text.setFocus()
        QTest.keyClicks(text, "Behind the house.")
        preferences.walk_to("Save rule")
        preferences.key(Qt.Key.Key_Return)
        await preferences.told("When a text contains “park” or “parking”")

        preferences.fill("A text as a customer would write it", "Where can I park?")
        await preferences.told("“Parking” answers.")
        preferences.named("From", QComboBox).setEditText("(415) 555-0132")
        await preferences.click("Play it on the phone")
        await seat.opened("(415) 555-0132")
        reply = await seat.until(lambda: seat.sees("Behind the house."), "the reply is in the timeline")
        await seat.reaches(reply, Status.DELIVERED)
        assert seat.got(CUSTOMER)[-1] == "Behind the house."
        await seat.until(lambda: line_begins(seat, "Outbound, Delivered"), "it has its status")
        assert reply.author == "Automatic reply"

        await seat.phone(CUSTOMER).text(SHOP, "Where can I park?")
        held = "No automatic reply, because they keep sending the same text"
        await seat.until(lambda: line_begins(seat, held), "the timeline says why nothing was answered")
        assert seat.got(CUSTOMER).count("Behind the house.") == 1

        await seat.click("Parking")
        preferences = await dialog(seat)
        await preferences.told("Change a rule")
        assert preferences.shows("Words")
        preferences.press("Cancel")
        await preferences.click("Remove: Parking")
        await preferences.told("“Parking” is removed.")
        preferences.press("Close")
        await seat.phone(CUSTOMER).text(SHOP, "And where is the parking?")
        await seat.until(lambda: seat.sees("And where is the parking?"), "the text came in")
        assert seat.got(CUSTOMER).count("Behind the house.") == 1
