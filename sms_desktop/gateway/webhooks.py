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
from twilio.request_validator import RequestValidator, get_signature_algorithm

from sms_desktop.domain.errors import BadInput, PortBusy, StoreError
from sms_desktop.domain.message import StatusReport
from sms_desktop.gateway import loopback
from sms_desktop.gateway.form import BadForm, Inbound, inbound, parse, status_report
from sms_desktop.gateway.public_address import signed_base
from sms_desktop.gateway.reply import HEADERS, not_allowed, plain, quotable, twiml

__all__ = ["BODY_BYTES", "Inbound", "ServedFile", "WebhookServer", "genuine"]

log = logging.getLogger(__name__)

BODY_BYTES = 256 * 1024
"""The largest body that is read."""
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
    """``receive`` returns, once a message is durable, the texts to answer with; ``report`` takes (key, report);
    ``media`` knows the file behind a token or None; ``public_url`` is the address that Twilio was given (None: none,
    so that only this computer posts), ``other_urls`` are those before it or tried; ``auth_token`` is the account's;
    ``loopback`` knows the keys of our own tests. All are asked anew on each request.
    """

    def __init__(
        self,
        *,
        receive: Callable[[Inbound], Awaitable[Sequence[str]]],
        report: Callable[[str, StatusReport], Awaitable[None]],
        media: Callable[[str], Awaitable[ServedFile | None]],
        public_url: Callable[[], str | None],
        auth_token: Callable[[], str],
        loopback: Callable[[str], bool] = lambda key: False,
        other_urls: Callable[[], Sequence[str]] = lambda: (),
        doubted: Callable[[], None] = lambda: None,
    ) -> None:
        self._receive = receive
        self._report = report
        self._media = media
        self._public_url = public_url
        self._auth_token = auth_token
        self._loopback, self._doubted = loopback, doubted
        self._other_urls = other_urls
        self._runner: web.ServerRunner | None = None
        self._local_url = ""

    @property
    def local_url(self) -> str:
        """``http://127.0.0.1:PORT`` while it runs, else an empty string."""
        return self._local_url

    async def start(self, port: int) -> int:
        """Listens on 127.0.0.1; ``port`` 0 takes any. Returns the port; raises PortBusy or BadInput."""
        if not 0 <= port <= 65535:
            raise BadInput(f"{port} is not a port. Choose one between 1024 and 65535.")
        runner = web.ServerRunner(
            web.Server(self._answer, access_log=None, lingering_time=2.0), shutdown_timeout=PATIENCE
        )
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
        path = request.raw_path.partition("?")[0]
        if path == "/twilio/inbound":
            return await self._posted(request, None)
        if found := _STATUS.fullmatch(path):
            return await self._posted(request, found[1])
        if found := _MEDIA.fullmatch(path):
            return await self._serve(request, found[1], found[2])
        if path == "/health":
            return plain(200, "ok") if request.method == "GET" else not_allowed("GET")
        return plain(404, loopback.NOTHING_HERE)

    async def _posted(self, request: web.BaseRequest, key: str | None) -> web.StreamResponse:
        """A message (``key`` None) or a word about ours: form, signature, commit, answer, in this order."""
        if request.method != "POST":
            return not_allowed("POST")
        try:
            body = await _body(request)
            if body is None:
                return plain(413, "The body is too large.")
            form = parse(request.headers.get("Content-Type", ""), body)
            if not self._is_signed(request, form):
                log.warning("a webhook that Twilio did not sign was turned away")
                self._doubted()
                return plain(403, "The signature is missing or wrong.")
            if key is None:
                return twiml(await self._receive(inbound(form)))
            if key.startswith(loopback.PREFIX):
                status = loopback.EXPECTED if self._loopback(key) else loopback.STRANGE
                return web.Response(status=status, headers=HEADERS)
            report = status_report(form)
            if report is not None:
                await self._report(key, report)
            return web.Response(status=204, headers=HEADERS)
        except BadForm as error:
            log.warning("a webhook could not be read: %s", error)
            return plain(400, "The body is not a form that Twilio sends.")
        except TimeoutError:
            return plain(408, "The body did not arrive in time.")
        except StoreError as error:
            log.error("a webhook could not be stored: %s", error)
            return plain(503, "It could not be stored.")
        except Exception:  # the edge: Twilio hears of a failure, never of its reason
            log.exception("a webhook failed")
            return plain(500, "It failed.")

    def _is_signed(self, request: web.BaseRequest, form: MultiDict[str]) -> bool:
        """Over an address that Twilio was given, with path and query exactly as they came over the wire."""
        headers = request.headers
        signature, token = headers.get("X-Twilio-Signature", ""), self._auth_token()
        algorithm = get_signature_algorithm(headers.get("X-Twilio-Webhooks-Signature-Settings"))
        return any(
            genuine(signed_base(url) + request.raw_path, form, signature, token, algorithm)
            for url in (self._public_url() or self._local_url, *self._other_urls())
        )

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


def genuine(url: str, params: MultiDict[str] | str, signature: str, token: str, algorithm: str = "HMAC_SHA1") -> bool:
    """Whether Twilio signed this: ``url`` as it called it, ``params`` the form's fields or a JSON body as text.

    An empty token signs nothing. URLs that cannot be parsed or encoded are nobody's.
    """
    if not token or not signature:
        return False
    try:
        return bool(RequestValidator(token).validate(url, params, signature, algorithm))
    except ValueError:
        return False


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


async def _body(request: web.BaseRequest) -> bytes | None:
    """The whole body, or None as soon as it is larger than what is read.

    Raises TimeoutError when it does not come, BadForm when it breaks off or cannot be unpacked.
    """
    if (request.content_length or 0) > BODY_BYTES:
        return None
    parts = bytearray()
    try:
        if request.content.is_eof():  # nearly always: it came in the same packet as the headers
            parts += request.content.read_nowait()
        else:
            async with asyncio.timeout(PATIENCE):
                async for part in request.content.iter_any():
                    parts += part
                    if len(parts) > BODY_BYTES:
                        return None
    except (ConnectionError, web.RequestPayloadError):
        raise BadForm("it broke off") from None
    return bytes(parts) if len(parts) <= BODY_BYTES else None


def _why_busy(error: OSError, port: int) -> str:
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved on this computer. Choose one above 1023."
    if error.errno == errno.EADDRINUSE or sys.platform == "win32":
        return f"Port {port} is in use by another program. Close it, or choose another port."
    return f"Port {port} cannot be opened on this computer: {(error.strerror or 'unknown reason').lower()}."
