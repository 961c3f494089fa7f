"""A brand is made from two profiles that lie in Twilio's Trust Hub: the form, and its rules."""

from dataclasses import dataclass
from enum import StrEnum

from sms_desktop.domain import formrules as rule
from sms_desktop.domain.campaign import Problem

COSTS = (
    "Registering a business costs a fee, which Twilio takes from your balance at once. It does not come back when the "
    "business is not accepted. A rehearsal costs nothing."
)
"""Said before a brand is sent in."""


class BrandKind(StrEnum):
    """In Twilio's words."""

    STANDARD = "STANDARD"
    SOLE_PROPRIETOR = "SOLE_PROPRIETOR"


@dataclass(frozen=True, slots=True)
class BrandForm:
    """``profile`` and ``a2p_profile`` are SIDs (BU…) of the business profile and of the A2P messaging profile, which
    Twilio's console shows. ``mock``: a rehearsal, which costs nothing. ``skip_vetting``: without the check that costs
    more and may raise the pace.
    """

    profile: str = ""
    a2p_profile: str = ""
    kind: BrandKind = BrandKind.STANDARD
    mock: bool = False
    skip_vetting: bool = False


def problems(form: BrandForm) -> tuple[Problem, ...]:
    """All that is to be said of it, field by field."""
    found = [
        Problem("profile", rule.bundle(form.profile, "The business profile’s SID")),
        Problem("a2p_profile", rule.bundle(form.a2p_profile, "The A2P profile’s SID")),
    ]
    if not found[0].sentence and form.profile.strip() == form.a2p_profile.strip():
        found.append(Problem("a2p_profile", "This is the business profile’s SID. The A2P profile has one of its own."))
    if form.mock and form.kind is BrandKind.SOLE_PROPRIETOR:
        found.append(Problem("mock", "Twilio has no campaigns for the rehearsal of a sole proprietor."))
    return tuple(problem for problem in found if problem.sentence)
