"""The accounts that have their messages on this computer: each its own folder, with a database of its own.

The first one lives in the data directory itself, every other one in a numbered folder below ``accounts``. Which there
are and which one is shown stands in a small file beside them; no secret is in it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sms_desktop.domain.account import KnownAccount
from sms_desktop.domain.errors import StoreError

FILE = "accounts.json"
_FOLDERS = "accounts"


@dataclass(frozen=True, slots=True)
class _Entry:
    sid: str
    name: str
    folder: str


class Accounts:
    """``root`` is the data directory. All methods touch the disk, for a moment; a damaged file counts as none."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> tuple[KnownAccount, ...]:
        """By the order in which they came."""
        current, entries = self._read()
        return tuple(KnownAccount(entry.sid, entry.name, entry.sid == current) for entry in entries)

    def current(self) -> str | None:
        """The SID of the account that is shown; None before the first one is connected."""
        return self._read()[0]

    def folder(self, sid: str | None = None) -> Path:
        """Where the messages of the account that is shown lie, or those of ``sid``; the first one's where it is not
        known.
        """
        current, entries = self._read()
        entry = next((entry for entry in entries if entry.sid == (sid or current)), None)
        return self.root if entry is None else self.root / entry.folder

    def sid_of(self, folder: Path) -> str | None:
        """Whose messages lie in ``folder``."""
        for entry in self._read()[1]:
            if (self.root / entry.folder).resolve() == folder.resolve():
                return entry.sid
        return None

    def add(self, sid: str, name: str, folder: Path | None = None) -> Path:
        """Makes the account known, or gives it its new name; returns its folder. The first one is shown from then on.

        ``folder``: where its messages lie already; where those of another account lie, nothing is done. Raises
        StoreError.
        """
        current, entries = self._read()
        known = next((entry for entry in entries if entry.sid == sid), None)
        if folder is not None and self.sid_of(folder) not in (None, sid):
            return folder
        if known is not None:
            place = known.folder
        elif folder is not None:
            place = os.path.relpath(folder, self.root)
        else:
            place = os.path.relpath(self.free_folder(), self.root)
        entry = _Entry(sid, name or (known.name if known is not None else ""), place)
        others = [other for other in entries if other.sid != sid]
        place_in_order = entries.index(known) if known is not None else len(others)
        self._write(current or sid, [*others[:place_in_order], entry, *others[place_in_order:]])
        return self.root / place

    def shown(self, variables: Mapping[str, str]) -> Path:
        """The folder of the account that is shown, or of the one that the environment names: no two share a folder."""
        named = variables.get("TWILIO_ACCOUNT_SID", "").strip()
        if not named or any(entry.sid == named for entry in self._read()[1]):
            return self.folder(named or None)
        return self.free_folder()

    def free_folder(self) -> Path:
        """Where the messages of an account that is to be added will lie."""
        taken = {entry.folder for entry in self._read()[1]}
        if os.curdir not in taken:
            return self.root
        return self.root / next(place for n in count(2) if (place := f"{_FOLDERS}/{n}") not in taken)

    def choose(self, sid: str) -> None:
        """Shows that account from the next start on. Raises StoreError."""
        _, entries = self._read()
        if any(entry.sid == sid for entry in entries):
            self._write(sid, entries)

    def forget(self, sid: str) -> None:
        """That account is on this computer no more; what lies in its folder stays there. Raises StoreError."""
        current, entries = self._read()
        others = [entry for entry in entries if entry.sid != sid]
        self._write(None if current == sid else current, others)

    def _read(self) -> tuple[str | None, list[_Entry]]:
        try:
            found: Any = json.loads((self.root / FILE).read_text("utf-8"))
            entries = [_Entry(str(one["sid"]), str(one["name"]), str(one["folder"])) for one in found["accounts"]]
            current = found["current"]
        except (OSError, ValueError, KeyError, TypeError):
            return None, []
        inside = [
            entry for entry in entries if not os.path.isabs(entry.folder) and ".." not in Path(entry.folder).parts
        ]
        return (current if isinstance(current, str) else None), inside

    def _write(self, current: str | None, entries: list[_Entry]) -> None:
        found = {
            "current": current,
            "accounts": [{"sid": entry.sid, "name": entry.name, "folder": entry.folder} for entry in entries],
        }
        path = self.root / FILE
        partial = path.with_suffix(".partial")
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(
                os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump(found, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            raise StoreError(f"The data directory {self.root} cannot be written: {error.strerror or error}.") from None
