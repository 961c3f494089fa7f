"""How complete the history on this computer is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

FIRST_TEXT = datetime(2008, 1, 1, tzinfo=UTC)
"""Twilio is no older, so from here on is all that there is."""


class Origin(StrEnum):
    """How a message got here, where that was not at once by a webhook or by our own sending.

    OFF: it came while this computer (or the program) was off; CLOSED: while another account's inbox was open in its
    place; UNREACHED: while it was on but could not be reached; UNKEPT: while it was on and could not store it, as with
    a full disk; HISTORY: from before the line was watched here; ELSEWHERE: ours, sent by another program with the same
    number.
    """

    OFF = "off"
    CLOSED = "closed"
    UNREACHED = "unreached"
    UNKEPT = "unkept"
    HISTORY = "history"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Progress:
    """``running``: Twilio is being listed; ``listed`` and ``added`` count messages of this run and of those before it
    that were cut short, ``added`` the new ones.

    ``back_to`` is the time that the listing, which goes from new to old, has reached; it began at ``until`` and ends at
    ``since``.
    ``complete_to``: everything up to then is here, for every line (None: not known yet), ``lines`` says the same of
    each; ``gaps``: something that came since is known not to be here yet. ``waiting`` says why a run that is not done
    does not go on ("" where nothing is the matter), ``unkept`` that what comes cannot be stored here now, ``refused``
    that Twilio does not accept the account; ``history``: an import of older messages.
    ``unreadable``: messages that Twilio listed since the start and that could not be read.
    """

    running: bool = False
    listed: int = 0
    added: int = 0
    back_to: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    complete_to: datetime | None = None
    gaps: bool = False
    waiting: str = ""
    unkept: bool = False
    refused: bool = False
    history: bool = False
    cancelled: bool = False
    unreadable: int = 0
    lines: Mapping[str, datetime] = field(default_factory=dict)

    def complete_on(self, line: str) -> datetime | None:
        """Up to when everything of one line is here, however far behind another may be."""
        return self.lines.get(line, self.complete_to)

    @property
    def done(self) -> float | None:
        """The part from 0 to 1 that is done, by time; None where that cannot be told."""
        if self.back_to is None or self.since is None or self.until is None:
            return None
        whole = (self.until - self.since).total_seconds()
        return min(1.0, max(0.0, (self.until - self.back_to).total_seconds() / whole)) if whole > 0 else None
