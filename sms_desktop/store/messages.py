"""Messages: coming in, going out, and one at a time. Pages, reports and bulk are next door and offered here too."""

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.events import MessageAdded
from sms_desktop.domain.media import File, Media, MediaState
from sms_desktop.domain.message import OURS, Direction, Hold, Message, Status, StatusReport
from sms_desktop.store import conversations, drafts, reception, summary
from sms_desktop.store.history import PastMessage, add_history
from sms_desktop.store.records import SELECT_MESSAGES, messages_of, one_message
from sms_desktop.store.reports import keep, report, reports
from sms_desktop.store.schema import HELD, LOOKING, NIGHT, WAITING, clean, media, messages, outbox
from sms_desktop.store.timeline import after, around, before, latest, wants_a_look
from sms_desktop.store.tx import Tx

__all__ = [
    "PastMessage", "add_history", "add_inbound", "add_outbound", "add_reply", "after", "around", "before", "by_sid",
    "get", "last_inbound_at", "last_outbound", "latest", "new_key", "newest_seq", "report", "reports", "since", "tries",
    "wants_a_look",
]  # fmt: skip

CLOCKS_DIFFER = timedelta(seconds=30)
"""How far ahead of ours a clock may be that counts as right."""

_KNOWN = select(messages.c.seq).where(messages.c.sid == bindparam("sid"))
_GET = SELECT_MESSAGES.where(messages.c.id == bindparam("id"))
_BY_SID = SELECT_MESSAGES.where(messages.c.sid == bindparam("sid"))
_LAST_OUTBOUND = (
    SELECT_MESSAGES.where(messages.c.conversation_id == bindparam("of"), messages.c.direction == Direction.OUTBOUND)
    .order_by(messages.c.at.desc(), messages.c.seq.desc())
    .limit(1)
)
_SINCE = SELECT_MESSAGES.where(messages.c.seq > bindparam("seq")).order_by(messages.c.seq).limit(bindparam("limit"))
_NEWEST = select(func.coalesce(func.max(messages.c.seq), 0))
_RECENT = select(messages.c.at, messages.c.direction).order_by(messages.c.at.desc()).limit(500).subquery()
_LAST_INBOUND = select(func.max(_RECENT.c.at)).where(_RECENT.c.direction == Direction.INBOUND)
_first = messages.alias("first")
_TRIES = select(messages.c.id, messages.c.retry_of).where(
    messages.c.retry_of.is_not(None),
    # within the conversation, whose index is at hand
    messages.c.conversation_id
    == select(_first.c.conversation_id).where(_first.c.id == bindparam("id")).scalar_subquery(),
)
_SOME = SELECT_MESSAGES.where(messages.c.id.in_(bindparam("ids", expanding=True))).order_by(messages.c.seq)
_ADD = insert(messages)
_ADD_MEDIA = insert(media)
_ADD_TO_OUTBOX = insert(outbox)
_TURN = select(func.coalesce(func.max(outbox.c.turn) + 1, 0))


