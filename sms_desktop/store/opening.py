"""From a directory to a database of this version. What is refused is left exactly as it was."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sms_desktop.domain.errors import DatabaseTooNew, StoreError
from sms_desktop.store import connect
from sms_desktop.store.backup import backup
from sms_desktop.store.faults import denied, explained
from sms_desktop.store.schema import FILE, HEAD

_MAGIC = b"SQLite format 3\0"


def prepare(directory: Path, patience: float = connect.PATIENCE) -> Path:
    """Makes what is missing, migrates what is older (after a verified backup), and returns the database's path.

    Blocks; for a thread. Raises StoreError, and DatabaseTooNew for a database of a newer version.
    """
    path = directory / FILE
    with explained(directory):
        found = version(path, patience)
        if found is not None and found != HEAD:
            _check_known(found, directory)
        _make(directory, path)
        if found != HEAD:
            if found is not None:
                stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
                backup(path, directory / "backups" / f"sms-{found}-{stamp}.db")
            _migrate(path, patience)
        else:
            _unlocked(path, patience)
    return path


def version(path: Path, patience: float = connect.PATIENCE) -> str | None:
    """The revision that the database says it has; None where there is none yet. Changes nothing.

    Raises StoreError for another program's database, sqlite3.Error or OSError for what cannot be read.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise StoreError(
                f"The file {path.name} in {path.parent} is not a database. Move it away, or put a backup in its place."
            )
    # Where all is quiet no lock is needed, and no companion files are made.
    with closing(sqlite3.connect(connect.uri(path, alone=connect.quiet(path)), uri=True, timeout=patience)) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not names:
            return None
        if "alembic_version" not in names:
            raise StoreError(f"The file {path.name} in {path.parent} belongs to another program. Move it away.")
        row = db.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])


def _check_known(revision: str, directory: Path) -> None:
    from sms_desktop.store import migrate

    if not migrate.knows(revision):
        raise DatabaseTooNew(
            f"The database in {directory} was written by a newer version of SMS Desktop. "
            "Install that version; nothing was changed."
        )


def _make(directory: Path, path: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(directory, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise StoreError(denied(directory))
    for name in ("media", "backups"):
        (directory / name).mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with suppress(OSError):  # a file system without permissions
        path.chmod(0o600)


def _migrate(path: Path, patience: float) -> None:
    from sms_desktop.store import migrate

    db = connect.writer(path, patience)
    try:
        driver = connect.raw(db)
        driver.execute("PRAGMA foreign_keys = OFF")  # a revision may rebuild a table
        driver.execute("PRAGMA journal_mode = WAL")
        driver.execute("BEGIN IMMEDIATE")
        try:
            migrate.upgrade(db)
            driver.commit()
        except BaseException:
            driver.rollback()
            raise
    finally:
        db.close()


def _unlocked(path: Path, patience: float) -> None:
    with closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as db:
        (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise StoreError(
                f"The file system that holds {path.parent} cannot keep the database safe. Use a local disk."
            )
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")
