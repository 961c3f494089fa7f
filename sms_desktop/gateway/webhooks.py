"""What Twilio calls: a small HTTP server on 127.0.0.1 that believes only what Twilio signed.

It knows no service: whoever builds it hands in the callables to be called. aiohttp's plain ``web.Server`` carries it
instead of an Application with a router: four paths need none, and it takes 8,500 requests a second instead of 7,000.
"""

import asyncio
import errno
import logging
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web
from multidict import MultiDict

from sms_desktop.domain.errors import BadInput, PortBusy, StoreError
from sms_desktop.domain.message import StatusReport
from sms_desktop.domain.reply import Answer
from sms_desktop.gateway import loopback
from sms_desktop.gateway.allowance import Allowance
from sms_desktop.gateway.door import Connection, Door
from sms_desktop.gateway.form import BadForm, Claim, Inbound, claim, inbound, parse, status_report
from sms_desktop.gateway.hosts import host_of, is_loopback
from sms_desktop.gateway.reply import HEADERS, not_allowed, plain, quotable, twiml
from sms_desktop.gateway.signature import bases, signed_over

__all__ = ["BODY_BYTES", "Inbound", "ServedFile", "WebhookServer"]

log = logging.getLogger(__name__)

BODY_BYTES = 256 * 1024
"""The largest body that is read."""
CROWDED_BYTES = 64 * 1024
"""The largest while strangers crowd the door: twice what Twilio needs for its longest text with ten pictures."""
CROWDED_CHECKS = 4
"""Addresses over which a post's signature is tried meanwhile: the one that was last right, ours with and without its
port, and one more.
"""
UNSIGNED_RATE, UNSIGNED_BURST = 50.0, 200
"""Posts that Twilio did not sign, a second and at once, from which on strangers count as a crowd."""
WORTH = 4096
"""Bytes of a body that make its post count as one more: it is their reading and checking that costs."""
LOGGED_RATE, LOGGED_BURST = 1 / 6, 20
"""Lines about them in the log, a second and at once: no stranger may push everything else out of it."""
PATIENCE = 15.0
"""Seconds for a body to arrive, which is as long as Twilio itself waits; and for the last requests to end at a stop."""
_TURNS = 8
"""Turns of the loop from accepting a connection to its waiting for a request: half as many, as measured."""
_STATUS = re.compile(r"/twilio/status/([0-9A-Za-z_-]{1,64})")
_MEDIA = re.compile(r"/media/([0-9A-Za-z_-]{1,128})/([^/]{1,200})")


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file that Twilio may fetch: where it lies, its type, and the name that the URL must end in."""

    path: Path
    content_type: str
    name: str


class WebhookServer:
    """``receive`` returns, once a message is durable, what to answer with; ``report`` takes (key, report);
    ``media`` knows the file behind a token or None; ``public_url`` is the address that Twilio was given (None: none,
    so that only this computer posts), ``other_urls`` are those before it or tried; ``account_sid`` and ``auth_token``
    are the account's; ``loopback`` knows the keys of our own tests. All are asked anew on each request. ``doubted`` is
    told of each post that was not signed, with the two identifiers that it names where they look like Twilio's; of its
    other fields nothing ever leaves this server.

    Nothing but its signature tells Twilio's post from a stranger's, so it is always tried on whatever may be one. While
    strangers crowd the door that is what names our account, as each post of Twilio's does; all else is turned away at
    the price of a look. What names it and is signed wrongly is doubted then as ever: nothing genuine is thrown away.
    """

    def __init__(
        self,
        *,
        receive: Callable[[Inbound], Awaitable[Sequence[Answer]]],
        report: Callable[[str, StatusReport], Awaitable[None]],
        media: Callable[[str], Awaitable[ServedFile | None]],
        public_url: Callable[[], str | None],
        account_sid: Callable[[], str],
        auth_token: Callable[[], str],
        loopback: Callable[[str], bool] = lambda key: False,
        other_urls: Callable[[], Sequence[str]] = lambda: (),
        doubted: Callable[[Claim | None], None] = lambda claim: None,
    ) -> None:
        self._receive = receive
        self._report = report
        self._media = media
        self._public_url = public_url
        self._account_sid, self._auth_token = account_sid, auth_token
        self._loopback, self._doubted = loopback, doubted
        self._other_urls = other_urls
        self._runner: web.ServerRunner | None = None
        self._local_url = ""
        self._last_base = ""
        self._unsigned = Allowance(UNSIGNED_RATE, UNSIGNED_BURST)
        self._logged, self._unlogged = Allowance(LOGGED_RATE, LOGGED_BURST), 0

    @property
    def local_url(self) -> str:
        """``http://127.0.0.1:PORT`` while it runs, else an empty string."""
        return self._local_url

    async def start(self, port: int) -> int:
        """Listens on 127.0.0.1; ``port`` 0 takes any. Returns the port; raises PortBusy or BadInput."""
        if not 0 <= port <= 65535:
            raise BadInput(f"{port} is not a port. Choose one between 1024 and 65535.")
        runner = web.ServerRunner(Door(self._answer), shutdown_timeout=PATIENCE)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()
        except OSError as error:
            await runner.cleanup()
            raise PortBusy(_why_busy(error, port)) from error
        self._runner = runner
        taken: int = runner.addresses[0][1]
        self._local_url = f"http://127.0.0.1:{taken}"
        return taken

    async def stop(self) -> None:
        """Takes no more; returns when what was being committed is committed and answered."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await _hang_up(runner)
            await runner.cleanup()
            self._local_url = ""

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        _connection(request).asked()
        path = request.raw_path.partition("?")[0]
        if path == "/twilio/inbound":
            return await self._posted(request, None)
        if found := _STATUS.fullmatch(path):
            return await self._posted(request, found[1])
        if not self._is_by_name(request):  # a post proves by its signature that it is for us, whatever it calls us
            return plain(421, loopback.NOTHING_HERE)
        if found := _MEDIA.fullmatch(path):
            return await self._serve(request, found[1], found[2])
        if path == "/health":
            return plain(200, "ok") if request.method == "GET" else not_allowed("GET")
        return plain(404, loopback.NOTHING_HERE)

    async def _posted(self, request: web.BaseRequest, key: str | None) -> web.StreamResponse:
        """A message (``key`` None) or a word about ours: form, signature, commit, answer, in this order."""
        if request.method != "POST":
            return not_allowed("POST")
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return plain(415, "The body is packed.")  # which Twilio never does, and a small one may be large inside
        crowded, size = self._unsigned.spent, 0
        try:
            body = await _body(request, CROWDED_BYTES if crowded else BODY_BYTES)
            if body is None:
                return plain(413, "The body is too large.")
            size = len(body)
            if crowded and not self._names_us(body):
                return plain(429, "Too many requests.")
            form = parse(request.headers.get("Content-Type", ""), body)
            ours = key is not None and key.startswith(loopback.PREFIX) and self._loopback(key)
            if not self._is_signed(request, form, None if ours or not crowded else CROWDED_CHECKS):
                self._unsigned.take(1 + size // WORTH)
                self._complain("a webhook that Twilio did not sign was turned away")
                self._doubted(claim(form))
                return plain(403, "The signature is missing or wrong.")
            _connection(request).protected = True
            if key is None:
                return twiml(await self._receive(inbound(form)))
            if key.startswith(loopback.PREFIX):
                return web.Response(status=loopback.EXPECTED if ours else loopback.STRANGE, headers=HEADERS)
            report = status_report(form)
            if report is not None:
                await self._report(key, report)
            return web.Response(status=204, headers=HEADERS)
        except BadForm as error:
            self._unsigned.take(1 + size // WORTH)
            self._complain(f"a webhook could not be read: {error}")
            return plain(400, "The body is not a form that Twilio sends.")
        except TimeoutError:
            return plain(408, "The body did not arrive in time.")
        except StoreError as error:
            log.error("a webhook could not be stored: %s", error)
            return plain(503, "It could not be stored.")
        except Exception:  # the edge: Twilio hears of a failure, never of its reason
            log.exception("a webhook failed")
            return plain(500, "It failed.")

    def _names_us(self, body: bytes) -> bool:
        """Whether it may be Twilio's, at the price of a look."""
        account_sid = self._account_sid()
        return bool(account_sid) and f"AccountSid=AC{account_sid[2:].lower()}".encode() in body

    def _is_signed(self, request: web.BaseRequest, form: MultiDict[str], most: int | None) -> bool:
        """Over an address that Twilio was given, ``most`` of them, with path and query exactly as they came."""
        headers = request.headers
        urls = (self._public_url() or self._local_url, *self._other_urls())
        tried = sorted({base: None for url in urls for base in bases(url)}, key=lambda base: base != self._last_base)
        found = signed_over(
            tried[:most], request.raw_path, form, headers.get("X-Twilio-Signature", ""), self._auth_token(),
            headers.get("X-Twilio-Webhooks-Signature-Settings"),
        )  # fmt: skip
        self._last_base = found or self._last_base
        return found is not None

    def _is_by_name(self, request: web.BaseRequest) -> bool:
        """Whether it names this computer or the public address: no page of another site in a browser here can."""
        named = [host_of(f"//{host}") for host in request.headers.getall("Host", ())]
        urls = (self._public_url(), *self._other_urls())
        return len(named) == 1 and bool(named[0]) and (
            is_loopback(named[0]) or named[0] in {host_of(url) for url in urls if url}
        )  # fmt: skip

    def _complain(self, sentence: str) -> None:
        """Logs it, or counts it where there were too many."""
        if self._logged.take():
            more, self._unlogged = self._unlogged, 0
            log.warning("%s%s", sentence, f" (and {more} more before it)" if more else "")
        else:
            self._unlogged += 1

    async def _serve(self, request: web.BaseRequest, token: str, name: str) -> web.StreamResponse:
        if request.method not in {"GET", "HEAD"}:
            return not_allowed("GET, HEAD")
        try:
            served = await self._media(token)
        except Exception:  # the edge, as above
            log.exception("a file could not be looked up")
            return plain(500, "It failed.")
        if served is None or unquote(name) != served.name:
            return plain(404, loopback.NOTHING_HERE)
        _connection(request).protected = True
        log.info("%s of a shared file, %s", request.method, served.content_type)
        return web.FileResponse(
            served.path,
            headers={
                **HEADERS,
                "Content-Type": served.content_type,
                "Content-Disposition": f'inline; filename="{quotable(served.name)}"',
                "Cache-Control": "private, no-store",
            },
        )


