"""Who texts with whom, and the pictures they send: each its own bytes."""

from functools import cache
from random import Random

from sms_desktop.simulator.picture import landscape

LINE = "+12125550100"
FEW, MANY = 60, 2000
"""People; the many text so seldom that in a whole day nobody comes to more than some hundred texts."""


def peers(count: int) -> tuple[str, ...]:
    """Their numbers."""
    return tuple(f"+1415555{number}" for number in range(2000, 2000 + count))


PEERS = peers(FEW)


@cache
def _drawn() -> bytes:
    return landscape(Random(4))


def picture(token: str) -> bytes:
    """A PNG that no other token has; what follows a PNG's end is not looked at."""
    return _drawn() + token.encode()
