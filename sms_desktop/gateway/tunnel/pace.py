"""How often it is looked, how long waited, and when it is tried again."""

from dataclasses import dataclass
from random import uniform

from sms_desktop.gateway.tunnel.refusals import Refused


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how often it is looked and how long waited for."""

    look_every: float = 0.75
    look_patience: float = 1.0
    start_patience: float = 15.0
    address_patience: float = 15.0
    grace: float = 15.0
    """How long the program may bring a lost connection back by itself before it is started anew."""
    first_wait: float = 1.0
    longest_wait: float = 60.0
    lasting_wait: float = 60.0
    steady: float = 30.0
    """Up for so long, the next loss is a new one, and waiting begins at the first wait."""


def wait_after(trouble: Refused, failures: int, pace: Pace) -> float:
    """Seconds until the next try, after ``failures`` that went before: longer each time, never two programs in step."""
    if trouble.lasting and not trouble.settles:
        return pace.lasting_wait
    wait = pace.first_wait * 2.0 ** min(failures, 16)
    # Dice for a pause, not for a secret.
    return min(pace.longest_wait, wait * uniform(0.75, 1.25))  # noqa: S311
