"""The time, in one place: Twilio's, where this computer's clock is wrong."""

from datetime import UTC, datetime, timedelta

WRONG = timedelta(seconds=30)
"""A difference from Twilio's clock up to which this computer's counts as right: answers take their time."""


class _Clock:
    ahead = timedelta(0)


def now() -> datetime:
    """The current UTC time, to the microsecond."""
    return datetime.now(UTC) + _Clock.ahead


def correct(ahead: timedelta | None) -> None:
    """Twilio's clock is so far ahead of this computer's. What is small is not corrected; None: nothing is known."""
    _Clock.ahead = ahead if ahead is not None and abs(ahead) > WRONG else timedelta(0)
