"""Hours of bad weather in minutes: as many messages as there would be, as fast as both sides take them."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sms_desktop.store.media_folder import FORGOTTEN
from tests.chaos.age import age
from tests.chaos.people import MANY, peers
from tests.chaos.sides import Verdict
from tests.chaos.world import BAD, world

AHEAD = 2000
"""Messages that may be on their way at most: what waits longer than people wait proves nothing."""
BATCH = 20


@dataclass(frozen=True, slots=True)
class Day:
    """``messages``: both ways together; ``seconds`` that they took, without the settling."""

    messages: int
    seconds: float
    looks: int
    unconfirmed: int
    verdict: Verdict


def day(hours: float, rate: float, seed: int) -> Day:
    """``hours`` at ``rate`` messages a second, half of them ours. Twilio's clock runs on by as much.

    What waits for an answer that never comes waits 0.5 s instead of 30, or all the time would be spent on that.
    The clock goes forward in steps, with the messages: what is planned for later (looks at silent messages, retries,
    the oldest that is listed again) comes as it would have come in those hours.
    """
    wanted = round(hours * 3600 * rate)
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), seed=seed, pace=0.02) as place:
        began = time.monotonic()
        place.twilio.weather(**BAD | {"slow_seconds": 0.05})
        dice, sent = Random(seed), 0
        place.forgetful, place.people = True, peers(MANY)
        place.start("--patience", "0.5", hand=1000).ready()
        while sent + len(place.promised.submitted) < wanted:
            for _ in range(BATCH):
                place.text_in(f"theirs-{seed}-{sent}", dice, pictures=0.01)
                sent += 1
            place.until_true(lambda sent=sent: len(place.promised.submitted) > sent - AHEAD)  # type: ignore[misc]
            place.clock(round((sent + len(place.promised.submitted)) / rate))
        assert place.life.end() == 0, place.errors[-2000:]
        seconds = time.monotonic() - began
        age(place.data / "media", FORGOTTEN)
        looks = place.settle()
        rows = place.here().rows
        unconfirmed = sum(row.status == "unconfirmed" for row in rows)
        return Day(len(rows), seconds, looks, unconfirmed, place.verdict())
