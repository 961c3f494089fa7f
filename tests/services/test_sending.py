"""From submit to delivered, and everything that may go wrong between."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from sms_desktop.domain.errors import BadInput, OptedOut
from sms_desktop.domain.message import Status
from sms_desktop.gateway.gateway import Outcome, Outgoing
from sms_desktop.store.tx import Tx
from tests.rig import FILTERED, LANDLINE, LINE, PATIENCE, PHONE_OFF, SILENT, YOURS, Rig


async def test_a_text_is_queued_then_sent_then_delivered(rig: Rig) -> None:
    message = await rig.send(SILENT, "Your chair is ready.")
    assert message.status is Status.QUEUED
    delivered = await rig.status(message, Status.DELIVERED)
    assert delivered.sid is not None
    assert delivered.sid.startswith("SM")
    async with asyncio.timeout(PATIENCE):  # the answer may come after all callbacks
        while not {"answer", "callback"} <= {one.source for one in await rig.services.timeline.reports(message.id)}:
            pass


async def test_a_send_reaches_twilio_once(rig: Rig) -> None:
    message = await rig.send(SILENT, "only once")
    await rig.status(message, Status.DELIVERED)
    assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["only once"]


@pytest.mark.parametrize(("peer", "code"), [(LANDLINE, 30006), (FILTERED, 30007)])
async def test_a_delivery_failure_keeps_its_code(rig: Rig, peer: str, code: int) -> None:
    message = await rig.send(peer, "hello")
    failed = await rig.status(message, Status.UNDELIVERED)
    assert failed.error_code == code


async def test_a_refusal_is_failed_with_twilios_code(rig: Rig) -> None:
    conversation = await rig.services.conversations.open("+12025550199", SILENT)
    message = await rig.services.outbox.submit(conversation.id, "from a number that is not ours")
    failed = await rig.status(message, Status.FAILED)
    assert (failed.error_code, failed.sid) == (21606, None)


async def test_a_lost_answer_is_settled_by_the_callback_and_never_sent_again(rig: Rig) -> None:
    rig.simulator.weather.turn("500 after", True)
    message = await rig.send(SILENT, "did it go?")
    await rig.status(message, Status.DELIVERED)
    assert len(rig.simulator.phone(SILENT).messages) == 1


async def test_a_lost_answer_without_callbacks_is_unconfirmed(rig: Rig) -> None:
    rig.simulator.weather.turn("500 before", True)
    message = await rig.send(SILENT, "did it go?")
    await rig.status(message, Status.UNCONFIRMED)
    rig.simulator.weather.clear()
    rig.services.outbox.wake()
    other = await rig.send(SILENT, "the next one")
    await rig.status(other, Status.DELIVERED)
    assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["the next one"]


async def test_too_many_requests_are_sent_again_later(rig: Rig) -> None:
    rig.simulator.weather.turn("429", True)
    message = await rig.send(SILENT, "patience")
    await rig.until(lambda: rig.services.outbox.waiting == 1, "waiting")
    rig.simulator.weather.clear()
    await rig.status(message, Status.DELIVERED)
    assert len(rig.simulator.phone(SILENT).messages) == 1


async def test_messages_of_one_conversation_keep_their_order(rig: Rig) -> None:
    sent = [await rig.send(SILENT, f"number {n}") for n in range(12)]
    for message in sent:
        await rig.status(message, Status.DELIVERED)
    assert {m.body for m in rig.simulator.phone(SILENT).messages} == {m.body for m in sent}
    final = (await rig.services.timeline.latest(sent[0].conversation_id)).messages
    answered = {m.id: reports[1].at for m in final if (reports := await rig.services.timeline.reports(m.id))}
    assert sorted(answered, key=lambda key: answered[key]) == [m.id for m in sent]


async def test_callbacks_out_of_order_and_twice_end_delivered(rig: Rig) -> None:
    rig.simulator.weather.turn("out of order", True)
    rig.simulator.weather.turn("twice", True)
    message = await rig.send(SILENT, "shuffled")
    await rig.status(message, Status.DELIVERED)
    await rig.simulator.idle()
    stored = await rig.services.timeline.latest(message.conversation_id)
    assert stored.messages[-1].status is Status.DELIVERED
    callbacks = [r for r in await rig.services.timeline.reports(message.id) if r.source == "callback"]
    assert len(callbacks) == 4


async def test_try_again_is_a_new_linked_message(rig: Rig) -> None:
    message = await rig.send(PHONE_OFF, "hello")
    await rig.status(message, Status.UNDELIVERED)
    again = await rig.services.outbox.retry(message.id)
    assert (again.retry_of, again.body) == (message.id, message.body)
    assert again.id != message.id
    await rig.status(again, Status.UNDELIVERED)


async def test_what_was_sent_again_by_way_of_another_try_is_not_sent_a_third_time(rig: Rig) -> None:
    """However long the chain of tries, and whichever of them one is at."""
    first = await rig.send(PHONE_OFF, "hello")
    await rig.status(first, Status.UNDELIVERED)
    second = await rig.services.outbox.retry(first.id)
    await rig.status(second, Status.UNDELIVERED)
    third = await rig.services.outbox.retry(second.id)
    await rig.status(third, Status.UNDELIVERED)

    def arrives(tx: Tx) -> None:  # the phone's word comes late
        tx.db.execute(text("UPDATE messages SET status = 'delivered' WHERE id = :id"), {"id": third.id})

    await rig.engine.store.do(arrives)
    for old in (first, second):
        with pytest.raises(BadInput, match="sent again already"):
            await rig.services.outbox.retry(old.id)


async def test_what_did_not_fail_is_not_sent_again(rig: Rig) -> None:
    message = await rig.send(SILENT, "fine")
    await rig.status(message, Status.DELIVERED)
    with pytest.raises(BadInput):
        await rig.services.outbox.retry(message.id)


@pytest.mark.parametrize("body", ["", "   ", "x" * 1601])
async def test_what_twilio_would_refuse_is_refused_before_it_is_queued(rig: Rig, body: str) -> None:
    with pytest.raises(BadInput):
        await rig.send(SILENT, body)
    assert rig.services.outbox.waiting == 0


async def test_after_stop_nothing_is_sent_until_start(rig: Rig) -> None:
    phone = rig.simulator.phone(SILENT)
    await phone.text(LINE, "Stop")
    stopped = await rig.inbound("Stop")
    conversation = await rig.services.conversations.get(stopped.conversation_id)
    assert conversation is not None
    assert conversation.opted_out_words == "Stop"
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(stopped.conversation_id, "please come back")
    await phone.text(LINE, "START")
    await rig.inbound("START")
    message = await rig.services.outbox.submit(stopped.conversation_id, "welcome back")
    await rig.status(message, Status.DELIVERED)


async def test_twilios_block_list_is_believed(rig: Rig) -> None:
    rig.simulator.account.blocks.add((LINE, SILENT))
    message = await rig.send(SILENT, "hello")
    failed = await rig.status(message, Status.FAILED)
    assert failed.error_code == 21610
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(message.conversation_id, "hello again")


async def test_a_refusal_that_is_told_after_their_start_locks_nobody(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twilio has refused it at once, and its answer takes its time."""
    rig.simulator.account.blocks.add((LINE, YOURS))
    gateway = rig.services.link.gateway
    assert gateway is not None
    real = gateway.send

    async def send(outgoing: Outgoing, may_leave: Callable[[], Awaitable[bool]]) -> Outcome:
        outcome = await real(outgoing, may_leave)
        await rig.simulator.phone(YOURS).text(LINE, "START")
        await rig.inbound("START")
        return outcome

    monkeypatch.setattr(gateway, "send", send)
    message = await rig.status(await rig.send(YOURS, "hello"), Status.FAILED)
    assert message.error_code == 21610
    monkeypatch.setattr(gateway, "send", real)
    await rig.status(await rig.services.outbox.submit(message.conversation_id, "welcome back"), Status.DELIVERED)


async def test_a_refusal_of_what_left_after_their_start_locks_them(rig: Rig) -> None:
    await rig.simulator.phone(YOURS).text(LINE, "START")
    await rig.inbound("START")
    rig.simulator.account.blocks.add((LINE, YOURS))
    message = await rig.status(await rig.send(YOURS, "hello"), Status.FAILED)
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(message.conversation_id, "hello again")


async def test_a_body_of_every_sort_of_character_arrives_as_typed(rig: Rig) -> None:
    body = "Grüße 👩‍👩‍👧 שלום €\u202eevil\u202c " + "x" * 300
    message = await rig.send(SILENT, body)
    await rig.status(message, Status.DELIVERED)
    assert rig.simulator.phone(SILENT).messages[-1].body == body


async def test_a_message_says_who_sent_it(rig: Rig) -> None:
    await rig.services.settings.put("author", "Ada")
    message = await rig.send(SILENT, "from Ada")
    assert message.author == "Ada"
