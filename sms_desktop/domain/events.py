"""Facts that were committed. Each carries whole records, so that no listener needs to ask again."""

from dataclasses import dataclass
from enum import StrEnum

from sms_desktop.domain.contact import Contact
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.line import Line
from sms_desktop.domain.message import Message


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A message that was not there before, with its conversation as it now is."""

    message: Message
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """Status, sid, price or media of a message changed."""

    message: Message
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """Name, unread count, draft preview, consent or archive state changed."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A contact's name, notes or numbers changed; conversations that show it are told of on their own."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class LinesChanged:
    """The account's lines as they now are."""

    lines: tuple[Line, ...]


class Light(StrEnum):
    """The status bar's light."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """How we stand with Twilio and the world. ``sentence`` says it for the status bar; ``advice`` what to do, or "".

    ``receiving`` tells whether webhooks can reach us; ``balance`` like ``$38.20`` or None; ``account`` like
    ``Bright Chairs · AC…4f2a``.
    """

    light: Light
    sentence: str
    advice: str = ""
    receiving: bool = False
    balance: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """How many messages wait to leave this machine."""

    waiting: int


Event = (
    MessageAdded
    | MessageChanged
    | ConversationChanged
    | ContactChanged
    | LinesChanged
    | ConnectionChanged
    | OutboxChanged
)
