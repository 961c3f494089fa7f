"""What a damaged database does not tell any more comes from the newest good backup: who said STOP above all."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command

from sms_desktop.domain.backup import in_words
from sms_desktop.domain.catchup import FIRST_TEXT
from sms_desktop.domain.line import Line
from sms_desktop.domain.routing import Holder, HolderKind, Webhook
from sms_desktop.store import (
    consent,
    contacts,
    conversations,
    diversions,
    fallback,
    forgotten,
    gaps,
    lines,
    messages,
    settings,
)
from sms_desktop.store.backup import backup
from sms_desktop.store.forgotten import Recall
from sms_desktop.store.opening import migrate_file
from sms_desktop.store.recover import recover
from sms_desktop.store.schema import FILE
from sms_desktop.store.tx import Tx
from tests.store.damage import ACCOUNT, STOPPED, filled, listing, opened, overwrite, queued, stop
from tests.store.recorder import LINE, PEER, at, text_in

LATER = at(3600)
UNTIL = at(40)
BLOCKED, AGAIN = "+12125550155", "+12125550166"
OTHER = "+15005550009"
HOLDER = Holder(HolderKind.NUMBER, "PN1", "Shop", Webhook("https://old.example/sms"))
OURS = "https://me.example/twilio/inbound"
WAY = {"way": "ngrok", "address": "", "domain": "shop.ngrok.app"}


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    await filled(data)
    store = await opened(data)

    def work(tx: Tx) -> None:
        conversations.set_blocked(tx, conversations.ensure(tx, LINE, BLOCKED, at(6)).id, blocked=True)
        stop(tx, at(7), AGAIN)
        diversions.put(tx, HOLDER, OURS, at(8))
        settings.put(tx, "way_in", WAY)
        lines.save(tx, [Line(LINE, color=3), Line(OTHER)])
        lines.choose(tx, [LINE])
        for gap in gaps.all(tx.db):  # up to then everything was here
            gaps.close(tx, gap.id)

    await store.do(work)
    await store.close()
    return data


def saved(data: Path) -> Path:
    return backup(data / FILE, data.parent / "copy.db")


def rubbish(data: Path) -> None:
    (data / FILE).write_bytes(b"")


def pages(path: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        found = db.execute(
            "SELECT pageno FROM dbstat WHERE name IN (?, ?) AND pagetype = 'leaf'",
            (table, f"sqlite_autoindex_{table}_1"),
        ).fetchall()
    return [(page - 1) * 4096 for (page,) in found]


@pytest.mark.parametrize("gone", [False, True])
async def test_an_empty_database_knows_who_said_stop_and_how_texts_come_in(data: Path, gone: bool) -> None:
    await queued(data, "waits")
    source = saved(data)
    rubbish(data)
    if gone:
        (data / FILE).unlink()
    done = recover(data, LATER, source=source)
    assert (done.messages, done.read, done.filled, done.asks, done.is_whole) == (0, False, True, False, False)
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, STOPPED) and consent.opted_out(db, LINE, AGAIN))
    place = await store.read(lambda db: conversations.find(db, LINE, BLOCKED))
    assert place is not None and place.blocked
    contact = await store.read(lambda db: contacts.for_peer(db, PEER))
    assert contact is not None and contact.name == "Maya"
    [mine] = (await store.read(diversions.all)).values()
    assert (mine.sid, mine.former, mine.ours) == ("PN1", HOLDER.webhook, (OURS,))
    assert await store.read(lambda db: settings.get(db, "way_in")) == WAY
    assert {line.address: (line.watched, line.color) for line in await store.read(lines.all)} == {
        LINE: (True, 3),
        OTHER: (False, None),
    }
    # what came since the backup is news, and what was before is fetched as history
    assert await store.read(gaps.complete_by_line) == {LINE: UNTIL}
    assert {(gap.since, gap.until, gap.history) for gap in await store.read(gaps.all)} == {
        (LATER - forgotten.HISTORY, UNTIL, True)
    }
    assert await store.read(lambda db: forgotten.recall(db, [LINE])) is Recall.ALL
    await store.close()


async def test_an_old_backup_has_all_fetched_that_came_since(data: Path) -> None:
    source = saved(data)
    rubbish(data)
    later = UNTIL + timedelta(days=90)
    recover(data, later, source=source)
    store = await opened(data)
    await store.do(lambda tx: gaps.watch(tx, LINE, later))
    assert {(gap.since, gap.until) for gap in await store.read(gaps.all) if not gap.history} == {(UNTIL, later)}
    await store.close()


async def test_where_there_is_no_backup_nobody_is_known_not_to_have_said_stop(data: Path) -> None:
    rubbish(data)
    done = recover(data, LATER)
    assert (done.filled, done.asks, done.is_whole) == (False, True, False)
    assert "It is empty; the messages of the last 30 days are fetched from Twilio now." in in_words(done)
    assert "Before a text leaves, Twilio is asked whether that person ever said STOP." in in_words(done)
    store = await opened(data)
    assert await store.read(lambda db: forgotten.asks_since(db, LINE)) == FIRST_TEXT
    assert await store.read(lambda db: forgotten.recall(db, [LINE])) is Recall.SOME

    def whole(tx: Tx) -> None:
        gaps.watch(tx, LINE, LATER)
        gaps.reach_back(tx, LINE, FIRST_TEXT)

    await store.do(whole)
    assert await store.read(lambda db: forgotten.recall(db, [LINE])) is Recall.FETCHED
    for gap in await store.read(gaps.all):
        await store.do(lambda tx, of=gap.id: gaps.close(tx, of))  # type: ignore[misc]
    assert await store.read(lambda db: forgotten.recall(db, [LINE])) is Recall.ALL
    await store.close()


async def test_a_backup_made_after_such_a_loss_does_not_pass_for_all_knowing(data: Path) -> None:
    rubbish(data)
    recover(data, LATER)
    store = await opened(data)
    await store.do(lambda tx: gaps.watch(tx, LINE, LATER))
    await store.close()
    source = saved(data)
    rubbish(data)
    assert recover(data, at(7200), source=source).asks
    store = await opened(data)
    assert await store.read(lambda db: forgotten.asks_since(db, LINE)) == FIRST_TEXT
    await store.close()


async def test_opt_outs_on_pages_that_cannot_be_read_come_from_the_backup_and_what_is_newer_counts(data: Path) -> None:
    source = saved(data)
    store = await opened(data)

    def since(tx: Tx) -> None:
        stop(tx, at(50), AGAIN, out=False)
        contacts.rename(tx, PEER, "Maya Ortega")
        settings.put(tx, "way_in", {"way": "polling"})
        for n in range(300):
            text_in(f"newer {n}", when=at(100 + n))(tx)

    await store.do(since)
    await store.close()
    for table in ("consent_events", "conversations"):
        for begin in pages(data / FILE, table):
            overwrite(data / FILE, begin, b"\xff" * 4096)
    done = recover(data, LATER, source=source)
    assert done.filled and done.read
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    contact = await store.read(lambda db: contacts.for_peer(db, PEER))
    assert contact is not None and contact.name == "Maya Ortega"
    assert await store.read(lambda db: settings.get(db, "way_in")) == {"way": "polling"}
    # what was said since the backup is listed again; until then each person is asked about
    assert await store.read(lambda db: forgotten.asks_since(db, LINE)) == at(0)
    await store.close()


async def test_a_start_that_can_be_read_undoes_the_stop_of_the_backup(data: Path) -> None:
    source = saved(data)
    store = await opened(data)
    await store.do(lambda tx: stop(tx, at(50), AGAIN, out=False))
    await store.close()
    overwrite(data / FILE, 0, bytes(100))
    recover(data, LATER, source=source)
    store = await opened(data)
    assert not await store.read(lambda db: consent.opted_out(db, LINE, AGAIN))
    assert await store.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    assert await store.read(forgotten.of) is None  # nothing was lost
    await store.close()


def said_by(tx: Tx, body: str, sid: str, when: datetime) -> None:
    consent.record(
        tx, line=LINE, peer=PEER, opted_out=body == "STOP", source="inbound", words=body, sid=sid, at=when, past=True
    )


async def overtaken(data: Path) -> Path:
    """START, then STOP, whose webhook overtook: the backup has when they came, the database Twilio's times by now."""
    store = await opened(data)
    await store.do(lambda tx: said_by(tx, "STOP", "SMstop", at(54)))
    await store.do(lambda tx: said_by(tx, "START", "SMstart", at(56)))
    await store.close()
    source = saved(data)
    store = await opened(data)
    await store.do(lambda tx: consent.redate(tx, {"SMstart": at(51), "SMstop": at(53)}))
    await store.close()
    return source


