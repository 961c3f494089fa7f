"""Fetching media: with our credentials from Twilio alone, from whoever it redirects to without them."""

import asyncio
from email.message import Message
from typing import IO
from urllib.parse import quote, urljoin, urlsplit

from aiohttp import ClientResponse

from sms_desktop.domain.errors import GatewayError, WrongCredentials
from sms_desktop.domain.media import safe_name, size_words
from sms_desktop.gateway.gateway import Downloaded
from sms_desktop.gateway.hosts import is_loopback
from sms_desktop.gateway.wire import Wire, basic

MAX_REDIRECTS = 5
CHUNK = 256 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
"""What stays as it is in a redirect's URL; a signed one must not be written anew."""


async def download(
    wire: Wire, auth: tuple[str, str], url: str, sink: IO[bytes], limit: int, *, timeout: float
) -> Downloaded:
    """Writes what is at ``url`` to ``sink``: at most ``limit`` bytes, within ``timeout`` seconds, redirects included.

    Raises GatewayError, `transient` where it may pass later; ``sink`` may then hold a part.
    """
    try:
        async with asyncio.timeout(timeout):
            return await _follow(wire, auth, url, sink, limit, timeout=timeout)
    except TimeoutError:
        raise GatewayError("The file did not arrive in time.") from None


async def _follow(
    wire: Wire, auth: tuple[str, str], url: str, sink: IO[bytes], limit: int, *, timeout: float
) -> Downloaded:
    address, trusted = _resolve(wire, url)
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    if trusted:
        headers["Authorization"] = basic(*auth)
    for _ in range(MAX_REDIRECTS + 1):
        async with wire.exchange("GET", address, headers, total=timeout) as response:
            if response.status not in REDIRECTS:
                return await _keep(response, sink, limit, from_twilio=trusted)
            location = response.headers.get("Location", "")
        headers.pop("Authorization", None)
        trusted = False
        address, _ = _resolve(wire, location, address)
    raise GatewayError("The file is behind too many redirects.", transient=False)


def _resolve(wire: Wire, url: str, base: str = "") -> tuple[str, bool]:
    """Where to fetch ``url`` from, and whether that is Twilio. Plain http is for a simulator on this computer only."""
    try:
        url = quote(urljoin(base, url), safe=_URL_CHARACTERS)
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise _unsafe() from None
    if wire.speaks_to(parts):
        return wire.address(url), True
    at_home = wire.base is not None and is_loopback(urlsplit(wire.base).hostname or "")
    usable = host and "@" not in parts.netloc and parts.scheme == "https" and not is_loopback(host)
    if usable or (at_home and is_loopback(host) and parts.scheme in {"http", "https"}):
        return parts._replace(fragment="").geturl(), False
    raise _unsafe()


def _unsafe() -> GatewayError:
    return GatewayError("The file lies at an address that is not safe to fetch from.", transient=False)


async def _keep(response: ClientResponse, sink: IO[bytes], limit: int, *, from_twilio: bool) -> Downloaded:
    if response.status != 200:
        raise _why(response.status, from_twilio)
    too_big = GatewayError(f"The file is larger than {size_words(limit)}, so it was not fetched.", transient=False)
    if (response.content_length or 0) > limit:
        raise too_big
    size = 0
    async for chunk in response.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > limit:
            raise too_big
        await _write(sink, chunk)
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    try:
        name = header.get_filename()
    except (TypeError, ValueError, LookupError):  # what a stranger may write there is not always a name
        name = None
    return Downloaded(response.content_type, size, safe_name(name) if name else "")


async def _write(sink: IO[bytes], chunk: bytes) -> None:
    """Off the loop: a busy disk can hold a write for seconds."""
    try:
        await asyncio.to_thread(sink.write, chunk)
    except OSError as error:
        raise GatewayError(f"The file could not be saved: {(error.strerror or 'unknown reason').lower()}.") from error


def _why(status: int, from_twilio: bool) -> GatewayError:
    if status in {401, 403} and not from_twilio:
        return GatewayError("The link that Twilio gave to the file has expired.")  # the next try gets a new one
    if status == 401:
        return WrongCredentials("Twilio does not hand out the file: the Account SID or Auth Token is not right.")
    if status in {404, 410}:
        return GatewayError("Twilio no longer has this file.", transient=False)
    if status in {400, 408, 429} or status >= 500:  # the first two: a request that was cut off on its way
        return GatewayError(f"Twilio cannot hand out the file right now (HTTP {status}).")
    return GatewayError(f"Twilio does not hand out this file (HTTP {status}).", transient=False)
