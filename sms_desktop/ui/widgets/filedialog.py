"""Where a file dialog begins, and waiting for it without holding up the loop."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from sms_desktop.ui.widgets.answer import answer_in

Place = QStandardPaths.StandardLocation


def folder(place: Place) -> str:
    """Where the system keeps such files; the person's home where that folder is not there, else Qt takes its name for
    that of a file.
    """
    found = QStandardPaths.writableLocation(place)
    return found if Path(found).is_dir() else str(Path.home())


async def chosen_in(dialog: QFileDialog) -> Path | None:
    """Opens ``dialog`` and gives the file that the person chose; None if they did not. It is gone afterwards."""

    def read(result: int) -> Path | None:
        chosen = dialog.selectedFiles()
        return Path(chosen[0]) if result and chosen else None

    return await answer_in(dialog, read)
