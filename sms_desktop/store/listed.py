"""What Twilio lists, a page at a time: new messages are added, known ones learn what they lacked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, text

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.events import MessageAdded, PastAdded
from sms_desktop.domain.message import Direction, ListedMessage, Message, Status, StatusReport, advance
from sms_desktop.store import conversations
from sms_desktop.store.history import PastMessage, add_history
from sms_desktop.store.records import SELECT_MESSAGES, messages_of
from sms_desktop.store.reports import report
from sms_desktop.store.schema import MESSAGE_WITHOUT_SID, clean, messages, status_events
from sms_desktop.store.schema import conversations as places
from sms_desktop.store.tx import Tx

AT_A_TIME = 12
"""New messages of one page that are told one by one; more are told as a heap."""
WINDOW = timedelta(minutes=10)
"""How far apart our sending and Twilio's first knowledge of a message may lie for the two to be one."""
LISTED = "poll"
"""The source of what a list or a look at one message says."""
TRIAL_NOTICE = "Sent from your Twilio trial account - "

_BY_SIDS = SELECT_MESSAGES.where(messages.c.sid.in_(bindparam("sids", expanding=True)))
_WITHOUT_SID = (
    SELECT_MESSAGES.where(
        text(f"messages.{MESSAGE_WITHOUT_SID}"),
        messages.c.conversation_id
        == select(places.c.id).where(places.c.line == bindparam("line"), places.c.peer == bindparam("peer"))
        .scalar_subquery(),
        messages.c.status.in_((Status.SENDING, Status.UNCONFIRMED)),
    )
    .order_by(messages.c.seq)
)  # fmt: skip
_LEFT_AT = select(func.max(status_events.c.at)).where(
    status_events.c.message_seq == bindparam("seq"), status_events.c.status == Status.SENDING
)
_NEW = SELECT_MESSAGES.where(messages.c.sid.in_(bindparam("sids", expanding=True))).order_by(messages.c.at)


@dataclass(frozen=True, slots=True)
class Taken:
    """``added``: messages that were not here, oldest first."""

    added: tuple[Message, ...]


def take(
    tx: Tx,
    listed: Sequence[ListedMessage],
    *,
    new_key: Callable[[], str],
    origin_of: Callable[[ListedMessage], Origin | None],
    poll_at: Callable[[ListedMessage], datetime | None],
    now: datetime,
) -> Taken:
    """Stores a page of Twilio's list; the same page twice changes nothing the second time.

    ``origin_of`` tells of a message that is new how it got here, ``poll_at`` when it is to be asked about again.
    """
    known = {m.sid: m for m in messages_of(tx.db, tx.db.execute(_BY_SIDS, {"sids": [one.sid for one in listed]}))}
    new: dict[str, ListedMessage] = {}
    for one in listed:
        mine = known.get(one.sid)
        if mine is not None:
            learn(tx, mine, one, now)
        elif one.sid not in new and not (one.direction is Direction.OUTBOUND and _adopted(tx, one, now)):
            new[one.sid] = one
    past = [_past(one, new_key(), origin_of(one), poll_at(one)) for one in new.values()]
    history = bool(past) and all(row.origin is Origin.HISTORY for row in past)
    add_history(tx, past, before_all=history)
    added = tuple(messages_of(tx.db, tx.db.execute(_NEW, {"sids": list(new)}))) if new else ()
    _tell(tx, added, heap=history or len(added) > AT_A_TIME)
    return Taken(added)


def learn(tx: Tx, message: Message, listed: ListedMessage, now: datetime) -> Message:
    """Status, error, segments and price as far as ``message`` lacks them; a word is kept only if it says something."""
    moved = advance(message.status, listed.status) is not message.status
    lacks = any(
        getattr(message, name) is None and getattr(listed, name) is not None
        for name in ("error_code", "segments", "price")
    )
    if not moved and not lacks:
        return message
    word = StatusReport(listed.status, listed.error_code, listed.sid, LISTED, now)
    unit = listed.price_unit if listed.price is not None else None
    changed = report(
        tx, key=message.id, sid=listed.sid, report=word, segments=listed.segments, price=listed.price, price_unit=unit
    )
    return changed or message


def _adopted(tx: Tx, listed: ListedMessage, now: datetime) -> bool:
    """Whether it is one of ours whose answer was lost (or is on its way): then it has its SID from now on.

    The oldest that fits takes it: same line, peer, words and number of files, and it left at about that time.
    """
    values = {"line": clean(listed.line), "peer": clean(listed.peer)}
    for mine in messages_of(tx.db, tx.db.execute(_WITHOUT_SID, values).all()):
        if len(mine.media) != listed.num_media or not _same_words(mine.body, clean(listed.body)):
            continue
        left_at = tx.db.execute(_LEFT_AT, {"seq": mine.seq}).scalar_one()
        if left_at is None or abs(listed.created_at - left_at) > WINDOW:
            continue
        word = StatusReport(listed.status, listed.error_code, listed.sid, LISTED, now)
        report(
            tx, key=mine.id, sid=listed.sid, report=word, segments=listed.segments, price=listed.price,
            price_unit=listed.price_unit if listed.price is not None else None,
        )  # fmt: skip
        return True
    return False


def _same_words(ours: str, theirs: str) -> bool:
    return ours == theirs or TRIAL_NOTICE + ours == theirs


def _past(listed: ListedMessage, key: str, origin: Origin | None, poll_at: datetime | None) -> PastMessage:
    return PastMessage(
        id=key,
        line=listed.line,
        peer=listed.peer,
        direction=listed.direction,
        body=clean(listed.body),
        status=listed.status,
        at=listed.at,
        sid=listed.sid,
        error_code=listed.error_code,
        segments=listed.segments,
        price=listed.price,
        price_unit=listed.price_unit if listed.price is not None else None,
        unseen=listed.direction is Direction.INBOUND and origin is not Origin.HISTORY,
        awaited=listed.num_media,
        origin=origin,
        poll_at=poll_at,
    )


def _tell(tx: Tx, added: Sequence[Message], *, heap: bool) -> None:
    """Each with its conversation, or, where they are many, the conversations alone."""
    here = {number: conversations.known(tx.db, number) for number in {m.conversation_id for m in added}}
    if heap:
        tx.note(PastAdded(tuple(here.values())))
    else:
        for message in added:
            tx.note(MessageAdded(message, here[message.conversation_id]))
