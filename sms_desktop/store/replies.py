"""What was answered automatically, and what was held back: once for each inbound text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from sms_desktop.domain.events import ReplyHeld
from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.domain.reply import Held, HeldReply, Made, Unsent
from sms_desktop.store.schema import conversations, messages, outbox, replies, reply_rules
from sms_desktop.store.tx import Tx

_c = replies.c
_PAIR = (_c.line == bindparam("line"), _c.peer == bindparam("peer"))
_SENT = _c.message_id.is_not(None)
_RULES = select(reply_rules.c.id).where(reply_rules.c.enabled == 1).limit(1)
_ONE = select(_c.message_id, _c.held).where(_c.sid == bindparam("sid"))
_COUNT = select(func.count()).where(*_PAIR, _SENT, _c.at > bindparam("since"))
_LINES = select(conversations.c.line).where(conversations.c.peer == bindparam("peer"))
"""To which they wrote: by line and peer the index finds replies at once."""
_COUNT_OF = select(func.count()).where(
    _c.line.in_(_LINES), _c.peer == bindparam("peer"), _SENT, _c.at > bindparam("since")
)
_LAST = select(_c.rule, func.max(_c.at)).where(*_PAIR, _SENT, _c.rule.is_not(None)).group_by(_c.rule)
_SAID = select(_c.said).where(*_PAIR, _SENT, _c.rule.is_not(None), _c.at > bindparam("since"))
_OURS = select(messages.c.body).join_from(replies, messages, messages.c.id == _c.message_id)
_OURS = _OURS.where(*_PAIR, _SENT, _c.at > bindparam("since")).order_by(_c.at.desc()).limit(20)
_HELD = select(_c.sid, _c.at, _c.name, _c.held).where(*_PAIR, _c.message_id.is_(None)).order_by(_c.at, _c.sid)
_BY_MESSAGE = select(_c.name, _c.rule, _c.at, _c.held).where(_c.message_id == bindparam("message_id"))
_WITHDRAW = (
    update(replies)
    .where(_c.message_id == bindparam("of"))
    .values(message_id=None, held=bindparam("why"))
    .returning(_c.sid, _c.line, _c.peer, _c.at, _c.name)
)
_IN_OUTBOX = select(outbox.c.message_seq).where(outbox.c.message_seq == bindparam("seq"))
_INBOUND = select(messages.c.seq).where(
    messages.c.conversation_id == bindparam("of"), messages.c.direction == Direction.INBOUND
)
_AT = bindparam("at", type_=messages.c.at.type)
_EARLIER = _INBOUND.where(or_(messages.c.at < _AT, and_(messages.c.at == _AT, messages.c.seq < bindparam("seq"))))


@dataclass(frozen=True, slots=True)
class Decided:
    """What was made of a text: the key of the message that answers it, or why nothing does."""

    message_id: str | None
    held: Held | None


def any_rule(db: Connection) -> bool:
    """Whether a rule is on."""
    return db.execute(_RULES).first() is not None


def decided(db: Connection, sid: str) -> Decided | None:
    """What was made of the inbound text ``sid``; None: nothing yet."""
    row = db.execute(_ONE, {"sid": sid}).first()
    if row is None:
        return None
    return Decided(row.message_id, _held(row.held) if row.message_id is None else None)


def answer(
    tx: Tx,
    *,
    sid: str,
    line: str,
    peer: str,
    at: datetime,
    rule: int | None,
    name: str,
    said: str,
    message_id: str,
    unsent: Unsent | None = None,
) -> None:
    """The message ``message_id`` answers the text ``sid``, in which ``said`` was written; ``unsent``: why without its
    picture.
    """
    _add(tx, sid=sid, line=line, peer=peer, at=at, rule=rule, name=name, said=said, message_id=message_id, held=unsent)


def hold(
    tx: Tx, *, sid: str, line: str, peer: str, at: datetime, rule: int | None, name: str, said: str, why: Held
) -> None:
    """Nothing answers it, although the rule would."""
    _add(tx, sid=sid, line=line, peer=peer, at=at, rule=rule, name=name, said=said, held=why)
    tx.note(ReplyHeld(line, peer, HeldReply(sid, at, name, why)))


def withdraw(tx: Tx, message_id: str, why: Held) -> None:
    """That message answers nothing after all: it did not leave, and will not."""
    for row in tx.db.execute(_WITHDRAW, {"of": message_id, "why": why}).all():
        tx.note(ReplyHeld(row.line, row.peer, HeldReply(row.sid, row.at, row.name, why)))


def is_under_way(db: Connection, message: Message) -> bool:
    """Whether Twilio was told to send it and nothing was heard of it since."""
    if message.status is not Status.SENDING or message.sid is not None:
        return False
    by_us = db.execute(_IN_OUTBOX, {"seq": message.seq}).first() is not None
    return not by_us and made(db, message.id) is not None


def count(db: Connection, line: str, peer: str, since: datetime) -> int:
    """How many replies that peer got."""
    return int(db.execute(_COUNT, {"line": line, "peer": peer, "since": since}).scalar_one())


def count_of(db: Connection, peer: str, since: datetime) -> int:
    """How many that peer got by all lines together."""
    return int(db.execute(_COUNT_OF, {"peer": peer, "since": since}).scalar_one())


def last(db: Connection, line: str, peer: str) -> dict[int, datetime]:
    """When each rule answered that peer last."""
    return {row[0]: row[1] for row in db.execute(_LAST, {"line": line, "peer": peer})}


def said(db: Connection, line: str, peer: str, since: datetime) -> list[str]:
    """What that peer wrote and rules answered."""
    return list(db.execute(_SAID, {"line": line, "peer": peer, "since": since}).scalars())


def ours(db: Connection, line: str, peer: str, since: datetime) -> list[str]:
    """What that peer got for it, the newest first."""
    return list(db.execute(_OURS, {"line": line, "peer": peer, "since": since}).scalars())


def held(db: Connection, line: str, peer: str) -> list[HeldReply]:
    """All that was held back of one conversation, oldest first."""
    rows = db.execute(_HELD, {"line": line, "peer": peer})
    return [HeldReply(row.sid, row.at, row.name, _held(row.held)) for row in rows]


def made(db: Connection, message_id: str) -> Made | None:
    """Which rule made that message, and what it left out; None where none did."""
    row = db.execute(_BY_MESSAGE, {"message_id": message_id}).first()
    if row is None:
        return None
    return Made(row.name, next((one for one in Unsent if one == row.held), None))


def asked_at(db: Connection, message_id: str) -> datetime | None:
    """When the text came that this message answers; None where it is no automatic reply."""
    row = db.execute(_BY_MESSAGE, {"message_id": message_id}).first()
    return None if row is None else row.at


def is_by_rule(db: Connection, message_id: str) -> bool:
    """Whether a rule made that message, and no keyword."""
    row = db.execute(_BY_MESSAGE, {"message_id": message_id}).first()
    return row is not None and row.rule is not None


_TO_ANYBODY = frozenset({"STOP", "HELP"})


def answers_keyword(db: Connection, message_id: str) -> bool:
    """Whether that message is the answer to a STOP or HELP itself, which may go to whoever has opted out."""
    row = db.execute(_BY_MESSAGE, {"message_id": message_id}).first()
    return row is not None and row.rule is None and row.name in _TO_ANYBODY


def is_first(db: Connection, conversation_id: int, message: Message | None) -> bool:
    """Whether the peer of the conversation had written nothing before that message; None: whether nothing at all."""
    if message is None:
        return db.execute(_INBOUND.limit(1), {"of": conversation_id}).first() is None
    values = {"of": conversation_id, "at": message.at, "seq": message.seq}
    return db.execute(_EARLIER.limit(1), values).first() is None


def bring(tx: Tx, rows: Iterable[Mapping[str, Any]], numbers: Mapping[int, int]) -> None:
    """What another copy has of them; ``numbers``: which rule here is which of that copy."""
    for row in rows:
        if decided(tx.db, row["sid"]) is None:
            tx.db.execute(insert(replies), dict(row) | {"rule": numbers.get(row["rule"], row["rule"])})


def _add(tx: Tx, **values: Any) -> None:
    tx.db.execute(insert(replies), values)


def _held(kept: str | None) -> Held:
    try:
        return Held(kept or Held.UNKNOWN)
    except ValueError:  # a later version's reason
        return Held.UNKNOWN
