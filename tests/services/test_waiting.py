"""What waits to leave: it can be canceled or undone until it goes, and outlives a crash."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.message import Status
from sms_desktop.services import clock
from sms_desktop.services.outbox import Remaining
from tests.rig import LINE, SILENT, YOURS, Rig, running
from tests.services.hours import set_outbox

LONG = 30.0


async def test_what_waits_can_be_canceled_and_never_leaves(tmp_path: Path) -> None:
    async with running(tmp_path, online=False) as offline:
        first, second = await offline.send(SILENT, "first"), await offline.send(SILENT, "second")
        gone = await offline.services.outbox.cancel(first.id)
        assert gone.status is Status.CANCELED
        with pytest.raises(BadInput):
            await offline.services.outbox.cancel(first.id)
    async with running(tmp_path) as rig:
        await rig.status(second, Status.DELIVERED)
        assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["second"]


async def test_what_twilio_cannot_take_yet_can_be_canceled_while_it_waits_for_its_next_try(rig: Rig) -> None:
    rig.simulator.weather.turn("429", True)
    message = await rig.send(SILENT, "too busy")
    await rig.until(lambda: rig.messages[message.id].updated_at != message.updated_at, "it was tried")
    await rig.until(lambda: rig.messages[message.id].waits, "it waits again")
    await rig.services.outbox.cancel(message.id)
    rig.simulator.weather.clear()
    rig.services.outbox.hurry()
    after = await rig.send(SILENT, "after it")
    await rig.status(after, Status.DELIVERED)
    assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["after it"]


async def test_what_left_cannot_be_taken_back(rig: Rig) -> None:
    message = await rig.send(SILENT, "gone")
    await rig.status(message, Status.DELIVERED)
    for taking_back in (rig.services.outbox.cancel, rig.services.outbox.undo):
        with pytest.raises(BadInput):
            await taking_back(message.id)


async def test_what_is_undone_is_written_again_and_what_comes_after_it_goes(rig: Rig) -> None:
    conversation = await rig.services.conversations.open(LINE, SILENT)
    message = await rig.services.outbox.submit(conversation.id, "too soon", hold=LONG)
    behind = await rig.services.outbox.submit(conversation.id, "after it")
    other = await rig.send(YOURS, "nobody holds this up")
    await rig.status(other, Status.DELIVERED)
    assert rig.messages[behind.id].status is Status.QUEUED  # order is kept
    await rig.services.outbox.undo(message.id)
    await rig.status(behind, Status.DELIVERED)
    draft = await rig.services.drafts.load(conversation.id)
    assert draft is not None and draft.body == "too soon"
    assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["after it"]


async def test_what_is_kept_back_goes_when_its_time_is_over(rig: Rig) -> None:
    conversation = await rig.services.conversations.open(LINE, SILENT)
    message = await rig.services.outbox.submit(conversation.id, "on second thought, yes", hold=0.4)
    assert message.held_until is not None
    sent = await rig.status(message, Status.DELIVERED)
    reports = await rig.services.timeline.reports(sent.id)
    assert reports[0].at >= message.held_until


async def test_what_is_kept_back_outlives_a_crash_and_goes_after_it(tmp_path: Path) -> None:
    async with running(tmp_path, online=False) as crashed:
        conversation = await crashed.services.conversations.open(LINE, SILENT)
        message = await crashed.services.outbox.submit(conversation.id, "hold on", hold=0.5)
    async with running(tmp_path) as rig:
        await rig.status(message, Status.DELIVERED)
        assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["hold on"]


async def test_what_a_stop_came_for_while_it_was_kept_back_is_not_sent(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await rig.services.conversations.open(LINE, SILENT)
    message = await rig.services.outbox.submit(conversation.id, "one more thing", hold=LONG)
    await rig.simulator.phone(SILENT).text(LINE, "STOP")
    await rig.inbound("STOP")
    set_outbox(monkeypatch, lambda: clock.now() + timedelta(seconds=2 * LONG))
    rig.services.outbox.wake()
    failed = await rig.status(message, Status.FAILED)
    assert failed.error_code == 21610


async def test_what_remains_to_be_done_is_counted(rig: Rig) -> None:
    assert not await rig.services.outbox.remaining()
    conversation = await rig.services.conversations.open(LINE, SILENT)
    await rig.services.outbox.submit(conversation.id, "held", hold=LONG)
    await rig.services.outbox.submit(conversation.id, "behind it")
    assert replace(await rig.services.outbox.remaining(), why=None) == Remaining(2, 0)
