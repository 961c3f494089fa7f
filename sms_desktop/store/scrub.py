"""Passwords that earlier versions left in their backups: what a line's webhook said at Twilio may hold one."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from sms_desktop.store import shelf

log = logging.getLogger(__name__)


def scrub(directory: Path) -> None:
    """Takes them out of the backups of that data directory; one that cannot be changed stays as it is."""
    for path, _, _ in shelf.names(directory):
        try:
            _scrub(path)
        except sqlite3.Error as error:
            log.warning("what a line's webhook was stays in %s: %s", path.name, error)


def _scrub(path: Path) -> None:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as db:
        if not any(row[1] == "sms_url" for row in db.execute("PRAGMA table_info(lines)")):
            return
        db.execute("PRAGMA secure_delete = ON")  # the bytes too
        db.execute("UPDATE lines SET sms_url = NULL WHERE sms_url IS NOT NULL")
