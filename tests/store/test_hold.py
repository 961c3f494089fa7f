"""The database's files stay ours while they are open; where another program takes them away all the same, it shows at
once, and nothing that was answered is lost.
"""

import asyncio
import os
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sms_desktop.domain.backup import Why, in_words
from sms_desktop.domain.consent import ConsentSource
from sms_desktop.domain.errors import REPLACED, DatabaseDamaged
from sms_desktop.domain.events import DatabaseLost
from sms_desktop.domain.message import Status
from sms_desktop.services.clock import now
from sms_desktop.services.repair import Repair
from sms_desktop.store import consent, contacts, export, gaps, mend, messages, outbox, removal, shelf, unsent, writer
from sms_desktop.store.backup import backup
from sms_desktop.store.opening import prepare
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE, RESCUED
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests import plainly
from tests.store.damage import STOPPED, column, filled, opened, stop
from tests.store.recorder import LINE, PEER, Recorder, at, said, text_in, text_out

BODIES = "SELECT body FROM messages ORDER BY seq"
ANN = "+12125550181"
OUT = "SELECT peer FROM consents WHERE standing = 'opted_out' ORDER BY peer"

Damage = Callable[[Path], None]


def log_deleted(path: Path) -> None:
    path.with_name(f"{FILE}-wal").unlink()


def index_deleted(path: Path) -> None:
    path.with_name(f"{FILE}-shm").unlink()


def log_replaced(path: Path) -> None:
    (path.parent / "other").write_bytes(b"")
    (path.parent / "other").replace(path.with_name(f"{FILE}-wal"))


def database_deleted(path: Path) -> None:
    path.unlink()


def database_replaced(path: Path) -> None:
    """As by a program that synchronises: a copy of another day."""
    with closing(sqlite3.connect(path.parent / "other.db")) as copy, closing(sqlite3.connect(path)) as db:
        db.backup(copy)
    (path.parent / "other.db").replace(path)


def everything_deleted(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink()


DAMAGES = [log_deleted, index_deleted, log_replaced, database_deleted, database_replaced, everything_deleted]


@pytest.fixture
async def used(store: Store) -> Store:
    """One in which something is in the log."""
    await store.do(text_in("before"))
    await store.read(lambda db: None)
    return store


async def passes(path: Path, *works: str) -> None:
    """Another program opens the database, does ``works`` and closes it."""
    program = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); [db.execute(one) for one in sys.argv[2:]]"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"{program}; db.commit(); db.close()", path, "SELECT * FROM settings", *works
    )
    assert await process.wait() == 0


def lies(path: Path) -> list[tuple[str, int]]:
    return [(name.name, name.stat().st_ino) for name in sorted(path.parent.glob(f"{FILE}*"))]


if sys.platform == "linux":  # elsewhere nothing is to be dropped, or nothing holds what was

    async def test_where_all_of_sqlites_locks_were_dropped_no_other_program_takes_the_log_away(used: Store) -> None:
        before = lies(used.path)
        for ending in ("", "-wal", "-shm"):
            used.path.with_name(used.path.name + ending).open("rb").close()  # drops them
        await passes(used.path)
        await used.do(text_in("after"))
        assert lies(used.path) == before
        assert column(used.path, BODIES) == ["before", "after"]

    async def test_of_two_of_us_each_holds_the_files_and_the_last_one_folds_the_log(used: Store) -> None:
        other = await opened(used.directory)
        used.path.open("rb").close()
        await other.close()
        await passes(used.path)
        await used.do(text_in("after"))
        await used.close()
        assert [name for name, _ in lies(used.path)] == [FILE]
        assert column(used.path, BODIES) == ["before", "after"]


async def test_evidence_and_export_beside_ones_own_store_leave_the_files_to_sqlite(used: Store) -> None:
    with export.open_readonly(used.directory) as db:
        assert [message.body for message in export.rows(db, None)] == ["before"]
    backup(used.path, used.directory / "copy.db")
    assert plainly.taken() == []


async def test_whoever_opens_a_database_in_use_plainly_is_heard(used: Store) -> None:
    mend._page_of(used.path)
    [told] = plainly.taken()
    assert f"{FILE} was opened plainly while SQLite has it open" in told and "in _page_of" in told


