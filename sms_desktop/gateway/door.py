"""The connections at the door: how many, how long they may take, and which goes when there are too many.

Whatever comes through a tunnel or a proxy comes from 127.0.0.1, Twilio's posts and a stranger's alike, so nobody can be
told apart by address. What tells them apart is a signature: who has shown one is never dropped while it is answered,
and of all others the one that has been quiet longest makes room. So there is always room for Twilio's next post.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sms_desktop.gateway.reply import plain

MOST = 256
"""Connections at a time: some ten times what Twilio opens for the busiest line."""
HEAD_PATIENCE = 10.0
"""Seconds from a connection, or from the first byte of a further request, to the end of its headers."""
IDLE = 300.0
"""Seconds that a connection may be kept without a request: longer than proxies keep theirs, so that they end it and
never post into one that we are ending."""
EVERY = 1.0
"""Seconds between looks for those that take too long."""
LINE_BYTES = FIELD_BYTES = 4096
FIELDS = 64
"""Bytes of the request line and of one header, and how many headers there may be: Twilio and a proxy need a third."""


class Connection(web.RequestHandler):
    """One connection. ``protected`` while what Twilio signed (or asked for by its token) is answered on it."""

    __slots__ = ("_asking", "_begun", "_door", "_since", "protected")

    def __init__(self, door: "Door", *, loop: asyncio.AbstractEventLoop, **limits: Any) -> None:
        super().__init__(door, loop=loop, **limits)
        self._door = door
        self.protected = False
        self._asking = False
        self._since = loop.time()
        self._begun: float | None = self._since

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._door.enter(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._door.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._asking and self._begun is None:
            self._begun = self._door.now()
        super().data_received(data)

    def asked(self) -> None:
        """Its headers are there."""
        self._asking, self._begun = True, None

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._asking = self.protected = False
            self._since = self._door.now()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What is no HTTP is told so, and nothing more; aiohttp would repeat it, name itself, and log it whole."""
        if request.writer.output_size > 0:
            raise ConnectionError("the answer had begun")
        answer = plain(status, "It failed." if status >= 500 else "That cannot be read.")
        answer.force_close()
        return answer

    @property
    def quiet_since(self) -> float:
        return self._since

    def is_late(self, now: float) -> bool:
        """Whether its headers should have ended by now."""
        return self._begun is not None and now - self._begun > HEAD_PATIENCE

    def drop(self) -> None:
        """Ends it at once."""
        if self.transport is not None:
            self.transport.abort()


class Door(web.Server):
    """aiohttp's server with bounded connections. ``answer`` is given the requests whose headers are whole; their bodies
    are never unpacked, which aiohttp would do on the loop for any path, and before anybody has asked who sent them.
    """

    def __init__(self, answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        super().__init__(answer)
        self._running = asyncio.get_running_loop()
        self._open: dict[Connection, None] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    def __call__(self) -> web.RequestHandler:
        return Connection(
            self, loop=self._running, access_log=None, lingering_time=2.0, keepalive_timeout=IDLE,
            max_line_size=LINE_BYTES, max_field_size=FIELD_BYTES, max_headers=FIELDS, auto_decompress=False,
        )  # fmt: skip

    def now(self) -> float:
        return self._running.time()

    def enter(self, connection: Connection) -> None:
        """Where there are too many, the one that has been quiet longest goes; the new one, where all are needed."""
        self._open[connection] = None
        if len(self._open) > MOST:
            spare = (one for one in self._open if one is not connection and not one.protected)
            self._drop(min(spare, key=lambda one: one.quiet_since, default=connection))
        if self._sweeping is None:
            self._sweeping = self._running.call_later(EVERY, self._sweep)

    def leave(self, connection: Connection) -> None:
        self._open.pop(connection, None)
        if not self._open:
            self.rest()

    def rest(self) -> None:
        """Nobody is there any more to be looked after."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None

    def _sweep(self) -> None:
        now = self.now()
        for connection in [one for one in self._open if one.is_late(now)]:
            self._drop(connection)
        self._sweeping = self._running.call_later(EVERY, self._sweep) if self._open else None

    def _drop(self, connection: Connection) -> None:
        self._open.pop(connection, None)
        connection.drop()
