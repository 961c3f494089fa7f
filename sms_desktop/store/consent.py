"""Who may be texted: a ledger that only grows, and its upshot on each conversation."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation
from sms_desktop.store import conversations
from sms_desktop.store.schema import clean, consent_events
from sms_desktop.store.schema import conversations as table
from sms_desktop.store.tx import Tx

AT_A_TIME = 1000
"""SIDs in one question to the database."""
_OUT = "opted_out"
_IN = "opted_in"

_e = consent_events.c
_RECORD = insert(consent_events)
_OPTED_OUT = select(table.c.opted_out_at).where(
    table.c.line == bindparam("line"), table.c.peer == bindparam("peer"), table.c.opted_out_at.is_not(None)
)
_INBOUND = select(_e.id, _e.line, _e.peer, _e.sid, _e.at).where(
    _e.sid.in_(bindparam("sids", expanding=True)), _e.source == ConsentSource.INBOUND
)
_EVENTS = (
    select(_e.state, _e.source, _e.words, _e.sid, _e.at)
    .where(_e.line == bindparam("line"), _e.peer == bindparam("peer"))
    .order_by(_e.at, _e.id)
)


def record(
    tx: Tx,
    *,
    line: str,
    peer: str,
    opted_out: bool,
    source: str,
    words: str,
    sid: str | None,
    at: datetime,
    past: bool = False,
) -> Conversation:
    """Writes down that ``peer`` opted out of ``line`` or in again, and by which ``words``.

    The first opt-out that stands is the one that the conversation shows. ``past``: word of it comes late, so that it
    changes nothing where something newer is known.
    """
    values = {"line": line, "peer": peer, "state": _OUT if opted_out else _IN, "source": ConsentSource(source)}
    tx.db.execute(_RECORD, values | {"words": words, "sid": sid, "at": at})
    conversation = conversations.ensure(tx, line, peer, at)
    if past:
        return settle(tx, line, peer)
    if not opted_out:
        return conversations.change(tx, conversation.id, opted_out_at=None, opted_out_words=None)
    if conversation.opted_out_at is not None:
        return conversation
    return conversations.change(tx, conversation.id, opted_out_at=at, opted_out_words=clean(words))


def enter(tx: Tx, found: Iterable[ConsentEvent]) -> None:
    """Adds what the ledger has not got of what another copy of it says, or the messages; its times decide."""
    pairs: dict[tuple[str, str], set[ConsentEvent]] = {}
    new: list[ConsentEvent] = []
    for event in found:
        pair = (event.line, event.peer)
        here = pairs[pair] if pair in pairs else pairs.setdefault(pair, set(events(tx.db, *pair)))
        if event not in here:
            here.add(event)
            new.append(event)
    for event in new:
        values = {"line": event.line, "peer": event.peer, "state": _OUT if event.opted_out else _IN}
        said = {"source": event.source, "words": event.words, "sid": event.sid, "at": event.at}
        tx.db.execute(_RECORD, values | said)
    for line, peer in dict.fromkeys((event.line, event.peer) for event in new):
        settle(tx, line, peer)


def attest(tx: Tx, line: str, peer: str, at: datetime, words: str) -> None:
    """A conversation shows (or showed) an opt-out of ``at`` that the ledger does not come to, of which some must be
    lost: that it stands is entered, as of then. To be silent costs less.
    """
    if _standing(events(tx.db, line, peer)) is None:
        enter(tx, [ConsentEvent(line, peer, True, ConsentSource.IMPORT, words, None, at)])


def redate(tx: Tx, times: Mapping[str, datetime]) -> None:
    """Twilio's own times of inbound messages, by SID, take the place of when their webhooks came: those may come late,
    and a START that overtook a STOP does not undo it.
    """
    sids = list(times)
    moved = [
        row
        for start in range(0, len(sids), AT_A_TIME)
        for row in tx.db.execute(_INBOUND, {"sids": sids[start : start + AT_A_TIME]})
        if row.at != times[row.sid]
    ]
    for row in moved:
        tx.db.execute(update(consent_events).where(_e.id == row.id).values(at=times[row.sid]))
    for line, peer in {(row.line, row.peer) for row in moved}:
        settle(tx, line, peer)


def knows(db: Connection, sid: str) -> bool:
    """Whether the message ``sid`` is in the ledger already."""
    return db.execute(select(_e.id).where(_e.sid == sid).limit(1)).first() is not None


def opted_out(db: Connection, line: str, peer: str) -> bool:
    """Whether an opt-out of ``peer`` from ``line`` stands."""
    return db.execute(_OPTED_OUT, {"line": line, "peer": peer}).first() is not None


def events(db: Connection, line: str, peer: str) -> list[ConsentEvent]:
    """The ledger of that pair, oldest first."""
    return [
        ConsentEvent(line, peer, row.state == _OUT, ConsentSource(row.source), row.words, row.sid, row.at)
        for row in db.execute(_EVENTS, {"line": line, "peer": peer})
    ]


def settle(tx: Tx, line: str, peer: str) -> Conversation:
    """The conversation shows what the ledger comes to by its times; of the same moment the opt-out counts.

    Raises LookupError where the ledger says nothing.
    """
    known = events(tx.db, line, peer)
    if not known:
        raise LookupError("the ledger says nothing of that pair")
    standing = _standing(known)
    conversation = conversations.ensure(tx, line, peer, known[-1].at)
    at, words = (None, None) if standing is None else (standing.at, clean(standing.words))
    return conversations.change(tx, conversation.id, opted_out_at=at, opted_out_words=words)


def _standing(known: list[ConsentEvent]) -> ConsentEvent | None:
    """The first opt-out after the last word to the contrary."""
    standing: ConsentEvent | None = None
    for event in sorted(known, key=lambda one: (one.at, one.opted_out)):
        standing = (standing or event) if event.opted_out else None
    return standing
