"""What Twilio lists, a page at a time: new messages are added, known ones learn what they lacked."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from sqlalchemy import Connection, bindparam, case, func, select, text

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.events import MessageAdded, PastAdded
from sms_desktop.domain.history import differ
from sms_desktop.domain.line import is_service
from sms_desktop.domain.message import (
    FINAL,
    LISTED,
    Direction,
    ListedMessage,
    Message,
    Status,
    StatusReport,
    advance,
)
from sms_desktop.store import conversations, polls
from sms_desktop.store.history import PastMessage, add_unknown
from sms_desktop.store.places import Places
from sms_desktop.store.records import MESSAGE, SELECT_MESSAGES, messages_of
from sms_desktop.store.reports import change, report, reports
from sms_desktop.store.schema import MESSAGE_WITHOUT_SID, clean, messages, status_events
from sms_desktop.store.tx import Tx

AT_A_TIME = 12
"""New messages of one page that are told one by one; more are told as a heap."""
WINDOW = timedelta(minutes=10)
"""How far apart our sending and Twilio's first knowledge of a message may lie for the two to be one."""
LATE = timedelta(seconds=5)
"""Beyond this an inbound message stands at Twilio's time, not at its webhook's."""
FIRST_LOOK = timedelta(seconds=30)
"""After this time a message that was found in the list is asked about again."""
_REST_OF_SECOND = timedelta(microseconds=999_999)
TRIAL_NOTICE = "Sent from your Twilio trial account - "

_BY_SIDS = SELECT_MESSAGES.where(messages.c.sid.in_(bindparam("sids", expanding=True)))
MAYBE_SENT = "The database was replaced while this waited; it may have been sent."
"""The reason of a word that a text was on its way: by then at the latest, and not before it was written."""

_MAYBE = json.dumps((("reason", MAYBE_SENT),))
_word = status_events.alias()
_last_word = (
    select(_word.c.id)
    .where(_word.c.message_seq == messages.c.seq, _word.c.status == Status.SENDING)
    .order_by(_word.c.at.desc(), _word.c.id.desc())
    .limit(1)
    .correlate(messages)
    .scalar_subquery()
)
_is_last_word = status_events.c.id == _last_word
_last_at = status_events.c.at
_first_at = case((status_events.c.raw == _MAYBE, func.min(messages.c.at, _last_at)), else_=_last_at)
_LEFT_AT = (
    select(_first_at).select_from(messages).join(status_events, _is_last_word).where(messages.c.seq == bindparam("seq"))
)
_IN_DOUBT = (
    SELECT_MESSAGES.add_columns(_first_at, _last_at)
    .join(status_events, _is_last_word)
    .where(
        text(f"messages.{MESSAGE_WITHOUT_SID}"),
        messages.c.status.in_((Status.SENDING, Status.UNCONFIRMED)),
        _first_at <= bindparam("until"),
        _last_at >= bindparam("since"),
    )
    .order_by(messages.c.seq)
)
_NEW = SELECT_MESSAGES.where(messages.c.sid.in_(bindparam("sids", expanding=True))).order_by(
    messages.c.at, messages.c.seq
)


def take(
    tx: Tx,
    listed: Sequence[ListedMessage],
    *,
    new_key: Callable[[], str],
    origin_of: Callable[[ListedMessage], Origin | None],
    poll_at: Callable[[ListedMessage], datetime | None],
    now: datetime,
) -> list[ListedMessage]:
    """Stores a page of Twilio's list and gives what was not here, oldest first.

    The same page twice changes nothing the second time. ``origin_of`` tells of a message that is new how it got here,
    ``poll_at`` when it is to be asked about again. What is given stands in the conversation of the line that it belongs
    to; what belongs to none that is in use is left out.
    """
    known = {m.sid: m for m in messages_of(tx.db, tx.db.execute(_BY_SIDS, {"sids": [one.sid for one in listed]}))}
    found: dict[str, ListedMessage] = {}
    belongs = Places(tx.db)
    ours = _in_doubt(tx.db, [one for one in listed if one.sid not in known])
    for one in listed:
        mine = known.get(one.sid)
        if mine is not None:
            learn(tx, mine, one, now)
        elif one.sid not in found and not (one.direction is Direction.OUTBOUND and _adopted(tx, one, ours, now)):
            line = belongs.line_of(one.ours, one.service, one.peer, one.direction, one.at, one.body)
            if line is not None:
                found[one.sid] = replace(one, line=line, via=one.via if is_service(line) else None)
    # Oldest first: of the same second, as Twilio's times are, the one that came later stands below.
    new = list(found.values())[::-1]
    new.sort(key=attrgetter("at"))
    past = [_past(one, new_key(), origin_of(one), poll_at(one)) for one in new]
    history = bool(past) and all(row.origin is Origin.HISTORY for row in past)
    places = add_unknown(tx, past, before_all=history)
    _tell(tx, new, set(places), heap=history or len(new) > AT_A_TIME)
    return new


def settle(tx: Tx, listed: Sequence[ListedMessage], now: datetime) -> None:
    """Finds our own messages in doubt among ``listed``; each is matched once. Others are left out."""
    known = {m.sid for m in messages_of(tx.db, tx.db.execute(_BY_SIDS, {"sids": [one.sid for one in listed]}))}
    ours = _in_doubt(tx.db, [one for one in listed if one.sid not in known])
    for one in listed:
        if one.direction is Direction.OUTBOUND and one.sid not in known:
            known.add(one.sid)
            _adopted(tx, one, ours, now)


