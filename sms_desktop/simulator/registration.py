"""Who is behind the account's lines, as US carriers have it: brands, campaigns and toll-free verifications.

State only. What carriers decide is decided by whoever plays them (`decide`); rehearsals are approved by themselves.
"""

from dataclasses import dataclass, field

from sms_desktop.simulator.address import Destination
from sms_desktop.simulator.resources import Line, Service

UNVERIFIED, SUSPENDED, UNREGISTERED = 30032, 30033, 30034
_US = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})
_NUMBERS = _US | {"CA"}

BRAND_MOVES = {
    "PENDING": {"APPROVED", "FAILED", "IN_REVIEW"},
    "IN_REVIEW": {"APPROVED", "FAILED"},
    "FAILED": {"PENDING"},  # put right and sent in again at the console
    "APPROVED": {"SUSPENDED"},
    "SUSPENDED": {"APPROVED"},
}
CAMPAIGN_MOVES = {
    "PENDING": {"IN_PROGRESS", "VERIFIED", "FAILED"},
    "IN_PROGRESS": {"VERIFIED", "FAILED"},
    "VERIFIED": {"SUSPENDED"},
    "SUSPENDED": {"VERIFIED"},
}
VERIFICATION_MOVES = {
    "PENDING_REVIEW": {"IN_REVIEW", "TWILIO_APPROVED", "TWILIO_REJECTED"},
    "IN_REVIEW": {"TWILIO_APPROVED", "TWILIO_REJECTED"},
    "TWILIO_APPROVED": {"TWILIO_REJECTED"},
}
"""What may become of a thing in each state, by decision of others."""


@dataclass(slots=True)
class Brand:
    """`status` as in `BRAND_MOVES`; `errors` are Twilio's codes of why it failed."""

    sid: str
    profile: str
    a2p_profile: str
    kind: str
    mock: bool
    created: int
    updated: int
    status: str = "PENDING"
    skip_vetting: bool = False
    score: int | None = None
    errors: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Campaign:
    """`said` is what was sent in, by the names of the answer."""

    sid: str
    service: str
    brand: str
    mock: bool
    said: dict[str, object]
    created: int
    updated: int
    status: str = "PENDING"
    errors: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Verification:
    """Of the toll-free number `line` (PN…). `edit_until`, seconds since 1970, is until when it may be edited."""

    sid: str
    line: str
    said: dict[str, object]
    created: int
    updated: int
    status: str = "PENDING_REVIEW"
    errors: list[int] = field(default_factory=list)
    edit_until: int | None = None


class Registrar:
    """`enforced`: carriers stop texts to the United States from lines that are not registered.

    `allowed` is whether the account may use these resources at all: else 403.
    """

    def __init__(self) -> None:
        self.enforced = False
        self.allowed = True
        self.brands: dict[str, Brand] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.verifications: dict[str, Verification] = {}

    def of_service(self, service: str) -> list[Campaign]:
        return [one for one in self.campaigns.values() if one.service == service]

    def of_line(self, line: str) -> list[Verification]:
        return [one for one in self.verifications.values() if one.line == line]

    def decide(self, sid: str, status: str, errors: list[int], at: int, *, edit_until: int | None = None) -> None:
        """What carriers say of it. A LookupError tells that there is none, a ValueError that this cannot follow."""
        one: Brand | Campaign | Verification
        if sid in self.brands:
            one, moves = self.brands[sid], BRAND_MOVES
        elif sid in self.campaigns:
            one, moves = self.campaigns[sid], CAMPAIGN_MOVES
        elif sid in self.verifications:
            one, moves = self.verifications[sid], VERIFICATION_MOVES
        else:
            raise LookupError(f"there is no registration {sid}.")
        if status not in moves.get(one.status, ()):
            raise ValueError(f"{status} cannot follow {one.status}.")
        one.status, one.errors, one.updated = status, list(errors), at
        if isinstance(one, Brand) and status == "APPROVED":
            one.score = 60
        if isinstance(one, Verification):
            one.edit_until = edit_until if status == "TWILIO_REJECTED" else None

    def trouble(self, line: Line, service: Service | None, to: Destination) -> int | None:
        """The code that carriers stop a text from `line` with, which belongs to `service`; None: they do not."""
        if not self.enforced:
            return None
        if line.kind == "tollfree":
            verified = any(one.status == "TWILIO_APPROVED" for one in self.of_line(line.sid))
            return None if verified or to.region not in _NUMBERS else UNVERIFIED
        if line.kind == "shortcode" or to.region not in _US or not line.number.startswith("+1"):
            return None
        found = [one for one in self.of_service(service.sid) if not one.mock] if service is not None else []
        if any(one.status == "VERIFIED" for one in found):
            return None
        return SUSPENDED if any(one.status == "SUSPENDED" for one in found) else UNREGISTERED
