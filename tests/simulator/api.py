"""A bare HTTP client of the simulated API, for tests that look at the answers themselves."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from sms_desktop.simulator import SHOP_LINE, Simulator

SILENT = "+14155550111"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `data` is the JSON object, or empty."""

    status: int
    headers: Mapping[str, str]
    data: dict[str, Any]
    body: bytes

    @property
    def code(self) -> int | None:
        found = self.data.get("code")
        return int(found) if found is not None else None


def basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


class Api:
    """`path` is what follows the account; a full path starts with a slash."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        self.simulator = simulator
        self._session = session
        self.credentials = (simulator.account.sid, simulator.account.auth_token)
        self.root = f"/2010-04-01/Accounts/{simulator.account.sid}"

    async def request(
        self,
        method: str,
        path: str,
        form: list[tuple[str, str]] | dict[str, str] | None = None,
        *,
        json: object = None,
        timeout: float = 10.0,
    ) -> Reply:
        url = self.simulator.base_url + (path if path.startswith("/") else f"{self.root}/{path}")
        headers = {"Authorization": basic(*self.credentials)}
        limit = aiohttp.ClientTimeout(total=timeout)
        sent = self._session.request(
            method, url, data=form, json=json, headers=headers, allow_redirects=False, timeout=limit
        )
        async with sent as response:
            body = await response.read()
            data = await response.json() if response.content_type == "application/json" else {}
            return Reply(response.status, response.headers, data, body)

    async def get(self, path: str) -> Reply:
        return await self.request("GET", path)

    async def post(self, path: str, form: list[tuple[str, str]] | dict[str, str]) -> Reply:
        return await self.request("POST", path, form)

    async def delete(self, path: str) -> Reply:
        return await self.request("DELETE", path)

    async def send(self, to: str = SILENT, body: str = "Hello", **more: str) -> Reply:
        return await self.post("Messages.json", {"To": to, "From": SHOP_LINE, "Body": body, **more})
