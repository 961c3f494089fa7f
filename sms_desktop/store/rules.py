"""The rules of automatic replies in their order, and the hours of the lines."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sms_desktop.domain.events import RepliesChanged
from sms_desktop.domain.hours import Hours, Span
from sms_desktop.domain.media import File
from sms_desktop.domain.reply import MOST_RULES, Rule, Trigger
from sms_desktop.store.schema import line_hours, moment, reply_rules
from sms_desktop.store.tx import Tx

EVERY = ""
"""In place of a line: the hours of all that have none of their own."""

_r = reply_rules.c
_ALL = select(reply_rules).order_by(_r.position, _r.id)
_COLUMNS = tuple(column.name for column in reply_rules.c)
_ONE = select(reply_rules).where(_r.id == bindparam("id"))
_LAST = select(func.coalesce(func.max(_r.position) + 1, 0))
_MOVE = update(reply_rules).where(_r.id == bindparam("of")).values(position=bindparam("to"))
_HOURS = select(line_hours)
_PUT = upsert(line_hours)
_PUT_HOURS = _PUT.on_conflict_do_update(
    index_elements=["line"], set_={"zone": _PUT.excluded.zone, "spans": _PUT.excluded.spans}
)


def all(db: Connection) -> tuple[Rule, ...]:
    """In the order in which they are looked at."""
    return tuple(rule for row in db.execute(_ALL) if (rule := _read(tuple(row))) is not None)


@lru_cache(maxsize=2 * MOST_RULES)
def _read(row: tuple[Any, ...]) -> Rule | None:
    """They are read for each text that comes in, and seldom changed."""
    return of_row(dict(zip(_COLUMNS, row, strict=True)))


def get(db: Connection, id: int) -> Rule | None:
    row = db.execute(_ONE, {"id": id}).first()
    return None if row is None else of_row(dict(row._mapping))


def add(tx: Tx, rule: Rule) -> Rule:
    """Behind all others. One that was taken away has its number again: what it answered is counted by that."""
    position = tx.db.execute(_LAST).scalar_one()
    number = tx.db.execute(insert(reply_rules).values(position=position, **_number(tx, rule), **_kept(rule))).lastrowid
    tx.note(RepliesChanged())
    return replace(rule, id=int(number))


def change(tx: Tx, rule: Rule) -> None:
    """Takes the place of the one with its id. Raises LookupError."""
    if not tx.db.execute(update(reply_rules).where(_r.id == rule.id).values(**_kept(rule))).rowcount:
        raise LookupError(f"there is no rule {rule.id}")
    tx.note(RepliesChanged())


def remove(tx: Tx, id: int) -> None:
    """What it answered stays on record."""
    tx.db.execute(delete(reply_rules).where(_r.id == id))
    tx.note(RepliesChanged())


def order(tx: Tx, ids: Sequence[int]) -> None:
    """Those first and in this order; what is not named follows in the order that it had."""
    known = [rule.id for rule in all(tx.db)]
    wanted = list(dict.fromkeys(id for id in ids if id in known))
    for place, number in enumerate([*wanted, *(id for id in known if id not in wanted)]):
        tx.db.execute(_MOVE, {"of": number, "to": place})
    tx.note(RepliesChanged())


def hours(db: Connection) -> dict[str | None, Hours]:
    """By line; of None those of all that have none of their own."""
    return {row.line or None: _read_hours(dict(row._mapping)) for row in db.execute(_HOURS)}


def put_hours(tx: Tx, line: str | None, wanted: Hours | None) -> None:
    """None: none of its own."""
    place = line or EVERY
    if wanted is None:
        tx.db.execute(delete(line_hours).where(line_hours.c.line == place))
    else:
        tx.db.execute(_PUT_HOURS, {"line": place, "zone": wanted.zone, "spans": _spans(wanted)})
    tx.note(RepliesChanged())


def pictures(db: Connection) -> str:
    """The files of all rules, as they are kept."""
    return "".join(kept for kept in db.execute(select(_r.picture)).scalars() if kept)


def bring(
    tx: Tx, rows: Iterable[Mapping[str, Any]], hours_rows: Iterable[Mapping[str, Any]], *, exactly: bool
) -> dict[int, int]:
    """What another copy has of them; ``exactly``: and nothing else. No rule is made twice word for word.

    A rule keeps its number where that is free: what was answered by it is counted by that. Gives the number that each
    has here, by the one that it had there.
    """
    if exactly:
        tx.db.execute(delete(reply_rules))
        tx.db.execute(delete(line_hours))
    known = {replace(rule, id=0): rule.id for rule in all(tx.db)}
    numbers: dict[int, int] = {}
    for row in sorted(rows, key=lambda one: (one["position"], one["id"])):
        rule = of_row(row)
        if rule is None:
            continue
        there = replace(rule, id=0)
        if there not in known:
            known[there] = add(tx, rule).id
        numbers[rule.id] = known[there]
    for row in hours_rows:
        put_hours(tx, row["line"] or None, _read_hours(row))
    return numbers


def of_row(row: Mapping[str, Any]) -> Rule | None:
    """None where a later version wrote what this one does not know."""
    until = row["until"]
    try:
        return Rule(
            row["name"], Trigger(row["trigger"]), row["text"], row["line"], tuple(json.loads(row["words"])),
            tuple(date.fromisoformat(day) for day in json.loads(row["dates"])),
            moment(until) if isinstance(until, int) else until,
            File(**json.loads(row["picture"])) if row["picture"] else None, bool(row["enabled"]),
            timedelta(seconds=row["cooldown"]), row["id"],
        )  # fmt: skip
    except (ValueError, TypeError):
        return None


def _number(tx: Tx, rule: Rule) -> dict[str, int]:
    """The one that it has, if that is free; else the database gives one."""
    is_free = rule.id and tx.db.execute(_ONE, {"id": rule.id}).first() is None
    return {"id": rule.id} if is_free else {}


def _kept(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name, "trigger": rule.trigger, "text": rule.text, "line": rule.line,
        "words": json.dumps(rule.words), "dates": json.dumps([day.isoformat() for day in rule.dates]),
        "until": rule.until, "picture": None if rule.picture is None else json.dumps(asdict(rule.picture)),
        "enabled": int(rule.enabled), "cooldown": int(rule.cooldown.total_seconds()),
    }  # fmt: skip


def _spans(wanted: Hours) -> str:
    return json.dumps([[one.day, f"{one.opens:%H:%M}", f"{one.closes:%H:%M}"] for one in wanted.spans])


def _read_hours(row: Mapping[str, Any]) -> Hours:
    try:
        kept = json.loads(row["spans"])
        spans = tuple(Span(day, time.fromisoformat(opens), time.fromisoformat(closes)) for day, opens, closes in kept)
    except (ValueError, TypeError):
        spans = ()
    return Hours(spans, row["zone"])
