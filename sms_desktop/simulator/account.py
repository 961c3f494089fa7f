"""The account: who may log in, lines, messages, alerts, blocks and money. State only; nothing here waits or sends."""

import hmac
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from sms_desktop.simulator import segments
from sms_desktop.simulator.address import is_short_code, normal
from sms_desktop.simulator.messages import Media, Message, MessageLog, new_sid, now

Kind = Literal["local", "tollfree", "mobile", "shortcode"]
KINDS: tuple[Kind, ...] = ("local", "tollfree", "mobile", "shortcode")
Attachment = tuple[str, bytes, str]  # content type, bytes, file name

# The simulated account's credentials where none are given. They are printed in the documentation and open nothing else.
DEMO_ACCOUNT_SID = "AC" + "5d" * 16
DEMO_AUTH_TOKEN = "b4" * 16
TEST_ACCOUNT_SID = "AC" + "7e" * 16
TEST_AUTH_TOKEN = "c9" * 16

_TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
_RATES = {False: Decimal("0.0079"), True: Decimal("0.0200")}  # dollars a segment, dollars an MMS


@dataclass(slots=True)
class Line:
    """A number of the account, with the fields that can be changed over the API."""

    sid: str
    number: str
    friendly_name: str
    kind: Kind
    sms: bool = True
    mms: bool = True
    voice: bool = True
    created: int = 0
    updated: int = 0
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str | None = None
    status_callback: str = ""
    status_callback_method: str = "POST"
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Service:
    """A Messaging Service: senders that Twilio chooses from, in this order."""

    sid: str
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """What Twilio's debugger would show: a code of 11200 and friends, and where it happened."""

    code: int
    text: str
    resource_sid: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message from before, to be listed by a catch-up. Inbound when `to` is one of our lines; `at` has a zone."""

    from_: str
    to: str
    body: str
    at: datetime
    status: str | None = None
    error_code: int | None = None
    media: tuple[Attachment, ...] = ()


class Account:
    """One Twilio account. `type` is `Full` or `Trial`; a trial account reaches only the numbers in `verified`.

    `regions` are those that texts may go to (None: everywhere); `queue_limit` is how many messages one line may have
    waiting before 21611.
    """

    def __init__(
        self,
        sid: str = DEMO_ACCOUNT_SID,
        auth_token: str = DEMO_AUTH_TOKEN,
        api_keys: Mapping[str, str] | None = None,
        test_sid: str = TEST_ACCOUNT_SID,
        test_auth_token: str = TEST_AUTH_TOKEN,
    ) -> None:
        self.sid = sid
        self.auth_token = auth_token
        self.api_keys = dict(api_keys or {})
        self.test_sid = test_sid
        self.test_auth_token = test_auth_token
        self.friendly_name = "Bright Chairs"
        self.type: Literal["Full", "Trial"] = "Full"
        self.balance = Decimal("38.20")
        self.created = now()
        self.regions: set[str] | None = None
        self.verified: set[str] = set()
        self.queue_limit = 36_000
        self.lines: dict[str, Line] = {}
        self.services: dict[str, Service] = {}
        self.log = MessageLog()
        self.media: dict[str, Media] = {}
        self.alerts: deque[Alert] = deque(maxlen=1000)
        self.blocks: set[tuple[str, str]] = set()
        self.queued: dict[str, int] = {}
        self._numbers: dict[str, Line] = {}

    def role(self, username: str, password: str) -> Literal["main", "key", "test"] | None:
        """Whose credentials these are: the account's, those of a Standard API key, the test ones, or nobody's."""
        if _same(username, self.sid) and _same(password, self.auth_token):
            return "main"
        if _same(username, self.test_sid) and _same(password, self.test_auth_token):
            return "test"
        secret = self.api_keys.get(username)
        return "key" if secret is not None and _same(password, secret) else None

    def add_line(
        self,
        number: str,
        friendly_name: str = "",
        *,
        kind: Kind | None = None,
        sms: bool = True,
        mms: bool = True,
        voice: bool = True,
    ) -> Line:
        """Buys a number. Its kind is read from it unless given. A ValueError tells that the account has it already."""
        number = normal(number)
        if number in self._numbers:
            raise ValueError(f"{number} is a line of this account already.")
        if kind is None:
            kind = "shortcode" if is_short_code(number) else "tollfree" if number.startswith(_TOLL_FREE) else "local"
        prefix = "SC" if kind == "shortcode" else "PN"
        at = now()
        line = Line(new_sid(prefix), number, friendly_name or number, kind, sms, mms, voice, created=at, updated=at)
        self.lines[line.sid] = self._numbers[number] = line
        return line

    def add_service(self, *numbers: str) -> Service:
        """A Messaging Service with those lines as its senders."""
        service = Service(new_sid("MG"), tuple(self.line(number).number for number in numbers))
        self.services[service.sid] = service
        return service

    def find_line(self, number: str) -> Line | None:
        return self._numbers.get(number) or self._numbers.get(normal(number))

    def line(self, number: str) -> Line:
        line = self.find_line(number)
        if line is None:
            raise LookupError(f"{number} is no line of this account.")
        return line

    def blocked(self, line: str, peer: str) -> bool:
        return (line, peer) in self.blocks

    def attach(self, message: Message, attachments: Iterable[Attachment]) -> None:
        for content_type, data, name in attachments:
            media = Media(
                new_sid("ME"), message.sid, content_type, data, name, message.created, secrets.token_urlsafe(24)
            )
            message.media.append(media)
            self.media[media.token] = media

    def detach(self, message: Message, media: Media) -> None:
        message.media.remove(media)
        del self.media[media.token]

    def delete(self, message: Message) -> None:
        for media in list(message.media):
            self.detach(message, media)
        self.log.remove(message)

    def charge(self, message: Message) -> None:
        """Prices a message by its segments, or as one MMS, and takes that from the balance."""
        rate = _RATES[message.mms]
        message.price = -(rate if message.mms else rate * max(1, message.num_segments))
        self.balance += message.price

    def alert(self, code: int, text: str, resource_sid: str, url: str) -> None:
        self.alerts.append(Alert(code, text, resource_sid, url, datetime.now(UTC)))

    def import_messages(self, past: Iterable[PastMessage]) -> list[str]:
        """Adds messages of before, priced but not charged, and gives their sids. 100,000 take a second or two."""
        messages = [self._imported(one) for one in past]
        self.log.extend(messages)
        return [message.sid for message in messages]

    def _imported(self, past: PastMessage) -> Message:
        inbound = past.to in self._numbers
        at = int(past.at.timestamp())
        mms = bool(past.media)
        parts = 1 if mms else segments.count(past.body)
        message = Message(
            sid=new_sid("MM" if mms else "SM"),
            direction="inbound" if inbound else "outbound-api",
            from_=past.from_,
            to=past.to,
            body=past.body,
            status=past.status or ("received" if inbound else "delivered"),
            created=at,
            updated=at,
            sent=at,
            num_segments=parts,
            num_media=len(past.media),
            mms=mms,
            price=-(_RATES[mms] * parts),
            error_code=past.error_code,
        )
        self.attach(message, past.media)
        return message


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
