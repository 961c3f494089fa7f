"""The whole engine against the whole simulator, over sockets, in one process; journeys and service tests ride on it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.events import (
    CatchUpChanged,
    ConnectionChanged,
    ConversationChanged,
    HealthChanged,
    LinesChanged,
    MessageAdded,
    MessageChanged,
    OutboxChanged,
    ReceivingChanged,
)
from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.vault import Vault
from sms_desktop.services import clock
from sms_desktop.services.catchup import CatchUp
from sms_desktop.services.services import Services
from sms_desktop.simulator import Simulator
from tests import fresh

E = TypeVar("E")

LINE = "+12125550100"
TOLL_FREE = "+18885550144"
ANSWERS = "+14155550110"
SILENT = "+14155550111"
PICTURE = "+14155550112"
SAYS_STOP = "+14155550113"
LANDLINE = "+14155550114"
FILTERED = "+14155550115"
PHONE_OFF = "+14155550116"
PHONE_OFF = "+14155550116"
YOURS = "+14155550132"

LISTS = CatchUp.run
PATIENCE = 15.0
"""Seconds that a fact may take to come about on a busy machine before a test gives up on it."""
TICK = 0.05
"""Seconds after which a fact is asked for again that no event of ours tells, such as what stands at Twilio."""
HEARD = (
    MessageAdded, MessageChanged, ConversationChanged, ConnectionChanged, OutboxChanged, ReceivingChanged,
    HealthChanged, LinesChanged, CatchUpChanged,
)  # fmt: skip


class Known:
    """Credentials that are simply there."""

    def __init__(self, credentials: Credentials | None) -> None:
        self._credentials = credentials

    def load(self) -> Credentials | None:
        return self._credentials


class Rig:
    """``start`` it, act through ``services`` and ``simulator``, wait with ``until``, ``stop`` it.

    ``environment``, ``vault`` and ``variables`` are what the engine is given; where the environment names neither
    Twilio nor a port, it is the simulator and any free one.
    """

    def __init__(
        self,
        directory: Path,
        simulator: Simulator | None = None,
        *,
        environment: Environment | None = None,
        vault: Vault | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.directory = directory
        self.environment = environment or Environment()
        self.vault, self.variables = vault, variables or {}
        self.simulator = simulator or Simulator(pace=0.02, seed=7)
        self._own_simulator = simulator is None
        self.engine: Engine
        self.messages: dict[str, Message] = {}
        self.events: list[object] = []
        self._heard = asyncio.Event()
        self._rounds = 0  # under way
        self._over = 0  # since the engine was opened

    @property
    def services(self) -> Services:
        return self.engine.services

    async def start(self, *, online: bool = True, rested: bool = True) -> None:
        """Opens the engine; ``online`` also starts the simulator and connects to it, as ``connect`` does."""
        if online and self._own_simulator:
            await self.simulator.start()
        await self.open(self.simulator.base_url if online else "http://127.0.0.1:9")
        if online:
            await self.connect(rested=rested)

    async def open(self, url: str) -> None:
        """Opens the engine for a Twilio at ``url``; nothing runs."""
        await asyncio.to_thread(fresh.put, self.directory)
        port = self.environment.webhook_port or 0
        environment = replace(self.environment, twilio_url=self.environment.twilio_url or url, webhook_port=port)
        self.engine = Engine(self.directory, environment, vault=self.vault, variables=self.variables)
        for kind in HEARD:
            self.engine.hub.subscribe(kind, self._hear)
        self._count_rounds()
        await self.engine.open()

    async def connect(self, *, routed: bool = True, rested: bool = True) -> None:
        """Connects the opened engine and, if ``routed``, has the simulator post inbound texts to it; ``rested``: the
        first rounds are over then.
        """
        account = self.simulator.account
        await self.engine.connect(Known(Credentials(account.sid, account.auth_token)), patient=False)
        if not routed:
            return
        self.route_inbound()
        with contextlib.suppress(GatewayError):  # in bad weather the next round does
            await self.services.routing.look()  # what comes here by itself need not be asked for every few seconds
        if rested and CatchUp.run is LISTS:  # else a test has put nothing, or something of its own, in its place
            await self.rest()

    async def rest(self) -> None:
        """Waits until the rounds that are under way are over."""
        await self.until(self._is_quiet, "no round is under way")

    def _is_quiet(self) -> bool:
        """No round asks for the list, which would give a text sooner than its webhook, and in whole seconds."""
        engine, catchup = self.engine, self.services.catchup
        starting = (engine._settling, engine._following)
        return bool(
            self._over
            and (catchup.progress.lines or catchup.progress.waiting)
            and all(task is None or task.done() for task in starting)
            and not catchup._wake.is_set()
            and not self._rounds
        )

    def _count_rounds(self) -> None:
        catchup = self.services.catchup
        one, self._over = catchup._round, 0

        async def counted() -> timedelta:
            self._rounds += 1
            try:
                return await one()
            finally:
                self._rounds -= 1
                self._over += 1
                self._heard.set()

        catchup._round = counted  # type: ignore[method-assign]

    def route_inbound(self) -> None:
        for line in (LINE, TOLL_FREE):
            self.simulator.set_sms_url(line, f"{self.engine.webhook_url}/twilio/inbound")

    async def stop(self) -> None:
        await self.engine.close()
        clock.correct(None)
        if self._own_simulator:
            await self.simulator.stop()

    def _hear(self, event: object) -> None:
        if isinstance(event, MessageAdded | MessageChanged):
            self.messages[event.message.id] = event.message
        self.events.append(event)
        self._heard.set()

    async def until(self, fact: Callable[[], E | None], what: str = "") -> E:
        """Waits for ``fact`` to give something true; asked again after every event, and every ``TICK``."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := fact()):
                    self._heard.clear()
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(TICK):
                            await self._heard.wait()
        except TimeoutError:
            told = "\n".join(str(event) for event in self.events[-8:])
            raise AssertionError(f"it did not come about: {what}\nlast events:\n{told}") from None
        return found

    async def status(self, message: Message, *wanted: Status) -> Message:
        """Waits until ``message`` has one of the statuses."""

        def reached() -> Message | None:
            now = self.messages.get(message.id)
            return now if now is not None and now.status in wanted else None

        return await self.until(reached, f"{message.id} {wanted}")

    async def inbound(self, body: str) -> Message:
        """Waits for an inbound message with that body."""

        def arrived() -> Message | None:
            inbound = (m for m in self.messages.values() if m.direction is Direction.INBOUND and m.body == body)
            return next(inbound, None)

        return await self.until(arrived, f"inbound {body!r}")

    async def send(self, peer: str, body: str, line: str = LINE) -> Message:
        conversation = await self.services.conversations.open(line, peer)
        return await self.services.outbox.submit(conversation.id, body)


@contextlib.asynccontextmanager
async def running(
    directory: Path, simulator: Simulator | None = None, *, online: bool = True, rested: bool = True
) -> AsyncIterator[Rig]:
    """A started rig on what lies in ``directory``, stopped afterwards, whatever comes of it."""
    rig = Rig(directory, simulator)
    await rig.start(online=online, rested=rested)
    try:
        yield rig
    finally:
        await rig.stop()
