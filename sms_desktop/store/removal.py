"""That another program took away the database's files while they were open: a note beside them, until somebody has
chosen how to go on. What was rescued may be taken away as well; the note says still that what lies there is not all.
"""

import logging
import os
from pathlib import Path

from sms_desktop.store import shelf
from sms_desktop.store.disk import settle
from sms_desktop.store.schema import RESCUED

log = logging.getLogger(__name__)

FILE = "files-were-taken-away.txt"
_SAID = (
    "Another program replaced or deleted the files of your messages while SMS Desktop was using them. This note stays "
    "until you have chosen in SMS Desktop how to go on; please leave it here.\n"
)


def note(directory: Path) -> None:
    """Blocks until it is on the disk; one that does not take it is no reason not to rescue what is open."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(directory / FILE, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_SAID)
            file.flush()
            os.fsync(file.fileno())
        settle(directory)
    except OSError as error:
        log.warning("that the files were taken away could not be written down: %s", error.strerror)


def is_noted(directory: Path) -> bool:
    """Whether somebody still has to choose. An earlier version left an empty rescued file where it could save none."""
    return (directory / FILE).exists() or (directory / RESCUED).exists()


def is_all_there_is(directory: Path) -> bool:
    """Whether nothing was rescued, or that is gone as well: what lies in its place may be older, or anybody's."""
    return is_noted(directory) and not shelf.is_rescued(directory)


def forget(directory: Path) -> None:
    """Somebody has chosen. Raises OSError."""
    (directory / FILE).unlink(missing_ok=True)
