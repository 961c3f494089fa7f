"""Fills the section of the backups, and does what it asks."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.backup import Backup
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.services.clock import now
from sms_desktop.ui.preferences.backups import BackupsPage
from sms_desktop.ui.preferences.needs import Needs
from sms_desktop.ui.repair import asking

Do = Callable[[str, Coroutine[Any, Any, None]], None]
KEY = "backups"


class BackupsPresenter(QObject):
    """``do_latest`` starts a look, in the place of an earlier one; ``do`` what is not to be broken off. The dialogs for
    files may be replaced.
    """

    def __init__(self, services: Needs, do_latest: Do, do: Do, page: BackupsPage) -> None:
        super().__init__(page)
        self._services, self._do_latest, self._page = services, do_latest, page
        self.ask_source: Callable[[QWidget], Awaitable[Path | None]] = asking.ask_source
        self.ask_target: Callable[[QWidget, datetime], Awaitable[Path | None]] = asking.ask_target
        page.makeRequested.connect(lambda: do(KEY, self._make()))
        page.copyRequested.connect(lambda: do(KEY, self._save_copy()))
        page.fileRequested.connect(lambda: do(KEY, self._restore_file()))
        page.restoreRequested.connect(lambda backup: do(KEY, self._ask(backup.path, backup)))

    def look(self) -> None:
        self._do_latest(f"{KEY} list", self._show())

    async def _show(self) -> None:
        self._page.show_backups(await self._services.backups.all(), now())

    async def _make(self) -> None:
        async def work() -> str:
            await self._services.backups.make()
            await self._show()
            return "A backup was made and checked."

        await self._say(work, "Making a backup…")

    async def _save_copy(self) -> None:
        target = await self.ask_target(self._page, now())
        if target is None:
            return

        async def work() -> str:
            pictures = await self._services.backups.save_copy(target)
            with_ = "without pictures" if pictures is None else f"with {counted(pictures, 'picture')}"
            return f"{target.name} was saved and checked, {with_}."

        await self._say(work, "Saving a copy…")

    async def _restore_file(self) -> None:
        source = await self.ask_source(self._page)
        if source is not None:
            await self._ask(source, None)

    async def _ask(self, source: Path, backup: Backup | None) -> None:
        identity = self._services.account.identity

        async def work() -> str:
            contents = await self._services.backups.inspect(source, identity.sid if identity is not None else None)
            self._page.ask(backup or source, contents, now())
            return ""

        await self._say(work, "Checking the backup…")

    async def _say(self, work: Callable[[], Awaitable[str]], busy: str) -> None:
        self._page.show_busy(busy)
        try:
            said = await work()
        except SmsDesktopError as error:
            self._page.show_trouble(str(error))
        else:
            self._page.show_done(said)