@dataclass(frozen=True, slots=True)
class Left:
    """A message went out between the two moments, which are one where that is on record."""

    first: datetime
    last: datetime

    def apart(self, at: datetime) -> tuple[bool, timedelta]:
        """How well it fits what Twilio knew first at ``at``: less is better, and what is on record goes before."""
        return self.first < self.last, max(self.first - at, at - self.last, timedelta(0))


def left_at(db: Connection, message: Message) -> datetime | None:
    """When it was last taken out of the outbox to be sent, at the earliest."""
    found: datetime | None = db.execute(_LEFT_AT, {"seq": message.seq}).scalar_one_or_none()
    return found


def learn(tx: Tx, message: Message, listed: ListedMessage, now: datetime) -> Message:
    """Status, error, segments and price as far as ``message`` lacks them; a word is kept only if it says something.

    The time of an inbound one that came by a webhook which was held up, by a sleep or a wrong clock, is Twilio's.
    """
    if message.direction is Direction.INBOUND and abs(message.at - listed.at) > LATE:
        message = change(tx, message, now, at=listed.at)
    moved = advance(message.status, listed.status) is not message.status
    lacks = any(
        getattr(message, name) is None and getattr(listed, name) is not None
        for name in ("error_code", "segments", "price")
    )
    if message.via is None and listed.via is not None and is_service(message.line):
        message = change(tx, message, now, via=listed.via)
    if not moved and not lacks and not _denies(tx.db, message, listed):
        return message
    word = StatusReport(listed.status, listed.error_code, listed.sid, LISTED, now)
    unit = listed.price_unit if listed.price is not None else None
    changed = report(
        tx, key=message.id, sid=listed.sid, report=word, segments=listed.segments, price=listed.price, price_unit=unit
    )
    return changed or message


def _denies(db: Connection, message: Message, listed: ListedMessage) -> bool:
    """Whether the list contradicts what stands, and nobody has said so before: it is read again and again."""
    if not differ(message.status, listed.status):
        return False
    return all(word.status is not listed.status for word in reports(db, message.id))


def _in_doubt(db: Connection, listed: Sequence[ListedMessage]) -> list[tuple[Message, Left]]:
    """Our own messages that may be among ``listed``, which are not known by their SID, and when each left."""
    times = [one.created_at for one in listed if one.direction is Direction.OUTBOUND]
    if not times:
        return []
    rows = db.execute(_IN_DOUBT, {"since": min(times) - WINDOW, "until": max(times) + WINDOW}).all()
    return [(mine, Left(*row[len(MESSAGE) :])) for mine, row in zip(messages_of(db, rows), rows, strict=True)]


def _adopted(tx: Tx, listed: ListedMessage, ours: list[tuple[Message, Left]], now: datetime) -> bool:
    """Whether it is one of ours whose answer was lost (or is on its way): then it has its SID from now on.

    Same line (or its Messaging Service), peer, words and number of files; of several that fit it is the one that left
    nearest to its time.
    """
    body, peer = clean(listed.body), clean(listed.peer)
    lines = {clean(line) for line in (listed.service, listed.ours, listed.line) if line is not None}
    apart = {
        # of a text by a service and one by a number of its pool, the service's is the one where Twilio names it
        mine.id: (listed.service is not None and mine.line != listed.service, *left.apart(listed.created_at))
        for mine, left in ours
        if (mine.line in lines or mine.via in lines)
        and mine.peer == peer
        and len(mine.media) == listed.num_media
        and _same_words(mine.body, body)
    }
    near = [key for key, (*_, distance) in apart.items() if distance <= WINDOW]
    nearest = min(near, key=lambda key: apart[key], default=None)
    if nearest is None:
        return False
    word = StatusReport(listed.status, listed.error_code, listed.sid, LISTED, now)
    report(
        tx, key=nearest, sid=listed.sid, report=word, segments=listed.segments, price=listed.price,
        price_unit=listed.price_unit if listed.price is not None else None, via=listed.via,
    )  # fmt: skip
    polls.plan(tx, nearest, None if listed.status in FINAL and listed.price else now + FIRST_LOOK, 0)
    ours[:] = [(mine, left) for mine, left in ours if mine.id != nearest]
    return True


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
        # Twilio's times are whole seconds: what was sent in the second of an inbound message answers it.
        at=listed.at + (_REST_OF_SECOND if listed.direction is Direction.OUTBOUND else timedelta(0)),
        sid=listed.sid,
        error_code=listed.error_code,
        segments=listed.segments,
        price=listed.price,
        price_unit=listed.price_unit if listed.price is not None else None,
        unseen=_is_news(listed, origin),
        awaited=listed.num_media,
        origin=origin,
        poll_at=poll_at,
        via=listed.via,
    )


def _is_news(listed: ListedMessage, origin: Origin | None) -> bool:
    """What came in, but for history; of what was sent, what another program sent is none of ours. A text of the time
    since the backup that this database was may well be, and whether anybody has seen how it ended nobody knows.
    """
    return origin is not Origin.HISTORY if listed.direction is Direction.INBOUND else origin is None


def _tell(tx: Tx, new: Sequence[ListedMessage], places: set[int], *, heap: bool) -> None:
    """Each with its conversation, or, where they are many, the conversations alone."""
    if not new:
        return
    here = {place.id: place for place in conversations.of_numbers(tx.db, places)}
    if heap:
        tx.note(PastAdded(tuple(here.values())))
        return
    for message in messages_of(tx.db, tx.db.execute(_NEW, {"sids": [one.sid for one in new]})):
        tx.note(MessageAdded(message, here[message.conversation_id]))
