"""Files that strangers sent, taken out of the app: saved where the person wants it, or as a copy to be opened."""

import os
import shutil
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sms_desktop.domain.danger import name_to_open
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.media import File, safe_name
from sms_desktop.ui.widgets.filedialog import Place, chosen_in, folder


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
    place = Place.PicturesLocation if file.content_type.startswith("image/") else Place.DownloadLocation
    dialog = QFileDialog(parent, "Save as", folder(place))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(safe_name(file.name))
    return dialog


async def ask_where(parent: QWidget, file: File) -> Path | None:
    """Where the person wants it saved; None if they do not. The dialog asks before it replaces a file."""
    return await chosen_in(_dialog(parent, file))
