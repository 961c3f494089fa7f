"""How inbound messages reach this computer: the three ways in, and how the one in use stands."""

from dataclasses import dataclass, field
from enum import StrEnum

HOW_OFTEN = "every few seconds, at night every few minutes"
"""In words, how often Twilio is asked for what does not come by itself."""
HOW_LATE = "up to 15 seconds later, at night up to 5 minutes"
"""In words, when what does not come by itself is here."""


class WayIn(StrEnum):
    """A tunnel by ngrok's agent, a public address that the person runs, or asking Twilio again and again."""

    NGROK = "ngrok"
    OWN = "own"
    POLLING = "polling"


class Reach(StrEnum):
    """Whether the way in can be used: not chosen yet, coming about, there, or broken (and tried again)."""

    OFF = "off"
    STARTING = "starting"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Receiving:
    """``public_url`` has no trailing slash and is None where there is none (polling, or not up yet).

    ``sentence`` says in plain words how it stands, ``advice`` what to do about it or "". ``progress`` is the part from
    0 to 1 of the agent's download while that runs, else None. ``reserved``: the address is the account's own domain.
    """

    way: WayIn | None = None
    reach: Reach = Reach.OFF
    public_url: str | None = field(default=None, repr=False)
    sentence: str = ""
    advice: str = ""
    progress: float | None = None
    reserved: bool = False
