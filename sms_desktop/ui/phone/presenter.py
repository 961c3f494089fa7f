"""The handset's part with the sandbox, which is known here by what it can do and not by name."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.phone import AddressKind, can_be_texted, international, kind_of
from sms_desktop.ui.phone.bubbles import PICTURE, Bubble
from sms_desktop.ui.phone.view import Phone
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.viewer.picture import may_be_read

NEWEST = 100
"""Messages that are shown."""


class SandboxMessage(Protocol):
    """``mine``: the phone's owner wrote it; ``media`` are (content type, bytes); ``line`` the other end."""

    @property
    def body(self) -> str: ...
    @property
    def mine(self) -> bool: ...
    @property
    def media(self) -> tuple[tuple[str, bytes], ...]: ...
    @property
    def at(self) -> datetime: ...
    @property
    def line(self) -> str: ...


class SandboxPhone(Protocol):
    """One customer's phone. Sending raises LookupError where there is no such line."""

    @property
    def messages(self) -> Sequence[SandboxMessage]: ...
    async def text(self, line: str, body: str) -> None: ...
    async def send_photo(self, line: str, body: str = "") -> None: ...
    def on_message(self, listener: Callable[[SandboxMessage], None]) -> Callable[[], None]: ...


class SandboxPerson(Protocol):
    """``ways`` is a sentence on what the person does when texted."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def ways(self) -> str: ...


class SandboxWeather(Protocol):
    """What goes wrong on the way, by names."""

    NAMES: ClassVar[tuple[str, ...]]

    def turn(self, name: str, on: bool) -> None: ...
    def is_on(self, name: str) -> bool: ...


class Sandbox(Protocol):
    """The far side of the demo."""

    @property
    def people(self) -> Sequence[SandboxPerson]: ...
    @property
    def weather(self) -> SandboxWeather: ...
    def phone(self, number: str) -> SandboxPhone: ...


class PhonePresenter(QObject):
    """Follows the open conversation; ``home_line`` tells which line a customer texts while none is open.

    ``pool_of`` tells the numbers that a line is on the phone: several of a Messaging Service.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        tasks: Tasks,
        view: Phone,
        home_line: Callable[[], str],
        pool_of: Callable[[str], Sequence[str]] = lambda line: (line,),
    ) -> None:
        super().__init__(view)
        self._pool_of = pool_of
        self._sandbox, self._tasks, self._view, self._home_line = sandbox, tasks, view, home_line
        self._number, self._line = "", ""
        self._turn = asyncio.Lock()
        self._unsubscribe: Callable[[], None] | None = None
        view.textSent.connect(self._text)
        view.photoSent.connect(self._photo)
        view.weatherTurned.connect(self._weather_turned)
        view.customerChosen.connect(self._customer_chosen)

    def start(self) -> None:
        """Shows the first person until a conversation is opened."""
        self._view.show_people([(p.name, p.number, p.ways) for p in self._sandbox.people])
        self.refresh_weather()
        self._tasks.spawn(self._be(self._sandbox.people[0].number, self._home_line()), "handset")

    def close(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    def refresh_weather(self) -> None:
        """Sets the toggles after the weather was changed elsewhere."""
        self._view.show_weather(self._sandbox.weather.NAMES, self._sandbox.weather.is_on)

    async def open(self, conversation: Conversation | None) -> None:
        """Becomes the phone of the conversation's peer, or the first person's where that has none."""
        if conversation is not None and kind_of(conversation.peer) is AddressKind.E164:
            await self._be(conversation.peer, conversation.line)
        else:
            line = conversation.line if conversation is not None else self._home_line()
            await self._be(self._sandbox.people[0].number, line)

    async def _be(self, number: str, line: str) -> None:
        if (number, line) == (self._number, self._line):
            return
        self.close()
        self._number, self._line = number, line
        phone = self._sandbox.phone(number)
        name = next((p.name for p in self._sandbox.people if p.number == number), "Customer")
        self._view.show_customer(f"{name}’s phone", international(number).replace("-", " "))
        self._view.bubbles.bubbles.reset(())
        pool = self._pool_of(line)
        before = [message for message in phone.messages if message.line in pool][-NEWEST:]
        self._unsubscribe = phone.on_message(self._heard)
        async with self._turn:
            if before:
                bubbles = await asyncio.to_thread(lambda: [_bubble(message) for message in before])
                if (number, line) == (self._number, self._line):
                    self._view.bubbles.bubbles.reset(bubbles)

    def _heard(self, message: SandboxMessage) -> None:
        if message.line in self._pool_of(self._line):
            self._tasks.spawn(self._add(message, self._number), "handset message")

    async def _add(self, message: SandboxMessage, number: str) -> None:
        async with self._turn:  # in the order that they came
            bubble = await asyncio.to_thread(_bubble, message) if message.media else _bubble(message)
            if number == self._number and message.line in self._pool_of(self._line):
                self._view.bubbles.bubbles.append(bubble)

    async def play(self, conversation: Conversation, body: str) -> None:
        """Its customer sends ``body``, as if it were typed on the phone."""
        await self.open(conversation)
        await self._send(self._sandbox.phone(self._number).text(self._line, body))

    # What the customer does

    def _text(self, body: str) -> None:
        self._do(self._sandbox.phone(self._number).text(self._to, body))

    def _photo(self) -> None:
        self._do(self._sandbox.phone(self._number).send_photo(self._to))

    @property
    def _to(self) -> str:
        """The number of ours that they know: of a Messaging Service the one of its pool that was used last."""
        pool = self._pool_of(self._line)
        known = [message.line for message in self._sandbox.phone(self._number).messages if message.line in pool]
        return next(iter([*known[::-1], *filter(can_be_texted, pool)]), self._line)

    def _do(self, sending: Awaitable[None]) -> None:
        self._view.show_notice("")
        self._tasks.spawn(self._send(sending), "customer sends")

    async def _send(self, sending: Awaitable[None]) -> None:
        try:
            await sending
        except LookupError:
            line = international(self._line) or "That"
            self._view.show_notice(f"{line} is not a line of the sandbox, so nothing can be texted to it.")

    def _weather_turned(self, name: str, on: bool) -> None:
        self._sandbox.weather.turn(name, on)

    def _customer_chosen(self, number: str) -> None:
        self._tasks.latest("handset", self._be(number, self._line or self._home_line()))


def _bubble(message: SandboxMessage) -> Bubble:
    pictures = [(kind, _decoded(data) if kind.startswith("image/") else None) for kind, data in message.media]
    shown = tuple(image for _, image in pictures if image is not None)
    files = tuple(kind for kind, image in pictures if image is None)
    return Bubble(message.body, message.mine, message.at, shown, files)


def _decoded(data: bytes) -> QImage | None:
    """The picture, upright, no larger than it will be painted at 200 %; None where it is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    if not may_be_read(reader):
        return None
    size, most = reader.size(), QSize(2 * PICTURE, 2 * PICTURE)
    if size.isValid() and (size.width() > most.width() or size.height() > most.height()):
        reader.setScaledSize(size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
