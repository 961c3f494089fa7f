"""What of the consent ledger Twilio's Consent API has been told."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, text, update

from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.store import consent
from sms_desktop.store.schema import CONSENT_UNPUSHED, consent_events
from sms_desktop.store.tx import Tx

TAKEN, NEEDLESS = "taken", "needless"

_e = consent_events.c
_WAITING = (
    select(_e.id).where(text(CONSENT_UNPUSHED), _e.id > bindparam("after")).order_by(_e.id).limit(bindparam("limit"))
)
_COUNT = select(func.count()).select_from(consent_events).where(text(CONSENT_UNPUSHED))
_REFUSED = (
    select(func.count()).select_from(consent_events).where(_e.pushed.is_not(None), _e.pushed.not_in((TAKEN, NEEDLESS)))
)
_TOLD_OUT = (
    select(_e.id)
    .where(_e.line == bindparam("line"), _e.peer == bindparam("peer"), _e.state == "opted_out", _e.pushed == TAKEN)
    .limit(1)
)
_MARK = update(consent_events).where(_e.id == bindparam("number")).values(pushed=bindparam("said"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entry ``number`` was not told. ``needed``: it is what stands, and Twilio does not know it by itself."""

    number: int
    event: ConsentEvent
    needed: bool


def waiting(db: Connection, after: int, limit: int) -> list[Waiting]:
    """Those that follow entry ``after``, the oldest first.

    An agreement is told only where it takes back an opt-out that was told.
    """
    numbers = list(db.execute(_WAITING, {"after": after, "limit": limit}).scalars())
    found: list[Waiting] = []
    for number in numbers:
        event = consent.entry(db, number)
        stands = consent.of(db, event.line, event.peer)
        pair = {"line": event.line, "peer": event.peer}
        if event.opted_out:
            needed = stands.is_out and not stands.is_final
        else:
            needed = not stands.is_out and db.execute(_TOLD_OUT, pair).first() is not None
        found.append(Waiting(number, event, needed))
    return found


def counts(db: Connection) -> tuple[int, int]:
    """How many wait to be told, and how many Twilio did not take."""
    return int(db.execute(_COUNT).scalar_one()), int(db.execute(_REFUSED).scalar_one())


def mark(tx: Tx, told: Mapping[int, str]) -> None:
    """What was said of each entry, by its number."""
    if told:
        tx.db.execute(_MARK, [{"number": number, "said": said} for number, said in told.items()])
