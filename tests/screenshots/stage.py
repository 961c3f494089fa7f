"""The program as a scene needs it: an engine over sample data, the real window, eyes and hands, and a camera."""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sms_desktop import demo as sandbox
from sms_desktop import environment
from sms_desktop.app.session import Session
from sms_desktop.demo import SHOP
from sms_desktop.domain.conversation import Conversation
from sms_desktop.engine import Engine
from sms_desktop.services.services import Services
from sms_desktop.simulator import Simulator
from sms_desktop.smoke import Person
from sms_desktop.ui.desk import Desk
from sms_desktop.ui.theme import Preference, theme

T = TypeVar("T")
Seed = Callable[[Engine], Awaitable[None]]

LOOK = 0.06
"""Seconds between two looks at the window; three alike, and it stands still."""
PATIENCE = 20.0
DIM = 0.25


async def nothing(engine: Engine) -> None:
    """An empty store."""


class Stage:
    """One scene's. ``play`` opens the program; what else is shown is given to ``put``."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._folder = tempfile.TemporaryDirectory(prefix="sms-desktop-scene-", ignore_cleanup_errors=True)
        self.directory = Path(self._folder.name)
        self.main = QWidget()
        self.session: Session | None = None
        self._environ: dict[str, str | None] = {}
        self._simulators: list[Simulator] = []

    # The program

    async def play(
        self,
        *seeds: Seed,
        demo: bool = True,
        right: str | None = "details",
        environ: Mapping[str, str] | None = None,
        connected: bool = True,
        undo: int = 0,
    ) -> None:
        """Opens the window over ``seeds`` (the demo's sample data where there are none), at this scene's size."""
        self._take_over(environ or {})
        engine = Engine(self.directory / "data", environment.read(), demo=demo)
        self.session = Session(engine, demo=demo, pace=0.02)
        await engine.open()
        for seed in seeds or (sandbox.seed,):
            await seed(engine)
        layout = {"right": right}
        await engine.services.settings.put("window", layout)
        await engine.services.settings.put("undo_seconds", undo)
        await self.session.show_first()
        self.put(self.desk.window)
        if connected:
            await self.session.connected()
            if demo:
                await self.until(lambda: engine.services.connection.state.account, "the account is known")

    def _take_over(self, environ: Mapping[str, str]) -> None:
        """Nothing of the caller's own account is used: the scene's variables alone."""
        ours = {name for name in os.environ if name.startswith(("TWILIO_", "SMS_DESKTOP_", "NGROK_"))}
        self._environ = {name: os.environ.get(name) for name in ours | set(environ)}
        for name in ours:
            del os.environ[name]
        os.environ.update(environ)

    async def simulator(self) -> Simulator:
        """A Twilio of its own for a window that is not the demo's."""
        simulator = Simulator(pace=0.02, seed=7)
        self._simulators.append(simulator)
        await simulator.start()
        return simulator

    def put(self, window: QWidget) -> None:
        """The window whose picture is taken."""
        self.main = window
        window.resize(*self.size)
        window.move(0, 0)
        window.show()
        window.activateWindow()

    async def close(self) -> None:
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and widget is not self.main:
                widget.close()
        if self.session is not None:
            await self.session.close()
        self.main.hide()
        self.main.deleteLater()
        for simulator in self._simulators:
            await simulator.stop()
        for name, value in self._environ.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        self._folder.cleanup()

    # Eyes and hands

    @property
    def desk(self) -> Desk:
        assert self.session is not None
        return self.session.desk

    @property
    def engine(self) -> Engine:
        assert self.session is not None
        return self.session.engine

    @property
    def services(self) -> Services:
        return self.engine.services

    @property
    def phones(self) -> Simulator:
        """The demo's far side."""
        assert self.session is not None and self.session.demo is not None
        return self.session.demo.simulator

    @property
    def person(self) -> Person:
        return Person(self.main)

    async def open(self, peer: str, line: str = SHOP) -> Conversation:
        """Opens the conversation with ``peer`` and waits for its messages."""
        conversation = await self.services.conversations.open(line, peer)
        self.desk.open_conversation(conversation)
        if conversation.last is not None:
            await self.until(self.person.messages, "the conversation's messages are shown")
        await self.still()
        return conversation

    def press(self, name: str) -> None:
        self.person.press(name)

    def keys(self, text: str, name: str) -> None:
        """Types into the widget with that accessible name."""
        widget = self.person.named(name, QWidget)
        widget.setFocus()
        QTest.keyClicks(widget, text)

    async def until(self, fact: Callable[[], T | None], what: str) -> T:
        """Waits for ``fact`` to give something true."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := fact()):  # noqa: ASYNC110 - a person looks, too
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            raise RuntimeError(f"it did not come about: {what}") from None
        return found

    async def dialog(self) -> QWidget:
        """The dialog that was asked for, once it is there."""
        return await self.until(QApplication.activeModalWidget, "a dialog is open")

    # The camera

    async def still(self) -> QImage:
        """What the screen shows as soon as it stands still."""
        last, alike, until = QImage(), 0, time.monotonic() + PATIENCE
        while alike < 3 and time.monotonic() < until:
            await asyncio.sleep(LOOK)
            now = self._screen()
            alike, last = (alike + 1 if now == last else 0), now
        return last

    async def picture(self, preference: Preference) -> QImage:
        theme().set_preference(preference)
        return await self.still()

    def _screen(self) -> QImage:
        """The window and what lies over it; a dialog dims what is behind it, so that its edges can be judged."""
        picture = self.main.grab().toImage()
        over = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self.main]
        over.sort(key=lambda w: w.windowType() == Qt.WindowType.Popup)
        painter = QPainter(picture)
        for widget in over:
            if widget.isModal():
                shade = QColor(0, 0, 0)
                shade.setAlphaF(DIM)
                painter.fillRect(QRect(QPoint(0, 0), self.main.size()), shade)
            painter.drawPixmap(widget.geometry().topLeft() - self.main.geometry().topLeft(), widget.grab())
        painter.end()
        return picture
