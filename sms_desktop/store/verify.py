"""Whether a file is a database of ours, whole, and not newer than this version."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sms_desktop.domain.backup import Contents
from sms_desktop.domain.errors import DatabaseTooNew, StoreError
from sms_desktop.store import migrate
from sms_desktop.store.connect import quiet, uri
from sms_desktop.store.faults import is_damage
from sms_desktop.store.schema import EPOCH

MAGIC = b"SQLite format 3\0"


def verified(path: Path) -> Contents:
    """What ``path`` holds, after every page of it was read. Changes nothing. Raises StoreError, DatabaseTooNew."""
    try:
        if not path.exists():
            raise StoreError(f"There is no file {path}.")
        if not path.is_file():
            raise StoreError(f"{path} is not a file.")
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise StoreError(f"{path} is not a backup of SMS Desktop: it is not a database.")
        with closing(sqlite3.connect(uri(path, alone=quiet(path)), uri=True)) as db:
            return _contents(db, path)
    except sqlite3.Error as error:
        if is_damage(error):
            raise StoreError(f"{path} is damaged; choose another backup.") from error
        raise StoreError(f"{path} cannot be read: {error}.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _contents(db: sqlite3.Connection, path: Path) -> Contents:
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= {"alembic_version", "messages", "conversations", "consent_events", "settings"}:
        raise StoreError(f"{path} is not a backup of SMS Desktop: it is another program’s database.")
    row = db.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None or not migrate.knows(str(row[0])):
        raise DatabaseTooNew(f"{path} was written by a newer version of SMS Desktop. Install that version first.")
    (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError(f"{path} is damaged; choose another backup.")
    (messages,) = db.execute("SELECT count(*) FROM messages").fetchone()
    (newest,) = db.execute("SELECT max(at) FROM messages").fetchone()
    return Contents(
        messages, str(row[0]), account_of(db), None if newest is None else EPOCH + timedelta(microseconds=newest)
    )


def account_of(db: sqlite3.Connection) -> str | None:
    """The SID of the account whose messages these are, as far as it is known."""
    row = db.execute("SELECT value FROM settings WHERE key = 'account'").fetchone()
    found = json.loads(row[0]) if row is not None else None
    return found if isinstance(found, str) else None
