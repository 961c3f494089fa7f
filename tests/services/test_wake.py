"""What is woken when a piece of work in the background has ended."""

import asyncio
import logging

import pytest

from sms_desktop.services.wake import wake_after, woken
from tests.rig import PATIENCE

log = logging.getLogger(__name__)


async def done() -> None:
    """It went well."""


async def failed() -> None:
    raise OSError("the disk is full")


@pytest.mark.parametrize("cancelled", [False, True])
async def test_work_that_ended_wakes_at_once_and_nothing_is_logged(
    cancelled: bool, caplog: pytest.LogCaptureFixture
) -> None:
    task, wake = asyncio.create_task(done()), asyncio.Event()
    if cancelled:
        task.cancel()
    await asyncio.wait([task])
    wake_after(task, wake, PATIENCE, log, "it could not be kept")
    assert wake.is_set()
    assert caplog.records == []


async def test_work_that_failed_is_logged_and_wakes_after_a_rest(caplog: pytest.LogCaptureFixture) -> None:
    task, wake = asyncio.create_task(failed()), asyncio.Event()
    await asyncio.wait([task])
    wake_after(task, wake, 0.01, log, "it could not be kept")
    assert not wake.is_set()
    assert "it could not be kept" in caplog.text and "the disk is full" in caplog.text
    async with asyncio.timeout(PATIENCE):
        await woken(wake, None)
