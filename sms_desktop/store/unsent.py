"""Our own texts of which a copy of the database cannot know what became of them."""

from datetime import datetime

from sqlalchemy import Connection, text

from sms_desktop.domain.message import FINAL, OURS, Doubt, Status, StatusReport
from sms_desktop.store import listed, messages, outbox, polls
from sms_desktop.store.reports import change, keep
from sms_desktop.store.schema import SENDING
from sms_desktop.store.tx import Tx

_WITHOUT_SID = text("SELECT id, status FROM messages WHERE direction = 'outbound' AND sid IS NULL ORDER BY seq")
_WAITING = text("SELECT id FROM messages JOIN outbox ON seq = message_seq ORDER BY seq")
_STATES = text("SELECT id, state FROM messages JOIN outbox ON seq = message_seq")
_NOBODY_ASKS = text(
    "SELECT id FROM messages WHERE direction = 'outbound' AND sid IS NULL AND status = 'unconfirmed'"
    " AND (doubt IS NULL OR doubt = 'asking')"
)


def without_end(db: Connection) -> list[str]:
    """Keys of those that wait, are under way or are unconfirmed."""
    return [key for key, status in db.execute(_WITHOUT_SID) if status not in FINAL]


def waiting(db: Connection) -> list[str]:
    """Keys of what is in the outbox."""
    return list(db.execute(_WAITING).scalars())


def standing(db: Connection) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of what has not left, and of what is on record as leaving, where nobody has sent anything since."""
    found = db.execute(_STATES).all()
    leaving = frozenset(key for key, state in found if state == SENDING)
    return frozenset(key for key, _ in found) - leaving, leaving


def distrust(tx: Tx, at: datetime, sure: frozenset[str] = frozenset(), known: frozenset[str] = frozenset()) -> int:
    """What waits may have been sent since, and is never sent again by itself; returns how many.

    ``sure`` have not left. Of those in ``known`` it is on record when they left; of the others only that it was
    between their writing and now. What was unconfirmed before is asked about again.
    """
    count = 0
    for key in waiting(tx.db):
        if key in sure:
            continue
        if key not in known:
            _may_have_left(tx, key, at)
        outbox.unconfirmed(tx, key, listed.MAYBE_SENT, at)
        count += 1
    for key in tx.db.execute(_NOBODY_ASKS).scalars().all():
        message = messages.get(tx.db, key)
        if message is not None:
            if listed.left_at(tx.db, message) is None:
                _may_have_left(tx, key, at)
            change(tx, message, at, doubt=Doubt.ASKING)
            polls.plan(tx, key, at + outbox.FIRST_ASKED, 0)
    return count


def _may_have_left(tx: Tx, key: str, at: datetime) -> None:
    report = StatusReport(Status.SENDING, None, None, OURS, at, (("reason", listed.MAYBE_SENT),))
    keep(tx, report, messages.get(tx.db, key))
