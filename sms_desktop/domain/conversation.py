"""A conversation: everything between one line of ours and one raw peer address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sms_desktop.domain.consent import ConsentSource
from sms_desktop.domain.message import Direction, Status


class Filter(StrEnum):
    """What the conversation list shows."""

    ALL = "all"
    UNREAD = "unread"
    FAILED = "failed"
    SCHEDULED = "scheduled"
    ARCHIVED = "archived"
    OPTED_OUT = "opted_out"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Last:
    """What a list row says of the newest message: body, direction, status, first media type."""

    body: str
    direction: Direction
    status: Status
    error_code: int | None
    num_media: int
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of the list. ``id`` is the store's number; ``at`` the UTC time it is sorted by (newest message or draft).

    ``name`` is the contact's name or None; ``draft`` the unsent text's first line or None; ``unread`` counts inbound
    messages since it was last read; ``failed`` counts failures since something was last sent, and texts
    that nobody confirmed in ten minutes until each is settled, left or sent again;
    ``opted_out_at`` is set while an opt-out from this line stands, with the words of it in ``opted_out_words``, and in
    ``opted_out_source`` where it came from: None is the peer. ``zip`` is their ZIP or postal code as Twilio tells it.
    """

    id: int
    line: str
    peer: str
    at: datetime
    name: str | None = None
    unread: int = 0
    failed: int = 0
    last: Last | None = None
    draft: str | None = None
    archived: bool = False
    blocked: bool = False
    opted_out_at: datetime | None = None
    opted_out_words: str | None = None
    opted_out_source: ConsentSource | None = None
    zip: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations each filter would show (``all`` leaves out archived and blocked)."""

    all: int = 0
    unread: int = 0
    failed: int = 0
    archived: int = 0
    opted_out: int = 0
    blocked: int = 0


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """For the details pane: totals of one conversation. ``spent`` is a decimal string in ``price_unit`` or None.
    ``ended`` are those of ours of which it is known how they fared: ``delivered`` or failed.
    """

    messages: int
    outbound: int
    delivered: int
    ended: int
    spent: str | None
    price_unit: str | None
    first_at: datetime | None
