"""The time, in one place: Twilio's, where this computer's clock is wrong."""

import time
from datetime import UTC, datetime, timedelta

WRONG = timedelta(seconds=30)
"""A difference from Twilio's clock up to which this computer's counts as right: answers take their time."""

STEADY = timedelta(seconds=2)
"""Twilio tells whole seconds, and answers take their time: what differs by less says nothing new, and would put what
came within a second in another order.
"""


class _Clock:
    ahead = timedelta(0)
    measured = timedelta(0)
    lead: float | None = None  # of the time of day over the running clock, when the two computers were compared


def now() -> datetime:
    """The current UTC time, to the microsecond."""
    return datetime.now(UTC) + _Clock.ahead


def theirs() -> datetime:
    """The current time by Twilio's clock, as near as it is known: for what is put in order with Twilio's own times."""
    return datetime.now(UTC) + _Clock.measured


def by_theirs(at: datetime) -> datetime:
    """A time that ``now`` gave, by Twilio's clock as ``theirs`` tells it."""
    return at - _Clock.ahead + _Clock.measured


def corrected(at: datetime) -> datetime:
    """A time that this computer's clock gave, as a file's is, beside those of ``now``; never in the future."""
    return min(at + _Clock.ahead, now())


def correct(ahead: timedelta | None) -> None:
    """Twilio's clock is so far ahead of this computer's. What is small is not corrected; None: nothing is known."""
    if ahead is None or _Clock.lead is None or abs(ahead - _Clock.measured) > STEADY:
        _Clock.measured = ahead or timedelta(0)
    _Clock.ahead = ahead if ahead is not None and abs(ahead) > WRONG else timedelta(0)
    _Clock.lead = None if ahead is None else _lead()


def is_sure() -> bool:
    """Whether ``now`` can be relied on: compared with Twilio's, by a clock that was neither set nor asleep since."""
    return _Clock.lead is not None and abs(_lead() - _Clock.lead) < WRONG.total_seconds()


def _lead() -> float:
    return time.time() - time.monotonic()
