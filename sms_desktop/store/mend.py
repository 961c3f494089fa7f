"""Opens a damaged database as well as it can be opened: as it is, else with the pages that it must have had which tell
what tables there are and where each begins.
"""

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
_LEADS_ON = 5
"""The first byte of a page of a table that only says where others are."""
_OF_TABLES, _OF_INDEXES = frozenset({_LEADS_ON, 13}), frozenset({2, 10})
"""What pages of theirs begin with."""
_COPY = f"{FILE}.reading"


@contextmanager
def readable(directory: Path, fresh: Path, name: str = FILE) -> Iterator[Salvage | None]:
    """The database in ``directory``, to be read; None where nothing of it can be. Its files stay as they are, and no
    connection of this process has them or ``fresh`` open (see ``hold``).

    ``fresh`` is a sound database of this version. Where the pages are gone that tell which table begins where, those
    of a backup take their place, in a copy: no table moves as long as its shape stays.
    """
    path = directory / name
    with _opened(path) as db:
        if db is not None:
            yield Salvage(db)
            return
    copy = directory / _COPY
    try:
        for pages in _pages(directory, path, fresh):
            if path.exists() and path.stat().st_size > PAGE:
                _copy_with(path, copy, pages)
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


def _pages(directory: Path, path: Path, fresh: Path) -> Iterator[dict[int, bytes]]:
    """By their numbers: its own with another header, those of each backup, and new ones."""
    with suppress(OSError):
        yield {1: _page_of(fresh, 1)[:_HEADER] + _page_of(path, 1)[_HEADER:]}
    for source in (*(backup for backup, _, _ in shelf.names(directory)), fresh):
        with suppress(OSError, sqlite3.Error):
            yield _of_schema(source) if _is_alike(path, source) else {1: _page_of(source, 1)}


def _page_of(path: Path, number: int = 1) -> bytes:
    with path.open("rb") as file:
        file.seek((number - 1) * PAGE)
        return file.read(PAGE).ljust(PAGE, b"\0")


def _of_schema(source: Path) -> dict[int, bytes]:
    """The pages of a sound database that tell what tables there are."""
    pages: dict[int, bytes] = {}
    waiting = [1]
    while waiting:
        number = waiting.pop()
        page = pages[number] = _page_of(source, number)
        begin = _HEADER if number == 1 else 0
        if page[begin] == _LEADS_ON:
            count = _number(page, begin + 3, 2)
            cells = [_number(page, begin + 12 + 2 * n, 2) for n in range(count)]
            others = [_number(page, begin + 8, 4), *(_number(page, cell, 4) for cell in cells)]
            waiting += [other for other in others if other not in pages]
    return pages


def _is_alike(path: Path, source: Path) -> bool:
    """Whether in ``path`` no table begins where ``source`` has an index, or the other way round; half of them at least
    must be there.
    """
    with closing(sqlite3.connect(uri(source, alone=quiet(source)), uri=True)) as db:
        roots = [number for (number,) in db.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 1")]
    pairs = [(_page_of(path, number)[0], _page_of(source, number)[0] in _OF_TABLES) for number in roots]
    found = [(mine in _OF_TABLES) is theirs for mine, theirs in pairs if mine in _OF_TABLES | _OF_INDEXES]
    return all(found) and 2 * len(found) >= len(roots)


def _number(page: bytes, begin: int, length: int) -> int:
    return int.from_bytes(page[begin : begin + length], "big")


def _copy_with(path: Path, copy: Path, pages: dict[int, bytes]) -> None:
    log = path.with_name(path.name + "-wal")
    shutil.copyfile(path, copy)
    if log.exists():
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    with copy.open("r+b") as file:
        for number, other in pages.items():
            file.seek((number - 1) * PAGE)
            file.write(other)
    page = bytearray(pages[1])
    page[18:20] = b"\x02\x02" if log.exists() else b"\x01\x01"
    page[28:32] = (copy.stat().st_size // PAGE).to_bytes(4, "big")
    page[92:96] = page[24:28]  # the number of pages above counts as true
    page[32:40] = bytes(8)  # no page is free
    with copy.open("r+b") as file:
        file.write(page)
