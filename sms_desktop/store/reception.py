"""Which numbers texts do not reach, and by what evidence. A text from the number, or one that arrives, clears it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, not_, or_, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.events import ReceptionChanged
from sms_desktop.domain.message import FAILURES, Direction, Message, Status
from sms_desktop.domain.reception import OUT_OF_REACH, SILENT_AFTER, CannotReceive, Evidence, Obstacle, obstacle_of
from sms_desktop.store.schema import EPOCH, conversations, messages, receptions, replies
from sms_desktop.store.tx import Tx

if TYPE_CHECKING:
    from sms_desktop.store.history import PastMessage

AT_ONCE = timedelta(minutes=1)
"""What another program sent so soon after a text from the number answers it: Twilio's own word on a STOP, mostly."""
_ARRIVED = (Status.DELIVERED, Status.READ)
_r = receptions.c
_GET = select(_r.peer, _r.obstacle, _r.source, _r.code, _r.sid, _r.at).where(_r.peer == bindparam("peer"))
_ANY = select(_r.peer).limit(1)
_put = insert(receptions)
_PUT = _put.on_conflict_do_update(
    index_elements=[_r.peer],
    set_={name: _put.excluded[name] for name in ("obstacle", "source", "code", "sid", "at")},
)
_CLEAR = delete(receptions).where(_r.peer == bindparam("peer"))
_OF_PEER = messages.join(conversations, conversations.c.id == messages.c.conversation_id)
_HEARD_SINCE = (
    select(messages.c.seq)
    .select_from(_OF_PEER)
    .where(
        conversations.c.peer == bindparam("peer"),
        messages.c.direction == Direction.INBOUND,
        messages.c.at > bindparam("since"),
    )
    .limit(1)
)
_NEWEST_OF_EACH = (  # for each conversation from its end, and not through all of it
    select(messages.c.at)
    .where(messages.c.conversation_id == conversations.c.id, messages.c.direction == Direction.INBOUND)
    .order_by(messages.c.at.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_HEARD = select(func.max(_NEWEST_OF_EACH)).where(conversations.c.peer == bindparam("peer"))
_BY_ITSELF = or_(  # what a rule or a keyword had sent; and Twilio's own answers, which come at once and from its list
    exists().where(replies.c.message_id == messages.c.id),
    and_(messages.c.origin.is_not(None), messages.c.at <= bindparam("at_once")),
)
_LAST_CODES = (
    select(messages.c.error_code)
    .select_from(_OF_PEER)
    .where(
        conversations.c.peer == bindparam("peer"),
        messages.c.direction == Direction.OUTBOUND,
        messages.c.status.in_((*FAILURES, *_ARRIVED, Status.SENT)),
        messages.c.at > bindparam("heard"),
        not_(_BY_ITSELF),
    )
    .order_by(messages.c.at.desc(), messages.c.seq.desc())
    .limit(SILENT_AFTER)
)


def get(db: Connection, peer: str) -> CannotReceive | None:
    """What keeps texts from reaching ``peer``, if anything is known to."""
    row = db.execute(_GET, {"peer": peer}).first()
    if row is None:
        return None
    return CannotReceive(row.peer, Obstacle(row.obstacle), Evidence(row.source), row.code, row.sid, row.at)


def put(tx: Tx, found: CannotReceive) -> None:
    """Remembers it; of two the newer evidence counts."""
    known = get(tx.db, found.peer)
    if known is not None and (known.at > found.at or known == found):
        return
    tx.db.execute(
        _PUT,
        {
            "peer": found.peer, "obstacle": found.obstacle, "source": found.source, "code": found.code,
            "sid": found.sid, "at": found.at,
        },
    )  # fmt: skip
    tx.note(ReceptionChanged(found.peer, found))


def clear(tx: Tx, peer: str, at: datetime) -> None:
    """At that time the number was seen to work: what was found before, or in the same moment, holds no more. Nor do
    texts that found the phone out of reach, if it comes between them.
    """
    known = get(tx.db, peer)
    if known is None:
        return
    if known.at <= at or (known.obstacle is Obstacle.SILENT and not _silent(tx.db, peer)):
        tx.db.execute(_CLEAR, {"peer": peer})
        tx.note(ReceptionChanged(peer, None))


def last_heard(db: Connection, peer: str) -> datetime | None:
    """When the newest text came from that number, to whichever line."""
    found: datetime | None = db.execute(_LAST_HEARD, {"peer": peer}).scalar()
    return found


def heard_since(db: Connection, peer: str, since: datetime) -> bool:
    """Whether anything newer came from that number, to whichever line."""
    return db.execute(_HEARD_SINCE, {"peer": peer, "since": since}).first() is not None


def judge(tx: Tx, message: "Message | PastMessage") -> None:
    """What a message that came, or ended, tells of the number at the other end."""
    if message.direction is Direction.INBOUND or message.status in _ARRIVED:
        clear(tx, message.peer, message.at)
        return
    obstacle = obstacle_of(message.error_code) if message.status in FAILURES else None
    if obstacle is None or heard_since(tx.db, message.peer, message.at):
        return
    if message.error_code == OUT_OF_REACH and not _silent(tx.db, message.peer):
        return
    put(tx, CannotReceive(message.peer, obstacle, Evidence.ERROR, message.error_code, message.sid, message.at))


def judge_past(tx: Tx, rows: "Sequence[PastMessage]") -> None:
    """The same of many that are stored already, in whatever order they were listed."""
    failed = [row for row in rows if row.status in FAILURES and obstacle_of(row.error_code) is not None]
    for row in failed:
        judge(tx, row)
    if tx.db.execute(_ANY).first() is None:
        return
    seen: dict[str, datetime] = {}
    for row in rows:
        if row.direction is Direction.INBOUND or row.status in _ARRIVED:
            seen[row.peer] = max(row.at, seen.get(row.peer, row.at))
    for peer, at in seen.items():
        clear(tx, peer, at)


def _silent(db: Connection, peer: str) -> bool:
    """Whether so many texts in a row found the phone out of reach since it was last heard of; what was sent by itself,
    as an answer to that, does not count.
    """
    heard = last_heard(db, peer) or EPOCH
    values = {"peer": peer, "heard": heard, "at_once": heard + AT_ONCE}
    return list(db.execute(_LAST_CODES, values).scalars()) == [OUT_OF_REACH] * SILENT_AFTER
