"""Waiting for the first paint."""

import asyncio
import contextlib

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

PATIENCE = 0.5
"""Seconds after which a widget that nobody paints (minimised, covered) is waited for no longer."""


class _Painted(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.happened = asyncio.Event()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            self.happened.set()  # whoever waits goes on in a later step of the loop, after the paint
        return False


async def painted(widget: QWidget) -> None:
    """Returns once ``widget`` has been painted, or will not be for now."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await _Painted(widget).happened.wait()
