"""An engine and a simulator, connected, for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rig import Rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path / "data")
    await rig.start()
    yield rig
    await rig.stop()
