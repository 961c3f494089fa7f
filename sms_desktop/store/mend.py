"""Opens a damaged database as well as it can be opened: as it is, else with the first page that it must have had."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sms_desktop.store import shelf
from sms_desktop.store.connect import quiet, uri
from sms_desktop.store.salvage import Salvage
from sms_desktop.store.schema import FILE

PAGE = 4096
"""Bytes of a page: SQLite's own choice, which was never another one here."""
_HEADER = 100
_COPY = f"{FILE}.reading"


@contextmanager
def readable(directory: Path, fresh: Path, name: str = FILE) -> Iterator[Salvage | None]:
    """The database in ``directory``, to be read; None where nothing of it can be. Its files stay as they are, and no
    connection of this process has them or ``fresh`` open (see ``hold``).

    ``fresh`` is an empty database of this version. Where the first page is gone that of a backup takes its place, in
    a copy: it tells which table begins where.
    """
    path = directory / name
    with _opened(path) as db:
        if db is not None:
            yield Salvage(db)
            return
    copy = directory / _COPY
    try:
        for first in _first_pages(directory, path, fresh):
            if path.exists() and path.stat().st_size > PAGE:
                _copy_with(path, copy, first)
                with _opened(copy) as db:
                    if db is not None:
                        yield Salvage(db, mended=True)
                        return
        yield None
    finally:
        for ending in ("", "-wal", "-shm"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A connection, if it gives anything of what matters."""
    if not path.exists():
        yield None
        return
    with closing(sqlite3.connect(uri(path, alone=quiet(path)), uri=True, isolation_level=None)) as db:
        yield db if _gives(db) else None


def _gives(db: sqlite3.Connection) -> bool:
    """Whether there are rows of ours to be read; an empty database of ours counts as well."""
    salvage = Salvage(db)
    tables = ("conversations", "messages", "settings", "consent_events", "lines")
    if not all(salvage.columns(table) for table in tables):
        return False
    for table in tables:
        with suppress(sqlite3.Error):
            if next(salvage.rows(table, list(salvage.columns(table))), None) is not None:
                return True
    return not salvage.lost


def _first_pages(directory: Path, path: Path, fresh: Path) -> Iterator[bytes]:
    new = _page_of(fresh)
    with suppress(OSError):
        yield new[:_HEADER] + _page_of(path)[_HEADER:]
    for backup, _, _ in shelf.names(directory):
        with suppress(OSError):
            yield _page_of(backup)
    yield new


def _page_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(PAGE)


def _copy_with(path: Path, copy: Path, first: bytes) -> None:
    log = path.with_name(path.name + "-wal")
    shutil.copyfile(path, copy)
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    page = bytearray(first.ljust(PAGE, b"\0"))
    page[18:20] = b"\x02\x02" if log.exists() else b"\x01\x01"
    page[28:32] = (copy.stat().st_size // PAGE).to_bytes(4, "big")
    page[92:96] = page[24:28]  # the number of pages above counts as true
    page[32:40] = bytes(8)  # no page is free
    with copy.open("r+b") as file:
        file.write(page)
