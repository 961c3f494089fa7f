"""A webhook server on a real socket, with callables that keep what they were told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import aiohttp
import pytest

from sms_desktop.domain.message import StatusReport
from sms_desktop.domain.reply import Answer
from sms_desktop.gateway.form import Claim
from sms_desktop.gateway.webhooks import Inbound, ServedFile, WebhookServer
from tests.gateway.signing import ACCOUNT, TOKEN, Pairs, encoded, sign

FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass
class Desk:
    """A running server and what it was told; ``replies``, ``trouble``, ``public`` and ``others`` steer it."""

    client: aiohttp.ClientSession
    url: str = ""
    received: list[Inbound] = field(default_factory=list)
    reports: list[tuple[str, StatusReport]] = field(default_factory=list)
    files: dict[str, ServedFile] = field(default_factory=dict)
    replies: Sequence[Answer] = ()
    trouble: Exception | None = None
    public: str | None = None
    token: str = TOKEN
    others: Sequence[str] = ()
    doubts: list[Claim | None] = field(default_factory=list)
    loopbacks: set[str] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    may_commit: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_commit.set()
        self.server = WebhookServer(
            receive=self._receive,
            report=self._report,
            media=self._media,
            public_url=lambda: self.public,
            account_sid=lambda: ACCOUNT,
            auth_token=lambda: self.token,
            loopback=lambda key: key in self.loopbacks,
            other_urls=lambda: self.others,
            doubted=self.doubts.append,
        )

    async def _receive(self, inbound: Inbound) -> Sequence[Answer]:
        self.arrived.set()
        await self.may_commit.wait()
        if self.trouble is not None:
            raise self.trouble
        self.received.append(inbound)
        return self.replies

    async def _report(self, key: str, report: StatusReport) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.reports.append((key, report))

    async def _media(self, token: str) -> ServedFile | None:
        if self.trouble is not None:
            raise self.trouble
        return self.files.get(token)

    async def post(
        self, path: str, pairs: Pairs, *, signature: str | None = None, base: str = ""
    ) -> tuple[int, str, str]:
        """Signs over ``base`` (default: where it really listens) and posts; gives status, type and text."""
        headers = {"Content-Type": FORM}
        signature = sign((base or self.url) + path, pairs) if signature is None else signature
        if signature:
            headers["X-Twilio-Signature"] = signature
        return await self.post_raw(path, encoded(pairs), headers)

    async def post_raw(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
        async with self.client.post(self.url + path, data=body, headers=headers) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), await answer.text()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession(auto_decompress=False) as client:
        desk = Desk(client)
        desk.url = f"http://127.0.0.1:{await desk.server.start(0)}"
        yield desk
        await desk.server.stop()
