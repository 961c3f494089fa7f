"""Words about a status come in any order, twice, early or never."""

from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.events import MessageChanged, ReportAdded
from sms_desktop.domain.history import history
from sms_desktop.domain.message import FAILURES, Status, StatusReport
from sms_desktop.store import conversations, messages, outbox
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import Recorder, at, new_sid, said, text_in, text_out


async def test_a_report_moves_the_message_and_tells_of_it(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_out())
    sid = new_sid()
    changed = await store.do(
        lambda tx: messages.report(
            tx,
            key=message.id,
            sid=sid,
            report=said(Status.SENT, when=at(3)),
            segments=2,
            price="-0.015",
            price_unit="USD",
        )
    )
    assert changed is not None
    assert (changed.status, changed.sid, changed.segments, changed.price) == (Status.SENT, sid, 2, "-0.015")
    assert changed.updated_at == at(3)
    (told,) = recorder.of(MessageChanged)
    assert told.message == changed == await store.read(lambda db: messages.by_sid(db, sid))
    assert told.conversation.last is not None and told.conversation.last.status is Status.SENT
    assert await store.read(outbox.waiting) == 0
    facts = await store.read(lambda db: conversations.facts(db, message.conversation_id))
    assert facts.spent == "0.015"


async def test_where_the_clock_was_set_back_the_later_record_is_still_the_later_one(
    store: Store, recorder: Recorder
) -> None:
    message = await store.do(text_out(when=at(3600)))
    for status in (Status.SENDING, Status.SENT, Status.DELIVERED):
        await store.do(partial(messages.report, key=message.id, sid=None, report=said(status, when=at(5))))
    times = [message.updated_at, *(told.message.updated_at for told in recorder.of(MessageChanged))]
    assert len(times) == 4 and times == sorted(set(times))


async def test_a_report_about_a_message_that_is_not_known_is_kept(store: Store, recorder: Recorder) -> None:
    found = await store.do(lambda tx: messages.report(tx, key="f" * 32, sid="SM1", report=said(Status.DELIVERED)))
    assert found is None and recorder.events == []

    def kept(tx: Tx) -> list[object]:
        return [tuple(row) for row in tx.db.exec_driver_sql("SELECT message_seq, key, sid, status FROM status_events")]

    assert await store.do(kept) == [(None, "f" * 32, "SM1", "delivered")]


async def test_the_same_report_twice_is_kept_twice_and_told_once(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_out())
    for _ in range(2):
        await store.do(lambda tx: messages.report(tx, key=message.id, sid=None, report=said(Status.DELIVERED)))
    assert len(await store.read(lambda db: messages.reports(db, message.id))) == 2
    assert len(recorder.of(MessageChanged)) == 1


async def test_each_report_is_told_of_even_if_it_moves_nothing(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: outbox.sending(tx, message.id, at()))
    for word in (said(Status.DELIVERED), said(Status.SENT)):
        await store.do(lambda tx, word=word: messages.report(tx, key=message.id, sid=None, report=word))  # type: ignore[misc]
    told = recorder.of(ReportAdded)
    assert [(event.message_id, event.report.status) for event in told] == [
        (message.id, Status.SENDING),
        (message.id, Status.DELIVERED),
        (message.id, Status.SENT),
    ]
    await store.do(lambda tx: messages.report(tx, key="f" * 32, sid=None, report=said(Status.SENT)))
    assert recorder.of(ReportAdded) == told  # of a message that nobody knows nothing is told


async def test_a_wrong_guess_that_is_taken_back_is_a_word_of_its_own(store: Store) -> None:
    guessed, other, sid = await store.do(text_out()), await store.do(text_out()), new_sid()
    await store.do(lambda tx: outbox.sending(tx, guessed.id, at()))

    def talk(tx: Tx) -> None:
        messages.report(tx, key=guessed.id, sid=sid, report=said(Status.UNDELIVERED, 30003, source="poll"))
        messages.report(tx, key=other.id, sid=sid, report=said(Status.UNDELIVERED, 30003))
        messages.report(tx, key=guessed.id, sid=new_sid(), report=said(Status.DELIVERED))

    await store.do(talk)
    words = history(await store.read(lambda db: messages.reports(db, guessed.id)))
    assert [word.stands for word in words] == [
        Status.SENDING,
        Status.UNDELIVERED,
        Status.UNCONFIRMED,
        Status.DELIVERED,
    ]
    assert [word.contradicts for word in words] == [()] * 4
    found = await store.read(lambda db: messages.get(db, guessed.id))
    assert found is not None and not found.contradicted


async def test_reports_come_back_as_they_were(store: Store) -> None:
    message = await store.do(text_out())
    told = StatusReport(
        Status.UNDELIVERED, 30006, "SM2", "callback", at(1), (("ErrorCode", "30006"), ("To", ""), ("To", "\udc00\0"))
    )
    await store.do(lambda tx: messages.report(tx, key=message.id, sid="SM2", report=told))
    assert await store.read(lambda db: messages.reports(db, message.id)) == (told,)


