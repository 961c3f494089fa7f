"""Consent through the window: asked, entered, imported, proved; and nobody is texted who does not want it."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Status
from sms_desktop.ui.consent import saving
from sms_desktop.ui.preferences import consentpresenter
from tests.journeys.window.hands import Hands
from tests.journeys.window.seat import Seat, demo

ROB, NEW = "+14155550124", "+14155550177"


async def dialog(seat: Seat) -> Hands:
    """The dialog that was asked for."""
    found = await seat.until(QApplication.activeModalWidget, "a dialog is open")
    assert isinstance(found, QDialog)
    return Hands(found)


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything that is saved goes."""
    path = tmp_path / "evidence.csv"

    async def chosen(*_: object) -> Path:
        return path

    monkeypatch.setattr(saving, "ask_target", chosen)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


async def test_please_stop_is_asked_about_and_one_click_keeps_the_shop_quiet(tmp_path: Path, target: Path) -> None:
    async with demo(tmp_path / "data") as seat:
        await seat.open("Rob Baines")
        await seat.phone(ROB).text(SHOP, "Please stop texting me")
        await seat.told("Rob Baines seems to ask you to stop: “Please stop texting me”")
        assert seat.can_write
        seat.press("Opt them out")
        await seat.until(lambda: not seat.can_write, "the composer is locked")
        assert seat.says("It was entered here today")
        line = "Opted out by Ada: asked for it in a text"
        await seat.until(lambda: any(row.startswith(line) for row in seat.spoken("Messages")), "the timeline says who")
        assert "opted out" in seat.spoken("Conversations")[0]

        seat.press("Consent…")
        consent = await dialog(seat)
        entered = "Entered by Ada: asked for it in a text “Please stop texting me”"
        await seat.until(lambda: consent.says(entered), "the evidence is there")
        consent.press("They agreed to texts…")
        consent.fill("How do you know it?", "came by and laughed about it")
        consent.press("Enter")
        await consent.told("Can be messaged")
        consent.press("Save as CSV…")
        await consent.told("evidence.csv was saved with 2 entries.")
        consent.press("Close")
        await seat.until(lambda: seat.can_write, "they can be texted again")
        message = await seat.send("See you on Friday then.")
        await seat.reaches(message, Status.DELIVERED)
    assert [(row["change"], row["entered_by"], row["name"]) for row in rows_of(target)] == [
        ("opted out", "Ada", "Rob Baines"), ("opted in", "Ada", "Rob Baines"),
    ]  # fmt: skip


async def test_nobody_here_can_undo_a_stop_and_a_start_can(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        await seat.phone(ROB).text(SHOP, "STOP")
        await seat.until(lambda: not seat.can_write, "STOP locks the composer")
        seat.press("Details")
        await seat.click("Evidence and changes…")
        consent = await dialog(seat)
        await seat.until(lambda: consent.says("Ask them to text START to (212) 555-0100."), "it says what helps")
        assert not consent.offers("They agreed to texts…") and not consent.offers("They want no texts…")
        consent.press("Close")
        await seat.phone(ROB).text(SHOP, "START")
        await seat.until(lambda: seat.can_write, "START opens it again")
        message = await seat.send("Welcome back.")
        await seat.reaches(message, Status.DELIVERED)
        assert seat.got(ROB)[-1] == "Welcome back."


async def test_whoever_a_list_opted_out_cannot_be_written_to_from_the_first_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(f"Name,Phone,Consent\nNina,{NEW},no\nOtto,hello,yes\n", encoding="utf-8")

    async def chosen(_: object) -> Path:
        return path

    monkeypatch.setattr(consentpresenter, "ask_source", chosen)
    async with demo(tmp_path / "data") as seat:
        await seat.until(seat.services.lines.known, "the lines are known")
        before = len(seat.people)
        seat.session.desk.open_preferences("consent")
        preferences = await dialog(seat)
        await preferences.click("Choose a file…")
        await preferences.told("customers.csv: 1 row, 1 of them opted out. 1 row cannot be taken")
        preferences.press("Import")
        await preferences.told("1 row was taken. 1 was not, or not just as the file says:")
        preferences.press("Close")
        assert len(seat.people) == before

        seat.press("New message")
        seat.fill("To", "(415) 555-0177")
        seat.key(Qt.Key.Key_Return)
        await seat.opened("(415) 555-0177")
        assert not seat.can_write
        assert seat.says("A list that was imported says that they want no texts")
        assert seat.got(NEW) == []
