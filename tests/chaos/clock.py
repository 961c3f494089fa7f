"""The time of day of one process, which jumps when its standard input says ``ahead SECONDS``; what runs, runs on."""

import datetime
import sys
import threading
import time
from typing import Any

_ahead = 0.0
_real = datetime.datetime
_time, _time_ns = time.time, time.time_ns


class _Kind(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _real)


class _Jumping(_real, metaclass=_Kind):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return _real.now(tz) + datetime.timedelta(seconds=_ahead)


def take_over() -> None:
    """From now on; whoever imports ``datetime`` or asks ``time`` gets the time of day that was said last."""
    datetime.datetime = _Jumping  # type: ignore[misc]
    time.time = lambda: _time() + _ahead
    time.time_ns = lambda: _time_ns() + int(_ahead * 1e9)
    threading.Thread(target=_listen, daemon=True).start()


def _listen() -> None:
    global _ahead  # noqa: PLW0603 - there is one time of day
    for line in sys.stdin:
        word, _, seconds = line.partition(" ")
        if word == "ahead":
            _ahead = float(seconds)
