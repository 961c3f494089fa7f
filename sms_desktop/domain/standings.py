"""In which state a brand, a campaign and a toll-free verification are: a table of Twilio's words for each."""

from dataclasses import replace
from datetime import datetime

from sms_desktop.domain.registration import (
    BRANDS_PAGE,
    TOLL_FREE_PAGE,
    Brand,
    Campaign,
    SenderPool,
    Standing,
    Step,
    Tone,
    Verification,
)

UNKNOWN = Standing(
    "Not known", Tone.NONE, "Twilio was not asked yet how this line is registered.", Step.LOOK, "Look it up."
)
"""Where Twilio was never asked."""

_SUPPORT = "Twilio’s support tells why, and what lifts it."
_MOST_DAYS = "Most take a few minutes, some more than a week. Nothing needs to be done."
_FAILED_BRAND = "Put the business’s details right in Twilio’s console, and send them in again there."

BRAND = {
    "PENDING": Standing("In review", Tone.WAITING, "The registries check who the business is.", Step.WAIT, _MOST_DAYS),
    "IN_REVIEW": Standing(
        "In review", Tone.WAITING, "People check who the business is.", Step.WAIT,
        "It takes seven working days or more. Nothing needs to be done.",
    ),
    "APPROVED": Standing("Approved", Tone.GOOD, "Carriers know who the business is."),
    "FAILED": Standing(
        "Rejected", Tone.BAD, "The registries could not confirm who the business is.", Step.CONSOLE, _FAILED_BRAND,
        url=BRANDS_PAGE,
    ),
    "SUSPENDED": Standing(
        "Suspended", Tone.BAD, "The registries have suspended this business.", Step.CONSOLE, _SUPPORT,
        may_text_us=False, url=BRANDS_PAGE,
    ),
    "DELETION_PENDING": Standing(
        "Being deleted", Tone.NONE, "This brand is being deleted.", Step.BRAND, "Register your business anew.",
    ),
    "DELETION_FAILED": Standing(
        "Not deleted", Tone.NONE, "This brand was to be deleted, which failed.", Step.CONSOLE, _SUPPORT,
        url=BRANDS_PAGE,
    ),
}  # fmt: skip
"""By Twilio's word for a brand."""

_CAMPAIGN_WAITS = "It can take two weeks or more. Texts to the United States do not get through until then."
CAMPAIGN = {
    "PENDING": Standing(
        "In review", Tone.WAITING, "Carriers check what you send and how people agree to it.", Step.WAIT,
        _CAMPAIGN_WAITS, may_text_us=False,
    ),
    "IN_PROGRESS": Standing(
        "In review", Tone.WAITING, "Carriers check what you send and how people agree to it.", Step.WAIT,
        _CAMPAIGN_WAITS, may_text_us=False,
    ),
    "VERIFIED": Standing(
        "Approved", Tone.GOOD, "Texts to the United States get through.", may_text_us=True
    ),
    "FAILED": Standing(
        "Rejected", Tone.BAD, "Carriers did not accept this description of what you send.", Step.EDIT,
        "Put right what they did not accept, and send it in again.", may_text_us=False,
    ),
    "SUSPENDED": Standing(
        "Suspended", Tone.BAD, "Carriers have suspended this campaign; nothing gets through.", Step.CONSOLE, _SUPPORT,
        may_text_us=False, url=BRANDS_PAGE,
    ),
}  # fmt: skip
"""By Twilio's word for a campaign."""

