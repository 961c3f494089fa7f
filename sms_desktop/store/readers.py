"""The threads that read: each with its own connection, so that neither a long write nor a slow reader delays a page."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection

from sms_desktop.domain.errors import StoreError
from sms_desktop.store import connect
from sms_desktop.store.faults import explain
from sms_desktop.store.hold import Hold

T = TypeVar("T")

THREADS = 2
"""A second, so that a page need not wait for a search or an export."""

_Query = tuple[Callable[[Connection], Any], "asyncio.Future[Any]"]


class Readers:
    """Made, started and stopped on the loop's thread. A query sees one moment of the database."""

    def __init__(self, path: Path, patience: float, hold: Hold) -> None:
        self._path = path
        self._hold = hold
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Query | None] = SimpleQueue()
        self._stopping = False
        self._ended: list[asyncio.Future[None]] = [self._loop.create_future() for _ in range(THREADS)]
        self._threads = [
            threading.Thread(target=self._run, args=(ended,), name="store reader", daemon=True) for ended in self._ended
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    async def read(self, query: Callable[[Connection], T]) -> T:
        """What ``query`` returns; a query whose caller has gone before its turn is not run."""
        if self._stopping:
            raise StoreError("SMS Desktop is closing, so nothing more is read.")
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put((query, future))
        return await future

    async def stop(self) -> None:
        """Answers what was asked, then ends the threads."""
        self._stopping = True
        for _ in self._threads:
            self._queue.put(None)
        await asyncio.gather(*self._ended)
        for thread in self._threads:
            thread.join()

    # From here on: a reader's thread.

    def _run(self, ended: "asyncio.Future[None]") -> None:
        db: Connection | None = None
        try:
            while (asked := self._queue.get()) is not None:
                query, future = asked
                if future.cancelled():
                    continue
                result, error = None, None
                try:
                    if db is None:  # connected when first needed: the second thread perhaps never
                        self._hold.check()
                        db = connect.reader(self._path, self._patience)
                    result = _in_one_moment(db, query)
                except Exception as failure:
                    error = explain(failure, self._path.parent) or failure
                self._loop.call_soon_threadsafe(_answer, future, result, error)
        finally:
            if db is not None:
                db.close()
            self._loop.call_soon_threadsafe(ended.set_result, None)


def _in_one_moment(db: Connection, query: Callable[[Connection], T]) -> T:
    driver = connect.raw(db)
    driver.execute("BEGIN")
    try:
        return query(db)
    finally:
        driver.rollback()


def _answer(future: "asyncio.Future[Any]", result: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
