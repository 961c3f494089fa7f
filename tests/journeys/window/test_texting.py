"""Texts out and in, drafts, new conversations, opt-outs."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Direction, Status
from tests.journeys.window.seat import demo

MAYA, ROB, SAM = "+14155550110", "+14155550124", "+14155550113"


async def test_a_text_is_queued_then_sent_then_delivered_and_answered(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Maya Chen")
        shown = seat.watch("Your chair is ready.")
        message = await seat.send("Your chair is ready.")
        await seat.until(lambda: seat.editor.toPlainText() == "", "the composer is empty again")
        await seat.reaches(message, Status.DELIVERED)
        assert (shown[0], shown[-1]) == (Status.QUEUED, Status.DELIVERED)
        assert Status.SENT in shown
        assert seat.got(MAYA)[-1:] == ["Your chair is ready."]
        assert any(row.startswith("Outbound, Delivered") for row in seat.spoken("Messages"))

        answer = await seat.until(
            lambda: next((m for m in seat.messages()[::-1] if m.seq > message.seq), None), "Maya answers"
        )
        assert answer.direction is Direction.INBOUND
        await seat.until(lambda: next(iter(seat.people)) == "Maya Chen", "she is on top of the list")

        def last() -> str:
            newest = seat.people["Maya Chen"].last
            return "" if newest is None else newest.body

        await seat.until(lambda: last() == answer.body, "her answer stands there")


async def test_enter_sends_and_shift_enter_breaks_the_line(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.type("Open until 6.")
        seat.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        seat.type("Ring the bell.")
        seat.key(Qt.Key.Key_Return)
        body = "Open until 6.\nRing the bell."
        await seat.until(lambda: seat.sees(body, Status.DELIVERED), "both lines are delivered")
        assert seat.got(ROB)[-1] == body


async def test_what_comes_in_is_unread_until_it_is_read(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Maya Chen")
        before = sum(row.unread > 0 for row in seat.people.values())
        await seat.phone(ROB).text(SHOP, "Are the stools still there?")
        await seat.until(lambda: seat.people["Rob Baines"].unread == 1, "Rob's row is unread")
        assert seat.spoken("Conversations")[0].startswith("Rob Baines, 1 unread")
        unread = await seat.until(lambda: seat.button("Unread"), "the filter is there")
        await seat.until(lambda: unread.text() == f"Unread {before + 1}", "the filter counts it")

        await seat.open("Rob Baines")
        assert seat.sees("Are the stools still there?") is not None
        await seat.until(lambda: seat.people["Rob Baines"].unread == 0, "Rob's row is read")
        await seat.until(lambda: unread.text() == f"Unread {before}", "the filter counts it no more")


async def test_a_message_in_the_open_conversation_is_read_as_it_comes(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        await seat.phone(ROB).text(SHOP, "One more thing")
        await seat.until(lambda: seat.sees("One more thing"), "it is in the timeline")
        await seat.until(lambda: seat.people["Rob Baines"].unread == 0, "it is read")


async def test_a_draft_is_there_after_the_window_was_closed(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.type("Half a thou")
    async with demo(tmp_path) as seat:
        await seat.opened("Rob Baines")
        assert seat.editor.toPlainText() == "Half a thou"
        assert any("Draft: Half a thou" in row for row in seat.spoken("Conversations"))
        seat.type("ght")
        seat.key(Qt.Key.Key_Return)
        await seat.until(lambda: seat.sees("Half a thought", Status.DELIVERED), "the finished draft is delivered")
        await seat.until(lambda: seat.people["Rob Baines"].draft is None, "there is no draft any more")


async def test_a_new_number_is_texted_in_one_step(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.until(seat.services.lines.known, "the lines are known")
        seat.control(Qt.Key.Key_N)
        assert seat.named("To", QLineEdit).hasFocus()
        seat.fill("To", "(415) 555-0113")
        seat.key(Qt.Key.Key_Return)
        await seat.opened("(415) 555-0113")
        assert seat.editor.hasFocus()
        message = await seat.send("Your table is ready.")
        await seat.reaches(message, Status.DELIVERED)
        assert (message.line, message.peer) == (SHOP, SAM)
        await seat.until(lambda: not seat.can_write, "he says STOP, and the composer is locked")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("555 0113", "Is the area code missing?"),
        ("+999 555 0113", "a country code that does not exist"),
        ("415 555 0113 415 555 0114", "too long"),
        ("Nobody", "Nobody by that name yet"),
    ],
)
async def test_a_number_that_is_none_is_explained(tmp_path: Path, typed: str, sentence: str) -> None:
    async with demo(tmp_path) as seat:
        await seat.until(seat.services.lines.known, "the lines are known")
        before = len(seat.people)
        seat.control(Qt.Key.Key_N)
        seat.fill("To", typed)
        seat.key(Qt.Key.Key_Return)
        await seat.until(lambda: seat.says(sentence), f"“{sentence}” is said")
        assert seat.named("To", QLineEdit).isVisible()
        assert len(seat.people) == before


async def test_stop_locks_the_composer_and_start_opens_it(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.type("Do you still")
        seat.press("Customer says STOP")
        await seat.until(lambda: not seat.can_write, "STOP locks the composer")
        assert seat.says("You cannot text this person.")
        assert seat.says("They can write START to allow it again.")
        assert any("Opted out with “STOP”" in row for row in seat.spoken("Messages"))
        assert "opted out" in seat.spoken("Conversations")[0]

        seat.press("Customer says START")
        await seat.until(lambda: seat.can_write, "START opens it again")
        assert seat.editor.toPlainText() == "Do you still"
        seat.type(" want the stools?")
        seat.press("Send")
        body = "Do you still want the stools?"
        await seat.until(lambda: seat.sees(body, Status.DELIVERED), "texts are delivered again")
        assert seat.got(ROB).count(body) == 1
