"""Who may be texted: a ledger that only grows, and its upshot on each conversation."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation
from sms_desktop.store import conversations
from sms_desktop.store.schema import clean, consent_events
from sms_desktop.store.schema import conversations as table
from sms_desktop.store.tx import Tx

_OUT = "opted_out"
_IN = "opted_in"

_e = consent_events.c
_RECORD = insert(consent_events)
_OPTED_OUT = select(table.c.opted_out_at).where(
    table.c.line == bindparam("line"), table.c.peer == bindparam("peer"), table.c.opted_out_at.is_not(None)
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
    changes nothing where something newer is known. Of the same moment the one that is told first is the newer one:
    what is past is told from new to old.
    """
    outdated = past and any(event.at >= at for event in events(tx.db, line, peer))
    values = {"line": line, "peer": peer, "state": _OUT if opted_out else _IN, "source": ConsentSource(source)}
    tx.db.execute(_RECORD, values | {"words": words, "sid": sid, "at": at})
    conversation = conversations.ensure(tx, line, peer, at)
    if outdated:
        return conversation
    if not opted_out:
        return conversations.change(tx, conversation.id, opted_out_at=None, opted_out_words=None)
    if conversation.opted_out_at is not None:
        return conversation
    return conversations.change(tx, conversation.id, opted_out_at=at, opted_out_words=clean(words))


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
