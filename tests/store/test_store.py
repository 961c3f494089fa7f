"""Works, their commits, and what is told of them."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, exc

from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.events import Event, MessageAdded
from sms_desktop.store import connect, messages, settings
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import NOON, Recorder, new_sid, text_in


async def _busy(store: Store) -> tuple[threading.Event, "asyncio.Task[None]"]:
    """Occupies the writer until the event is set, so that works pile up behind it."""
    started, release = threading.Event(), threading.Event()

    def work(_: Tx) -> None:
        started.set()
        assert release.wait(30)

    task = asyncio.ensure_future(store.do(work))
    await asyncio.to_thread(started.wait)
    return release, task


async def test_a_work_returns_its_result_and_its_events_are_told_before_the_answer(
    store: Store, recorder: Recorder
) -> None:
    message = await store.do(text_in("hello"))
    assert [event.message for event in recorder.of(MessageAdded)] == [message]
    assert await store.read(lambda db: messages.get(db, message.id)) == message


async def test_works_that_wait_together_share_one_commit(store: Store) -> None:
    statements: list[str] = []
    await store.do(lambda tx: connect.raw(tx.db).set_trace_callback(statements.append))
    release, occupied = await _busy(store)
    works = [asyncio.ensure_future(store.do(text_in(f"text {n}"))) for n in range(40)]
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(occupied, *works)
    await store.do(lambda tx: connect.raw(tx.db).set_trace_callback(None))
    commits = statements.count("COMMIT")
    assert 3 <= commits <= 12  # the tracer's own, the occupier's, and far fewer than forty
    assert statements.count("SAVEPOINT work") >= 30


async def test_a_failing_work_fails_alone_and_nothing_of_it_stays(store: Store, recorder: Recorder) -> None:
    release, occupied = await _busy(store)

    def broken(tx: Tx) -> None:
        text_in("never")(tx)
        raise ValueError("no")

    works = [store.do(text_in("first")), store.do(broken), store.do(text_in("second"))]
    running = asyncio.gather(*works, return_exceptions=True)
    await asyncio.sleep(0)
    release.set()
    await occupied
    first, failure, second = await running
    assert isinstance(failure, ValueError)
    assert [event.message for event in recorder.of(MessageAdded)] == [first, second]
    assert await store.read(messages.newest_seq) == 2


async def test_a_failing_work_on_its_own_leaves_nothing(store: Store, recorder: Recorder) -> None:
    def broken(tx: Tx) -> None:
        text_in("never")(tx)
        tx.db.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(exc.OperationalError, match="nowhere"):
        await store.do(broken)
    assert recorder.events == []
    assert await store.read(messages.newest_seq) == 0
    await store.do(text_in("the store goes on"))


async def test_events_are_told_in_the_order_of_the_commits(store: Store, recorder: Recorder) -> None:
    await asyncio.gather(*(store.do(text_in(f"text {n}", peer=f"+1212555{n:04}")) for n in range(300)))
    told = [event.message.seq for event in recorder.of(MessageAdded)]
    assert told == list(range(1, 301))


async def test_a_listener_that_fails_keeps_nobody_from_being_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def hear(events: object) -> None:
        raise RuntimeError("deaf")

    store = Store(tmp_path, hear)
    await store.open()
    await asyncio.gather(*(store.do(text_in()) for _ in range(5)))
    await store.close()
    assert [record.message for record in caplog.records] == ["telling of a commit failed"] * 5


async def test_a_page_is_read_while_a_long_write_goes_on(store: Store) -> None:
    await store.do(text_in())
    release, occupied = await _busy(store)
    assert await store.read(messages.newest_seq) == 1
    assert not occupied.done()
    release.set()
    await occupied


async def test_a_page_is_read_while_a_slow_read_goes_on(store: Store) -> None:
    started, release = threading.Event(), threading.Event()

    def slow(_: Connection) -> bool:
        started.set()
        return release.wait(30)

    reading = asyncio.ensure_future(store.read(slow))
    await asyncio.to_thread(started.wait)
    assert await store.read(messages.newest_seq) == 0
    release.set()
    assert await reading


async def test_a_query_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.read(lambda db: settings.put(Tx(db), "a", 1))


async def test_a_query_sees_one_moment(store: Store) -> None:
    first, go_on = threading.Event(), threading.Event()

    def twice(db: Connection) -> tuple[int, int]:
        before = messages.newest_seq(db)
        first.set()
        assert go_on.wait(30)
        return before, messages.newest_seq(db)

    reading = asyncio.ensure_future(store.read(twice))
    await asyncio.to_thread(first.wait)
    await store.do(text_in())
    go_on.set()
    assert await reading == (0, 0)
    assert await store.read(messages.newest_seq) == 1


async def test_the_work_of_a_caller_who_has_gone_is_done(store: Store, recorder: Recorder) -> None:
    release, occupied = await _busy(store)
    abandoned = asyncio.ensure_future(store.do(text_in("still true")))
    await asyncio.sleep(0)
    abandoned.cancel()
    release.set()
    await occupied
    await store.do(text_in("later"))
    assert [event.message.body for event in recorder.of(MessageAdded)] == ["still true", "later"]


async def test_closing_waits_for_what_was_accepted_and_ends_the_threads(tmp_path: Path, recorder: Recorder) -> None:
    before = set(threading.enumerate())
    store = Store(tmp_path, recorder.hear)
    await store.open()
    works = [asyncio.ensure_future(store.do(text_in(f"text {n}"))) for n in range(200)]
    await asyncio.sleep(0)
    await store.close()
    assert all(work.done() for work in works)
    assert len({work.result().id for work in works}) == len(recorder.of(MessageAdded)) == 200
    assert {thread for thread in set(threading.enumerate()) - before if thread.name.startswith("store")} == set()
    assert not (tmp_path / "sms.db-wal").exists()  # folded into the database
    with pytest.raises(StoreError, match="not open"):
        await store.do(text_in())
    with pytest.raises(StoreError, match="not open"):
        await store.read(messages.newest_seq)
    await store.close()


async def test_a_writer_that_cannot_go_on_leaves_nobody_waiting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path, lambda _: None)
    await store.open()
    release, occupied = await _busy(store)
    works = [asyncio.ensure_future(store.do(text_in())) for _ in range(100)]
    lost = asyncio.ensure_future(store.do(lambda tx: connect.raw(tx.db).close()))
    works += [asyncio.ensure_future(store.do(text_in())) for _ in range(100)]
    await asyncio.sleep(0)
    release.set()
    await occupied
    done = await asyncio.wait_for(asyncio.gather(*works, lost, return_exceptions=True), 20)
    failures = [result for result in done if isinstance(result, Exception)]
    assert len(failures) >= 100
    assert any(isinstance(failure, StoreError) for failure in failures)
    assert any(record.levelname == "CRITICAL" for record in caplog.records)
    with pytest.raises(StoreError, match="not saved"):
        await store.do(text_in())
    await store.close()
    again = Store(tmp_path, lambda _: None)
    await again.open()
    assert await again.read(messages.newest_seq) == len(done) - len(failures)
    await again.close()


async def test_what_another_program_wrote_is_noticed_once(store: Store, tmp_path: Path) -> None:
    assert not await store.changed_elsewhere()
    await store.do(text_in())
    assert not await store.changed_elsewhere()
    other = Store(tmp_path / "data", lambda _: None)
    await other.open()
    await other.do(text_in("from next door"))
    await other.close()
    assert await store.changed_elsewhere()
    assert not await store.changed_elsewhere()
    (added,) = await store.read(lambda db: messages.since(db, 1))
    assert added.message.body == "from next door" and added.conversation.unread == 2


async def test_a_full_disk_is_told_in_a_sentence_and_what_was_confirmed_stays(store: Store, tmp_path: Path) -> None:
    kept = await store.do(text_in("kept"))

    def no_more_room(tx: Tx) -> None:
        pages = tx.db.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await store.do(no_more_room)
    release, occupied = await _busy(store)
    works = asyncio.gather(*(store.do(text_in("x" * 1600)) for _ in range(30)), return_exceptions=True)
    await asyncio.sleep(0)
    release.set()
    await occupied
    failures = [result for result in await works if isinstance(result, StoreError)]
    assert failures
    assert "full" in str(failures[0]) and str(tmp_path / "data") in str(failures[0])
    await store.do(lambda tx: tx.db.exec_driver_sql("PRAGMA max_page_count = 100000"))
    await store.do(text_in("room again"))
    assert await store.read(lambda db: messages.get(db, kept.id)) == kept


async def test_a_database_that_another_program_holds_is_told_in_a_sentence(tmp_path: Path) -> None:
    store = Store(tmp_path, lambda _: None, patience=0.05)
    await store.open()
    with closing(sqlite3.connect(tmp_path / "sms.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            await store.do(text_in())
        other.execute("ROLLBACK")
    await store.do(text_in())
    await store.close()


async def test_the_same_sid_in_one_transaction_is_one_message(store: Store, recorder: Recorder) -> None:
    sid = new_sid()
    release, occupied = await _busy(store)

    def twice(tx: Tx) -> object:
        return messages.add_inbound(
            tx, sid=sid, line="+15005550006", peer="+12125550187", body="once", at=NOON, media=(), segments=1
        )

    works = asyncio.gather(*(store.do(twice) for _ in range(10)))
    await asyncio.sleep(0)
    release.set()
    await occupied
    assert sum(result is not None for result in await works) == 1
    events: list[Event] = recorder.events
    assert len(events) == 1
