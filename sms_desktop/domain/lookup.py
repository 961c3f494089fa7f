"""What Twilio's Lookup tells of a number: whether it is one, and whether it is a mobile's."""

from dataclasses import dataclass
from datetime import datetime

from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle

PRICE = "about 0.8 US cents"
"""What Twilio asks for the type of a line; whether a number is valid costs nothing."""
_WORDS = {
    "mobile": "Mobile",
    "landline": "Landline",
    "fixedVoip": "Internet phone",
    "nonFixedVoip": "Internet phone",
    "tollFree": "Toll-free",
    "personal": "Personal number",
    "premium": "Premium rate",
    "sharedCost": "Shared cost",
    "uan": "Company number",
    "voicemail": "Voicemail",
    "pager": "Pager",
}
_TEXTED = frozenset({"mobile", "fixedVoip", "nonFixedVoip", "tollFree"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """``line_type`` is Twilio's word, None where it was not asked for or is not known; ``at`` is when it was asked."""

    peer: str
    valid: bool
    line_type: str | None
    carrier: str | None
    at: datetime

    @property
    def words(self) -> str:
        """“Mobile · Verizon”, “Valid number”, “Not a number”."""
        if not self.valid:
            return "Not a number"
        kind = _WORDS.get(self.line_type or "", "Valid number")
        return f"{kind} · {self.carrier}" if self.carrier else kind

    @property
    def obstacle(self) -> CannotReceive | None:
        """What it tells to keep texts from the number."""
        if not self.valid:
            return CannotReceive(self.peer, Obstacle.NOT_A_NUMBER, Evidence.LOOKUP, None, None, self.at)
        if self.line_type == "landline":
            return CannotReceive(self.peer, Obstacle.LANDLINE, Evidence.LOOKUP, None, None, self.at)
        return None

    def refutes(self, obstacle: Obstacle) -> bool:
        """Whether it says otherwise than what was found before."""
        if obstacle is Obstacle.NOT_A_NUMBER:
            return self.valid
        return obstacle in {Obstacle.LANDLINE, Obstacle.NOT_MOBILE} and self.valid and self.line_type in _TEXTED
