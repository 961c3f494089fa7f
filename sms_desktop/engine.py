"""The engine: everything but the window, built, started and taken down in one place."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from sms_desktop.domain.errors import EngineRunning, NotConfigured, PortBusy, StoreError
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.media import MediaState, wire_name
from sms_desktop.environment import DEFAULT_PORT, Environment
from sms_desktop.services.clock import now
from sms_desktop.services.services import Services, build
from sms_desktop.store import media
from sms_desktop.store.store import Store

if TYPE_CHECKING:
    from sms_desktop.gateway.credentials import Credentials, CredentialSource
    from sms_desktop.gateway.webhooks import ServedFile, WebhookServer

log = logging.getLogger(__name__)

PORT_RETRY = 5.0
"""Seconds between tries for a webhook port that another program holds."""


class Engine:
    """One per data directory. ``open`` suffices to read and to write drafts; ``connect`` reaches out."""

    def __init__(self, directory: Path, environment: Environment, *, demo: bool = False) -> None:
        self.directory = directory
        self.environment = environment
        self.hub = Hub()
        self.store = Store(directory, self.hub.publish)
        self.services: Services = build(self.store, self.hub, demo=demo)
        self.account_sid: str | None = None
        self.webhook_url: str | None = None
        self._server: WebhookServer | None = None
        self._lock: FileLock | None = None
        self._running: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Takes the directory for this process and opens the store. Raises EngineRunning or StoreError."""
        self._lock = await asyncio.to_thread(_take, self.directory)
        try:
            await self.store.open()
            await self.services.lines.load()
        except BaseException:
            await self.close()
            raise

    async def connect(self, source: "CredentialSource", *, patient: bool) -> None:
        """Builds the gateway, listens for webhooks, starts the outbox.

        Raises NotConfigured where ``source`` has no account. A busy port raises PortBusy, unless ``patient``: then it
        is told through the connection and tried again and again.
        """
        await asyncio.to_thread(_import_gateway)
        from sms_desktop.gateway.twilio import TwilioGateway
        from sms_desktop.gateway.webhooks import WebhookServer

        credentials = account(source)
        self.account_sid = credentials.account_sid
        self.services.link.public_url = self.environment.public_url
        self._server = WebhookServer(
            receive=self.services.inbox.receive,
            report=self.services.inbox.report,
            media=self._serve,
            public_url=lambda: self.environment.public_url,
            auth_token=lambda: credentials.auth_token,
        )
        try:
            await self._listen()
        except PortBusy as error:
            if not patient:
                raise
            self.services.connection.webhooks(str(error))
            self._start(self._listen_later(), "webhook port")
        self.services.link.gateway = TwilioGateway(credentials, self.environment.twilio_url)
        self._start(self.services.outbox.run(), "outbox")
        self._start(self.services.media.run(), "media")
        self._start(self.services.connection.run(), "connection")
        self._start(self.services.neighbour.run(), "neighbour")

    @property
    def public_url(self) -> str | None:
        return self.services.link.public_url

    async def close(self) -> None:
        """Stops taking in, lets sends under way end, closes the store, gives the directory back."""
        async with AsyncExitStack() as steps:  # last in, first out; each whatever became of the one before
            if self._lock is not None:
                steps.callback(self._lock.release)
            steps.push_async_callback(self.store.close)
            if self.services.link.gateway is not None:
                steps.push_async_callback(self.services.link.gateway.close)
                self.services.link.gateway = None
            steps.push_async_callback(self._stop_running)
            if self._server is not None:
                steps.push_async_callback(self._server.stop)

    async def _stop_running(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._running.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("%s ended", task.get_name(), exc_info=error)
            self.services.connection.refuse("A part of SMS Desktop stopped. Quit and start it again; nothing is lost.")

    async def _listen(self) -> None:
        assert self._server is not None
        wanted = self.environment.webhook_port
        port = await self._server.start(DEFAULT_PORT if wanted is None else wanted)
        self.webhook_url = f"http://127.0.0.1:{port}"
        if self.environment.public_url is None and self.environment.local:
            self.services.link.public_url = self.webhook_url
        self.services.connection.webhooks("")

    async def _listen_later(self) -> None:
        while True:
            await asyncio.sleep(PORT_RETRY)
            try:
                await self._listen()
            except PortBusy:
                continue
            self.services.outbox.wake()
            return

    async def _serve(self, token: str) -> "ServedFile | None":
        from sms_desktop.gateway.webhooks import ServedFile

        at = now()
        item = await self.store.read(lambda db: media.shared(db, token, at))
        if item is None or item.file is None or item.state is not MediaState.READY:
            return None
        name = wire_name(item.file.name, item.file.content_type)
        return ServedFile(self.store.media.path_of(item.file), item.file.content_type, name)


def _take(directory: Path) -> FileLock:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(directory / "engine.lock", timeout=0, mode=0o600, thread_local=False)
        lock.acquire()
    except Timeout:
        raise EngineRunning("SMS Desktop is already running with this data directory.") from None
    except OSError as error:
        raise StoreError(f"The data directory {directory} cannot be written: {error.strerror or error}.") from None
    return lock


def account(source: "CredentialSource") -> "Credentials":
    """What ``source`` holds; raises NotConfigured where it holds nothing."""
    credentials = source.load()
    if credentials is None:
        raise NotConfigured(
            "No Twilio account is set up. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or try the demo: --demo."
        )
    return credentials


def _import_gateway() -> None:
    """The SDK and the HTTP stack take a quarter of a second to import: beside the loop, after the first paint."""

    import sms_desktop.gateway.twilio
    import sms_desktop.gateway.webhooks  # noqa: F401
