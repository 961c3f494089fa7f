"""A simulator and a directory for each test."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sms_desktop.store.opening import prepare
from tests.journeys.commands.program import Twilio, simulator
from tests.secretservice import SecretService, secret_service

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []  # ends programs with signals


@pytest.fixture
def keyring() -> Iterator[SecretService]:
    """Open and empty; ``variables`` lead a command there."""
    with secret_service() as service:
        yield service


@pytest.fixture
def twilio(tmp_path: Path) -> Iterator[Twilio]:
    """A Twilio of the test's own: by its list a program learns of all that was texted a second before it began."""
    with simulator(tmp_path) as twilio:
        yield twilio


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("empty")).parent


@pytest.fixture
def data(tmp_path: Path, empty: Path) -> Path:
    """A data directory without messages; made once and copied, for making one takes half a second."""
    return shutil.copytree(empty, tmp_path / "data")
