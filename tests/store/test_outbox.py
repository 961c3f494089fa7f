"""What waits to leave: in order, one at a time in a conversation, never twice by itself."""

from functools import partial

import pytest

from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.events import ConversationChanged, MessageChanged
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Doubt, Message, Status
from sms_desktop.store import conversations, drafts, listed, messages, outbox, polls, summary
from sms_desktop.store.schema import MESSAGE_NEVER_CONFIRMED as NEVER
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import Recorder, at, new_sid, said, text_out


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
    assert await _due(store) == ["other", "second"]
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


async def test_what_waits_can_be_canceled_until_it_is_claimed(store: Store) -> None:
    first, second = await store.do(text_out("first")), await store.do(text_out("second"))
    await store.do(lambda tx: outbox.sending(tx, first.id, at()))
    assert await store.do(lambda tx: outbox.cancel(tx, first.id, at())) is None
    gone = await store.do(lambda tx: outbox.cancel(tx, second.id, at()))
    assert gone is not None and gone.status is Status.CANCELED and not gone.withdrawn
    assert await store.do(lambda tx: outbox.cancel(tx, second.id, at())) is None
    assert await store.do(lambda tx: outbox.sending(tx, second.id, at())) is None
    assert await store.read(outbox.waiting) == 1


async def test_what_is_kept_back_is_not_due_and_no_good_news_hurries_it(store: Store) -> None:
    message = await store.do(text_out("wait for it", hold=5))
    assert message.held_until == at(5)
    await store.do(lambda tx: outbox.hurry(tx, at(1)))
    assert await _due(store, 4.9) == []
    assert await store.read(lambda db: outbox.next_due(db, at(1))) == at(5)
    assert await _due(store, 5) == ["wait for it"]


async def test_undo_makes_it_the_draft_again_before_what_stands_there(store: Store) -> None:
    before = await store.do(text_out("said before"))
    message = await store.do(text_out("said too soon", hold=5))
    await store.do(lambda tx: drafts.save(tx, message.conversation_id, "and this", (), at(1)))
    gone = await store.do(lambda tx: outbox.undo(tx, message.id, at(2)))
    assert gone is not None and gone.withdrawn
    draft = await store.read(lambda db: drafts.load(db, message.conversation_id))
    assert draft is not None and draft.body == "said too soon\nand this"
    assert await store.do(lambda tx: outbox.undo(tx, message.id, at(2))) is None
    assert await store.do(lambda tx: outbox.undo(tx, before.id, at(2))) is None  # nobody kept it back
    place = await store.read(lambda db: conversations.get(db, message.conversation_id))
    assert place is not None and place.last is not None and place.last.body == "said before"
    facts = await store.read(lambda db: conversations.facts(db, message.conversation_id))
    assert facts.messages == 1


async def test_what_was_undone_never_leaves_and_what_left_is_not_undone(store: Store) -> None:
    message = await store.do(text_out(hold=5))
    await store.do(lambda tx: outbox.sending(tx, message.id, at(5)))
    assert await store.do(lambda tx: outbox.undo(tx, message.id, at(5))) is None
    other = await store.do(text_out(hold=5, peer="b"))
    await store.do(lambda tx: outbox.undo(tx, other.id, at(1)))
    assert await store.do(lambda tx: outbox.sending(tx, other.id, at(9))) is None


def _taken(key: str, tx: Tx) -> None:
    messages.report(tx, key=key, sid=new_sid(), report=said(Status.QUEUED, source="answer"))


async def test_conversations_take_turns_and_who_comes_late_overtakes_nobody(store: Store) -> None:
    for number in range(4):
        await store.do(text_out(f"a{number}", peer="a"))
    await store.do(text_out("b0", peer="b"))
    left = []
    for late in ("c0", "d0", "e0", None, None, None, None, None):
        item = (await store.read(lambda db: outbox.due(db, at())))[0]
        left.append(item.message.body)
        await store.do(partial(_taken, item.message.id))
        if late is not None:
            await store.do(text_out(late, peer=late[0]))
    assert left == ["a0", "b0", "a1", "c0", "d0", "a2", "e0", "a3"]


async def test_a_clock_that_ran_ahead_keeps_nothing_back_for_hours(store: Store) -> None:
    await store.do(text_out("from the future", when=at(7200)))
    assert await _due(store) == ["from the future"]
    await store.do(text_out("soon", when=at(60), peer="b"))
    assert await _due(store) == ["from the future"]


