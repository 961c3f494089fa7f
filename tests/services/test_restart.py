"""What is still there after the engine ended, however it ended."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from sms_desktop import engine
from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import EngineRunning
from sms_desktop.domain.message import Status
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.services.clock import now
from sms_desktop.store import outbox
from tests.rig import LINE, SILENT, Rig, running
from tests.services.crash import cut_short


async def test_history_and_drafts_are_there_offline(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        message = await rig.send(SILENT, "remember me")
        await rig.status(message, Status.DELIVERED)
        await rig.services.drafts.save(message.conversation_id, "half a thou", ())
    async with running(tmp_path, online=False) as offline:
        [conversation] = await offline.services.conversations.page(Filter.ALL)
        page = await offline.services.timeline.latest(conversation.id)
        assert [(m.body, m.status) for m in page.messages] == [("remember me", Status.DELIVERED)]
        draft = await offline.services.drafts.load(conversation.id)
        assert draft is not None
        assert draft.body == "half a thou"
        [hit] = [h for h in await offline.services.search.find("remem") if h.message is not None]
        assert hit.message is not None
        assert hit.message.id == message.id


async def test_what_was_queued_offline_leaves_once_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path, online=False) as offline:
        message = await offline.send(SILENT, "later")
    async with running(tmp_path) as rig:
        await rig.status(message, Status.DELIVERED)
        assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["later"]


async def test_a_send_that_a_crash_cut_short_is_unconfirmed_and_not_sent_again(tmp_path: Path) -> None:
    message = await cut_short(tmp_path)
    async with running(tmp_path) as rig:
        await rig.status(message, Status.UNCONFIRMED)
        assert rig.simulator.phone(SILENT).messages == ()


async def test_one_engine_per_data_directory(rig: Rig) -> None:
    second = Rig(rig.directory)
    with pytest.raises(EngineRunning):
        await second.start(online=False)


async def test_whoever_is_patient_waits_for_an_engine_that_is_just_ending(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, takes = asyncio.Event(), engine.take
    loop = asyncio.get_running_loop()

    def watched(directory: Path) -> FileLock:
        try:
            return takes(directory)
        except EngineRunning:
            loop.call_soon_threadsafe(refused.set)
            raise

    monkeypatch.setattr(engine, "take", watched)
    second = Engine(rig.directory, Environment())
    opening = asyncio.create_task(second.open(patience=600))
    await refused.wait()
    await rig.engine.close()
    await opening
    assert await second.services.conversations.page(Filter.ALL, limit=1) is not None
    await second.close()


async def test_a_message_that_another_process_queued_is_sent_and_told(rig: Rig) -> None:
    beside = Engine(rig.directory, Environment())
    await beside.open_beside()
    conversation = await beside.services.conversations.open(LINE, SILENT)
    message = await beside.services.outbox.submit(conversation.id, "from next door")
    await beside.store.close()
    await rig.status(message, Status.DELIVERED)


async def test_what_waits_leaves_as_soon_as_twilio_is_back(rig: Rig) -> None:
    message = await rig.send(SILENT, "patience")
    await rig.status(message, Status.DELIVERED)
    rig.simulator.weather.turn("429", True)
    waiting = await rig.send(SILENT, "much later")
    await rig.until(lambda: rig.services.outbox.waiting == 1, "waiting")
    await rig.engine.store.do(lambda tx: outbox.postpone(tx, waiting.id, now() + timedelta(minutes=4), now()))
    rig.simulator.weather.clear()
    rig.services.connection.returned()
    await rig.status(waiting, Status.DELIVERED)
