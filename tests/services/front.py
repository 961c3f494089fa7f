"""A public address: a small proxy on a port of its own that leads to our door, and may do so wrongly."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


def same(path: str) -> str:
    return path


LATE = 10
"""Turns of the loop within which whoever is about to be let in has been."""


class Front:
    """``url`` leads to ``target`` (which may be changed, like all else). ``path`` rewrites what is asked for, query
    and all; ``answer`` answers in the target's place; ``demands`` is what an Authorization has to say. ``seen`` are the
    paths that were asked for.
    """

    def __init__(self, target: str = "") -> None:
        self.target = target
        self.path: Callable[[str], str] = same
        self.answer: web.Response | None = None
        self.demands = ""
        self.seen: list[str] = []
        self.url = ""
        self.port = 0

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
        await self._session.close()

    async def open(self) -> None:
        """Takes a port, the same one again after ``close``."""
        self._server = web.Server(self._pass)
        self._runner = web.ServerRunner(self._server, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = int(self._runner.addresses[0][1])
        self.url = f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Nobody listens there any more."""
        await self._runner.cleanup()
        for _ in range(LATE):
            await asyncio.sleep(0)
        await self._server.shutdown(0)  # closes who was let in while the others were closed

    async def _pass(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request.raw_path)
        body = await request.read()
        if self.demands and request.headers.get("Authorization") != self.demands:
            return web.Response(status=401)
        if self.answer is not None:
            return web.Response(status=self.answer.status, body=self.answer.body, content_type=self.answer.content_type)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP]
        url = URL(self.target + self.path(request.raw_path), encoded=True)
        async with self._session.request(request.method, url, data=body or None, headers=headers) as far:
            kept = [(name, value) for name, value in far.headers.items() if name.lower() not in _HOP_BY_HOP]
            if request.method == "HEAD" and "Content-Length" in far.headers:
                kept.append(("Content-Length", far.headers["Content-Length"]))
            return web.Response(status=far.status, body=await far.read(), headers=kept)
