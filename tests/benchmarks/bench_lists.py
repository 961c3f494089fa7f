"""A list for all numbers of many people: `python -m tests.benchmarks.bench_lists [--people N] [--lines N]`.

How long the import takes, and its longest transaction, for a webhook may wait that long; what the first text to a
number that nobody knew has to wait; and what it costs to ask whether somebody opted out, against a bare SELECT.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.forall import reason_of
from sms_desktop.domain.line import Line
from sms_desktop.services import clock
from sms_desktop.services.roster import AT_A_TIME
from sms_desktop.store import consent, forall, lines
from sms_desktop.store.store import Store, Tx
from tests.benchmarks.report import Report

ASKED = 1000
UNKNOWN = "+13105550199"
BARE = "SELECT standing FROM consents WHERE line = ? AND peer = ?"


async def _times(store: Store, works: Sequence[Callable[[Tx], Any]]) -> list[float]:
    """Of each in ms."""
    taken = []
    for work in works:
        began = time.perf_counter()
        await store.do(work)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _ask(db: Connection, line: str, peers: Sequence[str]) -> float:
    """Microseconds for one."""
    began = time.perf_counter()
    for peer in peers:
        consent.opted_out(db, line, peer)
    return (time.perf_counter() - began) / len(peers) * 1e6


def _bare(path: Path, line: str, peers: Sequence[str]) -> float:
    with closing(sqlite3.connect(path)) as db:
        began = time.perf_counter()
        for peer in peers:
            db.execute(BARE, (line, peer)).fetchone()
        return (time.perf_counter() - began) / len(peers) * 1e6


async def measure(directory: Path, people: int, count: int) -> None:
    """Prints all figures, and writes them."""
    report = Report(f"lists: {people:,} people on {count} numbers")
    ours = [f"+1212555{1000 + n}" for n in range(count)]
    theirs = [f"+1415{5_000_000 + n}" for n in range(people)]
    at = clock.now()
    store = Store(directory, lambda events: None)
    await store.open()
    await store.do(lambda tx: lines.save(tx, [Line(address) for address in ours]))

    def listed(line: str, peer: str) -> ConsentEvent:
        return ConsentEvent(line, peer, True, ConsentSource.IMPORT, "", None, at, "Ada", reason_of(f"a.csv, {peer}"))

    def enter(tx: Tx, start: int) -> None:
        for line in ours:
            consent.import_many(tx, line, [listed(line, peer) for peer in theirs[start : start + AT_A_TIME]])

    taken = await _times(store, [partial(enter, start=start) for start in range(0, people, AT_A_TIME)])
    report.add("import", sum(taken) / 1000, "s")
    report.add("longest transaction of it", max(taken), "ms")
    (first,) = await _times(store, [lambda tx: lines.ensure(tx, UNKNOWN)])
    report.add("first text to a number nobody knew", first, "ms", target="≤ 25 ms")
    for name, line, peers in (
        ("whether a stranger is out", ours[0], [f"+1917{5_000_000 + n}" for n in range(ASKED)]),
        ("… whoever is on the list", ours[0], theirs[:ASKED]),
        ("… the same, of a number without entries", UNKNOWN, theirs[:ASKED]),
    ):
        value = await store.read(partial(_ask, line=line, peers=peers))
        report.add(name, value, "µs", baseline=_bare(store.path, line, peers), of="bare SELECT")
    began = time.perf_counter()
    found = await store.read(partial(forall.missing, line=UNKNOWN))
    report.add(f"finding {len(found):,} to be entered for it", (time.perf_counter() - began) * 1000, "ms")
    await store.close()
    report.write()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--lines", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), given.people, given.lines))


if __name__ == "__main__":
    main()
