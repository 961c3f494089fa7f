"""What every test may ask for, and what is heard in every test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import plainly

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
plainly.watch()


@pytest.fixture(autouse=True)
def only_sqlite_opens_a_database_that_is_in_use() -> Iterator[None]:
    yield
    assert plainly.taken() == []


@pytest.fixture(scope="session")
def shared() -> Path:
    """Twilio's published schemas and the test vectors, which live beside the checkout."""
    folder = Path(__file__).resolve().parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder with Twilio's schemas and the test vectors is not beside this checkout")
    return folder
