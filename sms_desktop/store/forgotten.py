"""What people wrote that a damaged database has lost: who said STOP may not be known until it is listed anew.

Per line it is known since when what was written is sure to be here; before anything leaves to a person of whom that
cannot be said, Twilio's list is asked about that person (``services.absence``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Connection

from sms_desktop.domain.catchup import FIRST_TEXT
from sms_desktop.store import gaps, settings
from sms_desktop.store.tx import Tx

FORGOTTEN = "forgotten"
"""The setting that tells of it; there is none where nothing was lost."""
HISTORY = timedelta(days=30)
"""How far back the messages of a line are fetched of which nothing is here; as the set-up does."""
REPLACED = "replaced"
"""The setting that says when a database last took the place of another."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Of each line in ``known`` all opt-outs from before that time are known; of others none for sure.

    ``history``: from when on the messages of a line that is not watched here yet are listed. ``entered_lost``: opt-outs
    that people here entered or imported may be lost as well.
    """

    known: Mapping[str, datetime]
    history: datetime
    entered_lost: bool = False


def is_in(lost: Collection[str]) -> bool:
    """Whether tables of which some rows were ``lost`` may leave unknown who is opted out, or since when all is here.

    The ledger and the conversations each tell who is opted out, where one of them is whole.
    """
    return "marks" in lost or {"consent_events", "conversations"} <= set(lost)


def watched(db: Connection) -> dict[str, datetime]:
    """Of each line that was ever listed since when: what was said before that was known then."""
    return {line: mark.since for line in gaps.complete_by_line(db) if (mark := gaps.mark(db, line)) is not None}


def put(tx: Tx, known: Mapping[str, datetime], at: datetime, *, entered_lost: bool = False) -> bool:
    """Opt-outs were lost, as is found out ``at`` that time; what had been lost before is not known any better by now.

    Gives whether Twilio has to be asked about people.
    """
    before = of(tx.db)
    if before is not None:
        known = {line: min(since, before.known.get(line, FIRST_TEXT)) for line, since in known.items()}
        entered_lost = entered_lost or before.entered_lost
    told = {"known": {line: since.isoformat() for line, since in known.items()}, "history": (at - HISTORY).isoformat()}
    settings.put(tx, FORGOTTEN, told | {"entered_lost": entered_lost})
    return asks(tx.db, known)


def asks(db: Connection, lines: Collection[str]) -> bool:
    """Whether it is not known of everybody who said STOP to ``lines``; to none is to nobody known."""
    known = remembered(db)
    return known is not None and not (lines and known >= set(lines))


def of(db: Connection) -> Forgotten | None:
    """What was lost; None where nothing was."""
    return read(settings.get(db, FORGOTTEN))


def read(value: Any) -> Forgotten | None:
    """The same from the setting's value; one that is damaged says that all was lost."""
    if value is None:
        return None
    try:
        known = {str(line): datetime.fromisoformat(at) for line, at in value["known"].items()}
        # an earlier version did not keep them apart
        return Forgotten(known, datetime.fromisoformat(value["history"]), bool(value.get("entered_lost", True)))
    except (TypeError, ValueError, KeyError, AttributeError):
        return Forgotten({}, FIRST_TEXT, entered_lost=True)


def asks_since(db: Connection, line: str) -> datetime | None:
    """From when on what people wrote to ``line`` may be lost; None where all of it is here."""
    lost = of(db)
    if lost is None:
        return None
    since = lost.known.get(line, FIRST_TEXT)
    return None if gaps.reaches(db, line, since) else since


def remembered(db: Connection) -> frozenset[str] | None:
    """The lines of which nothing is lost (any more); None where that is so of all."""
    if of(db) is None:
        return None
    return frozenset(line for line in gaps.complete_by_line(db) if asks_since(db, line) is None)


class Recall(Enum):
    """Whether it is known who said STOP: of all; not yet, but all that Twilio has is on its way; or not of all."""

    ALL = "all"
    FETCHED = "fetched"
    SOME = "some"


def recall(db: Connection, lines: Collection[str]) -> Recall:
    """How that is for ``lines`` together."""
    known = remembered(db)
    lost = of(db)
    if lost is None or known is None or (lines and known >= set(lines)):
        return Recall.ALL
    marks = [(line, gaps.mark(db, line)) for line in lines if line not in known]
    whole = all(mark is not None and mark.since <= lost.known.get(line, FIRST_TEXT) for line, mark in marks)
    return Recall.FETCHED if marks and whole else Recall.SOME


def replace(tx: Tx, at: datetime) -> None:
    """A database takes the place of another: who wrote what is listed of the time before cannot be said any more."""
    settings.put(tx, REPLACED, at.isoformat())


def replaced_at(db: Connection) -> datetime | None:
    """When that was; None where it never was."""
    try:
        return datetime.fromisoformat(settings.get(db, REPLACED))
    except (TypeError, ValueError):
        return None
