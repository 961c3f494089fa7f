"""How many segments a second carriers take from a sender, by what it is.

Source: Twilio's rates for each kind of number and for the lowest kinds of A2P 10DLC campaign.
"""

from collections.abc import Iterable

from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.phone import is_toll_free, region_of

CANADA, LONG_CODE, TOLL_FREE, ABROAD, SHORT_CODE = 1.0, 4.0, 3.0, 10.0, 100.0
"""A US long code's is what the lowest campaigns may send to one carrier: all that it writes to may be there."""
FASTEST = 225.0
"""What the best campaign may send."""
SHORT = 6
"""Digits that a short code has at most."""


def usual_pace(address: str, kind: LineKind = LineKind.OTHER) -> float:
    """Segments a second for a line that nobody has set a pace for."""
    if kind is LineKind.SHORT_CODE or (address.isdecimal() and len(address) <= SHORT):
        return SHORT_CODE
    if kind is LineKind.TOLL_FREE or is_toll_free(address):
        return TOLL_FREE
    region = region_of(address)
    if region == "CA":
        return CANADA
    return LONG_CODE if region == "US" else ABROAD


def usual_pace_of(line: Line) -> float:
    """The same of a line that is known; of a service it is what its pool takes together."""
    return pool_pace(line.senders) if line.is_service else usual_pace(line.address, line.kind)


def pool_pace(senders: Iterable[str]) -> float:
    """US long codes of one service share its campaign, and count once; all others add up."""
    rates = [(sender, usual_pace(sender)) for sender in senders]
    shared = {sender for sender, _ in rates if region_of(sender) == "US" and not is_toll_free(sender)}
    total = sum(rate for sender, rate in rates if sender not in shared) + (LONG_CODE if shared else 0.0)
    return total or LONG_CODE
