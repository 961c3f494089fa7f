"""Columns to select and the values that their rows become, in one place for all who read."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, literal_column, select

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import ConsentSource
from sms_desktop.domain.conversation import Conversation, Last
from sms_desktop.domain.media import File, Media, MediaState
from sms_desktop.domain.message import Direction, Doubt, Hold, Message, Status
from sms_desktop.store import forall
from sms_desktop.store.schema import (
    consent_events,
    consents,
    contact_numbers,
    contacts,
    conversations,
    media,
    messages,
    zips,
)

_c = conversations.c
_e = consent_events.c
_m = messages.c

# A subquery rather than a join, so that RETURNING can have it too.
_NAME: ColumnElement[Any] = (
    select(contacts.c.name)
    .join_from(contacts, contact_numbers)
    .where(contact_numbers.c.address == literal_column("conversations.peer"))
    .scalar_subquery()
)
_ZIP: ColumnElement[Any] = (
    select(zips.c.zip).where(zips.c.peer == literal_column("conversations.peer")).scalar_subquery()
)


def _out(kept: ColumnElement[Any], listed: ColumnElement[Any]) -> ColumnElement[Any]:
    """Of whoever opted out before there was a conversation; where nothing is kept of the pair, by a list for all
    numbers.
    """
    peer = consents.c.peer == bindparam("peer")
    pair = (consents.c.line == bindparam("line"), peer)
    out = select(kept).where(*pair, consents.c.standing == literal_column("'opted_out'")).scalar_subquery()
    by_list = forall.first_of(listed, bindparam("peer"), ~select(consents.c.line).where(*pair).exists())
    return case((select(consents.c.line).where(peer).exists(), func.coalesce(out, by_list)))  # of most nothing is kept


BORN_OUT: dict[str, ColumnElement[Any]] = {
    "opted_out_at": _out(consents.c.at, _e.at),
    "opted_out_words": _out(consents.c.words, _e.reason),
    "opted_out_source": _out(consents.c.source, _e.source),
}
"""What a new conversation begins with, as columns of its insert, which has ``line`` and ``peer``."""

CONVERSATION: tuple[ColumnElement[Any], ...] = (
    _c.id, _c.line, _c.peer, _c.at, _NAME.label("name"), _c.unread, _c.failed,
    _c.last_body, _c.last_direction, _c.last_status, _c.last_error_code, _c.last_num_media, _c.last_media_type,
    _c.draft, _c.archived, _c.blocked, _c.opted_out_at, _c.opted_out_words, _c.opted_out_source,
    _ZIP.label("zip"),
)  # fmt: skip

MESSAGE: tuple[ColumnElement[Any], ...] = (
    _m.num_media, _m.id, _m.seq, _m.conversation_id, _c.line, _c.peer, _m.direction, _m.body, _m.status, _m.at,
    _m.updated_at, _m.sid, _m.error_code, _m.segments, _m.price, _m.price_unit, _m.author, _m.retry_of,
    _m.origin, _m.held_until, _m.doubt, _m.asked_at, _m.held_for, _m.via,
)  # fmt: skip
"""To be selected from messages joined with conversations."""

MEDIA: tuple[ColumnElement[Any], ...] = (
    media.c.id, media.c.position, media.c.content_type, media.c.state, media.c.sha256, media.c.size, media.c.name,
    media.c.url, media.c.error,
)  # fmt: skip

SELECT_CONVERSATIONS = select(*CONVERSATION)
SELECT_MESSAGES = select(*MESSAGE).join_from(messages, conversations)
_MEDIA_OF = (
    select(media.c.message_seq, *MEDIA)
    .where(media.c.message_seq.in_(bindparam("seqs", expanding=True)))
    .order_by(media.c.message_seq, media.c.position)
)


def conversation_of(row: Sequence[Any]) -> Conversation:
    """The value of a row of CONVERSATION."""
    (
        id, line, peer, at, name, unread, failed, body, direction, status, error_code, num_media, media_type,
        draft, archived, blocked, opted_out_at, opted_out_words, source, zip,
    ) = row  # fmt: skip
    last = None
    if direction is not None:
        last = Last(body, Direction(direction), Status(status), error_code, num_media, media_type)
    return Conversation(
        id, line, peer, at, name or None, unread, failed, last, draft,
        archived == 1, blocked == 1, opted_out_at, opted_out_words, ConsentSource(source) if source else None,
        zip,
    )  # fmt: skip


def message_of(row: Sequence[Any], files: tuple[Media, ...] = ()) -> Message:
    """The value of a row of MESSAGE with its media."""
    (
        _, id, seq, conversation_id, line, peer, direction, body, status, at, updated_at, sid, error_code,
        segments, price, price_unit, author, retry_of, origin, held_until, doubt, asked_at, held_for, via,
    ) = row  # fmt: skip
    return Message(
        id, seq, conversation_id, line, peer, Direction(direction), body, Status(status), at, updated_at, sid,
        error_code, files, segments, price, price_unit, author, retry_of, Origin(origin) if origin else None,
        held_until, Doubt(doubt) if doubt else None, asked_at, Hold(held_for) if held_for else None, via,
    )  # fmt: skip


def media_of(row: Sequence[Any]) -> Media:
    """The value of a row of MEDIA."""
    id, position, content_type, state, sha256, size, name, url, error = row
    file = None if sha256 is None else File(sha256, size, content_type, name)
    return Media(id, position, content_type, MediaState(state), file, url, error)


def messages_of(db: Connection, rows: Iterable[Sequence[Any]]) -> list[Message]:
    """The values of rows that begin with MESSAGE; all their media are fetched by one more query, if there are any."""
    rows = list(rows)
    width = len(MESSAGE)
    found: dict[int, list[Media]] = {}
    if seqs := [row[2] for row in rows if row[0]]:
        for seq, *values in db.execute(_MEDIA_OF, {"seqs": seqs}):
            found.setdefault(seq, []).append(media_of(values))
    return [message_of(row[:width], tuple(found.get(row[2], ()))) for row in rows]


def one_message(db: Connection, query: Select[Any], values: dict[str, Any]) -> Message | None:
    """The message that ``query`` (over SELECT_MESSAGES) finds, or None."""
    return next(iter(messages_of(db, db.execute(query, values))), None)
