"""What can be read of a damaged database becomes a new one; what it was is kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sms_desktop.domain.errors import DatabaseDamaged
from sms_desktop.store import consent, contacts, conversations, drafts, gaps, messages, search
from sms_desktop.store.backup import backup
from sms_desktop.store.opening import prepare
from sms_desktop.store.recover import count, recover
from sms_desktop.store.salvage import Salvage
from sms_desktop.store.schema import FILE
from tests.store.damage import STOPPED, column, filled, listing, opened, overwrite, page_with, queued
from tests.store.recorder import LINE, PEER, at, text_in

LATER = at(3600)
RUBBISH = bytes(range(256)) * 16


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data", 400)
    return tmp_path / "data"


async def whole(data: Path) -> set[str]:
    """The bodies that are there, after all that must be there was looked at."""
    with closing(sqlite3.connect(data / FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    contact = await store.read(lambda db: contacts.for_peer(db, PEER))
    assert contact is not None and contact.name == "Maya"
    place = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert place is not None
    draft = await store.read(lambda db: drafts.load(db, place.id))
    assert draft is not None and draft.body == "Shall I keep"
    bodies = await store.read(lambda db: set(db.exec_driver_sql("SELECT body FROM messages").scalars()))
    counted = await store.read(lambda db: db.exec_driver_sql("SELECT sum(messages) FROM conversations").scalar_one())
    assert counted == len(bodies)
    assert len(await store.read(lambda db: search.find(db, "text", 50))) == 50
    await store.close()
    return {body.split()[1] for body in bodies if body.startswith("text")}


async def test_a_page_in_the_middle_costs_no_more_than_its_own_rows(data: Path) -> None:
    for words in ("text 50 ", "text 200 ", "text 205 ", "text 230 "):
        overwrite(data / FILE, page_with(data / FILE, words), RUBBISH)
    known = count(data)
    assert known is not None and 320 < known < 400
    before = (data / FILE).read_bytes()
    rows: list[int] = []
    done = recover(data, LATER, rows.append)
    assert (done.messages, done.lost, done.read, done.doubtful) == (known, ("messages",), True, 0)
    assert rows == sorted(rows) and rows[-1] > known
    assert done.aside == data / f"damaged-{LATER:%Y-%m-%d-%H%M%S}.db"
    assert done.aside.read_bytes() == before
    found = await whole(data)
    assert len(found) == known and {"0", "100", "260", "399"} <= found and "200" not in found
    # what was lost of the watched time is listed at Twilio again
    store = await opened(data)
    assert {(gap.since, gap.until, gap.history) for gap in await store.read(gaps.all)} >= {(at(0), at(400), True)}
    await store.close()
    assert listing(data) == ["backups", "consents.jsonl", done.aside.name, "media", FILE]


@pytest.mark.parametrize("with_backup", [True, False])
async def test_without_its_header_or_its_first_page_all_rows_are_found(data: Path, with_backup: bool) -> None:
    if with_backup:
        backup(data / FILE, data / "backups" / "sms-2026-05-04-1200.db")
    for length in (100, 4096):
        overwrite(data / FILE, 0, bytes(length))
        with pytest.raises(DatabaseDamaged, match="not a database any more"):
            prepare(data)
        assert count(data) == 400
        done = recover(data, at(3600 + length))
        assert (done.messages, done.lost) == (400, ())
        assert len(await whole(data)) == 400


async def test_of_a_file_that_is_cut_short_the_beginning_is_kept(data: Path) -> None:
    with (data / FILE).open("r+b") as file:
        file.truncate((data / FILE).stat().st_size * 3 // 4 // 4096 * 4096 + 100)
    with pytest.raises(DatabaseDamaged, match="is damaged"):
        prepare(data)
    done = recover(data, LATER)
    assert done.lost and 0 < done.messages <= 400
    assert column(data / FILE, "PRAGMA integrity_check") == ["ok"]


async def test_rubbish_becomes_an_empty_database_and_is_kept(data: Path) -> None:
    (data / FILE).write_bytes(b"Dear diary, " * 5000)
    assert count(data) is None
    done = recover(data, LATER)
    assert (done.messages, done.read) == (0, False)
    assert done.aside is not None and done.aside.read_bytes().startswith(b"Dear diary")
    store = await opened(data)
    await store.do(text_in("as good as new"))
    await store.close()


async def test_a_log_that_is_damaged_costs_the_last_commits_alone(data: Path) -> None:
    store = await opened(data)
    await store.do(text_in("kept", when=at(500)))
    await store.do(text_in("cut off", when=at(501)))
    log = (data / f"{FILE}-wal").read_bytes()
    base = (data / FILE).read_bytes()
    await store.close()
    (data / FILE).write_bytes(base)
    (data / f"{FILE}-wal").write_bytes(log[:-3000] + b"\xff" * 3000)
    store = await opened(data)
    bodies = await store.read(lambda db: set(db.exec_driver_sql("SELECT body FROM messages").scalars()))
    assert "kept" in bodies and "cut off" not in bodies
    await store.close()
    (data / f"{FILE}-wal").write_bytes(b"\xff" * 9000)
    assert column(prepare(data), "PRAGMA integrity_check") == ["ok"]


async def test_what_waits_in_a_damaged_database_is_never_sent_by_itself(data: Path) -> None:
    waits = await queued(data, "waits")
    claimed = await queued(data, "claimed", claimed=True)
    overwrite(data / FILE, page_with(data / FILE, "text 5 "), RUBBISH)
    assert recover(data, LATER).doubtful == 2
    store = await opened(data)
    for message in (waits, claimed):
        found = await store.read(lambda db, key=message.id: messages.get(db, key))  # type: ignore[misc]
        assert found is not None and found.status.value == "unconfirmed"
    assert column(data / FILE, "SELECT count(*) FROM outbox") == [0]
    await store.close()


async def test_a_conversation_whose_row_is_lost_keeps_its_messages(data: Path) -> None:
    overwrite(data / FILE, page_with(data / FILE, "+12125550001") + 8, b"\xff" * 4088)
    done = recover(data, LATER)
    assert done.messages > 0
    assert column(data / FILE, "PRAGMA foreign_key_check") == []


def test_rows_are_read_around_every_page_that_cannot_be(tmp_path: Path) -> None:
    """Each place of a page among many, row numbers with holes and below nought as well."""
    path = tmp_path / "t.db"
    numbers = [*range(-400, -100), *range(1, 400, 2), *range(5000, 5300)]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
        db.execute("BEGIN")
        db.executemany("INSERT INTO t VALUES (?, ?)", [(n, f"row {n} " + "x" * 300) for n in numbers])
        db.execute("COMMIT")
    good = path.read_bytes()
    leaves = [at for at in range(4096, len(good), 4096) if good[at] == 0x0D]
    assert len(leaves) > 55
    for first in range(0, len(leaves), 7):
        bad = leaves[first :: len(leaves) // 3]
        path.write_bytes(good)
        for begin in bad:
            overwrite(path, begin, b"\xff" * 4096)
        wanted = {n for n in numbers if not any(f"row {n} ".encode() in good[at : at + 4096] for at in bad)}
        with closing(sqlite3.connect(path)) as db:
            salvage = Salvage(db)
            found = [row[0] for row in salvage.rows("t", ["id", "body"])]
        assert len(found) == len(set(found))
        assert set(found) == wanted
        assert salvage.lost == {"t"}


@pytest.mark.parametrize("with_backup", [True, False])
async def test_where_nothing_tells_any_more_what_tables_there_are_all_rows_are_found(
    data: Path, with_backup: bool
) -> None:
    if with_backup:
        backup(data / FILE, data / "backups" / "sms-2026-05-04-1200.db")
    with closing(sqlite3.connect(data / FILE)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        pages = [page for (page,) in db.execute("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'")]
    assert len(pages) > 2
    for page in pages[1:]:  # all but the first one, and that too
        overwrite(data / FILE, (page - 1) * 4096, RUBBISH)
        assert count(data) == 400
    overwrite(data / FILE, 0, RUBBISH)
    assert count(data) == 400
    done = recover(data, LATER)
    assert (done.messages, done.lost) == (400, ())
    assert len(await whole(data)) == 400


async def test_of_a_copy_whose_tables_lie_elsewhere_only_what_fits_is_used(data: Path) -> None:
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        pages = [page for (page,) in db.execute("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'")]
        copy = data / "backups" / "sms-2026-05-04-1200.db"
        db.execute("VACUUM INTO ?", (str(copy),))
        db.execute("PRAGMA journal_mode = DELETE")
    for page in pages[1:]:
        overwrite(data / FILE, (page - 1) * 4096, RUBBISH)
    before = (data / FILE).read_bytes()
    assert count(data) == 400  # by an empty database of this version, which is made as it was
    done = recover(data, LATER, source=copy)
    assert done.messages == 400
    assert done.aside is not None and done.aside.read_bytes() == before
    assert column(data / FILE, "PRAGMA integrity_check") == ["ok"]
