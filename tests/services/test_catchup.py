"""Messages that no webhook brought: every one of them is here in the end, once, whatever went wrong on the way."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from sms_desktop.domain.catchup import Origin, Progress
from sms_desktop.domain.errors import UNEXPECTED, GatewayError, OptedOut, StoreError
from sms_desktop.domain.events import CatchUpChanged, MessageAdded, MessageChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.media import MediaState
from sms_desktop.domain.message import Direction, ListedMessage, Message, Status
from sms_desktop.gateway import listing
from sms_desktop.gateway.gateway import Gateway, ListedPage
from sms_desktop.services import catchup, clock, intake, rhythm, uptime
from sms_desktop.services.rhythm import LIVELY, NIGHT, USUAL, WITH_WEBHOOKS, Rhythm
from sms_desktop.services.wakefulness import ASLEEP, EVERY, Wakefulness
from sms_desktop.simulator import PastMessage, Simulator
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import conversations, forgotten, gaps, media, messages
from sms_desktop.store.faults import damaged
from sms_desktop.store.store import Store
from tests.rig import LINE, PATIENCE, SILENT, TOLL_FREE, YOURS, Rig, running

LINES = (LINE, TOLL_FREE)
PEERS = [f"+1415555{n:04}" for n in range(300, 340)]
AWAY = timedelta(days=3)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    simulator = Simulator(pace=0, seed=7)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture(autouse=True)
def right_clock() -> Iterator[None]:
    clock.correct(None)
    yield
    clock.correct(None)


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults are told at once, and tried again as soon as they are told of."""
    monkeypatch.setattr(catchup, "MENDED_SOON", 0.0)


def twilio_now(simulator: Simulator) -> datetime:
    return datetime.fromtimestamp(simulator.account.now(), UTC)


async def off_since(directory: Path, since: datetime) -> None:
    """What a store has of lines that were watched until ``since``, when the computer was turned off."""
    store = Store(directory, lambda events: None)
    await store.open()
    for line in LINES:
        await store.do(lambda tx, line=line: gaps.watch(tx, line, since))  # type: ignore[misc]
    await store.close()


@dataclass(frozen=True)
class Watch:
    """Sees a rig's catch-up, and spares it the rests that it takes after a fault."""

    rig: Rig

    async def until(self, fact: Callable[[Progress], bool], what: str, *, hurry: bool = True) -> Progress:
        service, heard = self.rig.services.catchup, asyncio.Event()

        def hear(event: CatchUpChanged) -> None:
            heard.set()
            if event.progress.waiting and hurry:
                service.ask()

        self.rig.engine.hub.subscribe(CatchUpChanged, hear)
        service.ask()
        try:
            async with asyncio.timeout(4 * PATIENCE):
                while not fact(service.progress):
                    await heard.wait()
                    heard.clear()
        except TimeoutError:
            raise AssertionError(f"it did not come about: {what}: {service.progress}") from None
        return service.progress

    async def complete(self) -> Progress:
        """After two more rounds, for the first may have begun before we asked; no other is under way then."""
        for _ in range(2):
            before = self.rig.services.catchup.progress.complete_to

            def fact(progress: Progress, before: datetime | None = before) -> bool:
                return not progress.running and not progress.waiting and progress.complete_to not in (None, before)

            told = await self.until(fact, f"complete to later than {before}")
        await self.rig.rest()
        return told


async def caught_up(rig: Rig) -> Progress:
    return await Watch(rig).complete()


async def to_list(rig: Rig) -> list[gaps.Gap]:
    """What is still to be listed, but for that of a round which may just have begun."""
    return [gap for gap in await rig.engine.store.read(gaps.all) if gap.until - gap.since > timedelta(minutes=1)]


