"""The wire to Twilio: all that is asked of it goes through here, on one aiohttp session, once.

Two things decide whether a send may be repeated, so they are settled here:

- Every request gets a connection of its own. On a kept-alive one that the far side closes just then, nobody could tell
  whether the text was taken. A handshake a send costs less than a doubtful one.
- What fails until that connection stands (name, refusal, time-out, TLS, proxy) is `NeverLeft`; all later is `NoAnswer`.
"""

import asyncio
import base64
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse, ClientTimeout, TraceConfig
from yarl import URL

from sms_desktop.domain.errors import BadInput, GatewayError
from sms_desktop.gateway.hosts import checked_base_url, is_twilio, origin, proxy_for

log = logging.getLogger(__name__)


NO_ADDRESS = "Twilio’s address cannot be found. Is this computer online?"
"""Said of a name that is not known, and of who should know it and says nothing: a resolver does both in turn."""


class NeverLeft(GatewayError):
    """No connection came about: Twilio surely knows nothing of this request."""

    answered = False
    left = False


class Withdrawn(NeverLeft):
    """The connection stood, and what was to be asked was wanted no more."""


class NoAnswer(GatewayError):
    """The request left and no usable answer came back: Twilio may have done what it asks."""

    answered = False


LAST_LOOK: ContextVar[Callable[[], Awaitable[bool]] | None] = ContextVar("last_look", default=None)
"""Asked when the connection of a request stands, which may take seconds, before its first byte: may it leave?"""


class _Connector(aiohttp.TCPConnector):
    """Leaves a request unsent, as Withdrawn, that is not to leave any more."""

    async def connect(self, req: ClientRequest, traces: list[Any], timeout: ClientTimeout) -> Any:
        connection = await super().connect(req, traces, timeout)
        look, may_leave = LAST_LOOK.get(), False
        try:
            may_leave = look is None or await look()
        except Exception as error:
            log.warning("whether a request may still leave could not be looked up: %s", type(error).__name__)
        finally:
            if not may_leave:
                connection.close()
        if not may_leave:
            raise Withdrawn("It was not to leave any more.")
        return connection


class _Dropped(Exception):
    """Carries an error past aiohttp, which would quietly repeat a GET on ClientOSError and ServerDisconnectedError."""


