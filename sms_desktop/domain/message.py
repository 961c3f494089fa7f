"""A message, its direction, its status, and the one rule by which a status may move."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.media import Media

BODY_LIMIT = 1600
"""Characters that Twilio takes in one Body (error 21617 above it)."""


class Direction(StrEnum):
    """Seen from the desk: inbound came from the peer, outbound left by our line."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Status(StrEnum):
    """Twilio's own status values, and ``unconfirmed``: it left this machine and no answer came back."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    READ = "read"
    RECEIVING = "receiving"
    RECEIVED = "received"
    PARTIALLY_DELIVERED = "partially_delivered"


class Doubt(StrEnum):
    """How far it is settled whether an unconfirmed message was sent: Twilio's list is being asked, it was asked long
    enough in vain, or the person has let it rest.
    """

    ASKING = "asking"
    OVER = "over"
    LEFT = "left"


class Hold(StrEnum):
    """Why a message is kept back, if not for Undo."""

    NIGHT = "night"  # it is night where its recipient is


class TakenBack(StrEnum):
    """Why a text was taken back before it left: what is kept as the reason of that report."""

    BY_US = "canceled by us"
    UNDONE = "undone"
    LATE = "too late"
    BLOCKED = "blocked by us"
    CAME_THROUGH = "an earlier try came through"


ANSWER = "answer"
"""The source of Twilio's answer to a send: until then the status was our own word, and Twilio's takes its place."""
CALLBACK = "callback"
"""The source of what Twilio posts to us."""
LISTED = "poll"
"""The source of what a list or a look at one message says."""
OURS = "outbox"
"""The source of what we say ourselves."""
OBSTACLE = "obstacle"
"""In the raw part of our word that a message is not sent at all: what keeps texts from its recipient's number."""
TRIES = "tries"
"""In the raw part of our word that a message did not leave: how many tries in a row came to that, if several."""

FAILURES = frozenset({Status.FAILED, Status.UNDELIVERED})
DECIDABLE = frozenset({Status.UNCONFIRMED, Status.CANCELED}) | FAILURES
"""What a person may have sent again."""
FINAL = frozenset({Status.DELIVERED, Status.READ, Status.RECEIVED, Status.CANCELED}) | FAILURES

_RANK = {
    Status.UNCONFIRMED: -1,  # any word from Twilio is better than none
    Status.ACCEPTED: 0,
    Status.SCHEDULED: 0,
    Status.RECEIVING: 0,
    Status.QUEUED: 1,
    Status.SENDING: 2,
    Status.SENT: 3,
    Status.PARTIALLY_DELIVERED: 3,
    Status.DELIVERED: 4,
    Status.UNDELIVERED: 4,
    Status.FAILED: 4,
    Status.CANCELED: 4,
    Status.RECEIVED: 4,
    Status.READ: 5,
}


def advance(old: Status, new: Status) -> Status:
    """The status after Twilio reported ``new`` while ``old`` stood: never backwards, whatever order reports come in.

    Equal ranks keep what came first, but for a delivery report that contradicts a failure: the phone's word wins.
    """
    if new is Status.DELIVERED and old in FAILURES:
        return new
    return new if _RANK[new] > _RANK[old] else old


def is_behind(one: Status, other: Status) -> bool:
    """Whether a message is ``one`` before it is ``other``."""
    return _RANK[one] < _RANK[other]