async def test_twilios_times_stay_where_the_backup_still_has_when_the_webhooks_came(data: Path) -> None:
    source = await overtaken(data)
    overwrite(data / FILE, 0, bytes(100))
    recover(data, LATER, source=source)
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    ledger = await store.read(lambda db: consent.events(db, LINE, PEER))
    assert [(event.words, event.at) for event in ledger] == [("START", at(51)), ("STOP", at(53))]
    await store.close()


async def test_a_start_that_only_the_backup_tells_of_takes_back_no_stop_that_stands(data: Path) -> None:
    """When it was said is not sure there; where it is the later one, Twilio's list tells it again."""
    source = await overtaken(data)
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("DELETE FROM consent_events WHERE sid = 'SMstart'")
    overwrite(data / FILE, 0, bytes(100))
    recover(data, LATER, source=source)
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    await store.close()


async def test_a_stop_that_came_late_and_was_taken_back_before_is_not_attested_by_the_backup(data: Path) -> None:
    store = await opened(data)
    await store.do(lambda tx: said_by(tx, "STOP", "SMstop", at(56)))
    await store.close()
    source = saved(data)
    store = await opened(data)
    await store.do(lambda tx: said_by(tx, "START", "SMstart", at(55)))
    await store.do(lambda tx: consent.redate(tx, {"SMstop": at(53)}))
    await store.close()
    overwrite(data / FILE, 0, bytes(100))
    recover(data, LATER, source=source)
    store = await opened(data)
    assert not await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    await store.close()


