"""The local API of ngrok's program: asks for a public address and looks whether it is still there.

Asked directly, never through a proxy. Source: ngrok's Agent API; older programs know tunnels in place of endpoints.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp

from sms_desktop.gateway.tunnel.refusals import Refused, from_words, silent

NAME = "sms-desktop"


@dataclass(frozen=True, slots=True)
class Look:
    """``online``: ngrok is connected; ``url``: our public address, None where the program lists none."""

    online: bool
    url: str | None


class LocalApi:
    """``address`` is host:port. Close it when done."""

    def __init__(self, address: str) -> None:
        self._base = f"http://{address}/api"
        self._things = "endpoints"
        self._session = aiohttp.ClientSession()

    async def create(self, port: int, domain: str, patience: float) -> str:
        """Has ``domain``, or an address that ngrok chooses, lead to ``port`` here; the address as ngrok gives it."""
        target = f"http://127.0.0.1:{port}"
        scheme = "http" if domain.partition(":")[0] in {"localhost", "127.0.0.1"} else "https"
        endpoint: dict[str, Any] = {"name": NAME, "upstream": {"url": target}}
        tunnel: dict[str, Any] = {"name": NAME, "addr": target, "proto": "http", "schemes": ["https"]}
        if domain:
            endpoint["url"] = f"{scheme}://{domain}"
            tunnel["domain"] = domain
        status, answer = await self._ask("POST", self._things, patience, endpoint)
        if status == 404:
            self._things = "tunnels"
            status, answer = await self._ask("POST", self._things, patience, tunnel)
        if not 200 <= status < 300:
            raise _why(answer)
        return _url(answer)

    async def look(self, patience: float, *, connected: bool) -> Look:
        """How it stands, within ``patience`` seconds; ``connected`` is what holds where the API does not tell.

        Raises Refused where nothing usable is answered.
        """
        try:
            async with asyncio.timeout(patience):
                status, answer = await self._ask("GET", "status", patience)
                if status == 200 and answer.get("status"):
                    connected = answer["status"] == "online"
                status, answer = await self._ask("GET", self._things, patience)
        except TimeoutError:
            raise silent() from None
        if status != 200:
            raise silent()
        listed = answer.get(self._things) or []
        ours = [thing for thing in listed if isinstance(thing, dict) and thing.get("name") == NAME]
        return Look(connected, _url(ours[0]) or None if ours else None)

    async def close(self) -> None:
        """Ends the session."""
        await self._session.close()

    async def _ask(
        self, method: str, path: str, patience: float, body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]]:
        times = aiohttp.ClientTimeout(total=patience)
        try:
            async with self._session.request(method, f"{self._base}/{path}", json=body, timeout=times) as answer:
                if answer.status in {204, 404}:
                    return answer.status, {}
                content = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise silent() from None
        if not isinstance(content, dict):
            raise silent()
        return answer.status, content


def _url(thing: dict[str, Any]) -> str:
    """The public address of an endpoint, or of a tunnel as older programs have it; "" where there is none."""
    return str(thing.get("url") or thing.get("public_url") or "").rstrip("/")


def _why(answer: dict[str, Any]) -> Refused:
    details = answer.get("details")
    words = details.get("err") if isinstance(details, dict) else None
    return from_words(str(words or answer.get("msg") or ""))
