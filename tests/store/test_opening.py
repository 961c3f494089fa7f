"""What the store makes of a directory, and what it refuses."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from sms_desktop.domain.errors import DatabaseTooNew, StoreError
from sms_desktop.store import connect, messages, migrate, opening
from sms_desktop.store.backup import backup
from sms_desktop.store.export import open_readonly
from sms_desktop.store.schema import HEAD
from sms_desktop.store.store import Store
from tests.store.recorder import Recorder, text_in


def _contents(directory: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(directory).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in directory.rglob("*")
        if path.is_file()
    }


async def _filled(directory: Path, body: str = "kept") -> None:
    store = Store(directory, lambda _: None)
    await store.open()
    await store.do(text_in(body))
    await store.close()


async def _refusal(directory: Path, patience: float = 0.05) -> StoreError:
    with pytest.raises(StoreError) as refused:
        await Store(directory, lambda _: None, patience=patience).open()
    return refused.value


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
async def test_everything_is_readable_by_the_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        directory = tmp_path / "new" / "data"
        store = Store(directory, lambda _: None)
        await store.open()
        await store.do(text_in())
        store.media.put(b"picture", "a.png", "image/png")
        found = {path: stat.S_IMODE(path.stat().st_mode) for path in [directory, *directory.rglob("*")]}
        await store.close()
    finally:
        os.umask(before)
    assert {"sms.db", "sms.db-wal", "media", "backups"} <= {path.name for path in found}
    assert {path.name: oct(mode) for path, mode in found.items() if mode & 0o077} == {}


def test_a_database_of_this_version_is_opened_without_alembic_and_without_the_orm(tmp_path: Path) -> None:
    asyncio.run(_filled(tmp_path))
    program = (
        "import asyncio, sys; from pathlib import Path; from sms_desktop.store.store import Store\n"
        "from sms_desktop.store import messages, search\n"
        "async def main():\n"
        f"    store = Store(Path({str(tmp_path)!r}), print)\n"
        "    await store.open(); assert await store.read(messages.newest_seq) == 1; await store.close()\n"
        "asyncio.run(main())\n"
        "print([name for name in sys.modules if name.startswith(('alembic', 'sqlalchemy.orm', 'PySide6'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sms.db").write_bytes(b"Dear diary, " * 1000)
    before = _contents(tmp_path)
    assert "is not a database" in str(await _refusal(tmp_path))
    assert _contents(tmp_path) == before


async def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "sms.db")) as db:
        db.execute("CREATE TABLE recipes (name)")
    before = _contents(tmp_path)
    assert "belongs to another program" in str(await _refusal(tmp_path))
    assert _contents(tmp_path) == before


async def test_a_damaged_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    await _filled(tmp_path)
    path = tmp_path / "sms.db"
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996  # the first page after its header: the list of tables
    path.write_bytes(data)
    assert "damaged" in str(await _refusal(tmp_path))


async def test_a_newer_versions_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    await _filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / "sms.db", isolation_level=None)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    before = _contents(tmp_path)
    refused = await _refusal(tmp_path)
    assert isinstance(refused, DatabaseTooNew)
    assert "newer version" in str(refused)
    with pytest.raises(DatabaseTooNew):
        open_readonly(tmp_path)
    assert _contents(tmp_path) == before
    assert sorted(os.listdir(tmp_path)) == ["backups", "consents.jsonl", "media", "sms.db"]


async def test_a_locked_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    await _filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / "sms.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert "locked by another program" in str(await _refusal(tmp_path))
    await _filled(tmp_path, "as before")


async def test_a_file_where_the_directory_should_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    assert "cannot be used" in str(await _refusal(tmp_path / "data"))


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "sms.db").touch()
    await _filled(tmp_path)


@pytest.fixture
def readable() -> Iterator[Path]:
    """A directory that any user may look into, unlike tmp_path."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


