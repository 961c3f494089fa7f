"""Messages that are to be asked about: when, in what order, and never again."""

from sms_desktop.domain.message import Status, StatusReport
from sms_desktop.store import messages, polls
from sms_desktop.store.store import Store
from tests.store.recorder import at, text_in, text_out


async def test_what_is_not_planned_is_not_asked_about(store: Store) -> None:
    await store.do(text_out())
    assert await store.read(lambda db: polls.due(db, at(10**6), 10)) == []
    assert await store.read(polls.next_due) is None


async def test_the_longest_due_is_asked_about_first_and_what_is_not_due_not_at_all(store: Store) -> None:
    found = [await store.do(text_out(f"{n}")) for n in range(4)]
    for message, seconds in zip(found, (30, 10, 20, 99), strict=True):
        await store.do(lambda tx, m=message, s=seconds: polls.plan(tx, m.id, at(s), 0))  # type: ignore[misc]
    due = await store.read(lambda db: polls.due(db, at(30), 10))
    assert [silent.message.body for silent in due] == ["1", "2", "0"]
    assert [s.message.body for s in await store.read(lambda db: polls.due(db, at(30), 2))] == ["1", "2"]
    assert await store.read(polls.next_due) == at(10)


async def test_how_often_it_was_asked_is_kept_until_it_is_over(store: Store) -> None:
    message = await store.do(text_in(media=(("https://example.org/1", "image/png"),)))
    await store.do(lambda tx: polls.plan(tx, message.id, at(5), 3))
    [silent] = await store.read(lambda db: polls.due(db, at(5), 10))
    assert (silent.polls, silent.message) == (3, message)
    await store.do(lambda tx: polls.plan(tx, message.id, None, 4))
    assert await store.read(lambda db: polls.due(db, at(10**9), 10)) == []
    assert await store.read(polls.next_due) is None


async def test_a_first_look_is_planned_once(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: polls.plan_first(tx, message.id, at(5)))
    await store.do(lambda tx: polls.plan_first(tx, message.id, at(3)))
    assert await store.read(polls.next_due) == at(5)
    ended = StatusReport(Status.DELIVERED, None, "SM1", "callback", at(6))
    await store.do(lambda tx: messages.report(tx, key=message.id, sid="SM1", report=ended))
    await store.do(lambda tx: polls.plan(tx, message.id, None, 1))
    await store.do(lambda tx: polls.plan_first(tx, message.id, at(7)))
    assert await store.read(polls.next_due) is None


async def test_one_that_was_given_up_and_of_which_word_comes_all_the_same_is_asked_about_again(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: polls.plan(tx, message.id, None, 6))
    late = StatusReport(Status.SENT, None, "SM1", "callback", at(900))
    await store.do(lambda tx: messages.report(tx, key=message.id, sid="SM1", report=late))
    await store.do(lambda tx: polls.plan_first(tx, message.id, at(930)))
    [silent] = await store.read(lambda db: polls.due(db, at(930), 10))
    assert (silent.message.status, silent.polls) == (Status.SENT, 0)
