"""How long the program has been at work: one inbox after the other, without the computer having slept."""

import time
from datetime import timedelta


class Uptime:
    """One for all sessions of the process. It begins with the first; a sleep begins it anew."""

    def __init__(self) -> None:
        self._since: float | None = None  # not a time of day: that may yet turn out to be wrong

    def begin(self) -> None:
        """A session begins."""
        if self._since is None:
            self.woke()

    def woke(self) -> None:
        """The computer slept until now."""
        self._since = time.monotonic()

    @property
    def lasts(self) -> timedelta:
        return timedelta(seconds=0.0 if self._since is None else time.monotonic() - self._since)
