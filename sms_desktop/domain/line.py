"""A line: a number of ours that can text."""

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What carriers take the sender for."""

    LOCAL = "local"
    MOBILE = "mobile"
    TOLL_FREE = "tollfree"
    SHORT_CODE = "short_code"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """``address`` in E.164 (or a short code); ``label`` the account's friendly name for it.

    ``sid`` is Twilio's PN… or SC… if known; ``color`` is a place in the theme's palette of avatars, or
    None; ``watched``: it is one of the lines in use here.
    """

    address: str
    label: str = ""
    kind: LineKind = LineKind.OTHER
    sms: bool = True
    mms: bool = True
    sid: str | None = None
    account_sid: str | None = None
    color: int | None = None
    watched: bool = True

    @property
    def can_text(self) -> bool:
        """Else it is for calls only."""
        return self.sms or self.mms
