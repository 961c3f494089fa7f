"""Notices that the computer slept: clocks that went on without us."""

import asyncio
import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between looks at the clocks."""
ASLEEP = 20.0
"""Seconds more than that which tell of a sleep; a busy computer is never so late."""


class Wakefulness:
    """Calls ``woke`` after a sleep. ``wall`` is the time of day, ``running`` a clock that only runs; in seconds."""

    def __init__(
        self,
        woke: Callable[[], None],
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._woke, self._wall, self._running = woke, wall, running
        self._seen = (wall(), running())

    async def run(self) -> None:
        """Looks until cancelled."""
        self._seen = self._wall(), self._running()
        while True:
            await asyncio.sleep(EVERY)
            self.look()

    def look(self) -> None:
        """One look. Where the running clock stands still in a sleep, the time of day tells of it; else itself does."""
        now = self._wall(), self._running()
        passed = max(now[0] - self._seen[0], now[1] - self._seen[1])
        self._seen = now
        if passed > EVERY + ASLEEP:
            log.info("the computer slept for %.0f s", passed)
            self._woke()
