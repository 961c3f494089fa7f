"""What a person chose for themselves, whichever account is shown: a small JSON file beside the list of accounts.

It stands outside every database, so that a page without one (set-up, repair) can know it; never a secret.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from sms_desktop.domain.errors import StoreError

FILE = "preferences.json"
_WRITING = Lock()


class Preferences:
    """``root`` is the data directory. All methods touch the disk, for a moment; a damaged file counts as none."""

    def __init__(self, root: Path) -> None:
        self._path = root / FILE

    def all(self) -> dict[str, Any]:
        """JSON values by their keys."""
        try:
            found: Any = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def put(self, values: Mapping[str, Any]) -> None:
        """Keeps these beside the others; ``None`` forgets one. Raises StoreError."""
        with _WRITING:
            kept = {**self.all(), **values}
            self._write({key: value for key, value in kept.items() if value is not None})

    def _write(self, values: Mapping[str, Any]) -> None:
        partial, flags = self._path.with_suffix(".partial"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(partial, flags, 0o600), "w", encoding="utf-8") as file:
                json.dump(values, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            where = self._path.parent
            raise StoreError(f"The data directory {where} cannot be written: {error.strerror or error}.") from None
