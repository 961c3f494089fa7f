"""What of the consent ledger Twilio's Consent API has been told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, text, update

from sms_desktop.domain.consent import SPOKEN, STOP_WORDS, TOLD_HERE, Consent, ConsentEvent, ConsentSource
from sms_desktop.store import consent
from sms_desktop.store.schema import CONSENT_UNPUSHED, consent_events, moment
from sms_desktop.store.tx import Tx

TAKEN, NEEDLESS = "taken", "needless"

_e = consent_events.c
_OWN_WORD = and_(
    _e.pushed.is_(None),
    _e.source.in_(sorted(SPOKEN)),
    _e.state == "opted_out",
    _e.opt_out_type.is_(None),
    func.upper(func.trim(_e.words, " \t\r\n")).not_in(sorted(STOP_WORDS)),
)
"""An opt-out by a keyword of the account's own, of which Twilio knows nothing."""
_agreed = consent_events.alias().c
_LIFTED = and_(
    _e.pushed.is_(None),
    _e.source.in_(sorted(SPOKEN)),
    _e.state == "opted_out",
    _e.peer.in_(select(_agreed.peer).where(_agreed.pushed == TAKEN, _agreed.state != "opted_out")),
)
"""An opt-out that Twilio knew by itself, of somebody whose agreement it was told: that may have lifted it, for it was
not known here yet."""
_UNTOLD = or_(text(f"({CONSENT_UNPUSHED})"), _OWN_WORD, _LIFTED)
_later = consent_events.alias().c
_NEEDLESS_THEN = and_(
    _e.pushed == NEEDLESS,
    _e.state == "opted_out",
    exists().where(_later.line == _e.line, _later.peer == _e.peer, _later.id > _e.id, _later.state != "opted_out"),
)
"""An opt-out that Twilio knew by itself, until they wrote START."""
_WAITING = (
    select(_e.id)
    .where(or_(_UNTOLD, _NEEDLESS_THEN), _e.id > bindparam("after"))
    .order_by(_e.id)
    .limit(bindparam("limit"))
)
_COUNT = select(func.count()).select_from(consent_events).where(_UNTOLD)
_REFUSED = (
    select(func.count()).select_from(consent_events).where(_e.pushed.is_not(None), _e.pushed.not_in((TAKEN, NEEDLESS)))
)
_NOT_TAKEN = (
    select(_e.line, _e.peer)
    .where(_e.pushed.is_not(None), _e.pushed.not_in((TAKEN, NEEDLESS)))
    .order_by(_e.id)
    .limit(bindparam("limit"))
)
_TOLD_OUT = (
    select(_e.id)
    .where(
        _e.line.in_(bindparam("lines", expanding=True)),
        _e.peer == bindparam("peer"),
        _e.state == "opted_out",
        _e.pushed == TAKEN,
    )
    .limit(1)
)
_TOLD_IN = (
    select(_e.id)
    .where(
        _e.line.in_(bindparam("lines", expanding=True)),
        _e.peer == bindparam("peer"),
        _e.state != "opted_out",
        _e.pushed == TAKEN,
    )
    .limit(1)
)
_AGAIN = update(consent_events).where(_e.pushed.is_not(None), _e.pushed.not_in((TAKEN, NEEDLESS))).values(pushed=None)
_BROUGHT = (
    update(consent_events)
    .where(
        _e.line == bindparam("of_line"),
        _e.peer == bindparam("of_peer"),
        _e.state == bindparam("was"),
        _e.at == bindparam("then"),
        _e.pushed.is_(None),
    )
    .values(pushed=TAKEN)
)
_MARK = update(consent_events).where(_e.id == bindparam("number")).values(pushed=bindparam("said"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entry ``number`` was not told. ``needed``: it is what stands, and Twilio does not know it by itself. ``senders``
    are its line and all others that share it.
    """

    number: int
    event: ConsentEvent
    needed: bool
    senders: tuple[str, ...]


def waiting(db: Connection, after: int, limit: int) -> list[Waiting]:
    """Those that follow entry ``after``, the oldest first.

    An agreement is told only where it takes back an opt-out that was told; a STOP, where an agreement was told.
    """
    return [look(db, number) for number in db.execute(_WAITING, {"after": after, "limit": limit}).scalars().all()]


def look(db: Connection, number: int) -> Waiting:
    """How it stands with that entry by now."""
    event = consent.entry(db, number)
    stands = consent.of(db, event.line, event.peer)
    senders = consent.sharing(db, event.line)
    pair = {"lines": senders, "peer": event.peer}
    if event.opted_out:
        lifted = db.execute(_TOLD_IN, pair).first() is not None
        needed = stands.is_out and (lifted or not _is_known_there(stands))
    else:
        needed = not stands.is_out and db.execute(_TOLD_OUT, pair).first() is not None
    return Waiting(number, event, needed, tuple(senders))


def _is_known_there(consent: Consent) -> bool:
    """Whether Twilio blocks them by itself: it refused a text, or they wrote one of its own words."""
    by = consent.by
    if by is None or by.source in TOLD_HERE:
        return False
    return by.source is ConsentSource.ERROR or bool(by.opt_out_type) or by.words.strip().upper() in STOP_WORDS


def again(tx: Tx) -> None:
    """What Twilio did not take waits once more."""
    tx.db.execute(_AGAIN)


def bring(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """What Twilio took by what another copy of the ledger says: else an agreement would not take it back there."""
    found = [
        {"of_line": row["line"], "of_peer": row["peer"], "was": row["state"], "then": moment(row["at"])}
        for row in rows
        if row.get("pushed") == TAKEN
    ]
    if found:
        tx.db.execute(_BROUGHT, found)


def counts(db: Connection) -> tuple[int, int]:
    """How many wait to be told, and how many Twilio did not take."""
    return int(db.execute(_COUNT).scalar_one()), int(db.execute(_REFUSED).scalar_one())


def not_taken(db: Connection, limit: int) -> list[tuple[str, str]]:
    """Line and peer of the first entries that Twilio did not take."""
    return [(row.line, row.peer) for row in db.execute(_NOT_TAKEN, {"limit": limit})]


def mark(tx: Tx, told: Mapping[int, str]) -> None:
    """What was said of each entry, by its number."""
    if told:
        tx.db.execute(_MARK, [{"number": number, "said": said} for number, said in told.items()])
