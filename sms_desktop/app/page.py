"""A window that stands alone, in a session's stead: until the person has answered, or the program is to end."""

import asyncio
import sys
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from sms_desktop.app.front import Front, bring
from sms_desktop.domain.errors import EngineRunning, SmsDesktopError
from sms_desktop.ui.setup.trouble import TroubleWindow

STILL_THERE = (
    "Another SMS Desktop is still at work with these messages: it is just ending, or it runs without a window. Wait a "
    "moment, then try again."
)


class Page:
    """``answered`` gives True where the program goes on, False where it ends."""

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self._answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def answer(self, goes_on: bool) -> None:
        """The first one counts."""
        if not self._answer.done():
            self._answer.set_result(goes_on)

    def end(self) -> None:
        self.answer(False)

    def show(self) -> None:
        bring(self.window)

    async def answered(self) -> bool:
        self.window.show()
        return await self._answer

    def close(self) -> None:
        self.window.hide()
        self.window.deleteLater()


async def trouble(error: SmsDesktopError, comes: Callable[[Front | None], None]) -> bool:
    """Says why there is no session. True: it is to be tried again; False: the program ends."""
    sentence = STILL_THERE if isinstance(error, EngineRunning) else str(error)
    window = TroubleWindow(sentence)
    page = Page(window)
    window.retryRequested.connect(lambda: page.answer(True))
    window.closed.connect(lambda: page.answer(False))
    print(sentence, file=sys.stderr)  # noqa: T201 - where it was started from a terminal
    comes(page)
    try:
        return await page.answered()
    finally:
        page.close()
