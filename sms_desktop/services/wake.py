"""Between one look and the next: whoever runs in the background rests until it is woken, or has rested enough."""

import asyncio
from contextlib import suppress


async def woken(wake: asyncio.Event, within: float | None) -> None:
    """Waits for ``wake`` for at most so many seconds, None: however long it takes; then it can be set anew."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await wake.wait()
    wake.clear()