async def _hang_up(runner: web.ServerRunner) -> None:
    """Ends the connections on which nothing is asked, also those that were accepted in this very moment: aiohttp tells
    them once to close, and waits for the last request of those that were not ready yet to be told.
    """
    for site in list(runner.sites):
        await site.stop()
    for _ in range(_TURNS):
        await asyncio.sleep(0)
        if runner.server is not None:
            runner.server.pre_shutdown()


def _connection(request: web.BaseRequest) -> Connection:
    connection = request.protocol
    assert isinstance(connection, Connection)
    return connection


async def _body(request: web.BaseRequest, most: int) -> bytes | None:
    """The whole body, or None as soon as it is larger than ``most`` bytes.

    Raises TimeoutError when it does not come, BadForm when it breaks off.
    """
    if (request.content_length or 0) > most:
        return None
    parts = bytearray()
    try:
        if request.content.is_eof():  # nearly always: it came in the same packet as the headers
            parts += request.content.read_nowait()
        else:
            async with asyncio.timeout(PATIENCE):
                async for part in request.content.iter_any():
                    parts += part
                    if len(parts) > most:
                        return None
    except (ConnectionError, web.RequestPayloadError):
        raise BadForm("it broke off") from None
    return bytes(parts) if len(parts) <= most else None


def _why_busy(error: OSError, port: int) -> str:
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved on this computer."
    if error.errno == errno.EADDRINUSE or sys.platform == "win32":
        return f"Port {port} is in use by another program. Close that program."
    return f"Port {port} cannot be opened on this computer: {(error.strerror or 'unknown reason').lower()}."
