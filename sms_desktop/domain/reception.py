"""Numbers that texts do not reach: a landline, a number that is none, or none any more. Apart from consent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SILENT_AFTER = 3
"""Texts in a row that found the phone out of reach: from then on it is said."""
OUT_OF_REACH = 30003


class Obstacle(StrEnum):
    """Why a number gets no texts."""

    NOT_A_NUMBER = "not_a_number"
    NOT_MOBILE = "not_mobile"
    LANDLINE = "landline"
    GONE = "gone"
    SILENT = "silent"


class Evidence(StrEnum):
    """Who said so."""

    ERROR = "error"
    LOOKUP = "lookup"


# What a code says of the number itself, whichever line and words it was sent with. Not here, though they sound alike:
# 21214 and 21612, where another line may have a way; 21408, a country that is switched off; 21610 and 30004, which
# are somebody's wish; 30008, which says nothing; 30011, where only pictures are refused.
_OBSTACLES = {
    21211: Obstacle.NOT_A_NUMBER,  # Twilio takes it from no line
    21217: Obstacle.NOT_A_NUMBER,
    21401: Obstacle.NOT_A_NUMBER,
    21421: Obstacle.NOT_A_NUMBER,
    21614: Obstacle.NOT_MOBILE,  # Twilio takes it from no line
    21635: Obstacle.LANDLINE,  # Twilio knows it from the number
    30005: Obstacle.GONE,  # the carrier has no such customer; a phone that was off for long looks the same
    30006: Obstacle.LANDLINE,  # or a carrier that Twilio cannot reach, which is the same to the person at the desk
    OUT_OF_REACH: Obstacle.SILENT,  # every phone is off at times: only several in a row tell something of the number
}


@dataclass(frozen=True, slots=True)
class CannotReceive:
    """``peer`` gets no texts. ``code`` is Twilio's error, None of a look-up; ``sid`` names the message that it befell.

    ``at`` is when that message was sent, or the number looked up: a text from the number that is newer says otherwise.
    """

    peer: str
    obstacle: Obstacle
    source: Evidence
    code: int | None
    sid: str | None
    at: datetime

    @property
    def final(self) -> bool:
        """Whether Twilio itself refuses it, so that nothing is to be gained by sending anyway."""
        return self.obstacle in {Obstacle.NOT_A_NUMBER, Obstacle.NOT_MOBILE} or self.code == 21635


def obstacle_of(code: int | None) -> Obstacle | None:
    """What a text that failed with ``code`` says of its recipient's number; None: nothing that lasts."""
    return None if code is None else _OBSTACLES.get(code)


_SAID = {
    Obstacle.NOT_A_NUMBER: "This is not a number that can be texted",
    Obstacle.NOT_MOBILE: "This is not a mobile number, so nobody can text it",
    Obstacle.LANDLINE: "This is a landline, so texts do not reach it",
    Obstacle.GONE: "This number does not exist any more, or its phone has been off for long",
    Obstacle.SILENT: f"The last {SILENT_AFTER} texts found this phone out of reach",
}


def sentence(found: CannotReceive) -> str:
    """What stands in the way, and who says so: “This is a landline, … (error 30006 from the carrier).”"""
    if found.source is Evidence.LOOKUP:
        who = "as Twilio’s look-up tells"
    else:
        who = f"error {found.code} from {'Twilio' if (found.code or 0) < 30000 else 'the carrier'}"
    return f"{_SAID[found.obstacle]} ({who})."
