"""Waiting for a file dialog without holding up the loop."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QFileDialog


async def chosen_in(dialog: QFileDialog) -> Path | None:
    """Opens ``dialog`` and gives the file that the person chose; None if they did not. It is gone afterwards."""
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
