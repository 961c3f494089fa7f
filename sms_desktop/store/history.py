"""Messages of the past, many at a time: imports, sample data. No events are noted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select

from sms_desktop.domain.media import File, MediaState
from sms_desktop.domain.message import FAILURES, Direction, Status
from sms_desktop.store import summary
from sms_desktop.store.schema import clean, media, messages
from sms_desktop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message as it ended. ``id`` is our key (32 hex digits), ``at`` its UTC time, ``price`` as Twilio writes it.

    ``unseen`` counts it as unread (inbound) or as an unseen failure (outbound and failed).
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


_ADD = insert(messages)
_ADD_MEDIA = insert(media)
_KNOWN = select(messages.c.id, messages.c.sid).where(
    messages.c.id.in_(bindparam("ids", expanding=True)) | messages.c.sid.in_(bindparam("sids", expanding=True))
)
_SEQS = select(messages.c.id, messages.c.seq, messages.c.conversation_id).where(
    messages.c.id.in_(bindparam("ids", expanding=True))
)
_SOME = 5000


def add_history(tx: Tx, rows: Iterable[PastMessage]) -> int:
    """Stores those of ``rows`` whose key and sid are not known yet; returns how many that were."""
    count = 0
    some: list[PastMessage] = []
    for row in rows:
        some.append(row)
        if len(some) == _SOME:
            count += _add(tx, some)
            some = []
    return count + (_add(tx, some) if some else 0)


def _add(tx: Tx, rows: list[PastMessage]) -> int:
    rows = _unknown(tx, rows)
    by_place: defaultdict[tuple[str, str], list[PastMessage]] = defaultdict(list)
    for row in rows:
        by_place[clean(row.line), clean(row.peer)].append(row)
    values: list[dict[str, Any]] = []
    for (line, peer), here in by_place.items():
        conversation_id = _summarise(tx, line, peer, here)
        values += (_values(row, conversation_id) for row in here)
    if values:
        values.sort(key=lambda row: row["at"])  # row numbers follow time, which search takes for its order
        tx.db.execute(_ADD, values)
    _add_files(tx, [row for row in rows if row.files])
    return len(values)


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


def _summarise(tx: Tx, line: str, peer: str, rows: list[PastMessage]) -> int:
    newest = sorted(rows, key=lambda row: row.at)[-1]  # of equals the later, as row numbers go
    units = [row.price_unit for row in rows if row.price_unit]
    return summary.add(
        tx.db,
        line=line,
        peer=peer,
        id=newest.id,
        direction=newest.direction,
        body=clean(newest.body),
        status=newest.status,
        at=newest.at,
        media_types=tuple(file.content_type for file in newest.files),
        error_code=newest.error_code,
        unread=sum(row.unseen and row.direction is Direction.INBOUND for row in rows),
        failed=sum(row.unseen and row.status in FAILURES for row in rows),
        messages=len(rows),
        outbound=sum(row.direction is Direction.OUTBOUND for row in rows),
        delivered=sum(row.direction is Direction.OUTBOUND and row.status in summary.ARRIVED for row in rows),
        spent=sum(summary.millionths(row.price) for row in rows),
        price_unit=units[-1] if units else None,
    ).id


def _values(row: PastMessage, conversation_id: int) -> dict[str, Any]:
    return {
        "id": row.id, "conversation_id": conversation_id, "direction": row.direction, "body": row.body,
        "status": row.status, "at": row.at, "updated_at": row.at, "sid": row.sid, "error_code": row.error_code,
        "num_media": len(row.files), "segments": row.segments, "price": row.price, "price_unit": row.price_unit,
        "author": row.author, "retry_of": row.retry_of,
    }  # fmt: skip


def _add_files(tx: Tx, rows: list[PastMessage]) -> None:
    if not rows:
        return
    places = {id: (seq, place) for id, seq, place in tx.db.execute(_SEQS, {"ids": [row.id for row in rows]})}
    tx.db.execute(
        _ADD_MEDIA,
        [
            {
                "message_seq": places[row.id][0], "conversation_id": places[row.id][1], "position": position,
                "content_type": file.content_type, "state": MediaState.READY, "sha256": file.sha256,
                "size": file.size, "name": file.name,
            }
            for row in rows
            for position, file in enumerate(row.files)
        ],
    )  # fmt: skip
