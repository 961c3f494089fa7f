"""What went wrong with the disk or the database, as a sentence for the person at the desk."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from sms_desktop.domain.errors import EMPTY, GONE, REPLACED, DatabaseDamaged, StoreError
from sms_desktop.store.schema import FILE, RESCUED

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_ROOM = 1024 * 1024


def explain(error: BaseException, directory: Path) -> StoreError | None:
    """The StoreError that ``error`` amounts to, or None where neither disk nor database is to blame."""
    if isinstance(error, StoreError):
        return error
    sentence = None
    if isinstance(error, OSError):
        sentence = _of_system(error, directory)
    else:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.Error):
            if is_damage(cause):
                return damaged(directory)
            sentence = _of_sqlite(cause, directory)
    return None if sentence is None else StoreError(sentence)


@contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Turns what ``explain`` knows into its StoreError; anything else passes as it is."""
    try:
        yield
    except Exception as error:
        told = explain(error, directory)
        if told is None or told is error:
            raise
        raise told from error


def full(directory: Path) -> str:
    return f"The disk that holds {directory} is full. Free some space; nothing that was confirmed is lost."


def damaged(directory: Path, what: str = "is damaged") -> DatabaseDamaged:
    """``what`` is the matter with the database in ``directory``, and the two ways out."""
    return DatabaseDamaged(
        what,
        f"It is the one in {directory}. Start SMS Desktop, which helps to repair it, or put a backup in its place: "
        f"sms-desktop restore FILE (backups are in {directory / 'backups'}).",
    )


def missing(directory: Path) -> DatabaseDamaged:
    """The same of one that must have been there, and of which nothing is left."""
    return damaged(directory, EMPTY if (directory / FILE).exists() else GONE)


def replaced(directory: Path) -> DatabaseDamaged:
    """Another program has taken away the files of the database that was open, or put others in their place."""
    saved = directory / RESCUED
    if not saved.exists() or not saved.stat().st_size:
        return damaged(directory, REPLACED)
    return DatabaseDamaged(
        REPLACED,
        f"It is the one in {directory}. Start SMS Desktop, which helps to repair it, or put back what was saved at "
        f"once: sms-desktop restore {saved}.",
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether it is the database's own fault that it cannot be read."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def denied(directory: Path) -> str:
    return f"{directory} cannot be written to. Allow your user to write there, or choose another data directory."


def _of_system(error: OSError, directory: Path) -> str:
    if error.errno in _FULL:
        return full(directory)
    if error.errno in _DENIED:
        return denied(directory)
    return f"{directory} cannot be used: {os.strerror(error.errno).lower() if error.errno else error}."


def _of_sqlite(error: sqlite3.Error, directory: Path) -> str | None:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return full(directory)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return denied(directory)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"The database in {directory} is locked by another program. Close that program and try again."
        case sqlite3.SQLITE_CANTOPEN:
            return f"The database in {directory} cannot be opened. Check that your user may read and write there."
        case sqlite3.SQLITE_IOERR:
            if _free(directory) < _ROOM:
                return full(directory)
            return f"The disk that holds {directory} failed to read or write. Check the disk; nothing was changed."
    return None


def _free(directory: Path) -> int:
    try:
        return shutil.disk_usage(directory).free
    except OSError:
        return _ROOM