async def test_what_is_known_is_not_replaced_and_an_error_code_is_never_erased(store: Store) -> None:
    message = await store.do(text_out())
    first, second = new_sid(), new_sid()

    def talk(tx: Tx) -> None:
        messages.report(tx, key=message.id, sid=first, report=said(Status.FAILED, 30007), segments=1)
        messages.report(tx, key=message.id, sid=second, report=said(Status.DELIVERED), segments=3)

    await store.do(talk)
    found = await store.read(lambda db: messages.get(db, message.id))
    assert found is not None
    assert (found.sid, found.error_code, found.segments, found.status) == (first, 30007, 1, Status.DELIVERED)


async def test_a_sid_that_another_message_has_is_not_given_twice(store: Store) -> None:
    other, message = await store.do(text_in(sid="SM-taken")), await store.do(text_out())
    changed = await store.do(lambda tx: messages.report(tx, key=message.id, sid="SM-taken", report=said(Status.SENT)))
    assert changed is not None and (changed.sid, changed.status) == (None, Status.SENT)
    assert await store.read(lambda db: messages.by_sid(db, "SM-taken")) == other


async def test_a_failure_counts_until_something_is_sent_again(store: Store) -> None:
    message = await store.do(text_out())

    async def fail(key: str) -> int:
        await store.do(lambda tx: messages.report(tx, key=key, sid=None, report=said(Status.FAILED, 30003)))
        found = await store.read(lambda db: conversations.get(db, message.conversation_id))
        assert found is not None
        return found.failed

    assert await fail(message.id) == 1
    assert await fail(message.id) == 1
    assert len(await store.read(lambda db: conversations.page(db, Filter.FAILED))) == 1
    read = await store.do(lambda tx: conversations.mark_read(tx, message.conversation_id))
    assert read.failed == 1
    again = await store.do(text_out(retry_of=message.id))
    assert await store.read(lambda db: conversations.page(db, Filter.FAILED)) == []
    assert await fail(again.id) == 1


async def test_a_failure_that_the_phone_contradicts_counts_no_longer(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=None, report=said(Status.UNDELIVERED, 30003)))
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=None, report=said(Status.DELIVERED)))
    found = await store.read(lambda db: conversations.get(db, message.conversation_id))
    assert found is not None and found.failed == 0


async def test_a_report_about_an_older_message_leaves_the_lists_line(store: Store) -> None:
    message = await store.do(text_out(when=at(0)))
    await store.do(text_in("newer", when=at(1)))
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=None, report=said(Status.DELIVERED)))
    (found,) = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert found.last is not None and found.last.status is Status.RECEIVED


_CALLBACKS = st.sampled_from(
    [
        [said(Status.QUEUED), said(Status.SENDING), said(Status.SENT), said(Status.DELIVERED)],
        [said(Status.QUEUED), said(Status.SENT), said(Status.DELIVERED), said(Status.READ)],
        [said(Status.QUEUED), said(Status.SENT), said(Status.UNDELIVERED, 30006)],
        [said(Status.ACCEPTED), said(Status.QUEUED), said(Status.FAILED, 30007)],
        [said(Status.SENT)],
    ]
)


@st.composite
def _stories(draw: st.DrawFn) -> tuple[StatusReport, list[StatusReport]]:
    """How a message ended, and what was said about it: shuffled, some of it twice, the answer anywhere among it."""
    path = draw(_CALLBACKS)
    extra = draw(st.lists(st.sampled_from(path), max_size=4))
    answer = said(draw(st.sampled_from([Status.QUEUED, Status.ACCEPTED])), source="answer")
    return path[-1], draw(st.permutations([*path, *extra, answer]))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(story=_stories(), claimed=st.booleans())
def test_in_whatever_order_words_come_the_status_is_right_and_every_word_is_kept(
    tx: Tx, story: tuple[StatusReport, list[StatusReport]], claimed: bool
) -> None:
    end, words = story
    message = text_out(peer=f"+1{messages.new_key()[:12]}")(tx)
    if claimed:
        outbox.sending(tx, message.id, at())
    sid = new_sid()
    for word in words:
        messages.report(tx, key=message.id, sid=sid, report=word)
    found = messages.get(tx.db, message.id)
    assert found is not None
    assert (found.status, found.sid, found.error_code) == (end.status, sid, end.error_code)
    kept = messages.reports(tx.db, message.id)
    assert [word.status for word in kept if word.source != "outbox"] == [word.status for word in words]
    assert history(kept)[-1].stands is found.status
    conversation = conversations.known(tx.db, message.conversation_id)
    assert conversation.failed == (end.status in FAILURES)
    assert conversation.last is not None and conversation.last.status is end.status
    facts = conversations.facts(tx.db, message.conversation_id)
    assert facts.delivered == (end.status in {Status.DELIVERED, Status.READ})
    assert message.id not in {item.message.id for item in outbox.due(tx.db, at(9), 1000)}
