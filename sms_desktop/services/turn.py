"""Work on a thread that nobody can break off: one at a time, and each to its end."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Turn:
    """Who waits for ``take`` may stop waiting; the thread goes on, and the next one begins after it.

    ``ended`` before what is worked on is closed or given to another process.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._job: asyncio.Future[Any] | None = None

    async def take(self, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises, on a thread of its own."""
        async with self._lock:
            await self.ended()
            job = self._job = asyncio.ensure_future(asyncio.to_thread(work))
            job.add_done_callback(_heard)
            return await asyncio.shield(job)

    async def ended(self) -> None:
        """Returns when nothing is under way any more."""
        while (job := self._job) is not None and not job.done():
            await asyncio.wait({job})


def _heard(job: asyncio.Future[Any]) -> None:
    """What went wrong was told to whoever still waited."""
    if not job.cancelled():
        job.exception()
