"""A computer whose clock is an hour off: its own times stand beside Twilio's."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.message import Status
from sms_desktop.services import clock
from sms_desktop.store import media
from tests.rig import LINE, SILENT, Rig, running

HOUR = timedelta(hours=1)
MOMENT = timedelta(minutes=1)


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[Rig]:
    """A desk whose clock is an hour slow, and which knows that."""
    rig = Rig(tmp_path)
    rig.simulator.clock_skew = HOUR.total_seconds()
    await rig.start()
    await rig.until(clock.is_sure, "the clocks are compared")
    yield rig
    await rig.stop()


async def test_what_a_callback_tells_of_a_message_is_told_after_it_was_sent(slow: Rig) -> None:
    message = await slow.send(SILENT, "hello")
    await slow.status(message, Status.DELIVERED)
    told = await slow.services.timeline.reports(message.id)
    assert "callback" in {report.source for report in told}
    assert [report.source for report in told if abs(report.at - clock.now()) > MOMENT] == []


async def test_a_file_asked_for_once_more_is_due_at_once(slow: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    slow.simulator.weather.turn("429", True)
    await slow.simulator.phone(SILENT).send_photo(LINE, "look")
    message = await slow.inbound("look")
    await slow.until(lambda: next((m for m in slow.messages[message.id].media if m.error), None), "an error")
    with monkeypatch.context() as patch:
        patch.setattr(slow.services.link, "gateway", None)  # nothing is fetched any more
        await slow.services.media.fetch_again(message.media[0].id)
        due = await slow.engine.store.read(media.next_due)
    assert due is not None
    assert abs(due - clock.now()) < MOMENT


async def test_what_was_written_under_a_fast_clock_leaves_after_a_restart_with_a_right_one(tmp_path: Path) -> None:
    async with running(tmp_path, online=False) as offline:
        clock.correct(HOUR)
        message = await offline.send(SILENT, "later")
        assert message.at - datetime.now(UTC) > HOUR - MOMENT
    assert clock.now() - datetime.now(UTC) < MOMENT
    async with running(tmp_path) as rig:
        await rig.status(message, Status.DELIVERED)
        assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["later"]


async def test_line_health_tells_all_its_times_by_one_clock(slow: Rig) -> None:
    """The database was checked by this computer's clock, before it was known to be slow."""
    health = await slow.services.health.check()
    [database] = [check for check in health.checks if check.key == "database"]
    assert health.checked_at is not None
    assert abs(health.checked_at - datetime.now(UTC) - HOUR) < MOMENT
    wall = clock.now().astimezone()
    told = {f"checked {(wall - MOMENT * late).strftime('%H:%M')}" for late in range(2)}
    assert any(words in database.sentence for words in told), database.sentence


def test_a_time_of_this_computer_is_put_beside_twilios_and_never_into_the_future() -> None:
    clock.correct(HOUR)
    at = datetime.now(UTC) - 2 * HOUR
    assert clock.corrected(at) == at + HOUR
    clock.correct(None)
    assert clock.corrected(datetime.now(UTC) + HOUR) <= clock.now()
