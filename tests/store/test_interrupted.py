"""A migration that is killed, or that finds the disk full: the old data is whole, and the next start goes on."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sms_desktop.store import migrate
from sms_desktop.store.schema import FILE, HEAD
from tests.store.damage import column, filled

# Runs the revisions that the test wrote; "half" is said from the middle of the last one.
_MIGRATES = """
import os, sys
from pathlib import Path
from sms_desktop.domain.errors import StoreError
from sms_desktop.store import migrate, opening
scripts, directory, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if limit:
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
migrate.scripts = lambda: scripts
opening.HEAD = "9998"
try:
    opening.prepare(directory)
except StoreError as error:
    print(error)
else:
    print("done")
"""
_REVISION = '''"""Later."""

from alembic import op

revision = "9998"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("ALTER TABLE messages ADD COLUMN colour TEXT")
    op.execute("UPDATE messages SET colour = hex(randomblob(400)), body = body || '!'")
    print("half", flush=True)
    op.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {work})"
        " INSERT INTO consent_events (line, peer, state, source, words, at)"
        " SELECT 'x', hex(randomblob(200)), 'opted_in', 'staff', '', i FROM n"
    )
'''


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """Large enough for a migration to spill into the log before its end."""
    await filled(tmp_path / "data", 4000, 50)
    return tmp_path / "data"


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.scripts(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def revise(scripts: Path, work: int) -> None:
    text = _REVISION.format(head=HEAD, work=work)
    (scripts / "versions" / "r9998_later.py").write_text(text)


def start(scripts: Path, data: Path, limit: int = 0) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _MIGRATES, str(scripts), str(data), str(limit)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def is_as_before(data: Path) -> None:
    # opened as the next start does, so that what the log holds of the cut migration is not taken for true
    with closing(sqlite3.connect(data / FILE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert "colour" not in [row[1] for row in db.execute("PRAGMA table_info(messages)")]
        assert db.execute("SELECT count(*), sum(body LIKE '%!') FROM messages").fetchall() == [(4000, 0)]


def goes_on(scripts: Path, data: Path) -> None:
    revise(scripts, 10)
    with start(scripts, data) as process:
        assert process.communicate()[0].splitlines()[-1] == "done"
    assert column(data / FILE, "SELECT version_num FROM alembic_version") == ["9998"]
    assert column(data / FILE, "SELECT count(*) FROM messages WHERE colour IS NOT NULL AND body LIKE '%!'") == [4000]
    backups = sorted((data / "backups").glob("*.db"))
    assert backups
    for backup in backups:
        assert column(backup, "SELECT count(*) FROM messages") == [4000]
        assert column(backup, "SELECT version_num FROM alembic_version") == [HEAD]


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX has them")
async def test_a_migration_that_is_killed_in_its_midst_has_changed_nothing(data: Path, scripts: Path) -> None:
    revise(scripts, 10**9)
    for _ in range(3):
        with start(scripts, data) as process:
            assert process.stdout is not None
            assert (await asyncio.to_thread(process.stdout.readline)).strip() == "half"
            log = data / f"{FILE}-wal"
            while log.stat().st_size < 2_000_000:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        is_as_before(data)
    goes_on(scripts, data)


@pytest.mark.skipif(os.name != "posix", reason="limits as POSIX has them")
@pytest.mark.parametrize("part", [0.5, 1.5])
async def test_a_disk_that_is_full_during_it_leaves_the_old_data_whole(data: Path, scripts: Path, part: float) -> None:
    """At half of the database's size there is no room for the backup, at one and a half none for the migration."""
    revise(scripts, 10**6)
    before = (data / FILE).stat().st_size
    with start(scripts, data, int(before * part)) as process:
        said = process.communicate()[0].splitlines()
    assert "done" not in said
    assert str(data) in said[-1] and (
        "is full" in said[-1] or "failed to read or write" in said[-1] or "cannot be used" in said[-1]
    )
    is_as_before(data)
    assert len(list((data / "backups").iterdir())) == int(part > 1)
    goes_on(scripts, data)
