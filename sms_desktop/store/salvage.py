"""Reads what can be read of a damaged database, row by row, around pages that cannot be read."""

import sqlite3
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import Any

LOWEST, HIGHEST = -(2**63), 2**63 - 1
PROBES = 20_000
"""Looks for the next readable row in one table, at most; a page that is damaged takes about as many as it had rows."""
WIDEST = 2**20
"""Row numbers between two looks in vain, up to which those between are looked at."""


class Salvage:
    """``lost`` names the tables of which something could not be read, so far. The connection ``db`` is the caller's.

    ``mended``: it is a copy that was made readable first.
    """

    def __init__(self, db: sqlite3.Connection, *, mended: bool = False) -> None:
        db.text_factory = lambda data: data.decode("utf-8", "replace")
        self.db, self.mended = db, mended
        self.lost: set[str] = set()

    def columns(self, table: str) -> dict[str, str]:
        """Names and types; empty where there is no such table, or nobody can tell."""
        try:
            return {row[1]: str(row[2]).upper() for row in self.db.execute(f"PRAGMA table_info({table})")}
        except sqlite3.Error:
            return {}

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
        """Every row that can be read, in no order; values that are not of their column's type are damage too."""
        kinds = self.columns(table)
        wanted = [kinds[name] for name in columns]
        for row in self._all(table, ", ".join(columns)):
            if all(_fits(value, kind) for value, kind in zip(row, wanted, strict=True)):
                yield row
            else:
                self.lost.add(table)

    def count(self, table: str) -> int:
        """How many rows of ``table`` can be read."""
        return sum(1 for _ in self._all(table, "1")) if self.columns(table) else 0

    def places(self) -> list[tuple[object, ...]]:
        """(id, line, peer) of the conversations that their index knows: another page than that of their row."""
        try:
            found = self.db.execute(
                "SELECT id, line, peer FROM conversations INDEXED BY sqlite_autoindex_conversations_1"
            )
            return [row for row in found if isinstance(row[1], str) and isinstance(row[2], str)]
        except sqlite3.Error:
            return []

    def _all(self, table: str, what: str) -> Iterator[tuple[Any, ...]]:
        """Walks along the row numbers, from where they begin to either side; where that breaks, looks in ever longer
        steps for where it goes on, and then at what those steps went past, the narrowest first.
        """
        walk = f"SELECT rowid, {what} FROM {table} NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid"  # noqa: S608 - names of our own
        spans, probes = [(0, 1, HIGHEST, 1), (0, LOWEST, 0, -1)], PROBES
        while spans and probes > 0:
            _, low, high, way = heappop(spans)
            query = walk if way > 0 else f"{walk} DESC"
            at = low - 1 if way > 0 else high + 1
            try:
                for row in self.db.execute(query, (low, high)):
                    at = row[0]
                    yield row[1:]
                continue
            except sqlite3.Error:
                self.lost.add(table)
            # The driver looks ahead: the row before the break was read and not given.
            at += way
            if (row := self._first(query, *_span(at, low, high, way))[0]) is not None:
                at = row[0] + way
                yield row[1:]
            last, step, worked = at, 1, False
            while low <= (point := at + way * step) <= high and not worked:
                probes -= 1
                row, worked = self._first(query, *_span(point, low, high, way))
                if row is not None:
                    heappush(spans, (0, *_span(row[0], low, high, way), way))
                _push(spans, last + way, point - way, way)
                last, step = point, step * 2
            if not worked:
                _push(spans, last + way, high if way > 0 else low, way)

    def _first(self, query: str, low: int, high: int) -> tuple[tuple[Any, ...] | None, bool]:
        """The first row, and whether it could be looked for."""
        try:
            return self.db.execute(f"{query} LIMIT 1", (low, high)).fetchone(), True
        except sqlite3.Error:
            return None, False


def _span(begin: int, low: int, high: int, way: int) -> tuple[int, int]:
    """From ``begin`` to the end that ``way`` leads to."""
    return (max(begin, low), high) if way > 0 else (low, min(begin, high))


def _push(spans: list[tuple[int, int, int, int]], begin: int, end: int, way: int) -> None:
    low, high = min(begin, end), max(begin, end)
    if (end - begin) * way >= 0 and high - low <= WIDEST:
        heappush(spans, (high - low + 1, low, high, way))


def _fits(value: object, kind: str) -> bool:
    return value is None or isinstance(value, int if "INT" in kind else str)
