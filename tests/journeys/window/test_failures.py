"""Messages that do not arrive: what is said, and what can be done."""

from pathlib import Path

from PySide6.QtWidgets import QPushButton

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Status
from sms_desktop.ui.timeline.buttons import LinkButton
from tests.journeys.window.seat import demo

LEO, ROB = "+14155550116", "+14155550124"


async def test_a_landline_gets_a_card_that_offers_no_second_try(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Harbor Dental")
        seat.editor.setPlainText("Your invoice is ready.")
        await seat.until(lambda: seat.offers("Send anyway"), "that it is a landline is known from before")
        assert not seat.offers("Send")
        seat.press("Send anyway")
        message = await seat.until(lambda: seat.sees("Your invoice is ready."), "it goes all the same")
        failed = await seat.reaches(message, Status.UNDELIVERED)
        assert failed.error_code == 30006
        await seat.until(lambda: seat.offers("Details", QPushButton), "the card has its button")
        assert not seat.offers("Try again")
        again, *_ = [b for b in seat.window.findChildren(LinkButton) if b.text() == "Try again" and b.isVisible()]
        assert "billed" in again.toolTip()
        assert "Not delivered, landline" in seat.spoken("Messages")[-1]
        told = "Not delivered · landline (30006)"
        await seat.until(lambda: told in seat.spoken("Conversations")[0], "the list says so too")
        seat.press("Details", QPushButton)
        await seat.until(lambda: seat.says("30006"), "the details name the code")


async def test_try_again_makes_a_new_message_that_is_linked_to_the_old_one(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        conversation = await seat.services.conversations.open(SHOP, LEO)
        seat.session.desk.open_conversation(conversation)
        await seat.opened("(415) 555-0116")
        message = await seat.send("Are you there?")
        failed = await seat.reaches(message, Status.UNDELIVERED)
        assert failed.error_code == 30003
        await seat.until(lambda: seat.offers("Try again"), "the card has its button")
        seat.press("Try again")
        again = await seat.until(lambda: next((m for m in seat.messages() if m.retry_of), None), "a second try")
        assert (again.retry_of, again.body) == (message.id, message.body)
        assert again.id != message.id
        again = await seat.reaches(again, Status.UNDELIVERED)
        assert again.sid != failed.sid
        before = next(m for m in seat.messages() if m.id == message.id)
        assert before.status is Status.UNDELIVERED
        assert any("Tried again at" in row for row in seat.spoken("Messages"))
        assert len(seat.simulator.account.log) == 2


async def test_a_failure_counts_until_something_is_sent_again(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather 30007")
        await seat.send("Spring offer")
        await seat.open("Maya Chen")
        await seat.until(lambda: seat.people["Rob Baines"].failed == 1, "Rob's row tells the failure")
        await seat.until(lambda: seat.offers("Failed 2"), "the filter counts him beside the dentist")
        await seat.open("Rob Baines")
        assert seat.sees("Spring offer", Status.UNDELIVERED) is not None
        assert seat.people["Rob Baines"].failed == 1
        seat.press("Weather 30007")
        await seat.reaches(await seat.send("Your stools are ready."), Status.DELIVERED)
        await seat.until(lambda: seat.people["Rob Baines"].failed == 0, "it is dealt with")
        await seat.until(lambda: seat.offers("Failed 1"), "the filter counts the dentist alone")


async def test_a_message_that_is_too_long_cannot_be_sent_and_says_why(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.editor.setPlainText("x" * 1601)
        await seat.until(lambda: not seat.offers("Send"), "Send is off")
        seat.editor.setPlainText("x" * 1600)
        await seat.until(lambda: seat.offers("Send"), "Send is on")
        seat.press("Send")
        await seat.until(lambda: seat.sees("x" * 1600, Status.DELIVERED), "the longest text is delivered")
        assert seat.got(ROB)[-1] == "x" * 1600