async def test_a_database_that_is_not_in_use_may_be_opened_plainly(tmp_path: Path) -> None:
    mend._page_of(prepare(tmp_path))
    assert plainly.taken() == []


@pytest.mark.parametrize("damage", DAMAGES)
async def test_what_comes_after_the_files_are_gone_is_refused_and_all_before_it_is_saved(
    used: Store, recorder: Recorder, damage: Damage
) -> None:
    damage(used.path)
    with pytest.raises(DatabaseDamaged, match=f"The database {REPLACED}"):
        await used.do(text_in("after"))
    with pytest.raises(DatabaseDamaged):
        await used.do(text_in("after that"))
    assert column(used.directory / RESCUED, BODIES) == ["before"]
    assert len(recorder.of(DatabaseLost)) == 1


async def test_it_shows_without_anything_being_written(used: Store, recorder: Recorder) -> None:
    log_deleted(used.path)
    with pytest.raises(DatabaseDamaged):
        await used.changed_elsewhere()
    assert len(recorder.of(DatabaseLost)) == 1


async def test_what_was_committed_just_as_the_files_went_is_not_answered(used: Store) -> None:
    def work(tx: Tx) -> None:
        text_in("meanwhile")(tx)
        log_deleted(used.path)

    with pytest.raises(DatabaseDamaged):
        await used.do(work)
    assert column(used.directory / RESCUED, BODIES) == ["before", "meanwhile"]  # to be found again by its SID


async def test_a_log_that_others_have_removed_is_not_written_into_what_they_wrote_since(used: Store) -> None:
    log_deleted(used.path)
    index_deleted(used.path)
    await passes(used.path, "CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES (1)")
    there = used.path.read_bytes()
    with pytest.raises(DatabaseDamaged):
        await used.do(text_in("after"))
    await used.close()
    assert used.path.read_bytes() == there
    assert column(used.directory / RESCUED, BODIES) == ["before"]


async def test_a_reader_that_connects_only_now_reads_no_mixture(used: Store) -> None:
    log_deleted(used.path)
    done = threading.Event()
    first = asyncio.create_task(used.read(lambda db: done.wait(30)))  # keeps one of the two threads
    second = asyncio.create_task(used.read(lambda db: done.wait(30)))
    await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
    done.set()
    told = await asyncio.gather(first, second, return_exceptions=True)
    assert [REPLACED in str(error) for error in told if isinstance(error, DatabaseDamaged)]


@pytest.mark.parametrize("damage", DAMAGES)
async def test_the_next_start_leads_to_the_page_that_helps_whatever_lies_there(used: Store, damage: Damage) -> None:
    damage(used.path)
    await used.close()
    with pytest.raises(DatabaseDamaged, match=REPLACED) as told:
        prepare(used.directory)
    assert f"sms-desktop restore {used.directory / RESCUED}" in told.value.remedy
    with pytest.raises(DatabaseDamaged):
        export.open_readonly(used.directory)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_one_goes_on_with_what_was_there(used: Store, damage: Damage) -> None:
    await used.do(lambda tx: stop(tx, at(5)))
    queued = await used.do(text_out("I wait"))
    damage(used.path)
    await used.close()
    repair = Repair(used.directory, None)
    outlook = await repair.look()
    assert outlook.rescued and outlook.backup is not None and outlook.backup.messages == 2
    done = await repair.restore(outlook.backup.path, "Restored.")
    assert (done.messages, done.waiting, done.doubtful) == (2, 1, 0)
    again = await opened(used.directory)
    assert await again.read(unsent.waiting) == [queued.id]
    assert await again.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    await again.close()
    assert [why for _, _, why in shelf.names(used.directory)] == [Why.RESCUE]
    assert not (used.directory / RESCUED).exists()


