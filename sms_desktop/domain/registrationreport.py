"""How a line of ours is registered: what it is, what it may do and how fast, how far its registration is, and whether
a text from it to somebody in the United States gets through.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sms_desktop.domain import standings
from sms_desktop.domain.abilities import What, can, pace, rate, what_is
from sms_desktop.domain.line import Line
from sms_desktop.domain.pace import TEN_DIGITS, UNITED_STATES
from sms_desktop.domain.phone import display, region_of
from sms_desktop.domain.registration import (
    SERVICES_PAGE,
    SHORT_CODES_PAGE,
    Brand,
    Campaign,
    Known,
    SenderPool,
    Standing,
    Step,
    Tone,
    Verification,
)

__all__ = ["Caution", "Part", "Report", "What", "caution_of", "report_of", "what_is"]


class Part(StrEnum):
    """The parts of a registration, in the order in which they are got through."""

    BRAND = "Brand"
    CAMPAIGN = "Campaign"
    NUMBER = "Number"
    VERIFICATION = "Verification"


@dataclass(frozen=True, slots=True)
class Report:
    """All of it for one line. ``can`` is a sentence on what it may do, ``pace`` one on how fast; ``rate`` is the
    segments a second that leave by it where nobody set others. ``standing`` sums up where the registration is,
    ``parts`` show each part of it in turn (none where nothing has to be registered). ``choices`` are the services that
    the number can be added to, with the approved campaign of each.
    """

    line: Line
    what: What
    can: str
    pace: str
    rate: float
    standing: Standing
    parts: tuple[tuple[Part, Standing], ...] = ()
    brand: Brand | None = None
    campaign: Campaign | None = None
    pool: SenderPool | None = None
    verification: Verification | None = None
    choices: tuple[tuple[SenderPool, Campaign], ...] = ()

    @property
    def rehearsed(self) -> bool:
        """Whether what stands there is played through only."""
        found = self.campaign or self.brand
        return found is not None and found.mock

    @property
    def is_pending(self) -> bool:
        """Whether a part of it is others' to decide."""
        return any(standing.is_pending for _, standing in self.parts)


def for_real(report: Report) -> Report:
    """The same with the registration of the business as its next step, however far a rehearsal is, and whatever was
    rejected of it.
    """
    return replace(report, standing=replace(report.standing, step=Step.BRAND, reasons=()))


@dataclass(frozen=True, slots=True)
class Caution:
    """Said before a text that will hardly get through; ``step`` and ``url`` are what can be done about it."""

    title: str
    advice: str
    step: Step
    url: str = ""


def report_of(line: Line, known: Known, now: datetime) -> Report:
    """``known`` is what Twilio told; of what it did not tell nothing is claimed."""
    what = what_is(line)
    match what:
        case What.TEN_DLC:
            return _of_ten_dlc(line, known)
        case What.TOLL_FREE:
            return _of_toll_free(line, known, now)
        case What.SERVICE:
            return _of_service(line, known)
    return Report(line, what, can(line, what), pace(line, None, None), rate(line, None, None), _FREE.get(what, _ABROAD))


def caution_of(report: Report, peer: str) -> Caution | None:
    """What is to be said before a text from that line to ``peer``; None: nothing, as where it is not known."""
    # An unverified toll-free number reaches nobody in Canada either.
    bound = TEN_DIGITS if report.what is What.TOLL_FREE else UNITED_STATES
    if report.standing.may_text_us is not False or region_of(peer) not in bound:
        return None
    there = "the United States and Canada" if report.what is What.TOLL_FREE else "the United States"
    missing = "verified" if report.what is What.TOLL_FREE else "registered"
    line = report.line
    name = line.name or display(line.address) if line.is_service else display(line.address)
    title = f"{name} is not {missing} for texts to {there}: carriers will stop this text."
    waits = _WAITS[report.rehearsed] if report.standing.step is Step.WAIT else ""
    advice = waits or report.standing.advice or "Look at its registration, or use another line."
    return Caution(title, advice, report.standing.step, report.standing.url)


