"""Coroutines started by the window: supervised, named, and ended with it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from sms_desktop.domain.errors import SmsDesktopError

log = logging.getLogger(__name__)


class Tasks:
    """Runs coroutines on the loop; what they raise is told once, to ``on_error``, and never lost."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._tasks: set[asyncio.Task[Any]] = set()
        self._latest: dict[str, asyncio.Task[Any]] = {}
        self.closed = False
        """Whether the window is going, and nothing is begun any more."""

    def spawn(self, coro: Coroutine[Any, Any, Any], name: str = "") -> asyncio.Task[Any]:
        """Starts ``coro``; a reference is kept until it ends."""
        task = asyncio.ensure_future(coro)
        if name:
            task.set_name(name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def latest(self, key: str, coro: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Like ``spawn``, but first cancels the task that was started before under the same ``key``."""
        previous = self._latest.pop(key, None)
        if previous is not None:
            previous.cancel()
        task = self.spawn(coro, key)
        self._latest[key] = task
        return task

    async def close(self) -> None:
        """Cancels what still runs and waits for it."""
        self.closed = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        for key in [key for key, latest in self._latest.items() if latest is task]:
            del self._latest[key]
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        if not isinstance(error, SmsDesktopError):
            log.error("task %s failed", task.get_name(), exc_info=error)
        self._on_error(error)