async def test_an_unconfirmed_message_is_asked_about_soon(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    doubtful = await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "no answer", at(1)))
    assert doubtful.doubt is Doubt.ASKING
    assert await store.read(polls.next_due) == at(6)
    over = await store.do(lambda tx: outbox.found_nothing(tx, message.id, at(700), None, 6))
    assert (over.doubt, over.asked_at) == (Doubt.OVER, at(700))
    assert await store.read(polls.next_due) is None
    left = await store.do(lambda tx: outbox.leave(tx, message.id, at(701)))
    assert left.doubt is Doubt.LEFT
    found = await store.do(lambda tx: messages.report(tx, key=message.id, sid=new_sid(), report=said(Status.SENT)))
    assert found is not None and found.doubt is None


async def test_pictures_that_twilio_may_still_fetch_are_counted(store: Store) -> None:
    file = File("a" * 64, 10, "image/png", "a.png")
    message = await store.do(text_out(files=(file,)))
    count = partial(outbox.unfetched, since=at(-60))
    assert await store.read(count) == 0
    await store.do(
        lambda tx: messages.report(tx, key=message.id, sid=new_sid(), report=said(Status.QUEUED, source="answer"))
    )
    assert await store.read(count) == 1
    assert await store.read(partial(outbox.unfetched, since=at(60))) == 0
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=None, report=said(Status.SENT)))
    assert await store.read(count) == 0


async def never_confirmed(store: Store, body: str = "gone?") -> Message:
    message = await store.do(text_out(body))
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "no answer", at(1)))
    return await store.do(lambda tx: outbox.found_nothing(tx, message.id, at(700), None, 6))


async def counted(store: Store, message: Message) -> int:
    """What the row says needs a look; the filter shows the conversation just then."""
    found = await store.read(lambda db: conversations.known(db, message.conversation_id))
    shown = await store.read(lambda db: conversations.page(db, Filter.FAILED))
    assert [one.id for one in shown] == ([found.id] if found.failed else [])
    assert (await store.read(conversations.counts)).failed == int(found.failed > 0)
    return found.failed


async def test_what_nobody_confirmed_counts_as_failed_whatever_is_sent_afterwards_until_it_is_left(
    store: Store, recorder: Recorder
) -> None:
    message = await never_confirmed(store)
    assert await counted(store, message) == 1
    assert recorder.of(MessageChanged)[-1].conversation.failed == 1
    later = await store.do(text_out("later"))
    await store.do(lambda tx: messages.report(tx, key=later.id, sid=new_sid(), report=said(Status.DELIVERED)))
    assert await counted(store, message) == 1
    assert await store.read(summary.doubts) == 1
    await store.do(lambda tx: outbox.leave(tx, message.id, at(800)))
    assert await counted(store, message) == 0
    assert await store.read(summary.doubts) == 0


async def test_while_it_is_still_asked_for_it_does_not_count_as_failed(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "no answer", at(1)))
    await store.do(lambda tx: outbox.found_nothing(tx, message.id, at(700), at(900), 3))
    assert await counted(store, message) == 0


@pytest.mark.parametrize(("word", "left"), [(Status.DELIVERED, 0), (Status.SENT, 0), (Status.FAILED, 1)])
async def test_what_nobody_confirmed_counts_as_what_twilio_says_of_it_in_the_end(
    store: Store, word: Status, left: int
) -> None:
    message = await never_confirmed(store)
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=new_sid(), report=said(word)))
    assert await counted(store, message) == left


async def test_a_failure_and_what_nobody_confirmed_are_two_and_only_the_failure_is_answered(store: Store) -> None:
    message = await never_confirmed(store)
    failed = await store.do(text_out("refused"))
    await store.do(lambda tx: messages.report(tx, key=failed.id, sid=None, report=said(Status.FAILED, 21606)))
    assert await counted(store, message) == 2
    await store.do(text_out("something else"))
    assert await counted(store, message) == 1


async def test_what_is_sent_again_need_not_be_looked_at_any_more(store: Store) -> None:
    message = await never_confirmed(store)
    await store.do(lambda tx: outbox.sent_again(tx, message.id, at(800)))
    assert await counted(store, message) == 0


async def test_what_was_sent_again_before_the_time_was_over_never_counts(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "no answer", at(1)))
    await store.do(lambda tx: outbox.sent_again(tx, message.id, at(10)))
    await store.do(
        lambda tx: messages.add_outbound(
            tx, id="e" * 32, conversation_id=message.conversation_id, body="again", retry_of=message.id, at=at(10)
        )
    )
    over = await store.do(lambda tx: outbox.found_nothing(tx, message.id, at(700), None, 6))
    assert over.doubt is Doubt.LEFT
    assert await counted(store, message) == 0


