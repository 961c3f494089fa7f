"""Messages of the past, many at a time: what Twilio lists, sample data. No events are noted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.media import LIKELY, File, MediaState
from sms_desktop.domain.message import FAILURES, Direction, Status
from sms_desktop.store import fulltext, reception, summary
from sms_desktop.store.bulk import Bulk, stored_time
from sms_desktop.store.schema import clean, media, messages
from sms_desktop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message as it ended. ``id`` is our key (32 hex digits), ``at`` its UTC time, ``price`` as Twilio writes it.

    ``unseen`` counts it as unread (inbound) or as an unseen failure (outbound and failed). ``awaited`` is how many
    files Twilio has for it of which nothing else is known yet; ``poll_at`` when Twilio is to be asked about it again.
    """

    id: str
    line: str
    peer: str
    direction: Direction
    body: str
    status: Status
    at: datetime
    sid: str | None = None
    error_code: int | None = None
    segments: int | None = None
    price: str | None = None
    price_unit: str | None = None
    author: str | None = None
    retry_of: str | None = None
    files: tuple[File, ...] = ()
    unseen: bool = False
    awaited: int = 0
    origin: Origin | None = None
    poll_at: datetime | None = None
    via: str | None = None


OUTBOX_ONLY = frozenset({"polls", "held_until", "held_for", "doubt", "asked_at"})
"""Columns that what was sent before knows nothing of."""
_ADD = Bulk(
    insert(messages).values(
        {column: bindparam(column.name) for column in messages.c if column.name not in OUTBOX_ONLY},
    )
)
_ADD_MEDIA = insert(media)
_KNOWN = select(messages.c.id, messages.c.sid).where(
    messages.c.id.in_(bindparam("ids", expanding=True)) | messages.c.sid.in_(bindparam("sids", expanding=True))
)
_SEQS = select(messages.c.id, messages.c.seq, messages.c.conversation_id).where(
    messages.c.id.in_(bindparam("ids", expanding=True))
)
_OLDEST = select(func.coalesce(func.min(messages.c.seq), 1))
_SOME = 5000


def add_history(tx: Tx, rows: Iterable[PastMessage]) -> int:
    """Stores those of ``rows`` whose key and sid are not known yet; returns how many that were."""
    count = 0
    some: list[PastMessage] = []
    for row in rows:
        some.append(row)
        if len(some) == _SOME:
            count += len(add_unknown(tx, _unknown(tx, some)))
            some = []
    return count + len(add_unknown(tx, _unknown(tx, some)))


def add_unknown(tx: Tx, rows: Sequence[PastMessage], *, before_all: bool = False) -> list[int]:
    """Stores ``rows``, of which none is known; returns the number of each one's conversation.

    ``before_all``: they are older than what is here, and get row numbers below all others, so that search, which goes
    by these, finds the newest first all the same.
    """
    by_place: defaultdict[tuple[str, str], list[PastMessage]] = defaultdict(list)
    for row in rows:
        by_place[clean(row.line), clean(row.peer)].append(row)
    if not by_place:
        return []
    numbers = summary.add_many(tx.db, [_summary(line, peer, here) for (line, peer), here in by_place.items()])
    places = [numbers[clean(row.line), clean(row.peer)] for row in rows]
    # Row numbers follow time, which search takes for its order.
    values = sorted(map(_values, rows, places), key=itemgetter("at"))
    if before_all:
        first = int(tx.db.execute(_OLDEST).scalar_one()) - len(values)
        for seq, value in enumerate(values, first):
            value["seq"] = seq
    _ADD.run(tx.db, values)
    if before_all:
        fulltext.index(tx.db, first, first + len(values) - 1)
    _add_files(tx, [row for row in rows if row.files or row.awaited])
    reception.judge_past(tx, rows)
    return places


def _unknown(tx: Tx, rows: list[PastMessage]) -> list[PastMessage]:
    ids = [row.id for row in rows]
    sids = [row.sid for row in rows if row.sid is not None]
    seen: set[str | None] = set()
    for found in tx.db.execute(_KNOWN, {"ids": ids, "sids": sids}):
        seen.update(found)
    seen.discard(None)
    new = []
    for row in rows:
        if row.id not in seen and row.sid not in seen:
            new.append(row)
            seen.update(key for key in (row.id, row.sid) if key is not None)
    return new


def _summary(line: str, peer: str, rows: list[PastMessage]) -> dict[str, Any]:
    newest = max(reversed(rows), key=attrgetter("at"))  # of equals the later, as row numbers go
    units = [row.price_unit for row in rows if row.price_unit]
    outbound = [row for row in rows if row.direction is Direction.OUTBOUND]
    return summary.arrival(
        line=line,
        peer=peer,
        id=newest.id,
        direction=newest.direction,
        body=clean(newest.body),
        status=newest.status,
        at=newest.at,
        media_types=tuple(file.content_type for file in newest.files) + (LIKELY,) * newest.awaited,
        error_code=newest.error_code,
        unread=sum(row.unseen and row.direction is Direction.INBOUND for row in rows),
        failed=sum(row.unseen and row.status in FAILURES for row in rows),
        messages=len(rows),
        outbound=len(outbound),
        delivered=sum(row.status in summary.ARRIVED for row in outbound),
        spent=sum(summary.millionths(row.price) for row in rows),
        price_unit=units[-1] if units else None,
        revive=any(row.origin is not Origin.HISTORY for row in rows),
    )


def _values(row: PastMessage, conversation_id: int) -> dict[str, Any]:
    at = stored_time(row.at)
    return {
        "seq": None, "id": row.id, "conversation_id": conversation_id, "direction": row.direction.value,
        "body": clean(row.body), "status": row.status.value, "at": at, "updated_at": at, "sid": row.sid,
        "error_code": row.error_code, "num_media": len(row.files) + row.awaited, "segments": row.segments,
        "price": row.price, "price_unit": row.price_unit, "author": row.author and clean(row.author),
        "retry_of": row.retry_of, "origin": row.origin and row.origin.value, "poll_at": stored_time(row.poll_at),
        "via": row.via,
    }  # fmt: skip


def _add_files(tx: Tx, rows: list[PastMessage]) -> None:
    if not rows:
        return
    places = {id: (seq, place) for id, seq, place in tx.db.execute(_SEQS, {"ids": [row.id for row in rows]})}
    values: list[dict[str, Any]] = []
    for row in rows:
        seq, conversation_id = places[row.id]
        ready: list[dict[str, Any]] = [
            {
                "content_type": file.content_type, "state": MediaState.READY, "sha256": file.sha256,
                "size": file.size, "name": clean(file.name), "due_at": None,
            }
            for file in row.files
        ]  # fmt: skip
        awaited: dict[str, Any] = {
            "content_type": LIKELY, "state": MediaState.PENDING, "sha256": None, "size": None, "name": None,
            "due_at": row.at,
        }  # fmt: skip
        for position, item in enumerate(ready + [awaited] * row.awaited):
            values.append(item | {"message_seq": seq, "conversation_id": conversation_id, "position": position})
    tx.db.execute(_ADD_MEDIA, values)
