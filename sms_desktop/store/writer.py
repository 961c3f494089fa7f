"""The thread that writes: works that wait together share one transaction, one COMMIT and one fsync."""

import asyncio
import logging
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.domain.errors import DatabaseDamaged, StoreError
from sms_desktop.domain.events import DatabaseLost, Event
from sms_desktop.store import connect, fulltext, removal, witness
from sms_desktop.store.backup import rescue
from sms_desktop.store.faults import explain, replaced
from sms_desktop.store.hold import Hold
from sms_desktop.store.tx import Tx

T = TypeVar("T")

GROUP = 64
"""Works in one transaction at most."""
SLICE = 0.008
"""Seconds of work in one transaction at most, so that the first in it is not kept waiting by the last."""
TIDY = 4
"""Transactions after which the full-text index is tidied a little, once nobody waits."""
TELLING = 0.004
"""Seconds that telling of commits may hold the loop before others get their turn."""

_CLOSED = "The database is closed, so this was not saved. Start SMS Desktop again."

log = logging.getLogger(__name__)


class _Job:
    __slots__ = ("alone", "entered", "error", "events", "future", "result", "work")

    def __init__(self, work: Callable[[Any], Any], future: asyncio.Future[Any], *, alone: bool) -> None:
        self.work = work
        self.future = future
        self.alone = alone  # wants the connection between transactions, not one of its own
        self.result: Any = None
        self.error: Exception | None = None
        self.events: list[Event] = []
        self.entered: list[ConsentEvent] = []