_WAITS = {
    False: "Its registration is in review.",
    True: "What is in review is a rehearsal. It has to be registered for real.",
}
_SHORT = Standing(
    "Registered", Tone.GOOD, "A short code is registered with the carriers before it can be had.", may_text_us=True
)
_NAME = Standing(
    "Not for the US", Tone.NONE, "A sender name cannot text the United States or Canada, and cannot be answered.",
    may_text_us=None,
)  # fmt: skip
_ABROAD = Standing(
    "Nothing to do", Tone.NONE, "The registration of US carriers does not concern numbers of this kind.",
    may_text_us=None,
)  # fmt: skip
_FREE = {What.SHORT_CODE: replace(_SHORT, url=SHORT_CODES_PAGE), What.ALPHANUMERIC: _NAME}
_NO_BRAND = Standing(
    "Not registered", Tone.BAD, "Carriers do not know who is behind this number.", Step.BRAND,
    "Register your business (the brand) first.", may_text_us=False,
)  # fmt: skip
_IN_CANADA = replace(
    _NO_BRAND, tone=Tone.NONE,
    sentence="Texts within Canada get through. For the United States, carriers must know who is behind the number.",
)  # fmt: skip
_NO_CAMPAIGN = Standing(
    "No campaign", Tone.BAD, "Carriers know your business, but not what you send.", Step.CAMPAIGN,
    "Describe what you send (the campaign).", may_text_us=False,
)  # fmt: skip
_NO_CAMPAIGN_REHEARSED = replace(
    _NO_CAMPAIGN, sentence="The rehearsal of your business went well. What you send comes next."
)
_NO_CAMPAIGN_OF_ITS_OWN = replace(
    _NO_CAMPAIGN, sentence="This Messaging Service has no campaign.", advice="Describe what it sends (the campaign)."
)
_NOT_ADDED = Standing(
    "Number not added", Tone.BAD, "Your campaign is approved, but this number is not part of it.", Step.ADD_NUMBER,
    "Add the number to the Messaging Service of the campaign.", may_text_us=False,
)  # fmt: skip
_NOT_ADDED_TO_ANY = replace(
    _NOT_ADDED, sentence="Your campaigns are approved, but this number is part of none of them.",
    advice="Add the number to the Messaging Service of one of them.",
)  # fmt: skip
_NOT_REHEARSED = replace(
    _NO_BRAND, sentence="Carriers do not know who is behind this number, and it is not part of your rehearsal.",
    advice="Register your business for real.",
)  # fmt: skip
_IN_CAMPAIGN = Standing("Added", Tone.GOOD, "The number is part of the campaign.")
_ADDED = replace(
    _IN_CAMPAIGN, sentence="The number is part of the campaign. It can take some hours until every carrier knows."
)
_OUTSIDE = Standing("Not added", Tone.BAD, "The number is not part of the campaign.", Step.ADD_NUMBER)
_OF_OTHERS = "Texts from its numbers to the United States get through."
_NOT_YET = Standing("Not yet", Tone.NONE, "This comes after the part before it.")
_UNVERIFIED = Standing(
    "Not verified", Tone.BAD, "Nobody has checked who is behind this toll-free number.", Step.VERIFY,
    "Ask for a verification.", may_text_us=False,
)  # fmt: skip


def _of_ten_dlc(line: Line, known: Known) -> Report:
    pool = next((one for one in known.pools or () if line.sid is not None and line.sid in one.senders), None)
    campaign = _best(_that_count(known, None if pool is None else pool.sid))
    brand = _brand(campaign, known)
    inside = _OUTSIDE if campaign is not None else _NOT_YET
    if campaign is not None and pool is not None:
        inside = _ADDED if standings.of_campaign(campaign).may_text_us else _IN_CAMPAIGN
    standing = _of_number(
        pool, campaign, brand, known, identified=line.sid is not None, canadian=region_of(line.address) == "CA"
    )
    choices = _choices(known) if standing is _NOT_ADDED else ()
    if len(choices) > 1:
        standing = _NOT_ADDED_TO_ANY
    if campaign is not None and pool is None:
        pool = next((one for one in known.pools or () if one.sid == campaign.service), None)
    parts: tuple[tuple[Part, Standing], ...] = ()
    if standing is not standings.UNKNOWN and known.brands is not None:
        parts = (
            (Part.BRAND, _NO_BRAND if brand is None else standings.of_brand(brand)),
            (Part.CAMPAIGN, _campaign_part(campaign, brand, outside=inside is _OUTSIDE)),
            (Part.NUMBER, inside),
        )
    joined = campaign if inside.tone is Tone.GOOD else None
    return Report(
        line, What.TEN_DLC, can(line, What.TEN_DLC), pace(line, brand, joined), rate(line, brand, joined), standing,
        parts, brand, campaign, pool, choices=choices,
    )  # fmt: skip


def _choices(known: Known) -> tuple[tuple[SenderPool, Campaign], ...]:
    approved = {one.service: one for one in _that_count(known, None) if standings.of_campaign(one).may_text_us}
    return tuple((pool, approved[pool.sid]) for pool in known.pools or () if pool.sid in approved)


