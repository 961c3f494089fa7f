"""An engine and a simulator, connected, for each test; and a keyring, for those that need one."""

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sms_desktop.services import catchup
from tests.rig import PATIENCE, Rig, running
from tests.secretservice import SecretService, secret_service


@pytest.fixture(autouse=True)
def no_long_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Twilio's list does not answer, or nobody asks for it, what waits leaves after a moment."""
    monkeypatch.setattr(catchup, "BEHIND", 1.0)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with running(tmp_path / "data") as rig:
        yield rig


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """A real one, open and empty. Ask for it before the engine that uses it, so that it outlives that."""
    with secret_service() as started:
        started.use(monkeypatch)
        yield started
        for thread in threading.enumerate():
            if thread.name == "keyring":  # a question whose asker has ended
                thread.join(PATIENCE)
