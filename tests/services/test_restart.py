"""What is still there after the engine ended, however it ended."""

from datetime import timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import EngineRunning
from sms_desktop.domain.message import Status
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.services.clock import now
from sms_desktop.store import outbox
from tests.rig import LINE, SILENT, Rig


async def test_history_and_drafts_are_there_offline(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    await rig.start()
    message = await rig.send(SILENT, "remember me")
    await rig.status(message, Status.DELIVERED)
    await rig.services.drafts.save(message.conversation_id, "half a thou", ())
    await rig.stop()

    offline = Rig(tmp_path)
    await offline.start(online=False)
    try:
        [conversation] = await offline.services.conversations.page(Filter.ALL)
        page = await offline.services.timeline.latest(conversation.id)
        assert [(m.body, m.status) for m in page.messages] == [("remember me", Status.DELIVERED)]
        draft = await offline.services.drafts.load(conversation.id)
        assert draft is not None
        assert draft.body == "half a thou"
        [hit] = [h for h in await offline.services.search.find("remem") if h.message is not None]
        assert hit.message is not None
        assert hit.message.id == message.id
    finally:
        await offline.engine.close()


async def test_what_was_queued_offline_leaves_once_after_a_restart(tmp_path: Path) -> None:
    offline = Rig(tmp_path)
    await offline.start(online=False)
    message = await offline.send(SILENT, "later")
    await offline.engine.close()

    rig = Rig(tmp_path)
    await rig.start()
    try:
        await rig.status(message, Status.DELIVERED)
        assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["later"]
    finally:
        await rig.stop()


async def test_a_send_that_a_crash_cut_short_is_unconfirmed_and_not_sent_again(tmp_path: Path) -> None:
    crashed = Rig(tmp_path)
    await crashed.start(online=False)
    message = await crashed.send(SILENT, "was I sent?")
    await crashed.engine.store.do(lambda tx: outbox.release(tx, message.conversation_id, now()))
    await crashed.engine.store.do(lambda tx: outbox.sending(tx, message.id, now()))
    await crashed.engine.close()

    rig = Rig(tmp_path)
    await rig.start()
    try:
        await rig.status(message, Status.UNCONFIRMED)
        assert rig.simulator.phone(SILENT).messages == ()
    finally:
        await rig.stop()


async def test_one_engine_per_data_directory(rig: Rig) -> None:
    second = Rig(rig.directory)
    with pytest.raises(EngineRunning):
        await second.start(online=False)


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
