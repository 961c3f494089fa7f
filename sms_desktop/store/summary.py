"""What a conversation's row says of its messages, kept in step as they come and change."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.store.bulk import Bulk, stored_time
from sms_desktop.store.records import BORN_OUT, CONVERSATION, conversation_of
from sms_desktop.store.schema import MESSAGE_FAILED, MESSAGE_NEVER_CONFIRMED, VISIBLE, conversations, media
from sms_desktop.store.schema import messages as messages_table

PREVIEW = 200
"""Characters of the newest message's body that its conversation carries."""
ARRIVED = frozenset({Status.DELIVERED, Status.READ})

WITHDRAWN = "m.status = 'canceled' AND m.held_until IS NOT NULL AND m.sid IS NULL"
"""What was undone or withdrawn before it left is no message (``Message.withdrawn``); of ``messages AS m``."""

_c = conversations.c
_LAST = ("last_id", "last_at", "last_body", "last_direction", "last_status", "last_error_code", "last_num_media",
         "last_media_type")  # fmt: skip

_COME = insert(conversations).values(
    line=bindparam("line"),
    peer=bindparam("peer"),
    at=bindparam("at"),
    unread=bindparam("unread"),
    failed=bindparam("failed"),
    messages=bindparam("messages"),
    outbound=bindparam("outbound"),
    delivered=bindparam("delivered"),
    spent=bindparam("spent"),
    price_unit=bindparam("price_unit"),
    last_at=bindparam("at"),
    **{name: bindparam(name) for name in _LAST if name != "last_at"},
    **BORN_OUT,
)
_NEW = _COME.excluded
_IS_NEWEST: ColumnElement[bool] = literal_column("excluded.last_at >= coalesce(conversations.last_at, 0)")
_COME_QUIETLY = _COME.on_conflict_do_update(
    index_elements=["line", "peer"],
    set_={
        "at": func.max(_c.at, _NEW.at),
        "archived": case((bindparam("revive", type_=Integer) == 1, 0), else_=_c.archived),
        "price_unit": func.coalesce(_NEW.price_unit, _c.price_unit),
        **{name: _c[name] + _NEW[name] for name in ("unread", "failed", "messages", "outbound", "delivered", "spent")},
        **{name: case((_IS_NEWEST, _NEW[name]), else_=_c[name]) for name in _LAST},
    },
)
COME = _COME_QUIETLY.returning(*CONVERSATION)
_COME_MANY = Bulk(_COME_QUIETLY)
_PLACES = select(_c.id, _c.peer).where(_c.line == bindparam("line"), _c.peer.in_(bindparam("peers", expanding=True)))

_IS_LAST = _c.last_id == bindparam("message_id")
_HERE = "(SELECT count(*) FROM messages WHERE messages.conversation_id = conversations.id AND {})"
_FAILED_NOW: ColumnElement[int] = literal_column(_HERE.format(MESSAGE_FAILED))
_IN_DOUBT_NOW: ColumnElement[int] = literal_column(_HERE.format(MESSAGE_NEVER_CONFIRMED))
_CHANGE = (
    update(conversations)
    .where(_c.id == bindparam("conversation_id"))
    .values(
        last_status=case((_IS_LAST, bindparam("status")), else_=_c.last_status),
        last_error_code=case((_IS_LAST, bindparam("error_code")), else_=_c.last_error_code),
        # never more than there are: a failure that the phone's word took back counts no longer; and what nobody
        # confirmed counts whatever was sent since
        failed=func.max(
            func.min(_c.failed + bindparam("failed"), _FAILED_NOW + _IN_DOUBT_NOW),
            _IN_DOUBT_NOW,
        ),
        delivered=_c.delivered + bindparam("delivered"),
        spent=_c.spent + bindparam("spent"),
        price_unit=func.coalesce(bindparam("price_unit"), _c.price_unit),
    )
    .returning(*CONVERSATION)
)
_ANSWER = update(conversations).where(_c.id == bindparam("of"), _c.failed > _IN_DOUBT_NOW).values(failed=_IN_DOUBT_NOW)
_DOUBTS = (
    select(func.count())
    .select_from(messages_table.join(conversations))
    .where(text(MESSAGE_NEVER_CONFIRMED), text(VISIBLE))
)
_RECOUNT = (
    update(conversations)
    .where(
        _c.id.in_(select(messages_table.c.conversation_id).where(text(MESSAGE_NEVER_CONFIRMED))),
        _c.failed < _IN_DOUBT_NOW,
    )
    .values(failed=_IN_DOUBT_NOW)
    .returning(*CONVERSATION)
)
_m = messages_table.alias("m").c
_BEFORE = (
    select(
        _m.id, _m.at, _m.body, _m.direction, _m.status, _m.error_code, _m.num_media,
        select(media.c.content_type).where(media.c.message_seq == _m.seq, media.c.position == 0).scalar_subquery(),
    )
    .where(
        _m.conversation_id == bindparam("conversation_id"),
        _m.id != bindparam("message_id"),
        text(f"NOT ({WITHDRAWN})"),
    )
    .order_by(_m.at.desc(), _m.seq.desc())
    .limit(1)
)  # fmt: skip


