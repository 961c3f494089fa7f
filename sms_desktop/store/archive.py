"""A copy with its pictures: one zip file that holds ``sms.db`` and ``media/…``, the latter by their content."""

import hashlib
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import copyfileobj

from sms_desktop.domain.errors import StoreError
from sms_desktop.store.backup import Stopped, backup, refuse_own
from sms_desktop.store.disk import settle, to_disk
from sms_desktop.store.faults import explained
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.schema import FILE

ENDING = ".zip"
_MEDIA = "media/"
_HEX = 64
_CHUNK = 1024 * 1024


def is_archive(path: Path) -> bool:
    """By what it begins with, not by its name. False for what cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def write(directory: Path, target: Path, stop: Callable[[], bool] | None = None) -> int:
    """Copies database and pictures to ``target``, which appears whole or not at all; returns how many pictures.

    The database is copied first: each picture that it names was there before. Raises StoreError.
    """
    copy, partial = target.with_name(f"{target.name}.db"), target.with_name(f"{target.name}.partial")
    with explained(target.parent):
        refuse_own(directory / FILE, target)
        if copy.exists():
            copy = target.with_name(f"{target.name}.{os.getpid()}.db")
        try:
            backup(directory / FILE, copy, stop=stop)
            partial.unlink(missing_ok=True)
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
                archive.write(copy, FILE)
                count = _add_media(archive, directory / "media", stop)
            with zipfile.ZipFile(partial) as archive:
                if not _is_whole(archive, stop):
                    raise StoreError(f"{target} could not be written as it should be; try another disk.")
            to_disk(partial)
            partial.replace(target)
            settle(target.parent)
        finally:
            for path in (copy, partial):
                path.unlink(missing_ok=True)
    return count


def _add_media(archive: zipfile.ZipFile, folder: Path, stop: Callable[[], bool] | None) -> int:
    count = 0
    for path in sorted(folder.glob("??/*")):
        if stop is not None and stop():
            raise Stopped("The copy was stopped.")
        if len(path.name) == _HEX and path.is_file():
            with suppress(FileNotFoundError):  # taken away since
                archive.write(path, f"{_MEDIA}{path.parent.name}/{path.name}")
                count += 1
    return count


def _is_whole(archive: zipfile.ZipFile, stop: Callable[[], bool] | None) -> bool:
    """Reads all of it, by the archive's own sums."""
    for info in archive.infolist():
        try:
            with archive.open(info) as source:
                while source.read(_CHUNK):
                    if stop is not None and stop():
                        raise Stopped("The copy was stopped.")
        except zipfile.BadZipFile:
            return False
    return True


def unpack_database(path: Path, target: Path) -> int:
    """Writes the database in the archive to ``target``, checked by the archive's own sum; returns how many pictures
    there are. Raises StoreError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if FILE not in archive.namelist():
                raise StoreError(f"{path} is not a backup of SMS Desktop: it holds no {FILE}.")
            with archive.open(FILE) as source, target.open("xb") as sink:
                copyfileobj(source, sink)
            return len(_media_in(archive))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise StoreError(f"{path} is damaged; choose another backup.") from error


def unpack_media(path: Path, folder: MediaFolder) -> int:
    """Puts the archive's pictures into ``folder``; what is not what its name says is left out. Returns how many."""
    count = 0
    with zipfile.ZipFile(path) as archive:
        for info in _media_in(archive):
            sha256 = info.filename.rpartition("/")[2]
            if folder.path_of(sha256).exists():
                continue
            with folder.new_temporary() as sink:
                digest = hashlib.sha256()
                try:
                    with archive.open(info) as source:
                        while chunk := source.read(_CHUNK):
                            digest.update(chunk)
                            sink.write(chunk)
                except (zipfile.BadZipFile, EOFError):
                    digest = hashlib.sha256(b"broken")
            if digest.hexdigest() == sha256:
                folder.put_file(Path(sink.name), "", "")
                count += 1
            else:
                Path(sink.name).unlink()
    return count


def _media_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [
        info
        for info in archive.infolist()
        if info.filename.startswith(_MEDIA)
        and len(name := info.filename.rpartition("/")[2]) == _HEX
        and set(name) <= set("0123456789abcdef")
    ]
