"""A consistent copy of the database, also while it is written to."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sms_desktop.domain.errors import StoreError
from sms_desktop.store.connect import uri
from sms_desktop.store.disk import settle, to_disk
from sms_desktop.store.faults import damaged, explained, is_damage
from sms_desktop.store.schema import FILE, RESCUED

STEP = 512
"""Pages that are copied at a time."""
BREATH = 0.002
"""Seconds of rest after each step of an unhurried backup, so that the disk is there for others too."""


class Stopped(StoreError):
    """The backup was given up because the program ends."""


def backup(db_path: Path, target: Path, *, stop: Callable[[], bool] | None = None, unhurried: bool = False) -> Path:
    """Copies ``db_path`` to ``target`` by SQLite's backup API and checks the copy; returns ``target``.

    ``target`` appears whole or not at all, readable by the user alone. All of one moment is copied, whoever writes
    meanwhile, and nobody who writes is held up. ``stop`` is asked after each step. Raises StoreError.
    """
    partial = target.with_name(target.name + ".partial")
    with explained(target.parent):
        if not db_path.exists():
            raise StoreError(f"There is no database in {db_path.parent} yet.")
        refuse_own(db_path, target)
        try:
            partial.unlink(missing_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            try:
                with closing(sqlite3.connect(_name(db_path), uri=True, isolation_level=None)) as source:
                    _copy(source, db_path.parent, partial, stop, BREATH if unhurried else 0.0)
            except sqlite3.Error as error:
                if is_damage(error):
                    raise damaged(db_path.parent) from error
                raise
            to_disk(partial)
            partial.replace(target)
            settle(target.parent)
        finally:
            _forget(partial)
    return target


def rescue(source: sqlite3.Connection, directory: Path) -> Path:
    """Copies what ``source`` has open, whatever lies in ``directory`` by now, to ``RESCUED`` there, and checks it.

    What was rescued before stays: whoever noticed first had the most. Raises StoreError, and OSError or sqlite3.Error.
    """
    target = directory / RESCUED
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")  # a command beside may be at it as well
    if target.exists():
        return target
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        _copy(source, directory, partial, None, 0.0)
        to_disk(partial)
        partial.replace(target)
        settle(directory)
    finally:
        _forget(partial)
    return target


def _forget(partial: Path) -> None:
    for ending in ("", "-journal"):
        partial.with_name(partial.name + ending).unlink(missing_ok=True)


def refuse_own(db_path: Path, target: Path) -> None:
    """Raises StoreError where ``target`` is the database, or one of the files that SQLite keeps beside it."""
    own = [db_path.with_name(db_path.name + ending) for ending in ("", "-wal", "-shm", "-journal")]
    if any(path.absolute() == target.absolute() or (_both(path, target) and target.samefile(path)) for path in own):
        raise StoreError(f"{target} is the database itself; choose another file for the backup.")
    if target.is_dir():
        raise StoreError(f"{target} is a folder; name a file for the backup.")


def _both(one: Path, other: Path) -> bool:
    return one.exists() and other.exists()


def _copy(
    source: sqlite3.Connection, directory: Path, partial: Path, stop: Callable[[], bool] | None, rest: float
) -> None:
    def breathe(status: int, left: int, total: int) -> None:
        if stop is not None and stop():
            raise Stopped("The backup was stopped.")
        if rest:
            time.sleep(rest)  # on the backup's own thread

    with closing(sqlite3.connect(partial, isolation_level=None)) as copy:
        source.execute("BEGIN")  # one moment for all steps: a commit of others does not make it begin anew
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=STEP, progress=breathe)
        source.rollback()
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        if stop is not None:
            copy.set_progress_handler(lambda: int(stop()), 100_000)
        try:
            (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError:
            if stop is not None and stop():
                raise Stopped("The backup was stopped.") from None
            raise
    if found != "ok":
        raise damaged(directory, "is damaged, so no backup was made")


def _name(db_path: Path) -> str:
    """Our own database is opened as those who write to it do: whoever closes it last takes its log away."""
    if db_path.name == FILE and os.access(db_path, os.W_OK) and os.access(db_path.parent, os.W_OK):
        return uri(db_path).replace("?mode=ro", "?mode=rw")
    return uri(db_path)
