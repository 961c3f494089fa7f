"""One simulator for all commands, in fair weather for each test; and a directory for each."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sms_desktop.store.opening import prepare
from tests.journeys.commands.program import Twilio, running
from tests.secretservice import SecretService, secret_service

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []  # ends programs with signals


@contextmanager
def _simulator(folder: Path) -> Iterator[Twilio]:
    arguments = ("simulator", "--port", "0", "--json", "--pace", "0.02", "--seed", "5")
    with running(*arguments, errors=folder / "errors.txt") as command:
        ready = command.ready
        yield Twilio(ready["base_url"], ready["account_sid"], ready["auth_token"])
    assert (command.process.returncode, command.errors) == (0, "")


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twilio]:
    with _simulator(tmp_path_factory.mktemp("simulator")) as twilio:
        yield twilio


@pytest.fixture(scope="module")
def own_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twilio]:
    """One for a module alone, whose account it may change."""
    with _simulator(tmp_path_factory.mktemp("own")) as twilio:
        yield twilio


@pytest.fixture
def keyring() -> Iterator[SecretService]:
    """Open and empty; ``variables`` lead a command there."""
    with secret_service() as service:
        yield service


@pytest.fixture
def twilio(simulator: Twilio) -> Iterator[Twilio]:
    yield simulator
    simulator.fair_weather()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("empty")).parent


@pytest.fixture
def data(tmp_path: Path, empty: Path) -> Path:
    """A data directory without messages; made once and copied, for making one takes half a second."""
    return shutil.copytree(empty, tmp_path / "data")
