"""The account's messages: a record each, and the log that lists them newest first."""

import secrets
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from sms_desktop.simulator import segments

Key = tuple[int, int, str]  # seconds since 1970, order of arrival, sid

UNFINISHED = frozenset({"accepted", "scheduled", "queued", "sending", "receiving"})
STATUSES = (*sorted(UNFINISHED), "sent", "delivered", "undelivered", "failed", "canceled", "received", "read")


def new_sid(prefix: str) -> str:
    """A SID as Twilio makes them: two letters and 32 hex digits. Never the same in two runs."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a message. `token` is the unguessable part of the address that its bytes are fetched from."""

    sid: str
    parent_sid: str
    content_type: str
    data: bytes = field(repr=False)
    name: str
    created: int
    token: str = field(repr=False)


@dataclass(slots=True)
class Message:
    """A message as the account knows it now. Times are whole seconds since 1970, UTC, as Twilio keeps them.

    `body` may be redacted; `wire` is the text that travels. `automatic` marks Twilio's own answers to keywords.
    """

    sid: str
    direction: str
    from_: str | None
    to: str
    body: str
    status: str
    created: int
    updated: int
    sent: int | None = None
    num_segments: int = 1
    num_media: int = 0
    mms: bool = False
    price: Decimal | None = None
    error_code: int | None = None
    error_message: str | None = None
    messaging_service_sid: str | None = None
    media: list[Media] = field(default_factory=list)
    status_callback: str | None = None
    wire: str = ""
    automatic: bool = False
    key: Key = (0, 0, "")

    @property
    def finished(self) -> bool:
        return self.status not in UNFINISHED


def compose(
    from_: str | None, to: str, body: str, direction: str, at: int, *, media: int = 0, mms: bool = False
) -> Message:
    """A new message, queued, made at `at`; with media it is an MMS, which counts as one segment."""
    mms = mms or media > 0
    return Message(
        sid=new_sid("MM" if mms else "SM"),
        direction=direction,
        from_=from_,
        to=to,
        body=body,
        wire=body,
        status="queued",
        created=at,
        updated=at,
        num_segments=1 if mms else segments.count(body),
        num_media=media,
        mms=mms,
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing asks for; `since` and `until` are seconds since 1970, both included.

    Either leaves out what has no date of sending yet.
    """

    to: str | None = None
    from_: str | None = None
    since: int | None = None
    until: int | None = None


class MessageLog:
    """Messages sorted by when they were sent (by when they were created, as long as they were not).

    Sorted keys are kept for all, for each sender, for each recipient and for each pair, so that a page costs what it
    holds, however many messages there are.
    """

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._all: list[Key] = []
        self._to: dict[str, list[Key]] = {}
        self._from: dict[str, list[Key]] = {}
        self._between: dict[tuple[str, str], list[Key]] = {}
        self._arrivals = count(1)

    def __len__(self) -> int:
        return len(self._messages)

    def __contains__(self, sid: str) -> bool:
        return sid in self._messages

    def get(self, sid: str) -> Message | None:
        return self._messages.get(sid)

    def add(self, message: Message) -> None:
        self._messages[message.sid] = message
        message.key = (_when(message), next(self._arrivals), message.sid)
        for keys in self._indexes(message):
            insort(keys, message.key)

    def extend(self, messages: Iterable[Message]) -> None:
        """Adds many at once: one sort for each list that they touch."""
        touched: dict[int, list[Key]] = {}
        for message in messages:
            self._messages[message.sid] = message
            message.key = (_when(message), next(self._arrivals), message.sid)
            for keys in self._indexes(message):
                keys.append(message.key)
                touched[id(keys)] = keys
        for keys in touched.values():
            keys.sort()

    def moved(self, message: Message, *, sent: int | None = None, from_: str | None = None) -> None:
        """Gives a message its date of sending, or its sender, and its new place in the order."""
        if message.sid not in self._messages:
            return
        self._unindex(message)
        message.sent = sent if sent is not None else message.sent
        message.from_ = from_ if from_ is not None else message.from_
        message.key = (_when(message), message.key[1], message.sid)
        for keys in self._indexes(message):
            insort(keys, message.key)

    def remove(self, message: Message) -> None:
        self._unindex(message)
        del self._messages[message.sid]

    def older(self, chosen: Filter, than: Key | None, limit: int) -> list[Message]:
        """Up to `limit` messages, newest first, that are older than a key."""
        keys = self._keys(chosen)
        first, last = self._span(keys, chosen)
        if than is not None:
            last = min(last, bisect_left(keys, than))
        return self._pick(chosen, (keys[i] for i in range(last - 1, first - 1, -1)), limit)

    def newer(self, chosen: Filter, than: Key, limit: int) -> list[Message]:
        """Up to `limit` messages, newest first, that come next after a key."""
        keys = self._keys(chosen)
        first, last = self._span(keys, chosen)
        first = max(first, bisect_right(keys, than))
        return self._pick(chosen, (keys[i] for i in range(first, last)), limit)[::-1]

    def _pick(self, chosen: Filter, keys: Iterable[Key], limit: int) -> list[Message]:
        found: list[Message] = []
        dated = chosen.since is not None or chosen.until is not None
        for _, _, sid in keys:
            message = self._messages[sid]
            if dated and message.sent is None:
                continue
            found.append(message)
            if len(found) == limit:
                break
        return found

    def _keys(self, chosen: Filter) -> list[Key]:
        """The keys of all messages between those numbers."""
        if chosen.to is not None and chosen.from_ is not None:
            return self._between.get((chosen.from_, chosen.to), [])
        if chosen.to is not None:
            return self._to.get(chosen.to, [])
        return self._all if chosen.from_ is None else self._from.get(chosen.from_, [])

    @staticmethod
    def _span(keys: list[Key], chosen: Filter) -> tuple[int, int]:
        first = 0 if chosen.since is None else bisect_left(keys, (chosen.since, 0, ""))
        last = len(keys) if chosen.until is None else bisect_left(keys, (chosen.until + 1, 0, ""))
        return first, last

    def _indexes(self, message: Message) -> list[list[Key]]:
        indexes = [self._all, self._to.setdefault(message.to, [])]
        if message.from_ is not None:
            indexes.append(self._from.setdefault(message.from_, []))
            indexes.append(self._between.setdefault((message.from_, message.to), []))
        return indexes

    def _unindex(self, message: Message) -> None:
        for keys in self._indexes(message):
            del keys[bisect_left(keys, message.key)]


def _when(message: Message) -> int:
    return message.created if message.sent is None else message.sent
