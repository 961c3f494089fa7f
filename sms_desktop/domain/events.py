"""Facts that were committed. Each carries whole records, so that no listener needs to ask again."""

from dataclasses import dataclass

from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.contact import Contact
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.health import Health
from sms_desktop.domain.light import Light
from sms_desktop.domain.line import Line
from sms_desktop.domain.message import Message, StatusReport
from sms_desktop.domain.receiving import Receiving
from sms_desktop.domain.reception import CannotReceive
from sms_desktop.domain.registration import Known, News
from sms_desktop.domain.reply import HeldReply

__all__ = [
    "CatchUpChanged", "ConnectionChanged", "ConsentChanged", "ContactChanged", "ConversationChanged", "Event",
    "HealthChanged", "HeldChanged", "Light", "LinesChanged", "ListEntered", "MessageAdded", "MessageChanged",
    "OutboxChanged", "PastAdded", "ReceivingChanged", "ReceptionChanged", "RegistrationsChanged", "RepliesChanged",
    "ReplyHeld", "ReportAdded", "TextStopped",
]  # fmt: skip


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
class ReportAdded:
    """One more word about the status of the message with the key ``message_id``, whether or not it moved it."""

    message_id: str
    report: StatusReport


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """Name, unread count, draft preview, consent or archive state changed."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    """The ledger says something new of these pairs of line and peer, or a question of them was raised or answered."""

    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ConsentTold:
    """Twilio was told of the ledger, or could not be."""


@dataclass(frozen=True, slots=True)
class ListEntered:
    """More of a consent list was entered, or its import ended."""


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A contact's name, notes or numbers changed; conversations that show it are told of on their own."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class LinesChanged:
    """The account's lines as they now are."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """How we stand with Twilio and the world. ``sentence`` says it for the status bar; ``advice`` what to do, or "";
    ``more`` all that is amiss, a line each, for whoever points at it.

    ``receiving`` tells whether webhooks can reach us; ``balance`` like ``$38.20`` or None; ``account`` like
    ``Bright Chairs · AC…4f2a``.
    """

    light: Light
    sentence: str
    advice: str = ""
    receiving: bool = False
    balance: str | None = None
    account: str | None = None
    more: str = ""


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """How many messages wait to leave this machine."""

    waiting: int


@dataclass(frozen=True, slots=True)
class HeldChanged:
    """Keys of the messages that wait because Twilio's list does not tell whether their recipients wrote STOP."""

    held: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReceivingChanged:
    """How inbound messages reach this computer now."""

    receiving: Receiving


@dataclass(frozen=True, slots=True)
class ReceptionChanged:
    """What is known to keep texts from reaching ``peer``; None: nothing (any more)."""

    peer: str
    obstacle: CannotReceive | None


@dataclass(frozen=True, slots=True)
class CatchUpChanged:
    """How far the history on this computer is complete, and how a catch-up goes on."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """The rows of line health as they now are."""

    health: Health


@dataclass(frozen=True, slots=True)
class RegistrationsChanged:
    """How lines are registered with US carriers, as it now is known; ``news``: what has moved since the last look."""

    known: Known
    news: tuple[News, ...] = ()


@dataclass(frozen=True, slots=True)
class PastAdded:
    """Many messages were added at once; ``conversations`` are those that they belong to, as they now are.

    Told in place of a MessageAdded each: whoever shows one of them reads its page anew.
    """

    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class RepliesChanged:
    """Rules of automatic replies, opening hours, or who answers which keywords how, are others than before."""


@dataclass(frozen=True, slots=True)
class ReplyHeld:
    """A text of ``peer`` to ``line`` got no automatic reply, which a rule would have given."""

    line: str
    peer: str
    held: HeldReply


@dataclass(frozen=True, slots=True)
class TextStopped:
    """A text of ours has not left, for its number was looked up before it; ``why`` says what that told."""

    message: Message
    why: CannotReceive


@dataclass(frozen=True, slots=True)
class DatabaseLost:
    """Another program has replaced or deleted the database's files while they were open; nothing is stored any more.

    ``sentence`` says so.
    """

    sentence: str


Event = (
    MessageAdded
    | MessageChanged
    | ReportAdded
    | ConversationChanged
    | ConsentChanged
    | ConsentTold
    | ListEntered
    | ContactChanged
    | LinesChanged
    | ConnectionChanged
    | OutboxChanged
    | HeldChanged
    | ReceivingChanged
    | ReceptionChanged
    | CatchUpChanged
    | HealthChanged
    | RegistrationsChanged
    | PastAdded
    | RepliesChanged
    | ReplyHeld
    | TextStopped
    | DatabaseLost
)
