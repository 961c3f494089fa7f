"""What the app asks of Twilio, and the values that come back."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Protocol

from sms_desktop.domain.alert import Alert
from sms_desktop.domain.line import Line
from sms_desktop.domain.message import Direction, ListedMessage, Status
from sms_desktop.domain.routing import Holder, Route, Webhook
from sms_desktop.gateway.registration import Registrar


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One send: E.164 or short code addresses, a body of at most 1,600 characters, public media URLs (at most 10).

    ``from_`` may be the SID of a Messaging Service, which picks the number.
    ``status_callback`` ends in our own key; None only where no public address exists.
    """

    to: str
    from_: str
    body: str
    media_urls: tuple[str, ...]
    status_callback: str | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Twilio took it. ``segments`` is 0 where Twilio does not know yet, ``sender`` None where its Messaging Service has
    picked no number yet.
    """

    sid: str
    status: Status
    segments: int
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """It surely was not processed, and is safe to send again later: no connection, or Twilio was ``busy`` (429)."""

    reason: str
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """The connection stood, and it was not to leave any more."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Twilio said no. ``code`` is Twilio's error code (the HTTP status where it gave none), ``reason`` a sentence."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """It left, and no usable answer came back (time-out, 5xx, broken answer): it may have been sent."""

    reason: str


Outcome = Accepted | Unreachable | Withheld | Refused | InDoubt


@dataclass(frozen=True, slots=True)
class Account:
    """``type`` is Twilio's Trial or Full, ``status`` active, suspended or closed."""

    sid: str
    name: str
    type: str
    status: str


@dataclass(frozen=True, slots=True)
class Balance:
    """``amount`` is a decimal string, ``currency`` ISO 4217."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class ListedPage:
    """``messages`` newest first; ``cursor`` is the address of the next page, None at the end; ``unreadable`` the SIDs
    of messages that could not be read ("" for one whose SID could not be read either).
    """

    messages: tuple[ListedMessage, ...]
    cursor: str | None
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came with the bytes of a media file: its declared type, its size in bytes, a file name or ""."""

    content_type: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """What Twilio's Consent API is told of one pair. ``key`` is 32 hex digits, by which its answer names it."""

    key: str
    peer: str
    sender: str
    opted_out: bool
    source: str
    at: datetime


class Gateway(Protocol):
    """Twilio, for one account. Reading calls raise GatewayError (WrongCredentials on 401) with a sentence."""

    async def send(self, outgoing: Outgoing, may_leave: Callable[[], Awaitable[bool]] | None = None) -> Outcome:
        """Sends once and never again by itself; never raises for anything that Twilio or the network does.

        ``may_leave`` is asked when the connection stands: what is not to leave any more is Withheld.
        """
        ...

    async def account(self) -> Account: ...

    async def balance(self) -> Balance: ...

    async def lines(self) -> tuple[Line, ...]:
        """The account's numbers and short codes, also those that cannot text, and its Messaging Services."""
        ...

    async def check_key(self) -> None:
        """Whether the credentials that send are good."""
        ...

    async def routes(self, used: Collection[str] | None = None) -> tuple[Route, ...]:
        """Where the inbound texts of each line go; with ``used``, what can have changed for these lines is asked for,
        and of all else what was told last is told again.
        """
        ...

    async def set_webhook(self, holder: Holder, webhook: Webhook) -> None:
        """Sets ``webhook`` on what decides."""
        ...

    async def current(self, holder: Holder) -> Webhook:
        """What is set there now."""
        ...

    async def listed(
        self,
        line: str,
        direction: Direction,
        since: datetime | None,
        until: datetime | None = None,
        cursor: str | None = None,
        size: int = 1000,
        *,
        peer: str | None = None,
    ) -> ListedPage:
        """A page of what ``line`` sent or was sent (to or by ``peer``), newest first.

        Messages from outside the time may be among them. Of a Messaging Service nothing can be listed but by the peer:
        then all between that and any line of ours comes.
        """
        ...

    async def look_up(self, sid: str, line: str, direction: Direction) -> ListedMessage | None:
        """One message as it now is; None where Twilio has it no more."""
        ...

    async def find(self, sid: str) -> ListedMessage | None:
        """One message of which nothing but its SID is known; None where Twilio does not have it."""
        ...

    async def media_of(self, sid: str) -> tuple[tuple[str, str], ...]:
        """A message's files as (URL, content type)."""
        ...

    async def number(self, peer: str, *, line_type: bool) -> tuple[bool, str | None, str | None]:
        """Whether ``peer`` is a number, Twilio's word for its kind of line and the carrier, which ``line_type`` pays
        for; None where they are not known.
        """
        ...

    async def alerts(self, since: datetime) -> tuple[Alert, ...]:
        """What Twilio's debugger has noted since."""
        ...

    async def tell_consents(self, items: Sequence[ConsentItem]) -> dict[str, str]:
        """By key of each item that was answered for what is wrong with it, or "". NotThere: the account has no such
        API.
        """
        ...

    @property
    def registrar(self) -> Registrar:
        """How lines are registered with US carriers."""
        ...

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far Twilio's clock is ahead of this computer's."""
        ...

    async def download(self, url: str, sink: IO[bytes], limit: int) -> Downloaded:
        """Writes the media at ``url`` to ``sink``; at most ``limit`` bytes, else GatewayError."""
        ...

    async def close(self) -> None: ...
