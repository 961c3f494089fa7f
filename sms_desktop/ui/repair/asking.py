"""Where a copy is, or is to go: the system's own dialog."""

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sms_desktop.ui.widgets.filedialog import Place, chosen_in, folder

OURS = "Copies of SMS Desktop (*.db *.zip)"
WITH, WITHOUT = "With pictures (*.zip)", "Messages alone (*.db)"


async def ask_source(parent: QWidget) -> Path | None:
    """The file that is to be restored; None where the person thinks better of it."""
    dialog = QFileDialog(parent, "Restore a copy", folder(Place.DocumentsLocation), OURS)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await chosen_in(dialog)


async def ask_target(parent: QWidget, at: datetime) -> Path | None:
    """Where a copy is to go. The dialog asks before it replaces a file."""
    dialog = QFileDialog(parent, "Save a copy", folder(Place.DocumentsLocation))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters([WITH, WITHOUT])
    dialog.setDefaultSuffix("zip")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("zip" if chosen == WITH else "db"))
    dialog.selectFile(f"SMS Desktop {at.astimezone():%Y-%m-%d}")
    return await chosen_in(dialog)