async def last_asked(rig: Rig, ago: timedelta) -> None:
    """As if Twilio had been asked for the last time so long ago."""
    spans = (ago // timedelta(microseconds=1),) * 2
    await rig.engine.store.do(
        lambda tx: tx.db.exec_driver_sql("UPDATE marks SET since = since - ?, until = until - ?", spans)
    )


async def rows(rig: Rig, what: str = "sid, origin, direction, at") -> list[Any]:
    def query(db: Connection) -> list[Any]:
        return list(db.exec_driver_sql(f"SELECT {what} FROM messages ORDER BY at, seq"))

    return await rig.engine.store.read(query)


async def sids(rig: Rig) -> Counter[str]:
    return Counter(row.sid for row in await rows(rig))


async def known(rig: Rig, sid: str) -> Message:
    found = await rig.engine.store.read(lambda db: messages.by_sid(db, sid))
    assert found is not None
    return found


def missed(
    simulator: Simulator, count: int, since: timedelta = AWAY, *, pictures: int = 0, seed: int = 3
) -> list[tuple[str, PastMessage]]:
    """``count`` messages of both directions on both lines, as Twilio has them since then; with their SIDs."""
    chance = Random(seed)
    newest = twilio_now(simulator) - timedelta(seconds=90)
    step = (since - timedelta(minutes=2)) / count
    past = []
    for n in range(count):
        line, peer = chance.choice(LINES), chance.choice(PEERS)
        inbound = chance.random() < 0.7
        word = chance.choice(("STOP", "START")) if inbound and chance.random() < 0.02 else f"message {n}"
        files = (("image/png", landscape(Random(n)), f"{n}.png"),) if inbound and n < pictures else ()
        from_, to = (peer, line) if inbound else (line, peer)
        past.append(PastMessage(from_, to, word, newest - step * n, media=files))
    return list(zip(simulator.account.import_messages(past), past, strict=True))


async def assert_all_is_here(rig: Rig, past: list[tuple[str, PastMessage]]) -> None:
    """Every SID once, nothing else, unread and opted out as they were."""
    assert await sids(rig) == Counter(sid for sid, _ in past)
    unread: Counter[tuple[str, str]] = Counter()
    stopped: dict[tuple[str, str], bool] = {}
    for _, one in sorted(past, key=lambda item: item[1].at):
        if one.to in LINES:
            unread[one.to, one.from_] += 1
            if one.body in {"STOP", "START"}:
                stopped[one.to, one.from_] = one.body == "STOP"
    places = {(one.to, one.from_) if one.to in LINES else (one.from_, one.to) for _, one in past}
    found = {}
    for line, peer in places:
        place = await rig.engine.store.read(lambda db, at=(line, peer): conversations.find(db, *at))  # type: ignore[misc]
        assert place is not None
        found[line, peer] = place
    assert {at: place.unread for at, place in found.items() if place.unread} == unread
    assert {at for at, place in found.items() if place.opted_out_at} == {at for at, out in stopped.items() if out}
    newest = {at: max(one.at for _, one in past if {one.from_, one.to} == set(at)) for at in places}
    assert {at: place.at.replace(microsecond=0) for at, place in found.items()} == {
        at: when.replace(microsecond=0) for at, when in newest.items()
    }
    assert await to_list(rig) == []


async def test_ten_thousand_messages_while_away_with_faults_and_a_restart(tmp_path: Path, simulator: Simulator) -> None:
    past = missed(simulator, 10_000, pictures=60)
    await off_since(tmp_path, twilio_now(simulator) - AWAY)
    simulator.fail_list_page(3)
    simulator.fail_list_page(7)
    simulator.weather.list_error = 0.1
    async with running(tmp_path, simulator, rested=False) as first:
        await Watch(first).until(lambda progress: progress.listed >= 1500, "some pages")
    simulator.weather.rate_limited = 0.1
    async with running(tmp_path, simulator, rested=False) as second:
        await Watch(second).until(lambda progress: progress.listed >= 1500, "some more pages")
    async with running(tmp_path, simulator, rested=False) as third:
        await caught_up(third)
        assert third.services.catchup.progress.complete_to is not None
        await assert_all_is_here(third, past)
        origins = {(row.direction, row.origin) for row in await rows(third)}
        assert origins == {("inbound", Origin.OFF), ("outbound", Origin.ELSEWHERE)}
        simulator.weather.clear()
        simulator.customer_texts(YOURS, LINE, "and now live")
        live = await third.inbound("and now live")
        assert live.origin is None
        with_pictures = [sid for sid, one in past if one.media]
        assert len(with_pictures) > 20
        await pictures_are_here(third)
        for sid in with_pictures:
            [item] = (await known(third, sid)).media
            assert item.file is not None
            assert (item.state, item.file.content_type) == (MediaState.READY, "image/png")


async def pictures_are_here(rig: Rig) -> None:
    heard = asyncio.Event()
    rig.engine.hub.subscribe(MessageChanged, lambda _: heard.set())
    async with asyncio.timeout(2 * PATIENCE):
        while await rig.engine.store.read(media.next_due) is not None:
            await heard.wait()
            heard.clear()


async def test_two_computers_on_one_account_are_both_complete(tmp_path: Path, simulator: Simulator) -> None:
    past = missed(simulator, 1200)
    rigs = [Rig(tmp_path / name, simulator) for name in ("one", "two")]
    for rig in rigs:
        await off_since(rig.directory, twilio_now(simulator) - AWAY)
        await rig.start()
    try:
        await asyncio.gather(*map(caught_up, rigs))
        for rig in rigs:
            await assert_all_is_here(rig, past)
        sent = await rigs[0].send(SILENT, "from the one")
        await rigs[0].status(sent, Status.DELIVERED)
        await simulator.idle()
        await asyncio.gather(*map(caught_up, rigs))
        [there] = [row for row in await rows(rigs[1], "sid, origin, body") if row.body == "from the one"]
        assert there.origin == Origin.ELSEWHERE
        assert (await sids(rigs[0]))[there.sid] == 1
    finally:
        for rig in rigs:
            await rig.stop()


async def test_of_what_was_sent_before_a_restore_nobody_says_that_it_was_from_elsewhere(rig: Rig) -> None:
    await caught_up(rig)
    at = datetime.now(UTC)
    sids = rig.simulator.account.import_messages(
        [PastMessage(LINE, SILENT, body, at + timedelta(seconds=n)) for n, body in ((2, "ours?"), (9, "theirs"))]
    )
    await rig.engine.store.do(lambda tx: forgotten.replace(tx, at + timedelta(seconds=5)))
    await rig.services.catchup.load()
    await caught_up(rig)
    found = await rig.until(
        lambda: {m.sid: m.origin for m in rig.messages.values() if m.sid in sids} if len(rig.messages) > 1 else None,
        "both",
    )
    assert [found[sid] for sid in sids] == [None, Origin.ELSEWHERE]


async def test_a_text_sent_from_elsewhere_belongs_to_the_conversation(rig: Rig) -> None:
    await caught_up(rig)
    await rig.simulator.phone(SILENT).text(LINE, "Is it ready?")
    asked = await rig.inbound("Is it ready?")
    [sid] = rig.simulator.account.import_messages(
        [PastMessage(LINE, SILENT, "It is.", datetime.now(UTC) + timedelta(seconds=2))]
    )
    await caught_up(rig)
    answer = await rig.until(lambda: next((m for m in rig.messages.values() if m.sid == sid), None), "the answer")
    assert (answer.direction, answer.origin, answer.conversation_id) == (
        Direction.OUTBOUND,
        Origin.ELSEWHERE,
        asked.conversation_id,
    )
    place = await rig.services.conversations.get(asked.conversation_id)
    assert place is not None
    assert place.last is not None
    assert place.last.body == "It is."


async def test_a_lost_webhook_is_made_good_by_the_list(rig: Rig) -> None:
    await caught_up(rig)
    rig.simulator.weather.lost_inbound = 1
    rig.simulator.customer_texts(SILENT, LINE, "never posted")
    rig.simulator.customer_texts(SILENT, TOLL_FREE, "look", [("image/png", landscape(Random(1)), "a.png")])
    await rig.simulator.idle()
    assert rig.messages == {}
    rig.services.catchup.ask()
    await rig.inbound("never posted")
    picture = await rig.inbound("look")
    await pictures_are_here(rig)
    [item] = (await known(rig, picture.sid or "")).media
    assert item.file is not None
    assert rig.services.media.path_of(item.file).read_bytes() == landscape(Random(1))


async def test_what_came_late_while_the_computer_was_on_says_so(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await caught_up(rig)
    await last_asked(rig, timedelta(minutes=9))
    monkeypatch.setattr(rig.services.catchup, "_awoke", time.monotonic() - 600)
    ago = [datetime.now(UTC) - timedelta(seconds=seconds) for seconds in (400, 5)]
    rig.simulator.account.import_messages([PastMessage(SILENT, LINE, f"{n}", at) for n, at in enumerate(ago)])
    await caught_up(rig)
    assert [row.origin for row in await rows(rig)] == [Origin.UNREACHED, None]


async def test_a_text_that_could_not_be_stored_is_asked_for_as_soon_as_it_can(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchup, "STUMBLED", timedelta(seconds=0.2))
    monkeypatch.setattr(rig.services.catchup._rhythm, "pause", lambda: timedelta(hours=1))
    await caught_up(rig)
    store = rig.engine.store
    await store.do(lambda tx: tx.db.exec_driver_sql("PRAGMA busy_timeout = 20"))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        rig.simulator.customer_texts(SILENT, LINE, "no room for this")
        await rig.simulator.idle()
        await rig.until(
            lambda: rig.services.catchup.progress.unkept, "it is asked for, and why it does not come is told"
        )
        assert "locked by another program" in rig.services.catchup.progress.waiting
        assert rig.messages == {}
        other.execute("ROLLBACK")
    found = await rig.inbound("no room for this")  # long before the next round that is due
    assert found.origin is None
    await rig.until(lambda: rig.services.catchup._refused_since is None, "all is well again")
    assert not rig.services.catchup.progress.unkept


async def test_what_could_not_be_stored_did_not_come_while_the_computer_was_off(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up(rig)
    await last_asked(rig, timedelta(minutes=9))
    service = rig.services.catchup
    ago = [datetime.now(UTC) - timedelta(seconds=seconds) for seconds in (400, 200, 5)]
    stays = property(lambda _: ago[1] + timedelta(seconds=2), lambda *_: None)  # a round that is under way may end
    monkeypatch.setattr(type(service), "_refused_since", stays, raising=False)
    monkeypatch.setattr(service, "_awoke", time.monotonic())  # it slept since
    monkeypatch.setattr(service._uptime, "_since", time.monotonic())
    rig.simulator.account.import_messages([PastMessage(SILENT, LINE, f"{n}", at) for n, at in enumerate(ago)])
    await caught_up(rig)
    assert [row.origin for row in await rows(rig)] == [Origin.OFF, Origin.UNKEPT, None]


async def test_how_a_damaged_database_is_repaired_is_not_told_by_catching_up(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up(rig)

    async def stumble(*_: Any, **__: Any) -> None:
        raise damaged(rig.directory)

    monkeypatch.setattr(rig.services.catchup, "_close_gaps", stumble)
    told = await Watch(rig).until(lambda progress: progress.unkept, "it says why", hurry=False)
    assert told.waiting == "The database is damaged."


async def test_what_came_while_another_inbox_was_open_is_told_from_what_came_while_all_was_off(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up(rig)
    await last_asked(rig, timedelta(minutes=9))
    monkeypatch.setattr(rig.services.catchup._uptime, "_since", time.monotonic() - 300)
    ago = [datetime.now(UTC) - timedelta(seconds=seconds) for seconds in (400, 200, 5)]
    rig.simulator.account.import_messages([PastMessage(SILENT, LINE, f"{n}", at) for n, at in enumerate(ago)])
    monkeypatch.setattr(rig.services.catchup, "_awoke", time.monotonic() - 60)
    await caught_up(rig)
    assert [row.origin for row in await rows(rig)] == [Origin.OFF, Origin.CLOSED, None]


def test_the_program_is_at_work_from_its_first_session_or_the_last_sleep_on(monkeypatch: pytest.MonkeyPatch) -> None:
    running = [1000.0]
    monkeypatch.setattr(uptime, "time", SimpleNamespace(monotonic=lambda: running[0]))
    at_work = uptime.Uptime()
    assert at_work.lasts == timedelta(0)
    at_work.begin()
    running[0] += 60
    at_work.begin()  # the second session
    assert at_work.lasts == timedelta(seconds=60)
    at_work.woke()
    running[0] += 5
    assert at_work.lasts == timedelta(seconds=5)


async def test_what_was_complete_is_so_at_the_next_start_though_nobody_can_be_asked(rig: Rig) -> None:
    await caught_up(rig)
    await rig.engine.close()
    await rig.start(online=False)
    progress = rig.services.catchup.progress
    assert progress.complete_to is not None
    assert set(progress.lines) == set(LINES)
    assert progress.complete_on(LINE) == progress.lines[LINE]


async def test_a_line_that_lags_takes_nothing_from_another(rig: Rig) -> None:
    await caught_up(rig)
    await rig.engine.close()
    since, until = datetime.now(UTC) - timedelta(days=3), datetime.now(UTC)
    await rig.start(online=False)
    await rig.engine.store.do(lambda tx: gaps._open(tx, TOLL_FREE, Direction.INBOUND, since, until, history=False))
    await rig.services.catchup.load()
    progress = rig.services.catchup.progress
    assert progress.complete_on(LINE) == progress.lines[LINE] > datetime.now(UTC) - timedelta(minutes=1)
    assert progress.complete_on(TOLL_FREE) == progress.complete_to == since


async def test_a_message_that_is_still_coming_in_is_taken_when_its_files_are_known(rig: Rig) -> None:
    await caught_up(rig)
    [sid] = rig.simulator.account.import_messages(
        [PastMessage(SILENT, LINE, "look", datetime.now(UTC) + timedelta(seconds=2), status="receiving")]
    )
    await caught_up(rig)
    assert await rows(rig) == []
    coming = rig.simulator.account.log.get(sid)
    assert coming is not None
    rig.simulator.account.attach(coming, [("image/png", landscape(Random(1)), "a.png")])
    coming.num_media, coming.status = 1, "received"
    await caught_up(rig)
    await pictures_are_here(rig)
    [item] = (await known(rig, sid)).media
    assert item.state is MediaState.READY


async def test_a_webhook_and_the_list_together_make_one_message(rig: Rig) -> None:
    for n in range(20):
        rig.simulator.customer_texts(SILENT, LINE, f"both ways {n}")
        rig.services.catchup.ask()
    await rig.simulator.idle()
    await caught_up(rig)
    assert set((await sids(rig)).values()) == {1}
    place = await rig.services.conversations.open(LINE, SILENT)
    assert place.unread == 20


async def test_a_stop_that_no_webhook_brought_counts(rig: Rig) -> None:
    await caught_up(rig)
    rig.simulator.weather.lost_inbound = 1
    rig.simulator.customer_texts(SILENT, LINE, "STOP")
    rig.services.catchup.ask()
    stopped = await rig.inbound("STOP")
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(stopped.conversation_id, "please come back")


async def test_a_text_from_elsewhere_that_twilio_refused_for_a_stop_opts_out_here_too(rig: Rig) -> None:
    await caught_up(rig)
    at = datetime.now(UTC) + timedelta(seconds=2)
    [sid] = rig.simulator.account.import_messages(
        [PastMessage(LINE, SILENT, "Are you there?", at, status="failed", error_code=21610)]
    )
    await caught_up(rig)
    refused = await rig.until(lambda: next((m for m in rig.messages.values() if m.sid == sid), None), "it is listed")
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(refused.conversation_id, "hello again")


async def test_an_unconfirmed_text_is_settled_by_the_list(rig: Rig) -> None:
    await caught_up(rig)
    rig.simulator.weather.turn("500 after", True)
    rig.simulator.weather.turn("lost callbacks", True)
    message = await rig.send(SILENT, "did it go?")
    await rig.status(message, Status.UNCONFIRMED)
    rig.simulator.weather.clear()
    await rig.simulator.idle()
    rig.services.catchup.ask()
    settled = await rig.status(message, Status.DELIVERED)
    assert settled.sid is not None
    assert len(rig.simulator.phone(SILENT).messages) == 1
    assert len(await rows(rig)) == 1


async def test_a_line_that_is_new_here_brings_nothing_of_before(tmp_path: Path, simulator: Simulator) -> None:
    missed(simulator, 30, timedelta(hours=5))
    async with running(tmp_path, simulator) as rig:
        await caught_up(rig)
        simulator.weather.lost_inbound = 1
        simulator.customer_texts(SILENT, LINE, "the first here")
        await caught_up(rig)
        await rig.inbound("the first here")
        assert [row.body for row in await rows(rig, "body")] == ["the first here"]


@pytest.mark.parametrize("days", [2, None])
async def test_history_is_imported_since_a_day_or_all_there_is(
    tmp_path: Path, simulator: Simulator, days: int | None
) -> None:
    past = missed(simulator, 1500, timedelta(days=4))
    [ancient] = simulator.account.import_messages(
        [PastMessage(SILENT, LINE, "the oldest", datetime(2011, 5, 4, tzinfo=UTC))]
    )
    async with running(tmp_path, simulator) as rig:
        await caught_up(rig)
        since = None if days is None else twilio_now(simulator) - timedelta(days=days)
        await rig.services.catchup.import_history(since)
        told = rig.services.catchup.progress
        assert (told.running, told.history, told.listed, told.added) == (True, True, 0, 0), "it is told at once"
        await Watch(rig).until(lambda progress: progress.history and progress.since is not None, "it tells how far")
        await caught_up(rig)
        expected = {sid for sid, one in past if since is None or one.at >= since} | (
            {ancient} if days is None else set()
        )
        found = await sids(rig)
        assert set(found.values()) == {1}
        assert set(found) == expected
        assert {row.origin for row in await rows(rig)} == {Origin.HISTORY}
        places = await rig.services.conversations.open(LINE, PEERS[0])
        assert places.unread == 0
        asked = simulator.requests["GET Messages.json"]
        await rig.services.catchup.import_history(since)  # what is here is not listed again
        await caught_up(rig)
        assert await sids(rig) == found
        assert simulator.requests["GET Messages.json"] - asked < 20


async def test_an_import_that_is_cancelled_rests_and_goes_on_where_it_was(tmp_path: Path, simulator: Simulator) -> None:
    past = missed(simulator, 6000, timedelta(days=9))
    async with running(tmp_path, simulator) as rig:
        await caught_up(rig)
        service = rig.services.catchup
        simulator.weather.slow, simulator.weather.slow_seconds = 1, 0.1

        def stop_it(event: CatchUpChanged) -> None:
            if event.progress.listed > 500:
                unsubscribe()
                service.cancel()

        unsubscribe = rig.engine.hub.subscribe(CatchUpChanged, stop_it)
        await service.import_history(None)
        await Watch(rig).until(lambda progress: progress.cancelled and not progress.running, "it rests")
        simulator.weather.clear()
        simulator.weather.lost_inbound = 1
        simulator.customer_texts(SILENT, LINE, "in the meantime")
        service.ask()
        await rig.inbound("in the meantime")
        await caught_up(rig)
        resting = len(await rows(rig))
        assert 500 < resting < 6001
        assert {gap.history for gap in await to_list(rig)} == {True}
        told = list[Progress]()
        rig.engine.hub.subscribe(CatchUpChanged, lambda event: told.append(event.progress))
        service.resume()
        await caught_up(rig)
        assert len(await sids(rig)) == 6001
        counts = [one.listed for one in told if one.running]
        assert counts[0] > 500 and counts == sorted(counts)
        ends = [place for place, one in enumerate(told) if not one.running]
        assert ends and ends[0] == len(counts), "until all is here it never reads as if it were over"
        assert set(await sids(rig)) > {sid for sid, _ in past}
        assert await to_list(rig) == []


async def test_an_import_that_goes_on_while_one_line_is_stopped_is_not_over(
    tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = missed(simulator, 6000, timedelta(days=9))
    async with running(tmp_path, simulator) as rig:
        await caught_up(rig)
        service, over = rig.services.catchup, list[Progress]()
        close, stopped = service._close, list[bool]()

        async def closed(gate: asyncio.Semaphore, gateway: Gateway, gap: gaps.Gap) -> bool:
            ended = await close(gate, gateway, gap)
            if not ended and not stopped:  # while other lines are under way
                stopped.append(True)
                service.resume()
            return ended

        def stop_it(event: CatchUpChanged) -> None:
            if not (over or event.progress.running or event.progress.cancelled):
                over.append(event.progress)  # for the first time; the round after it counts anew
            if event.progress.history and event.progress.listed > 500 and not event.progress.cancelled and not stopped:
                service.cancel()

        monkeypatch.setattr(service, "_close", closed)
        rig.engine.hub.subscribe(CatchUpChanged, stop_it)
        await service.import_history(None)
        await Watch(rig).until(lambda progress: bool(stopped) and not progress.running, "all is here")
        assert len(await sids(rig)) == 6000 and set(await sids(rig)) == {sid for sid, _ in past}
        assert over and over[0].listed >= 6000


async def test_an_import_that_is_asked_for_while_a_round_has_just_found_none_is_not_over(
    tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, simulator) as rig:
        await caught_up(rig)
        missed(simulator, 500, timedelta(days=9))
        service, store, told = rig.services.catchup, rig.engine.store, list[Progress]()
        read, found_none, begun = store.read, asyncio.Event(), asyncio.Event()

        async def late(query: Callable[[Connection], Any]) -> Any:
            found = await read(query)
            if query is gaps.all and not found and not found_none.is_set():
                found_none.set()
                await begun.wait()
            return found

        monkeypatch.setattr(store, "read", late)
        rig.engine.hub.subscribe(CatchUpChanged, lambda event: told.append(event.progress))
        service.ask()
        await asyncio.wait_for(found_none.wait(), PATIENCE)
        await service.import_history(None)
        begun.set()
        await Watch(rig).until(lambda progress: progress.listed >= 500 and not progress.running, "all is here")
        over = next(place for place, one in enumerate(told) if one.listed >= 500 and not one.running)
        assert [one for one in told[:over] if one.history and not one.running] == []


async def test_an_import_is_counted_by_itself_however_many_rounds_there_are_while_it_is_stopped(
    tmp_path: Path, simulator: Simulator
) -> None:
    async with running(tmp_path, simulator) as rig:
        await caught_up(rig)
        missed(simulator, 600, timedelta(minutes=6))
        await last_asked(rig, timedelta(minutes=7))
        await caught_up(rig)  # from here on each round lists all of them again
        missed(simulator, 6000, timedelta(days=9))
        service, told = rig.services.catchup, list[Progress]()
        simulator.weather.slow, simulator.weather.slow_seconds = 1, 0.1

        def stop_it(event: CatchUpChanged) -> None:
            if event.progress.history and event.progress.listed > 500:
                unsubscribe()
                service.cancel()

        unsubscribe = rig.engine.hub.subscribe(CatchUpChanged, stop_it)
        await service.import_history(None)
        rig.engine.hub.subscribe(CatchUpChanged, lambda event: told.append(event.progress))
        await Watch(rig).until(lambda progress: progress.cancelled and not progress.running, "it rests")
        simulator.weather.clear()
        await caught_up(rig)
        resting = service.progress
        await caught_up(rig)
        assert (service.progress.listed, service.progress.added) == (resting.listed, resting.added)
        service.resume()
        await Watch(rig).until(lambda progress: progress.listed > resting.listed, "it goes on")
        await caught_up(rig)
        brought = sum(row.origin == Origin.HISTORY for row in await rows(rig))
        assert brought > 5900
        ran = [one for one in told if one.history and one.running]
        assert (max(one.listed for one in ran), max(one.added for one in ran)) == (brought, brought)


async def test_an_import_that_failed_and_is_cancelled_is_told_of_as_waiting_no_more(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up(rig)
    service = rig.services.catchup
    close_gaps = service._close_gaps

    async def fail(gateway: Any, addresses: tuple[str, ...], *, history: bool) -> None:
        if history:
            raise GatewayError("Twilio has a problem of its own.")
        await close_gaps(gateway, addresses, history=history)

    monkeypatch.setattr(service, "_close_gaps", fail)
    await service.import_history(None)
    await Watch(rig).until(lambda progress: progress.waiting != "", "it says why", hurry=False)
    service.cancel()
    assert (await caught_up(rig)).waiting == ""


@pytest.mark.parametrize("error", [GatewayError("Twilio is away."), StoreError("The disk is full."), ValueError()])
async def test_an_import_that_fails_after_it_was_stopped_is_not_told_of_as_waiting(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    await caught_up(rig)
    service = rig.services.catchup
    close_gaps, under_way, stopped = service._close_gaps, asyncio.Event(), asyncio.Event()

    async def fail(gateway: Any, addresses: tuple[str, ...], *, history: bool) -> None:
        if history:
            under_way.set()
            await stopped.wait()
            raise error
        await close_gaps(gateway, addresses, history=history)

    monkeypatch.setattr(service, "_close_gaps", fail)
    await service.import_history(None)
    async with asyncio.timeout(PATIENCE):
        await under_way.wait()
    assert service._history is not None
    service.cancel()
    stopped.set()
    await service._history
    assert service.progress.waiting == ""
    assert (await caught_up(rig)).waiting == ""


async def test_new_messages_come_while_what_was_missed_is_put_off(tmp_path: Path, simulator: Simulator) -> None:
    past = missed(simulator, 5000)
    await off_since(tmp_path, twilio_now(simulator) - AWAY)
    async with running(tmp_path, simulator, online=False) as rig:
        rig.services.catchup.cancel()
    simulator.weather.list_error = 1
    async with running(tmp_path, simulator) as rig:
        rig.services.catchup.cancel()  # before any page came
        simulator.weather.clear()
        simulator.weather.lost_inbound = 1
        simulator.customer_texts(SILENT, LINE, "new")
        rig.services.catchup.ask()
        await Watch(rig).until(lambda progress: progress.added > 0, "the newest page")
        await rig.until(lambda: None if not rig.services.catchup.progress.cancelled else True)
        simulator.customer_texts(SILENT, LINE, "newer")
        await Watch(rig).until(lambda _: any(m.body == "newer" for m in rig.messages.values()), "newer")
        assert len(await rows(rig)) < 5000
        rig.services.catchup.resume()
        await caught_up(rig)
        assert set(await sids(rig)) > {sid for sid, _ in past}
        assert len(await rows(rig)) == 5002


async def test_after_three_days_asleep_all_of_them_are_here(rig: Rig) -> None:
    await caught_up(rig)
    asleep = timedelta(days=3)
    await last_asked(rig, asleep)
    past = missed(rig.simulator, 400)
    wall, running = [1000.0], [500.0]
    wakefulness = Wakefulness(rig.services.catchup.woke, lambda: wall[0], lambda: running[0])
    wall[0] += EVERY + ASLEEP  # a busy computer
    running[0] += EVERY
    wakefulness.look()
    wall[0] += asleep.total_seconds()
    running[0] += EVERY
    wakefulness.look()
    await caught_up(rig)
    await assert_all_is_here(rig, past)
    assert {row.origin for row in await rows(rig) if row.direction == "inbound"} == {Origin.OFF}


def test_only_a_sleep_wakes_whichever_clock_stood_still() -> None:
    woken: list[int] = []
    wall, running = [1000.0], [500.0]
    wakefulness = Wakefulness(lambda: woken.append(1), lambda: wall[0], lambda: running[0])
    for step, expected in (((5, 5), 0), ((24, 24), 0), ((-3600, 5), 0), ((3600, 5), 1), ((5, 5), 1), ((90, 90), 2)):
        wall[0] += step[0]
        running[0] += step[1]
        wakefulness.look()
        assert len(woken) == expected


@pytest.mark.parametrize("skew", [3600, -3600])
async def test_a_clock_that_is_an_hour_off_loses_nothing(tmp_path: Path, simulator: Simulator, skew: int) -> None:
    simulator.clock_skew = skew
    past = missed(simulator, 300, timedelta(hours=6))
    await off_since(tmp_path, twilio_now(simulator) - timedelta(hours=6))
    async with running(tmp_path, simulator) as rig:
        await rig.services.lines.refresh()
        await caught_up(rig)
        assert abs(clock.now() - twilio_now(simulator)) < timedelta(seconds=5)
        await assert_all_is_here(rig, past)
        assert {row.origin for row in await rows(rig) if row.direction == "inbound"} == {Origin.OFF}
        simulator.weather.lost_inbound = 1
        simulator.customer_texts(YOURS, LINE, "STOP")
        rig.services.catchup.ask()
        stopped = await rig.inbound("STOP")
        assert stopped.origin is None
        with pytest.raises(OptedOut):
            await rig.services.outbox.submit(stopped.conversation_id, "please come back")
        [mark] = {await rig.engine.store.read(lambda db: gaps.mark(db, LINE))}
        assert mark is not None
        assert mark.until <= twilio_now(simulator) + timedelta(seconds=5)


async def test_a_clock_that_is_set_while_running_makes_no_hole(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await caught_up(rig)
    assert clock.is_sure()
    ahead = SimpleNamespace(now=lambda zone: datetime.now(zone) + timedelta(hours=1))
    monkeypatch.setattr("sms_desktop.services.clock.datetime", ahead)
    monkeypatch.setattr("sms_desktop.gateway.transport.datetime", ahead)
    clocks = SimpleNamespace(time=lambda: time.time() + 3600, monotonic=time.monotonic)
    monkeypatch.setattr("sms_desktop.services.clock.time", clocks)
    assert not clock.is_sure()
    await last_asked(rig, timedelta(seconds=10))
    rig.simulator.weather.lost_inbound = 1
    rig.simulator.customer_texts(SILENT, LINE, "after the clock was set")
    rig.services.catchup.woke()
    await rig.inbound("after the clock was set")
    mark = await rig.engine.store.read(lambda db: gaps.mark(db, LINE))
    assert mark is not None
    assert mark.until <= datetime.now(UTC) + timedelta(seconds=2)


async def test_a_page_that_twilio_does_not_know_any_more_is_asked_for_anew(
    tmp_path: Path, simulator: Simulator
) -> None:
    past = missed(simulator, 3000)
    await off_since(tmp_path, twilio_now(simulator) - AWAY)
    simulator.fail_list_page(2, 1_000_000)
    async with running(tmp_path, simulator, rested=False) as first:
        await Watch(first).until(lambda progress: progress.listed > 500, "some pages")
    simulator.fail_list_page(2, 0)
    store = Store(tmp_path, lambda events: None)
    await store.open()
    begun = [gap for gap in await store.read(gaps.all) if gap.cursor]
    assert begun
    gone = f"/2010-04-01/Accounts/{simulator.account.sid}/Messages.json?PageSize=1000&PageToken=gone"
    for gap in begun:
        await store.do(lambda tx, gap=gap: gaps.advance(tx, gap.id, gap.reached, gone))  # type: ignore[misc]
    await store.close()
    async with running(tmp_path, simulator) as second:
        await caught_up(second)
        await assert_all_is_here(second, past)


async def test_a_fault_is_told_and_gone_as_soon_as_twilio_answers(rig: Rig) -> None:
    await caught_up(rig)
    rig.simulator.weather.portal = 1
    waiting = await Watch(rig).until(lambda progress: progress.waiting != "", "it says why", hurry=False)
    assert waiting.waiting.endswith((".", "?"))
    assert not waiting.running
    rig.simulator.weather.clear()
    done = await caught_up(rig)
    assert done.waiting == ""


async def test_a_fault_of_the_list_that_the_next_try_mends_is_not_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchup, "MENDED_SOON", 60.0)
    await caught_up(rig)
    told: list[str] = []
    rig.engine.hub.subscribe(CatchUpChanged, lambda event: told.append(event.progress.waiting))
    service = rig.services.catchup
    rig.simulator.weather.list_error = 1
    service.ask()
    await rig.until(lambda: service._held_back, "it failed")
    rig.simulator.weather.clear()
    await caught_up(rig)
    assert service._held_back is None
    assert set(told) == {""}


async def test_a_fault_of_the_list_that_lasts_is_told_until_the_list_answers(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchup, "MENDED_SOON", 0.3)
    await caught_up(rig)
    told: list[str] = []
    rig.engine.hub.subscribe(CatchUpChanged, lambda event: told.append(event.progress.waiting))
    rig.simulator.weather.list_error = 1
    await Watch(rig).until(lambda progress: progress.waiting != "", "it says why", hurry=False)
    service, gateway = rig.services.catchup, rig.services.link.gateway
    assert gateway is not None
    ask, meanwhile = gateway.listed, asyncio.Event()

    async def asked(*arguments: Any, **more: Any) -> ListedPage:
        told.append(service.progress.waiting)
        meanwhile.set()
        return await ask(*arguments, **more)

    monkeypatch.setattr(gateway, "listed", asked)
    service.ask()
    await asyncio.wait_for(meanwhile.wait(), PATIENCE)
    assert told and "" not in told  # it is not taken back while nothing was mended
    rig.simulator.weather.clear()
    assert (await caught_up(rig)).waiting == ""


async def test_while_the_account_is_refused_nothing_goes_on_by_itself(rig: Rig) -> None:
    await caught_up(rig)
    rig.simulator.account.auth_token = "f" * 32
    told = await Watch(rig).until(lambda progress: progress.waiting != "", "it says why", hurry=False)
    assert told.refused


async def test_many_missed_in_a_short_absence_are_told_as_missing_and_can_be_put_off(
    tmp_path: Path, simulator: Simulator
) -> None:
    away = timedelta(minutes=4)
    past = missed(simulator, 1500, away)
    await off_since(tmp_path, twilio_now(simulator) - away)
    async with running(tmp_path, simulator, rested=False) as rig:
        service = rig.services.catchup
        seen: list[Progress] = []
        simulator.weather.slow, simulator.weather.slow_seconds = 1, 0.05

        def watch(event: CatchUpChanged) -> None:
            seen.append(event.progress)
            if event.progress.added > 200 and not event.progress.cancelled:
                unsubscribe()
                service.cancel()

        unsubscribe = rig.engine.hub.subscribe(CatchUpChanged, watch)
        service.ask()
        stopped = await Watch(rig).until(
            lambda progress: progress.cancelled and progress.complete_to is not None, "it rests"
        )
        simulator.weather.clear()
        assert any(progress.running for progress in seen)
        assert all(progress.gaps for progress in seen if progress.running)
        assert stopped.gaps
        simulator.weather.lost_inbound = 1
        resting = []
        for news in ("in the meantime", "and later", "and later still"):
            simulator.customer_texts(SILENT, LINE, news)
            service.ask()
            await rig.inbound(news)
            resting.append(len(await rows(rig)))
        assert 200 < resting[0] < 1500
        assert resting[2] < resting[0] + 50  # news, and what is of the same second as the last of what was put off
        assert service.progress.gaps
        service.resume()
        assert not (await caught_up(rig)).gaps
        assert set(await sids(rig)) > {sid for sid, _ in past}
        assert len(await sids(rig)) == len(await rows(rig)) == 1503


async def test_an_ordinary_round_tells_of_no_run_however_much_it_lists_again(rig: Rig) -> None:
    await caught_up(rig)
    missed(rig.simulator, 600, timedelta(minutes=6))
    await last_asked(rig, timedelta(minutes=7))
    await caught_up(rig)
    assert len(await rows(rig)) == 600
    seen: list[Progress] = []
    rig.engine.hub.subscribe(CatchUpChanged, lambda event: seen.append(event.progress))
    await caught_up(rig)
    assert seen and not any(progress.running or progress.gaps for progress in seen)


async def test_a_gap_that_is_closed_leaves_nothing_behind_for_the_next_one_of_its_id(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up(rig)
    service, left = rig.services.catchup, []
    tell_complete = service._tell_complete

    async def look(addresses: tuple[str, ...]) -> None:
        left.append(service._many - {gap.id for gap in await rig.engine.store.read(gaps.all)})
        await tell_complete(addresses)

    monkeypatch.setattr(service, "_tell_complete", look)
    missed(rig.simulator, 600, timedelta(minutes=6))
    await last_asked(rig, timedelta(minutes=7))
    await caught_up(rig)
    assert len(await rows(rig)) == 600
    assert left and not any(left)


async def test_an_import_lists_what_is_asked_for_while_it_goes_on(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await caught_up(rig)
    past = missed(rig.simulator, 60, timedelta(days=9))
    service = rig.services.catchup
    list_, close_gaps = service._list, service._close_gaps
    asked: list[bool] = []
    left: list[list[gaps.Gap]] = []

    async def list_and_ask(gateway: Any, gap: gaps.Gap) -> bool:
        ended = await list_(gateway, gap)
        if gap.history and not asked and not await service.imports():
            asked.append(True)
            await service.import_history(None)
        return ended

    async def close(gateway: Any, addresses: tuple[str, ...], *, history: bool) -> None:
        await close_gaps(gateway, addresses, history=history)
        if history:
            left.append(await to_list(rig))

    monkeypatch.setattr(service, "_list", list_and_ask)
    monkeypatch.setattr(service, "_close_gaps", close)
    await service.import_history(twilio_now(rig.simulator) - timedelta(days=2))
    await Watch(rig).until(lambda _: bool(left), "it is over")
    assert asked and left == [[]]
    assert set(await sids(rig)) == {sid for sid, _ in past}


async def test_a_round_that_takes_long_is_told_though_nothing_has_come_yet(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catchup, "SLOW", 0.1)
    await caught_up(rig)
    rig.simulator.weather.slow, rig.simulator.weather.slow_seconds = 1, 1.5
    told = await Watch(rig).until(lambda progress: progress.running, "it is told")
    assert told.gaps
    rig.simulator.weather.clear()
    assert not (await caught_up(rig)).gaps


async def test_what_is_counted_was_missing_and_an_interruption_takes_nothing_back(
    tmp_path: Path, simulator: Simulator
) -> None:
    past = missed(simulator, 4000)
    await off_since(tmp_path, twilio_now(simulator) - AWAY)
    simulator.weather.list_error = 1  # so that nothing is counted before we look
    counted: list[int] = []
    async with running(tmp_path, simulator) as rig:
        rig.engine.hub.subscribe(
            CatchUpChanged, lambda event: counted.append(event.progress.added) if event.progress.gaps else None
        )
        simulator.weather.list_error = 0.3
        await caught_up(rig)
        await assert_all_is_here(rig, past)
    assert counted == sorted(counted)
    assert counted[-1] <= 4000 and max(counted) > 2000


async def test_one_message_that_cannot_be_read_keeps_no_other_away_and_is_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up(rig)
    rig.simulator.weather.lost_inbound = 1.0
    sids = [rig.simulator.customer_texts(YOURS, LINE, f"number {n}").sid for n in range(3)]
    read = listing.message

    def message(found: dict[str, Any], *rest: Any) -> ListedMessage | None:
        return read(found | {"direction": None} if found["sid"] == sids[1] and unreadable else found, *rest)

    unreadable = True
    monkeypatch.setattr(listing, "message", message)
    told = await caught_up(rig)  # and what is complete has moved on
    assert (told.unreadable, told.waiting) == (1, "")
    await rig.inbound("number 0")
    await rig.inbound("number 2")
    unreadable = False
    assert (await caught_up(rig)).unreadable == 0
    await rig.inbound("number 1")


async def test_a_list_that_goes_round_in_circles_is_given_up(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await caught_up(rig)
    gateway = rig.services.link.gateway
    assert gateway is not None
    page = ListedPage((), "/2010-04-01/round")
    asked = Counter[str | None]()

    async def round_and_round(*arguments: Any) -> ListedPage:
        asked[arguments[4]] += 1
        return page

    monkeypatch.setattr(gateway, "listed", round_and_round)
    told = await Watch(rig).until(lambda progress: progress.waiting != "", "it gives up", hurry=False)
    assert "no end" in told.waiting
    assert asked["/2010-04-01/round"] < 10


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("twilio.rest:17"), UNEXPECTED),
        (ValueError(), UNEXPECTED),
        (StoreError("The disk is full."), "The disk is full."),
    ],
)
@pytest.mark.parametrize("history", [False, True])
async def test_what_nobody_foresaw_is_told_in_a_sentence(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str, history: bool
) -> None:
    await caught_up(rig)
    service = rig.services.catchup
    close_gaps = service._close_gaps

    async def stumble(gateway: Any, addresses: tuple[str, ...], **which: bool) -> None:
        if which["history"] is history:
            raise error
        await close_gaps(gateway, addresses, **which)

    monkeypatch.setattr(service, "_close_gaps", stumble)
    if history:
        await service.import_history(None)
    told = await Watch(rig).until(lambda progress: progress.waiting != "", "it says why", hurry=False)
    assert told.waiting == said


def a_listed(status: Status, age: timedelta, price: str | None = None) -> ListedMessage:
    at = clock.now() - age
    return ListedMessage("SM1", Direction.OUTBOUND, LINE, SILENT, "", status, at, at, price=price)


@pytest.mark.parametrize(
    ("status", "age", "price", "wait"),
    [
        (Status.SENT, timedelta(minutes=1), None, timedelta(seconds=30)),
        (Status.SENT, timedelta(days=2), None, timedelta(days=1)),
        (Status.SENT, timedelta(days=400), None, None),
        (Status.DELIVERED, timedelta(minutes=1), None, timedelta(minutes=5)),
        (Status.DELIVERED, timedelta(minutes=1), "-0.0079", None),
        (Status.DELIVERED, timedelta(days=2), None, None),
    ],
)
def test_what_is_listed_is_asked_about_again_only_where_more_will_be_known(
    status: Status, age: timedelta, price: str | None, wait: timedelta | None
) -> None:
    at = clock.now()
    planned = intake.first_look(a_listed(status, age, price), at)
    assert planned == (None if wait is None else at + wait)


def added(hub: Hub) -> None:
    event: Any = MessageAdded(None, None)  # type: ignore[arg-type]
    hub.publish([event])


def test_where_nothing_is_reachable_twilio_is_asked_as_often_as_people_write(monkeypatch: pytest.MonkeyPatch) -> None:
    hub, at, hour, reachable = Hub(), [clock.now()], [12], [False]
    monkeypatch.setattr(rhythm, "now", lambda: at[0])
    beat = Rhythm(hub, lambda: reachable[0], lambda: hour[0])
    assert beat.polling
    assert beat.pause() == USUAL
    added(hub)
    assert beat.pause() == LIVELY
    at[0] += timedelta(minutes=4)
    assert beat.pause() == USUAL
    at[0] += timedelta(minutes=40)
    assert beat.pause() == USUAL
    hour[0] = 3
    assert beat.pause() == NIGHT == beat.longest()
    added(hub)
    assert beat.pause() == LIVELY  # somebody is awake
    reachable[0] = True
    assert not beat.polling
    assert beat.pause() == WITH_WEBHOOKS == beat.longest()
