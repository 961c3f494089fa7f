"""The demo played without a screen: the real window, offscreen, driven as a person would; a line a step."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from sms_desktop.app.session import Session
    from sms_desktop.domain.message import Message, Status

T = TypeVar("T")
W = TypeVar("W", bound="QWidget")

CUSTOMER = "+14155550110"
PATIENCE = 30.0
"""Seconds that one step may take on a slow machine."""
LOOK = 0.02
"""Seconds between looks at what the window shows."""


class StepFailed(Exception):
    """A step did not come about; the text says which."""


def run(data_dir: Path | None, log_level: str) -> int:
    """Plays the journey; 0 only if every step happened. The screenshot lies in the data directory."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if data_dir is None:
        data_dir = Path(tempfile.mkdtemp(prefix="sms-desktop-smoke-"))
    directory = data_dir.expanduser().absolute()

    import qasync

    import sms_desktop.ui  # noqa: F401 - first, as the command does
    from sms_desktop.app.application import make_application

    application = make_application()
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        code: int = loop.run_until_complete(_play(directory, log_level))
    return code


async def _play(directory: Path, log_level: str) -> int:
    from sms_desktop import environment, log
    from sms_desktop.app.session import Session
    from sms_desktop.engine import Engine

    session = Session(Engine(directory, environment.read(), demo=True), demo=True, pace=0.25)
    await session.open()
    log.set_up(directory / "logs", log_level)
    try:
        await session.engine.services.settings.put("undo_seconds", 0)  # nobody waits to change their mind
        await session.show_first()
        await session.connected()
        await Journey(session, directory).play()
    except StepFailed as error:
        print(f"FAILED  {error}", file=sys.stderr)
        return 1
    finally:
        await session.close()
    print("All of it happened.")
    return 0


class Person:
    """Eyes and hands on the window: finds things by the names that a screen reader speaks, waits for what it shows."""

    def __init__(self, window: "QWidget") -> None:
        self.window = window

    def named(self, name: str, kind: "type[W]") -> "W":
        """The visible widget with that accessible name; a hidden one where none is visible."""
        found = [w for w in self.window.findChildren(kind) if w.accessibleName() == name]
        if not found:
            raise StepFailed(f"the window has no “{name}”")
        return next((w for w in found if w.isVisible()), found[0])

    def type(self, text: str) -> None:
        """Types into the composer."""
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QWidget

        editor = self.named("Message", QWidget)
        editor.setFocus()
        QTest.keyClicks(editor, text)

    def press(self, name: str) -> None:
        """Clicks the button with that name."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QAbstractButton

        QTest.mouseClick(self.named(name, QAbstractButton), Qt.MouseButton.LeftButton)

    def messages(self) -> "list[Message]":
        """What the open timeline holds, oldest first."""
        from sms_desktop.ui.timeline.rows import MessageRow

        return [row.message for row in self.records("Messages") if isinstance(row, MessageRow)]

    def records(self, name: str) -> list[object]:
        """The records behind the rows of the list with that name."""
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QAbstractItemView

        model = self.named(name, QAbstractItemView).model()
        return [model.index(row, 0).data(Qt.ItemDataRole.UserRole) for row in range(model.rowCount())]

    def sees(self, body: str, status: "Status | None" = None) -> "Message | None":
        """The newest message in the timeline with that text (and status)."""
        return next((m for m in reversed(self.messages()) if m.body == body and status in {None, m.status}), None)

    async def until(self, fact: Callable[[], T | None], what: str) -> T:
        """Waits for ``fact`` to give something true; raises StepFailed with ``what``."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := fact()):  # noqa: ASYNC110 - a person looks, too
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            raise StepFailed(what) from None
        return found


class Journey:
    """The steps, through the composer and its Send button; what is checked is what the window shows."""

    def __init__(self, session: "Session", directory: Path) -> None:
        self._desk = session.desk
        self._services = session.engine.services
        self._directory = directory
        self._person = Person(session.desk.window)
        assert session.demo is not None
        self._phone = session.demo.simulator.phone(CUSTOMER)

    async def play(self) -> None:
        from sms_desktop.demo import SHOP
        from sms_desktop.domain.message import Status

        person = self._person
        self._desk.open_conversation(await self._services.conversations.open(SHOP, CUSTOMER))
        await person.until(person.messages, "the conversation's messages are shown")
        await person.until(self._composer_open, "the composer is there")
        _done("the window is open and shows a conversation")

        question = "Your chair is ready. When will you collect it?"
        person.type(question)
        person.press("Send")
        await person.until(lambda: person.sees(question), "the text appears in the timeline")
        await person.until(lambda: person.sees(question, Status.DELIVERED), "the text is delivered")
        _done("text out: queued, sent, delivered")

        await self._phone.text(SHOP, "On my way!")
        await person.until(lambda: person.sees("On my way!"), "the customer's text arrives")
        _done("text in")

        await self._phone.send_photo(SHOP, "Here is the place")
        await person.until(lambda: self._picture("Here is the place"), "the customer's picture arrives")
        _done("picture in")

        await self._phone.text(SHOP, "STOP")
        await person.until(lambda: not self._composer_open(), "STOP locks the composer")
        self._screenshot()
        _done("STOP: the composer is locked")

        await self._phone.text(SHOP, "START")
        await person.until(self._composer_open, "START opens the composer")
        person.type("Welcome back")
        person.press("Send")
        await person.until(lambda: person.sees("Welcome back", Status.DELIVERED), "a text after START is delivered")
        _done("START: texts go out again")

    def _picture(self, body: str) -> bool:
        from sms_desktop.domain.media import MediaState

        message = self._person.sees(body)
        return message is not None and [m.state for m in message.media] == [MediaState.READY]

    def _composer_open(self) -> bool:
        from PySide6.QtWidgets import QWidget

        return self._person.named("Message", QWidget).isVisible()

    def _screenshot(self) -> None:
        path = self._directory / "smoke.png"
        if not self._desk.window.grab().save(str(path)):
            raise StepFailed(f"the screenshot could not be saved to {path}")
        _done(f"screenshot: {path}")


def _done(step: str) -> None:
    print(f"ok  {step}", flush=True)
