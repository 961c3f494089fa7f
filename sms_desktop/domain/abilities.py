"""What a line is, what it may do, and how fast carriers take its texts, in words."""

from enum import StrEnum

from sms_desktop.domain import standings
from sms_desktop.domain.line import Line, LineKind, is_service
from sms_desktop.domain.pace import LONG_CODE, TEN_DIGITS, campaign_pace, usual_pace, usual_pace_of
from sms_desktop.domain.phone import AddressKind, is_toll_free, kind_of, region_of
from sms_desktop.domain.registration import Brand, Campaign


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


def pace(line: Line, brand: Brand | None, campaign: Campaign | None) -> str:
    """How fast carriers take its texts, each part of a long one counted."""
    what = what_is(line)
    if what is What.SERVICE and campaign is None:
        return "As fast as each of its numbers may."
    if what not in {What.TEN_DLC, What.SERVICE}:
        return f"{usual_pace(line.address, line.kind):g} text parts a second."
    abroad = "10 to other countries" if region_of(line.address) != "CA" else "1 within Canada"
    allowed = _allowed(brand, campaign)
    if allowed is None:
        return f"{LONG_CODE:g} text parts a second to each large US carrier once it is registered; {abroad}."
    return f"{allowed[0]:g} text parts a second in the US, {allowed[1]:g} to each large carrier; {abroad}."


def rate(line: Line, brand: Brand | None, campaign: Campaign | None) -> float:
    """Segments a second that leave by it where nobody set a pace: all may be for one carrier."""
    allowed = _allowed(brand, campaign)
    return usual_pace_of(line) if allowed is None else usual_pace_of(line, allowed[1])


def _allowed(brand: Brand | None, campaign: Campaign | None) -> tuple[float, float] | None:
    """Of an approved campaign; None: there is none."""
    if campaign is None or standings.of_campaign(campaign).may_text_us is not True:
        return None
    return campaign_pace(campaign.usecase, None if brand is None else brand.score)
