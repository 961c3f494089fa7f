"""What goes wrong on the way, switched on at the handset while the program runs."""

from pathlib import Path

from PySide6.QtCore import Qt

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Status
from tests.journeys.window.seat import demo

ROB = "+14155550124"


async def test_a_lost_answer_is_unconfirmed_and_sent_again_only_when_asked(
    tmp_path: Path,
) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.simulator.weather.list_error = 1.0  # a round would settle it
        seat.press("Weather answer lost")
        seat.press("Weather lost callbacks")
        message = await seat.send("Did it go?")
        await seat.until(lambda: seat.taken("Did it go?") == 1, "Twilio has taken it")
        await seat.simulator.idle()
        assert [m.status for m in seat.messages() if m.id == message.id] == [Status.SENDING]
        await seat.simulator.stop()  # the connection breaks, and with it the wait for an answer
        await seat.reaches(message, Status.UNCONFIRMED)
        assert "Outbound, Unconfirmed" in seat.spoken("Messages")[-1]
        await seat.until(lambda: seat.offers("Send again"), "the doubt has its button")

        seat.press("Weather answer lost")
        seat.press("Weather lost callbacks")
        await seat.simulator.start(int(seat.simulator.base_url.rpartition(":")[2]))
        seat.press("Send again")
        await seat.until(lambda: seat.offers("Yes, send again"), "it is asked first")
        assert seat.taken("Did it go?") == 1
        seat.press("Yes, send again")
        again = await seat.until(lambda: next((m for m in seat.messages() if m.retry_of), None), "a second message")
        await seat.reaches(again, Status.DELIVERED)
        assert again.retry_of == message.id
        assert seat.taken("Did it go?") == 2
        assert [m.status for m in seat.messages() if m.id == message.id] == [Status.UNCONFIRMED]


async def test_a_lost_answer_is_settled_by_the_callback(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather 500 after")
        message = await seat.send("Taken, then failed")
        await seat.reaches(message, Status.DELIVERED)
        assert seat.got(ROB).count("Taken, then failed") == 1
        assert not seat.offers("Send again")


async def test_lost_callbacks_leave_it_as_twilio_answered(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.simulator.weather.list_error = 1.0  # a round would tell
        seat.press("Weather lost callbacks")
        message = await seat.send("Nobody will tell")
        await seat.until(lambda: "Nobody will tell" in seat.got(ROB), "it reaches the phone")
        await seat.simulator.idle()
        queued = await seat.reaches(message, Status.QUEUED)
        await seat.until(lambda: [m.sid for m in seat.messages() if m.id == queued.id] != [None], "Twilio has it")
        assert seat.taken("Nobody will tell") == 1


async def test_callbacks_out_of_order_and_twice_end_delivered_and_never_go_back(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather out of order")
        seat.press("Weather twice")
        shown = seat.watch("Shuffled")
        message = await seat.send("Shuffled")
        await seat.reaches(message, Status.DELIVERED)
        await seat.simulator.idle()
        reports = await seat.services.timeline.reports(message.id)
        assert [r.status for r in reports if r.source == "callback"] == [
            Status.DELIVERED,
            Status.DELIVERED,
            Status.SENT,
            Status.SENT,
        ]
        await seat.until(lambda: seat.sees("Shuffled", Status.DELIVERED), "it is still delivered")
        assert shown.count(Status.DELIVERED) == 1
        assert Status.SENT not in shown


async def test_an_inbound_text_that_is_posted_twice_is_one_message(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather twice")
        seat.fill("Customer text", "Only once, please")
        seat.key(Qt.Key.Key_Return)
        await seat.until(lambda: seat.sees("Only once, please"), "it is in the timeline")
        await seat.simulator.idle()
        seat.press("Weather twice")
        await seat.phone(ROB).text(SHOP, "And this one after it")
        await seat.until(lambda: seat.sees("And this one after it"), "the next one is there")
        assert [m.body for m in seat.messages()].count("Only once, please") == 1


async def test_too_many_requests_are_waited_out(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather 429")
        message = await seat.send("Patience")
        await seat.until(lambda: seat.says("Outbox 1 waiting"), "it waits")
        await seat.reaches(message, Status.QUEUED)
        seat.press("Weather 429")
        await seat.reaches(message, Status.DELIVERED)
        assert seat.taken("Patience") == 1
