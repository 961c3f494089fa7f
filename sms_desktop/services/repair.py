"""A database that cannot be used: what can be done about it, and doing it. No engine runs meanwhile."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sms_desktop.domain.backup import Backup, Restored
from sms_desktop.domain.errors import StoreError
from sms_desktop.services.clock import now
from sms_desktop.services.turn import Turn
from sms_desktop.store import removal, settings, shelf
from sms_desktop.store.schema import FILE, RESCUED
from sms_desktop.store.tx import Tx

log = logging.getLogger(__name__)

NOTE = "repaired"
"""The setting that holds what the window says once after a repair, and whether nothing was lost; see ``noted``."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The newest ``backup`` that stands its check (None: there is none), and how many messages can be read of the
    damaged file (None: nothing can). ``there``: there is a file, and something in it. ``rescued``: the backup is what
    was in use until another program replaced or deleted the files. ``stale``: so they did, and that is gone as well:
    the file that is there may be older.
    """

    backup: Backup | None
    readable: int | None
    there: bool = True
    rescued: bool = False
    stale: bool = False


class Repair:
    """Over a data directory that the caller has taken, and gives back only once ``ended`` has returned.

    ``account`` is the SID whose messages lie there, if known. Who waits for one of these may stop waiting; what was
    begun on a thread goes on to its end all the same.
    """

    def __init__(self, directory: Path, account: str | None) -> None:
        self.directory, self._account = directory, account
        self._turn = Turn()
        self._good: tuple[Backup, os.stat_result] | None = None
        """The newest that stood its check, and how its file was then."""

    async def look(self) -> Outlook:
        """Reads backups and the damaged file: a second, or several where they are large. What was found at an earlier
        look and is gone since is not among it.
        """
        return await self._turn.take(self._look)

    async def restore(self, source: Path, said: str) -> Restored:
        """Puts a backup in place; ``said`` is what the window will say, followed by what became of it.

        Raises StoreError; then all is as it was. Once the exchange is decided nothing is raised.
        """

        def work() -> Restored:
            from sms_desktop.store.restore import restore

            return restore(source, self.directory, now(), self._account, _noting(said))

        return await self._turn.take(work)

    async def recover(self, said: str, progress: Callable[[int], None] = lambda rows: None) -> Restored:
        """A new database from what can be read, an empty one where that is nothing; the newest good backup tells what
        else it knows. Otherwise like ``restore``.
        """

        def work() -> Restored:
            from sms_desktop.store.recover import recover

            good = self._good_backup()
            return recover(self.directory, now(), progress, _noting(said), None if good is None else good.path)

        return await self._turn.take(work)

    async def ended(self) -> None:
        """Returns when nothing of it works on the directory any more."""
        await self._turn.ended()

    def _look(self) -> Outlook:
        from sms_desktop.store.recover import count

        good = self._good_backup()
        try:
            readable = count(self.directory)
        except StoreError as error:
            log.warning("the damaged database cannot be looked at: %s", error)
            readable = None
        try:
            there = (self.directory / FILE).stat().st_size > 0
        except OSError:
            there = False
        rescued = good is not None and good.path == self.directory / RESCUED
        stale = removal.is_noted(self.directory) and not rescued
        return Outlook(good, readable, there=there, rescued=rescued, stale=stale)

    def _good_backup(self) -> Backup | None:
        """The newest that stands its check, which takes a while: once is enough for a file that stays as it is."""
        from sms_desktop.store.restore import inspect

        for found in shelf.all(self.directory):
            try:
                now_is = found.path.stat()
                if self._good is not None and _is_same(found, now_is, *self._good):
                    return self._good[0]
                inspect(found.path, self.directory, self._account)
            except (StoreError, OSError) as error:
                log.warning("a backup cannot be used: %s", error)
            else:
                self._good = found, now_is
                return found
        return None


def _is_same(found: Backup, now_is: os.stat_result, good: Backup, was: os.stat_result) -> bool:
    return found.path == good.path and (now_is.st_ino, now_is.st_size, now_is.st_mtime_ns) == (
        was.st_ino, was.st_size, was.st_mtime_ns
    )  # fmt: skip


def noted(value: object) -> tuple[str, bool]:
    """What the setting's value has the window say, "" for nothing, and whether nothing was lost."""
    if isinstance(value, dict):
        return str(value.get("said", "")), bool(value.get("whole"))
    return str(value or ""), True  # as earlier versions have written it


def _noting(said: str) -> Callable[[Tx, Restored], None]:
    from sms_desktop.domain.backup import in_words

    return lambda tx, done: settings.put(tx, NOTE, {"said": f"{said} {in_words(done)}", "whole": done.is_whole})
