"""One simulator for all commands, in fair weather for each test; and a directory for each."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sms_desktop.store.opening import prepare
from tests.journeys.commands.program import Twilio, running

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []  # ends programs with signals


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twilio]:
    errors = tmp_path_factory.mktemp("simulator") / "errors.txt"
    with running("simulator", "--port", "0", "--json", "--pace", "0.02", "--seed", "5", errors=errors) as command:
        ready = command.ready
        yield Twilio(ready["base_url"], ready["account_sid"], ready["auth_token"])
    assert (command.process.returncode, command.errors) == (0, "")


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
