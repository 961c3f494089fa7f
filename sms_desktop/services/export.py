"""Every message as JSON lines or CSV, oldest first, without an engine."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.message import Message
from sms_desktop.store import export, removal
from sms_desktop.store.schema import FILE, RESCUED

COLUMNS = (
    "id", "sid", "direction", "from", "to", "body", "status", "error_code", "media",
    "segments", "price", "price_unit", "created_at", "updated_at",
)  # fmt: skip
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")  # phone numbers and prices stay what they are
_ELSEWHERE = re.compile(r"([;\t\r\n])")
"""Where a spreadsheet may begin another cell: one that separates by other signs takes no notice of our quotes."""
_SMILE = re.compile(r"\s*[-=|][)|/\\(]")
_FORMULA = frozenset("=+-@|%\u2212")
_SKIPPED = frozenset("\"'`´‘’“”„«»")
"""Quotes: a spreadsheet, or whoever pastes into one, may take them away and run what follows."""
_OURS = {RESCUED, removal.FILE, *(f"{FILE}{ending}" for ending in ("", "-wal", "-shm", "-journal"))}
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Mn", "Me"})


def as_json(message: Message) -> dict[str, Any]:
    """The outside's shape of a message, as the contract fixes it."""
    return {
        "id": message.id,
        "sid": message.sid,
        "direction": message.direction.value,
        "from": message.sender,
        "to": message.recipient,
        "body": message.body,
        "status": message.status.value,
        "error_code": message.error_code,
        "media": [
            {
                "content_type": item.content_type,
                "size": item.file.size if item.file else None,
                "sha256": item.file.sha256 if item.file else None,
                "filename": item.file.name if item.file else None,
            }
            for item in message.media
        ],
        "segments": message.segments,
        "price": message.price,
        "price_unit": message.price_unit,
        "created_at": iso(message.at),
        "updated_at": iso(message.updated_at),
    }


def write_jsonl(messages: Iterator[Message], out: TextIO) -> int:
    """One object a line; returns how many."""
    count = 0
    for message in messages:
        out.write(json.dumps(as_json(message), ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(messages: Iterator[Message], out: TextIO) -> int:
    """The same columns, media as a count; a cell that a spreadsheet would run gets a leading apostrophe."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for message in messages:
        row = as_json(message) | {"media": len(message.media)}
        writer.writerow([harmless(row[column]) for column in COLUMNS])
        count += 1
    return count


def every_message(directory: Path, since: datetime | None) -> Iterator[Message]:
    """Reads page by page on a read-only connection of its own, so an engine may go on writing."""
    with export.open_readonly(directory) as db:
        after = None
        while rows := export.rows(db, since, after, 500):
            yield from rows
            after = rows[-1]


def refuse_database(target: Path) -> None:
    """Raises StoreError where ``target`` is a database of ours, or a file that lies with one: whoever writes there
    loses all messages.
    """
    place = target.resolve()
    if place.name in _OURS:
        raise StoreError(f"{target} is a database of SMS Desktop; choose another file.")
    if place.exists() and any(_is_ours(folder) for folder in (place.parent, *place.parents[1:3])):
        raise StoreError(f"{target} is one of SMS Desktop’s own files; choose another one.")


def _is_ours(folder: Path) -> bool:
    """Whether that is a data directory."""
    return (folder / FILE).exists() and (folder / "engine.lock").exists()


def iso(at: datetime) -> str:
    """UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def harmless(value: Any) -> Any:
    """What may stand in a cell: what a spreadsheet would run gets a leading apostrophe."""
    if not isinstance(value, str):
        return "" if value is None else value
    first, *rest = _ELSEWHERE.split(value)  # each separator is followed by what stands behind it
    behind = [text if place % 2 == 0 or not _starts(text) else "'" + text for place, text in enumerate(rest)]
    return ("'" if _runs(value) else "") + first + "".join(behind)


def _starts(text: str) -> bool:
    """Of what stands within a cell: a sign that is no formula’s, as in “;-)”, stays as it is."""
    return _runs(text) and not _SMILE.match(text)


def _runs(text: str) -> bool:
    """Whether a spreadsheet might run it: it begins with a control character, or, after spaces, quotes and what cannot
    be seen, with a sign that a formula begins with, also in its wide and small forms.
    """
    if not text or _NUMBER.fullmatch(text):
        return False
    if unicodedata.category(text[0]) == "Cc":
        return True
    first = next((c for c in text if not (c.isspace() or c in _SKIPPED or unicodedata.category(c) in _UNSEEN)), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA
