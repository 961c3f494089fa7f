"""Hears events and remembers them; and the few texts that the tests of the store send about."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from sms_desktop.domain.events import Event
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Message, Status, StatusReport
from sms_desktop.store import conversations, messages
from sms_desktop.store.tx import Tx

E = TypeVar("E")

LINE = "+15005550006"
PEER = "+12125550187"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
_numbers = count(1)


class Recorder:
    """``events`` in the order in which they were told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def hear(self, events: Iterable[Event]) -> None:
        self.events.extend(events)

    def of(self, kind: type[E]) -> list[E]:
        """Those of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


def at(seconds: float = 0) -> datetime:
    """Some seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def new_sid() -> str:
    """A message SID that no other test has."""
    return f"SM{next(_numbers):032x}"


def text_in(
    body: str = "Is it ready?",
    *,
    peer: str = PEER,
    line: str = LINE,
    when: datetime = NOON,
    sid: str | None = None,
    media: tuple[tuple[str, str], ...] = (),
) -> Callable[[Tx], Message]:
    """The work of storing an inbound message."""

    def work(tx: Tx) -> Message:
        message = messages.add_inbound(
            tx, sid=sid or new_sid(), line=line, peer=peer, body=body, at=when, media=media, segments=1
        )
        assert message is not None
        return message

    return work


def text_out(
    body: str = "It is.",
    *,
    peer: str = PEER,
    when: datetime = NOON,
    retry_of: str | None = None,
    hold: float = 0,
    files: tuple[File, ...] = (),
    keep_draft: bool = False,
) -> Callable[[Tx], Message]:
    """The work of queueing an outbound message."""

    def work(tx: Tx) -> Message:
        to = conversations.ensure(tx, LINE, peer, when)
        return messages.add_outbound(
            tx,
            id=messages.new_key(),
            conversation_id=to.id,
            body=body,
            files=files,
            author="Ada",
            retry_of=retry_of,
            at=when,
            hold=timedelta(seconds=hold),
            keep_draft=keep_draft,
        )

    return work


def said(status: Status, code: int | None = None, source: str = "callback", when: datetime = NOON) -> StatusReport:
    """A word about a status."""
    return StatusReport(status, code, None, source, when, (("MessageStatus", status.value),))
