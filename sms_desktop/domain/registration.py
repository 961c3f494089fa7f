"""Whether carriers in the United States know who is behind a line: brands, campaigns, toll-free verifications, short
codes; in which state each is, in plain words, and what to do next. (Where a line's inbound texts go is ``routing``.)

The states are Twilio's; the sentences are this app's own. What Twilio may add one day is kept and said to be unknown:
of what is not known nothing is claimed, so that nobody is warned in vain.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sms_desktop.domain.account import CONSOLE
from sms_desktop.domain.rejections import Reason

PAGES = f"{CONSOLE}/us1/develop/sms"
BRANDS_PAGE = f"{PAGES}/regulatory-compliance/a2p-10dlc"
TOLL_FREE_PAGE = f"{PAGES}/regulatory-compliance/tollfree-verification"
SERVICES_PAGE = f"{PAGES}/services"
PROFILES_PAGE = f"{CONSOLE}/us1/account/trust-hub/customer-profiles"
SHORT_CODES_PAGE = f"{CONSOLE}/us1/develop/phone-numbers/manage/short-codes"
"""Where Twilio's console does what its API, or this program, does not."""
FEES_PAGE = "https://help.twilio.com/articles/1260803965530"
"""Twilio's list of what brands and campaigns cost."""


TollFreeDetails = dict[str, str | tuple[str, ...]]


class Tone(StrEnum):
    """The colour that a state is said in."""

    GOOD = "good"
    WAITING = "waiting"
    BAD = "bad"
    NONE = "none"


class Step(StrEnum):
    """The one next thing to do."""

    NONE = ""
    LOOK = "look"  # Twilio was never asked
    WAIT = "wait"
    BRAND = "brand"  # register a brand
    CAMPAIGN = "campaign"  # describe what is sent
    ADD_NUMBER = "add_number"  # to the service that has the campaign
    VERIFY = "verify"  # ask for a toll-free verification
    EDIT = "edit"  # put right what was rejected, and send it in again
    CONSOLE = "console"  # in Twilio's console alone: ``Standing.url``


TO_BEGIN = frozenset({Step.BRAND, Step.CAMPAIGN, Step.ADD_NUMBER, Step.VERIFY})
"""What is done for the first time."""


class Kind(StrEnum):
    """What is sent in by a form; each has a key: nothing, the SID of a service, the address of a line."""

    BRAND = "brand"
    CAMPAIGN = "campaign"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A form that was sent in at ``at`` and whose answer was lost; ``sentence`` says so."""

    kind: Kind
    key: str
    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class News:
    """What has become of something since the last look, in a sentence, and its colour; ``step`` is what to do next, for
    ``line``, the address of one of ours, where it is about one. ``about`` is its ``identity``.
    """

    sentence: str
    tone: Tone
    step: Step = Step.NONE
    line: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands: ``word`` for a chip, ``sentence`` what that means, ``advice`` what to do next or "".

    ``may_text_us``: whether texts to the United States get through; None where that is not known. ``url`` leads into
    Twilio's console, or is "".
    """

    word: str
    tone: Tone
    sentence: str
    step: Step = Step.NONE
    advice: str = ""
    may_text_us: bool | None = None
    url: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Whether it is others' to decide: it changes with nothing done here."""
        return self.tone is Tone.WAITING and self.step in {Step.WAIT, Step.CONSOLE}

    @property
    def went_wrong(self) -> bool:
        """Whether something was rejected or taken away; what was never begun is no failure."""
        return self.tone is Tone.BAD and (self.step not in TO_BEGIN or bool(self.reasons))


@dataclass(frozen=True, slots=True)
class Brand:
    """Who the business is, as carriers have it. ``status`` and ``identity`` are Twilio's words (`PENDING`, `VERIFIED`).

    ``kind`` is `STANDARD` or `SOLE_PROPRIETOR`; ``score`` from 0 to 100, or None; ``mock``: a rehearsal, which costs
    nothing and with which nothing can be sent. ``profile`` and ``a2p_profile`` are the bundles (BU…) it was made from.
    """

    sid: str
    status: str
    identity: str = ""
    kind: str = "STANDARD"
    mock: bool = False
    score: int | None = None
    profile: str = ""
    a2p_profile: str = ""
    reasons: tuple[Reason, ...] = ()
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """What is sent and to whom, for one Messaging Service. ``service`` is its SID; ``status`` is Twilio's.

    What was described stands in the fields named as in ``campaign.CampaignForm``.
    """

    sid: str
    service: str
    brand: str
    status: str
    usecase: str = ""
    description: str = ""
    flow: str = ""
    samples: tuple[str, ...] = ()
    links: bool = False
    phones: bool = False
    opt_in_message: str = ""
    opt_out_message: str = ""
    help_message: str = ""
    opt_in_keywords: tuple[str, ...] = ()
    opt_out_keywords: tuple[str, ...] = ()
    help_keywords: tuple[str, ...] = ()
    subscriber_opt_in: bool = False
    age_gated: bool = False
    direct_lending: bool = False
    privacy_url: str = ""
    terms_url: str = ""
    mock: bool = False
    reasons: tuple[Reason, ...] = ()
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """A toll-free number's. ``number_sid`` is its PN…; ``edit_allowed`` None where Twilio does not say.

    What was sent in stands in ``details``, by the names of ``tollfree.TollFreeForm``.
    """

    sid: str
    number_sid: str
    status: str
    edit_allowed: bool | None = None
    edit_until: datetime | None = None
    profile: str = ""
    details: TollFreeDetails = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class SenderPool:
    """What a Messaging Service sends by: the SIDs of its numbers (PN…) and short codes (SC…); ``sid`` and ``name`` are
    those of the service, as the account has them.

    ``registered``: Twilio says of the service itself that it is registered for texts to the United States. ``defers``:
    each number's inbound texts go where the number says; else to ``inbound_url``, or, where that is "", nowhere.
    """

    sid: str
    name: str
    senders: tuple[str, ...] = ()
    registered: bool = False
    defers: bool = True
    inbound_url: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """All that Twilio told, as of ``at`` (UTC); None: it was never asked. A list that could not be read is None, and
    why stands in ``troubles``, a sentence each.
    """

    at: datetime | None = None
    brands: tuple[Brand, ...] | None = None
    pools: tuple[SenderPool, ...] | None = None
    campaigns: tuple[Campaign, ...] | None = None
    verifications: tuple[Verification, ...] | None = None
    troubles: tuple[str, ...] = ()

    @property
    def business_names(self) -> tuple[str, ...]:
        """What the business calls itself where it was verified for toll-free numbers, and that was approved."""
        mine = [one for one in self.verifications or () if one.status == "TWILIO_APPROVED"]
        told = [one.details.get(name) for one in mine for name in ("doing_business_as", "business_name")]
        return tuple(name for name in told if isinstance(name, str) and name.strip())

    @property
    def profiles(self) -> tuple[str, ...]:
        """The business profiles (BU…) that something was made from already: to choose from, the newest first."""
        made: list[Brand | Verification] = [*(self.brands or ()), *(self.verifications or ())]
        made.sort(key=lambda one: one.updated.timestamp() if one.updated is not None else 0.0, reverse=True)
        return tuple(dict.fromkeys(one.profile for one in made if one.profile))


UNSEEN = Known()


def identity(one: Brand | Campaign | SenderPool | Verification) -> str:
    """What tells it from all others: its SID. Campaigns may all have the same, and a service has one of them."""
    return f"{one.service} {one.sid}" if isinstance(one, Campaign) else one.sid
