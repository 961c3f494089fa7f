"""Twilio is asked again by itself while somebody sees that something is in review."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.ui.registration.needs import Registrations

SOON = (2.0, 4.0, 8.0, 15.0)
"""Seconds until the first look, the next one …, and then between all others: a rehearsal is decided in moments."""
GENTLY = (60.0,)
"""The same for what registries and carriers decide: it takes days, but somebody is waiting for it."""
SILENT = (30.0, 60.0, 120.0, 300.0)
"""Seconds that it rests at least after one, two … looks in a row that Twilio did not answer."""


def pauses_of(rehearsed: Iterable[bool]) -> tuple[float, ...]:
    """Between looks, by all that is in review: whether each is a rehearsal."""
    found = tuple(rehearsed)
    return SOON if any(found) else GENTLY if found else ()


class Looking(QObject):
    """``follow`` tells it what is shown. It looks only while ``page`` is seen, by ``start``, and never beside another
    look, of which ``busy`` tells; ``missed`` carries why Twilio did not answer. ``stop`` it before the page goes.
    """

    looked = Signal()
    missed = Signal(str)

    def __init__(
        self,
        registrations: Registrations,
        start: Callable[[Coroutine[Any, Any, None]], object],
        page: QWidget,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(page)
        self._registrations, self._start, self._busy = registrations, start, busy
        self._pauses: tuple[float, ...] = ()
        self._looks = self._silent = 0
        self._seen, self._asking, self._stopped = page.isVisible(), False, False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._due)
        page.installEventFilter(self)

    def follow(self, pauses: tuple[float, ...]) -> None:
        """``pauses`` are those of what is in review now; none: nothing is."""
        if pauses != self._pauses:
            self._pauses, self._looks, self._silent = pauses, 0, 0
            self._begin_rest()
        elif not self._rest.isActive():
            self._begin_rest()

    def stop(self) -> None:
        self._stopped = True
        self._rest.stop()

    def _begin_rest(self) -> None:
        """Until the next look, where there is to be one."""
        if self._stopped:
            return
        self._rest.stop()
        if self._pauses and self._seen and not self._asking:
            pause = self._pauses[min(self._looks, len(self._pauses) - 1)]
            silence = SILENT[min(self._silent, len(SILENT)) - 1] if self._silent else 0.0
            self._rest.start(round(1000 * max(pause, silence)))

    def _due(self) -> None:
        if self._registrations.busy or self._busy():  # which tells the same
            self._begin_rest()
        else:
            self._start(self._look())

    async def _look(self) -> None:
        self._looks += 1
        self._asking, answered = True, True  # where a person's own look takes its place, that one tells
        try:
            answered = await self._ask()
        finally:
            self._asking = False
            self._silent = 0 if answered else self._silent + 1
            self._begin_rest()

    async def _ask(self) -> bool:
        """Gives whether Twilio told all."""
        try:
            await self._registrations.refresh()
        except SmsDesktopError as error:
            if not self._stopped:
                self.missed.emit(str(error))
            return False
        if not self._stopped:
            self.looked.emit()
        return not self._registrations.trouble

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whoever comes back to the page has waited long enough."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._seen, self._looks = event.type() is QEvent.Type.Show, 0
            self._begin_rest()
        return False
