"""What is set at Twilio by us, in a file beside the database as well. Where that is lost, or an older one lies in its
place, our own last address is not taken for a stranger's, and what the shop had there is not forgotten.
"""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from sms_desktop.domain.routing import HolderKind, Webhook
from sms_desktop.store import diversions, settings
from sms_desktop.store.diversions import RESTING, Diversion
from sms_desktop.store.tx import Tx

log = logging.getLogger(__name__)

FILE = "registrations.json"
"""Of diversions, whatever its name says: installed copies have it, and the list inside, by that."""
WRITTEN = "diversions_written"
"""The setting that tells what the database has last had the file say, the newest first: a file that says something else
knows what this database does not.
"""
REMEMBERED = 5
"""Times that are told there: a crash keeps the newest from being written."""


class Reminder:
    """Keeps the file in ``directory`` as the database is; what was drafted last counts, whoever writes first."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE
        self._numbers, self._written = count(1), 0
        self._one_at_a_time = threading.Lock()

    def draft(self, tx: Tx) -> tuple[int, str]:
        """What ``write`` is to be given once the transaction is on the disk."""
        rows = [asdict(one) | {"at": one.at.isoformat()} for one in diversions.rows(tx.db).values()]
        kept = {"registrations": rows, "resting": settings.get(tx.db, RESTING, [])}
        text = json.dumps(kept, ensure_ascii=False, indent=1)
        said, before = _print(text), _written(tx.db)
        if before[:1] != [said]:
            settings.put(tx, WRITTEN, [said, *before][:REMEMBERED])
        return next(self._numbers), text

    def write(self, number: int, text: str) -> None:
        """Blocks. Where the disk does not take it the file stays as it was."""
        partial = self._path.with_suffix(".partial")
        with self._one_at_a_time:
            if number < self._written:
                return
            self._written = number
            try:
                if self._path.exists() and self._path.read_text("utf-8") == text:
                    return
                with os.fdopen(
                    os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
                ) as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(self._path)
            except (OSError, ValueError) as error:
                log.warning("what is set at Twilio could not be written down beside the database: %s", error)


def unite(tx: Tx, directory: Path) -> None:
    """Tells the database what the file knows, unless the file says what this very database had it say."""
    try:
        text = (directory / FILE).read_text("utf-8")
    except (OSError, ValueError):
        return
    if _print(text) not in _written(tx.db):
        bring(tx, directory)


def _print(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _written(db: Connection) -> list[str]:
    found = settings.get(db, WRITTEN, [])
    return found if isinstance(found, list) else []


def is_wanted(lost: Collection[str]) -> bool:
    """Whether tables of which some rows were ``lost`` leave unknown what is set at Twilio."""
    return "registrations" in lost or "settings" in lost


def bring(tx: Tx, directory: Path) -> None:
    """Tells the database what the file in ``directory`` knows; of two words on one resource the newer counts. A file
    that is missing or damaged tells nothing.
    """
    try:
        kept: Any = json.loads((directory / FILE).read_text("utf-8"))
        found = [_diversion(one) for one in kept["registrations"]]
        resting = diversions.resting_of(kept["resting"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    diversions.bring(tx, found, resting, exactly=False)


def _diversion(one: Any) -> Diversion:
    return Diversion(
        str(one["sid"]),
        HolderKind(one["kind"]),
        str(one["name"]),
        Webhook(**one["former"]),
        tuple(map(str, one["ours"])),
        datetime.fromisoformat(one["at"]),
    )
