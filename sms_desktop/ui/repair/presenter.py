"""Looks at what can be done, lets the person choose, and does it."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from sms_desktop.domain.backup import Backup, Restored
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.services.clock import now
from sms_desktop.services.repair import Outlook
from sms_desktop.ui.repair import sentences
from sms_desktop.ui.repair.sentences import Way
from sms_desktop.ui.repair.window import RepairWindow
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.words import in_sentence

log = logging.getLogger(__name__)

AskFile = Callable[[], Awaitable[Path | None]]


class Needs(Protocol):
    """``services.repair.Repair``, as far as it is asked."""

    async def look(self) -> Outlook: ...
    async def restore(self, source: Path, said: str) -> Restored: ...
    async def recover(self, said: str, progress: Callable[[int], None]) -> Restored: ...


class RepairPresenter(QObject):
    """``start`` it, or ``restore`` a file at once; ``finished`` tells that the window may open as ever."""

    finished = Signal()
    _read = Signal(int)

    def __init__(self, repair: Needs, tasks: Tasks, window: RepairWindow, ask_file: AskFile) -> None:
        super().__init__(window)
        self._repair, self._tasks, self._window, self._ask_file = repair, tasks, window, ask_file
        self._outlook = Outlook(None, None)
        window.chosen.connect(lambda way: tasks.latest("repair", self._choose(way)))
        # it is told on the thread that reads
        self._read.connect(lambda rows: window.show_progress(sentences.read(rows)), Qt.ConnectionType.QueuedConnection)

    async def start(self) -> None:
        """Shows the choices once it is known what there is."""
        self._window.outcome.say("busy", sentences.LOOKING)
        self._outlook = await self._repair.look()
        self._window.show_choices(sentences.choices(self._outlook, now()))

    async def restore(self, source: Path, backup: Backup | None = None) -> None:
        """``backup``: which of ours it is."""
        when = in_sentence(backup.at, now()) if backup is not None else ""
        await self._do(sentences.RESTORING, self._repair.restore(source, sentences.restored(when)))

    async def _choose(self, way: Way) -> None:
        if way is Way.RECOVER:
            said = sentences.recovered(self._outlook)
            await self._do(sentences.RECOVERING, self._repair.recover(said, self._read.emit))
        elif way is Way.BACKUP and self._outlook.backup is not None and self._outlook.rescued:
            await self._do(sentences.GOING_ON, self._repair.restore(self._outlook.backup.path, sentences.WENT_ON))
        elif way is Way.BACKUP and self._outlook.backup is not None:
            await self.restore(self._outlook.backup.path, self._outlook.backup)
        elif (source := await self._ask_file()) is not None:
            await self.restore(source)

    async def _do(self, doing: str, work: Awaitable[Restored]) -> None:
        self._window.show_working(doing)
        try:
            await work
        except SmsDesktopError as error:
            self._window.show_trouble(await self._looked_again(str(error)))
        else:
            self.finished.emit()

    async def _looked_again(self, trouble: str) -> str:
        """What is offered may be gone, which is why it failed; gives what is to be said."""
        if not self._window.choices:  # a restore that was asked for
            return trouble
        before = self._outlook
        try:
            self._outlook = await self._repair.look()
        except Exception:  # why it failed is to be known all the same, and the window to be closed
            log.exception("what can be done could not be looked at again")
            return trouble
        self._window.show_choices(sentences.choices(self._outlook, now()))
        return sentences.RESCUED_GONE if before.rescued and not self._outlook.rescued else trouble
