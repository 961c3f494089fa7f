"""Waiting for what a person answers in a dialog. Never ``exec()``: a nested loop would enter a running coroutine."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QDialog

T = TypeVar("T")


async def answer_in(dialog: QDialog, read: Callable[[int], T]) -> T:
    """Opens ``dialog``; gives what ``read`` makes of its result once it is closed. The dialog is gone afterwards."""
    answered: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def finished(result: int) -> None:
        if not answered.done():
            answered.set_result(read(result))

    dialog.finished.connect(finished)
    dialog.open()
    try:
        return await answered
    finally:
        dialog.deleteLater()
