"""Work on a thread that goes on whoever stops waiting."""

import asyncio
import threading

import pytest

from sms_desktop.services.turn import Turn

PATIENCE = 10.0


async def test_what_was_begun_goes_on_when_nobody_waits_and_the_next_begins_after_it() -> None:
    turn, gate, done = Turn(), threading.Event(), list[str]()
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def first() -> None:
        loop.call_soon_threadsafe(begun.set)
        gate.wait(PATIENCE)
        done.append("first")

    waiter = asyncio.create_task(turn.take(first))
    await asyncio.wait_for(begun.wait(), PATIENCE)
    waiter.cancel()
    await asyncio.wait({waiter})
    second = asyncio.create_task(turn.take(lambda: done.append("second")))
    ended = asyncio.create_task(turn.ended())
    await asyncio.sleep(0)
    assert done == [] and not ended.done()
    gate.set()
    await second
    await ended
    assert done == ["first", "second"]


async def test_what_goes_wrong_is_told_to_who_waits_and_hinders_nobody_after() -> None:
    turn = Turn()

    def wrong() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await turn.take(wrong)
    await turn.ended()
    assert await turn.take(lambda: 1) == 1
