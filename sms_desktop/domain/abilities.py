"""What a line is, what it may do, and how fast carriers take its texts, in words.

Source: Twilio's rates for each kind of sender and for A2P 10DLC campaigns by their brands' trust scores.
"""

from enum import StrEnum

from sms_desktop.domain import standings
from sms_desktop.domain.line import Line, LineKind, is_service
from sms_desktop.domain.pace import LONG_CODE, usual_pace
from sms_desktop.domain.phone import AddressKind, is_toll_free, kind_of, region_of
from sms_desktop.domain.registration import Brand, Campaign

UNITED_STATES = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
"""Regions that US carriers' rules hold for."""
TEN_DIGITS = UNITED_STATES | {"CA"}
"""Regions whose ten-digit numbers have to be registered to text there."""


class What(StrEnum):
    """What a line is, in words."""

    TEN_DLC = "10DLC long code"
    TOLL_FREE = "Toll-free number"
    SHORT_CODE = "Short code"
    MOBILE = "Mobile number"
    LONG_CODE = "Long code"
    ALPHANUMERIC = "Sender name"
    SERVICE = "Messaging Service"
    OTHER = "Number"


def what_is(line: Line) -> What:
    """By its address and by what Twilio calls it."""
    address = line.address
    if line.is_service or is_service(address):
        return What.SERVICE
    if line.kind is LineKind.SHORT_CODE or kind_of(address) is AddressKind.SHORT_CODE:
        return What.SHORT_CODE
    if line.kind is LineKind.TOLL_FREE or is_toll_free(address):
        return What.TOLL_FREE
    if kind_of(address) is AddressKind.ALPHANUMERIC:
        return What.ALPHANUMERIC
    if region_of(address) in TEN_DIGITS:
        return What.TEN_DLC
    named = {LineKind.MOBILE: What.MOBILE, LineKind.LOCAL: What.LONG_CODE}
    return named.get(line.kind, What.OTHER)


def can(line: Line, what: What) -> str:
    """What it may do."""
    if what is What.ALPHANUMERIC:
        return "Sends texts; cannot be answered."
    if what is What.SERVICE:
        return "Sends and receives by the numbers in its pool."
    if not line.can_text:
        return "For calls only."
    kinds = "texts and pictures" if line.sms and line.mms else "texts" if line.sms else "pictures"
    where = {What.TOLL_FREE: " in the United States and Canada", What.SHORT_CODE: " in its own country"}.get(what, "")
    return f"Sends and receives {kinds}{where}."


_BY_SCORE = ((75, 225, 75), (50, 120, 40), (1, 12, 4))
"""From which trust score on a campaign may send so many segments a second in all, and to each large carrier."""
_LOWEST = (12, 4)
_SLOW = frozenset({"LOW_VOLUME", "SOLE_PROPRIETOR"})
"""Use cases that are held to the lowest rate whatever the score."""


def pace(line: Line, brand: Brand | None, campaign: Campaign | None) -> str:
    """How fast carriers take its texts, each part of a long one counted."""
    what = what_is(line)
    if what is What.SERVICE and campaign is None:
        return "As fast as each of its numbers may."
    if what not in {What.TEN_DLC, What.SERVICE}:
        return f"{usual_pace(line.address, line.kind):g} text parts a second."
    abroad = "10 to other countries" if region_of(line.address) != "CA" else "1 within Canada"
    if campaign is None or standings.of_campaign(campaign).may_text_us is not True:
        return f"{LONG_CODE:g} text parts a second to each large US carrier once it is registered; {abroad}."
    score = brand.score if brand is not None else None
    if campaign.usecase in _SLOW or score is None:
        all_of_them, each = _LOWEST
    else:
        all_of_them, each = next(((most, one) for least, most, one in _BY_SCORE if score >= least), _LOWEST)
    return f"{all_of_them} text parts a second in the US, {each} to each large carrier; {abroad}."
