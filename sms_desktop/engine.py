"""The engine: everything but the window, built, started and taken down in one place."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.errors import EngineRunning, NotConfigured, PortBusy, StoreError
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.media import MediaState, wire_name
from sms_desktop.domain.receiving import WayIn
from sms_desktop.domain.routing import without_password
from sms_desktop.environment import DEFAULT_PORT, Environment
from sms_desktop.gateway.vault import Vault
from sms_desktop.paths import resources
from sms_desktop.services.clock import now
from sms_desktop.services.receiving import Outside
from sms_desktop.services.services import Services, Surroundings, build
from sms_desktop.services.uptime import Uptime
from sms_desktop.store import media
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.store import Store

if TYPE_CHECKING:
    from sms_desktop.gateway.credentials import Credentials, CredentialSource
    from sms_desktop.gateway.form import Claim
    from sms_desktop.gateway.gateway import Gateway
    from sms_desktop.gateway.webhooks import ServedFile, WebhookServer

log = logging.getLogger(__name__)

ADDRESS_NOW = "address_now"
"""The setting by which a command beside us knows where we are reached."""
PORT_RETRY = 5.0
"""Seconds between tries for a webhook port that another program holds."""
TAKE_RETRY = 0.1
"""Seconds between tries for a data directory that another process may be about to give back."""


class Engine:
    """One per data directory. ``open`` suffices to read and to write drafts; ``connect`` reaches out.

    ``root`` is the data directory that names the accounts on this computer, where ``directory`` is one of several.
    """

    def __init__(
        self,
        directory: Path,
        environment: Environment,
        *,
        demo: bool = False,
        root: Path | None = None,
        vault: Vault | None = None,
        uptime: Uptime | None = None,
        variables: Mapping[str, str] = os.environ,
    ) -> None:
        self.directory = directory
        self.environment = environment
        self.hub = Hub()
        self.store = Store(directory, self.hub.publish)
        self.services: Services = build(
            self.store,
            self.hub,
            Surroundings(
                open_gateway=self._open_gateway,
                accounts=Accounts(root or directory),
                outside=Outside(environment.public_url, environment.ngrok, directory / "ngrok"),
                vault=vault or Vault(),
                variables=variables,
                uptime=uptime or Uptime(),
            ),
            demo=demo,
        )
        self._demo = demo
        self.webhook_url: str | None = None
        self._server: WebhookServer | None = None
        self._lock: FileLock | None = None
        self._running: list[asyncio.Task[None]] = []
        self._following: asyncio.Task[None] | None = None
        self._settling: asyncio.Task[None] | None = None

    async def open(self, patience: float = 0.0) -> None:
        """Takes the directory for this process, as ``taken`` does, and opens the store. Raises EngineRunning or
        StoreError.
        """
        self._lock = await taken(self.directory, patience)
        try:
            await self.open_beside()
            with contextlib.suppress(StoreError):  # where nothing can be written, nothing is sent either
                await self.services.outbox.rehearse(self._demo or self.environment.local)
        except BaseException:
            await self.close()
            raise

    async def open_beside(self) -> None:
        """Opens the store without taking the directory, beside the process that has it."""
        await self.store.open()
        services = self.services
        await services.settings.load()
        for part in (services.lines, services.routing, services.receiving, services.account, services.catchup):
            await part.load()
        await services.registrations.load()
        await services.absence.recall()

    async def connect(self, source: "CredentialSource | None" = None, *, patient: bool) -> None:
        """Starts all that runs, with the credentials of ``source``, else of the environment and the keyring.

        Raises NotConfigured where there is no account, KeyringLocked or NoKeyring where the keyring does not give it
        out; what needs no account runs all the same then. A busy port raises PortBusy, unless ``patient``: then it is
        told through the connection and tried again and again.
        """
        await asyncio.to_thread(_import_gateway)
        account = self.services.account
        try:
            found = await account.find() if source is None else (loaded(source), CredentialHome.ENVIRONMENT)
            await account.use(*found)
        finally:
            await self.run(patient=patient)

    async def run(self, *, patient: bool) -> None:
        """Listens for webhooks and starts what runs in the background; what needs Twilio waits for an account.

        A busy port as in ``connect``.
        """
        if self._running:
            return
        services = self.services
        services.receiving.moved = self._moved
        services.receiving.settle_again = lambda: self._start(services.receiving.settle(), "way in again")
        try:
            await self._open_door()
            self._settling = self._start(services.receiving.settle(), "way in")
        except PortBusy as error:
            if not patient:
                raise
            services.connection.webhooks(str(error))
            self._start(self._listen_later(), "webhook port")
        for name in (
            "wakefulness",  # before what asks it whether the computer slept
            "absence",
            "outbox",
            "media",
            "connection",
            "neighbour",
            "catchup",
            "statuses",
            "doubts",
            "health",
            "backups",
            "consentpush",
            "registrations",
        ):
            self._start(getattr(services, name).run(), name)

    async def examine(self, *, beside: bool) -> None:
        """Makes the public address testable for a command: listens, unless the process ``beside`` us does; a tunnel is
        that process's, and is not opened for a moment's look.
        """
        services = self.services
        receiving = services.receiving
        if beside:
            url = await services.settings.get(ADDRESS_NOW, None)
            own = receiving.own_address  # with the password, if the environment has one; the keyring's comes below
            knows = receiving.state.way is WayIn.OWN and url is not None and without_password(own) == url
            receiving.assume(own if knows else url)
            if knows:
                await receiving.settle()
        elif receiving.state.way is not WayIn.NGROK:
            try:
                await self._open_door()
            except PortBusy as error:
                services.connection.webhooks(str(error))
            else:
                await receiving.settle()

    @property
    def running(self) -> bool:
        """Whether it runs in the background."""
        return bool(self._running)

    @property
    def account_sid(self) -> str | None:
        credentials = self.services.link.credentials
        return credentials.account_sid if credentials is not None else None

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
            steps.push_async_callback(self._stop_running)
            if self._server is not None:
                steps.push_async_callback(self._server.stop)
            steps.push_async_callback(self.services.receiving.close)
            steps.callback(self._hang_up)
            if self.services.receiving.restores_on_quit and self._running:
                steps.push_async_callback(self._give_back)

    async def _give_back(self) -> None:
        for sentence in await self.services.routing.part():
            log.warning("%s", sentence)

    def _hang_up(self) -> None:
        """From here on nothing more is begun with Twilio."""
        self.services.link.gateway = None

    async def _stop_running(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._running.clear()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._running = [*(running for running in self._running if not running.done()), task]
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("%s ended", task.get_name(), exc_info=error)
            self.services.connection.refuse("A part of SMS Desktop stopped. Quit and start it again; nothing is lost.")

    def _moved(self) -> None:
        """The public address has come, gone or changed: what was diverted follows; what was missed is asked for."""
        services = self.services
        services.outbox.wake()
        services.catchup.ask()
        self._start(self._note_address(), "address")
        if self._following is not None:
            self._following.cancel()
        self._following = self._start(self._follow(), "following")

    async def _follow(self) -> None:
        """What comes while the lines still lead to the former address is asked for once they do no more."""
        services = self.services
        if services.receiving.state.way is WayIn.POLLING:
            await services.routing.withdraw()
        else:
            await services.routing.follow()
        services.catchup.ask()

    async def _note_address(self) -> None:
        with contextlib.suppress(StoreError):  # only a command beside us would like to know
            url = self.services.link.public_url
            await self.services.settings.put(ADDRESS_NOW, url and without_password(url))

    def _open_gateway(self, credentials: "Credentials") -> "Gateway":
        from sms_desktop.gateway.twilio import TwilioGateway

        return TwilioGateway(credentials, self.environment.twilio_url)

    async def _open_door(self) -> None:
        await asyncio.to_thread(_import_gateway)
        from sms_desktop.gateway.webhooks import WebhookServer

        services = self.services
        services.receiving.local = self.environment.local
        self._server = WebhookServer(
            receive=services.inbox.receive,
            report=services.inbox.report,
            media=self._serve,
            public_url=lambda: services.receiving.state.public_url,  # proved or not: what Twilio posts there is genuine
            other_urls=lambda: (*services.link.tried_urls, *services.link.former_urls),
            account_sid=lambda: services.link.account_sid or "",
            auth_token=lambda: services.link.credentials.auth_token if services.link.credentials else "",
            loopback=lambda key: key in services.link.loopbacks,
            doubted=self._doubted,
        )
        await self._listen()

    def _doubted(self, claim: "Claim | None") -> None:
        self.services.connection.doubt()
        self.services.doubts.hear(claim)

    async def settled(self, seconds: float) -> None:
        """Returns once it is known how messages come in, or after so many seconds."""
        if self._settling is not None:
            await asyncio.wait({self._settling}, timeout=seconds)

    async def _listen(self) -> None:
        assert self._server is not None
        wanted, way = self.environment.webhook_port, self.services.receiving.state.way
        try:
            port = await self._server.start(DEFAULT_PORT if wanted is None else wanted)
        except PortBusy:
            if wanted is not None or way is WayIn.OWN:  # somebody forwards to just that one
                raise
            port = await self._server.start(0)
        self.webhook_url = f"http://127.0.0.1:{port}"
        self.services.connection.webhooks("")
        self.services.receiving.begin(port)

    async def _listen_later(self) -> None:
        while True:
            await asyncio.sleep(PORT_RETRY)
            try:
                await self._listen()
            except PortBusy:
                continue
            await self.services.receiving.settle()
            return

    async def _serve(self, token: str) -> "ServedFile | None":
        from sms_desktop.gateway.webhooks import ServedFile

        if token in self.services.link.loopbacks:
            return ServedFile(resources() / "demo" / "seat.jpg", "image/jpeg", "check.jpg")
        at = now()
        item = await self.store.read(lambda db: media.shared(db, token, at))
        if item is None or item.file is None or item.state is not MediaState.READY:
            return None
        name = wire_name(item.file.name, item.file.content_type)
        return ServedFile(self.store.media.path_of(item.file), item.file.content_type, name)


def take(directory: Path) -> FileLock:
    """Takes the data directory for this process, until it is released. Raises EngineRunning, StoreError."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(directory / "engine.lock", timeout=0, mode=0o600, thread_local=False)
        lock.acquire()
    except Timeout:
        raise EngineRunning("SMS Desktop is already running with this data directory.") from None
    except OSError as error:
        raise StoreError(f"The data directory {directory} cannot be written: {error.strerror or error}.") from None
    return lock


async def taken(directory: Path, patience: float) -> FileLock:
    """What ``take`` gives; who has the directory is waited for so many seconds, for they may be just ending."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        try:
            return await asyncio.to_thread(take, directory)
        except EngineRunning:
            if loop.time() >= until:
                raise
        await asyncio.sleep(TAKE_RETRY)


def loaded(source: "CredentialSource") -> "Credentials":
    """What ``source`` holds; raises NotConfigured where it holds nothing."""
    credentials = source.load()
    if credentials is None:
        raise NotConfigured("No Twilio account is set up.")
    return credentials


def _import_gateway() -> None:
    """The SDK and the HTTP stack take a quarter of a second to import: beside the loop, after the first paint."""

    import sms_desktop.gateway.twilio
    import sms_desktop.gateway.webhooks  # noqa: F401
