"""Fills the dialog from the ledger, enters what a person knows, and saves the evidence."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import ConsentChanged
from sms_desktop.services import clock, evidence
from sms_desktop.ui.consent import saving, sentences
from sms_desktop.ui.consent.dialog import ConsentDialog
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.words import person

if TYPE_CHECKING:
    from sms_desktop.services.services import Services


class ConsentPresenter(QObject):
    """``start`` it before the dialog opens; it ends with the dialog. The dialog for files may be replaced."""

    def __init__(self, services: "Services", tasks: Tasks, dialog: ConsentDialog, conversation: Conversation) -> None:
        super().__init__(dialog)
        self._services, self._tasks, self._dialog, self._of = services, tasks, dialog, conversation
        self.ask_target: Callable[[QWidget, str, str | None, datetime], Awaitable[Path | None]] = saving.ask_target
        self._unsubscribe = services.hub.subscribe(ConsentChanged, self._changed)
        self._running: set[asyncio.Task[None]] = set()
        dialog.entered.connect(lambda out, who, why: self._do(self._enter(out, who, why)))
        dialog.saveRequested.connect(lambda ending: self._do(self._save(ending)))
        dialog.finished.connect(self._close)

    async def start(self) -> None:
        """Raises StoreError."""
        known = await self._services.consents.of(self._of.line, self._of.peer)
        facts = await self._services.conversations.facts(self._of.id)
        wrote = facts.messages > facts.outbound
        services = {event.service for event in known.events if event.service}
        called = {line.address: line.name for line in map(self._services.lines.get, services) if line is not None}
        self._dialog.show_known(known.consent, known.events, clock.now(), called, wrote=wrote)

    def _do(self, doing: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.spawn(doing, "consent")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _close(self) -> None:
        self._unsubscribe()
        self._tasks.spawn(self._end(), "close consent")

    async def _end(self) -> None:
        """What was begun goes on after the dialog is closed; what it says then, nobody reads."""
        await asyncio.gather(*self._running, return_exceptions=True)
        self._dialog.deleteLater()

    def _changed(self, event: ConsentChanged) -> None:
        if any(peer == self._of.peer for _, peer in event.pairs):
            self._do(self.start())

    async def _enter(self, out: bool, who: str, why: str) -> None:
        consents = self._services.consents
        enter = consents.opt_out if out else consents.opt_in
        try:
            await enter(self._of.line, self._of.peer, who, why)
        except SmsDesktopError as error:
            self._dialog.show_wrong(str(error))
        else:
            self._dialog.show_done()

    async def _save(self, ending: str) -> None:
        target = await self.ask_target(self._dialog, ending, self._of.peer, clock.now())
        if target is None:
            return
        about, now = f"{person(self._of)}, {self._of.peer}", clock.now()
        directory = self._services.consents.directory
        try:
            count = await asyncio.to_thread(saving.write, evidence.all_of(directory, self._of.peer), target, about, now)
        except SmsDesktopError as error:
            self._dialog.show_trouble(str(error))
        else:
            self._dialog.show_saved(sentences.saved(target.name, count, ending))
