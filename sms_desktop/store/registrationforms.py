"""Forms of registrations: what was filled in so far, and which was sent in without an answer having come yet.

That it is about to be sent in is written down first, so that no crash makes the same registration twice.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.brand import BrandForm, BrandKind
from sms_desktop.domain.campaign import CampaignForm
from sms_desktop.domain.registration import Kind
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.store.schema import moment
from sms_desktop.store.schema import registration_forms as table
from sms_desktop.store.tx import Tx

Form = BrandForm | CampaignForm | TollFreeForm
_FORMS: dict[Kind, type[Form]] = {
    Kind.BRAND: BrandForm,
    Kind.CAMPAIGN: CampaignForm,
    Kind.VERIFICATION: TollFreeForm,
}
_KINDS = frozenset(Kind)
"""A newer program may know others."""
_BRAND = "of_brand"
"""Beside the fields of a form that was sent in."""
_c = table.c
_INSERT = insert(table)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["kind", "key"],
    set_={name: _INSERT.excluded[name] for name in ("form", "at")},
    where=_c.sent_at.is_(None),
)
_SENT = _INSERT.on_conflict_do_update(
    index_elements=["kind", "key"], set_={name: _INSERT.excluded[name] for name in ("form", "at", "sent_at")}
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent in, or was about to be, at ``at``, and of which no answer came. ``brand`` is the SID of the
    one that a campaign was sent in for.
    """

    kind: Kind
    key: str
    form: Form
    at: datetime
    brand: str = ""


def get(db: Connection, kind: Kind, key: str) -> Form | None:
    """What was filled in so far; None: nothing, or nothing that can be read."""
    found = db.execute(select(_c.form).where(_c.kind == kind, _c.key == key)).scalar()
    return None if found is None else _read(kind, found)


def put(tx: Tx, kind: Kind, key: str, form: Form, at: datetime) -> None:
    """What is filled in so far. What was sent in and not answered stays as it was sent: it is what is looked for."""
    tx.db.execute(_PUT, _row(kind, key, form, at, None))


def drop(tx: Tx, kind: Kind, key: str) -> None:
    """The form is done with."""
    tx.db.execute(delete(table).where(_c.kind == kind, _c.key == key))


def send(tx: Tx, kind: Kind, key: str, form: Form, at: datetime, brand: str = "") -> None:
    """It is about to be sent in; a campaign, for ``brand``."""
    tx.db.execute(_SENT, _row(kind, key, form, at, at) | {"form": json.dumps(asdict(form) | {_BRAND: brand})})


def give_up(tx: Tx, kind: Kind, key: str) -> None:
    """It surely was not taken: it is a form that is being filled in again."""
    tx.db.execute(update(table).where(_c.kind == kind, _c.key == key).values(sent_at=None))


def sent(db: Connection) -> tuple[Sent, ...]:
    """Those that were sent in without an answer, the oldest first."""
    rows = db.execute(select(table).where(_c.sent_at.is_not(None)).order_by(_c.sent_at))
    found = ((row, _read(Kind(row.kind), row.form)) for row in rows if row.kind in _KINDS)
    return tuple(
        Sent(Kind(row.kind), row.key, form, row.sent_at, _brand(row.form)) for row, form in found if form is not None
    )


def bring(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """What another copy has of them: what was filled in last counts; but what either has sent in was sent in so."""
    here = {(row.kind, row.key): row for row in tx.db.execute(select(table))}
    for row in rows:
        mine = here.get((row["kind"], row["key"]))
        at, sent_at = moment(row["at"]), None if row.get("sent_at") is None else moment(row["sent_at"])
        form = row["form"]
        if mine is not None and (mine.sent_at is not None or (sent_at is None and mine.at > at)):
            form, at = mine.form, mine.at
        if mine is not None and mine.sent_at is not None:
            sent_at = max(mine.sent_at, sent_at or mine.sent_at)
        tx.db.execute(_SENT, {"kind": row["kind"], "key": row["key"], "form": form, "at": at, "sent_at": sent_at})


def _row(kind: Kind, key: str, form: Form, at: datetime, sent_at: datetime | None) -> dict[str, Any]:
    return {"kind": kind, "key": key, "form": json.dumps(asdict(form)), "at": at, "sent_at": sent_at}


def _brand(body: str) -> str:
    """Of a form that can be read."""
    return str(json.loads(body).get(_BRAND) or "")


def _read(kind: Kind, body: str) -> Form | None:
    shape = _FORMS[kind]
    try:
        found = json.loads(body)
        known = {one.name for one in fields(shape)}
        told: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in found.items() if name in known
        }
        if kind is Kind.BRAND:
            told["kind"] = BrandKind(told.get("kind", BrandKind.STANDARD))
        return shape(**told)
    except (ValueError, TypeError, AttributeError):
        return None
