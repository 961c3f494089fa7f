"""The account: who may log in, what it owns, messages, blocks and money. State only; nothing here waits or sends."""

import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

from sms_desktop.simulator import segments
from sms_desktop.simulator.address import is_short_code, normal
from sms_desktop.simulator.errors import OUTCOMES
from sms_desktop.simulator.geography import Place
from sms_desktop.simulator.messages import Media, Message, MessageLog, new_sid
from sms_desktop.simulator.registration import Registrar
from sms_desktop.simulator.resources import Alert, Application, Kind, Line, Service

Type = Literal["Full", "Trial"]
Status = Literal["active", "suspended", "closed"]
Attachment = tuple[str, bytes, str]  # content type, bytes, file name

# The simulated account's credentials where none are given. They are printed in the documentation and open nothing else.
DEMO_ACCOUNT_SID = "AC" + "5d" * 16
DEMO_AUTH_TOKEN = "b4" * 16
TEST_ACCOUNT_SID = "AC" + "7e" * 16
TEST_AUTH_TOKEN = "c9" * 16

_TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")
_RATES = {False: Decimal("0.0079"), True: Decimal("0.0200")}  # dollars a segment, dollars an MMS


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

    A `suspended` account sends nothing (20005) and receives nothing, but can be read; a `closed` one lets nobody in.
    `regions` are those that texts may go to (None: everywhere); `queue_limit` is how many messages one line may have
    waiting before 21611. `has_consents` is whether it has the Consent API, which takes `consents_a_minute` calls,
    and none of one in which anybody of the `unwanted` is named.
    `places` is where Twilio takes some numbers to be, of the others `geography` knows it.
    `registrar` knows how its lines are registered with US carriers. `clock_skew` is how many seconds its time is ahead
    of this machine's.
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
        self.type: Type = "Full"
        self.status: Status = "active"
        self.balance = Decimal("38.20")
        self.clock_skew = 0.0
        self.created = self.now()
        self.regions: set[str] | None = None
        self.verified: set[str] = set()
        self.places: dict[str, Place] = {}
        self.queue_limit = 36_000
        self.lines: dict[str, Line] = {}
        self.services: dict[str, Service] = {}
        self.applications: dict[str, Application] = {}
        self.log = MessageLog()
        self.media: dict[str, Media] = {}
        self.alerts: deque[Alert] = deque(maxlen=1000)
        self.registrar = Registrar()
        self.has_consents = True
        self.consents_a_minute = 100
        self.unwanted: set[str] = set()
        self.blocks: set[tuple[str, str]] = set()
        self.queued: dict[str, int] = {}
        self.sticky: dict[tuple[str, str], str] = {}
        """By service and handset, the sender that was used last."""
        self._numbers: dict[str, Line] = {}

    def now(self) -> int:
        """Whole seconds since 1970, UTC, by Twilio's clock."""
        return int(time.time() + self.clock_skew)

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
        at = self.now()
        line = Line(
            prefix + _stable(self.sid, number),
            number,
            friendly_name or number,
            kind,
            sms,
            mms,
            voice,
            created=at,
            updated=at,
        )
        self.lines[line.sid] = self._numbers[number] = line
        return line

    def add_service(self, *numbers: str, friendly_name: str = "Messaging Service") -> Service:
        """A Messaging Service with those lines as its senders, which leaves inbound texts to them.

        A LookupError tells that a number is no line, a ValueError that it belongs to another service.
        """
        at = self.now()
        lines = [self.line(number) for number in numbers]
        for line in lines:
            if self.service_of(line.number) is not None:
                raise ValueError(f"{line.number} belongs to a Messaging Service already.")
        service = Service(new_sid("MG"), friendly_name, dict.fromkeys((x.number for x in lines), at), at, at)
        self.services[service.sid] = service
        return service

    def service_of(self, number: str) -> Service | None:
        """The Messaging Service that a line belongs to; there is one at most."""
        return next((service for service in self.services.values() if number in service.senders), None)

    def add_application(self, name: str, sms_url: str = "") -> Application:
        """A TwiML application, which no line is tied to yet."""
        at = self.now()
        application = Application(new_sid("AP"), name, at, at, sms_url)
        self.applications[application.sid] = application
        return application

    def find_line(self, number: str) -> Line | None:
        return self._numbers.get(number) or self._numbers.get(normal(number))

    def line(self, number: str) -> Line:
        line = self.find_line(number)
        if line is None:
            raise LookupError(f"{number} is no line of this account.")
        return line

    def blocked(self, line: str, peer: str) -> bool:
        """Whether Twilio sends nothing from that line to that handset: it blocks for the whole Messaging Service."""
        service = self.service_of(line)
        return (line, peer) in self.blocks or (service is not None and (service.sid, peer) in self.blocks)

    def block(self, line: str, peer: str, on: bool, *, network: bool = False) -> None:
        """A STOP (or START) to a line. What the carriers' network blocks is that number alone."""
        service = None if network else self.service_of(line)
        if on:
            self.blocks.add((line if service is None else service.sid, peer))
            return
        self.blocks.discard((line, peer))
        if service is not None:
            self.blocks.discard((service.sid, peer))

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

    def alert(
        self,
        code: int,
        text: str,
        resource_sid: str,
        url: str,
        *,
        method: str = "POST",
        params: Mapping[str, str] | None = None,
    ) -> None:
        at = datetime.fromtimestamp(self.now(), UTC)
        self.alerts.append(Alert(new_sid("NO"), code, text, resource_sid, url, at, method, urlencode(params or {})))

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
            error_message=None if past.error_code is None else OUTCOMES.get(past.error_code),
        )
        self.attach(message, past.media)
        return message


def _stable(*of: str) -> str:
    """The end of a SID that is the same in each run, as that of a number is at Twilio."""
    return hashlib.sha256(" ".join(of).encode()).hexdigest()[:32]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
