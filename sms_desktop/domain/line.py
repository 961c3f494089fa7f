"""A line: a number of ours that can text, or a Messaging Service, which texts by one number of its pool.

A service is a line with its SID (MG…) for an address. It sends by that SID, and Twilio picks the number, mostly the
same one for the same person; which one it was comes with the answer or later, and is kept with the message (``via``).
What comes in to a number of its pool stays where that person was last written to by this number: with the number or
with the service; where neither has written, where they last wrote to that number themselves; else with the service if
they are opted out of it, since that is where their START is awaited; else with the number if that is in use here, or
with the service. Nothing that is here is moved. Whoever says STOP to one of the pool is blocked for the service and all
its numbers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What carriers take the sender for."""

    LOCAL = "local"
    MOBILE = "mobile"
    TOLL_FREE = "tollfree"
    SHORT_CODE = "short_code"
    SERVICE = "service"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """``address`` in E.164 (or a short code); ``label`` the account's friendly name for it.

    ``sid`` is Twilio's PN… or SC… if known; ``color`` is a place in the theme's palette of avatars, or
    None; ``watched``: it is one of the lines in use here. ``senders`` are the pool of a service (numbers, short codes,
    senders’ names) in the order in which they joined; ``sticky``: one person is texted by the same of them each time.
    """

    address: str
    label: str = ""
    kind: LineKind = LineKind.OTHER
    sms: bool = True
    mms: bool = True
    sid: str | None = None
    account_sid: str | None = None
    color: int | None = None
    watched: bool = True
    senders: tuple[str, ...] = ()
    sticky: bool = False

    @property
    def is_service(self) -> bool:
        return self.kind is LineKind.SERVICE

    @property
    def name(self) -> str:
        """What the account calls it, in one line."""
        return " ".join(self.label.split())

    @property
    def can_text(self) -> bool:
        """Else it is for calls only."""
        return self.sms or self.mms


_SERVICE = re.compile(r"MG[0-9a-f]{32}")
SERVICE_WORD = "Messaging Service"
"""What a service is called whose name is not known."""


def is_service(address: str) -> bool:
    """Whether that address is a Messaging Service’s."""
    return _SERVICE.fullmatch(address) is not None


def addresses_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """What Twilio lists messages by: the numbers among ``lines``, and the pools of the services, each once."""
    return tuple(dict.fromkeys(one for line in lines for one in (line.senders if line.is_service else (line.address,))))
