"""A database as a first start makes it. Made by the migrations once a run: that takes longer than most tests do."""

import os
import tempfile
from functools import cache
from pathlib import Path

from sms_desktop.store.opening import migrate_file
from sms_desktop.store.schema import FILE


def put(directory: Path) -> None:
    """Puts one there, where there is nothing yet; for tests that are about something else than a first start."""
    if directory.exists() and any(directory.iterdir()):
        return
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(directory / FILE, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
        file.write(_made())


@cache
def _made() -> bytes:
    with tempfile.TemporaryDirectory(prefix="fresh-") as folder:
        path = Path(folder) / FILE
        migrate_file(path)
        return path.read_bytes()
