"""Pages of one conversation's messages, by keyset on (at, seq): as quick at its end as at its beginning."""

from typing import Any

from sqlalchemy import Connection, bindparam, exists, tuple_

from sms_desktop.domain.message import FAILURES, Direction, Doubt, Message, Page, Status
from sms_desktop.store.records import SELECT_MESSAGES, messages_of, one_message
from sms_desktop.store.schema import messages

_m = messages.c
_OF = SELECT_MESSAGES.where(_m.conversation_id == bindparam("conversation_id"))
_PLACE = tuple_(_m.at, _m.seq)
_HERE = tuple_(bindparam("at", type_=_m.at.type), bindparam("seq"))
# The plain condition on "at" is what the index is entered by; the pair settles messages of the same moment.
_LATEST = _OF.order_by(_m.at.desc(), _m.seq.desc()).limit(bindparam("limit"))
_BEFORE = _LATEST.where(_m.at <= bindparam("at"), _PLACE < _HERE)
_AFTER = _OF.where(_m.at >= bindparam("at"), _PLACE > _HERE).order_by(_m.at, _m.seq).limit(bindparam("limit"))

_again = messages.alias("again").c
_WANTS_A_LOOK = _OF.where(
    _m.direction == Direction.OUTBOUND,
    ~exists().where(
        _again.conversation_id == _m.conversation_id, _again.retry_of == _m.id, _again.status != Status.CANCELED
    ),
).limit(1)
_NEVER_CONFIRMED = _WANTS_A_LOOK.where(_m.doubt == Doubt.OVER).order_by(_m.at, _m.seq)
_FAILED = _WANTS_A_LOOK.where(_m.status.in_(FAILURES)).order_by(_m.at.desc(), _m.seq.desc())


def wants_a_look(db: Connection, conversation_id: int) -> Message | None:
    """What a person has to decide first: the oldest text that nobody confirmed, else the newest that failed; and that
    was not sent again.
    """
    of = {"conversation_id": conversation_id}
    return one_message(db, _NEVER_CONFIRMED, of) or one_message(db, _FAILED, of)


def latest(db: Connection, conversation_id: int, limit: int = 80) -> Page:
    """The newest messages."""
    found = messages_of(db, db.execute(_LATEST, {"conversation_id": conversation_id, "limit": limit + 1}))
    return Page(tuple(reversed(found[:limit])), older=len(found) > limit, newer=False)


def before(db: Connection, message: Message, limit: int = 80) -> Page:
    """The messages just older than ``message``."""
    found = messages_of(db, db.execute(_BEFORE, _from(message, limit)))
    return Page(tuple(reversed(found[:limit])), older=len(found) > limit, newer=True)


def after(db: Connection, message: Message, limit: int = 80) -> Page:
    """The messages just newer than ``message``."""
    found = messages_of(db, db.execute(_AFTER, _from(message, limit)))
    return Page(tuple(found[:limit]), older=True, newer=len(found) > limit)


def around(db: Connection, message: Message, limit: int = 80) -> Page:
    """``message`` with about as many on either side of it."""
    older = before(db, message, limit // 2)
    newer = after(db, message, limit - limit // 2 - 1)
    return Page((*older.messages, message, *newer.messages), older.older, newer.newer)


def _from(message: Message, limit: int) -> dict[str, Any]:
    return {
        "conversation_id": message.conversation_id,
        "at": message.at,
        "seq": message.seq,
        "limit": limit + 1,
    }
