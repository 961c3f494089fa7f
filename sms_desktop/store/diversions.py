"""Whose texts we have diverted to us at Twilio: what was set there before, so that it can be put back; and what was put
back only for the night. (How lines are registered with carriers is ``registration``.)

What the shop had there is kept for as long as nobody has put it back or decided otherwise: another's later change does
not take its place, not even where ours was given up meanwhile.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.routing import Holder, HolderKind, Webhook, plain
from sms_desktop.store import settings
from sms_desktop.store.schema import diversions as table
from sms_desktop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Diversion:
    """``former`` is what stood on the resource ``sid`` before our first change to it; ``ours`` are the addresses,
    without fragment or password, that we have set there since or were about to set, the last at the end.
    """

    sid: str
    kind: HolderKind
    name: str
    former: Webhook
    ours: tuple[str, ...]
    at: datetime


KEPT = 50
"""Addresses of ours that are remembered for one resource; a free tunnel gets a new one each time."""

RESTING = "resting_registrations"
"""The setting that names what was put back when quitting, to be brought here again at the next start; installed
databases have it by this name."""

_ALL = select(table).order_by(table.c.at)
_INSERT = insert(table)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["sid"],
    set_={name: _INSERT.excluded[name] for name in ("kind", "name", "former", "ours", "at")},
)
_FORGET = delete(table).where(table.c.sid == bindparam("of"))


def all(db: Connection) -> dict[str, Diversion]:
    """By SID, what is diverted by us."""
    return {sid: one for sid, one in rows(db).items() if one.ours}


def owed(db: Connection) -> dict[str, Webhook]:
    """By SID, what the shop had where another's setting stands now, and ours is given up."""
    return {sid: one.former for sid, one in rows(db).items() if not one.ours}


def of_row(sid: str, kind: str, name: str, former: str, ours: str, at: datetime) -> Diversion:
    """The value of a row. Raises ValueError or TypeError for one that is damaged."""
    return Diversion(sid, HolderKind(kind), name, Webhook(**json.loads(former)), tuple(json.loads(ours)), at)


def rows(db: Connection) -> dict[str, Diversion]:
    """By SID, what is diverted and what is owed."""
    return {row.sid: of_row(row.sid, row.kind, row.name, row.former, row.ours, row.at) for row in db.execute(_ALL)}


def put(tx: Tx, holder: Holder, ours: str, at: datetime) -> Diversion:
    """We are about to set the address ``ours`` on ``holder``; what it says now is kept, unless something is already.

    Written before anything is changed at Twilio, so that no crash in between makes our own address look like a
    stranger's, or a stranger's like nothing.
    """
    known = rows(tx.db).get(holder.sid)
    earlier = tuple(url for url in known.ours if url != ours) if known is not None else ()
    former = known.former if known is not None else holder.webhook
    mine = Diversion(holder.sid, holder.kind, holder.name, former, (*earlier[1 - KEPT :], ours), at)
    _set(tx, mine)
    return mine


def owe(tx: Tx, holder: Holder, at: datetime) -> None:
    """Ours is given up on ``holder``, where another's setting stands; its own webhook is what the shop had there."""
    _set(tx, Diversion(holder.sid, holder.kind, holder.name, holder.webhook, (), at))


def forget(tx: Tx, sid: str) -> None:
    """The resource is none of our business any more."""
    tx.db.execute(_FORGET, {"of": sid})
    _rest(tx, {of: one for of, one in resting(tx.db).items() if of != sid})


def intend_rest(tx: Tx, one: Diversion) -> None:
    """What stood there is about to be put back until the next start: whether it was, that start sees at Twilio."""
    _rest(tx, resting(tx.db) | {one.sid: Holder(one.kind, one.sid, one.name, one.former)})


def stay(tx: Tx, sid: str) -> None:
    """It was not put back after all."""
    _rest(tx, {of: one for of, one in resting(tx.db).items() if of != sid})


def rest(tx: Tx, one: Diversion) -> None:
    """What stood there was put back until the next start."""
    forget(tx, one.sid)
    _rest(tx, resting(tx.db) | {one.sid: Holder(one.kind, one.sid, one.name, one.former)})


def resting(db: Connection) -> dict[str, Holder]:
    """By SID, with what was put back there; a damaged setting counts as none."""
    return resting_of(settings.get(db, RESTING, []))


def resting_of(kept: Any) -> dict[str, Holder]:
    """What the value of the setting says."""
    try:
        return {
            one["sid"]: Holder(HolderKind(one["kind"]), one["sid"], one["name"], Webhook(**one["former"]))
            for one in kept
        }
    except (TypeError, KeyError, ValueError):
        return {}


def bring(tx: Tx, theirs: Collection[Diversion], resting_there: dict[str, Holder], *, exactly: bool) -> None:
    """What the database knew that this one takes the place of; of two words on one resource the newer counts.

    What that had put back for the night is not set here, and the other way round. ``exactly``: what is not among
    ``theirs`` was given back since, so that it is no business of ours any more. Else what either knows as ours is ours.
    """
    here = rows(tx.db)
    for sid in here:
        if sid in resting_there or (exactly and sid not in {one.sid for one in theirs}):
            tx.db.execute(_FORGET, {"of": sid})
    for one in theirs:
        mine = here.get(one.sid)
        if mine is None:
            _store(tx, one)
        elif mine.at <= one.at:
            _store(tx, _after(mine, one, exactly=exactly))
        elif not exactly:
            _store(tx, _after(one, mine, exactly=False))
    set_here = {one.sid for one in theirs}
    kept = {} if exactly else {sid: one for sid, one in resting(tx.db).items() if sid not in set_here}
    _rest(tx, kept | resting_there)


def _after(earlier: Diversion, later: Diversion, *, exactly: bool) -> Diversion:
    """What the two come to. Given up later is given up."""
    was_ours = plain(later.former.url) in earlier.ours  # our own doing, seen from another computer
    former = earlier.former if was_ours else later.former
    if was_ours or (later.ours and not exactly):
        ours = tuple(url for url in earlier.ours if url not in later.ours) + later.ours
        return replace(later, former=former, ours=ours[-KEPT:])
    return replace(later, former=former)


def _set(tx: Tx, mine: Diversion) -> None:
    _store(tx, mine)
    _rest(tx, {of: one for of, one in resting(tx.db).items() if of != mine.sid})


def _store(tx: Tx, mine: Diversion) -> None:
    tx.db.execute(
        _PUT,
        {
            "sid": mine.sid, "kind": mine.kind, "name": mine.name, "former": json.dumps(asdict(mine.former)),
            "ours": json.dumps(mine.ours), "at": mine.at,
        },
    )  # fmt: skip


def _rest(tx: Tx, holders: dict[str, Holder]) -> None:
    kept = _kept(holders.values())
    if kept or resting(tx.db):
        settings.put(tx, RESTING, kept)


def resting_value(holders: Iterable[Holder]) -> str:
    """What the setting holds where these rest, as the database has it."""
    return json.dumps(_kept(holders))


def _kept(holders: Iterable[Holder]) -> list[dict[str, Any]]:
    return [
        {"sid": one.sid, "kind": one.kind.value, "name": one.name, "former": asdict(one.webhook)} for one in holders
    ]