_OPEN_AS_ORDINARY_USER = """
import asyncio, concurrent.futures.thread, os, sys
from pathlib import Path
from sms_desktop.domain.errors import StoreError
from sms_desktop.store import migrate
from sms_desktop.store.store import Store

if os.geteuid() == 0:  # root is above permissions
    os.setgroups([]); os.setgid(65534); os.setuid(65534)

async def main():
    try:
        await Store(Path(sys.argv[1]), print).open()
    except StoreError as error:
        print(error)

asyncio.run(main())
"""


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "with a database"])
def test_a_read_only_directory_is_refused_and_left_alone(readable: Path, filled: bool) -> None:
    if filled:
        asyncio.run(_filled(readable))
        for path in readable.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    readable.chmod(0o555)
    before = _contents(readable)
    command = [sys.executable, "-c", _OPEN_AS_ORDINARY_USER, str(readable)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == (
        f"{readable} cannot be written to. Allow your user to write there, or choose another data directory."
    ), done.stderr
    assert _contents(readable) == before


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This program, one revision later."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrate.scripts(), scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "r9998_later.py").write_text(
        f'"""Later."""\n\nfrom alembic import op\n\nrevision = "9998"\ndown_revision = "{HEAD}"\n\n\n'
        'def upgrade() -> None:\n    op.execute("ALTER TABLE lines ADD COLUMN colour TEXT")\n'
    )
    monkeypatch.setattr(migrate, "scripts", lambda: scripts)


async def test_an_older_database_is_backed_up_and_migrated(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "data"
    await _filled(directory, "from before")
    request.getfixturevalue("newer")
    monkeypatch.setattr(opening, "HEAD", "9998")
    store = Store(directory, lambda _: None)
    await store.open()
    columns = await store.read(lambda db: [row[1] for row in db.exec_driver_sql("PRAGMA table_info(lines)")])
    assert "colour" in columns
    assert await store.read(messages.newest_seq) == 1
    await store.close()
    (copy,) = (directory / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT body FROM messages").fetchall() == [("from before",)]
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
    assert opening.version(directory / "sms.db") == "9998"


def test_a_password_that_an_earlier_version_kept_is_in_no_file_after_the_update(tmp_path: Path) -> None:
    """Neither in the backup that is made before it, nor in those of the days before."""
    path, secret = tmp_path / "sms.db", "hunter2hunter2"
    db = connect.writer(path)
    config = migrate._config()
    config.attributes["connection"] = db
    connect.raw(db).execute("BEGIN")
    command.upgrade(config, "0002")
    connect.raw(db).execute(
        "INSERT INTO lines (address, label, kind, sms, mms, sms_url) VALUES ('+1', '', 'local', 1, 1, ?)",
        (f"https://shop:{secret}@example.com/sms",),
    )
    connect.raw(db).commit()
    db.close()
    (tmp_path / "backups").mkdir()
    backup(path, tmp_path / "backups" / "sms-2026-05-04-120000.db")
    (tmp_path / "backups" / "sms-2026-05-03-120000.db").write_bytes(b"Dear diary")
    opening.prepare(tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len([file for file in files if file.parent.name == "backups"]) == 3
    assert [file.name for file in files if secret.encode() in file.read_bytes()] == []


async def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = tmp_path / "data"
    await _filled(directory)
    request.getfixturevalue("newer")
    later = migrate.scripts() / "versions" / "r9998_later.py"
    later.write_text(later.read_text() + '    op.execute("INSERT INTO nowhere VALUES (1)")\n')
    monkeypatch.setattr(opening, "HEAD", "9998")
    with pytest.raises(Exception, match="nowhere"):
        await Store(directory, lambda _: None).open()
    assert opening.version(directory / "sms.db") == HEAD
    with closing(connect.read_only(directory / "sms.db")) as db:
        assert "colour" not in [row[1] for row in db.exec_driver_sql("PRAGMA table_info(lines)")]


async def test_what_was_never_closed_is_all_there_at_the_next_opening(tmp_path: Path, recorder: Recorder) -> None:
    store = Store(tmp_path / "data", recorder.hear)
    await store.open()
    await store.do(text_in("in the log only"))
    shutil.copytree(tmp_path / "data", tmp_path / "crashed")
    await store.close()
    assert (tmp_path / "crashed" / "sms.db-wal").stat().st_size > 0
    again = Store(tmp_path / "crashed", recorder.hear)
    await again.open()
    assert await again.read(messages.newest_seq) == 1
    await again.close()
