"""Consent, the night and a number that texts do not reach, met in one conversation."""

from pathlib import Path

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Hold, Status
from sms_desktop.domain.night import AtNight
from sms_desktop.ui.timeline import sentences
from tests.journeys.window.seat import Seat, demo
from tests.services.test_nights import night

DENTIST, NEW = "+14155550114", "+14155550177"


async def _to(seat: Seat, peer: str, shown: str) -> None:
    conversation = await seat.services.conversations.open(SHOP, peer)
    seat.session.desk.open_conversation(conversation)
    await seat.opened(shown)


async def test_who_asks_us_to_stop_while_the_night_is_asked_about_is_awake(
    tmp_path: Path,
) -> None:
    async with demo(tmp_path) as seat:
        await seat.services.outbox.put_night_rule(night(AtNight.ASK))
        await _to(seat, NEW, "(415) 555-0177")
        seat.editor.setPlainText("Your chair is ready.")
        seat.press("Send")
        await seat.told("where they are")
        await seat.phone(NEW).text(SHOP, "please stop texting me")
        await seat.told("seems to ask you to stop: “please stop texting me”")
        composer = seat.session.desk._composer_view
        await seat.until(lambda: not composer.night.isVisible(), "who writes is awake")
        assert composer.consent.isVisible()
        seat.press("Opt them out")
        await seat.until(lambda: not seat.can_write, "the reason takes the composer's place")
        assert not seat.offers("Send now") and not seat.offers("They did not")
        assert seat.taken("Your chair is ready.") == 0


async def test_what_sleeps_when_somebody_says_stop_stays_and_says_so_and_a_start_lets_it_go(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.services.outbox.put_night_rule(night(AtNight.MORNING))
        await _to(seat, NEW, "(415) 555-0177")
        seat.editor.setPlainText("Your chair is ready.")
        seat.press("Send")
        kept = await seat.until(lambda: seat.sees("Your chair is ready."), "it is there")
        assert kept.held_for is Hold.NIGHT
        await seat.until(lambda: seat.offers("Send now"), "it can be woken")
        await seat.phone(NEW).text(SHOP, "STOP")
        await seat.until(lambda: not seat.can_write, "the composer is locked")
        await seat.until(lambda: not seat.offers("Send now") and seat.offers("Take back"), "it can only be taken back")
        assert any(sentences.WHY_STAYS in row for row in seat.spoken("Messages"))
        await seat.phone(NEW).text(SHOP, "START")
        await seat.until(lambda: seat.can_write and seat.offers("Send now"), "START lets it go")
        seat.press("Send now")
        await seat.until(lambda: seat.sees("Your chair is ready.", Status.DELIVERED), "it arrives")
        assert seat.got(NEW)[-1] == "Your chair is ready." and seat.taken("Your chair is ready.") == 1


async def test_a_dead_number_that_says_stop_is_locked_for_the_stop(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Harbor Dental")
        await seat.told("This is a landline, so texts do not reach it")
        assert not seat.offers("Send anyway")
        seat.editor.setPlainText("Your invoice is ready.")
        await seat.until(lambda: seat.offers("Send anyway"), "there is something to send")
        await seat.phone(DENTIST).text(SHOP, "STOP")
        await seat.until(lambda: not seat.can_write, "STOP locks the composer")
        assert not seat.offers("Send anyway") and not seat.says("This is a landline")
