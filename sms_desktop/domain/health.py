"""Line health: one check a row, what it means, and what mends it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sms_desktop.domain.light import Light


class Fix(StrEnum):
    """What a row's button does; each is one act of the window (and a sentence in ``doctor``)."""

    UNLOCK_KEYRING = "unlock_keyring"
    CREDENTIALS = "credentials"
    ROUTE_HERE = "route_here"
    RECEIVING = "receiving"
    RECONNECT = "reconnect"
    CATCH_UP = "catch_up"
    CHECK_AGAIN = "check_again"
    OPEN_CONSOLE = "open_console"
    DETAILS = "details"
    REPAIR = "repair"
    BACKUPS = "backups"
    IMPORT = "import"
    REGISTRATION = "registration"
    ANSWERING = "answering"


STORING = frozenset({"disk", "database"})
"""The keys of what everything else rests on."""


@dataclass(frozen=True, slots=True)
class Check:
    """``key`` is stable (``keyring``, ``account``, ``line:+1212…``, ``address`` …); ``title`` and ``sentence`` are for
    the screen; ``advice`` says what to do and is "" where nothing is to be done; ``button`` names ``fix``.

    ``subject`` is what the fix acts on (a line's address, a console URL), ``details`` what its button may unfold.
    ``brief`` is what is amiss, or still to come, in a few words, where title and sentence are too many.
    """

    key: str
    title: str
    light: Light
    sentence: str
    advice: str = ""
    fix: Fix | None = None
    button: str = ""
    subject: str = ""
    details: tuple[str, ...] = ()
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """All rows in the order of the page, and when the last round of checks ended (None: none has yet)."""

    checks: tuple[Check, ...] = ()
    checked_at: datetime | None = None

    @property
    def worst(self) -> Check | None:
        """The first of the worst rows; None where all is well. Where nothing can be stored, nothing is worse."""
        return min(self.amiss, key=lambda check: (check.light is not Light.BAD, check.key not in STORING), default=None)

    @property
    def amiss(self) -> tuple[Check, ...]:
        """The rows that are bad, then those that need a look."""
        return tuple(check for light in (Light.BAD, Light.WARN) for check in self.checks if check.light is light)

    @property
    def broken(self) -> int:
        return sum(check.light is Light.BAD for check in self.checks)

    @property
    def doubtful(self) -> int:
        return sum(check.light is Light.WARN for check in self.checks)
