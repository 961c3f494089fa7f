"""Texts at night, through the whole engine: asked about, kept for the morning, and let go when somebody says so."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from sms_desktop.domain.consent import Question
from sms_desktop.domain.errors import BadInput, NightThere
from sms_desktop.domain.message import Hold, Message, Status
from sms_desktop.domain.night import AtNight, Rule, When
from sms_desktop.domain.phone import time_zones_of
from sms_desktop.services import admission, clock
from sms_desktop.services.departure import DOZED
from sms_desktop.services.hindrance import ASLEEP
from sms_desktop.store import messages, outbox
from sms_desktop.store.schema import messages as texts
from sms_desktop.store.schema import outbox as table
from sms_desktop.store.store import Tx
from tests.rig import LINE, PHONE_OFF, SILENT, YOURS, Rig, running
from tests.services.hours import set_outbox

assert time_zones_of(SILENT) == ("America/Los_Angeles",)


def night(do: AtNight, later: int = 0) -> Rule:
    """A rule by which it is night in California now and for some hours (``later``: some more), whatever the time."""
    from zoneinfo import ZoneInfo

    hour = clock.now().astimezone(ZoneInfo("America/Los_Angeles")).hour
    return Rule(do, (hour - 3) % 24, (hour + 4 + later) % 24)


@pytest.fixture
async def asking(rig: Rig) -> Rig:
    await rig.services.outbox.put_night_rule(night(AtNight.ASK))
    return rig


async def _conversation(rig: Rig, peer: str = SILENT) -> int:
    return (await rig.services.conversations.open(LINE, peer)).id


async def test_on_a_simulator_nobody_is_woken_so_nothing_is_asked(rig: Rig) -> None:
    assert (await rig.services.outbox.night_rule()).do is AtNight.OFF
    await rig.status(await rig.send(SILENT, "hello"), Status.DELIVERED)


async def test_a_text_at_night_is_asked_about_and_nothing_is_queued(asking: Rig) -> None:
    with pytest.raises(NightThere, match="where they are") as raised:
        await asking.send(SILENT, "hello")
    assert raised.value.offer.startswith("Send at ") and raised.value.morning > clock.now()
    assert await asking.engine.store.read(outbox.waiting) == 0


async def test_who_says_now_has_it_sent_now(asking: Rig) -> None:
    sent = await asking.services.outbox.submit(await _conversation(asking), "hello", when=When.NOW)
    assert sent.held_for is None
    await asking.status(sent, Status.DELIVERED)


async def test_who_says_in_the_morning_has_it_kept_through_an_end_of_the_program(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as rig:
        await rig.services.outbox.put_night_rule(night(AtNight.ASK))
        kept = await rig.services.outbox.submit(await _conversation(rig), "in the morning", when=When.MORNING)
        assert kept.held_for is Hold.NIGHT and kept.held_until is not None and kept.held_until > clock.now()
        remaining = await rig.services.outbox.remaining()
        assert (remaining.waiting, remaining.why) == (1, ASLEEP)
    async with running(tmp_path / "data") as rig:
        found = await rig.services.outbox.message(kept.id)
        assert found is not None and (found.status, found.held_for) == (Status.QUEUED, Hold.NIGHT)
        await rig.status(await rig.services.outbox.send_now(kept.id), Status.DELIVERED)
        assert len(rig.simulator.account.log) == 1
        with pytest.raises(BadInput):
            await rig.services.outbox.send_now(kept.id)


async def test_what_will_not_leave_in_the_morning_does_not_count_as_waiting(asking: Rig) -> None:
    box = asking.services.outbox
    kept = await box.submit(await _conversation(asking), "in the morning", when=When.MORNING)
    await asking.until(lambda: box.waiting == 1, "it waits")
    await asking.services.consents.opt_out(kept.line, kept.peer, "Ada", "called")
    await asking.until(lambda: box.waiting == 0, "it stays")
    remaining = await box.remaining()
    assert (remaining.waiting, remaining.asleep, remaining.why) == (0, 0, None)
    await asking.services.consents.opt_in(kept.line, kept.peer, "Ada", "called again")
    await asking.until(lambda: box.waiting == 1, "it waits again")


async def test_when_morning_has_come_it_leaves_by_itself_once(asking: Rig) -> None:
    kept = await asking.services.outbox.submit(await _conversation(asking), "in the morning", when=When.MORNING)

    def morning(tx: Tx) -> None:  # and it is day by then
        outbox.until_morning(tx, kept.id, clock.now() - timedelta(seconds=1), clock.now())

    await asking.services.outbox.put_night_rule(Rule(AtNight.OFF))
    await asking.engine.store.do(morning)
    asking.services.outbox.wake()
    await asking.status(kept, Status.DELIVERED)
    assert len(asking.simulator.account.log) == 1


async def _they_seem_to_ask_us_to_stop(rig: Rig) -> Question:
    await rig.simulator.phone(SILENT).text(LINE, "Please stop texting me")
    await rig.inbound("Please stop texting me")
    found = (await rig.services.consents.of(LINE, SILENT)).question
    assert found is not None
    return found


async def _kept_till_a_moment_ago(rig: Rig, body: str = "in the morning") -> Message:
    kept = await rig.services.outbox.submit(await _conversation(rig), body, when=When.MORNING)
    await _they_seem_to_ask_us_to_stop(rig)

    def morning(tx: Tx) -> None:
        outbox.until_morning(tx, kept.id, clock.now() - timedelta(seconds=1), clock.now())

    await rig.engine.store.do(morning)
    return kept


def _reached(rig: Rig) -> list[str]:
    return [message.body for message in rig.simulator.phone(SILENT).messages if not message.mine]


async def _has_looked(rig: Rig) -> None:
    """Something that was queued later has left, so that what could leave has."""
    place = await rig.services.conversations.open(LINE, YOURS)
    await rig.status(await rig.services.outbox.submit(place.id, "to another", when=When.NOW), Status.DELIVERED)


@pytest.mark.parametrize("stop", [True, False])
async def test_what_waits_does_not_leave_before_somebody_has_said_whether_they_asked_us_to_stop(
    asking: Rig, stop: bool
) -> None:
    kept = await _kept_till_a_moment_ago(asking)
    await asking.services.outbox.put_night_rule(Rule(AtNight.OFF))
    await _has_looked(asking)
    found = await asking.services.outbox.message(kept.id)
    assert found is not None and found.waits and found.held_for is Hold.NIGHT
    question = (await asking.services.consents.of(LINE, SILENT)).question
    assert question is not None
    await asking.services.consents.answer(question, stop=stop)
    await asking.status(kept, Status.FAILED if stop else Status.DELIVERED)
    assert _reached(asking) == ([] if stop else ["in the morning"])


async def test_that_they_did_not_ask_us_to_stop_is_said_at_night_and_it_waits_for_the_next_morning(asking: Rig) -> None:
    kept = await _kept_till_a_moment_ago(asking)
    question = (await asking.services.consents.of(LINE, SILENT)).question
    assert question is not None

    def long_ago(tx: Tx) -> None:  # whoever wrote within the hour is awake
        tx.db.execute(texts.update().where(texts.c.sid == question.sid).values(at=clock.now() - timedelta(hours=2)))

    await asking.engine.store.do(long_ago)
    await asking.services.consents.answer(question, stop=False)
    await _has_looked(asking)
    found = await asking.services.outbox.message(kept.id)
    assert found is not None and found.held_until is not None and found.held_until > clock.now()


async def test_who_sees_it_wait_may_send_it_all_the_same(asking: Rig) -> None:
    kept = await _kept_till_a_moment_ago(asking)
    await asking.status(await asking.services.outbox.send_now(kept.id), Status.DELIVERED)


async def test_a_stop_ends_what_waits_for_an_answer_so_that_no_later_start_sends_it(asking: Rig) -> None:
    kept = await _kept_till_a_moment_ago(asking)
    await asking.services.outbox.put_night_rule(Rule(AtNight.OFF))
    await asking.simulator.phone(SILENT).text(LINE, "STOP")
    await asking.inbound("STOP")
    await asking.status(kept, Status.FAILED)
    assert "in the morning" not in _reached(asking)


async def test_send_now_is_no_answer_to_what_they_ask_later(asking: Rig) -> None:
    kept = await asking.services.outbox.submit(await _conversation(asking), "in the morning", when=When.MORNING)
    woken: list[int] = []

    def work(tx: Tx) -> None:  # as it is while their news are awaited
        outbox.in_spite_of_night(tx, kept.id, clock.now(), lambda message: True)
        woken.append(outbox.let(tx.db, kept.id))

    await asking.engine.store.do(work)
    assert woken == [kept.seq]
    await _they_seem_to_ask_us_to_stop(asking)
    await asking.until(lambda: asking.messages[kept.id].held_for is Hold.NIGHT, "it waits for an answer")
    assert _reached(asking) == []


async def test_what_they_seem_to_ask_in_the_seconds_for_undo_keeps_it_too(rig: Rig) -> None:
    kept = await rig.services.outbox.submit(await _conversation(rig), "See you at nine", hold=2)
    question = await _they_seem_to_ask_us_to_stop(rig)
    await rig.until(lambda: rig.messages[kept.id].held_for is Hold.NIGHT, "it waits for an answer")
    assert _reached(rig) == []
    await rig.services.consents.answer(question, stop=False)
    await rig.status(kept, Status.DELIVERED)


async def test_what_is_written_after_they_seemed_to_ask_leaves(rig: Rig) -> None:
    await _they_seem_to_ask_us_to_stop(rig)
    await rig.status(await rig.send(SILENT, "Do you mean all texts?"), Status.DELIVERED)


ANYWHERE = "+79161234567"
"""With nights of 13 hours there are times of the year when no hour is day in all of Russia."""


async def test_a_morning_that_is_still_night_somewhere_lets_it_go_all_the_same(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.services.outbox.put_night_rule(Rule(AtNight.ASK, 14, 9))
    place = await _conversation(rig, ANYWHERE)
    for hour in range(24):  # of this day, until one is found that is worth waiting
        set_outbox(monkeypatch, partial(_today, hour))
        kept = await rig.services.outbox.submit(place, f"at {hour}", when=When.MORNING)
        if kept.held_until is not None:
            break
        await rig.status(kept, Status.DELIVERED)
    morning = kept.held_until
    assert morning is not None
    set_outbox(monkeypatch, lambda: morning + timedelta(seconds=1))
    rig.services.outbox.wake()
    await rig.status(kept, Status.DELIVERED)


def _today(hour: int) -> datetime:
    return clock.now().replace(hour=hour, minute=30)


async def test_who_is_never_here_in_the_morning_keeps_a_text_for_one_more_and_no_longer(asking: Rig) -> None:
    kept = await asking.services.outbox.submit(await _conversation(asking), "in the morning", when=When.MORNING)

    def at_night_again(tx: Tx) -> None:  # its morning came and went, and the computer is on by now
        tx.db.execute(
            table.update().values(due_at=clock.now() - timedelta(hours=9)).where(table.c.message_seq == kept.seq)
        )
        tx.db.execute(texts.update().values(at=clock.now() - timedelta(days=1)).where(texts.c.seq == kept.seq))

    def put_off() -> bool:
        known = asking.messages.get(kept.id)
        return known is not None and known.held_until not in (None, kept.held_until)

    await asking.services.outbox.put_night_rule(night(AtNight.ASK, later=1))
    await asking.engine.store.do(at_night_again)
    asking.services.outbox.wake()
    await asking.until(put_off, "it is kept for another morning")
    assert len(asking.simulator.account.log) == 0
    await asking.engine.store.do(at_night_again)
    asking.services.outbox.wake()
    await asking.status(kept, Status.DELIVERED)
    assert len(asking.simulator.account.log) == 1


async def test_the_preference_may_have_all_wait_for_the_morning_unasked(rig: Rig) -> None:
    await rig.services.outbox.put_night_rule(night(AtNight.MORNING))
    assert (await rig.send(SILENT, "hello")).held_for is Hold.NIGHT


@pytest.mark.parametrize("hours", [(-3, 4), (0, 0)], ids=["hours", "none"])
async def test_what_is_to_wait_for_the_morning_does_though_quiet_hours_are_off(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, hours: tuple[int, int]
) -> None:
    """Where no hours are set, the usual ones count: from 21 to 8."""
    there = night(AtNight.OFF)
    off = Rule(AtNight.OFF, there.begin, there.end if hours[0] else there.begin)
    await rig.services.outbox.put_night_rule(off)
    at_night = datetime(2026, 7, 15, 9, 30, tzinfo=UTC)  # 2:30 in California
    if not hours[0]:
        monkeypatch.setattr(admission, "now", lambda: at_night)
    kept = await rig.services.outbox.submit(await _conversation(rig), "hello", when=When.MORNING)
    assert kept.held_for is Hold.NIGHT and kept.held_until is not None
    if not hours[0]:
        assert kept.held_until == datetime(2026, 7, 15, 15, tzinfo=UTC)
    assert (await rig.send(SILENT, "without a wish")).held_for is None


async def test_what_waits_for_the_morning_leaves_failures_to_be_looked_at_until_it_goes(rig: Rig) -> None:
    await rig.status(await rig.send(PHONE_OFF, "are you there?"), Status.UNDELIVERED)
    place = await _conversation(rig, PHONE_OFF)

    async def failures() -> int:
        found = await rig.services.conversations.get(place)
        assert found is not None
        return found.failed

    await rig.services.outbox.put_night_rule(night(AtNight.ASK))
    kept = await rig.services.outbox.submit(place, "in the morning", when=When.MORNING)
    assert (kept.held_for, await failures()) == (Hold.NIGHT, 1)
    assert (await rig.services.conversations.counts()).failed == 1
    await rig.services.outbox.undo(kept.id)
    assert await failures() == 1
    kept = await rig.services.outbox.submit(place, "in the morning", when=When.MORNING)
    rig.simulator.weather.turn("429", True)
    await rig.services.outbox.send_now(kept.id)
    assert await failures() == 0


async def test_a_reply_to_who_just_wrote_is_not_asked_about(asking: Rig) -> None:
    await asking.simulator.phone(YOURS).text(LINE, "Are you still open?")
    await asking.inbound("Are you still open?")
    await asking.status(await asking.send(YOURS, "Until ten."), Status.DELIVERED)


async def test_a_new_try_at_night_is_asked_about_too(rig: Rig) -> None:
    failed = await rig.status(await rig.send(PHONE_OFF, "hello"), Status.UNDELIVERED)
    await rig.services.outbox.put_night_rule(night(AtNight.ASK))
    with pytest.raises(NightThere):
        await rig.services.outbox.retry(failed.id)
    again = await rig.services.outbox.retry(failed.id, when=When.MORNING)
    assert (again.retry_of, again.held_for) == (failed.id, Hold.NIGHT)


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path / "data")
    await rig.simulator.start()
    await rig.open(rig.simulator.base_url)
    yield rig
    await rig.stop()


async def _written_long_ago(rig: Rig, *, let: bool) -> Message:
    """By day, or with somebody's word that it may leave at night; it could not leave then."""
    place = await _conversation(rig)
    before = clock.now() - DOZED - timedelta(hours=1)
    message = await rig.engine.store.do(
        lambda tx: messages.add_outbound(
            tx, id=messages.new_key(), conversation_id=place, body="waited", at=before, let=let
        )
    )
    await rig.services.outbox.put_night_rule(night(AtNight.ASK))
    await rig.connect()
    return message


async def test_what_waited_from_day_into_night_waits_for_the_morning(offline: Rig) -> None:
    message = await _written_long_ago(offline, let=False)

    def asleep() -> bool:
        known = offline.messages.get(message.id)
        return known is not None and known.held_for is Hold.NIGHT

    await offline.until(asleep, "it is kept for the morning")
    assert len(offline.simulator.account.log) == 0


async def test_what_somebody_let_go_at_night_leaves_however_long_it_waited(offline: Rig) -> None:
    message = await _written_long_ago(offline, let=True)
    await offline.status(message, Status.DELIVERED)
