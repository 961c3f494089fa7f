"""Copies of the database, made while it is used: one a day by itself, others when they are asked for.

Each is checked before it counts, and only then older ones go, and former databases that a restore put aside long ago:
see ``store.shelf`` and ``store.swap`` for which stay.
"""

import asyncio
import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sms_desktop.domain.backup import Backup, Contents, Why
from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.events import MessageAdded, MessageChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.media import size_words
from sms_desktop.services.clock import now
from sms_desktop.services.turn import Turn
from sms_desktop.store import archive, messages, scrub, shelf, swap, witness
from sms_desktop.store.backup import Stopped, backup
from sms_desktop.store.store import Store

log = logging.getLogger(__name__)

FIRST = 120.0
"""Seconds after the start until the first look: there is enough to do before."""
EVERY = 600.0
"""Seconds between looks whether one is due; what a sleep or a set clock did in between shows then."""
DAILY = timedelta(days=1)
CALM = 5.0
"""Seconds without a message coming, going or changing."""
PATIENCE = 3600.0
"""Seconds that a due backup waits for a calm moment; then it is made all the same."""
SPARE = 64 * 1024 * 1024
"""Bytes that must stay free beside a backup."""


class Backups:
    """``run`` it; ``make`` one at once. ``busy`` tells whether much is written; ``changed`` is called after each try.

    ``trouble`` says why the last one could not be made, "" where it could.
    """

    def __init__(
        self,
        store: Store,
        hub: Hub,
        busy: Callable[[], bool],
        changed: Callable[[], None],
        *,
        demo: bool = False,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._busy, self._changed, self._demo, self._clock = store, busy, changed, demo, running
        self._quiet_since = running()
        self._due_since: float | None = None
        self._making, self._looking = Turn(), Turn()
        self._stop = threading.Event()
        self.trouble = ""
        hub.subscribe(MessageAdded, self._heard)
        hub.subscribe(MessageChanged, self._heard)

    async def run(self) -> None:
        """Looks until cancelled; a backup that is being made is given up then."""
        try:
            if self._demo:  # sample data
                await asyncio.get_running_loop().create_future()
            await asyncio.sleep(FIRST)
            while True:
                try:
                    waits = not await self.look()
                except Exception:
                    log.exception("looking after the backups stumbled")
                    waits = False
                await asyncio.sleep(CALM if waits else EVERY)
        finally:
            self._stop.set()
            await self._making.ended()
            await self._looking.ended()

    async def look(self) -> bool:
        """Makes the day's backup where it is due and the moment calm; False: it is due and waits.

        The first one waits for the first message: made during the set-up it would be all that there is for a day.
        """
        at = now()
        found = await asyncio.to_thread(shelf.names, self._store.directory)
        # One that a wrong clock dated into the future says nothing of today.
        known = [made for _, made, why in found if why is Why.DAILY and made - at <= shelf.AHEAD]
        if (known and at - max(known) < DAILY) or not await self._store.read(messages.newest_seq):
            self._due_since = None
            return True
        if self._due_since is None:
            self._due_since = self._clock()
        if not self._is_calm() and self._clock() - self._due_since < PATIENCE:
            return False
        self._due_since = None
        try:
            await self.make(Why.DAILY)
        except StoreError as error:
            log.warning("no backup could be made: %s", error)
        return True

    async def make(self, why: Why = Why.HAND) -> Path:
        """Makes one, checks it, and then takes away those that need not be kept. Raises StoreError."""
        try:
            path = await self._making.take(lambda: self._make(why))
        except Stopped:
            raise
        except StoreError as error:
            self.trouble = str(error)
            self._changed()
            raise
        self.trouble = ""
        self._changed()
        return path

    async def all(self) -> list[Backup]:
        """Those in the folder, the newest first."""
        return await asyncio.to_thread(shelf.all, self._store.directory)

    async def save_copy(self, target: Path) -> int | None:
        """A copy wherever the person wants it; one whose name ends in .zip has the pictures too: returns how many.

        Raises StoreError.
        """
        return await self._making.take(lambda: copy_to(self._store.directory, target, self._stop.is_set))

    async def inspect(self, source: Path, account: str | None) -> Contents:
        """What a file holds that is to be restored. Raises StoreError where it cannot be."""

        def look() -> Contents:
            from sms_desktop.store.restore import inspect

            return inspect(source, self._store.directory, account)

        return await self._looking.take(look)

    def _make(self, why: Why) -> Path:
        directory, at = self._store.directory, now()
        folder = directory / shelf.FOLDER
        need = _size(self._store.path) + SPARE
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise StoreError(f"The folder {folder} cannot be used: {error.strerror or error}.") from None
        if free < need:
            raise StoreError(
                f"There is no room for a backup: {size_words(need - free)} more are needed on the disk that holds "
                f"{folder}. The backups that there are stay."
            )
        path = backup(
            self._store.path, folder / shelf.name_for(at, why), stop=self._stop.is_set, unhurried=why is Why.DAILY
        )
        witness.renew(directory, path)
        made = shelf.names(directory)
        for old in (*shelf.superfluous(made, at), *swap.outlived(directory, at), *shelf.left_over(directory)):
            try:
                old.unlink(missing_ok=True)
            except OSError as error:
                log.warning("an old backup or former database stays: %s", error.strerror)
        scrub.scrub(directory)
        return path

    def _is_calm(self) -> bool:
        return not self._busy() and self._clock() - self._quiet_since >= CALM

    def _heard(self, event: object) -> None:
        self._quiet_since = self._clock()


def copy_to(directory: Path, target: Path, stop: Callable[[], bool] | None = None) -> int | None:
    """Blocks. See ``Backups.save_copy``."""
    if target.suffix.lower() == archive.ENDING:
        return archive.write(directory, target, stop)
    backup(directory / "sms.db", target, stop=stop)
    return None


def _size(database: Path) -> int:
    return sum(path.stat().st_size for path in database.parent.glob(f"{database.name}*") if path.exists())
