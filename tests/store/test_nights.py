"""Texts that wait for their recipient's morning: durable, out of the others' way, and never forgotten."""

from pathlib import Path

import pytest
from sqlalchemy import text

from sms_desktop.domain.events import MessageChanged
from sms_desktop.domain.message import Hold, Message, Status
from sms_desktop.domain.night import AtNight, Rule
from sms_desktop.store import conversations, messages, nights, outbox, settings
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import LINE, PEER, Recorder, at, text_in, text_out

MORNING = 8 * 3600


async def _sleeps(store: Store, body: str = "Good morning", peer: str = PEER) -> Message:
    def work(tx: Tx) -> Message:
        to = conversations.ensure(tx, LINE, peer, at())
        return messages.add_outbound(
            tx, id=messages.new_key(), conversation_id=to.id, body=body, at=at(), morning=at(MORNING)
        )

    return await store.do(work)


async def _due(store: Store, seconds: float) -> list[str]:
    return [item.message.body for item in await store.read(lambda db: outbox.due(db, at(seconds)))]


async def _dawn(store: Store, seconds: float, *, held: bool = False) -> list[str]:
    def work(tx: Tx) -> list[str]:
        come = outbox.dawned(tx.db, at(seconds))
        return [outbox.wake(tx, message, at(seconds), held=held).body for message in come]

    return await store.do(work)


async def test_it_waits_and_says_until_when_and_why(store: Store) -> None:
    message = await _sleeps(store)
    assert (message.status, message.held_until, message.held_for) == (Status.QUEUED, at(MORNING), Hold.NIGHT)
    assert await _due(store, 60) == []
    assert await store.read(outbox.waiting) == await store.read(outbox.nights) == 1
    assert await _dawn(store, MORNING - 1) == []
    await store.do(lambda tx: outbox.hurry(tx, at(60)))
    assert await _due(store, MORNING) == []  # dawn lets it go, nothing else does


async def test_in_the_morning_it_takes_its_turn(store: Store, recorder: Recorder) -> None:
    await _sleeps(store)
    assert await _dawn(store, MORNING) == ["Good morning"]
    changed = recorder.of(MessageChanged)[-1].message
    assert (changed.held_until, changed.held_for) == (None, None)
    assert await _due(store, MORNING) == ["Good morning"]


async def test_in_the_morning_it_waits_for_news_of_its_recipient_where_there_is_none(store: Store) -> None:
    message = await _sleeps(store)
    await _dawn(store, MORNING, held=True)
    assert await _due(store, MORNING) == []
    assert await store.read(outbox.held_ids) == {message.id}


async def test_what_is_written_meanwhile_does_not_wait_for_the_morning(store: Store) -> None:
    await _sleeps(store)
    await store.do(text_out("right now"))
    assert await _due(store, 60) == ["right now"]
    assert await store.read(lambda db: outbox.next_due(db, at(-60))) is not None


async def test_holding_and_releasing_for_news_leaves_it_asleep(store: Store) -> None:
    message = await _sleeps(store)
    await store.do(outbox.hold)
    await store.do(lambda tx: outbox.release(tx, message.conversation_id, at(60)))
    assert await _due(store, 60) == []
    assert await store.read(outbox.held_ids) == frozenset()


async def test_somebody_may_want_it_to_leave_at_once_after_all(store: Store) -> None:
    message = await _sleeps(store)
    woken = await store.do(lambda tx: outbox.in_spite_of_night(tx, message.id, at(60), lambda one: False))
    assert woken is not None and woken.held_for is None
    assert await _due(store, 60) == ["Good morning"]
    assert await store.read(lambda db: outbox.is_let(db, message.id))
    assert await store.do(lambda tx: outbox.in_spite_of_night(tx, message.id, at(60), lambda one: False)) is None


async def test_it_can_be_taken_back_into_the_draft_all_night(store: Store) -> None:
    message = await _sleeps(store)
    gone = await store.do(lambda tx: outbox.undo(tx, message.id, at(MORNING - 1)))
    assert gone is not None and gone.withdrawn
    assert await store.read(outbox.waiting) == 0


async def test_a_night_without_end_was_reckoned_by_a_clock_that_ran_ahead(store: Store) -> None:
    await _sleeps(store)
    assert await _dawn(store, MORNING - 3 * 86_400) == ["Good morning"]


async def test_it_is_still_asleep_after_the_program_was_ended(tmp_path: Path) -> None:
    first = Store(tmp_path / "data", Recorder().hear)
    await first.open()
    message = await _sleeps(first)
    await first.close()
    second = Store(tmp_path / "data", Recorder().hear)
    await second.open()
    found = await second.read(lambda db: messages.get(db, message.id))
    assert found is not None and (found.held_until, found.held_for) == (at(MORNING), Hold.NIGHT)
    assert await second.do(lambda tx: outbox.settle_interrupted(tx, at(60))) == []
    assert await _dawn(second, MORNING) == ["Good morning"]
    await second.close()


async def test_what_is_wished_is_kept_and_nonsense_is_not_believed(store: Store) -> None:
    assert await store.read(nights.rule) == Rule(AtNight.ASK, 21, 8)
    await store.do(lambda tx: nights.set_rehearsal(tx, True))
    assert (await store.read(nights.rule)).do is AtNight.OFF
    wish = Rule(AtNight.MORNING, 20, 9)
    await store.do(lambda tx: nights.put_rule(tx, wish))
    assert await store.read(nights.rule) == wish
    await store.do(lambda tx: nights.set_rehearsal(tx, False))
    broken: tuple[object, ...] = (
        {"do": "ask", "begin": 25, "end": 8},
        {"do": "never", "begin": 1, "end": 2},
        [],
        "ask",
    )
    for nonsense in broken:
        await store.do(lambda tx, kept=nonsense: settings.put(tx, "night", kept))  # type: ignore[misc]
        assert await store.read(nights.rule) == Rule()


@pytest.mark.parametrize(("ago", "asks"), [(59 * 60, False), (61 * 60, True)])
async def test_who_wrote_within_the_hour_is_answered_at_any_time(store: Store, ago: float, asks: bool) -> None:
    midnight = 17 * 3600  # in New York, as it is noon in UTC at nought
    await store.do(text_in("Are you there?", when=at(midnight - ago)))
    found = await store.read(lambda db: nights.night(db, PEER, LINE, at(midnight), Rule()))
    assert (found is not None) is asks


async def test_a_database_of_before_has_nothing_that_sleeps(store: Store) -> None:
    await store.do(text_out("old"))
    rows = await store.read(lambda db: db.execute(text("SELECT let FROM outbox")).scalars().all())
    assert rows == [0]
