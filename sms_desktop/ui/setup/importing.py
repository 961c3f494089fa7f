"""From a chosen depth to older messages that come in behind the window."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import CatchUpChanged
from sms_desktop.services import clock
from sms_desktop.ui.setup.history import Depth, HistoryPage
from sms_desktop.ui.setup.needs import SetupServices
from sms_desktop.ui.tasks import Tasks

DAYS = {Depth.MONTH: 30, Depth.YEAR: 365}
ALL_HERE = "All that you chose is here."
"""Of an import that ended while nobody counted."""


class Importing(QObject):
    """Start begins it and stays, so that it is seen to work; Continue goes on at once.

    ``brought`` is how many messages were listed and how many of them were new, once it is over; (0, 0) until then, and
    None before it is begun. It comes from an earlier start maybe; ``changed`` tells that it is another by now.
    """

    changed = Signal()

    def __init__(
        self,
        services: SetupServices,
        tasks: Tasks,
        page: HistoryPage,
        now: Callable[[], datetime] = clock.now,
        brought: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(page)
        self._catchup, self._tasks, self._page, self._now = services.catchup, tasks, page, now
        self.brought = brought
        self._begun = self._over = False
        self._unsubscribe = services.hub.subscribe(CatchUpChanged, self._changed)
        page.depthChosen.connect(self._set_foot)
        page.pauseRequested.connect(self._catchup.cancel)
        page.resumeRequested.connect(self._catchup.resume)

    async def enter(self) -> None:
        """An import that was begun before is shown as it stands."""
        progress = self._catchup.progress
        if progress.history and (progress.running or progress.cancelled or progress.waiting):
            self._begun = True
        if self._begun:
            self._show(progress)
        elif self.brought is not None:
            await self._go_on(*self.brought)
        else:
            self._page.show_choice()
        self._set_foot()

    async def _go_on(self, listed: int, added: int) -> None:
        """It was begun at an earlier start, and may have ended since."""
        self._begun = True
        if await self._catchup.imports():
            progress = self._catchup.progress
            self._show(progress if progress.history and progress.running else Progress(running=True, history=True))
        else:
            self._over = True
            self._page.show_progress(Progress(listed=listed, added=added, history=True), "" if listed else ALL_HERE)

    def leave(self) -> None:
        """It goes on in the background."""

    def close(self) -> None:
        self._unsubscribe()

    async def advance(self) -> bool:
        """True where nothing is to be brought, or it is on its way already."""
        if self._begun or self._page.chosen is Depth.NOTHING:
            return True
        days = DAYS.get(self._page.chosen)
        since = None if days is None else self._now() - timedelta(days=days)
        self._page.outcome.clear()
        try:
            await self._catchup.import_history(since)
        except SmsDesktopError as error:
            self._page.outcome.say("bad", f"{error} Press Start to try again, or choose Nothing for now.")
            return False
        self._begun = True
        self._note(0, 0)
        if await self._catchup.imports():
            progress = self._catchup.progress
            if not (progress.running or progress.waiting):  # it is asked for, and begins in a moment
                progress = Progress(running=True, since=since, history=True)
            self._show(progress)
        else:
            self._over = True
            self._page.show_progress(Progress(history=True), ALL_HERE)
        self._set_foot()
        return False

    def _set_foot(self) -> None:
        started = self._begun or self._page.chosen is Depth.NOTHING
        self._page.set_foot("Continue" if started else "Start")

    def _changed(self, event: CatchUpChanged) -> None:
        if self._begun and event.progress.history:
            self._show(event.progress)

    def _show(self, progress: Progress) -> None:
        """Once it is over, the counts are those of later rounds, which look for news alone."""
        going = progress.running or progress.cancelled or bool(progress.waiting)
        if going or not self._over:
            self._page.show_progress(progress)
            if progress.listed and not going:
                self._note(progress.listed, progress.added)
        self._over = not going and (self._over or progress.listed > 0)

    def _note(self, listed: int, added: int) -> None:
        self.brought = listed, added
        self.changed.emit()
