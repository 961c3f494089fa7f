"""Somebody at the whole program: what the window shows is read, its keys and buttons are pressed."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTextEdit, QWidget

from sms_desktop.app.session import Session
from sms_desktop.demo import SHOP
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.events import Light
from sms_desktop.domain.media import MediaState
from sms_desktop.domain.message import Message, Status
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.gateway.public_address import inbound_url
from sms_desktop.services import clock
from sms_desktop.simulator import Handset, Simulator
from sms_desktop.simulator.messages import Filter
from sms_desktop.store import condition
from sms_desktop.ui.leaving import LeavingDialog, ReturningDialog
from sms_desktop.ui.widgets.flatbutton import FlatButton
from sms_desktop.ui.words import person
from tests.journeys.window.hands import Hands, called

TOLL_FREE = "+18885550144"
PACE = 0.02
"""Of the simulator: a message is delivered after some 30 ms."""


class Seat(Hands):
    """``session`` is the program, ``simulator`` the far side of the wire."""

    def __init__(self, session: Session, simulator: Simulator) -> None:
        super().__init__(session.desk.window)
        self.session = session
        self.simulator = simulator
        self.services = session.engine.services

    # what there is to see

    def rows_of(self, name: str) -> QAbstractItemView:
        return self.named(name, QAbstractItemView)

    def spoken(self, name: str) -> list[str]:
        """The rows of a list as a screen reader says them."""
        model = self.rows_of(name).model()
        return [
            str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) or "") for row in range(model.rowCount())
        ]

    @property
    def people(self) -> dict[str, Conversation]:
        """The conversation list by the names that it shows, top first."""
        return {person(row): row for row in self.conversations()}

    def conversations(self) -> list[Conversation]:
        """Top first; one person may have several, one a line."""
        return [row for row in self.records("Conversations") if isinstance(row, Conversation)]

    @property
    def light(self) -> str:
        """The colour of the dot in the status line: ok, warn, bad, or muted where nothing is known."""
        return next(b._dot for b in self.window.findChildren(FlatButton) if called(b).startswith("Line health: "))

    def held(self) -> Counter[str]:
        """How often the open conversation shows each text."""
        return Counter(message.body for message in self.messages())

    @property
    def editor(self) -> QTextEdit:
        return self.named("Message", QTextEdit)

    @property
    def can_write(self) -> bool:
        return self.editor.isVisible()

    def in_view(self, message: Message) -> bool:
        """Whether any part of that message can be seen in the timeline."""
        view = self.rows_of("Messages")
        model = view.model()
        for place in range(model.rowCount()):
            index = model.index(place, 0)
            if getattr(index.data(Qt.ItemDataRole.UserRole), "key", "") == message.id:
                return view.viewport().rect().intersects(view.visualRect(index))
        return False

    def picture(self, body: str) -> Message | None:
        """The newest message with that text, once all its pictures are on this computer."""
        message = self.sees(body)
        ready = message is not None and bool(message.media)
        return message if message and ready and {m.state for m in message.media} == {MediaState.READY} else None

    def bytes_of(self, message: Message) -> list[bytes]:
        """What the media folder holds for that message."""
        files = [m.file for m in message.media if m.file is not None]
        return [self.services.media.path_of(file).read_bytes() for file in files]

    async def stored(self) -> int:
        """How many messages there are on this computer."""
        return await self.session.engine.store.read(condition.count)

    def watch(self, body: str) -> list[Status]:
        """A list that fills with each status that the timeline shows for that text."""
        shown: list[Status] = []
        model = self.rows_of("Messages").model()

        def look(*_: object) -> None:
            message = self.sees(body)
            if message is not None and shown[-1:] != [message.status]:
                shown.append(message.status)

        for change in (model.rowsInserted, model.dataChanged, model.modelReset):
            change.connect(look)
        return shown

    # what there is to do

    async def open(self, name: str) -> None:
        """Clicks on a row of the list, and waits until the conversation is there."""
        view = self.rows_of("Conversations")
        await self.until(lambda: name in self.people, f"{name} is in the list")
        index = view.model().index([person(row) for row in self.conversations()].index(name), 0)
        view.scrollTo(index)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, view.visualRect(index).center()
        )
        await self.opened(name)

    async def opened(self, name: str) -> None:
        desk = self.session.desk

        def there() -> bool:
            return self.window.windowTitle() == f"{name} · SMS Desktop" and desk.timeline.conversation is not None

        await self.until(there, f"the conversation with {name} is open")
        await self.until(lambda: not desk.timeline._opening and not desk.composer._loading, "it is loaded")

    async def send(self, text: str) -> Message:
        """Types, after what is there already, and presses Send; gives the message as it first appears."""
        before = {message.id for message in self.messages()}
        self.type(text)
        await self.until(lambda: self.offers("Send"), "it can be sent")
        body = self.editor.toPlainText()
        self.press("Send")

        def appeared() -> Message | None:
            message = self.sees(body)
            return message if message is not None and message.id not in before else None

        return await self.until(appeared, f"“{body}” appears in the timeline")

    async def reaches(self, message: Message, *statuses: Status) -> Message:
        """Waits until the timeline shows that message with one of the statuses."""

        def reached() -> Message | None:
            return next((m for m in self.messages() if m.id == message.id and m.status in statuses), None)

        return await self.until(reached, f"“{message.body}” becomes {' or '.join(statuses)}")

    def drop(self, *paths: Path) -> None:
        """Drags files onto the text field and lets go; like Qt, it asks one widget after the other who takes them."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        target: QWidget | None = self.editor.viewport()
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        while target is not None:
            enter = QDragEnterEvent(QPoint(5, 5), copy, mime, left, none)
            enter.ignore()
            if target.acceptDrops():
                QApplication.sendEvent(target, enter)
            if enter.isAccepted():
                QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), copy, mime, left, none))
                return
            target = target.parentWidget()
        raise AssertionError("nothing takes the files")

    def paste(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self.editor.setFocus()
        self.control(Qt.Key.Key_V)

    # the far side

    def phone(self, number: str) -> Handset:
        return self.simulator.phone(number)

    def got(self, number: str) -> list[str]:
        """The texts from the shop that reached that phone, those of Twilio's own included."""
        return [m.body for m in self.phone(number).messages if not m.mine and m.line == SHOP]

    def taken(self, body: str) -> int:
        """How often Twilio was given that text."""
        return [message.body for message in self.simulator.account.log.older(Filter(), None, 1000)].count(body)

    async def caught_up(self) -> None:
        """Until Twilio's list was read for the first time: it tells nothing of what is written from now on."""
        await self.until(lambda: self.services.catchup.progress.complete_to, "Twilio's list was read")

    async def unplug(self) -> None:
        """Twilio is gone from the network from now on."""
        await self.at_rest()
        await self.simulator.stop()

    async def at_rest(self) -> None:
        """Until it knows how it stands with Twilio, the last thing of which is the balance.

        Up to Python 3.11 a server that closes just when it accepts a connection forgets to close that one.
        """

        def known() -> bool:
            state = self.services.connection.state
            return state.light in {Light.WARN, Light.BAD} or state.account is not None

        await self.until(known, "nothing is being asked of Twilio")

    def listens(self) -> None:
        """Has inbound texts posted to this program, as one sets it in Twilio's Console."""
        for line in (SHOP, TOLL_FREE):
            self.simulator.set_sms_url(line, inbound_url(self.session.engine.webhook_url or ""))


@asynccontextmanager
async def demo(directory: Path, pace: float = PACE, undo: int | None = 0) -> AsyncIterator[Seat]:
    """The window as ``--demo`` opens it; texts leave at once unless ``undo`` gives seconds, or None: as is usual."""
    session = Session(Engine(directory, Environment(webhook_port=0), demo=True), demo=True, pace=pace)
    assert session.demo is not None
    async with _sitting(session, session.demo.simulator, undo) as seat:
        await seat.caught_up()
        yield seat


@asynccontextmanager
async def real(directory: Path, simulator: Simulator, undo: int | None = 0) -> AsyncIterator[Seat]:
    """The window with an account, which lies in ``simulator``, be it running or not."""
    environment = Environment(twilio_url=simulator.base_url, webhook_port=0)
    async with _sitting(Session(Engine(directory, environment), demo=False), simulator, undo) as seat:
        seat.listens()
        yield seat


def quits_all_the_same() -> bool:
    """Answers the question about what is left to do, if it is asked; what comes of it is still to be seen."""
    if (dialog := leaving() or returning()) is not None:
        QTest.mouseClick(dialog.go_button, Qt.MouseButton.LeftButton)
    return False


def leaving() -> LeavingDialog | None:
    """The dialog that asks about what has not left."""
    shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, LeavingDialog) and w.isVisible())
    return next(shown, None)


def returning(button: str = "") -> ReturningDialog | None:
    """The dialog about numbers that are given back, once its button to go on says that."""
    shown = (w for w in QApplication.topLevelWidgets() if isinstance(w, ReturningDialog) and w.isVisible())
    return next((dialog for dialog in shown if button in dialog.go_button.text()), None)


@asynccontextmanager
async def _sitting(session: Session, simulator: Simulator, undo: int | None) -> AsyncIterator[Seat]:
    await session.open()
    if undo is not None:
        await session.engine.services.settings.put("undo_seconds", undo)
    try:
        await session.show_first()
        await session.connected()
        seat = Seat(session, simulator)
        seat.window.resize(1320, 840)  # the screen that Qt pretends is smaller
        seat.window.activateWindow()
        await seat.until(seat.window.isActiveWindow, "the window is in front")
        yield seat
        await seat.at_rest()
        seat.window.close()
        await seat.until(lambda: session.closed.is_set() or quits_all_the_same(), "the window closes")
    finally:
        await session.close()
        clock.correct(None)  # what was measured is of that simulator
        session.desk.window.deleteLater()
