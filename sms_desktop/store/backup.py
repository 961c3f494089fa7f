"""A consistent copy of the database, also while it is written to."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sms_desktop.domain.errors import StoreError
from sms_desktop.store.connect import uri
from sms_desktop.store.faults import explained


def backup(db_path: Path, target: Path) -> Path:
    """Copies ``db_path`` to ``target`` by SQLite's backup API and checks the copy; returns ``target``.

    ``target`` appears whole or not at all, readable by the user alone. Raises StoreError.
    """
    partial = target.with_name(target.name + ".partial")
    with explained(target.parent):
        if target.exists() and target.samefile(db_path):
            raise StoreError(f"{target} is the database itself; choose another file for the backup.")
        try:
            partial.unlink(missing_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with (
                closing(sqlite3.connect(uri(db_path), uri=True)) as source,
                closing(sqlite3.connect(partial, isolation_level=None)) as copy,
            ):
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
                (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise StoreError(f"The database at {db_path} is damaged, so no backup was made: {found}.")
            _to_disk(partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    return target


def _to_disk(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
