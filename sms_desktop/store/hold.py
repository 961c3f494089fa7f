"""Keeps the open database's files ours: no other program removes its log; and it shows where one has done so anyhow.

SQLite's locks are POSIX locks, which belong to the process: whatever in it opens one of the files and closes it again
drops all of them, be it only a file dialog that looks what kind of file it lists. The next program that comes and goes
then believes itself the last one, and folds and removes the log that is still being written. Where the system has them
(Linux), two locks of a descriptor of our own, which nothing else can drop, keep it from that. Windows has neither the
trouble nor a way to remove a file in use.
"""

import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

from sms_desktop.store.faults import replaced

if sys.platform == "linux":
    import fcntl

_SHARED = (0x40000002, 510)
"""The bytes of the database that SQLite locks for writing (first, count) to be alone, as before it folds its log."""
_CONNECTED = (128, 1)
"""The byte of the log's index by which it sees that somebody is connected."""
_ENDINGS = ("", "-wal", "-shm")


class Hold:
    """``take`` it once SQLite has opened the files at ``path``; ``release`` it before the last connection is closed,
    where that is to fold the log, and ``close`` it after that: closing drops SQLite's locks too.
    """

    def __init__(self, path: Path) -> None:
        self._directory = path.parent
        self._files = [path.with_name(path.name + ending) for ending in _ENDINGS]
        self._known: list[tuple[Path, int]] = []
        self._locked: list[tuple[int, int, int]] = []

    def take(self) -> None:
        """Raises OSError where a file is not there."""
        if sys.platform == "win32":
            return
        self._known = [(path, path.stat().st_ino) for path in self._files]
        self._lock(self._files[0], *_SHARED)
        self._lock(self._files[2], *_CONNECTED)

    def is_lost(self) -> bool:
        """Whether a file that is open here lies no more where it lay, so that what is written is written for nobody."""
        for path, known in self._known:
            try:
                if path.stat().st_ino != known:
                    return True
            except FileNotFoundError:
                return True
            except OSError:  # which tells nothing of the file, and comes up where that is read or written
                continue
        return False

    def check(self) -> None:
        """Raises DatabaseDamaged where it is lost."""
        if self.is_lost():
            raise replaced(self._directory)

    def release(self) -> None:
        """From here on another program may be alone with the database."""
        for descriptor, first, count in self._locked:
            _set(descriptor, first, count, free=True)

    def close(self) -> None:
        for descriptor, _, _ in self._locked:
            os.close(descriptor)
        self._locked.clear()

    def _lock(self, path: Path, first: int, count: int) -> None:
        if sys.platform == "linux":
            descriptor = os.open(path, os.O_RDONLY)  # stays open, whatever becomes of the lock
            self._locked.append((descriptor, first, count))
            _set(descriptor, first, count, free=False)


def _set(descriptor: int, first: int, count: int, *, free: bool) -> None:
    """A shared lock of the descriptor, as far as the file system knows such."""
    if sys.platform == "linux":
        kind = fcntl.F_UNLCK if free else fcntl.F_RDLCK
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi0q", kind, os.SEEK_SET, first, count, 0))
