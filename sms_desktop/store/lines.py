"""Our own numbers, as Twilio last told of them, and what was decided here: which are in use, and their colours."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.events import LinesChanged
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.store.schema import UNREAD, conversations
from sms_desktop.store.schema import lines as table
from sms_desktop.store.tx import Tx

OURS = frozenset({"color", "watched"})
"""Columns that the account knows nothing of."""

_ALL = select(table).order_by(table.c.address)
_IS_KNOWN = select(table.c.address).where(table.c.address == bindparam("address"))
_MMS = select(table.c.mms).where(table.c.address == bindparam("address"))
_LABEL = select(table.c.label).where(table.c.address == bindparam("address"))
_INSERT = insert(table)
_SAVE = _INSERT.on_conflict_do_update(
    index_elements=["address"],
    set_={c.name: _INSERT.excluded[c.name] for c in table.c if not c.primary_key and c.name not in OURS},
)
_UNREAD = (
    select(conversations.c.line, func.count())
    .where(text(f"{UNREAD} AND archived = 0 AND blocked = 0"))
    .group_by(conversations.c.line)
)


def all(db: Connection) -> tuple[Line, ...]:
    """Every line, by address."""
    return tuple(
        Line(
            row.address, row.label, LineKind(row.kind), bool(row.sms), bool(row.mms), row.sid,
            row.account_sid, row.color, bool(row.watched), senders_of(row.senders), bool(row.sticky),
        )
        for row in db.execute(_ALL)
    )  # fmt: skip


def senders_of(kept: str | None) -> tuple[str, ...]:
    """The pool of a Messaging Service, as a row has it; what makes no sense counts as none."""
    try:
        found = json.loads(kept or "[]")
    except ValueError:
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def is_known(db: Connection, address: str) -> bool:
    """Whether that address is a line of ours."""
    return db.execute(_IS_KNOWN, {"address": address}).first() is not None


def sends_pictures(db: Connection, address: str) -> bool:
    """Whether that line does; one that the account has not told of may."""
    return bool(db.execute(_MMS, {"address": address}).scalar() in (None, 1))


def label(db: Connection, address: str) -> str:
    """What the account calls that line; "" where it is not known."""
    return str(db.execute(_LABEL, {"address": address}).scalar() or "")


def save(tx: Tx, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Adds ``lines``, or takes over what the account says of those that are known; notes LinesChanged if need be.

    Others stay as they are, and so does what was decided here.
    """

    def work() -> None:
        if lines:
            tx.db.execute(_SAVE, [asdict(line) | {"senders": json.dumps(line.senders)} for line in lines])

    return _changing(tx, work)


def in_use(db: Connection) -> set[str]:
    """The addresses of those that are in use, of whatever account."""
    return _in_use(all(db))


def choose(tx: Tx, addresses: Collection[str]) -> tuple[Line, ...]:
    """These lines are in use, no others."""
    watched = table.c.address.in_(list(addresses))
    return _changing(tx, lambda: tx.db.execute(update(table).values(watched=watched)))


def paint(tx: Tx, address: str, color: int | None) -> tuple[Line, ...]:
    """Gives the line a colour of the palette, or takes it away."""
    return _changing(tx, lambda: tx.db.execute(update(table).where(table.c.address == address).values(color=color)))


def ensure(tx: Tx, address: str) -> None:
    """Makes sure that ``address`` is a line, for what arrives at a number not told of yet."""
    if tx.db.execute(_IS_KNOWN, {"address": address}).first() is None:
        save(tx, [Line(address)])


def unread(db: Connection) -> dict[str, int]:
    """How many conversations of each line hold something unread; lines without any are left out."""
    return {str(line): int(count) for line, count in db.execute(_UNREAD)}


def _changing(tx: Tx, work: Any) -> tuple[Line, ...]:
    before = all(tx.db)
    work()
    after = all(tx.db)
    if after != before:
        tx.note(LinesChanged(after))
    return after


def _in_use(known: Sequence[Line]) -> set[str]:
    return {line.address for line in known if line.watched and line.can_text}