class Wire:
    """``base_url`` takes the place of ``https://<product>.twilio.com``. In ``connect_timeout`` seconds a connection has
    to stand where nobody is less patient.
    """

    def __init__(self, base_url: str | None = None, *, connect_timeout: float = 10) -> None:
        self.base = checked_base_url(base_url) if base_url else None
        self._connect_timeout = connect_timeout
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._looked_up: set[str] = set()  # the names whose addresses are asked for just now
        self.clock_ahead: timedelta | None = None
        """How far Twilio's clock is ahead of this computer's, to the second; None before the first answer."""

    @asynccontextmanager
    async def exchange(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        total: float = 30,
        connect: float | None = None,
    ) -> AsyncIterator[ClientResponse]:
        """One request to ``address`` (see `address`) and its answer, to be read inside; ``total`` seconds for all,
        ``connect`` of them until the connection stands (None: the wire's own).

        What the network does, to the request or while the answer is read, is raised as NeverLeft or NoAnswer.
        """
        try:
            target = URL(address, encoded=True)
        except ValueError:
            raise GatewayError("That is not an address that can be asked.", transient=False) from None
        trip = SimpleNamespace(connected=False, host=target.raw_host)
        started = time.monotonic()
        outcome: object = "cancelled"
        request_id = "-"
        try:
            proxy = await asyncio.to_thread(proxy_for, address)
            if proxy is not None:  # then that is the name that is looked up
                trip.host = URL(proxy).raw_host
            async with self._open_session().request(
                method,
                target,
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=ClientTimeout(total=total, connect=connect or self._connect_timeout),
                proxy=proxy,
                trace_request_ctx=trip,
            ) as response:
                outcome = response.status
                request_id = response.headers.get("Twilio-Request-Id", "-")
                yield response
        except BadInput as error:  # a proxy that we cannot use
            outcome = "no proxy"
            raise NeverLeft(str(error)) from error
        except (_Dropped, aiohttp.ClientError, OSError) as error:
            cause = error.__cause__ if isinstance(error, _Dropped) and error.__cause__ else error
            outcome = f"{outcome} {type(cause).__name__}" if isinstance(outcome, int) else type(cause).__name__
            if trip.connected:
                raise NoAnswer(_why_no_answer(cause)) from cause
            raise NeverLeft(_why_never_left(cause, looking_up=trip.host in self._looked_up)) from cause
        finally:
            spent = (time.monotonic() - started) * 1000
            log.info("%s %s %s %.0f ms %s", method, shown_path(address), outcome, spent, request_id)

    def address(self, url: str) -> str:
        """``url`` with scheme and host replaced where they are Twilio's and a base URL is set.

        Raises GatewayError for any host that is neither Twilio's nor the base URL's.
        """
        try:
            parts = urlsplit(url)
            own = self.speaks_to(parts)
        except ValueError:
            own = False
        if not own:
            raise GatewayError("A request to a host that is not Twilio’s was held back.", transient=False)
        path = parts._replace(scheme="", netloc="", fragment="").geturl()
        return (self.base or origin(parts)) + path

    def speaks_to(self, parts: SplitResult) -> bool:
        """Whether our credentials may go there: to Twilio over https, and to the base URL."""
        return is_twilio(parts) or (self.base is not None and origin(parts) == self.base)

    async def close(self) -> None:
        """Ends the session; what is under way fails, and so does whatever is asked afterwards."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._closed:  # somebody still held on to it when other credentials came into use
            raise NeverLeft("The connection to Twilio was ended.")
        if self._session is None:
            trace = TraceConfig()
            trace.on_connection_create_end.append(_connected)
            trace.on_dns_resolvehost_start.append(self._looks_up)
            trace.on_dns_resolvehost_end.append(self._found)
            self._session = aiohttp.ClientSession(
                connector=_Connector(force_close=True, limit=32),
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[trace],
                middlewares=(_once,),
            )
        return self._session

    async def _looks_up(self, _session: Any, _context: Any, params: aiohttp.TraceDnsResolveHostStartParams) -> None:
        self._looked_up.add(params.host)

    async def _found(self, _session: Any, _context: Any, params: aiohttp.TraceDnsResolveHostEndParams) -> None:
        """Not told of a name that was not found: it stays among them until it is."""
        self._looked_up.discard(params.host)


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _Dropped from error


async def _connected(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: Any) -> None:
    """Called when TCP, the proxy's tunnel and TLS stand, before the first byte of the request."""
    context.trace_request_ctx.connected = True


def basic(username: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def shown_path(url: str) -> str:
    """The path of a URL as it may be logged: no query, no phone number, of the account's SID the last 4 digits."""
    path = urlsplit(url).path
    path = re.sub(r"\b(AC|SK)[0-9a-fA-F]{28}([0-9a-fA-F]{4})\b", r"\1…\2", path)
    return re.sub(r"(?<![0-9A-Za-z])(?:\+|%2[Bb])?\d{5,15}(\d\d)(?![0-9A-Za-z])", r"…\1", path)


def _why_never_left(error: BaseException, *, looking_up: bool = False) -> str:
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "The connection to Twilio is not safe: the certificate cannot be trusted."
        case aiohttp.ClientSSLError():
            return "No safe connection to Twilio could be made. Does this network change what passes through it?"
        case aiohttp.ClientConnectorDNSError():
            return NO_ADDRESS
        case aiohttp.ClientHttpProxyError() | aiohttp.ClientProxyConnectionError():
            return "The proxy did not let the connection to Twilio through."
        case TimeoutError() if looking_up:
            return NO_ADDRESS
        case TimeoutError():
            return "Twilio cannot be reached: nothing answers. Is this computer online?"
        case _:
            return "Twilio cannot be reached: the connection was refused or broke. Is this computer online?"


def _why_no_answer(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "Twilio did not answer in time."
    return "The connection to Twilio broke before the answer was there."