def add(db: Connection, come: dict[str, Any]) -> Conversation:
    """Makes the conversation where there is none and adds to its counters what ``arrival`` described."""
    return conversation_of(db.execute(COME, come).one())


def arrival(
    *,
    line: str,
    peer: str,
    id: str,
    direction: Direction,
    body: str,
    status: Status,
    at: datetime,
    media_types: tuple[str, ...] = (),
    error_code: int | None = None,
    unread: int = 0,
    failed: int = 0,
    messages: int = 1,
    outbound: int = 0,
    delivered: int = 0,
    spent: int = 0,
    price_unit: str | None = None,
    revive: bool = True,
) -> dict[str, Any]:
    """What has come, as ``add`` and ``add_many`` take it: one message, or several of one conversation by their newest.

    That is what the list shows, if none is newer. Without ``revive`` what is archived stays so.
    """
    return {
        "line": line, "peer": peer, "at": at, "unread": unread, "failed": failed, "messages": messages,
        "outbound": outbound, "delivered": delivered, "spent": spent, "price_unit": price_unit,
        "last_id": id, "last_body": body[:PREVIEW], "last_direction": direction, "last_status": status,
        "last_error_code": error_code, "last_num_media": len(media_types),
        "last_media_type": media_types[0] if media_types else None, "revive": int(revive),
    }  # fmt: skip