def _of_number(
    pool: SenderPool | None,
    campaign: Campaign | None,
    brand: Brand | None,
    known: Known,
    *,
    identified: bool = True,
    canadian: bool = False,
) -> Standing:
    """``campaign`` is that of ``pool``, in which the number is; where it is in none, the best that there is.
    ``identified``: it is known which of Twilio's numbers it is; ``canadian``: its texts mostly stay in Canada.
    """
    if known.pools is None or known.campaigns is None or not identified:
        return _unread(known)
    if campaign is not None:
        if pool is None and campaign.mock:
            return _IN_CANADA if canadian else _NOT_REHEARSED
        found = standings.of_campaign(campaign)
        return _NOT_ADDED if pool is None and found.may_text_us else found
    if known.brands is None or (pool is not None and pool.registered):
        return _unread(known)
    if brand is None:
        return _IN_CANADA if canadian else _NO_BRAND
    found = standings.of_brand(brand)
    if found.tone is not Tone.GOOD:
        return replace(found, may_text_us=False)
    if pool is not None and any(standings.of_campaign(one).may_text_us for one in known.campaigns):
        where = f"The number belongs to the Messaging Service “{pool.name}”, which has no campaign."
        return Standing(
            "No campaign", Tone.BAD, where, Step.CAMPAIGN,
            f"Describe what “{pool.name}” sends, or move the number in Twilio’s console.",
            may_text_us=False, url=SERVICES_PAGE,
        )  # fmt: skip
    return _NO_CAMPAIGN_REHEARSED if brand.mock else _NO_CAMPAIGN


def _of_toll_free(line: Line, known: Known, now: datetime) -> Report:
    mine = [one for one in known.verifications or () if one.number_sid == line.sid]
    found = max(mine, key=lambda one: (_rank(standings.VERIFICATION, one.status), _age(one.updated)), default=None)
    if known.verifications is None or line.sid is None:
        standing = _unread(known)
    else:
        standing = _UNVERIFIED if found is None else standings.of_verification(found, now)
    parts = () if standing is standings.UNKNOWN else ((Part.VERIFICATION, standing),)
    what = What.TOLL_FREE
    fast = pace(line, None, None)
    return Report(line, what, can(line, what), fast, rate(line, None, None), standing, parts, verification=found)


def _of_service(line: Line, known: Known) -> Report:
    pool = next((one for one in known.pools or () if one.sid == line.address), None)
    campaign = _best(_that_count(known, line.address))
    brand = _brand(campaign, known)
    standing = _unread(known) if pool is None else _of_number(pool, campaign, brand, known)
    if standing.step is Step.CAMPAIGN:  # what is said of a number in it does not fit here
        standing = _NO_CAMPAIGN_OF_ITS_OWN
    parts: tuple[tuple[Part, Standing], ...] = ()
    if standing is not standings.UNKNOWN and known.brands is not None:
        parts = (
            (Part.BRAND, _NO_BRAND if brand is None else standings.of_brand(brand)),
            (Part.CAMPAIGN, _campaign_part(campaign, brand)),
        )
    if standing.may_text_us is False and not _ten_digits_alone(line):  # another sender of it may get through
        standing = replace(standing, may_text_us=None)
    what = What.SERVICE
    return Report(
        line, what, can(line, what), pace(line, brand, campaign), rate(line, brand, campaign), standing, parts, brand,
        campaign, pool,
    )  # fmt: skip


def _ten_digits_alone(service: Line) -> bool:
    return bool(service.senders) and all(what_is(Line(one)) is What.TEN_DLC for one in service.senders)


def _unread(known: Known) -> Standing:
    """Twilio was not asked, or did not answer."""
    if known.at is None or not known.troubles:
        return standings.UNKNOWN
    return replace(standings.UNKNOWN, sentence=known.troubles[0], advice="Look it up again later.")


def _campaign_part(campaign: Campaign | None, brand: Brand | None, *, outside: bool = False) -> Standing:
    """``outside``: the number that it is shown with is not part of it."""
    if campaign is not None:
        found = standings.of_campaign(campaign)
        return replace(found, sentence=_OF_OTHERS) if outside and found.may_text_us else found
    if brand is None or standings.of_brand(brand).tone is not Tone.GOOD:
        return _NOT_YET
    return _NO_CAMPAIGN_REHEARSED if brand.mock else _NO_CAMPAIGN


def _brand(campaign: Campaign | None, known: Known) -> Brand | None:
    """The campaign's; where there is none, the one that has come furthest, rehearsals last."""
    if campaign is not None:
        return next((one for one in known.brands or () if one.sid == campaign.brand), None)
    return max(
        known.brands or (),
        key=lambda one: (not one.mock, _rank(standings.BRAND, one.status), _age(one.updated)),
        default=None,
    )


def _that_count(known: Known, service: str | None) -> Iterator[Campaign]:
    """The campaigns of that service, or of all; rehearsals only as long as nothing is registered for real."""
    real = any(not one.mock for one in known.brands or ())
    for one in known.campaigns or ():
        if service in {None, one.service} and not (one.mock and real):
            yield one


def _best(found: Iterable[Campaign]) -> Campaign | None:
    return max(
        found,
        key=lambda one: (not one.mock, _rank(standings.CAMPAIGN, one.status), _age(one.updated)),
        default=None,
    )


_TONES = (Tone.NONE, Tone.BAD, Tone.WAITING, Tone.GOOD)


def _rank(table: dict[str, Standing], status: str) -> int:
    found = table.get(status)
    return -1 if found is None else _TONES.index(found.tone)


def _age(at: datetime | None) -> float:
    return 0.0 if at is None else at.timestamp()
