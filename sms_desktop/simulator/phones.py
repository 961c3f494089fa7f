"""The customers' phones: what they sent, and what really reached them."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Protocol

from sms_desktop.simulator.account import Attachment
from sms_desktop.simulator.picture import landscape

_log = logging.getLogger(__name__)
_KEPT = 500


@dataclass(frozen=True, slots=True)
class HandsetMessage:
    """A bubble on the phone. `mine`: its owner wrote it. `line` is the number at the other end; `at` is UTC."""

    body: str
    mine: bool
    media: tuple[tuple[str, bytes], ...] = field(repr=False)
    at: datetime
    line: str


Listener = Callable[[HandsetMessage], None]


class Send(Protocol):
    def __call__(self, from_: str, to: str, body: str, media: Sequence[Attachment] = ()) -> object: ...


class Handset:
    """One phone. It keeps its last 500 messages."""

    def __init__(self, number: str, send: Send, random: Random) -> None:
        self.number = number
        self._send = send
        self._random = random
        self._messages: deque[HandsetMessage] = deque(maxlen=_KEPT)
        self._listeners: list[Listener] = []

    @property
    def messages(self) -> tuple[HandsetMessage, ...]:
        """Oldest first."""
        return tuple(self._messages)

    async def text(self, line: str, body: str) -> None:
        """Sends a text to a line; a LookupError tells that there is no such line."""
        self._send(self.number, line, body)

    async def send_photo(self, line: str, body: str = "") -> None:
        """Sends a picture, drawn for the occasion, and some words with it."""
        name = f"IMG_{self._random.randint(1000, 9999)}.png"
        self._send(self.number, line, body, [("image/png", landscape(self._random), name)])

    def on_message(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` with every message from now on, both ways. Returns what ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def note(self, message: HandsetMessage) -> None:
        self._messages.append(message)
        for listener in list(self._listeners):
            try:
                listener(message)
            except Exception:
                _log.exception("A listener of a handset failed")


class Phones:
    """Every phone that there is: one appears when it is asked for, or when something reaches or leaves it."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._handsets: dict[str, Handset] = {}
        self._send: Send | None = None

    def connect(self, send: Send) -> None:
        """Tells the phones where their texts go."""
        self._send = send

    def handset(self, number: str) -> Handset:
        if number not in self._handsets:
            assert self._send is not None
            self._handsets[number] = Handset(number, self._send, self._random)
        return self._handsets[number]

    def left(self, number: str, line: str, body: str, media: Sequence[Attachment]) -> None:
        self._note(number, line, body, media, mine=True)

    def arrived(self, number: str, line: str, body: str, media: Sequence[Attachment]) -> None:
        self._note(number, line, body, media, mine=False)

    def _note(self, number: str, line: str, body: str, media: Sequence[Attachment], *, mine: bool) -> None:
        pictures = tuple((content_type, data) for content_type, data, _ in media)
        self.handset(number).note(HandsetMessage(body, mine, pictures, datetime.now(UTC), line))
