"""The consent ledger as evidence: every entry with what shows it, as CSV or for a printed page. No engine is needed."""

import csv
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TextIO

from sms_desktop.domain import phone
from sms_desktop.domain.consent import Consent, ConsentEvent, ConsentSource, Standing
from sms_desktop.domain.errors import StoreError
from sms_desktop.services.export import harmless, iso, refuse_database
from sms_desktop.store import consent, export, lines
from sms_desktop.store.ledger import Ledger

COLUMNS = (
    "phone", "name", "line", "line_name", "change", "at", "source", "words", "message_sid", "opt_out_type",
    "messaging_service", "entered_by", "reason", "standing", "counts_for",
)  # fmt: skip
"""``line`` is the one that the entry was said to or entered for, ``standing`` what holds between it and ``phone``;
``counts_for`` are the other lines for which the entry counts, since they share a Messaging Service with it.
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
    """All that was said to one line, or entered for it, by or of one peer, oldest first, and what it comes to; ``name``
    may be "". ``shared`` are the other lines for which each entry counts too. ``called``: what the account calls those
    of all these lines that have a name.
    """

    line: str
    peer: str
    name: str
    events: tuple[ConsentEvent, ...]
    consent: Consent
    shared: tuple[tuple[str, ...], ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)


def all_of(directory: Path, peer: str | None = None) -> Iterator[Evidence]:
    """The whole ledger (of ``peer`` alone), by number, each entry once; on a connection of its own. A pair that is
    opted out by an entry which is lost is there without one.

    Raises StoreError.
    """
    with export.open_readonly(directory) as db:
        called = {line.address: line.name for line in lines.all(db) if line.name}
        ledger = Ledger(db)
        for pairs in _people(db, peer):
            names, said = ledger.names({number for _, number in pairs}), ledger.of(pairs)
            for number, some in groupby(pairs, key=itemgetter(1)):
                known = {line: said[line, number] for line, _ in some}
                yield from _told(number, names.get(number, ""), known, called)


def home_region(directory: Path) -> str:
    """The region that numbers without a country code are read in. Raises StoreError."""
    with export.open_readonly(directory) as db:
        ours = [line for line in lines.all(db) if line.watched and line.can_text]
    ours.sort(key=lambda line: line.sid is None)  # those that the account has told of are ours for certain
    return phone.home_region(line.address for line in ours)


def _told(
    number: str, name: str, known: Mapping[str, tuple[list[ConsentEvent], Consent]], called: Mapping[str, str]
) -> Iterator[Evidence]:
    counts = {line: frozenset(heard) for line, (heard, _) in known.items()} if len(known) > 1 else {}
    for line, (heard, comes_to) in known.items():
        own = tuple(event for event in heard if event.line == line)
        if heard and not own:
            continue  # it stands at the lines to which it was said
        shared = tuple(
            tuple(other for other, counted in counts.items() if other != line and event in counted) for event in own
        )
        yield Evidence(line, number, name, own, comes_to, shared, called)


def _people(db: Any, peer: str | None) -> Iterator[list[tuple[str, str]]]:
    """The pairs, some hundred at a time; those of one person together."""
    after: tuple[str, str] | None = None
    begun: list[tuple[str, str]] = []
    while pairs := consent.pairs(db, after, _AT_A_TIME, peer):
        after = pairs[-1]
        begun += pairs
        whole = [pair for pair in begun if pair[1] != after[1]]
        begun = begun[len(whole) :]
        if whole:
            yield whole
    if begun:
        yield begun


def write_csv(evidence: Iterator[Evidence], out: TextIO) -> int:
    """A row for each entry; gives how many. A cell that a spreadsheet would run gets a leading apostrophe."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for one in evidence:
        for event, others in zip(one.events, one.shared, strict=True):
            writer.writerow([harmless(cell) for cell in _cells(one, event, others)])
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


def _cells(one: Evidence, event: ConsentEvent, others: Sequence[str]) -> tuple[str | None, ...]:
    return (
        one.peer, one.name, event.line, one.called.get(event.line), "opted out" if event.opted_out else "opted in",
        iso(event.at), SOURCES[event.source], event.words, event.sid, event.opt_out_type, event.service, event.author,
        event.reason, STANDINGS[one.consent.standing], ", ".join(others),
    )  # fmt: skip


def file_name(peer: str | None, at: datetime, ending: str) -> str:
    """A name to offer: without what a file system may not take."""
    whom = "" if peer is None else " " + "".join(c for c in peer if c.isalnum())
    return f"Consent{whom} {at.astimezone():%Y-%m-%d}.{ending}"
