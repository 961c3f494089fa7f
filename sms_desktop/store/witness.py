"""What people here entered or imported of who may be texted, in a file beside the database as well: Twilio knows
nothing of it, so that it must outlive the database.

A line of JSON for each entry of the ledger. Nothing is ever taken out, as in the ledger: whichever backup is restored,
however old, what it lacks is here. An opt-out is on the disk before the commit that holds it, an agreement after it: of
what is cut short in between the person is left in peace.
"""

import json
import logging
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from sms_desktop.domain.consent import TOLD_HERE, ConsentEvent, ConsentSource
from sms_desktop.store import connect, consent
from sms_desktop.store.disk import settle
from sms_desktop.store.schema import clean, moment
from sms_desktop.store.tx import Tx

log = logging.getLogger(__name__)

FILE = "consents.jsonl"
_NOT_WRITTEN = "what was entered of consent could not be written down beside the database: %s"
KEPT = TOLD_HERE | {ConsentSource.ATTESTED}
"""What nobody else can tell again; an entry that is attested may have been one of these."""

_COLUMNS = ("line", "peer", "state", "source", "words", "sid", "at", "author", "reason", "opt_out_type", "service")
_SOURCES = tuple(sorted(KEPT))
_FIND = (
    f"SELECT {', '.join(_COLUMNS)} FROM consent_events"  # noqa: S608 - names of our own
    f" WHERE source IN ({', '.join('?' * len(_SOURCES))}) ORDER BY id"
)

_COUNT = f"SELECT count(*) FROM consent_events WHERE source IN ({', '.join('?' * len(_SOURCES))})"  # noqa: S608 - ours


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the file says. ``whole``: it is there, and no line of it is damaged."""

    events: tuple[ConsentEvent, ...]
    whole: bool


def write(directory: Path, events: Iterable[ConsentEvent]) -> None:
    """Blocks until they are on the disk. One that does not take them is no reason to refuse the entry itself: ``renew``
    adds them later.
    """
    lines = "".join(_line(event) for event in events)
    if not lines:
        return
    try:
        _append(directory / FILE, lines.encode())
    except OSError as error:
        log.warning(_NOT_WRITTEN, error.strerror)


def begin(directory: Path, database: Path, patience: float) -> None:
    """Makes the file where there is none yet, of what the ledger has; and where it knows more than the ledger, as after
    somebody put an older copy in its place, the ledger learns that. Nobody else writes meanwhile.
    """
    try:
        if (directory / FILE).exists():
            _teach(directory, database)
            return
        with closing(sqlite3.connect(database, timeout=patience, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            complete(db, directory)
            db.execute("ROLLBACK")
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        log.warning(_NOT_WRITTEN, type(error).__name__)


def _teach(directory: Path, database: Path) -> None:
    with closing(sqlite3.connect(connect.uri(database), uri=True)) as db:
        (known,) = db.execute(_COUNT, _SOURCES).fetchone()
    if (directory / FILE).read_bytes().count(b"\n") <= known:
        return
    with closing(connect.writer(database)) as ledger:
        raw = connect.raw(ledger)
        raw.execute("BEGIN IMMEDIATE")
        try:
            people, _ = bring(Tx(ledger), directory)
            raw.execute("COMMIT")
        finally:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
    if people:
        log.warning("%d people had opted out by the file beside the database, and not by the database", people)


def renew(directory: Path, backup: Path) -> None:
    """Adds what the file lacks of what ``backup`` knows, which was just made: a disk may not have taken it."""
    try:
        with closing(sqlite3.connect(connect.uri(backup, alone=True), uri=True)) as db:
            complete(db, directory)
    except (OSError, sqlite3.Error) as error:
        log.warning(_NOT_WRITTEN, error)


def complete(db: sqlite3.Connection, directory: Path) -> None:
    """Has the file say all that the ledger does. Raises OSError."""
    known = set(read(directory).events)
    missing = [event for event in _of(db) if event not in known]
    _append(directory / FILE, "".join(map(_line, missing)).encode())


def bring(tx: Tx, directory: Path) -> tuple[int, bool]:
    """Enters what the ledger in ``tx`` lacks of what the file says, and has the file say all that it does then.

    Gives how many people are opted out by that, and whether the file tells of all that was entered.
    """
    found = read(directory)
    known = set(_of(connect.raw(tx.db)))
    missing = [event for event in found.events if event not in known]
    before = _out(connect.raw(tx.db))
    consent.enter(tx, missing)
    silent = {peer for _, peer in _out(connect.raw(tx.db)) - before}
    try:
        complete(connect.raw(tx.db), directory)
    except OSError as error:
        log.warning(_NOT_WRITTEN, error.strerror)
    return len(silent), found.whole


def read(directory: Path) -> Testimony:
    """A line that is damaged is left out, and so is what is said twice."""
    try:
        lines = (directory / FILE).read_bytes().split(b"\n")
    except OSError:
        return Testimony((), False)
    found: dict[ConsentEvent, None] = {}
    whole = True
    for line in lines:
        if line.strip():
            try:
                found[_event(json.loads(line))] = None
            except (ValueError, KeyError, TypeError, RecursionError):
                whole = False
    return Testimony(tuple(found), whole)


def _append(path: Path, lines: bytes) -> None:
    new = not path.exists()
    with open(path, "a+b", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # the last one was cut short: it must not take this one along
                lines = b"\n" + lines
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    if new:
        settle(path.parent)


def _line(event: ConsentEvent) -> str:
    said: dict[str, Any] = {
        "at": event.at.isoformat(), "line": event.line, "peer": event.peer,
        "standing": "opted_out" if event.opted_out else "opted_in", "source": event.source, "author": event.author,
        "reason": event.reason, "words": event.words or None, "sid": event.sid,
        "opt_out_type": event.opt_out_type or None, "service": event.service,
    }  # fmt: skip
    told = {name: clean(value) for name, value in said.items() if value is not None}
    return json.dumps(told, ensure_ascii=False) + "\n"


def _event(said: Any) -> ConsentEvent:
    event = ConsentEvent(
        said["line"], said["peer"], {"opted_out": True, "opted_in": False}[said["standing"]],
        ConsentSource(said["source"]), said.get("words", ""), said.get("sid"), datetime.fromisoformat(said["at"]),
        said.get("author"), said.get("reason"), said.get("opt_out_type", ""), said.get("service"),
    )  # fmt: skip
    texts = (event.line, event.peer, event.words, event.opt_out_type)
    others = (event.sid, event.author, event.reason, event.service)
    if event.source not in KEPT or event.at.tzinfo is None:
        raise ValueError("no entry")
    if not all(isinstance(one, str) for one in (*texts, *(one for one in others if one is not None))):
        raise TypeError("no text")
    return event


def _out(db: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(
        db.execute(
            "SELECT line, peer FROM consents WHERE standing = 'opted_out'"
            " UNION SELECT line, peer FROM conversations WHERE opted_out_at IS NOT NULL"
        )
    )


def _of(db: sqlite3.Connection) -> Iterable[ConsentEvent]:
    for line, peer, state, source, words, sid, at, author, reason, kind, service in db.execute(_FIND, _SOURCES):
        event = ConsentEvent(
            line, peer, state != "opted_in", ConsentSource(source), words, sid, moment(at), author, reason, kind or "",
            service,
        )  # fmt: skip
        # an earlier version wrote a loss down as an import
        lost = event.source is ConsentSource.IMPORT and author is None
        yield replace(event, source=ConsentSource.ATTESTED) if lost else event
