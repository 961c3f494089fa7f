"""Who may be texted: Twilio's keywords and what they mean for one (peer, line).

Source: Twilio's default keyword handling (exact single word, any case); toll-free lines know START and UNSTOP only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
TOLL_FREE_START_WORDS = frozenset({"START", "UNSTOP"})
OPTED_OUT_CODE = 21610


class Wish(StrEnum):
    """What an inbound text asks for, if it is a keyword."""

    STOP = "stop"
    START = "start"


def wish_of(body: str, *, toll_free: bool = False, opt_out_type: str = "") -> Wish | None:
    """What the peer wishes; ``opt_out_type`` (Twilio's OptOutType, set by Advanced Opt-Out) decides where present.

    A toll-free line's STOP is heard in all its spellings, since a text too few costs less than one too many.
    """
    if opt_out_type:
        return {"STOP": Wish.STOP, "START": Wish.START}.get(opt_out_type.upper())
    word = body.strip().upper()
    if word in STOP_WORDS:
        return Wish.STOP
    if word in (TOLL_FREE_START_WORDS if toll_free else START_WORDS):
        return Wish.START
    return None


class ConsentSource(StrEnum):
    """Where word of a consent came from."""

    INBOUND = "inbound"
    ERROR = "error"
    IMPORT = "import"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One entry of the ledger: ``peer`` opted out of ``line`` (or in again) by ``words``, in the message ``sid``."""

    line: str
    peer: str
    opted_out: bool
    source: ConsentSource
    words: str
    sid: str | None
    at: datetime
