"""The files themselves: each content once, named by its SHA-256, outside the database."""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import _TemporaryFileWrapper
from typing import BinaryIO

from sms_desktop.domain.media import File
from sms_desktop.store.disk import settle
from sms_desktop.store.faults import explained

_STALE = 3600.0
"""Seconds after which a temporary file is taken for left behind."""
FORGOTTEN = 24 * 3600.0
"""Seconds after which a file that neither a message nor a draft has is taken for left behind."""
_CHUNK = 1024 * 1024


class MediaFolder:
    """Blocks on the disk: for threads. What is put is on the disk when the call returns. Raises StoreError.

    Layout: ``ab/abcdef…`` by content, ``incoming/`` for what is not complete yet.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"

    def put(self, data: bytes, name: str, content_type: str) -> File:
        """Keeps ``data``."""
        return self._copy(BytesIO(data), name, content_type)

    def put_file(self, path: Path, name: str, content_type: str) -> File:
        """Keeps the file at ``path``: moved where it lies in this folder (a temporary of ours), else copied."""
        with explained(self.root):
            if not path.resolve().is_relative_to(self.root.resolve()):
                with path.open("rb") as source:
                    return self._copy(source, name, content_type)
            with path.open("r+b") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
            return self._keep(path, digest, name, content_type)

    def path_of(self, file: File | str) -> Path:
        """Where the bytes of ``file`` (or of a SHA-256 in hex) lie."""
        sha256 = file if isinstance(file, str) else file.sha256
        return self.root / sha256[:2] / sha256

    def new_temporary(self) -> "_TemporaryFileWrapper[bytes]":
        """An open binary file in this folder, to be written, then given to ``put_file`` by its ``name`` or removed."""
        with explained(self.root):
            self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            return tempfile.NamedTemporaryFile(dir=self._incoming, delete=False)

    def sweep(self) -> None:
        """Removes temporary files that an earlier run left behind."""
        with explained(self.root), suppress(FileNotFoundError):
            for entry in os.scandir(self._incoming):
                with suppress(FileNotFoundError):
                    if time.time() - entry.stat().st_mtime > _STALE:
                        os.unlink(entry.path)

    def put_between(self, since: float, until: float) -> list[str]:
        """SHA-256 of each file that was last put here at a time between these, in seconds since 1970."""
        with explained(self.root):
            return [
                entry.name
                for folder in self.root.glob("??")
                for entry in os.scandir(folder)
                if since <= entry.stat().st_mtime <= until
            ]

    def forget(self, sha256: str, until: float) -> None:
        """Removes a file that nobody has; one that was put here again after ``until`` stays."""
        path, aside = self.path_of(sha256), self._incoming / f"{sha256}.forgotten"
        with explained(self.root), suppress(FileNotFoundError):
            self._incoming.mkdir(mode=0o700, exist_ok=True)
            path.replace(aside)  # so that whoever puts it now puts it anew
            if aside.stat().st_mtime > until:
                aside.replace(path)
            else:
                aside.unlink()

    def _copy(self, source: BinaryIO, name: str, content_type: str) -> File:
        with explained(self.root):
            copy = self.new_temporary()
            try:
                with copy:
                    digest = hashlib.sha256()
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        copy.write(chunk)
                    copy.flush()
                    os.fsync(copy.fileno())
                return self._keep(Path(copy.name), digest.hexdigest(), name, content_type)
            finally:
                Path(copy.name).unlink(missing_ok=True)

    def _keep(self, path: Path, digest: str, name: str, content_type: str) -> File:
        """Gives the complete, synced and closed file at ``path`` its place, or drops it where its like is there."""
        size = path.stat().st_size
        target = self.path_of(digest)
        try:
            os.utime(target)  # from now on it is wanted again, see `forget`
            path.unlink()
        except FileNotFoundError:
            if not target.parent.exists():
                target.parent.mkdir(mode=0o700, exist_ok=True)
                settle(self.root)
            path.replace(target)
            settle(target.parent)
        return File(digest, size, content_type, name)
