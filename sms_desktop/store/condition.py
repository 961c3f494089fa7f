"""How the database and its disk are: what line health tells of them."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from sms_desktop.store.schema import conversations


@dataclass(frozen=True, slots=True)
class Condition:
    """``messages`` that are here; ``trouble`` is what SQLite's quick check found, "" for nothing; times are UTC."""

    messages: int
    trouble: str
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: free on the disk that holds the data directory, and what messages and pictures take of it."""

    free: int
    database: int
    newest_backup: datetime | None


_COUNT = select(func.coalesce(func.sum(conversations.c.messages), 0))


def check(db: Connection) -> Condition:
    """Reads every page of the database: for a thread, and not often."""
    found = str(db.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    return Condition(count(db), "" if found == "ok" else found, datetime.now(UTC))


def count(db: Connection) -> int:
    """How many messages are here."""
    return int(db.execute(_COUNT).scalar_one())


def room(database: Path) -> Room:
    """Blocks for a moment. Raises OSError."""
    folder = database.parent
    size = sum(path.stat().st_size for path in folder.glob(f"{database.name}*"))
    backups = [path.stat().st_mtime for path in (folder / "backups").glob("*.db")]
    newest = datetime.fromtimestamp(max(backups), UTC) if backups else None
    return Room(shutil.disk_usage(folder).free, size, newest)
