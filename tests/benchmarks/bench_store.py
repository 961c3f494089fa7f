"""How fast the store is on a million messages: `python -m tests.benchmarks.bench_store [--data DIR] [--messages N]`.

Each figure stands beside its baseline of the same run: the bare sqlite3 module doing the least that the task needs.
DIR keeps the seeded store for the next run (default: a temporary one). Prints a table, writes bench/store.json.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sms_desktop.domain.conversation import Filter
from sms_desktop.store import conversations, messages, search
from sms_desktop.store.fulltext import expression
from sms_desktop.store.store import Store, Tx
from tests.benchmarks.seed import SMALL, place_of_size, seed, words

OUT = Path("bench/store.json")
PAGE = 100
TYPED = ("t", "th", "tha", "than", "thank", "thanks", "thanks ch", "walnut", "s", "smorgas", "order ready", "555 0187")
GROUP = 64


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` and ``baseline`` in ``unit``; ``limit`` is what was promised, in words; ``stall`` in ms."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    against: str = ""
    limit: str = ""
    stall: float | None = None


class Heart:
    """Measures how long the loop stood still, by a callback that wants to be called every millisecond."""

    async def __aenter__(self) -> "Heart":
        self.longest = 0.0
        self._task = asyncio.ensure_future(self._beat())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, (time.perf_counter() - began - 0.001) * 1000)


async def _times(ask: Callable[[], Awaitable[Any]], rounds: int = 30) -> float:
    """The median in ms."""
    await ask()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _bare(db: sqlite3.Connection, query: str, *values: Any, rounds: int = 30) -> float:
    """The median in ms of running ``query`` and fetching its rows."""
    db.execute(query, values).fetchall()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        db.execute(query, values).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


async def _searches(store: Store, db: sqlite3.Connection) -> list[Figure]:
    figures = []
    for typed in TYPED:
        async with Heart() as heart:
            value = await _times(lambda typed=typed: store.read(lambda db: search.find(db, typed)))  # type: ignore[misc]
        baseline = _bare(
            db,
            "SELECT m.* FROM messages m WHERE m.seq IN (SELECT rowid FROM messages_fts WHERE messages_fts MATCH ?"
            " ORDER BY rowid DESC LIMIT 50) ORDER BY m.seq DESC",
            expression(typed),
        )
        limit = "≤ 20 ms"
        figures.append(Figure(f"search “{typed}”", value, "ms", baseline, "bare FTS5 query", limit, heart.longest))
    typing = figures[: len("thanks")]
    ours, bare = sum(figure.value for figure in typing), sum(figure.baseline or 0 for figure in typing)
    figures.append(Figure("typing “thanks”, all six", ours, "ms", bare, "bare FTS5 queries", "≤ 3 × bare"))
    return figures


async def _pages(store: Store, db: sqlite3.Connection) -> list[Figure]:
    figures = []
    large = await store.read(place_of_size)
    small = await store.read(lambda db: place_of_size(db, SMALL))
    query = "SELECT * FROM messages WHERE conversation_id = ? ORDER BY at DESC, seq DESC LIMIT 101"
    for name, place in (("of all", small), ("of 100,000", large)):
        async with Heart() as heart:
            value = await _times(lambda place=place: store.read(lambda db: messages.latest(db, place, PAGE)))  # type: ignore[misc]
        figures.append(
            Figure(f"page of {PAGE} {name}", value, "ms", _bare(db, query, place), "bare SELECT", "", heart.longest)
        )
    ratio = figures[1].value / figures[0].value
    figures.append(Figure("… of 100,000 over of 100", ratio, "×", limit="≤ 1.5"))
    middle = await store.read(lambda db: messages.latest(db, large, 5000))
    first = middle.messages[0]
    value = await _times(lambda: store.read(lambda db: messages.around(db, first, PAGE)))
    figures.append(Figure("page around a hit", value, "ms"))
    query = "SELECT * FROM conversations WHERE archived = 0 AND blocked = 0 ORDER BY at DESC LIMIT 60"
    for chosen in (Filter.ALL, Filter.UNREAD, Filter.FAILED, Filter.SCHEDULED):
        value = await _times(lambda chosen=chosen: store.read(lambda db: conversations.page(db, chosen)))  # type: ignore[misc]
        figures.append(
            Figure(f"list of 60, {chosen}", value, "ms", _bare(db, query), "bare SELECT", "≤ 2 ms in the thread")
        )
    figures.append(Figure("counts of the filters", await _times(lambda: store.read(conversations.counts)), "ms"))
    facts = await _times(lambda: store.read(lambda db: conversations.facts(db, large)))
    figures.append(Figure("facts of 100,000", facts, "ms"))
    nothing = await _times(lambda: store.read(lambda db: None))
    figures.append(Figure("an empty read, there and back", nothing, "ms"))
    return figures


def _arrival(chance: random.Random) -> Callable[[Tx], Any]:
    sid, peer = f"SM{chance.getrandbits(128):032x}", f"+1212555{chance.randrange(500):04}"
    body, at = words(chance, 14), datetime.now(UTC)
    return lambda tx: messages.add_inbound(
        tx, sid=sid, line="+12125550100", peer=peer, body=body, at=at, media=(), segments=1
    )


async def _arrivals(store: Store, chance: random.Random, seconds: float, path: Path) -> list[Figure]:
    figures = []
    baseline = _bare_inserts(path, chance, seconds / 2)
    for at_once in (1, 8, 64):
        count = 0
        until = time.perf_counter() + seconds

        async def arrive(until: float = until) -> None:
            nonlocal count
            while time.perf_counter() < until:
                await store.do(_arrival(chance))
                count += 1

        async with Heart() as heart:
            began = time.perf_counter()
            await asyncio.gather(*(arrive() for _ in range(at_once)))
            value = count / (time.perf_counter() - began)
        name = f"durable messages in, {at_once} at once"
        bare = baseline[0] if at_once == 1 else baseline[1]
        against = "bare INSERT, a COMMIT each" if at_once == 1 else f"bare INSERTs, a COMMIT for {GROUP}"
        figures.append(Figure(name, value, "/s", bare, against, "", heart.longest))
    figures += await _steady(store, chance, seconds)
    return figures


async def _steady(store: Store, chance: random.Random, seconds: float) -> list[Figure]:
    """A hundred a second, as the clock says and not as the answers come."""
    taken: list[float] = []

    async def one() -> None:
        began = time.perf_counter()
        await store.do(_arrival(chance))
        taken.append((time.perf_counter() - began) * 1000)

    async with Heart() as heart, asyncio.TaskGroup() as tasks:
        start = time.perf_counter()
        for n in range(int(seconds * 100)):
            await asyncio.sleep(max(0, start + n / 100 - time.perf_counter()))
            tasks.create_task(one())
    taken.sort()
    return [
        Figure("at 100 a second, p50", taken[len(taken) // 2], "ms", stall=heart.longest),
        Figure("at 100 a second, p99", taken[int(len(taken) * 0.99)], "ms", limit="≤ 25 ms"),
        Figure("at 100 a second, slowest", taken[-1], "ms"),
    ]


def _bare_inserts(path: Path, chance: random.Random, seconds: float) -> tuple[float, float]:
    """Bare rows a second into a table with the same indexes and FTS5: a COMMIT each, and one for a group."""
    rates = []
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "CREATE TABLE m (seq INTEGER PRIMARY KEY, sid TEXT UNIQUE, peer TEXT, body TEXT, at INTEGER);"
            "CREATE INDEX i ON m (peer, at);"
            "CREATE VIRTUAL TABLE f USING fts5(body, content='m', content_rowid='seq',"
            " tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
        )
        for group in (1, GROUP):
            count, began = 0, time.perf_counter()
            while time.perf_counter() < began + seconds:
                db.execute("BEGIN IMMEDIATE")
                for _ in range(group):
                    body = words(chance, 14)
                    row = (f"SM{chance.getrandbits(128):032x}", f"{chance.randrange(500)}", body, time.time_ns())
                    added = db.execute("INSERT INTO m (sid, peer, body, at) VALUES (?, ?, ?, ?)", row)
                    db.execute("INSERT INTO f (rowid, body) VALUES (?, ?)", (added.lastrowid, body))
                db.execute("COMMIT")
                count += group
            rates.append(count / (time.perf_counter() - began))
    return rates[0], rates[1]


def _imports() -> list[Figure]:
    names = "store, messages, conversations, search, media, contacts, drafts, lines, consent, outbox, settings"
    program = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"

    def taken(statement: str) -> float:
        runs = [subprocess.check_output([sys.executable, "-c", program.format(statement)]) for _ in range(5)]
        return min(float(run) for run in runs) * 1000

    ours = taken(f"from sms_desktop.store import {names}")
    return [Figure("import of the store", ours, "ms", taken("import sqlalchemy"), "import sqlalchemy")]


async def measure(directory: Path, bare: Path, total: int, seconds: float) -> list[Figure]:
    """All figures of the store in ``directory``, which is seeded first if it is new; ``bare`` is for the baselines."""
    figures = _imports()
    if not (directory / "sms.db").exists():
        began = time.perf_counter()
        await seed(directory, total, max(10, total // 100), total // 10)
        figures.append(Figure(f"seeding {total:,} messages", time.perf_counter() - began, "s"))
    size = (directory / "sms.db").stat().st_size / 1024 / 1024
    figures.append(Figure("size of sms.db", size, "MB"))
    store = Store(directory, lambda events: None)
    began = time.perf_counter()
    await store.open()
    figures.append(Figure("opening", (time.perf_counter() - began) * 1000, "ms"))
    with closing(sqlite3.connect(store.path)) as db:
        figures += await _searches(store, db)
        figures += await _pages(store, db)
    figures += await _arrivals(store, random.Random(7), seconds, bare)
    await store.close()
    return figures


def show(figures: list[Figure]) -> None:
    """A line a figure."""
    for figure in figures:
        line = f"{figure.name:36} {figure.value:10.2f} {figure.unit:3}"
        if figure.baseline is not None:
            line += f"  {figure.baseline:10.2f} {figure.against} ({figure.value / figure.baseline:.2f} ×)"
        if figure.limit:
            line += f"  [{figure.limit}]"
        if figure.stall is not None:
            line += f"  longest stall {figure.stall:.1f} ms"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each figure of arriving messages")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        figures = asyncio.run(
            measure(given.data or Path(temporary) / "data", Path(temporary) / "bare.db", given.messages, given.seconds)
        )
    show(figures)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([asdict(figure) for figure in figures], indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