async def test_of_the_file_that_was_put_in_its_place_only_opt_outs_count(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await filled(data)
    store = await opened(data)
    waits = await store.do(text_out("sent since"))
    await store.do(lambda tx: contacts.rename(tx, PEER, "Maya’s mother"))
    backup(store.path, tmp_path / "older.db")
    with closing(sqlite3.connect(tmp_path / "older.db")) as older:
        older.execute("UPDATE contacts SET name = 'Maya'")
        older.execute("UPDATE consents SET peer = '+12125550177'")
        older.execute("UPDATE consent_events SET peer = '+12125550177', sid = 'SM' || hex(randomblob(16))")
        older.commit()
    await store.do(lambda tx: outbox.unconfirmed(tx, waits.id, "no answer", now()))
    (tmp_path / "older.db").replace(store.path)
    await store.close()
    done = restore(data / RESCUED, data, now())
    assert (done.waiting, done.carried_out) == (0, 1)
    assert column(data / FILE, "SELECT name FROM contacts") == ["Maya’s mother"]
    assert column(data / FILE, OUT) == ["+12125550177", STOPPED]
    assert column(data / FILE, f"SELECT status FROM messages WHERE id = '{waits.id}'") == [Status.UNCONFIRMED]


async def test_who_restores_another_copy_keeps_what_was_there_until_it_was_lost(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await filled(data)
    copy = backup(data / FILE, tmp_path / "copy.db")
    store = await opened(data)
    await store.do(lambda tx: stop(tx, at(90), PEER))
    everything_deleted(store.path)
    await store.close()
    restore(copy, data, now())
    assert column(data / FILE, OUT) == sorted([PEER, STOPPED])
    assert [why for _, _, why in shelf.names(data)] == [Why.RESCUE]


async def test_what_was_rescued_first_stays(used: Store) -> None:
    await used.do(text_in("also before"))
    (used.directory / RESCUED).write_bytes(b"another of us was faster")
    log_deleted(used.path)
    await used.close()
    assert (used.directory / RESCUED).read_bytes() == b"another of us was faster"


async def test_where_nothing_can_be_rescued_it_is_refused_all_the_same_and_the_page_helps(used: Store) -> None:
    copy = backup(used.path, used.directory / "backups" / "sms-2026-05-04-030000.db")
    (used.directory / f"{RESCUED}.{os.getpid()}.partial").mkdir()
    database_replaced(used.path)  # beside which our log lies now
    with pytest.raises(DatabaseDamaged, match=REPLACED) as told:
        await used.do(text_in("after"))
    assert "put a backup in its place" in told.value.remedy
    await used.close()
    with pytest.raises(DatabaseDamaged, match=REPLACED):
        prepare(used.directory)
    outlook = await Repair(used.directory, None).look()
    assert (outlook.backup and outlook.backup.path, outlook.rescued) == (copy, False)
    restore(copy, used.directory, now())
    assert column(prepare(used.directory), BODIES) == ["before"]


async def rescued_is_gone_too(data: Path) -> tuple[Path, str]:
    """A backup; then Ann's opt-out is entered, a text leaves and somebody writes STOP; then the log and what was
    rescued of it are taken away. Gives the backup, and the key of the text that was sent.
    """
    store = await opened(data)
    await store.do(text_in("long ago", when=at(100)))
    leaves = await store.do(text_out("It leaves", when=at(101)))
    await store.close()
    kept = backup(data / FILE, data / shelf.FOLDER / "sms-2026-05-04-030000.db")
    store = await opened(data)
    await store.do(lambda tx: outbox.sending(tx, leaves.id, at(102)))
    left = said(Status.SENT, source="answer", when=at(103))
    await store.do(lambda tx: messages.report(tx, key=leaves.id, sid="SM" + "7" * 32, report=left))
    await store.do(lambda tx: said_here(tx, ANN))
    await store.do(lambda tx: stop(tx, at(105), PEER))
    log_deleted(store.path)
    with pytest.raises(DatabaseDamaged):
        await store.do(text_in("after"))
    await store.close()
    (data / RESCUED).unlink()
    return kept, leaves.id


def said_here(tx: Tx, peer: str) -> None:
    consent.record(
        tx, line=LINE, peer=peer, opted_out=True, source=ConsentSource.STAFF, words="", sid=None, at=at(104),
        author="Priya", reason="said so at the counter",
    )  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
async def test_where_what_was_rescued_is_gone_too_every_start_leads_to_the_page_until_somebody_has_chosen(
    used: Store, damage: Damage
) -> None:
    copy = backup(used.path, used.directory / shelf.FOLDER / "sms-2026-05-04-030000.db")
    damage(used.path)
    await used.close()
    repair = Repair(used.directory, None)
    assert (await repair.look()).rescued
    (used.directory / RESCUED).unlink()
    for _ in range(2):
        with pytest.raises(DatabaseDamaged, match=REPLACED):
            prepare(used.directory)
        with pytest.raises(DatabaseDamaged, match=REPLACED):
            export.open_readonly(used.directory)
    found = await repair.look()  # once more: what is gone is offered no more
    assert (found.backup and found.backup.path, found.rescued, found.stale) == (copy, False, True)
    done = await (repair.restore(copy, "Restored.") if damage is log_deleted else repair.recover("Recovered."))
    assert not done.is_whole
    prepare(used.directory)
    assert not removal.is_noted(used.directory)


@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_then_nobody_who_is_out_is_let_in_and_nothing_is_sent_twice(tmp_path: Path, way: str) -> None:
    data = tmp_path / "data"
    await filled(data)
    copy, sent = await rescued_is_gone_too(data)
    before = column(data / FILE, f"SELECT status FROM messages WHERE id = '{sent}'")
    assert before == [Status.QUEUED]  # as the file that lies there has it
    done = restore(copy, data, now()) if way == "restore" else await Repair(data, None).recover("Recovered.")
    assert (done.stale, done.is_whole, done.waiting, done.doubtful, done.carried_out) == (True, False, 0, 1, 1)
    assert "may be missing: names, notes, drafts, settings and texts that were not sent yet" in in_words(done)
    assert "What lay in its place is kept as " in in_words(done)
    again = await opened(data)
    assert await again.read(lambda db: consent.opted_out(db, LINE, ANN))  # by the file beside the database
    assert await again.read(unsent.waiting) == []
    complete = await again.read(lambda db: gaps.complete_by_line(db)[LINE])
    assert complete <= at(105)  # the STOP since then is listed
    await again.close()
    assert column(data / FILE, f"SELECT status FROM messages WHERE id = '{sent}'") == [Status.UNCONFIRMED]


async def test_an_older_file_in_its_place_tells_a_newer_backup_of_opt_outs_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await filled(data)
    older = backup(data / FILE, tmp_path / "older.db")
    with closing(sqlite3.connect(older)) as db:
        db.execute("UPDATE contacts SET name = 'Maya of old'")
        db.execute("UPDATE consents SET peer = '+12125550177'")
        db.execute("UPDATE consent_events SET peer = '+12125550177', sid = 'SM' || hex(randomblob(16))")
        db.commit()
    store = await opened(data)
    await store.do(text_in("since", when=at(100)))
    copy = backup(store.path, tmp_path / "copy.db")
    older.replace(store.path)
    await store.close()
    for gone in (RESCUED, f"{FILE}-wal", f"{FILE}-shm"):
        (data / gone).unlink()
    done = restore(copy, data, now())
    assert (done.brought, done.stale, done.carried_out) == (False, True, 1)
    assert column(data / FILE, "SELECT name FROM contacts") == ["Maya"]
    assert column(data / FILE, OUT) == ["+12125550177", STOPPED]


async def test_that_the_files_are_lost_is_noted_before_they_are_rescued(
    used: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill in between leaves neither a rescued file nor a start as if nothing had been."""
    noted: list[bool] = []

    def killed(source: sqlite3.Connection, directory: Path) -> Path:
        noted.append(removal.is_noted(directory))
        raise OSError("the power went")

    monkeypatch.setattr(writer, "rescue", killed)
    log_deleted(used.path)
    with pytest.raises(DatabaseDamaged):
        await used.changed_elsewhere()
    assert noted == [True]


async def test_closing_as_ever_folds_the_log_and_leaves_one_file(used: Store) -> None:
    await used.close()
    assert sorted(os.listdir(used.directory)) == ["backups", "consents.jsonl", "media", FILE]
    assert column(used.path, BODIES) == ["before"]
