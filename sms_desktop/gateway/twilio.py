"""Twilio through its own SDK, over our transport: the one implementation of `Gateway`."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from sms_desktop.domain.alert import Alert
from sms_desktop.domain.errors import GatewayError, WrongCredentials, WrongKey
from sms_desktop.domain.line import Line, LineKind, is_service
from sms_desktop.domain.message import Direction, ListedMessage
from sms_desktop.domain.phone import is_toll_free
from sms_desktop.domain.routing import Holder, Route, Webhook
from sms_desktop.gateway import listing, pools, routes
from sms_desktop.gateway.asking import BROKEN, PAGE_SIZE, ask, ask_all
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.download import download
from sms_desktop.gateway.gateway import (
    Account,
    Balance,
    ConsentItem,
    Downloaded,
    InDoubt,
    ListedPage,
    Outcome,
    Outgoing,
    Unreachable,
    Withheld,
)
from sms_desktop.gateway.outcome import accepted, code_of, outcome_of, status_of
from sms_desktop.gateway.transport import Transport
from sms_desktop.gateway.twilioregistration import TwilioRegistrar
from sms_desktop.gateway.wire import LAST_LOOK, NeverLeft, NoAnswer, Wire, Withdrawn

log = logging.getLogger(__name__)

LOOK_CONNECT, LOOK = 4.0, 4.5
"""Seconds that a look waits for its connection, and for its whole answer: a far side that takes the connection and then
says nothing is found out as soon as one that cannot be reached."""


class TwilioGateway:
    """One account. ``base_url`` replaces Twilio's hosts; time-outs in seconds. Close it when done.

    Looks at the account are less patient than all else: they are repeated, and tell that there is no connection.
    """

    def __init__(
        self,
        credentials: Credentials,
        base_url: str | None = None,
        *,
        connect_timeout: float = 10,
        total_timeout: float = 30,
        look_connect_timeout: float = LOOK_CONNECT,
        look_timeout: float = LOOK,
        download_timeout: float = 60,
    ) -> None:
        """Raises BadInput when ``base_url`` is neither https nor on this computer."""
        self._wire = Wire(base_url, connect_timeout=connect_timeout)
        patient = Transport(self._wire, total_timeout=total_timeout)
        self._auth = (credentials.account_sid, credentials.auth_token)
        self._download_timeout = download_timeout
        self._sid = credentials.account_sid
        self._client = Client(*self._auth, http_client=patient)
        glance = Transport(
            self._wire, connect_timeout=look_connect_timeout, total_timeout=min(look_timeout, total_timeout)
        )
        self._looker = Client(*self._auth, http_client=glance)
        self._pools = pools.Pools(self._client)
        self.registrar = TwilioRegistrar(self._client)
        # A key may be allowed to send and nothing else, so all that reads uses the account's own token.
        self._sender, self._key_looker = self._client, self._looker
        if credentials.api_key:
            key = (credentials.api_key, credentials.api_secret, self._sid)
            self._sender, self._key_looker = Client(*key, http_client=patient), Client(*key, http_client=glance)

    async def send(self, outgoing: Outgoing, may_leave: Callable[[], Awaitable[bool]] | None = None) -> Outcome:
        """Sends once and never again by itself; never raises for anything that Twilio or the network does.

        ``may_leave`` is asked when the connection stands: what is not to leave any more is Withheld.
        """
        by = "messaging_service_sid" if is_service(outgoing.from_) else "from_"
        asked: dict[str, Any] = {"to": outgoing.to, by: outgoing.from_}
        if outgoing.body or not outgoing.media_urls:
            asked["body"] = outgoing.body
        if outgoing.media_urls:
            asked["media_url"] = list(outgoing.media_urls)
        if outgoing.status_callback is not None:
            asked["status_callback"] = outgoing.status_callback
        looks = LAST_LOOK.set(may_leave)
        try:
            message = await self._sender.messages.create_async(**asked)
        except Withdrawn:
            return Withheld()
        except NeverLeft as error:
            return Unreachable(str(error))
        except NoAnswer as error:
            return InDoubt(str(error))
        except (TwilioRestException, TwilioServiceException) as error:
            return outcome_of(status_of(error), code_of(error), outgoing.to)
        except BROKEN as error:
            log.warning("the answer to a send could not be read: %s", type(error).__name__)
            return InDoubt("Twilio’s answer could not be read.")
        finally:
            LAST_LOOK.reset(looks)
        return accepted(message)

    async def account(self) -> Account:
        """The account itself. Raises GatewayError."""
        found = await ask(self._looker.api.v2010.accounts(self._sid).fetch_async())
        return Account(
            sid=found.sid or self._sid,
            name=found.friendly_name or "",
            type=found.type or "",
            status=found.status or "",
        )

    async def balance(self) -> Balance:
        """What is left to spend; it may lag. Raises GatewayError."""
        found = await ask(self._looker.api.v2010.account.balance.fetch_async())
        if found.balance is None or not found.currency:
            raise GatewayError("Twilio did not tell the balance of this account.", transient=False)
        return Balance(str(found.balance), str(found.currency))

    async def lines(self) -> tuple[Line, ...]:
        """The account's numbers and short codes, also those that cannot text, and its Messaging Services.

        Raises GatewayError.
        """
        numbers = await ask_all(self._client.incoming_phone_numbers.page_async(page_size=PAGE_SIZE))
        lines = [_line(number) for number in numbers if number.phone_number]
        lines += [_short_code(code) for code in await routes.short_codes(self._client) if code.short_code]
        lines += [_service(pool) for pool in await pools.services(self._pools) if is_service(pool.service.sid or "")]
        return tuple(lines)

    async def check_key(self) -> None:
        """Makes a call that any key may make which may send. Raises WrongKey where Twilio does not know it."""
        try:
            await ask(self._key_looker.api.v2010.account.messages.page_async(page_size=1))
        except WrongCredentials:
            raise WrongKey("Twilio does not accept the API key and its secret.") from None

    async def routes(self, used: Collection[str] | None = None) -> tuple[Route, ...]:
        """Where the inbound texts of each number and short code that can text go; with ``used``, the lines in use, of
        services only what can have changed for these is asked for. Raises GatewayError.
        """
        return await routes.routes(self._client, self._pools, used)

    async def set_webhook(self, holder: Holder, webhook: Webhook) -> None:
        """Sets ``webhook`` on what holds the setting. Raises GatewayError."""
        await routes.set_webhook(self._client, holder, webhook)

    async def current(self, holder: Holder) -> Webhook:
        """What is set there now. Raises GatewayError."""
        return await routes.current(self._client, holder)

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

        Messages from outside the time may be among them. Of a ``peer`` is asked with what texts are sent with, where it
        may: so a text never waits for a token that it does not need. Raises GatewayError.
        """
        if peer is not None and self._sender is not self._client:
            try:
                return await listing.page(self._sender, line, direction, since, until, cursor, size, peer)
            except GatewayError as error:
                if error.transient:
                    raise
        return await listing.page(self._client, line, direction, since, until, cursor, size, peer)

    async def look_up(self, sid: str, line: str, direction: Direction) -> ListedMessage | None:
        """One message as Twilio has it now; None where it has it no more. Raises GatewayError."""
        return await listing.one(self._client, sid, line, direction)

    async def find(self, sid: str) -> ListedMessage | None:
        """One message of which nothing but its SID is known; None where Twilio has it not. Raises GatewayError."""
        return await listing.any_one(self._client, sid)

    async def media_of(self, sid: str) -> tuple[tuple[str, str], ...]:
        """The files of a message as (URL, content type), the first first. Raises GatewayError."""
        found = await ask_all(self._client.messages(sid).media.page_async(page_size=PAGE_SIZE))
        root = f"{listing.API}/2010-04-01/Accounts/{self._sid}/Messages/{sid}/Media"
        return tuple((f"{root}/{item.sid}", item.content_type or "application/octet-stream") for item in found)

    async def number(self, peer: str, *, line_type: bool) -> tuple[bool, str | None, str | None]:
        """Whether ``peer`` is a number, which is free; with ``line_type``, which costs, Twilio's word for its kind of
        line, and the carrier. Raises GatewayError.
        """
        asked = {"fields": "line_type_intelligence"} if line_type else {}
        found = await ask(self._client.lookups.v2.phone_numbers(peer).fetch_async(**asked))
        if not isinstance(found.valid, bool):
            raise GatewayError("Twilio did not tell whether this is a number.", transient=False)
        told: Any = found.line_type_intelligence
        kind, carrier = (
            (told.get(name) for name in ("type", "carrier_name")) if isinstance(told, dict) else (None, None)
        )
        return found.valid, str(kind) if kind else None, str(carrier) if carrier else None

    async def alerts(self, since: datetime) -> tuple[Alert, ...]:
        """What Twilio's debugger has noted since, newest first, 1,000 at most. Raises GatewayError."""
        page = self._client.monitor.v1.alerts.page_async(start_date=since.astimezone(UTC), page_size=PAGE_SIZE)
        found = await ask_all(page, most=PAGE_SIZE)
        return tuple(_alert(alert) for alert in found if str(alert.error_code or "").isdecimal())

    async def tell_consents(self, items: Sequence[ConsentItem]) -> dict[str, str]:
        """By key of each item that was answered for what is wrong with it, or "": the answer is one of success all the
        same. At most 25 at a time. Raises GatewayError; NotThere where the account has no such API.
        """
        told = [
            {
                "contact_id": item.peer,
                "correlation_id": item.key,
                "sender_id": item.sender,
                "status": "opt-out" if item.opted_out else "opt-in",
                "source": item.source,
                "date_of_consent": f"{item.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            }
            for item in items
        ]
        answer = await ask(self._client.accounts.v1.bulk_consents.create_async(items=told))
        found = answer.items if isinstance(answer.items, list) else []
        return {str(one["correlation_id"]): _wrong(one) for one in found if _is_answer(one)}

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far Twilio's clock is ahead of this computer's; None before the first answer."""
        return self._wire.clock_ahead

    async def download(self, url: str, sink: IO[bytes], limit: int) -> Downloaded:
        """Writes the media at ``url`` to ``sink``; at most ``limit`` bytes. Raises GatewayError."""
        return await download(self._wire, self._auth, url, sink, limit, timeout=self._download_timeout)

    async def close(self) -> None:
        """Ends the connections; what is under way fails."""
        await self._wire.close()


def _is_answer(one: object) -> bool:
    return isinstance(one, dict) and "correlation_id" in one and "error_code" in one


def _wrong(one: dict[str, Any]) -> str:
    """Code and names of what is wrong with an item; "" where nothing is."""
    code, names = one["error_code"], one.get("error_messages")
    if code in (0, "0"):
        return ""
    said = ", ".join(str(name) for name in names) if isinstance(names, list) else ""
    return f"{code}: {said}" if said else str(code)


def _line(number: Any) -> Line:
    can = routes.capabilities(number)
    return Line(
        address=number.phone_number,
        label=number.friendly_name or "",
        kind=_kind(number.phone_number, number.type or ""),
        sms=bool(can.get("sms", True)),
        mms=bool(can.get("mms", False)),
        sid=number.sid,
        account_sid=number.account_sid,
    )


def _kind(address: str, named: str) -> LineKind:
    if is_toll_free(address):
        return LineKind.TOLL_FREE
    word = named.lower().replace("-", "").replace("_", "")
    known = {"local": LineKind.LOCAL, "mobile": LineKind.MOBILE, "tollfree": LineKind.TOLL_FREE}
    return known.get(word, LineKind.LOCAL if not word and address.startswith("+1") else LineKind.OTHER)


def _short_code(code: Any) -> Line:
    return Line(
        address=str(code.short_code),
        label=code.friendly_name or "",
        kind=LineKind.SHORT_CODE,
        sid=code.sid,
        account_sid=code.account_sid,
    )


def _service(pool: pools.ServiceRecord) -> Line:
    """Not in use until somebody chooses it: its numbers may be."""
    found = pool.service
    return Line(
        address=found.sid,
        label=found.friendly_name or "",
        kind=LineKind.SERVICE,
        mms=bool(found.mms_converter) or any("MMS" in (one.capabilities or ()) for one in pool.numbers),
        sid=found.sid,
        account_sid=found.account_sid,
        watched=False,
        senders=pool.senders,
        sticky=bool(found.sticky_sender),
    )


def _alert(alert: Any) -> Alert:
    at = alert.date_generated or alert.date_created or datetime.now(UTC)
    return Alert(int(alert.error_code), alert.request_url or "", alert.resource_sid or "", at.astimezone(UTC))
