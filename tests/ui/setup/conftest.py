"""The set-up's window over services that answer as they are told to."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sms_desktop.ui.setup.presenter import SetupPresenter
from sms_desktop.ui.setup.steps import Step
from sms_desktop.ui.setup.window import SetupWindow
from sms_desktop.ui.tasks import Tasks
from tests.ui.conftest import Loop
from tests.ui.setup.fakes import NOW, FakeServices


class Desk:
    """What a person has before them: the window, and behind it services that remember what they were asked."""

    def __init__(self, loop: Loop, qtbot: QtBot) -> None:
        self.loop, self._qtbot = loop, qtbot
        self.services = FakeServices()
        self.failures: list[BaseException] = []
        self.tasks = Tasks(self.failures.append)
        self.presenters: list[SetupPresenter] = []

    def open(self, start_at: Step | str | None = None, *, back: str = "", from_inbox: bool = False) -> SetupWindow:
        """The window as it comes up; opening it again is another start of the program."""
        self.window = SetupWindow()
        self._qtbot.addWidget(self.window)
        self.presenter = SetupPresenter(
            self.services, self.tasks, self.window, start_at, now=lambda: NOW, back=back, from_inbox=from_inbox
        )
        self.presenters.append(self.presenter)
        self.window.show()
        self.loop.run(self.presenter.start())
        self.window.activateWindow()
        self.loop.until(self.window.isActiveWindow)
        return self.window

    def press(self) -> None:
        """The primary button."""
        assert self.window.foot.primary.isEnabled()
        self.window.foot.primary.click()

    def at(self, step: Step) -> None:
        """Waits until that page is shown."""
        self.loop.until(lambda: self.presenter.step is step)
        self.loop.until(self.window.sheet(step).isVisible)

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """To whatever has the keyboard."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def end(self) -> None:
        for gate in (self.services.account, self.services.lines, self.services.receiving, self.services.routing):
            gate.gate.set()
        self.loop.run(self.tasks.close())
        for presenter in self.presenters:
            presenter.close()
        assert not self.failures


@pytest.fixture
def desk(loop: Loop, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(loop, qtbot)
    yield desk
    desk.end()
