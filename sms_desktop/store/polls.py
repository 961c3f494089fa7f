"""Messages that Twilio is to be asked about one by one, because no word of theirs is the last one yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, text, update

from sms_desktop.domain.message import FINAL, Message
from sms_desktop.store.records import MESSAGE, SELECT_MESSAGES, messages_of
from sms_desktop.store.schema import MESSAGE_POLLED, messages
from sms_desktop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Silent:
    """A message to ask about, and how often that was done."""

    message: Message
    polls: int


_m = messages.c
_DUE = (
    SELECT_MESSAGES.add_columns(_m.polls)
    .where(text(f"messages.{MESSAGE_POLLED}"), _m.poll_at <= bindparam("now"))
    .order_by(_m.poll_at)
    .limit(bindparam("limit"))
)
_NEXT = select(func.min(_m.poll_at)).where(text(MESSAGE_POLLED))
_PLAN = update(messages).where(_m.id == bindparam("of")).values(poll_at=bindparam("next_at"), polls=bindparam("looks"))

_PLAN_FIRST = _PLAN.where(_m.poll_at.is_(None), or_(_m.polls == 0, _m.status.not_in(FINAL)))


def due(db: Connection, now: datetime, limit: int) -> list[Silent]:
    """What is to be asked about now, longest due first."""
    rows = db.execute(_DUE, {"now": now, "limit": limit}).all()
    return [Silent(m, row[len(MESSAGE)]) for m, row in zip(messages_of(db, rows), rows, strict=True)]


def next_due(db: Connection) -> datetime | None:
    """When the next is to be asked about; None where no message is."""
    found: datetime | None = db.execute(_NEXT).scalar_one()
    return found


def plan(tx: Tx, message_id: str, at: datetime | None, polls: int) -> None:
    """Asks next at ``at``, or never again."""
    tx.db.execute(_PLAN, {"of": message_id, "next_at": at, "looks": polls})


def plan_first(tx: Tx, message_id: str, at: datetime | None) -> None:
    """Asks at ``at`` unless that is planned, or was done to the end.

    One that was given up, because Twilio's list did not have it, and of which word comes all the same, begins anew.
    """
    tx.db.execute(_PLAN_FIRST, {"of": message_id, "next_at": at, "looks": 0})
