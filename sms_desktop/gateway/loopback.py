"""Calling ourselves by our public address, as Twilio would: a signed post that only our own door can answer rightly."""

import asyncio
import base64
import hmac
import secrets
import time

import aiohttp
from yarl import URL

from sms_desktop.domain.errors import BadInput, GatewayError
from sms_desktop.gateway.hosts import proxy_for
from sms_desktop.gateway.public_address import callback_url, signed_base
from sms_desktop.gateway.wire import basic

PREFIX = "loopback-"
"""Keys of status callbacks that begin like this are our own tests; no message has such a key."""
PICTURE = "check.jpg"
"""The name of the picture that such a test may fetch."""
EXPECTED, STRANGE = 204, 202
"""What our door answers to a test of its own, and to one that another desk with the same account has begun."""
NOTHING_HERE = "There is nothing here."
"""What our door says of paths that it does not know."""
PATIENCE = 15.0
"""Seconds, as long as Twilio itself waits."""


def new_key() -> str:
    """A key that nobody can guess."""
    return PREFIX + secrets.token_hex(16)


async def post_signed(public: str, key: str, account_sid: str, auth_token: str, *, beside: bool = False) -> int:
    """Posts a callback about ``key`` to ``public`` as Twilio does; how many milliseconds the answer took.

    ``beside``: the door is another process's with the same account. Raises GatewayError with a sentence for whatever
    else answers, or nobody.
    """
    url = callback_url(public, key).partition("#")[0]
    signed = signed_base(public) + f"/twilio/status/{key}"
    form = {"AccountSid": account_sid, "MessageSid": "SM" + secrets.token_hex(16), "MessageStatus": "sent"}
    text = signed + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.digest(auth_token.encode(), text.encode(), "sha1")).decode()
    started = time.monotonic()
    status, answer = await _call("POST", url, {"X-Twilio-Signature": signature}, form)
    if status == EXPECTED or (beside and status == STRANGE):
        return round((time.monotonic() - started) * 1000)
    if status == STRANGE:
        raise GatewayError("Another SMS Desktop with the same account answers at the public address.")
    if status == 403:
        raise GatewayError(
            "The public address leads here, but what comes through it is changed on the way, so that Twilio’s "
            "signature does not fit. It must be the very address that is called, https or not, and the port the same."
        )
    if status == 404 and answer == NOTHING_HERE:
        raise GatewayError(
            "The public address leads to this computer, but the path is changed on the way. Enter it as Twilio is to "
            "call it, and have whatever forwards it pass on all that follows, and no more."
        )
    if "ERR_NGROK" in answer:
        raise GatewayError("ngrok answers, but not this computer.")
    raise GatewayError(f"Another program answers at the public address (HTTP {status}).")


async def fetch_head(url: str) -> tuple[int, str, int]:
    """Asks for a picture as Twilio would: HTTP status, content type, size in bytes. Raises GatewayError."""
    parts = URL(url, encoded=True)
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.head(
                parts.with_user(None), headers=_userinfo(parts), timeout=aiohttp.ClientTimeout(PATIENCE),
                proxy=await _proxy(url), allow_redirects=False,
            ) as response,
        ):  # fmt: skip
            return response.status, response.content_type, response.content_length or 0
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise GatewayError(_why(error)) from error


async def _call(method: str, url: str, headers: dict[str, str], form: dict[str, str]) -> tuple[int, str]:
    parts = URL(url, encoded=True)
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(
                method, parts.with_user(None), data=form, headers=headers | _userinfo(parts),
                timeout=aiohttp.ClientTimeout(PATIENCE), proxy=await _proxy(url), allow_redirects=False,
            ) as response,
        ):  # fmt: skip
            return response.status, (await response.content.read(4096)).decode(errors="replace")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise GatewayError(_why(error)) from error


def _userinfo(url: URL) -> dict[str, str]:
    return {"Authorization": basic(url.user, url.password or "")} if url.user else {}


async def _proxy(url: str) -> str | None:
    try:
        return await asyncio.to_thread(proxy_for, url)  # some systems ask the network for it
    except BadInput:
        return None


def _why(error: BaseException) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "The public address is not known on the internet. Is its name right?"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return "The public address has no certificate that Twilio would trust."
        case TimeoutError():
            return "Nothing answers at the public address."
        case _:
            return "The public address cannot be reached: the connection was refused or broke."
