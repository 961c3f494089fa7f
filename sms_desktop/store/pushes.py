"""What of the consent ledger Twilio's Consent API has been told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, not_, or_, select, text, update

from sms_desktop.domain.consent import (
    SPOKEN,
    STOP_WORDS,
    TOLD_HERE,
    TOLL_FREE_STOP_WORDS,
    Consent,
    ConsentEvent,
    ConsentSource,
    Standing,
    heeded,
)
from sms_desktop.domain.phone import TOLL_FREE_STARTS
from sms_desktop.store import consent
from sms_desktop.store.schema import CONSENT_UNPUSHED, consent_events, consents, moment
from sms_desktop.store.tx import Tx

TAKEN, NEEDLESS = "taken", "needless"
ASKED = "asked"
"""A call with it was under way; what became of that is not known, so that Twilio may have been told."""
SAID = 20
"""As many different words of Twilio to those that it did not take are told."""
PARTLY = "partly "
"""Before what is wrong: others of its senders were taken."""

_e, _k = consent_events.c, consents.c
_agreed, _out, _later = (consent_events.alias().c for _ in range(3))


def _may_be_told(pushed: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether Twilio was told of an entry, or may have been."""
    return or_(pushed.in_((TAKEN, ASKED)), pushed.startswith(PARTLY))


