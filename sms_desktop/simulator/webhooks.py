"""Requests that Twilio makes to the account's own server: signed, retried, limited to 15 seconds (facts §4, §5)."""

import asyncio
import base64
import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp
from yarl import URL

_log = logging.getLogger(__name__)
MOST_BYTES = 64 * 1024
Trouble = Literal["ct", "rt", "4xx", "5xx"]
_POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How patient a request is, seconds; `policy` names what is tried again, up to `retries` times."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; `body` is cut after 64 kB and one byte."""

    status: int
    content_type: str
    body: bytes = field(repr=False)

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """`ct`: no connection; `rt`: connected, and then nothing in time."""

    trouble: Literal["ct", "rt"]


class Webhooks:
    """The sender. `auth_token` gives the account's Auth Token, which signs every request."""

    def __init__(self, auth_token: Callable[[], str]) -> None:
        self._auth_token = auth_token
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        # A new connection each time: a stale one would look like a server that hung up, and a POST is not repeated.
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, headers={"User-Agent": "TwilioProxy/1.1"})

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session is not None, "The simulator is not running."
        return self._session

    async def request(
        self,
        url: str,
        method: str,
        params: Mapping[str, str],
        *,
        token: str | None = None,
        alert: Callable[[int, str], None],
    ) -> Answer | NoAnswer:
        """One request with its retries. `token` is the idempotency token, the same for all tries of one webhook."""
        ways = overrides(urlsplit(url).fragment)
        if not ways.valid:
            alert(11243, "HTTP retry policy is invalid")
        headers = {"I-Twilio-Idempotency-Token": token or secrets.token_hex(16)}
        target, auth = wire_url(url)
        body: bytes | None = None
        if method == "GET":
            target += ("&" if urlsplit(target).query else "?") + urlencode(params)
            headers["X-Twilio-Signature"] = signature(self._auth_token(), target, {})
        else:
            headers["X-Twilio-Signature"] = signature(self._auth_token(), target, params)
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            body = urlencode(params).encode()
        if auth:
            headers["Authorization"] = auth
        loop = asyncio.get_running_loop()
        deadline = loop.time() + ways.total
        for tries_left in range(ways.retries, -1, -1):
            result = await self._once(method, target, body, headers, replace(ways, total=deadline - loop.time()))
            trouble = _trouble(result)
            again = trouble is not None and bool({trouble, "all"} & ways.policy)
            if not (again and tries_left and loop.time() < deadline):
                return result
        raise AssertionError("unreachable")

    async def _once(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str], ways: Overrides
    ) -> Answer | NoAnswer:
        timeout = aiohttp.ClientTimeout(total=ways.total, sock_connect=ways.connect, sock_read=ways.read)
        url = URL(target, encoded=True)
        try:
            async with self.session.request(method, url, data=body, headers=headers, timeout=timeout) as response:
                return Answer(response.status, response.content_type, await read_limited(response, MOST_BYTES))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            return NoAnswer("ct")
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            _log.debug("A webhook had no answer: %s", type(error).__name__)
            return NoAnswer("rt")


async def read_limited(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, or its first `most` + 1 bytes, so that the caller sees that it is too long."""
    data = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > most:
            break
    return bytes(data[: most + 1])


def overrides(fragment: str) -> Overrides:
    """Reads `rc=3&rp=ct,rt&ct=2000&rt=5000&tt=9000` (times in milliseconds); what is out of range is cut to it."""
    given = dict(parse_qsl(fragment))
    ways = Overrides(
        connect=_limited(given.get("ct"), 100, 10_000, 5_000) / 1000,
        read=_limited(given.get("rt"), 100, 15_000, 15_000) / 1000,
        total=_limited(given.get("tt"), 100, 15_000, 15_000) / 1000,
        retries=_limited(given.get("rc"), 0, 5, 1),
    )
    if "rp" not in given:
        return ways
    policy = frozenset(given["rp"].split(","))
    return replace(ways, policy=policy) if policy <= _POLICIES else replace(ways, valid=False)


def wire_url(url: str) -> tuple[str, str | None]:
    """What is asked for and signed: no fragment, no user and password (they become a Basic header), the port kept."""
    parts = urlsplit(url)
    userinfo, _, host = parts.netloc.rpartition("@")
    target = urlunsplit((parts.scheme, host, parts.path or "/", parts.query, ""))
    if not target.isascii() or " " in target:
        target = str(URL(target))
    return target, "Basic " + base64.b64encode(userinfo.encode()).decode() if userinfo else None


def signature(token: str, url: str, params: Mapping[str, str]) -> str:
    """Base64 of HMAC-SHA1 over the URL and every name and value, sorted by name."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def _trouble(result: Answer | NoAnswer) -> Trouble | None:
    if isinstance(result, NoAnswer):
        return result.trouble
    if result.status >= 500:
        return "5xx"
    return "4xx" if result.status >= 400 else None


def _limited(text: str | None, least: int, most: int, default: int) -> int:
    return min(most, max(least, int(text))) if text and text.isdecimal() else default
