"""A running simulator without pauses, a server for its webhooks, and a client."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sms_desktop.simulator import SHOP_LINE, Simulator
from tests.simulator.api import Api
from tests.simulator.receiver import Receiver


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    simulator = Simulator(pace=0, seed=1)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def receiver(sim: Simulator) -> AsyncIterator[Receiver]:
    server = Receiver()
    await server.start()
    sim.set_sms_url(SHOP_LINE, f"{server.url}/inbound")
    yield server
    await sim.stop()
    await server.stop()


@pytest.fixture
async def api(sim: Simulator) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(sim, session)
