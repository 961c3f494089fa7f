"""Pictures and files of messages: those still to be fetched, and those that Twilio may fetch from us."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.events import MessageChanged
from sms_desktop.domain.media import File, Media, MediaState
from sms_desktop.domain.message import Message
from sms_desktop.store import conversations, rules, settings
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.records import MEDIA, SELECT_MESSAGES, media_of, one_message
from sms_desktop.store.schema import (
    MEDIA_PENDING,
    MEDIA_READY,
    drafts,
    media,
    media_shares,
    messages,
)
from sms_desktop.store.schema import (
    conversations as conversations_table,
)
from sms_desktop.store.tx import Tx

__all__ = [
    "MediaFolder", "PendingMedia", "again", "failed", "fetched", "forget_expired", "hurry", "located", "lost", "miss",
    "next_due", "pending", "share", "shared", "spare", "unclaimed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PendingMedia:
    """Something to fetch: ``media.url`` tells where, ``attempts`` how often it was tried in vain.

    Without a URL all that is known is that the message ``sid`` has so many files: see ``located``.
    """

    media: Media
    message_id: str
    attempts: int
    sid: str | None = None


SWEPT = "media_swept"
"""The setting that says up to when files that nobody has were removed, in seconds since 1970."""

GONE = "This file is not on this computer any more."

_m = media.c
_READY = (
    select(_m.id, _m.sha256, _m.url, messages.c.sid)
    .join_from(media, messages)
    .where(text(f"media.{MEDIA_READY}"), _m.sha256.is_not(None))
)
_PENDING = (
    select(*MEDIA, messages.c.id, _m.attempts, messages.c.sid)
    .join_from(media, messages)
    .where(text(f"media.{MEDIA_PENDING}"), _m.due_at <= bindparam("now"))
    .order_by(_m.due_at.desc(), _m.id)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(_m.due_at)).where(text(MEDIA_PENDING))
_MESSAGE = SELECT_MESSAGES.where(
    messages.c.seq == select(_m.message_seq).where(_m.id == bindparam("media_id")).scalar_subquery()
)
_OF_MESSAGE = (
    select(*MEDIA).join_from(media, messages).where(messages.c.id == bindparam("message_id")).order_by(_m.position)
)
_TOUCH = update(messages).where(messages.c.seq == bindparam("of")).values(updated_at=bindparam("since"))
_NEW_TYPE = (
    update(conversations_table)
    .where(conversations_table.c.last_id == bindparam("message_id"))
    .values(last_media_type=bindparam("content_type"))
)
_SHARE = insert(media_shares).values(
    token=bindparam("token"), media_id=bindparam("media_id"), expires_at=bindparam("expires_at")
)
_old, _new = media_shares.c, _SHARE.excluded
_SHARE_OR_PROLONG = _SHARE.on_conflict_do_update(
    index_elements=["media_id"],
    set_={
        "token": func.iif(_old.expires_at > bindparam("now", type_=_old.expires_at.type), _old.token, _new.token),
        "expires_at": func.max(_old.expires_at, _new.expires_at),
    },
).returning(_old.token)
_SHARED = (
    select(*MEDIA)
    .join_from(media, media_shares)
    .where(media_shares.c.token == bindparam("token"), media_shares.c.expires_at > bindparam("now"))
)
_HURRY = update(media).where(text(MEDIA_PENDING), _m.due_at > bindparam("now")).values(due_at=bindparam("now"))
_CLAIMED = select(_m.sha256).where(_m.sha256.in_(bindparam("some", expanding=True)))
_AT_A_TIME = 500
_FORGET = delete(media_shares).where(media_shares.c.expires_at <= bindparam("now"))


def pending(db: Connection, now: datetime, limit: int = 20) -> list[PendingMedia]:
    """What is to be fetched now; what became due last comes first, so that news need not wait for years of history."""
    return [PendingMedia(media_of(row[:-3]), *row[-3:]) for row in db.execute(_PENDING, {"now": now, "limit": limit})]


def next_due(db: Connection) -> datetime | None:
    """When the next fetch is due; None where nothing is pending."""
    found: datetime | None = db.execute(_NEXT_DUE).scalar_one()
    return found


def located(tx: Tx, message_id: str, found: Sequence[tuple[str, str]]) -> Message | None:
    """Twilio has told where the message's files are, as (URL, content type); those that it did not name are gone."""
    for item in [media_of(row) for row in tx.db.execute(_OF_MESSAGE, {"message_id": message_id})]:
        if item.url is not None or item.state is not MediaState.PENDING:
            continue
        if item.position < len(found):
            url, content_type = found[item.position]
            tx.db.execute(update(media).where(_m.id == item.id).values(url=url, content_type=content_type))
        else:
            failed(tx, item.id, "Twilio does not have this file any more.", None)
    message = one_message(tx.db, SELECT_MESSAGES.where(messages.c.id == message_id), {})
    if message is not None and message.media:
        message = _tell(tx, message)
    return message


