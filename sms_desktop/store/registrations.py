"""What was set at Twilio before we set ours, so that it can be put back."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.routing import Holder, HolderKind, Webhook
from sms_desktop.store.schema import registrations as table
from sms_desktop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Registration:
    """``former`` stood on the resource ``sid`` before our first change to it; ``ours`` are the addresses, without
    fragments, that we have set there since or were about to set, the last at the end.
    """

    sid: str
    kind: HolderKind
    name: str
    former: Webhook
    ours: tuple[str, ...]
    at: datetime


KEPT = 50
"""Addresses of ours that are remembered for one resource; a free tunnel gets a new one each time."""

_ALL = select(table).order_by(table.c.at)
_INSERT = insert(table)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["sid"],
    # What stood there before the first of our changes is what belongs there.
    set_={name: _INSERT.excluded[name] for name in ("kind", "name", "ours", "at")},
)
_FORGET = delete(table).where(table.c.sid == bindparam("of"))


def all(db: Connection) -> dict[str, Registration]:
    """By SID."""
    return {
        row.sid: Registration(
            row.sid,
            HolderKind(row.kind),
            row.name,
            Webhook(**json.loads(row.former)),
            tuple(json.loads(row.ours)),
            row.at,
        )
        for row in db.execute(_ALL)
    }


def put(tx: Tx, holder: Holder, ours: str, at: datetime) -> Registration:
    """We are about to set the address ``ours`` on ``holder``; what it says now is kept, unless something was already.

    Written before anything is changed at Twilio, so that no crash in between makes our own address look like a
    stranger's, or a stranger's like nothing.
    """
    known = all(tx.db).get(holder.sid)
    earlier = tuple(url for url in known.ours if url != ours) if known is not None else ()
    mine = Registration(
        holder.sid, holder.kind, holder.name, known.former if known is not None else holder.webhook,
        (*earlier[1 - KEPT :], ours), at,
    )  # fmt: skip
    tx.db.execute(
        _PUT,
        {
            "sid": mine.sid, "kind": mine.kind, "name": mine.name, "former": json.dumps(asdict(mine.former)),
            "ours": json.dumps(mine.ours), "at": at,
        },
    )  # fmt: skip
    return mine


def forget(tx: Tx, sid: str) -> None:
    """The resource is none of our business any more."""
    tx.db.execute(_FORGET, {"of": sid})