def new_key() -> str:
    """A new message's key, 32 hex digits: 48 bits of time, so that the index grows at its end, 80 of chance."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def add_inbound(
    tx: Tx,
    *,
    sid: str,
    line: str,
    peer: str,
    body: str,
    at: datetime,
    media: Sequence[tuple[str, str]] = (),
    segments: int | None = None,
    via: str | None = None,
) -> Message | None:
    """Stores a message from ``peer``, its ``media`` as (url, content type) to be fetched; None if ``sid`` is known.

    ``via`` is the number that it came to, where ``line`` is a Messaging Service.
    """
    if tx.db.execute(_KNOWN, {"sid": sid}).first() is not None:
        return None
    key, line, peer, body = new_key(), clean(line), clean(peer), clean(body)
    come = summary.arrival(
        line=line,
        peer=peer,
        id=key,
        direction=Direction.INBOUND,
        body=body,
        status=Status.RECEIVED,
        at=at,
        media_types=tuple(content_type for _, content_type in media),
        unread=1,
    )
    conversation = summary.add(tx.db, come)
    added = tx.db.execute(
        _ADD,
        {
            "id": key, "conversation_id": conversation.id, "direction": Direction.INBOUND, "body": body,
            "status": Status.RECEIVED, "at": at, "updated_at": at, "sid": sid, "num_media": len(media),
            "segments": segments, "via": via,
        },
    )  # fmt: skip
    seq = int(added.lastrowid)
    awaited = tuple(
        _add_media(tx.db, seq, conversation.id, position, content_type, url=url, due_at=at)
        for position, (url, content_type) in enumerate(media)
    )
    message = Message(
        key, seq, conversation.id, line, peer, Direction.INBOUND, body, Status.RECEIVED, at, at, clean(sid),
        media=awaited, segments=segments, via=via,
    )  # fmt: skip
    tx.note(MessageAdded(message, conversation))
    reception.judge(tx, message)
    return message


def add_outbound(
    tx: Tx,
    *,
    id: str,
    conversation_id: int,
    body: str,
    files: Sequence[File] = (),
    author: str | None = None,
    retry_of: str | None = None,
    at: datetime,
    hold: timedelta = timedelta(0),
    keep_draft: bool = False,
    held: bool = False,
    morning: datetime | None = None,
    let: bool = False,
    unknown: bool = False,
    automatic: bool = False,
) -> Message:
    """Queues a message under our own key ``id``; the draft that it was is cleared, unless told to keep it.

    It is kept back for ``hold``, so that it can be undone; one that is ``held`` waits until it is released, one for the
    recipient's ``morning`` until then. One that is ``let`` leaves at night too. An ``unknown`` number is
    looked up before any of that.

    Failures in the conversation count as dealt with, unless it is ``automatic``; by what waits for a morning only once
    it is let go. It comes after what the conversation
    shows already, even where Twilio's clock, by which that was dated, is a little ahead of ours.

    Raises LookupError where there is no such conversation.
    """
    due_at = at + hold if morning is None else morning
    held_until = due_at if hold or morning is not None else None
    held_for = None if morning is None else Hold.NIGHT
    state = LOOKING if unknown else NIGHT if morning is not None else HELD if held else WAITING
    if not keep_draft:
        drafts.clear(tx.db, conversation_id)
    if not automatic and morning is None:
        summary.answer_failures(tx.db, conversation_id)
    message, conversation = _write(
        tx, id, conversation_id, body, files, Status.QUEUED, at, author, retry_of=retry_of, held_until=held_until,
        held_for=held_for,
    )  # fmt: skip
    tx.db.execute(
        _ADD_TO_OUTBOX,
        {
            "message_seq": message.seq, "conversation_id": conversation_id, "state": state,
            "due_at": due_at, "let": let,
            "turn": tx.db.execute(_TURN).scalar_one(),
        },
    )  # fmt: skip
    tx.note(MessageAdded(message, conversation))
    return message


def add_reply(
    tx: Tx,
    *,
    conversation_id: int,
    body: str,
    files: Sequence[File] = (),
    author: str,
    at: datetime,
    via: str | None = None,
) -> Message:
    """A message that Twilio is told to send in the answer to its post: it is under way, and in no outbox.

    ``via`` is the number that it goes by where the line is a Messaging Service. Neither the draft nor failures in the
    conversation are touched by it. Raises LookupError.
    """
    message, conversation = _write(tx, new_key(), conversation_id, body, files, Status.SENDING, at, author, via=via)
    tx.note(MessageAdded(message, conversation))
    keep(tx, StatusReport(Status.SENDING, None, None, OURS, at), message)
    return message


def _write(
    tx: Tx,
    id: str,
    conversation_id: int,
    body: str,
    files: Sequence[File],
    status: Status,
    at: datetime,
    author: str | None,
    *,
    retry_of: str | None = None,
    held_until: datetime | None = None,
    held_for: Hold | None = None,
    via: str | None = None,
) -> tuple[Message, Conversation]:
    """Its rows, below all that the conversation shows."""
    to = conversations.known(tx.db, conversation_id)
    if timedelta(0) < to.at - at < CLOCKS_DIFFER:
        at = to.at + timedelta(microseconds=1)
    body = clean(body)
    come = summary.arrival(
        line=to.line,
        peer=to.peer,
        id=id,
        direction=Direction.OUTBOUND,
        body=body,
        status=status,
        at=at,
        media_types=tuple(file.content_type for file in files),
        outbound=1,
    )
    conversation = summary.add(tx.db, come)
    added = tx.db.execute(
        _ADD,
        {
            "id": id, "conversation_id": conversation_id, "direction": Direction.OUTBOUND, "body": body,
            "status": status, "at": at, "updated_at": at, "num_media": len(files), "author": author,
            "retry_of": retry_of, "held_until": held_until, "held_for": held_for, "via": via,
        },
    )  # fmt: skip
    seq = int(added.lastrowid)
    ready = tuple(
        _add_media(tx.db, seq, conversation_id, position, file.content_type, file=file)
        for position, file in enumerate(files)
    )
    message = Message(
        id, seq, conversation_id, to.line, to.peer, Direction.OUTBOUND, body, status, at, at,
        media=ready, author=None if author is None else clean(author), retry_of=retry_of, held_until=held_until,
        held_for=held_for, via=via,
    )  # fmt: skip
    return message, conversation


def get(db: Connection, id: str) -> Message | None:
    """The message with our key ``id``."""
    return one_message(db, _GET, {"id": id})


def by_sid(db: Connection, sid: str) -> Message | None:
    """The message that Twilio knows as ``sid``."""
    return one_message(db, _BY_SID, {"sid": sid})


def last_outbound(db: Connection, conversation_id: int) -> Message | None:
    """The newest message of ours in that conversation."""
    return one_message(db, _LAST_OUTBOUND, {"of": conversation_id})


def tries(db: Connection, id: str) -> list[Message]:
    """The message with our key ``id`` and all other tries at the same: what it tries again, what tries that again, and
    so on; in the order in which they were made.
    """
    first_of: dict[str, str] = {row.id: row.retry_of for row in db.execute(_TRIES, {"id": id})}
    first = _root(first_of, id)
    ids = {first, *(one for one in first_of if _root(first_of, one) == first)}
    return messages_of(db, db.execute(_SOME, {"ids": list(ids)}))


def _root(first_of: Mapping[str, str], id: str) -> str:
    seen = {id}
    while (before := first_of.get(id)) is not None and before not in seen:
        seen.add(before)
        id = before
    return id


def newest_seq(db: Connection) -> int:
    """The row number of the message stored last, 0 where there is none."""
    return int(db.execute(_NEWEST).scalar_one())


def last_inbound_at(db: Connection) -> datetime | None:
    """When the newest inbound message came; None also where the last 500 messages were all ours."""
    found: datetime | None = db.execute(_LAST_INBOUND).scalar()
    return found


def since(db: Connection, seq: int, limit: int = 500) -> list[MessageAdded]:
    """The messages stored after row number ``seq``, in that order, each with its conversation as it now is."""
    found = messages_of(db, db.execute(_SINCE, {"seq": seq, "limit": limit}))
    places = {number: conversations.known(db, number) for number in {message.conversation_id for message in found}}
    return [MessageAdded(message, places[message.conversation_id]) for message in found]


def _add_media(
    db: Connection,
    seq: int,
    conversation_id: int,
    position: int,
    content_type: str,
    *,
    file: File | None = None,
    url: str | None = None,
    due_at: datetime | None = None,
) -> Media:
    state = MediaState.PENDING if file is None else MediaState.READY
    added = db.execute(
        _ADD_MEDIA,
        {
            "message_seq": seq, "conversation_id": conversation_id, "position": position,
            "content_type": content_type, "state": state, "sha256": file and file.sha256, "size": file and file.size,
            "name": file and clean(file.name), "url": url, "due_at": due_at,
        },
    )  # fmt: skip
    return Media(int(added.lastrowid), position, content_type, state, file, url)
