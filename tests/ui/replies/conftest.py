"""The preferences over the real services, and who sits before them."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.reply import Rule, Trigger
from sms_desktop.services.services import Services
from sms_desktop.ui.preferences.dialog import PreferencesDialog, Section
from sms_desktop.ui.preferences.presenter import PreferencesPresenter
from sms_desktop.ui.preferences.replies import RepliesPage
from sms_desktop.ui.tasks import Tasks
from tests.rig import LINE
from tests.ui.conftest import Loop

HOURS = Rule("Opening hours", Trigger.CONTAINS, "Hi {first name|there}, open 9-17.", words=("open", "hours"))
FIRST = Rule("Welcome", Trigger.FIRST, "Welcome!")
ORDER = Rule("Orders", Trigger.PATTERN, "We look it up.", line=LINE, words=(r"order \d+",))


class Room:
    def __init__(self, bot: QtBot, loop: Loop, services: Services) -> None:
        self.bot, self.loop, self.services = bot, loop, services
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.window = QWidget()
        self._dialog: PreferencesDialog | None = None

    def open(self, section: Section = "replies") -> RepliesPage:
        self._dialog = PreferencesDialog(enter_sends=True, section=section, parent=self.window)
        list(self._dialog.furnish())
        PreferencesPresenter(self.services, self.tasks, self.dialog).start()
        self.dialog.open()
        with self.bot.waitActive(self.dialog):
            self.dialog.activateWindow()
        self.settle()
        return self.dialog.replies

    @property
    def dialog(self) -> PreferencesDialog:
        assert self._dialog is not None
        return self._dialog

    def given(self, *rules: Rule) -> list[Rule]:
        """Those that there are already."""
        return [self.loop.run(self.services.replies.add(rule)) for rule in rules]

    def kept(self) -> list[Rule]:
        return list(self.loop.run(self.services.replies.rules()))

    def settle(self) -> None:
        self.loop.until(lambda: not self.tasks._tasks)

    def leave(self) -> None:
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.close()
        self.settle()
        self.loop.run(self.tasks.close())
        self.window.deleteLater()
        assert self.errors == []


@pytest.fixture
def room(qtbot: QtBot, loop: Loop, services: Services) -> Iterator[Room]:
    loop.until(lambda: len(services.lines.known()) == 2)
    room = Room(qtbot, loop, services)
    yield room
    room.leave()
