"""Reading everything, and copying everything, beside a running store."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import exc

from sms_desktop.domain.errors import EMPTY, GONE, DatabaseDamaged, StoreError
from sms_desktop.domain.message import Message
from sms_desktop.store import connect, export
from sms_desktop.store.backup import backup
from sms_desktop.store.opening import migrate_file
from sms_desktop.store.schema import FILE
from sms_desktop.store.store import Store
from tests.store.recorder import at, text_in, text_out


def _all(directory: Path, since: datetime | None = None) -> list[Message]:
    found: list[Message] = []
    with export.open_readonly(directory) as db:
        while rows := export.rows(db, since, found[-1] if found else None, 3):
            found += rows
    return found


async def test_every_message_comes_out_oldest_first_while_the_store_is_open(store: Store) -> None:
    stored = [await store.do(text_in(f"text {n}", when=at(n // 4), peer=f"{n % 2}")) for n in range(10)]
    stored.append(await store.do(text_out("late", when=at(-5))))
    assert _all(store.directory) == [stored[-1], *stored[:-1]]
    assert _all(store.directory, at(1)) == stored[4:-1]
    await store.do(text_in("and more", when=at(99)))
    assert _all(store.directory, at(50))[0].body == "and more"


async def test_reading_changes_no_file_of_a_closed_store(tmp_path: Path) -> None:
    store = Store(tmp_path, lambda _: None)
    await store.open()
    await store.do(text_in())
    await store.close()
    before = (tmp_path / "sms.db").read_bytes()
    assert len(_all(tmp_path)) == 1
    with export.open_readonly(tmp_path) as db, pytest.raises(exc.OperationalError, match="readonly"):
        db.exec_driver_sql("DELETE FROM messages")
    assert (tmp_path / "sms.db").read_bytes() == before


def test_there_is_nothing_to_read_where_there_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        export.open_readonly(tmp_path)
    with pytest.raises(StoreError, match="no database"):
        export.open_readonly(tmp_path / "nowhere")
    (tmp_path / "sms.db").touch()
    with pytest.raises(StoreError, match=r"is empty\.$"):
        export.open_readonly(tmp_path)


@pytest.mark.parametrize("what", [GONE, EMPTY])
async def test_a_database_of_which_only_backups_are_left_is_said_to_be_lost(tmp_path: Path, what: str) -> None:
    store = Store(tmp_path, lambda _: None)
    await store.open()
    await store.close()
    backup(store.path, tmp_path / "backups" / "sms-2026-05-04-1200.db")
    store.path.unlink() if what == GONE else store.path.write_bytes(b"")
    with pytest.raises(DatabaseDamaged, match=what) as told:
        export.open_readonly(tmp_path)
    assert "helps to repair it" in told.value.remedy


async def test_a_backup_is_whole_while_the_store_is_open(store: Store, tmp_path: Path) -> None:
    await store.do(text_in("kept"))
    target = backup(store.path, tmp_path / "copy.db")
    await store.do(text_in("after"))
    with closing(sqlite3.connect(connect.uri(target), uri=True)) as db:
        assert db.execute("SELECT body FROM messages").fetchall() == [("kept",)]
    backup(store.path, target)
    with closing(sqlite3.connect(connect.uri(target), uri=True)) as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone() == (2,)
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "data"]


async def test_a_backup_onto_the_database_itself_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        backup(store.path, store.path)


def test_a_backup_of_what_is_no_database_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "sms.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError):
        backup(tmp_path / "sms.db", tmp_path / "copy.db")
    assert [path.name for path in tmp_path.iterdir()] == ["sms.db"]


def test_reading_beside_ones_own_store_leaves_its_log_where_it_is(tmp_path: Path) -> None:
    """A program that comes and goes takes the log away where it believes itself alone."""
    path = tmp_path / FILE
    migrate_file(path)
    with closing(connect.writer(path)) as db:
        connect.raw(db).execute("PRAGMA journal_mode = WAL")
        connect.raw(db).execute("INSERT INTO settings (key, value) VALUES ('a', '1')")
        export.open_readonly(tmp_path).close()
        passing = (
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT * FROM settings'); db.close()"
        )
        subprocess.run([sys.executable, "-c", passing, path], check=True)
        assert path.with_name(f"{FILE}-wal").exists()
        connect.raw(db).execute("INSERT INTO settings (key, value) VALUES ('b', '2')")
    with closing(sqlite3.connect(path)) as after:
        assert after.execute("SELECT count(*) FROM settings").fetchone() == (2,)