@dataclass(frozen=True, slots=True)
class Message:
    """One text as the store has it.

    ``id`` is our key (32 hex digits, also the last part of the StatusCallback URL); ``seq`` the store's row number,
    which breaks ties in ``at``; ``at`` the UTC time by which it is sorted (when we received or submitted it);
    ``price`` Twilio's signed decimal string; ``author`` who pressed Send; ``retry_of`` the key of the message that
    this one tries again; ``origin`` how it got here where that was neither a webhook nor our own sending.

    ``via`` is the number of its pool that it left by or came to, where its line is a Messaging Service and Twilio has
    told that.
    ``held_until`` is the UTC time up to which it is kept back, for Undo or as ``held_for`` says; ``doubt`` is set while
    it is unconfirmed, and ``asked_at`` is when Twilio's list was last read in vain for it.
    """

    id: str
    seq: int
    conversation_id: int
    line: str
    peer: str
    direction: Direction
    body: str
    status: Status
    at: datetime
    updated_at: datetime
    sid: str | None = None
    error_code: int | None = None
    media: tuple[Media, ...] = ()
    segments: int | None = None
    price: str | None = None
    price_unit: str | None = None
    author: str | None = None
    retry_of: str | None = None
    origin: Origin | None = None
    held_until: datetime | None = None
    doubt: Doubt | None = None
    asked_at: datetime | None = None
    held_for: Hold | None = None
    via: str | None = None

    @property
    def outbound(self) -> bool:
        return self.direction is Direction.OUTBOUND

    @property
    def failed(self) -> bool:
        return self.status in FAILURES

    @property
    def wants_a_look(self) -> bool:
        """Whether a person has to decide: it failed, or nobody confirmed it in ten minutes and it is not let rest."""
        return self.failed or self.doubt is Doubt.OVER

    @property
    def contradicted(self) -> bool:
        """Whether it counts as delivered although a failure was reported, too: what arrived has no error code."""
        return self.status in {Status.DELIVERED, Status.READ} and self.error_code is not None

    @property
    def lacks_files(self) -> bool:
        """Whether a file that belongs to it is not here, so that it cannot be sent again as it was."""
        return self.outbound and any(media.file is None for media in self.media)

    @property
    def waits(self) -> bool:
        """Whether it lies in our outbox and has not been taken out to be sent."""
        return self.outbound and self.status is Status.QUEUED and self.sid is None

    @property
    def withdrawn(self) -> bool:
        """Whether it is no message any more: undone before it left, and what is written again; or an automatic reply
        that could not leave in time.
        """
        return self.status is Status.CANCELED and self.sid is None and self.held_until is not None

    @property
    def canceled_here(self) -> bool:
        """Whether it was taken back before it left, and still is a message."""
        return self.status is Status.CANCELED and self.sid is None and self.held_until is None

    @property
    def sender(self) -> str:
        """Twilio's From; a Messaging Service's SID as long as it has picked no number."""
        return self.ours if self.outbound else self.peer

    @property
    def recipient(self) -> str:
        """Twilio's To."""
        return self.peer if self.outbound else self.ours

    @property
    def ours(self) -> str:
        """Our number that it went by, as far as is known; else its line."""
        return self.via or self.line


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A message as Twilio's list has it, of the line ``line`` with ``peer``.

    ``service`` is the SID of the Messaging Service that Twilio names with it, ``via`` the number of ours that it names:
    None where the service has picked none yet. Whether ``line`` is that number or the service, the store decides.

    ``at`` is when it was sent or came in, ``created_at`` when Twilio first knew of it, both UTC and whole seconds.
    """

    sid: str
    direction: Direction
    line: str
    peer: str
    body: str
    status: Status
    at: datetime
    created_at: datetime
    error_code: int | None = None
    num_media: int = 0
    segments: int | None = None
    price: str | None = None
    price_unit: str | None = None
    service: str | None = None
    via: str | None = None

    @property
    def ours(self) -> str:
        """The number of ours that it went by, as far as is known; else its line."""
        return self.via or self.line


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One word about a message's status; append-only once stored.

    ``source`` is ``answer`` (of the create call), ``callback``, ``outbox`` (our own doing) or ``poll``; ``raw`` holds
    every parameter that Twilio sent.
    """

    status: Status
    error_code: int | None
    sid: str | None
    source: str
    at: datetime
    raw: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Messages of one conversation, oldest first; ``older`` and ``newer`` tell whether more lie beyond either end."""

    messages: tuple[Message, ...]
    older: bool
    newer: bool