_VERIFICATION_WAITS = "It can take a week or more. Texts to the United States and Canada are blocked until then."
VERIFICATION = {
    "PENDING_REVIEW": Standing(
        "Sent in", Tone.WAITING, "The verification waits to be looked at.", Step.WAIT, _VERIFICATION_WAITS,
        may_text_us=False,
    ),
    "IN_REVIEW": Standing(
        "In review", Tone.WAITING, "The verification is being looked at.", Step.WAIT, _VERIFICATION_WAITS,
        may_text_us=False,
    ),
    "TWILIO_APPROVED": Standing(
        "Verified", Tone.GOOD, "Texts to the United States and Canada get through.", may_text_us=True
    ),
    "TWILIO_REJECTED": Standing(
        "Rejected", Tone.BAD, "Texts to the United States and Canada stay blocked.", Step.EDIT,
        "Put right what was not accepted, and send it in again.", may_text_us=False,
    ),
}  # fmt: skip
"""By Twilio's word for a toll-free verification."""

_STRANGE = "Twilio calls this state “{}”, which is new to this program. Look at it in Twilio’s console."


_IN_MOMENTS = "A rehearsal is decided in moments."


def of(one: Brand | Campaign | SenderPool | Verification, now: datetime) -> Standing:
    """Of whichever it is; a TypeError for a pool, which nobody decides of."""
    match one:
        case Brand():
            return of_brand(one)
        case Campaign():
            return of_campaign(one)
        case Verification():
            return of_verification(one, now)
    raise TypeError("a pool has no state")


def of_brand(brand: Brand) -> Standing:
    """A rehearsal is called one; a sole proprietor has to answer a text first."""
    found = BRAND.get(brand.status) or _strange(brand.status, BRANDS_PAGE)
    if brand.status == "APPROVED" and brand.kind == "SOLE_PROPRIETOR" and brand.identity in {"", "UNVERIFIED"}:
        found = Standing(
            "To be confirmed", Tone.WAITING, "Twilio sent a text to the owner’s mobile phone, which must be answered.",
            Step.CONSOLE, "Answer it with YES; Twilio’s console sends it again.", url=BRANDS_PAGE,
        )  # fmt: skip
    if brand.mock:
        if found.step is Step.WAIT:
            return replace(found, sentence="Twilio plays through the check of the business.", advice=_IN_MOMENTS)
        went = "It went well; carriers know nothing of it." if brand.status == "APPROVED" else found.sentence
        found = replace(found, sentence=f"{went} It is a rehearsal, which expires after 30 days.")
    return replace(found, reasons=brand.reasons)


def of_campaign(campaign: Campaign) -> Standing:
    """With a rehearsal nothing gets through, approved or not."""
    found = CAMPAIGN.get(campaign.status) or _strange(campaign.status, BRANDS_PAGE)
    if campaign.mock and campaign.status == "VERIFIED":
        found = Standing(
            "Rehearsal approved", Tone.WAITING,
            "The rehearsal was approved. Nothing can be sent with it: carriers know nothing of it.", Step.BRAND,
            "Register for real with the same words.", may_text_us=False,
        )  # fmt: skip
    elif campaign.mock and found.step is Step.WAIT:
        found = replace(found, sentence="Twilio plays through what carriers would check.", advice=_IN_MOMENTS)
    elif campaign.mock and found.step is Step.EDIT:
        found = replace(found, sentence="The rehearsal did not accept this description of what you send.")
    return replace(found, reasons=campaign.reasons)


def of_verification(verification: Verification, now: datetime) -> Standing:
    """What was rejected can be put right here while Twilio allows it, else a new one is to be asked for."""
    found = VERIFICATION.get(verification.status) or _strange(verification.status, TOLL_FREE_PAGE)
    if found.step is Step.EDIT and not may_be_edited(verification, now):
        advice = "Twilio does not let this one be put right. Ask for a new verification."
        found = replace(found, step=Step.VERIFY, advice=advice)
    return replace(found, reasons=verification.reasons)


def may_be_edited(verification: Verification, now: datetime) -> bool:
    """Whether what was rejected can be put right and sent in again."""
    over = verification.edit_until is not None and verification.edit_until <= now
    return verification.status == "TWILIO_REJECTED" and verification.edit_allowed is True and not over


def _strange(status: str, url: str) -> Standing:
    return Standing("Not known", Tone.NONE, _STRANGE.format(status[:40]), Step.CONSOLE, url=url)
