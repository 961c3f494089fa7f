"""What has moved between two looks at the registrations, in sentences."""

from collections.abc import Mapping

from sms_desktop.domain import standings
from sms_desktop.domain.registration import Brand, Campaign, Known, News, SenderPool, Standing, Verification
from sms_desktop.services.clock import now
from sms_desktop.store.registration import Record, Told


def between(before: Known, told: Mapping[str, Told], numbers: Mapping[str, str]) -> tuple[News, ...]:
    """Of what was known before and is in another state now; what is seen for the first time is no news. ``numbers``
    are the names of our lines by their SIDs.
    """
    names = {one.sid: one.name for one in before.pools or ()}
    names |= numbers
    names |= {one.sid: one.name for one in told["pools"].records or () if isinstance(one, SenderPool)}
    former: dict[str, Record] = {}
    for some in (before.brands, before.campaigns, before.verifications):
        former |= {one.sid: one for one in some or ()}
    found = []
    for name in ("brands", "campaigns", "verifications"):
        for one in told[name].records or ():
            then = former.get(one.sid)
            if then is not None and (stands := _standing(one)).word != _standing(then).word:
                found.append(News(f"{_subject(one, names)}: {stands.word.lower()}. {stands.sentence}", stands.tone))
    return tuple(found)


def _standing(one: Record) -> Standing:
    match one:
        case Brand():
            return standings.of_brand(one)
        case Campaign():
            return standings.of_campaign(one)
        case Verification():
            return standings.of_verification(one, now())
    raise TypeError("a pool has no state")


def _subject(one: Record, names: Mapping[str, str]) -> str:
    match one:
        case Campaign():
            return f"Campaign of “{names.get(one.service, one.service)}”"
        case Verification():
            return f"Verification of {names.get(one.number_sid, 'a toll-free number')}"
    return "Brand"
