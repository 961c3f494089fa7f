"""Between one look and the next: whoever runs in the background rests until it is woken, or has rested enough."""

import asyncio
import logging
from contextlib import suppress


async def woken(wake: asyncio.Event, within: float | None) -> None:
    """Waits for ``wake`` for at most so many seconds, None: however long it takes; then it can be set anew."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await wake.wait()
    wake.clear()


def wake_after(task: asyncio.Task[None], wake: asyncio.Event, rest: float, log: logging.Logger, said: str) -> None:
    """A piece of work has ended: sets ``wake`` at once; where it failed, which ``log`` is told as ``said``, after
    ``rest`` seconds.
    """
    if task.cancelled() or (error := task.exception()) is None:
        wake.set()
        return
    log.error("%s", said, exc_info=error)
    task.get_loop().call_later(rest, wake.set)
