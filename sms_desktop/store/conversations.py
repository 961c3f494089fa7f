"""Conversations: their list, their marks, their totals."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, text, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.conversation import Conversation, ConversationFacts, Counts, Filter
from sms_desktop.domain.events import ConversationChanged
from sms_desktop.domain.media import Media
from sms_desktop.store import schema
from sms_desktop.store.records import (
    BORN_OUT,
    CONVERSATION,
    MEDIA,
    SELECT_CONVERSATIONS,
    conversation_of,
    media_of,
)
from sms_desktop.store.schema import conversations, messages
from sms_desktop.store.schema import media as media_table
from sms_desktop.store.tx import Tx

_c = conversations.c

_SCHEDULED = f"{schema.VISIBLE} AND id IN (SELECT conversation_id FROM messages WHERE {schema.MESSAGE_SCHEDULED})"  # noqa: S608
# The plus keeps SQLite from answering these by the index of all that is visible.
_SHOWS = {
    Filter.ALL: schema.VISIBLE,
    Filter.UNREAD: f"{schema.UNREAD} AND +archived = 0 AND +blocked = 0",
    Filter.FAILED: f"{schema.FAILED} AND +archived = 0 AND +blocked = 0",
    Filter.SCHEDULED: _SCHEDULED,
    Filter.ARCHIVED: f"{schema.ARCHIVED} AND +blocked = 0",
    Filter.OPTED_OUT: schema.OPTED_OUT,
    Filter.BLOCKED: schema.BLOCKED,
}

_ENSURE = (
    insert(conversations)
    .values(line=bindparam("line"), peer=bindparam("peer"), at=bindparam("at"), **BORN_OUT)
    .on_conflict_do_nothing()
)
_GET = SELECT_CONVERSATIONS.where(_c.id == bindparam("id"))
_FIND = SELECT_CONVERSATIONS.where(_c.line == bindparam("line"), _c.peer == bindparam("peer"))
_OF_NUMBERS = SELECT_CONVERSATIONS.where(_c.id.in_(bindparam("numbers", expanding=True)))
_OF_PEERS = SELECT_CONVERSATIONS.where(_c.peer.in_(bindparam("peers", expanding=True))).order_by(_c.id)
_MARK_READ = (
    update(conversations).where(_c.id == bindparam("of"), _c.unread > 0).values(unread=0).returning(*CONVERSATION)
)
_FACTS = select(
    _c.messages,
    _c.outbound,
    _c.delivered,
    _c.spent,
    _c.price_unit,
    select(func.min(messages.c.at)).where(messages.c.conversation_id == bindparam("id")).scalar_subquery(),
    select(func.count())
    .select_from(messages)
    .where(messages.c.conversation_id == bindparam("id"), text(schema.MESSAGE_FAILED))
    .scalar_subquery(),
).where(_c.id == bindparam("id"))
_MEDIA = (
    select(*MEDIA)
    .where(text(schema.MEDIA_READY), media_table.c.conversation_id == bindparam("id"))
    .order_by(media_table.c.message_seq.desc(), media_table.c.position.desc())
    .limit(bindparam("limit"))
)


def ensure(tx: Tx, line: str, peer: str, at: datetime) -> Conversation:
    """The conversation of ``line`` and ``peer``, made with the time ``at`` where there was none."""
    found = find(tx.db, line, peer)
    if found is None:
        tx.db.execute(_ENSURE, {"line": line, "peer": peer, "at": at})
        found = find(tx.db, line, peer)
        assert found is not None
        tx.note(ConversationChanged(found))
    return found


def get(db: Connection, conversation_id: int) -> Conversation | None:
    """The conversation with that number."""
    row = db.execute(_GET, {"id": conversation_id}).first()
    return None if row is None else conversation_of(row)


def known(db: Connection, conversation_id: int) -> Conversation:
    """Like ``get``, for a number that came out of the store. Raises LookupError."""
    found = get(db, conversation_id)
    if found is None:
        raise LookupError(f"there is no conversation {conversation_id}")
    return found


def of_numbers(db: Connection, numbers: Collection[int]) -> list[Conversation]:
    """Those with the numbers, in no order."""
    return [conversation_of(row) for row in db.execute(_OF_NUMBERS, {"numbers": list(numbers)})]


def of_pairs(db: Connection, pairs: Collection[tuple[str, str]]) -> list[Conversation]:
    """Those of these pairs of line and peer that there are."""
    return [found for pair in pairs if (found := find(db, *pair)) is not None]


def find(db: Connection, line: str, peer: str) -> Conversation | None:
    """The conversation of a line of ours and a raw peer address."""
    row = db.execute(_FIND, {"line": line, "peer": peer}).first()
    return None if row is None else conversation_of(row)


def of_peers(db: Connection, peers: tuple[str, ...]) -> list[Conversation]:
    """Every conversation with one of the addresses, whatever the line."""
    return [conversation_of(row) for row in db.execute(_OF_PEERS, {"peers": peers})]


def page(
    db: Connection, filter: Filter, after: Conversation | None = None, limit: int = 60, line: str | None = None
) -> list[Conversation]:
    """The next ``limit`` conversations that ``filter`` shows after ``after``, newest first."""
    values: dict[str, Any] = {"limit": limit}
    if after is not None:
        values |= {"at": after.at, "id": after.id}
    if line is not None:
        values["line"] = line
    query = _page(filter, after is not None, line is not None)
    return [conversation_of(row) for row in db.execute(query, values)]


@cache
def _page(filter: Filter, further: bool, one_line: bool) -> Select[Any]:
    query = SELECT_CONVERSATIONS.where(text(_SHOWS[filter]))
    if further:
        query = query.where(tuple_(_c.at, _c.id) < tuple_(bindparam("at", type_=_c.at.type), bindparam("id")))
    if one_line:
        query = query.where(_c.line == bindparam("line"))
    return query.order_by(_c.at.desc(), _c.id.desc()).limit(bindparam("limit"))


def counts(db: Connection, line: str | None = None) -> Counts:
    """How many conversations (of one line) each filter would show."""
    if line is None:
        return Counts(*db.execute(_counts(one_line=False)).one())
    return Counts(*db.execute(_counts(one_line=True), {"line": line}).one())


@cache
def _counts(*, one_line: bool) -> Select[Any]:
    counted = (Filter.ALL, Filter.UNREAD, Filter.FAILED, Filter.ARCHIVED, Filter.OPTED_OUT, Filter.BLOCKED)
    return select(*(_count(filter, one_line) for filter in counted))


def _count(filter: Filter, one_line: bool) -> Any:
    query = select(func.count()).select_from(conversations).where(text(_SHOWS[filter]))
    if one_line:
        query = query.where(_c.line == bindparam("line"))
    return query.scalar_subquery()


def mark_read(tx: Tx, conversation_id: int) -> Conversation:
    """Nothing unread any more. Raises LookupError."""
    row = tx.db.execute(_MARK_READ, {"of": conversation_id}).first()
    if row is None:
        return known(tx.db, conversation_id)
    return told(tx, conversation_of(row))


def set_archived(tx: Tx, conversation_id: int, archived: bool) -> Conversation:
    """Out of the list until the next message, or back into it. Raises LookupError."""
    return change(tx, conversation_id, archived=int(archived))


def set_blocked(tx: Tx, conversation_id: int, blocked: bool) -> Conversation:
    """Out of the list for good, or back into it. Raises LookupError."""
    return change(tx, conversation_id, blocked=int(blocked))


def change(tx: Tx, conversation_id: int, **values: Any) -> Conversation:
    """Sets columns; notes ConversationChanged if that made it another. Raises LookupError."""
    before = known(tx.db, conversation_id)
    query = update(conversations).where(_c.id == conversation_id).values(**values).returning(*CONVERSATION)
    after = conversation_of(tx.db.execute(query).one())
    return after if after == before else told(tx, after)


def told(tx: Tx, conversation: Conversation) -> Conversation:
    """Notes that ``conversation`` is how it now is."""
    tx.note(ConversationChanged(conversation))
    return conversation


def facts(db: Connection, conversation_id: int) -> ConversationFacts:
    """Totals for the details pane. Raises LookupError."""
    row = db.execute(_FACTS, {"id": conversation_id}).first()
    if row is None:
        raise LookupError(f"there is no conversation {conversation_id}")
    total, outbound, delivered, spent, unit, first_at, failed = row
    amount = None if unit is None else f"{Decimal(spent).scaleb(-6):f}".rstrip("0").rstrip(".")
    return ConversationFacts(total, outbound, delivered, delivered + failed, amount, unit, first_at)


def media(db: Connection, conversation_id: int, limit: int = 9) -> list[Media]:
    """Pictures and files of the conversation that are at hand, newest first."""
    return [media_of(row) for row in db.execute(_MEDIA, {"id": conversation_id, "limit": limit})]
