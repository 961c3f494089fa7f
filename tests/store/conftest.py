"""A store in a directory of its own, and somebody who hears what it tells."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sms_desktop.store import connect
from sms_desktop.store.opening import prepare
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests import fresh
from tests.store.recorder import Recorder


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def store(tmp_path: Path, recorder: Recorder) -> AsyncIterator[Store]:
    fresh.put(tmp_path / "data")
    store = Store(tmp_path / "data", recorder.hear)
    await store.open()
    yield store
    await store.close()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """One migrated database on this thread, for properties that are tried with hundreds of examples."""
    db = connect.writer(prepare(tmp_path_factory.mktemp("data")))
    yield db
    db.close()


@pytest.fixture
def tx(connection: Connection) -> Iterator[Tx]:
    """A transaction that leaves nothing behind."""
    driver = connect.raw(connection)
    driver.execute("BEGIN IMMEDIATE")
    yield Tx(connection)
    driver.rollback()
