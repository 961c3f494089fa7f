"""Files that strangers sent, taken out of the app: what may be opened, under which name, and where to save."""

import asyncio
import mimetypes
import os
import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.media import File, describe, safe_name

_HARMLESS = frozenset({"application/pdf", "text/plain", "text/vcard", "text/x-vcard", "text/calendar"})
_HARMLESS_KINDS = frozenset({"image", "audio", "video"})
_SUFFIXES = {"audio/vnd.wave": ".wav", "text/x-vcard": ".vcf", "audio/amr": ".amr", "image/heic": ".heic"}


def danger(file: File) -> str:
    """A sentence of warning where the file is of a kind that can harm a computer when opened, else ""."""
    name = safe_name(file.name)
    kind = file.content_type.partition("/")[0]
    harmless = kind in _HARMLESS_KINDS or file.content_type in _HARMLESS
    if harmless and "svg" not in file.content_type and _fits(name, file.content_type):
        return ""
    what = describe(file.content_type) if not harmless else "not what its name says"
    return f"“{name}” is {what}. Such a file can harm a computer, so it is not opened here. Save it if you expected it."


def _fits(name: str, content_type: str) -> bool:
    """Whether the name's suffix, if any, says the same kind as the content: photo.jpg.exe does not."""
    if not Path(name).suffix:
        return True
    named = mimetypes.guess_type(name)[0] or {".vcf": "text/vcard", ".heic": "image/heic", ".amr": "audio/amr"}.get(
        Path(name).suffix.lower(), ""
    )
    return named == content_type or named.partition("/")[0] == content_type.partition("/")[0] != "application"


def name_to_open(file: File) -> str:
    """The file's own name, with the suffix of what it truly is."""
    suffix = _SUFFIXES.get(file.content_type) or mimetypes.guess_extension(file.content_type) or ""
    path = Path(safe_name(file.name))
    if mimetypes.guess_type(path.name)[0] == file.content_type or not suffix:
        return path.name
    return f"{path.stem}{suffix}"


def save(source: Path, target: Path) -> None:
    """Copies, wholly or not at all. Blocks: call it on a thread. Raises BadInput with the reason."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".saving-", dir=target.parent)
        os.close(handle)
        try:
            shutil.copyfile(source, temporary)
            Path(temporary).replace(target)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise BadInput(f"“{target.name}” could not be saved: {reason}.") from None


def copy_to_open(source: Path, folder: Path, file: File) -> Path:
    """A read-only copy under a name that other programs understand. Blocks. Raises BadInput with the reason."""
    target = folder / file.sha256[:16] / name_to_open(file)
    if not target.exists():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(f"“{target.name}” could not be opened: {os.strerror(error.errno or 0).lower()}.") from None
        save(source, target)
        target.chmod(0o400)
    return target


def _dialog(parent: QWidget, file: File) -> QFileDialog:
    places = QStandardPaths.StandardLocation
    pictures = file.content_type.startswith("image/")
    folder = QStandardPaths.writableLocation(places.PicturesLocation if pictures else places.DownloadLocation)
    dialog = QFileDialog(parent, "Save as", folder if Path(folder).is_dir() else str(Path.home()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(safe_name(file.name))
    return dialog


async def ask_where(parent: QWidget, file: File) -> Path | None:
    """Where the person wants it saved; None if they do not. The dialog asks before it replaces a file."""
    dialog = _dialog(parent, file)
    answered: asyncio.Future[Path | None] = asyncio.get_running_loop().create_future()

    def finished(result: int) -> None:
        if not answered.done():
            chosen = dialog.selectedFiles()
            answered.set_result(Path(chosen[0]) if result and chosen else None)

    dialog.finished.connect(finished)
    dialog.open()
    try:
        return await answered
    finally:
        dialog.deleteLater()
