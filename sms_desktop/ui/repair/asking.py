"""Where a copy is, or is to go: the system's own dialog."""

import asyncio
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

OURS = "Copies of SMS Desktop (*.db *.zip)"
WITH, WITHOUT = "With pictures (*.zip)", "Messages alone (*.db)"


async def ask_source(parent: QWidget) -> Path | None:
    """The file that is to be restored; None where the person thinks better of it."""
    dialog = QFileDialog(parent, "Restore a copy", _folder(), OURS)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return await _answer(dialog)


async def ask_target(parent: QWidget, at: datetime) -> Path | None:
    """Where a copy is to go. The dialog asks before it replaces a file."""
    dialog = QFileDialog(parent, "Save a copy", _folder())
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters([WITH, WITHOUT])
    dialog.setDefaultSuffix("zip")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("zip" if chosen == WITH else "db"))
    dialog.selectFile(f"SMS Desktop {at.astimezone():%Y-%m-%d}")
    return await _answer(dialog)


def _folder() -> str:
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return found if Path(found).is_dir() else str(Path.home())


async def _answer(dialog: QFileDialog) -> Path | None:
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