class Writer:
    """Owns the one connection that writes. Made, started and stopped on the loop, which also hears the events.

    Before and after each transaction it looks whether the files are still those that lie there: what is answered was
    committed where it is found again. Where they are not, what is open is rescued, and nothing is written any more.
    """

    def __init__(self, path: Path, patience: float, publish: Callable[[Iterable[Event]], None], hold: Hold) -> None:
        self._path = path
        self._patience = patience
        self._publish = publish
        self._hold = hold
        self.lost: DatabaseDamaged | None = None
        """What is the matter once the files were lost."""
        self._loop = asyncio.get_running_loop()
        self._started: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._waiting: deque[_Job] = deque()
        self._answers: deque[_Job] = deque()
        self._untidy = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="store writer", daemon=True)

    async def start(self) -> None:
        """Returns once the connection stands; raises what kept it from standing."""
        self._thread.start()
        await self._started

    async def do(self, work: Callable[[Tx], T]) -> T:
        """Answers after the COMMIT that holds ``work``; a work that fails, fails alone."""
        return await self._accept(work, alone=False)  # type: ignore[no-any-return]

    async def ask(self, query: Callable[[Connection], T]) -> T:
        """Runs ``query`` on the writing connection, outside of any transaction."""
        return await self._accept(query, alone=True)  # type: ignore[no-any-return]

    async def stop(self) -> None:
        """Does and answers what was accepted, then ends the thread."""
        self._stopping = True
        self._queue.put(None)
        await self._ended
        self._thread.join()

    async def _accept(self, work: Callable[[Any], Any], *, alone: bool) -> Any:
        if self._stopping:
            raise StoreError(_CLOSED)
        job = _Job(work, self._loop.create_future(), alone=alone)
        self._queue.put(job)
        return await job.future

    def _tell(self) -> None:
        """On the loop: what was committed is published, then answered; in the order of the commits."""
        until = perf_counter() + TELLING
        while self._answers:
            job = self._answers.popleft()
            try:
                if job.events:
                    self._publish(job.events)
            except Exception:  # whoever waits for this job must be answered all the same
                log.exception("telling of a commit failed")
            _answer(job)
            if perf_counter() > until and self._answers:
                self._loop.call_soon(self._tell)
                return

    def _end(self) -> None:
        """On the loop, when the thread has ended: nobody is left waiting."""
        self._stopping = True
        left = list(self._waiting)
        self._waiting.clear()
        while not self._queue.empty():
            job = self._queue.get_nowait()
            if job is not None:
                left.append(job)
        for job in left:
            job.error = StoreError(_CLOSED)
        self._answers.extend(left)
        if self._answers:
            self._tell()
            self._loop.call_soon(self._end)
        else:
            self._ended.set_result(None)

    # From here on: the writer's thread.

    def _run(self) -> None:
        try:
            db = connect.writer(self._path, self._patience)
            try:
                connect.raw(db).execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the log too
                self._hold.take()
            except BaseException:
                db.close()
                self._hold.close()
                raise
        except Exception as error:
            self._loop.call_soon_threadsafe(self._started.set_exception, error)
            return
        self._loop.call_soon_threadsafe(self._started.set_result, None)
        try:
            while group := self._next():
                self._do(group, db)
                if self._untidy >= TIDY and not self.lost and not self._waiting and self._queue.empty():
                    self._tidy(db)
        except Exception:  # not even a rollback was possible: no connection to go on with
            log.critical("the store's writer ended", exc_info=True)
            db.invalidate()
        finally:
            if self._lost_by_now(db) is not None:
                _leave_unfolded(db)
            else:
                self._hold.release()
            db.close()
            self._hold.close()
            self._loop.call_soon_threadsafe(self._end)

    def _lost_by_now(self, db: Connection) -> DatabaseDamaged | None:
        """Between transactions. What is open is rescued as soon as it shows that the files are lost."""
        if self.lost is None and self._hold.is_lost():
            log.warning("the files of the database were replaced or deleted while they were open")
            removal.note(self._path.parent)  # first: what is rescued takes its time, and may go the same way
            try:
                log.warning("what was here is saved as %s", rescue(connect.raw(db), self._path.parent).name)
            except Exception:  # then what lies there now, and the backups, are what there is
                log.exception("what was here could not be saved")
            self.lost = replaced(self._path.parent)
            self._loop.call_soon_threadsafe(self._publish, [DatabaseLost(str(self.lost))])
        return self.lost

    def _do(self, group: list[_Job], db: Connection) -> None:
        late: list[_Job] = []
        try:
            if (lost := self._lost_by_now(db)) is not None:
                for job in group:
                    job.error = lost
                return
            for job in (job for job in group if job.alone):
                self._attempt(job, db)
            if works := [job for job in group if not job.alone]:
                late = self._commit(works, db)
        except Exception as error:
            for job in group:
                job.error, job.events = self._explained(error), []
            raise
        finally:
            self._waiting.extendleft(reversed(late))
            self._answers.extend(job for job in group if job not in late)
            self._loop.call_soon_threadsafe(self._tell)

    def _next(self) -> list[_Job]:
        """Waits for something to do, and takes all there is, up to a group; empty at the end."""
        try:
            while len(self._waiting) < GROUP:
                job = self._queue.get(block=not self._waiting)
                if job is None:
                    self._queue.put(None)  # to be found again when what is waiting has been done
                    break
                self._waiting.append(job)
        except Empty:
            pass
        return [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]

    def _commit(self, works: list[_Job], db: Connection) -> list[_Job]:
        """One transaction; returns those of ``works`` that there was no time for."""
        driver = connect.raw(db)
        late: list[_Job] = []
        try:
            driver.execute("BEGIN IMMEDIATE")
            mark = fulltext.mark(db)
            began = perf_counter()
            for done, job in enumerate(works):
                if done and perf_counter() - began > SLICE:
                    late = works[done:]
                    break
                self._attempt(job, db, savepoint=len(works) > 1)
                if job.error is not None and not driver.in_transaction:
                    raise job.error  # it was the only one, or SQLite gave all of them up: full disk, failing disk
            fulltext.catch_up(db, mark)
            entered = [event for job in works for event in job.entered]
            witness.write(self._path.parent, (event for event in entered if event.opted_out))
            driver.commit()
            witness.write(self._path.parent, (event for event in entered if not event.opted_out))
            self._untidy += 1
            if (lost := self._lost_by_now(db)) is not None:
                raise lost
        except Exception as error:
            if driver.in_transaction:
                driver.rollback()
            for job in works[: len(works) - len(late)]:
                job.error, job.events = self._explained(error), []
        return late

    def _tidy(self, db: Connection) -> None:
        self._untidy = 0
        try:
            fulltext.merge(db)  # a transaction of its own
        except DBAPIError as error:
            log.warning("the full-text index was not tidied: %s", error.orig)

    def _attempt(self, job: _Job, db: Connection, *, savepoint: bool = False) -> None:
        driver = connect.raw(db)
        tx = Tx(db)
        if savepoint:
            driver.execute("SAVEPOINT work")
        try:
            job.result = job.work(db if job.alone else tx)
            job.events, job.entered = tx.noted, tx.entered
        except Exception as error:
            job.error = self._explained(error)
            if driver.in_transaction:
                if not savepoint:
                    driver.rollback()
                    return
                driver.execute("ROLLBACK TO work")
        if savepoint and driver.in_transaction:
            driver.execute("RELEASE work")

    def _explained(self, error: Exception) -> Exception:
        return explain(error, self._path.parent) or error


def _leave_unfolded(db: Connection) -> None:
    """Has the log not written into a database that others have written to since. Where Python cannot say so (3.11),
    the hold, which is kept until then, does the same on Linux.
    """
    if sys.version_info >= (3, 12):
        connect.raw(db).setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)


def _answer(job: _Job) -> None:
    if job.future.done():  # its caller has gone; the work stands all the same
        if job.error is not None:
            log.warning("a work failed after its caller had gone: %s", type(job.error).__name__)
    elif job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)
