"""The simulator's own work in the background: every task is known, waited for, and ended by `close()`."""

import asyncio
import logging
from collections.abc import Coroutine

_log = logging.getLogger(__name__)


class Tasks:
    """Tasks of one simulator. Spawned with `patient=True` (a text for next week) they hold up no `idle()`."""

    def __init__(self) -> None:
        self._busy: set[asyncio.Task[None]] = set()
        self._patient: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[object, object, None], *, patient: bool = False) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        group = self._patient if patient else self._busy
        group.add(task)
        task.add_done_callback(group.discard)
        task.add_done_callback(_report)
        return task

    async def idle(self) -> None:
        """Until nothing is under way, and nothing that it started either."""
        while self._busy:
            await asyncio.wait(self._busy)

    async def close(self) -> None:
        while tasks := self._busy | self._patient:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("A task of the simulator failed", exc_info=error)
