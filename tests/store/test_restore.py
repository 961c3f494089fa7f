"""A backup takes the database's place: what is refused, what is kept, what is brought along."""

import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.backup import in_words
from sms_desktop.domain.errors import DatabaseTooNew, StoreError
from sms_desktop.domain.media import File, MediaState
from sms_desktop.domain.message import Direction, ListedMessage, Status
from sms_desktop.store import archive, consent, forgotten, gaps, listed, media, messages, outbox, swap
from sms_desktop.store.backup import Stopped, backup
from sms_desktop.store.forgotten import Forgotten
from sms_desktop.store.opening import prepare
from sms_desktop.store.restore import inspect, restore
from sms_desktop.store.schema import FILE
from sms_desktop.store.tx import Tx
from tests.store.damage import (
    ACCOUNT,
    STOPPED,
    column,
    filled,
    listing,
    opened,
    overwrite,
    page_with,
    queued,
    sent,
    stop,
)
from tests.store.recorder import LINE, NOON, PEER, at, text_in, text_out

LATER = at(3600)


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


def saved(data: Path, name: str = "copy.db") -> Path:
    return backup(data / FILE, data.parent / name)


async def test_a_backup_takes_the_databases_place_and_what_was_there_is_kept(data: Path) -> None:
    copy = saved(data)
    store = await opened(data)
    await store.do(text_in("since then", when=at(100)))
    await store.close()
    done = restore(copy, data, LATER)
    assert (done.messages, done.aside) == (40, data / f"replaced-{LATER:%Y-%m-%d-%H%M%S}.db")
    assert done.aside is not None
    assert "since then" in column(done.aside, "SELECT body FROM messages")
    store = await opened(data)
    assert await store.read(lambda db: len(db.exec_driver_sql("SELECT 1 FROM messages").all())) == 40
    await store.close()
    assert listing(data) == ["backups", "consents.jsonl", "media", done.aside.name, "sms.db"]


