"""What waits to leave this machine; per conversation in the order in which it was written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, not_, select, update

from sms_desktop.domain.message import Message, Status, StatusReport
from sms_desktop.store.records import MESSAGE, SELECT_MESSAGES, messages_of, one_message
from sms_desktop.store.reports import OURS, change, keep, leave_outbox
from sms_desktop.store.schema import messages, outbox
from sms_desktop.store.tx import Tx

WAITING = "waiting"
SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose turn it is, and how often it was tried in vain."""

    message: Message
    attempts: int


_o = outbox.c
_earlier = outbox.alias("earlier")
_IS_FIRST = not_(
    select(_earlier.c.message_seq)
    .where(_earlier.c.conversation_id == _o.conversation_id, _earlier.c.message_seq < _o.message_seq)
    .exists()
)
_QUEUED = SELECT_MESSAGES.join(outbox, _o.message_seq == messages.c.seq).add_columns(_o.attempts)
_DUE = (
    _QUEUED.where(_o.state == WAITING, _o.due_at <= bindparam("now"), _IS_FIRST)
    .order_by(_o.due_at, _o.message_seq)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(_o.due_at)).where(_o.state == WAITING, _IS_FIRST)
_COUNT = select(func.count()).select_from(outbox)
_ONE = SELECT_MESSAGES.where(messages.c.id == bindparam("id"))
_CLAIM = (
    update(outbox)
    .where(
        _o.message_seq == select(messages.c.seq).where(messages.c.id == bindparam("id")).scalar_subquery(),
        _o.state == WAITING,
    )
    .values(state=SENDING)
)
_POSTPONE = (
    update(outbox)
    .where(_o.message_seq == bindparam("seq"))
    .values(state=WAITING, due_at=bindparam("due"), attempts=_o.attempts + 1)
)
_HURRY = update(outbox).where(_o.state == WAITING, _o.due_at > bindparam("now")).values(due_at=bindparam("now"))
_INTERRUPTED = _QUEUED.where(_o.state == SENDING).order_by(_o.message_seq)


def due(db: Connection, now: datetime, limit: int = 50) -> list[Due]:
    """Messages to be sent now, at most one of a conversation: its oldest, unless that one is under way."""
    rows = db.execute(_DUE, {"now": now, "limit": limit}).all()
    return [Due(message, row[len(MESSAGE)]) for message, row in zip(messages_of(db, rows), rows, strict=True)]


def next_due(db: Connection) -> datetime | None:
    """When the next message may be tried; None where none waits its turn."""
    found: datetime | None = db.execute(_NEXT_DUE).scalar_one()
    return found


def waiting(db: Connection) -> int:
    """How many messages have not left, those under way included."""
    return int(db.execute(_COUNT).scalar_one())


def sending(tx: Tx, message_id: str, at: datetime) -> Message | None:
    """Claims the message for one try; None where it waits no more or is under way already."""
    if not tx.db.execute(_CLAIM, {"id": message_id}).rowcount:
        return None
    return _say(tx, _known(tx.db, message_id), Status.SENDING, at)


def postpone(tx: Tx, message_id: str, due_at: datetime, at: datetime) -> Message:
    """It surely did not leave: back into the queue until ``due_at``, one attempt more. Raises LookupError.

    The only way back of a status; where Twilio has spoken in the meantime nothing is done.
    """
    message = _known(tx.db, message_id)
    if not tx.db.execute(_POSTPONE, {"seq": message.seq, "due": due_at}).rowcount:
        return message
    return _say(tx, message, Status.QUEUED, at)


def hurry(tx: Tx, now: datetime) -> None:
    """All that waits for a later try may be tried now."""
    tx.db.execute(_HURRY, {"now": now})


def unconfirmed(tx: Tx, message_id: str, reason: str, at: datetime) -> Message:
    """It left and no usable answer came: never sent again by itself. Raises LookupError.

    Where Twilio has spoken in the meantime nothing is done.
    """
    message = _known(tx.db, message_id)
    if message.status not in {Status.QUEUED, Status.SENDING} or message.sid is not None:
        return message
    leave_outbox(tx.db, message)
    return _say(tx, message, Status.UNCONFIRMED, at, reason)


def settle_interrupted(tx: Tx, at: datetime) -> list[Message]:
    """At start: what an earlier run left under way may have been sent, and is unconfirmed from now on."""
    left = messages_of(tx.db, tx.db.execute(_INTERRUPTED).all())
    for message in left:
        leave_outbox(tx.db, message)
    return [
        _say(tx, message, Status.UNCONFIRMED, at, "SMS Desktop ended while this was under way.") for message in left
    ]


def _say(tx: Tx, message: Message, status: Status, at: datetime, reason: str = "") -> Message:
    raw = (("reason", reason),) if reason else ()
    keep(tx.db, StatusReport(status, None, None, OURS, at, raw), message)
    return change(tx, message, at, status=status)


def _known(db: Connection, message_id: str) -> Message:
    found = one_message(db, _ONE, {"id": message_id})
    if found is None:
        raise LookupError(f"there is no message {message_id}")
    return found
