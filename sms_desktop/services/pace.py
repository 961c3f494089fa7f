"""How fast a line sends: a bucket of segments for each, which fills as carriers take them.

Of the kept libraries aiolimiter comes nearest. It lets a coroutine wait its turn; here nobody waits, for the outbox
must know when a line may send again and what to send from others meanwhile, and what waits may still be canceled.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sms_desktop.domain.message import Message
from sms_desktop.domain.segments import count

BURST = 10.0
"""Seconds' worth of segments that may go at once after a rest: Twilio queues hours' worth of them."""


@dataclass(slots=True)
class _Bucket:
    held: float
    at: float


class Pace:
    """Rates are in segments a second. ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, line: str, rate: float, cost: int) -> float:
        """Seconds until ``line`` may send ``cost`` segments; 0.0: now. More than it holds goes when it is full."""
        bucket = self._filled(line, rate)
        return max(0.0, (min(cost, _full(rate)) - bucket.held) / rate)

    def spend(self, line: str, rate: float, cost: int) -> None:
        """So many segments go."""
        self._filled(line, rate).held -= cost

    def _filled(self, line: str, rate: float) -> _Bucket:
        now, full = self._clock(), _full(rate)
        bucket = self._buckets.setdefault(line, _Bucket(full, now))
        bucket.held = min(full, bucket.held + (now - bucket.at) * rate)
        bucket.at = now
        return bucket


def _full(rate: float) -> float:
    return max(1.0, rate * BURST)


def cost(message: Message) -> int:
    """Segments; a message with pictures counts as one, for it is no text on the air."""
    return 1 if message.media else count(message.body).segments
