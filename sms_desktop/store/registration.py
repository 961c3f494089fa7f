"""How lines are registered with US carriers, as Twilio last told: a row a list, each as JSON.

What cannot be read, as a newer program may have written it, counts as not told.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.registration import UNSEEN, Brand, Campaign, Known, News, SenderPool, Verification, identity
from sms_desktop.domain.rejections import Reason
from sms_desktop.store.schema import moment
from sms_desktop.store.schema import registration_lists as table
from sms_desktop.store.tx import Tx

Record = Brand | SenderPool | Campaign | Verification
LISTS: dict[str, type[Record]] = {
    "brands": Brand,
    "pools": SenderPool,
    "campaigns": Campaign,
    "verifications": Verification,
}
"""By the fields of ``Known``."""

_TIMES = frozenset({"created", "updated", "edit_until"})
_ALL = select(table)
_INSERT = insert(table)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["name"], set_={name: _INSERT.excluded[name] for name in ("body", "trouble", "at")}
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a look brought of one list: None where it may not be seen; with ``trouble``, a sentence, where it could not
    be read, and then ``kept`` tells whether what was known stays known.
    """

    records: tuple[Record, ...] | None
    trouble: str = ""
    kept: bool = False


def read(db: Connection) -> Known:
    """All that is known; as of the oldest of its lists."""
    rows = {row.name: row for row in db.execute(_ALL) if row.name in LISTS}
    if not rows:
        return UNSEEN
    lists: dict[str, Any] = {name: _records(LISTS[name], row.body) for name, row in rows.items()}
    troubles = tuple(dict.fromkeys(row.trouble for row in rows.values() if row.trouble))
    told = [row.at for row in rows.values() if row.body is not None]
    return Known(at=min(told, default=max(row.at for row in rows.values())), troubles=troubles, **lists)


def save(tx: Tx, told: Mapping[str, Told], at: datetime, news: tuple[News, ...] = ()) -> Known:
    """What a look brought; notes a RegistrationsChanged."""
    former = {row.name: row for row in tx.db.execute(_ALL)}
    for name, one in told.items():
        before = former.get(name)
        if one.kept and before is not None:
            row = {"name": name, "body": before.body, "trouble": one.trouble, "at": before.at}
        else:
            row = {"name": name, "body": _body(one.records), "trouble": one.trouble, "at": at}
        tx.db.execute(_PUT, row)
    known = read(tx.db)
    tx.note(RegistrationsChanged(known, news))
    return known


def add(tx: Tx, name: str, record: Record) -> Known:
    """One that was made or changed just now; the rest of its list is as old as it was."""
    before = next((row for row in tx.db.execute(_ALL) if row.name == name), None)
    if before is not None and before.body is not None:
        others = [one for one in _records(LISTS[name], before.body) or () if identity(one) != identity(record)]
        tx.db.execute(_PUT, before._asdict() | {"body": _body((*others, record))})
    known = read(tx.db)
    tx.note(RegistrationsChanged(known))
    return known


def remove(tx: Tx, name: str, record: Record) -> Known:
    """One that was deleted just now."""
    before = next((row for row in tx.db.execute(_ALL) if row.name == name), None)
    if before is not None and before.body is not None:
        left = tuple(one for one in _records(LISTS[name], before.body) or () if identity(one) != identity(record))
        tx.db.execute(_PUT, before._asdict() | {"body": _body(left)})
    known = read(tx.db)
    tx.note(RegistrationsChanged(known))
    return known


def bring(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """What another copy has of it; the newer counts."""
    here = {row.name: row.at for row in tx.db.execute(_ALL)}
    for row in rows:
        at = moment(row["at"])
        if row["name"] not in here or here[row["name"]] < at:
            tx.db.execute(_PUT, {**row, "at": at})


def _body(records: tuple[Record, ...] | None) -> str | None:
    return None if records is None else json.dumps([_plain(asdict(one)) for one in records])


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


def _records(kind: type[Record], body: str | None) -> tuple[Any, ...] | None:
    try:
        return None if body is None else tuple(_record(kind, one) for one in json.loads(body))
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def _record(kind: type[Record], found: dict[str, Any]) -> Record:
    known = {one.name for one in fields(kind)}
    return kind(**{name: _value(name, value) for name, value in found.items() if name in known})


def _value(name: str, value: Any) -> Any:
    if name in _TIMES and value is not None:
        return datetime.fromisoformat(value)
    if name == "reasons":
        return tuple(Reason(one["code"], one["what"], one["advice"], tuple(one["fields"])) for one in value)
    if name == "details":
        return {field: _value(field, told) for field, told in value.items()}
    return tuple(value) if isinstance(value, list) else value