def add_many(db: Connection, arrivals: Sequence[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Like ``add`` for each, at a fraction of the time; gives the conversations' numbers by line and peer.

    All text in ``arrivals`` must be clean.
    """
    _COME_MANY.run(db, [one | {"at": stored_time(one["at"])} for one in arrivals])
    numbers: dict[tuple[str, str], int] = {}
    for line in {one["line"] for one in arrivals}:
        peers = [one["peer"] for one in arrivals if one["line"] == line]
        numbers.update(((line, peer), id) for id, peer in db.execute(_PLACES, {"line": line, "peers": peers}))
    return numbers


def change(db: Connection, old: Message, new: Message) -> Conversation:
    """The conversation after ``old``, already stored, became ``new``."""
    values: dict[str, Any] = {
        "conversation_id": new.conversation_id,
        "message_id": new.id,
        "status": new.status,
        "error_code": new.error_code,
        "failed": 0 if old.failed else int(new.wants_a_look) - int(old.wants_a_look),
        "delivered": int(new.outbound) * ((new.status in ARRIVED) - (old.status in ARRIVED)),
        "spent": millionths(new.price) - millionths(old.price),
        "price_unit": new.price_unit,
    }
    return conversation_of(db.execute(_CHANGE, values).one())


def answer_failures(db: Connection, conversation_id: int) -> None:
    """Something is sent again: the failures until now are dealt with, and what nobody confirmed is not."""
    db.execute(_ANSWER, {"of": conversation_id})


def doubts(db: Connection) -> int:
    """How many texts nobody confirmed in ten minutes, and nobody has let rest; of what is archived or blocked none."""
    return int(db.execute(_DOUBTS).scalar_one())


def recount_doubts(db: Connection) -> list[Conversation]:
    """No conversation counts less than what in it nobody confirmed: a copy, or a version before, may not know of it.

    Gives those that do now.
    """
    return [conversation_of(row) for row in db.execute(_RECOUNT)]


def forget(db: Connection, message: Message) -> Conversation:
    """Leaves a message that was withdrawn out of account: the list shows what was said before it."""
    values = {"conversation_id": message.conversation_id, "message_id": message.id}
    last = db.execute(_BEFORE, values).first()
    told: dict[str, Any] = dict.fromkeys(_LAST) if last is None else dict(zip(_LAST, last, strict=True))
    if told["last_body"] is not None:
        told["last_body"] = told["last_body"][:PREVIEW]
    counts = {"messages": _c.messages - 1, "outbound": _c.outbound - 1}
    here = _c.id == message.conversation_id
    db.execute(update(conversations).where(here, _c.last_id == message.id).values(**told))
    return conversation_of(
        db.execute(update(conversations).where(here).values(**counts).returning(*CONVERSATION)).one()
    )


def redate(db: Connection, old: Message) -> None:
    """The message ``old`` stands at another time by now: its conversation's newest one, and its place in the list, may
    be others.
    """
    told = ", ".join(f"{name} = {_ANEW[name]}" for name in _LAST)
    at = f"CASE WHEN at = :was THEN coalesce({_last('m.at')}, at) ELSE max(at, coalesce({_last('m.at')}, 0)) END"
    values = {"id": old.conversation_id, "was": stored_time(old.at)}
    db.execute(text(f"UPDATE conversations SET {told}, at = {at} WHERE id = :id"), values)  # noqa: S608


def recount(db: Connection, conversation_id: int | None = None) -> None:
    """Counts anew what the row of a conversation (or of each) says of its messages, as if each had been added and
    changed in its turn; those that were undone are left out of account. What is unread stays so.
    """
    where = "" if conversation_id is None else " WHERE id = :id"
    db.execute(
        text(f"UPDATE conversations SET {', '.join(f'{name} = {value}' for name, value in _ANEW.items())}{where}"),  # noqa: S608
        {} if conversation_id is None else {"id": conversation_id},
    )


def _count(of: str) -> str:
    return f"(SELECT count(*) FROM messages m WHERE {_OF_PLACE}{of})"  # noqa: S608 - words of our own


def _last(what: str) -> str:
    return f"(SELECT {what} FROM messages m WHERE {_OF_PLACE} ORDER BY m.at DESC, m.seq DESC LIMIT 1)"  # noqa: S608


_OF_PLACE = f"m.conversation_id = conversations.id AND NOT ({WITHDRAWN})"
_IN_DOUBT = _count(f" AND {MESSAGE_NEVER_CONFIRMED}")
_ARRIVED_WORDS = ", ".join(f"'{status}'" for status in sorted(ARRIVED))
_ANEW = {
    "messages": _count(""),
    "outbound": _count(" AND m.direction = 'outbound'"),
    "delivered": _count(f" AND m.direction = 'outbound' AND m.status IN ({_ARRIVED_WORDS})"),
    "failed": f"max({_IN_DOUBT}, min(failed, {_count(f' AND m.{MESSAGE_FAILED}')} + {_IN_DOUBT}))",
    "spent": "(SELECT coalesce(sum(CAST(round(-CAST(m.price AS REAL) * 1000000) AS INTEGER)), 0) FROM messages m"  # noqa: S608
    f" WHERE {_OF_PLACE})",
    "price_unit": "coalesce(price_unit, (SELECT m.price_unit FROM messages m"  # noqa: S608
    f" WHERE {_OF_PLACE} AND m.price_unit IS NOT NULL LIMIT 1))",
    "last_id": _last("m.id"),
    "last_at": _last("m.at"),
    "last_body": _last(f"substr(m.body, 1, {PREVIEW})"),
    "last_direction": _last("m.direction"),
    "last_status": _last("m.status"),
    "last_error_code": _last("m.error_code"),
    "last_num_media": _last("m.num_media"),
    "last_media_type": _last("(SELECT content_type FROM media WHERE media.message_seq = m.seq AND position = 0)"),
    "at": f"max(at, coalesce({_last('m.at')}, 0))",
}


def millionths(price: str | None) -> int:
    """What Twilio's signed decimal string costs, in millionths; 0 where there is none or it is no number."""
    if price is None:
        return 0
    try:
        return int(-Decimal(price).scaleb(6))
    except (InvalidOperation, ValueError, OverflowError):
        return 0
