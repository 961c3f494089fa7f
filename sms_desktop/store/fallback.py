"""What the newest good backup knows and a damaged database does not tell any more: who said STOP above all.

It only fills in: what could be read of the damaged one is newer. No message comes along, nor what was being written:
the person did not want the backup, and what it has waiting may have been sent since.
"""

import logging
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from sms_desktop.domain.catchup import FIRST_TEXT
from sms_desktop.domain.errors import StoreError
from sms_desktop.store import (
    carry,
    carrysettings,
    consent,
    contacts,
    conversations,
    diversions,
    forgotten,
    former,
    gaps,
    lines,
    rules,
    settings,
    stops,
)
from sms_desktop.store.backup import backup
from sms_desktop.store.connect import uri
from sms_desktop.store.former import Copy, Former, Row
from sms_desktop.store.opening import migrate_file
from sms_desktop.store.salvage import Salvage
from sms_desktop.store.schema import FILE, moment
from sms_desktop.store.tx import Tx

log = logging.getLogger(__name__)

_COPY = f"{FILE}.known"


def read(directory: Path, source: Path) -> Former | None:
    """What the backup ``source`` knows, read in a copy of this version; None where it cannot be read after all."""
    copy = directory / _COPY
    try:
        _forget(copy)
        backup(source, copy)
        migrate_file(copy)
        with closing(sqlite3.connect(uri(copy, alone=True), uri=True, isolation_level=None)) as db:
            return former.read(Salvage(db), Copy(frozenset(), None))
    except (sqlite3.Error, SQLAlchemyError, OSError, StoreError) as error:
        log.warning("the backup cannot be used: %s", error)
        return None
    finally:
        _forget(copy)


def _forget(copy: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        copy.with_name(copy.name + ending).unlink(missing_ok=True)


def bring(tx: Tx, known: Former, lost: Collection[str], at: datetime, history: datetime) -> dict[str, datetime]:
    """Fills in what of the tables ``lost`` could not be read. Opt-outs are filled in in any case.

    Lines that were watched then, and of which nothing better is known, are listed from there on, and as history from
    ``history`` on. Gives, of these, up to when all opt-outs are known.
    """
    _fill(tx, known, lost, at)
    _consent(tx, known)
    if "messages" in lost:
        _failures(tx, known, history)
    return _listed_on(tx, known, history)


def _fill(tx: Tx, known: Former, lost: Collection[str], at: datetime) -> None:
    there = known.tables
    tables = {name: list[Row]() for name in there}
    if "lines" in lost:
        here = {line.address for line in lines.all(tx.db)}
        tables["lines"] = [row for row in there["lines"] if row["address"] not in here]
    if "contacts" in lost or "contact_numbers" in lost:
        tables["contacts"] = there["contacts"]
        tables["contact_numbers"] = [
            row for row in there["contact_numbers"] if contacts.for_peer(tx.db, row["address"]) is None
        ]
    if "conversations" in lost:
        tables["conversations"] = [_decided(tx, row) for row in there["conversations"]]
    if "registrations" in lost:
        ours = diversions.all(tx.db).keys() | diversions.owed(tx.db).keys() | diversions.resting(tx.db).keys()
        tables["registrations"] = [row for row in there["registrations"] if row["sid"] not in ours]
        tables["settings"] = _resting(there["settings"], ours)
    for name in ("reply_rules", "line_hours", "replies", "zips"):
        if name in lost:
            tables[name] = there[name]
    opened = rules.hours(tx.db)
    tables["line_hours"] = [row for row in tables["line_hours"] if (row["line"] or None) not in opened]
    filling = replace(known, follows=False, tables=tables)
    for name in ("lines", "contacts", "conversations", "registrations", "replies", "zips"):
        carry.CARRIED[name](tx, filling, at)
    if "settings" in lost:
        carrysettings.bring(tx, [row for row in there["settings"] if settings.get(tx.db, row["key"]) is None])


def _consent(tx: Tx, known: Former) -> None:
    """Adds what the ledger has not got. What it has keeps its time, which is Twilio's where the backup may still have
    when the webhook came; and no START of the backup, whose time may be such a one, takes back an opt-out that stands.
    """
    standing = stops.opted_out(tx.db)
    consent.set_services(tx, carry.services_of(known) | consent.services(tx.db))
    ledger = carry.ledger_of(known)
    told = {(event.line, event.peer, event.at) for event in ledger if event.opted_out}
    consent.enter(
        tx,
        [
            event
            for event in ledger
            if not (event.sid is not None and consent.knows(tx.db, event.sid))
            and (event.opted_out or (event.line, event.peer) not in standing)
        ],
    )
    if not known.whole:
        stops.enter(tx, known.words)
    untold = [row for row in carry.shown(known) if (row["line"], row["peer"], moment(row["opted_out_at"])) not in told]
    carry.attest(tx, untold, ledger)
    carry.bring_questions(tx, known)


def _failures(tx: Tx, known: Former, history: datetime) -> None:
    """What had failed and was not dealt with, of conversations whose messages are all still to be fetched."""
    for row in known.tables["conversations"]:
        last = row.get("last_at")
        if row.get("failed") and last is not None and moment(last) >= history:
            place = conversations.ensure(tx, row["line"], row["peer"], moment(row["at"]))
            if place.last is None:
                conversations.change(tx, place.id, failed=row["failed"])


def _decided(tx: Tx, row: Row) -> Row:
    """Who is blocked, and what was put away where nothing is here; what was unread or failed there is no news."""
    is_here = conversations.find(tx.db, row["line"], row["peer"]) is not None
    return row | {"unread": 0, "failed": 0, "archived": None if is_here else row.get("archived")}


def _resting(rows: Collection[Row], ours: Collection[str]) -> list[Row]:
    kept = diversions.resting_of(carrysettings.value_of(rows, diversions.RESTING) or [])
    return [
        {
            "key": diversions.RESTING,
            "value": diversions.resting_value(one for sid, one in kept.items() if sid not in ours),
        }
    ]


def _listed_on(tx: Tx, known: Former, history: datetime) -> dict[str, datetime]:
    lost = forgotten.read(carrysettings.value_of(known.tables["settings"], forgotten.FORGOTTEN))
    found: dict[str, datetime] = {}
    for row in known.tables["marks"]:
        line = row["line"]
        if gaps.mark(tx.db, line) is not None:
            continue
        begun = [gap["since"] for gap in known.tables["gaps"] if gap["line"] == line and not gap["history"]]
        until = moment(min([row["until"], *begun]))
        gaps.watch(tx, line, until)
        gaps.reach_back(tx, line, min(until, history))
        found[line] = until if lost is None else lost.known.get(line, FIRST_TEXT)
    return found
