"""Our own numbers, as Twilio last told of them."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.events import LinesChanged
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.store.schema import lines as table
from sms_desktop.store.tx import Tx

_ALL = select(table).order_by(table.c.address)
_IS_KNOWN = select(table.c.address).where(table.c.address == bindparam("address"))
_INSERT = insert(table)
_SAVE = _INSERT.on_conflict_do_update(
    index_elements=["address"],
    set_={column.name: _INSERT.excluded[column.name] for column in table.c if not column.primary_key},
)


def all(db: Connection) -> tuple[Line, ...]:
    """Every line, by address."""
    return tuple(
        Line(
            row.address,
            row.label,
            LineKind(row.kind),
            bool(row.sms),
            bool(row.mms),
            row.sid,
            row.sms_url,
            row.account_sid,
        )
        for row in db.execute(_ALL)
    )


def save(tx: Tx, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Adds or replaces ``lines`` by address; notes LinesChanged if that changed anything. Others stay as they are."""
    before = all(tx.db)
    if lines:
        tx.db.execute(_SAVE, [asdict(line) for line in lines])
    after = all(tx.db)
    if after != before:
        tx.note(LinesChanged(after))
    return after


def ensure(tx: Tx, address: str) -> None:
    """Makes sure that ``address`` is a line, for what arrives at a number not told of yet."""
    if tx.db.execute(_IS_KNOWN, {"address": address}).first() is None:
        save(tx, [Line(address)])
