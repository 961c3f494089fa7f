"""What people wrote to a line before the oldest that is kept of it, where that must be known before anything leaves.

Whoever said STOP then Twilio mostly blocks. Where it blocks nobody by itself, or a damaged database has lost what was
known, nothing else stops a text to them: Twilio's list is asked about each person (``services.absence``).
"""

from datetime import datetime

from sqlalchemy import Connection

from sms_desktop.domain.catchup import FIRST_TEXT
from sms_desktop.store import answerers, forgotten, gaps, lines


def asks_since(db: Connection, line: str) -> datetime | None:
    """From when on Twilio's list must be asked what a person wrote to ``line``; None where it need not be."""
    return FIRST_TEXT if _is_open(db, line) else forgotten.asks_since(db, line)


def open_lines(db: Connection) -> frozenset[str]:
    """The lines where Twilio blocks nobody by itself, and of which not all is here that people ever wrote."""
    known = {line.address for line in lines.all(db)} | gaps.complete_by_line(db).keys()
    return frozenset(line for line in known if _is_open(db, line))


def _is_open(db: Connection, line: str) -> bool:
    return not answerers.twilio_blocks(db, line) and not gaps.reaches(db, line, FIRST_TEXT)
