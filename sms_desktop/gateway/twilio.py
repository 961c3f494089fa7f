"""Twilio through its own SDK, over our transport: the one implementation of `Gateway`."""

import logging
from collections.abc import Awaitable
from typing import IO, Any, TypeVar

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.phone import is_toll_free
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.download import download
from sms_desktop.gateway.gateway import Account, Balance, Downloaded, InDoubt, Outcome, Outgoing, Unreachable
from sms_desktop.gateway.outcome import accepted, code_of, outcome_of, refusal, status_of
from sms_desktop.gateway.transport import NeverLeft, NoAnswer, Transport

T = TypeVar("T")

log = logging.getLogger(__name__)

PAGE_SIZE = 1000
"""Twilio's most; the SDK would ask for more where a limit is given (error 20007)."""
_BROKEN = (TwilioException, ValueError, TypeError, AttributeError, KeyError)
"""What the SDK raises on an answer that it cannot read; errors of status are TwilioExceptions that carry one."""


class TwilioGateway:
    """One account. ``base_url`` replaces Twilio's hosts; time-outs in seconds. Close it when done."""

    def __init__(
        self,
        credentials: Credentials,
        base_url: str | None = None,
        *,
        connect_timeout: float = 10,
        total_timeout: float = 30,
        download_timeout: float = 60,
    ) -> None:
        """Raises BadInput when ``base_url`` is neither https nor on this computer."""
        self._transport = Transport(base_url, connect_timeout=connect_timeout, total_timeout=total_timeout)
        self._auth = (credentials.account_sid, credentials.auth_token)
        self._download_timeout = download_timeout
        self._sid = credentials.account_sid
        self._client = Client(*self._auth, http_client=self._transport)
        # A key may be allowed to send and nothing else, so all that reads uses the account's own token.
        self._sender = self._client
        if credentials.api_key:
            self._sender = Client(
                credentials.api_key, credentials.api_secret, account_sid=self._sid, http_client=self._transport
            )

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Sends once and never again by itself; never raises for anything that Twilio or the network does."""
        asked: dict[str, Any] = {"to": outgoing.to, "from_": outgoing.from_}
        if outgoing.body or not outgoing.media_urls:
            asked["body"] = outgoing.body
        if outgoing.media_urls:
            asked["media_url"] = list(outgoing.media_urls)
        if outgoing.status_callback is not None:
            asked["status_callback"] = outgoing.status_callback
        try:
            message = await self._sender.messages.create_async(**asked)
        except NeverLeft as error:
            return Unreachable(str(error))
        except NoAnswer as error:
            return InDoubt(str(error))
        except (TwilioRestException, TwilioServiceException) as error:
            return outcome_of(status_of(error), code_of(error), outgoing.to)
        except _BROKEN as error:
            log.warning("the answer to a send could not be read: %s", type(error).__name__)
            return InDoubt("Twilio's answer could not be read.")
        return accepted(message)

    async def account(self) -> Account:
        """The account itself. Raises GatewayError."""
        found = await self._ask(self._client.api.v2010.accounts(self._sid).fetch_async())
        return Account(
            sid=found.sid or self._sid,
            name=found.friendly_name or "",
            type=found.type or "",
            status=found.status or "",
        )

    async def balance(self) -> Balance:
        """What is left to spend; it may lag. Raises GatewayError."""
        found = await self._ask(self._client.api.v2010.account.balance.fetch_async())
        if found.balance is None or not found.currency:
            raise GatewayError("Twilio did not tell the balance of this account.", transient=False)
        return Balance(str(found.balance), str(found.currency))

    async def lines(self) -> tuple[Line, ...]:
        """The account's numbers and short codes that can text. Raises GatewayError."""
        numbers = await self._ask(_all(self._client.incoming_phone_numbers.page_async(page_size=PAGE_SIZE)))
        lines = [_line(number) for number in numbers if number.phone_number]
        try:
            codes = await self._ask(_all(self._client.short_codes.page_async(page_size=PAGE_SIZE)))
        except GatewayError as error:  # few accounts have any, and not all may list them
            log.info("short codes could not be listed: %s", error)
            codes = []
        lines += [_short_code(code) for code in codes if code.short_code]
        return tuple(line for line in lines if line.sms or line.mms)

    async def set_sms_url(self, line_sid: str, url: str) -> None:
        """Has inbound texts of that number (PN…) or short code (SC…) posted to ``url``. Raises GatewayError."""
        if line_sid.startswith("SC"):
            await self._ask(self._client.short_codes(line_sid).update_async(sms_url=url, sms_method="POST"))
            return
        number = await self._ask(
            self._client.incoming_phone_numbers(line_sid).update_async(sms_url=url, sms_method="POST")
        )
        if number.sms_application_sid:
            raise GatewayError(
                "A TwiML App handles this number, so Twilio ignores the address set here. "
                "Take the app off the number in Twilio's Console.",
                transient=False,
            )

    async def download(self, url: str, sink: IO[bytes], limit: int) -> Downloaded:
        """Writes the media at ``url`` to ``sink``; at most ``limit`` bytes. Raises GatewayError."""
        return await download(self._transport, self._auth, url, sink, limit, timeout=self._download_timeout)

    async def close(self) -> None:
        """Ends the connections; what is under way fails."""
        await self._transport.close()

    async def _ask(self, answer: Awaitable[T]) -> T:
        """What the SDK answers to a request that may be repeated, with its many errors as GatewayErrors."""
        try:
            return await answer
        except _BROKEN as error:
            status = status_of(error)
            if status == 0:
                log.warning("an answer could not be read: %s", type(error).__name__)
                raise GatewayError("Twilio's answer could not be read.") from error
            raise refusal(status, code_of(error)) from error


async def _all(first: Awaitable[Any]) -> list[Any]:
    """The records of all pages. Not the SDK's ``list_async``, which never ends where pages go round in circles."""
    page, records, seen = await first, [], set()
    while page is not None:
        records += list(page)
        if page.next_page_url in seen:
            raise GatewayError("Twilio's list has no end.")
        seen.add(page.next_page_url)
        page = await page.next_page_async()
    return records


def _line(number: Any) -> Line:
    can = number.capabilities if isinstance(number.capabilities, dict) else {}
    return Line(
        address=number.phone_number,
        label=number.friendly_name or "",
        kind=_kind(number.phone_number, number.type or ""),
        sms=bool(can.get("sms", True)),
        mms=bool(can.get("mms", False)),
        sid=number.sid,
        sms_url=number.sms_url or None,
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
        sms_url=code.sms_url or None,
        account_sid=code.account_sid,
    )
