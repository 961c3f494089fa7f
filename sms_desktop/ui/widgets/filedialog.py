"""Waiting for a file dialog without holding up the loop."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from sms_desktop.ui.widgets.answer import answer_in


async def chosen_in(dialog: QFileDialog) -> Path | None:
    """Opens ``dialog`` and gives the file that the person chose; None if they did not. It is gone afterwards."""

    def read(result: int) -> Path | None:
        chosen = dialog.selectedFiles()
        return Path(chosen[0]) if result and chosen else None

    return await answer_in(dialog, read)