async def test_of_settings_that_were_lost_in_part_those_that_can_be_read_count(data: Path) -> None:
    known = fallback.read(data, saved(data))
    assert known is not None
    store = await opened(data)

    def work(tx: Tx) -> None:
        settings.put(tx, "way_in", {"way": "polling"})
        tx.db.exec_driver_sql("DELETE FROM settings WHERE key = 'account'")
        fallback.bring(tx, known, {"settings"}, LATER, LATER)

    await store.do(work)
    assert await store.read(lambda db: settings.get(db, "way_in")) == {"way": "polling"}
    assert await store.read(lambda db: settings.get(db, "account")) == ACCOUNT
    await store.close()


async def test_a_backup_of_an_earlier_version_knows_it_too(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, upgrade = data.parent / "earlier.db", command.upgrade
    with monkeypatch.context() as earlier:
        earlier.setattr(command, "upgrade", lambda config, _: upgrade(config, "0002"))
        migrate_file(source)
    with closing(sqlite3.connect(source)) as db:
        values = (LINE, STOPPED, "opted_out", "inbound", "STOP", "SM1", 1_700_000_000_000_000)
        db.execute(
            "INSERT INTO consent_events (line, peer, state, source, words, sid, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        db.commit()
    rubbish(data)
    assert recover(data, LATER, source=source).filled
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    await store.close()


async def test_a_backup_that_cannot_be_read_after_all_does_not_keep_one_from_starting(data: Path) -> None:
    source = saved(data)
    overwrite(source, 4096, b"\xff" * 4096)
    rubbish(data)
    done = recover(data, LATER, source=source)
    assert (done.filled, done.asks) == (False, True)
    assert not [name for name in listing(data) if "known" in name]


async def test_no_message_and_nothing_that_waits_comes_from_the_backup(data: Path) -> None:
    waits = await queued(data, "waits")
    source = saved(data)
    rubbish(data)
    recover(data, LATER, source=source)
    store = await opened(data)
    assert await store.read(lambda db: messages.get(db, waits.id)) is None
    await store.close()
