"""How many segments a second carriers take from a sender, by what it is and how it is registered.

Source: Twilio's rates for each kind of number, and for A2P 10DLC campaigns by their brands' trust scores.
"""

from collections.abc import Iterable

from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.phone import is_toll_free, region_of

UNITED_STATES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
"""Regions that US carriers' rules hold for."""
TEN_DIGITS = UNITED_STATES | {"CA"}
"""Regions whose ten-digit numbers have to be registered to text there."""
CANADA, LONG_CODE, TOLL_FREE, ABROAD, SHORT_CODE = 1.0, 4.0, 3.0, 10.0, 100.0
"""A US long code's is what the lowest campaigns may send to one carrier: all that it writes to may be there."""
FASTEST = 225.0
"""What the best campaign may send."""
_BY_SCORE = ((75, FASTEST, 75.0), (50, 120.0, 40.0), (1, 12.0, LONG_CODE))
"""From which trust score on a campaign may send so many segments a second in all, and to each large carrier."""
_LOWEST = (12.0, LONG_CODE)
_SLOW = frozenset({"LOW_VOLUME", "SOLE_PROPRIETOR"})
"""Use cases that are held to the lowest rate whatever the score."""
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
    return LONG_CODE if region in UNITED_STATES else ABROAD


def usual_pace_of(line: Line, campaign: float = LONG_CODE) -> float:
    """The same of a line that is known; of a service it is what its pool takes together. ``campaign`` is what the one
    that it is registered for may send to one carrier.
    """
    if line.is_service:
        return pool_pace(line.senders, campaign)
    return campaign if _has_campaigns(line.address) else usual_pace(line.address, line.kind)


def pool_pace(senders: Iterable[str], campaign: float = LONG_CODE) -> float:
    """US long codes of one service share its campaign, and count once; all others add up."""
    senders = tuple(senders)
    shared = {sender for sender in senders if _has_campaigns(sender)}
    total = sum(usual_pace(sender) for sender in senders if sender not in shared) + (campaign if shared else 0.0)
    return total or campaign


def campaign_pace(usecase: str, score: int | None) -> tuple[float, float]:
    """Segments a second of an approved campaign in all, and to each large carrier; ``score``: its brand's."""
    if usecase in _SLOW or score is None:
        return _LOWEST
    return next(((most, each) for least, most, each in _BY_SCORE if score >= least), _LOWEST)


def _has_campaigns(address: str) -> bool:
    return region_of(address) in UNITED_STATES and not is_toll_free(address)
