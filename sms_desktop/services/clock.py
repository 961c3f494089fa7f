"""The time, in one place."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current UTC time, to the microsecond."""
    return datetime.now(UTC)
