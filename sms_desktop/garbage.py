"""When Python looks for garbage in cycles: on the loop's thread alone, and never in what was made at start.

Imports make half a million objects that stay. Looking through them costs a tenth of the time to first paint, and later
some 50 ms, three frames, whenever the oldest generation's turn comes. And a search that happens to run on a store
thread would destroy Qt's objects there, which Qt does not bear.
"""

import asyncio
import gc

EVERY = 1.0
"""Seconds between looks at how much has come together."""


def hold() -> None:
    """No search by itself from now on, on any thread."""
    gc.disable()


def leave_out_what_exists() -> None:
    """What there is by now stays and is searched no more."""
    gc.freeze()


def take_out() -> None:
    """A window is gone for good: what was left out is searched, too. It takes some 0.1 s of the loop's thread."""
    gc.unfreeze()
    gc.collect()


async def sweep() -> None:
    """Searches on this loop's thread whenever Python would have, until cancelled."""
    hold()
    while True:
        await asyncio.sleep(EVERY)
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in (2, 1, 0) if counts[generation] > thresholds[generation] > 0]
        if due:
            gc.collect(due[0])
