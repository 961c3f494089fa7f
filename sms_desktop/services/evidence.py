"""The consent ledger as evidence: every entry with what shows it, as CSV or for a printed page. No engine is needed."""

import csv
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sms_desktop.domain.consent import Consent, ConsentEvent, ConsentSource, Standing
from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.line import is_service
from sms_desktop.services.export import harmless, iso, refuse_database
from sms_desktop.store import consent, contacts, export

COLUMNS = (
    "phone", "name", "line", "change", "at", "source", "words", "message_sid", "opt_out_type", "messaging_service",
    "entered_by", "reason", "standing", "said_to",
)  # fmt: skip
"""``standing`` is what holds between ``phone`` and ``line``; ``said_to`` is the line of the entry itself: those of one
Messaging Service share it.
"""
SOURCES = {
    ConsentSource.INBOUND: "their text",
    ConsentSource.LIST: "their text, from Twilio’s list",
    ConsentSource.ERROR: "Twilio refused a text (21610)",
    ConsentSource.STAFF: "entered here",
    ConsentSource.IMPORT: "imported list",
    ConsentSource.ATTESTED: "an earlier copy of these records",
}
STANDINGS = {Standing.OUT: "opted out", Standing.ALLOWED: "may be messaged", Standing.UNKNOWN: "unknown"}
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one pair, oldest first, and what it comes to; ``name`` may be ""."""

    line: str
    peer: str
    name: str
    events: tuple[ConsentEvent, ...]
    consent: Consent


def all_of(directory: Path, peer: str | None = None) -> Iterator[Evidence]:
    """Every pair that the ledger says something of (of ``peer`` alone), by number; on a connection of its own.

    Raises StoreError.
    """
    with export.open_readonly(directory) as db:
        after: tuple[str, str] | None = None
        while pairs := consent.pairs(db, after, _AT_A_TIME, peer):
            for line, number in pairs:
                contact = contacts.for_peer(db, number)
                name = contact.name if contact is not None else ""
                known = tuple(consent.events(db, line, number))
                if is_service(line) and all(event.line != line for event in known):
                    continue  # it stands at the numbers to which it was said
                yield Evidence(line, number, name, known, consent.of(db, line, number, known))
            after = pairs[-1]


def write_csv(evidence: Iterator[Evidence], out: TextIO) -> int:
    """A row for each entry; gives how many. A cell that a spreadsheet would run gets a leading apostrophe."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for one in evidence:
        for event in one.events:
            writer.writerow([harmless(cell) for cell in _cells(one, event)])
            count += 1
    return count


def write_csv_file(evidence: Iterator[Evidence], target: Path) -> int:
    """The same as a file."""
    with target.open("w", encoding="utf-8-sig", newline="") as out:  # by its mark spreadsheets read it as UTF-8
        return write_csv(evidence, out)


def write_whole(target: Path, write: Callable[[Path], int]) -> int:
    """What ``write`` makes of a file beside takes the place of ``target`` when it is whole; what stood there stays
    until then. Raises StoreError.
    """
    refuse_database(target)
    partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        count = write(partial)
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"{target.name} cannot be written: {(error.strerror or str(error)).lower()}.") from None
    finally:
        partial.unlink(missing_ok=True)
    return count


def _cells(one: Evidence, event: ConsentEvent) -> tuple[str | None, ...]:
    return (
        one.peer, one.name, one.line, "opted out" if event.opted_out else "opted in", iso(event.at),
        SOURCES[event.source], event.words, event.sid, event.opt_out_type, event.service, event.author, event.reason,
        STANDINGS[one.consent.standing], event.line,
    )  # fmt: skip


def file_name(peer: str | None, at: datetime, ending: str) -> str:
    """A name to offer: without what a file system may not take."""
    whom = "" if peer is None else " " + "".join(c for c in peer if c.isalnum())
    return f"Consent{whom} {at.astimezone():%Y-%m-%d}.{ending}"
