"""An engine and a simulator, connected, for each test; and a keyring, for those that need one."""

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sms_desktop.simulator import Simulator
from tests.rig import PATIENCE, Rig, running
from tests.secretservice import SecretService, secret_service


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with running(tmp_path / "data") as rig:
        yield rig


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A Twilio by itself, for those that start an engine, or several, at times of their own."""
    simulator = Simulator(pace=0.02, seed=7)
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A real one, open and empty. Ask for it before the engine that uses it, so that it outlives that."""
    with secret_service() as started:
        started.use(monkeypatch)
        yield started
        for thread in threading.enumerate():
            if thread.name == "keyring":  # a question whose asker has ended
                thread.join(PATIENCE)
