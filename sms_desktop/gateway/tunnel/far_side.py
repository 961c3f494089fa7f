"""What ngrok's own servers say about the public address: asked only when there is reason to doubt it."""

import asyncio

import aiohttp

from sms_desktop.domain.errors import BadInput
from sms_desktop.gateway.hosts import proxy_for

_NOBODY_SERVES = "ERR_NGROK_3200"
_TIMES = aiohttp.ClientTimeout(total=5)


async def says_offline(url: str) -> bool:
    """Whether ngrok answers there that nobody serves the address; False also where that cannot be told."""
    try:
        proxy = await asyncio.to_thread(proxy_for, url)
        async with (
            aiohttp.ClientSession(timeout=_TIMES) as session,
            session.head(url, proxy=proxy, allow_redirects=False) as answer,
        ):
            return answer.headers.get("Ngrok-Error-Code", "") == _NOBODY_SERVES
    except (BadInput, aiohttp.ClientError, TimeoutError):
        return False