async def test_what_is_no_backup_of_ours_is_refused_and_nothing_is_changed(data: Path, tmp_path: Path) -> None:
    before = (data / FILE).read_bytes()
    diary, recipes, newer, broken, folder = (tmp_path / name for name in ("d.db", "r.db", "n.db", "b.db", "folder"))
    diary.write_bytes(b"Dear diary, " * 1000)
    with closing(sqlite3.connect(recipes)) as db:
        db.execute("CREATE TABLE recipes (name)")
    shutil.copyfile(saved(data), newer)
    with closing(sqlite3.connect(newer, isolation_level=None)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    shutil.copyfile(saved(data), broken)
    overwrite(broken, page_with(broken, "text 5 "), b"\xff" * 4096)
    folder.mkdir()
    cut = tmp_path / "cut.db"
    cut.write_bytes(saved(data).read_bytes()[:20_000])
    for path, words in (
        (diary, "is not a database"),
        (recipes, "another program’s database"),
        (newer, "newer version"),
        (broken, "is damaged"),
        (cut, "is damaged"),
        (folder, "is not a file"),
        (tmp_path / "none.db", "There is no file"),
        (data / FILE, "is the database itself"),
    ):
        for act in (inspect, lambda path, data: restore(path, data, LATER)):
            with pytest.raises(StoreError, match=words) as refused:
                act(path, data)
            assert isinstance(refused.value, DatabaseTooNew) is (path == newer)
            assert str(refused.value).count("\n") == 0
    assert (data / FILE).read_bytes() == before
    assert listing(data) == ["backups", "consents.jsonl", "media", "sms.db"]


async def test_another_accounts_backup_is_refused(data: Path, tmp_path: Path) -> None:
    copy = saved(data)
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("UPDATE settings SET value = '\"AC2222\"' WHERE key = 'account'")
    with pytest.raises(StoreError, match=f"belongs to another account .AC…{ACCOUNT[-4:]}.; here .* AC…2222"):
        restore(copy, data, LATER)
    with pytest.raises(StoreError, match="belongs to another account"):
        restore(copy, tmp_path / "empty", LATER, account="AC3333")
    assert restore(copy, tmp_path / "empty", LATER, account=ACCOUNT).messages == 40


async def test_who_said_stop_since_the_backup_stays_silent(data: Path) -> None:
    copy = saved(data)
    store = await opened(data)
    await store.do(lambda tx: stop(tx, at(200), PEER))
    await store.do(lambda tx: stop(tx, at(300), STOPPED, out=False))
    await store.close()
    done = restore(copy, data, LATER)
    assert done.carried_out == 1
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    assert not await store.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    ledger = await store.read(lambda db: consent.events(db, LINE, STOPPED))
    assert [event.opted_out for event in ledger] == [True, False]
    await store.close()
    restore(copy, data, LATER)  # once more: nothing is told twice
    assert len(column(data / FILE, "SELECT 1 FROM consent_events")) == 3


async def test_a_stop_is_carried_over_from_a_damaged_database_too(data: Path) -> None:
    copy = saved(data)
    store = await opened(data)
    await store.do(lambda tx: stop(tx, at(200), PEER))
    await store.close()
    overwrite(data / FILE, page_with(data / FILE, "text 5 "), b"\xff" * 4096)
    overwrite(data / FILE, 0, bytes(100))
    done = restore(copy, data, LATER)
    assert (done.carried_out, done.read, done.lost) == (1, True, ("messages",))
    assert done.aside is not None and done.aside.name.startswith("damaged-")
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    await store.close()


async def test_a_text_that_waited_in_the_backup_is_not_sent_a_second_time(data: Path) -> None:
    known, unknown = await queued(data, "sent since"), await queued(data, "gone since")
    copy = saved(data)
    await sent(data, known, "SMdone")
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("DELETE FROM outbox WHERE message_seq = ?", (unknown.seq,))
        db.execute("DELETE FROM status_events WHERE message_seq = ?", (unknown.seq,))
        db.execute("DELETE FROM messages WHERE id = ?", (unknown.id,))
    done = restore(copy, data, LATER)
    assert (done.waiting, done.doubtful) == (0, 1)
    store = await opened(data)
    first, second = [await store.read(lambda db, key=m.id: messages.get(db, key)) for m in (known, unknown)]  # type: ignore[misc]
    assert first is not None and (first.status, first.sid) == (Status.SENT, "SMdone")
    assert second is not None and (second.status, second.sid) == (Status.UNCONFIRMED, None)
    assert await store.read(outbox.next_due) is None
    # Twilio's list recognises it, so that it does not stand there twice
    theirs = ListedMessage(
        "SMgone", Direction.OUTBOUND, LINE, PEER, "gone since", Status.DELIVERED, unknown.at, unknown.at
    )
    await store.do(lambda tx: listed.settle(tx, [theirs], LATER))
    found = await store.read(lambda db: messages.get(db, unknown.id))
    assert found is not None and (found.sid, found.status) == ("SMgone", Status.DELIVERED)
    await store.close()


async def test_a_text_that_waits_now_is_brought_along_and_one_under_way_is_in_doubt(data: Path) -> None:
    copy = saved(data)
    waits = await queued(data, "not yet sent")
    claimed = await queued(data, "being sent", claimed=True)
    done = restore(copy, data, LATER)
    assert (done.messages, done.waiting, done.doubtful) == (42, 1, 1)
    store = await opened(data)
    now = at(4000)
    assert [due.message.id for due in await store.read(lambda db: outbox.due(db, now))] == [waits.id]
    found = await store.read(lambda db: messages.get(db, claimed.id))
    assert found is not None and found.status is Status.UNCONFIRMED
    place = await store.read(lambda db: db.exec_driver_sql("SELECT messages FROM conversations").scalars().all())
    assert sum(place) == 42
    await store.close()


async def test_an_index_that_disagrees_with_its_table_ends_no_restore(data: Path) -> None:
    copy = saved(data)
    message = await queued(data, "still to leave")
    stop_since = await opened(data)
    await stop_since.do(lambda tx: stop(tx, at(100), PEER))
    await stop_since.close()
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        (seq,) = db.execute("SELECT seq FROM messages WHERE id = ?", (message.id,)).fetchone()
        db.execute("INSERT INTO status_events (message_seq, status, source, at, raw) VALUES (?, '', '', 0, '')", (seq,))
        index = db.execute("SELECT * FROM sqlite_master WHERE name = 'ix_status_events_message'").fetchone()
        db.execute("PRAGMA writable_schema = ON")
        db.execute("DELETE FROM sqlite_master WHERE name = 'ix_status_events_message'")
        db.execute("PRAGMA writable_schema = RESET")
        db.execute("DELETE FROM status_events WHERE message_seq = ?", (seq,))
        db.execute("PRAGMA writable_schema = ON")
        db.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
        db.execute("PRAGMA writable_schema = RESET")
        assert db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        with pytest.raises(sqlite3.DatabaseError):
            db.execute("SELECT status FROM status_events WHERE message_seq = ?", (seq,)).fetchall()
    restore(copy, data, LATER)
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    assert await store.read(lambda db: messages.get(db, message.id)) is not None
    await store.close()


async def test_of_a_damaged_database_nothing_is_sent_by_itself(data: Path) -> None:
    copy = saved(data)
    await queued(data, "perhaps sent")
    overwrite(data / FILE, page_with(data / FILE, "text 5 "), b"\xff" * 4096)
    done = restore(copy, data, LATER)
    assert (done.waiting, done.doubtful) == (0, 1)
    assert column(data / FILE, "SELECT status FROM messages WHERE body = 'perhaps sent'") == ["unconfirmed"]


async def test_what_stood_at_twilio_before_is_not_forgotten(data: Path) -> None:
    copy = saved(data)
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("INSERT INTO registrations VALUES ('PN1', 'number', 'Shop', '{}', '{}', 1)")
    restore(copy, data, LATER)
    assert column(data / FILE, "SELECT sid FROM registrations") == ["PN1"]


async def test_a_registration_that_was_sent_in_is_not_forgotten(data: Path) -> None:
    """It would be made, and billed, a second time."""
    copy = saved(data)
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("INSERT INTO registration_forms VALUES ('brand', '', '{}', 1, 1)")
        db.execute("INSERT INTO registry VALUES ('brands', '[]', '', 1)")
    restore(copy, data, LATER)
    assert column(data / FILE, "SELECT sent_at FROM registration_forms") == [1]
    assert column(data / FILE, "SELECT body FROM registry") == ["[]"]


def all_listed(tx: Tx) -> None:
    for gap in gaps.all(tx.db):
        gaps.close(tx, gap.id)


@pytest.mark.parametrize("sound", [True, False])
async def test_the_restored_marks_have_everything_since_then_listed(data: Path, sound: bool) -> None:
    """What people have seen already is listed as history; nobody can vouch for what a damaged database says."""
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("UPDATE gaps SET cursor = '/stale', reached = until - 1")
    copy = saved(data)
    store = await opened(data)
    await store.do(all_listed)
    await store.do(lambda tx: gaps.watch(tx, LINE, at(3000)))
    await store.do(all_listed)
    await store.close()
    if not sound:
        overwrite(data / FILE, page_with(data / FILE, "text 5 "), b"\xff" * 4096)
    restore(copy, data, LATER)
    store = await opened(data)
    await store.do(lambda tx: gaps.watch(tx, LINE, LATER))
    found = await store.read(gaps.all)
    assert {(gap.since, gap.until, gap.history) for gap in found} == (
        {(at(0), at(3000), True), (at(3000), LATER, False)}
        if sound
        else {(at(0), at(40), False), (at(40), LATER, False)}
    )
    assert [gap.cursor for gap in found] == [None] * 4
    await store.close()


async def test_pictures_that_are_not_there_any_more_are_fetched_again_or_told(data: Path) -> None:
    store = await opened(data)
    kept, lost = (store.media.put(data_, "a.png", "image/png") for data_ in (b"kept", b"lost"))
    for n, file in enumerate((kept, lost)):
        message = await store.do(text_in(f"picture {n}", when=at(70 + n), media=((f"https://x/{n}", "image/png"),)))
        item = message.media[0].id
        await store.do(lambda tx, item=item, file=file: media.fetched(tx, item, file, "image/png"))  # type: ignore[misc]
    await store.do(text_out("mine", when=at(80)))
    await store.close()
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute(
            "INSERT INTO media (message_seq, conversation_id, position, content_type, state, sha256, size, name)"
            " SELECT seq, conversation_id, 0, 'image/png', 'ready', ?, 4, 'b.png' FROM messages WHERE body = 'mine'",
            ("f" * 64,),
        )
    copy = saved(data)
    store.media.path_of(lost).unlink()
    done = restore(copy, data, LATER)
    assert done.missing == 2
    with closing(sqlite3.connect(data / FILE)) as db:
        found = dict(db.execute("SELECT coalesce(url, ''), state FROM media").fetchall())
    assert found == {
        "https://x/0": MediaState.READY,
        "https://x/1": MediaState.PENDING,
        "": MediaState.FAILED,
    }


async def test_a_copy_with_pictures_brings_them_back(data: Path, tmp_path: Path) -> None:
    store = await opened(data)
    file = store.media.put(b"a picture", "a.png", "image/png")
    message = await store.do(text_in("Look", when=at(70), media=(("https://x/1", "image/png"),)))
    await store.do(lambda tx: media.fetched(tx, message.media[0].id, file, "image/png"))
    await store.close()
    target = tmp_path / "all.zip"
    assert archive.write(data, target) == 1
    assert inspect(target, data).pictures == 1
    shutil.rmtree(data)
    done = restore(target, data, LATER)
    assert (done.messages, done.missing, done.aside) == (41, 0, None)
    assert (await opened_file(data, file)) == b"a picture"
    assert listing(tmp_path) == ["all.zip", "data"]


@pytest.mark.parametrize("early", [True, False])
async def test_a_copy_with_pictures_is_given_up_at_once_while_it_is_written_or_read_again(
    data: Path, tmp_path: Path, early: bool
) -> None:
    store = await opened(data)
    store.media.put(b"a picture", "a.png", "image/png")
    await store.close()
    target = tmp_path / "all.zip"
    partial = target.with_name("all.zip.partial")
    with pytest.raises(Stopped):
        archive.write(data, target, lambda: partial.exists() if early else zipfile.is_zipfile(partial))
    assert listing(tmp_path) == ["data"]


async def opened_file(data: Path, file: File) -> bytes:
    store = await opened(data)
    await store.close()
    return store.media.path_of(file).read_bytes()


async def test_a_zip_that_is_none_of_ours_or_damaged_is_refused(data: Path, tmp_path: Path) -> None:
    strange, cut, evil = tmp_path / "strange.zip", tmp_path / "cut.zip", tmp_path / "evil.zip"
    with zipfile.ZipFile(strange, "w") as file:
        file.writestr("holiday.txt", "x")
    archive.write(data, evil)
    cut.write_bytes(evil.read_bytes()[:-3000])
    for path, words in ((strange, "holds no sms.db"), (cut, "is damaged")):
        with pytest.raises(StoreError, match=words):
            restore(path, data, LATER)
    with zipfile.ZipFile(evil, "a") as file:
        file.writestr("media/../../../evil", "x")
        file.writestr("media/ab/" + "ab" * 32, "not what its name says")
    assert restore(evil, data, LATER).messages == 40
    assert not list((data / "media").rglob("ab" * 32))
    assert not (tmp_path.parent / "evil").exists()
    assert listing(data)[-1] == "sms.db"


@pytest.mark.parametrize("step", range(4))
async def test_an_exchange_that_was_cut_short_is_ended_at_the_next_start(
    data: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    copy = saved(data)
    store = await opened(data)
    await store.do(text_in("since then", when=at(100)))
    live = (data / FILE).with_name(f"{FILE}-wal")
    log = live.read_bytes()
    await store.close()
    live.write_bytes(log)  # as a crash leaves it
    replace = Path.replace
    done: list[Path] = []

    def dies(self: Path, target: Path) -> Path:
        if len(done) == step:
            raise KeyboardInterrupt
        done.append(self)
        return replace(self, target)

    backup(copy, swap.incoming(data))
    monkeypatch.setattr(Path, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        swap.put_in_place(data, swap.place_for(data, LATER, damaged=False))
    monkeypatch.undo()
    prepare(data)
    bodies = column(data / FILE, "SELECT body FROM messages")
    assert ("since then" in bodies) is (step == 0)
    aside = [name for name in listing(data) if name.startswith("replaced-") and name.endswith(".db")]
    assert len(aside) == int(step > 0)
    if aside:
        assert "since then" in column(data / aside[0], "SELECT body FROM messages")


async def test_a_database_that_is_gone_is_not_made_anew_over_its_backups(data: Path) -> None:
    backup(data / FILE, data / "backups" / "sms-2026-05-04-1200.db")
    for gone in ("is gone", "is empty"):
        (data / FILE).unlink() if gone == "is gone" else (data / FILE).touch()
        with pytest.raises(StoreError, match=gone):
            prepare(data)
    assert restore(data / "backups" / "sms-2026-05-04-1200.db", data, NOON + timedelta(days=1)).messages == 40


@pytest.mark.parametrize("gone", [False, True], ids=["rubbish", "gone"])
async def test_of_a_copy_from_before_the_set_up_all_is_asked_for_where_nothing_else_can_be_read(
    tmp_path: Path, gone: bool
) -> None:
    data = tmp_path / "data"
    await (await opened(data)).close()
    early = saved(data)
    (data / FILE).unlink()
    await filled(data)
    (data / FILE).unlink() if gone else (data / FILE).write_bytes(b"Dear diary, " * 3000)
    done = restore(early, data, LATER)
    assert (done.messages, done.read, done.asks) == (0, gone, True)
    assert "Twilio is asked whether that person" in in_words(done)
    store = await opened(data)
    assert await store.read(forgotten.of) == Forgotten({}, LATER - timedelta(days=30))
    await store.close()


async def test_a_good_backup_knows_its_lines_and_nobody_is_asked_about(data: Path) -> None:
    copy = saved(data)
    (data / FILE).write_bytes(b"Dear diary, " * 3000)
    done = restore(copy, data, LATER)
    assert (done.messages, done.read, done.asks) == (40, False, False)
    store = await opened(data)
    assert await store.read(lambda db: forgotten.asks_since(db, LINE)) is None
    await store.close()
