"""The window's own kind of loop under every journey, and a log that must stay clean of errors."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
import qasync

from sms_desktop.app.application import make_application
from sms_desktop.services import rhythm
from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, Simulator
from tests.journeys.window.home import NGROK_TOKEN, House, at_home
from tests.journeys.window.seat import PACE
from tests.ngrok import Standin, standin
from tests.secretservice import SecretService, secret_service


def _window_loop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = qasync.QEventLoop(make_application())
    return loop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"qasync": _window_loop}


@pytest.fixture(autouse=True)
def nothing_goes_wrong_unseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    errors = [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    assert errors == []


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address Twilio is asked seldom at night, whenever the tests run."""
    monkeypatch.setattr(rhythm, "NIGHT_HOURS", ())


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated account's credentials, where the program looks for real ones; and no other settings."""
    for name in ("TWILIO_API_KEY", "TWILIO_API_SECRET", "SMS_DESKTOP_TWILIO_URL", "SMS_DESKTOP_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", DEMO_ACCOUNT_SID)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", DEMO_AUTH_TOKEN)


@pytest.fixture
async def twilio() -> AsyncIterator[Simulator]:
    simulator = Simulator(pace=PACE, seed=3)
    simulator.register_lines()
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
def ngrok(tmp_path: Path) -> Standin:
    """A stand-in that lets in one token."""
    return standin(tmp_path / "ngrok", tokens=[NGROK_TOKEN])


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """This process's, open and empty."""
    with secret_service() as service:
        service.use(monkeypatch)
        yield service


@pytest.fixture
def house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twilio: Simulator, ngrok: Standin, keyring: SecretService
) -> House:
    """``async with house() as home``; variables of the environment may be given."""
    return partial(at_home, tmp_path, monkeypatch, twilio, ngrok)
