"""From a directory to a database of this version. What is refused is left exactly as it was."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sms_desktop.domain.backup import Why
from sms_desktop.domain.errors import DatabaseTooNew, StoreError
from sms_desktop.store import connect, removal, scrub, shelf, swap, witness
from sms_desktop.store.backup import backup
from sms_desktop.store.faults import damaged, denied, explained, missing, replaced
from sms_desktop.store.schema import FILE, HEAD


def prepare(directory: Path, patience: float = connect.PATIENCE) -> Path:
    """Makes what is missing, migrates what is older (after a verified backup), and returns the database's path.

    Blocks; for a thread. Raises StoreError, DatabaseTooNew for a database of a newer version, DatabaseDamaged for one
    that cannot be read, or that is gone while its backups are there, or that was taken away while it was open.
    """
    path = directory / FILE
    with explained(directory):
        swap.finish(directory)
        if removal.is_noted(directory):
            raise replaced(directory)
        found = version(path, patience)
        if found is None and shelf.names(directory):
            raise missing(directory)
        if found is not None and found != HEAD:
            _check_known(found, directory)
        _make(directory, path)
        if found != HEAD:
            if found is not None:
                backup(path, directory / shelf.FOLDER / shelf.name_for(datetime.now(UTC), Why.UPDATE))
                scrub.scrub(directory)
            migrate_file(path, patience)
        else:
            _unlocked(path, patience)
        witness.begin(directory, path, patience)
    return path


def version(path: Path, patience: float = connect.PATIENCE) -> str | None:
    """The revision that the database says it has; None where there is none yet. Changes nothing.

    Only SQLite looks at the file: it may be open in this process (see ``hold``).

    Raises StoreError for another program's database, sqlite3.Error or OSError for what cannot be read.
    """
    if not path.exists() or path.stat().st_size == 0:
        return None
    # Where all is quiet no lock is needed, and no companion files are made.
    with closing(sqlite3.connect(connect.uri(path, alone=connect.quiet(path)), uri=True, timeout=patience)) as db:
        try:
            names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                raise damaged(path.parent, "is not a database any more") from error
            raise
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


def make_folders(directory: Path) -> None:
    """Makes the data directory and what lies in it, for its user alone. Raises StoreError, OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(directory, os.W_OK):
        raise StoreError(denied(directory))
    for name in ("media", shelf.FOLDER):
        (directory / name).mkdir(mode=0o700, exist_ok=True)


def _make(directory: Path, path: Path) -> None:
    if directory.exists() and path.exists() and not os.access(path, os.W_OK):
        raise StoreError(denied(directory))
    make_folders(directory)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with suppress(OSError):  # a file system without permissions
        path.chmod(0o600)


def migrate_file(path: Path, patience: float = connect.PATIENCE) -> None:
    """Brings the database at ``path`` to this version, in one transaction; makes it where there is none."""
    from sms_desktop.store import migrate

    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
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