_WORD = func.upper(func.trim(_e.words, " \t\r\n"))
_TOLL_FREE = or_(*(_e.line.startswith(start) for start in TOLL_FREE_STARTS))
_OWN_WORD = and_(
    _e.pushed.is_(None),
    _e.source.in_(sorted(SPOKEN)),
    _e.state == "opted_out",
    _e.opt_out_type.is_(None),
    or_(_WORD.not_in(sorted(STOP_WORDS)), and_(_TOLL_FREE, _WORD.not_in(sorted(TOLL_FREE_STOP_WORDS)))),
)
"""An opt-out in a word that Twilio does not heed there."""
_STARTED = and_(
    _e.pushed.is_(None),
    _e.source.in_(sorted(SPOKEN)),
    _e.state != "opted_out",
    _e.peer.in_(select(_out.peer).where(_may_be_told(_out.pushed), _out.state == "opted_out")),
)
"""A START of somebody whose opt-out it was told: that may have come there after the START, which was not known here
yet; or it is a keyword of the account's own, which lifts nothing there."""
_LIFTED = and_(
    _e.pushed.is_(None),
    _e.source.in_(sorted(SPOKEN)),
    _e.state == "opted_out",
    _e.peer.in_(select(_agreed.peer).where(_may_be_told(_agreed.pushed), _agreed.state != "opted_out")),
)
"""An opt-out that Twilio knew by itself, of somebody whose agreement it was told: that may have lifted it, for it was
not known here yet."""
_UNTOLD = or_(text(f"({CONSENT_UNPUSHED})"), _OWN_WORD, _STARTED, _LIFTED, _e.pushed == ASKED)
_allowed = select(_k.peer).where(_k.line == _e.line, _k.peer == _e.peer, _k.standing == Standing.ALLOWED)
_NEEDLESS_THEN = and_(
    _e.pushed == NEEDLESS,
    _e.state == "opted_out",
    _e.peer.in_(select(_later.peer).where(_later.state != "opted_out")),
    ~_allowed.correlate(consent_events).exists(),
)
"""An opt-out that Twilio knew by itself, and may know no longer: they wrote START, to this line or another of its
Messaging Service."""
_OF_LIST = _e.source == ConsentSource.IMPORT
_WAITING = (
    select(_e.id)
    .where(or_(_UNTOLD, _NEEDLESS_THEN), _e.id > bindparam("after"))
    .order_by(_e.id)
    .limit(bindparam("limit"))
)
_VAIN = and_(
    text(f"({CONSENT_UNPUSHED})"),
    _e.state != "opted_out",
    _e.peer.not_in(select(_out.peer).where(_may_be_told(_out.pushed), _out.state == "opted_out")),
)
"""An agreement that there is nothing to take back with."""
_ALL_VAIN = select(_e.id).where(_VAIN).order_by(_e.id).limit(bindparam("limit"))
_COUNT = select(func.count()).select_from(consent_events).where(_UNTOLD, not_(_VAIN))
_PERHAPS = select(_e.id).where(_NEEDLESS_THEN)
_IS_REFUSED = and_(_e.pushed.is_not(None), _e.pushed.not_in((TAKEN, NEEDLESS, ASKED)))
_REFUSED = select(func.count()).select_from(consent_events).where(_IS_REFUSED)
_PUSHED = select(_e.pushed).where(_e.id == bindparam("number"))
_NOT_TAKEN = (
    select(_e.peer)
    .where(_IS_REFUSED)
    .group_by(_e.peer)
    .having(func.min(_e.id) == _e.id)
    .order_by(_e.id)
    .limit(bindparam("limit"))
)
_NOT_TAKEN_WHY = select(_e.pushed).where(_IS_REFUSED).group_by(_e.pushed).order_by(func.min(_e.id)).limit(SAID)
_NOT_TAKEN_OF = select(func.count(_e.peer.distinct())).where(_IS_REFUSED)
_TOLD = (
    select(_e.id)
    .where(
        _e.line.in_(bindparam("lines", expanding=True)),
        _e.peer == bindparam("peer"),
        _e.state == bindparam("was"),
        _may_be_told(_e.pushed),
    )
    .limit(1)
)
_LAST_TOLD = select(func.max(_e.id)).where(
    _e.line.in_(bindparam("lines", expanding=True)), _e.peer == bindparam("peer"), _e.state == "opted_out",
    _may_be_told(_e.pushed),
)  # fmt: skip
_AGAIN = (
    update(consent_events).where(_IS_REFUSED).values(pushed=case((_e.pushed.startswith(PARTLY), ASKED), else_=None))
)
_BROUGHT = (
    update(consent_events)
    .where(
        _e.line == bindparam("of_line"),
        _e.peer == bindparam("of_peer"),
        _e.state == bindparam("was"),
        _e.at == bindparam("then"),
        _e.pushed.is_(None),
    )
    .values(pushed=bindparam("told"))
)
_MARK = update(consent_events).where(_e.id == bindparam("number")).values(pushed=bindparam("said"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Entry ``number`` was not told, or perhaps not. ``needed``: Twilio has to be told ``event``, which is what stands,
    and it does not know by itself. ``senders`` are its line and all others that share it; of an agreement those
    that were told of an opt-out before.
    """

    number: int
    event: ConsentEvent
    needed: bool
    senders: tuple[str, ...]


def waiting(db: Connection, after: int, limit: int, *, of_lists: bool) -> list[Waiting]:
    """Those that follow entry ``after``, the oldest first: ``of_lists`` that were imported, or all others.

    An agreement is told only where it takes back an opt-out that was told, or may have been; a STOP, where an agreement
    was. Of an entry of which nobody knows whether it was told, whatever stands by now is told.
    """
    wanted = _WAITING.where(_OF_LIST if of_lists else not_(_OF_LIST))
    return [look(db, number) for number in db.execute(wanted, {"after": after, "limit": limit}).scalars().all()]


def vain(db: Connection, limit: int) -> list[int]:
    """Agreements by which there is nothing to take back, and which need not be looked at one by one."""
    return list(db.execute(_ALL_VAIN, {"limit": limit}).scalars())


def look(db: Connection, number: int) -> Waiting:
    """How it stands with that entry by now."""
    event = consent.entry(db, number)
    stands = consent.of(db, event.line, event.peer)
    senders = consent.sharing(db, event.line)
    pair = {"lines": senders, "peer": event.peer}
    if db.execute(_PUSHED, {"number": number}).scalar() == ASKED:
        by = replace(stands.by or event, line=event.line)
        is_out = stands.is_out or consent.out_of_any(db, senders, event.peer)
        told = senders if is_out else _told(db, senders, event.peer)
        return Waiting(number, replace(by, opted_out=is_out), True, tuple(told))
    if event.opted_out:
        lifted = db.execute(_TOLD, pair | {"was": "opted_in"}).first() is not None
        needed = stands.is_out and (lifted or not _is_known_there(stands))
    else:
        is_out = stands.is_out or consent.out_of_any(db, senders, event.peer)
        needed = not is_out and db.execute(_TOLD, pair | {"was": "opted_out"}).first() is not None
        senders = _told(db, senders, event.peer)
    return Waiting(number, event, needed, tuple(senders))


def _told(db: Connection, senders: Sequence[str], peer: str) -> list[str]:
    """Of which of them Twilio was told that ``peer`` is out, or may have been: not of those that joined later, to which
    they may have said STOP themselves.
    """
    last = db.execute(_LAST_TOLD, {"lines": senders, "peer": peer}).scalar() or 0
    return [one for one in senders if consent.joined_before(db, one, last)]


def _is_known_there(consent: Consent) -> bool:
    """Whether Twilio blocks them by itself: it refused a text, or they wrote one of its own words."""
    by = consent.by
    if by is None or by.source in TOLD_HERE:
        return False
    return by.source is ConsentSource.ERROR or heeded(by.words, by.line, by.opt_out_type)


def again(tx: Tx) -> None:
    """What Twilio did not take waits once more."""
    tx.db.execute(_AGAIN)


def bring(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """What Twilio took, or may have, by what another copy of the ledger says: else an agreement would not take it back
    there.
    """
    found = [
        {
            "of_line": row["line"],
            "of_peer": row["peer"],
            "was": row["state"],
            "then": moment(row["at"]),
            "told": TAKEN if row["pushed"] == TAKEN else ASKED,
        }
        for row in rows
        if (row.get("pushed") or "").startswith((TAKEN, ASKED, PARTLY))
    ]
    if found:
        tx.db.execute(_BROUGHT, found)


def counts(db: Connection) -> tuple[int, int]:
    """How many wait to be told, and how many Twilio did not take."""
    perhaps = db.execute(_PERHAPS).scalars().all()
    then = sum(look(db, number).needed for number in perhaps)
    return int(db.execute(_COUNT).scalar_one()) + then, int(db.execute(_REFUSED).scalar_one())


def not_taken(db: Connection, limit: int) -> tuple[str, ...]:
    """The first people of whom Twilio did not take an entry."""
    return tuple(db.execute(_NOT_TAKEN, {"limit": limit}).scalars())


def not_taken_why(db: Connection) -> tuple[str, ...]:
    """All that it said to those, each once, the oldest first."""
    return tuple(dict.fromkeys(said.removeprefix(PARTLY) for said in db.execute(_NOT_TAKEN_WHY).scalars()))


def not_taken_of(db: Connection) -> int:
    """Of how many people Twilio did not take an entry."""
    return int(db.execute(_NOT_TAKEN_OF).scalar_one())


def pass_over(tx: Tx, numbers: Iterable[int]) -> None:
    """Twilio need not be told of these entries, where that is still so."""
    mark(tx, {number: NEEDLESS for number in numbers if not look(tx.db, number).needed})


def ask(tx: Tx, wanted: Mapping[int, bool]) -> dict[int, str | None]:
    """A call begins that tells of these entries whether their peers are out. Those of which that no longer stands are
    not to be told so; gives for all others what was said of them before.
    """
    still = [
        number for number, out in wanted.items() if (one := look(tx.db, number)).needed and one.event.opted_out is out
    ]
    before = {number: tx.db.execute(_PUSHED, {"number": number}).scalar() for number in still}
    mark(tx, dict.fromkeys(still, ASKED))
    return before


def unask(tx: Tx, before: Mapping[int, str | None]) -> None:
    """That call has told nothing."""
    mark(tx, before)


def mark(tx: Tx, told: Mapping[int, str | None]) -> None:
    """What was said of each entry, by its number; None: it was not told."""
    if told:
        tx.db.execute(_MARK, [{"number": number, "said": said} for number, said in told.items()])
