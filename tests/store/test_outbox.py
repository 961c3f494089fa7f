"""What waits to leave: in order, one at a time in a conversation, never twice by itself."""

from sms_desktop.domain.message import Status
from sms_desktop.store import messages, outbox
from sms_desktop.store.store import Store
from tests.store.recorder import at, new_sid, said, text_out


async def _due(store: Store, seconds: float = 0) -> list[str]:
    return [item.message.body for item in await store.read(lambda db: outbox.due(db, at(seconds)))]


async def test_only_the_oldest_of_each_conversation_is_due(store: Store) -> None:
    first = await store.do(text_out("first", peer="a"))
    await store.do(text_out("second", peer="a"))
    await store.do(text_out("other", peer="b"))
    assert await _due(store) == ["first", "other"]
    assert await store.read(outbox.waiting) == 3
    await store.do(lambda tx: outbox.sending(tx, first.id, at()))
    assert await _due(store) == ["other"]
    await store.do(
        lambda tx: messages.report(tx, key=first.id, sid=new_sid(), report=said(Status.QUEUED, source="answer"))
    )
    assert await _due(store) == ["second", "other"]
    assert await store.read(outbox.waiting) == 2


async def test_a_message_is_claimed_once(store: Store) -> None:
    message = await store.do(text_out())
    claimed = await store.do(lambda tx: outbox.sending(tx, message.id, at(1)))
    assert claimed is not None and claimed.status is Status.SENDING
    assert await store.do(lambda tx: outbox.sending(tx, message.id, at(1))) is None
    assert await store.do(lambda tx: outbox.sending(tx, "f" * 32, at(1))) is None
    (word,) = await store.read(lambda db: messages.reports(db, message.id))
    assert (word.status, word.source) == (Status.SENDING, "outbox")


async def test_what_did_not_leave_is_tried_again_later(store: Store) -> None:
    message = await store.do(text_out())
    assert await store.read(outbox.next_due) == at()
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    assert await store.read(outbox.next_due) is None
    back = await store.do(lambda tx: outbox.postpone(tx, message.id, at(60), at()))
    assert back.status is Status.QUEUED
    assert await _due(store, 59) == []
    assert await store.read(outbox.next_due) == at(60)
    (item,) = await store.read(lambda db: outbox.due(db, at(60)))
    assert (item.message, item.attempts) == (back, 1)


async def test_a_postponed_message_holds_back_those_after_it(store: Store) -> None:
    first = await store.do(text_out("first"))
    await store.do(text_out("second"))
    await store.do(lambda tx: outbox.sending(tx, first.id, at()))
    await store.do(lambda tx: outbox.postpone(tx, first.id, at(60), at()))
    assert await _due(store, 1) == []
    assert await _due(store, 60) == ["first"]


async def test_what_was_under_way_when_the_program_ended_is_unconfirmed_and_not_sent_again(store: Store) -> None:
    message = await store.do(text_out("under way"))
    await store.do(text_out("waits"))
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    (settled,) = await store.do(lambda tx: outbox.settle_interrupted(tx, at(5)))
    assert (settled.id, settled.status) == (message.id, Status.UNCONFIRMED)
    assert await _due(store, 9) == ["waits"]
    assert await store.do(lambda tx: outbox.settle_interrupted(tx, at(6))) == []


async def test_any_word_from_twilio_settles_what_was_unconfirmed(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    doubtful = await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "no answer in 10 s", at(1)))
    assert doubtful.status is Status.UNCONFIRMED
    assert await store.read(outbox.waiting) == 0
    sid = new_sid()
    found = await store.do(lambda tx: messages.report(tx, key=message.id, sid=sid, report=said(Status.QUEUED)))
    assert found is not None and (found.status, found.sid) == (Status.QUEUED, sid)


async def test_a_callback_that_overtakes_the_answer_is_not_undone_by_it(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    await store.do(lambda tx: messages.report(tx, key=message.id, sid="SM7", report=said(Status.DELIVERED)))
    assert (await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "", at()))).status is Status.DELIVERED
    assert (await store.do(lambda tx: outbox.postpone(tx, message.id, at(9), at()))).status is Status.DELIVERED
    assert await _due(store, 99) == []


async def test_our_own_refusal_takes_it_out(store: Store) -> None:
    message = await store.do(text_out())
    refused = said(Status.FAILED, 21610, source="outbox")
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=None, report=refused))
    assert await store.read(outbox.waiting) == 0
