"""The store: works go in, facts come out once they are on the disk."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from sms_desktop.domain.errors import DatabaseDamaged, StoreError
from sms_desktop.domain.events import Event
from sms_desktop.store.connect import PATIENCE
from sms_desktop.store.faults import explained
from sms_desktop.store.hold import Hold
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.opening import prepare
from sms_desktop.store.readers import Readers
from sms_desktop.store.schema import FILE
from sms_desktop.store.tx import Tx
from sms_desktop.store.writer import Writer

__all__ = ["Store", "Tx"]

T = TypeVar("T")


class Store:
    """One data directory. Used from one loop; the database works on threads of its own.

    ``publish`` is called on the loop with the events of each commit, in order, before those who asked are answered.
    ``patience``: seconds to wait for another program that holds the database.
    """

    def __init__(
        self, directory: Path, publish: Callable[[Iterable[Event]], None], *, patience: float = PATIENCE
    ) -> None:
        self.directory = directory
        self.path = directory / FILE
        self.media = MediaFolder(directory / "media")
        self._publish = publish
        self._patience = patience
        self._writer: Writer | None = None
        self._readers: Readers | None = None
        self._version = 0
        self.refused: Callable[[], None] = lambda: None
        """Called when the disk or the database did not take a work."""

    async def open(self) -> None:
        """Makes or migrates the database and starts the threads.

        Raises StoreError with a sentence (read-only, full, locked, not a database), DatabaseTooNew for a newer
        version's; a refused database is left as it was.
        """
        await asyncio.to_thread(prepare, self.directory, self._patience)
        await asyncio.to_thread(self.media.sweep)
        hold = Hold(self.path)
        writer = Writer(self.path, self._patience, self._publish, hold)
        with explained(self.directory):
            await writer.start()
        readers = Readers(self.path, self._patience, hold)
        readers.start()
        self._writer, self._readers = writer, readers
        self._version = await writer.ask(_data_version)

    @property
    def lost(self) -> DatabaseDamaged | None:
        """What is the matter where the files were replaced or deleted while they were open; told as DatabaseLost."""
        return None if self._writer is None else self._writer.lost

    async def do(self, work: Callable[[Tx], T]) -> T:
        """Runs ``work`` in a transaction on the writer's thread; returns its result once the COMMIT is on the disk.

        Works that wait together share a COMMIT, each in its own savepoint. Where ``work`` raises, only this caller is
        told, nothing of it stays and its events are dropped. Disk and database trouble is a StoreError. A caller that
        is cancelled leaves its work to be done.
        """
        writer = _open(self._writer)
        try:
            return await writer.do(work)
        except StoreError:
            self.refused()
            raise

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Runs ``query`` on a reader's thread; it sees one moment, in which all that was answered before is there."""
        return await _open(self._readers).read(query)

    async def changed_elsewhere(self) -> bool:
        """Whether another process has written since this was last asked (or since the opening)."""
        version = await _open(self._writer).ask(_data_version)
        changed, self._version = version != self._version, version
        return changed

    async def close(self) -> None:
        """Waits for what was accepted, then ends the threads. Closing what is not open does nothing."""
        writer, readers = self._writer, self._readers
        if readers is not None:
            await readers.stop()
        if writer is not None:  # last, so that the log is folded into the database
            await writer.stop()
        self._writer = self._readers = None


def _open(part: T | None) -> T:
    if part is None:
        raise StoreError("The database is not open.")
    return part


def _data_version(db: Connection) -> int:
    return int(db.exec_driver_sql("PRAGMA data_version").scalar_one())