def fetched(tx: Tx, media_id: int, file: File, content_type: str) -> Message:
    """The bytes are in the media folder. Raises LookupError."""
    return _change(
        tx,
        media_id,
        state=MediaState.READY,
        sha256=file.sha256,
        size=file.size,
        name=file.name,
        content_type=content_type,
        error=None,
        due_at=None,
    )


def failed(tx: Tx, media_id: int, error: str, retry_at: datetime | None, *, counts: bool = True) -> Message:
    """A fetch failed with the sentence ``error``; tried again at ``retry_at``, or only by hand. Raises LookupError.

    One that does not count was no attempt: nobody could be reached.
    """
    state = MediaState.FAILED if retry_at is None else MediaState.PENDING
    return _change(tx, media_id, state=state, error=error, due_at=retry_at, attempts=_m.attempts + int(counts))


def hurry(tx: Tx, now: datetime) -> None:
    """All that waits for a later try may be fetched now."""
    tx.db.execute(_HURRY, {"now": now})


def lost(tx: Tx, media_id: int, error: str) -> Message:
    """The file that we had is not there any more, and nobody can give it to us. Raises LookupError."""
    return _change(tx, media_id, state=MediaState.FAILED, sha256=None, size=None, error=error, due_at=None)


def again(tx: Tx, media_id: int, now: datetime) -> Message:
    """To be fetched at once, as if for the first time; what is at hand already stays. Raises LookupError."""
    message = _message_of(tx.db, media_id)
    if any(item.id == media_id and item.state is MediaState.READY for item in message.media):
        return message
    return _change(tx, media_id, state=MediaState.PENDING, error=None, due_at=now, attempts=0)


def miss(tx: Tx, folder: MediaFolder, at: datetime) -> int:
    """What is named and lies not in ``folder`` is fetched again where Twilio may have it; returns how many there are.

    The same as ``again``, for thousands.
    """
    count = 0
    for row in tx.db.execute(_READY).all():
        if folder.path_of(row.sha256).exists():
            continue
        count += 1
        state, due, error = (MediaState.PENDING, at, None) if row.url or row.sid else (MediaState.FAILED, None, GONE)
        values = {"state": state, "sha256": None, "size": None, "attempts": 0, "due_at": due, "error": error}
        tx.db.execute(update(media).where(_m.id == row.id).values(**values))
    return count


def spare(tx: Tx, at: datetime) -> None:
    """Files that nothing names yet are kept: the messages that they belong to are listed again."""
    settings.put(tx, SWEPT, at.timestamp())


def share(tx: Tx, message_id: str, now: datetime, expires_at: datetime) -> list[tuple[str, Media]]:
    """An unguessable token for each file of the message, good until ``expires_at``; one that is still good is kept."""
    shares = []
    for item in [media_of(row) for row in tx.db.execute(_OF_MESSAGE, {"message_id": message_id})]:
        values = {"token": secrets.token_urlsafe(24), "media_id": item.id, "expires_at": expires_at, "now": now}
        shares.append((str(tx.db.execute(_SHARE_OR_PROLONG, values).scalar_one()), item))
    return shares


def shared(db: Connection, token: str, now: datetime) -> Media | None:
    """What ``token`` stands for, while it is good."""
    row = db.execute(_SHARED, {"token": token, "now": now}).first()
    return None if row is None else media_of(row)


def forget_expired(tx: Tx, now: datetime) -> int:
    """Removes the tokens that are good no more; returns how many."""
    return int(tx.db.execute(_FORGET, {"now": now}).rowcount)


def unclaimed(db: Connection, files: Sequence[str]) -> list[str]:
    """Those of ``files``, as SHA-256, that neither a message nor a draft nor a rule of automatic replies has."""
    drafted = "".join([*db.execute(select(drafts.c.files)).scalars(), rules.pictures(db)])
    found: list[str] = []
    for start in range(0, len(files), _AT_A_TIME):
        some = files[start : start + _AT_A_TIME]
        claimed = set(db.execute(_CLAIMED, {"some": some}).scalars())
        found += [one for one in some if one not in claimed and one not in drafted]
    return found


def _change(tx: Tx, media_id: int, **values: Any) -> Message:
    tx.db.execute(update(media).where(_m.id == media_id).values(**values))
    return _tell(tx, _message_of(tx.db, media_id))


def _tell(tx: Tx, message: Message) -> Message:
    """Its files are others than before: of two records of a message the later one counts."""
    message = replace(message, updated_at=message.updated_at + timedelta(microseconds=1))
    tx.db.execute(_TOUCH, {"of": message.seq, "since": message.updated_at})
    tx.db.execute(_NEW_TYPE, {"message_id": message.id, "content_type": message.media[0].content_type})
    tx.note(MessageChanged(message, conversations.known(tx.db, message.conversation_id)))
    return message


def _message_of(db: Connection, media_id: int) -> Message:
    found = one_message(db, _MESSAGE, {"media_id": media_id})
    if found is None:
        raise LookupError(f"there is no media {media_id}")
    return found
