"""The server of an account's owner, for tests: a real one on loopback that keeps what Twilio posts to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from twilio.request_validator import RequestValidator


@dataclass(frozen=True, slots=True)
class Posted:
    """One request as it came in."""

    method: str
    url: str
    form: dict[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]

    def signed_by(self, token: str) -> bool:
        signature = self.headers.get("X-Twilio-Signature", "")
        return bool(RequestValidator(token).validate(self.url, self.form, signature))


Respond = Callable[[Posted], Awaitable[web.StreamResponse]]


async def accept(posted: Posted) -> web.StreamResponse:
    return web.Response(text="<Response/>", content_type="text/xml")


class Receiver:
    """Keeps every request; `respond` may be replaced to answer otherwise."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.respond: Respond = accept
        self.files: dict[str, tuple[str, bytes]] = {}
        self.asked_for: list[tuple[str, str]] = []
        self.url = ""
        self._came = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/files/{name}", self._file)
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def count(self, number: int) -> list[Posted]:
        """Waits until that many requests have come."""
        while len(self.posted) < number:
            self._came.clear()
            await self._came.wait()
        return self.posted

    def statuses(self) -> list[str]:
        return [one.form["MessageStatus"] for one in self.posted if "MessageStatus" in one.form]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        # The signature covers the URL as it went over the wire.
        url = f"{self.url}{request.raw_path}"
        posted = Posted(request.method, url, form, request.query, request.headers)
        self.posted.append(posted)
        self._came.set()
        return await self.respond(posted)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked_for.append((request.method, name))
        if name not in self.files:
            raise web.HTTPNotFound
        content_type, data = self.files[name]
        return web.Response(body=data, headers={"Content-Type": content_type})


def twiml(body: str) -> Respond:
    """Answers every request with that document."""

    async def respond(posted: Posted) -> web.StreamResponse:
        return web.Response(text=body, content_type="text/xml")

    return respond


def status(code: int) -> Respond:
    async def respond(posted: Posted) -> web.StreamResponse:
        return web.Response(status=code)

    return respond