async def test_a_copy_that_does_not_count_what_nobody_confirmed_does_so_from_the_start_on(
    store: Store, recorder: Recorder
) -> None:
    message = await never_confirmed(store)
    await store.do(lambda tx: tx.db.exec_driver_sql("UPDATE conversations SET failed = 0"))
    assert await counted(store, message) == 0
    await store.do(lambda tx: outbox.settle_interrupted(tx, at(900)))
    assert await counted(store, message) == 1
    assert [event.conversation.failed for event in recorder.of(ConversationChanged)][-1] == 1
    heard = len(recorder.of(ConversationChanged))
    await store.do(lambda tx: outbox.settle_interrupted(tx, at(900)))
    assert len(recorder.of(ConversationChanged)) == heard


async def test_what_nobody_confirmed_is_counted_among_the_conversations_own_messages(store: Store) -> None:
    def plan(tx: Tx) -> list[str]:
        query = f"SELECT (SELECT count(*) FROM messages WHERE conversation_id = conversations.id AND {NEVER})"
        return [row[3] for row in tx.db.exec_driver_sql(f"EXPLAIN QUERY PLAN {query} FROM conversations")]

    assert any("ix_messages_without_sid (conversation_id=?)" in step for step in await store.do(plan))


async def test_what_nobody_confirmed_is_not_hidden_in_the_archive(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "no answer", at(1)))
    await store.do(lambda tx: conversations.set_archived(tx, message.conversation_id, True))
    await store.do(lambda tx: outbox.found_nothing(tx, message.id, at(700), None, 6))
    assert await counted(store, message) == 1
    await store.do(lambda tx: conversations.set_archived(tx, message.conversation_id, True))  # dealt with
    assert await store.read(summary.doubts) == 0


async def test_tries_in_a_row_that_did_not_leave_are_two_words_however_many(store: Store) -> None:
    message = await store.do(text_out())
    for n in range(5):
        await store.do(partial(outbox.sending, message_id=message.id, at=at(10 * n)))
        await store.do(partial(outbox.postpone, message_id=message.id, due_at=at(), at=at(10 * n + 1)))
    left, back = await store.read(lambda db: messages.reports(db, message.id))
    assert (left.status, left.at) == (Status.SENDING, at(0))
    assert (back.status, back.at, back.raw) == (Status.QUEUED, at(41), (("tries", "5"),))
    await store.do(lambda tx: outbox.sending(tx, message.id, at(50)))
    words = await store.read(lambda db: messages.reports(db, message.id))
    assert [word.status for word in words] == [Status.SENDING, Status.QUEUED, Status.SENDING]
    assert await store.read(lambda db: listed.left_at(db, message)) == at(50)


async def test_what_is_deferred_was_not_tried_and_news_hurry_it(store: Store) -> None:
    message = await store.do(text_out("picture"))
    await store.do(lambda tx: outbox.defer(tx, message.id, at(60)))
    assert await _due(store, 59) == []
    assert await store.read(lambda db: messages.reports(db, message.id)) == ()
    await store.do(lambda tx: outbox.hurry(tx, at(1)))
    assert await _due(store, 1) == ["picture"]


async def test_what_is_held_is_not_due_until_it_is_released_and_can_be_canceled(store: Store) -> None:
    first, second = await store.do(text_out("first", peer="a")), await store.do(text_out("second", peer="b"))
    newest = await store.do(outbox.hold)
    assert newest == second.seq
    third = await store.do(text_out("third", peer="a"))
    assert await _due(store) == []  # in its conversation there is one before it
    assert [one.peer for one in await store.read(outbox.held)] == ["b", "a"]
    assert await store.read(outbox.held_ids) == {first.id, second.id, third.id}
    await store.do(lambda tx: outbox.release(tx, first.conversation_id, at()))
    assert await _due(store) == ["first"]
    gone = await store.do(lambda tx: outbox.cancel(tx, second.id, at()))
    assert gone is not None and gone.status is Status.CANCELED
    await store.do(outbox.hold)
    assert await store.do(lambda tx: outbox.release_after(tx, newest, at())) == 1
    assert await store.read(outbox.held_ids) == {first.id, third.id}  # which has to wait for the first
    assert await store.read(lambda db: outbox.waits(db, third.id))
    assert not await store.read(lambda db: outbox.waits(db, first.id))


async def test_what_is_kept_back_for_undo_stays_so_when_it_is_released(store: Store) -> None:
    message = await store.do(text_out(hold=5))
    await store.do(outbox.hold)
    await store.do(lambda tx: outbox.release(tx, message.conversation_id, at(1)))
    assert await _due(store, 4.9) == []
    assert await store.do(lambda tx: outbox.undo(tx, message.id, at(2))) is not None
