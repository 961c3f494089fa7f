"""A Messaging Service as a line of its own: chosen, sent by, answered, stopped; and failing in plain words."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from sms_desktop.demo import SHOP
from sms_desktop.domain.failures import explain
from sms_desktop.domain.message import Status
from sms_desktop.simulator.resources import Service
from tests.journeys.window.seat import TOLL_FREE, Seat, demo

ANA, BEN = "+14155550177", "+14155550178"
ANA_SHOWN, BEN_SHOWN = "(415) 555-0177", "(415) 555-0178"
NAME = "Reminders · Messaging Service"


async def chosen(seat: Seat) -> Service:
    """The service of the demo's campaign gets a second number, is looked for in the preferences, and ticked there."""
    account = seat.simulator.account
    made = account.service_of(SHOP)
    assert made is not None and account.service_of(TOLL_FREE) is None
    made.friendly_name, made.senders[TOLL_FREE] = "Reminders", account.now()
    seat.press("Preferences")
    await seat.until(lambda: seat.shows("Sections"), "the preferences are open")
    seat.session.desk.open_preferences("lines")
    await seat.click("Look again")
    await seat.told("It texts by (212) 555-0100 or (888) 555-0144; each person by the same one every time.")
    assert not seat.is_ticked(NAME)
    await seat.click(NAME)
    await seat.until(lambda: made.sid in [line.address for line in seat.services.lines.known()], "it is in use")
    await seat.click("Close")
    return made


async def begin(seat: Seat, shown: str) -> None:
    """A new message by the service."""
    seat.press("New message")
    combo = seat.named("From", QComboBox)
    await seat.until(lambda: combo.findText(NAME) >= 0, "the service can be chosen")
    combo.setFocus()
    QTest.keyClicks(combo, "Rem")
    assert combo.currentText() == NAME
    seat.fill("To", shown)
    seat.key(Qt.Key.Key_Return)
    await seat.opened(shown)


async def test_a_service_is_chosen_sends_is_answered_and_stopped_with_all_of_its_numbers(tmp_path: Path) -> None:
    async with demo(tmp_path / "data") as seat:
        made = await chosen(seat)
        await begin(seat, ANA_SHOWN)
        await seat.until(lambda: seat.button(f"From {NAME}"), "the composer says by what it goes")
        first = await seat.reaches(await seat.send("Your chair is ready."), Status.DELIVERED)
        assert (first.line, first.via) == (made.sid, SHOP)
        handset = seat.session.desk.phone
        assert handset is not None
        await seat.until(lambda: handset._view.bubbles.bubbles.rowCount() == 1, "the handset shows it")
        handset._text("Thank you!")
        await seat.until(lambda: seat.sees("Thank you!"), "the answer is in the same conversation")
        again = await seat.reaches(await seat.send("You are welcome."), Status.DELIVERED)
        assert again.via == SHOP
        assert seat.got(ANA) == ["Your chair is ready.", "You are welcome."]

        await seat.phone(ANA).text(SHOP, "STOP")
        await seat.until(lambda: not seat.can_write, "the composer is locked")
        assert seat.says("They wrote STOP to Reminders")
        assert not seat.says(made.sid)
        for address in (SHOP, TOLL_FREE):
            conversation = await seat.services.conversations.open(address, ANA)
            assert conversation.opted_out_at is not None
        assert seat.taken("Your chair is ready.") == seat.taken("You are welcome.") == 1

        await seat.phone(ANA).text(TOLL_FREE, "START")
        await seat.until(lambda: seat.can_write, "whom they allowed it anew")


async def test_a_service_without_a_fitting_number_says_what_to_do(tmp_path: Path) -> None:
    async with demo(tmp_path / "data") as seat:
        made = await chosen(seat)
        made.senders.clear()
        await begin(seat, BEN_SHOWN)
        message = await seat.reaches(await seat.send("Hello Ben"), Status.FAILED)
        assert message.error_code == 21703
        assert "Not sent, no fitting sender" in seat.spoken("Messages")[-1]
        failure = explain(21703, BEN)
        assert failure.advice == f"Add a number that can text {BEN_SHOWN} to the messaging service in Twilio."
        assert seat.taken("Hello Ben") == 1 and seat.got(BEN) == []


async def test_twilio_s_late_refusal_locks_the_service_and_says_where_a_start_goes(tmp_path: Path) -> None:
    async with demo(tmp_path / "data") as seat:
        made = await chosen(seat)
        seat.simulator.account.blocks.add((made.sid, BEN))
        await begin(seat, BEN_SHOWN)
        message = await seat.reaches(await seat.send("Hello Ben"), Status.FAILED)
        assert message.error_code == 21610
        await seat.until(lambda: not seat.can_write, "the composer is locked")
        assert seat.says("that they had opted out of Reminders")
        seat.session.desk._mend(message, explain(message.error_code, message.peer))
        await seat.told("To get texts from us again, please text START to (212) 555-0100.")
        assert seat.got(BEN) == []
