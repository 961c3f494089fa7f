"""Pages of Twilio's list: what is new, what is known, what is ours though its answer was lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.events import MessageAdded, MessageChanged, PastAdded
from sms_desktop.domain.history import Clash, history
from sms_desktop.domain.media import LIKELY, File, MediaState
from sms_desktop.domain.message import Direction, ListedMessage, Message, Status
from sms_desktop.services.inbox import refused, wished
from sms_desktop.store import consent, conversations, listed, media, messages, outbox, polls, search
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import LINE, PEER, Recorder, at, new_sid, said, text_in, text_out

OFF: Callable[[ListedMessage], Origin | None] = lambda one: Origin.OFF  # noqa: E731
HISTORY: Callable[[ListedMessage], Origin | None] = lambda one: Origin.HISTORY  # noqa: E731


def one(n: float = 0, body: str = "Hello", **values: object) -> ListedMessage:
    basis = ListedMessage(new_sid(), Direction.INBOUND, LINE, PEER, body, Status.RECEIVED, at(n), at(n))
    return replace(basis, **values)  # type: ignore[arg-type]


def ours(n: float = 0, body: str = "It is.", **values: object) -> ListedMessage:
    return one(n, body, **({"direction": Direction.OUTBOUND, "status": Status.SENT} | values))


def taking(
    *page: ListedMessage, origin: Callable[[ListedMessage], Origin | None] = OFF
) -> Callable[[Tx], list[ListedMessage]]:
    """The work of storing a page, newest first as Twilio's are."""
    newest_first = sorted(page, key=lambda one: one.at, reverse=True)
    return lambda tx: listed.take(
        tx, newest_first, new_key=messages.new_key, origin_of=origin, poll_at=lambda one: None, now=at(9000)
    )


async def stored(store: Store) -> list[Message]:
    """All messages of the conversation, as its timeline has them."""
    place = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert place is not None
    return list((await store.read(lambda db: messages.latest(db, place.id, 1000))).messages)


async def dump(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = ("messages", "conversations", "media", "status_events", "consent_events", "outbox")

    def rows(tx: Tx) -> dict[str, list[tuple[object, ...]]]:
        return {name: list(map(tuple, tx.db.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1"))) for name in tables}

    return await store.do(rows)


async def left(store: Store, body: str = "It is.", when: float = 0, *, lost: bool = True) -> Message:
    """One of ours that left at ``when``; ``lost``: its answer never came."""
    message = await store.do(text_out(body, when=at(when)))
    await store.do(lambda tx: outbox.sending(tx, message.id, at(when)))
    if lost:
        await store.do(lambda tx: outbox.unconfirmed(tx, message.id, "lost", at(when)))
    return message


async def test_what_a_webhook_brought_late_stands_where_twilio_has_it(store: Store, recorder: Recorder) -> None:
    late = await store.do(text_in("Before the sleep", when=at(3600)))
    await store.do(text_in("In time", when=at(102)))
    assert late is not None and late.sid is not None
    page = [one(100, late.body, sid=late.sid), one(101, "In between")]
    assert [found.body for found in await store.do(taking(*page))] == ["In between"]
    assert [(m.body, m.at) for m in await stored(store)] == [
        ("Before the sleep", at(100)), ("In between", at(101)), ("In time", at(102)),
    ]  # fmt: skip
    [place] = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert place.at == at(102) and place.last is not None and place.last.body == "In time"
    await store.do(taking(*page))
    changes = [event for event in recorder.events if isinstance(event, MessageChanged)]
    assert [(event.message.body, event.message.at) for event in changes] == [("Before the sleep", at(100))]


async def test_a_page_is_stored_as_twilio_has_it(store: Store) -> None:
    page = [
        one(1, "In", num_media=2, segments=1, price="-0.0075", price_unit="USD"),
        ours(2, "Out", status=Status.UNDELIVERED, error_code=30006),
    ]
    assert await store.do(taking(*page)) == page
    inbound, outbound = await stored(store)
    assert (inbound.sid, inbound.body, inbound.at, inbound.origin) == (page[0].sid, "In", at(1), Origin.OFF)
    assert (inbound.segments, inbound.price, inbound.price_unit) == (1, "-0.0075", "USD")
    assert [(item.state, item.url) for item in inbound.media] == [(MediaState.PENDING, None)] * 2
    assert {item.content_type for item in inbound.media} == {LIKELY}  # until Twilio tells more
    assert (outbound.direction, outbound.status, outbound.error_code) == (Direction.OUTBOUND, Status.UNDELIVERED, 30006)
    [place] = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert (place.unread, place.at) == (1, at(3) - timedelta(microseconds=1))  # within that second
    assert place.last is not None and place.last.body == "Out"


@pytest.mark.parametrize("origin", [OFF, HISTORY])
async def test_the_same_page_twice_changes_nothing(
    store: Store, recorder: Recorder, origin: Callable[[ListedMessage], Origin | None]
) -> None:
    page = [one(n, f"{n}", num_media=n % 2) for n in range(30)] + [ours(n, f"out {n}") for n in range(30)]
    assert len(await store.do(taking(*page, origin=origin))) == 60
    before, told = await dump(store), len(recorder.events)
    assert await store.do(taking(*page, origin=origin)) == []
    assert await store.do(taking(*reversed(page[10:20]), *page[10:20], origin=origin)) == []
    assert await dump(store) == before
    assert len(recorder.events) == told


async def test_a_message_that_stands_on_two_pages_or_twice_on_one_is_one(store: Store) -> None:
    message = one()
    assert await store.do(taking(message, message)) == [message]
    assert len(await stored(store)) == 1


async def test_what_a_webhook_brought_is_not_added_again(store: Store, recorder: Recorder) -> None:
    known = await store.do(text_in("Hello", sid="SM-known"))
    assert await store.do(taking(one(sid="SM-known"), one(5, "new"))) != []
    assert [m.body for m in await stored(store)] == ["Hello", "new"]
    assert (await stored(store))[0].origin is None
    [place] = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert place.unread == 2
    assert known.sid == "SM-known"


async def test_messages_of_the_same_second_stand_in_the_order_in_which_they_came(store: Store) -> None:
    first, second, third = (one(0, body) for body in ("first", "second", "third"))
    newest_first = [third, second, first]
    await store.do(
        lambda tx: listed.take(
            tx, newest_first, new_key=messages.new_key, origin_of=OFF, poll_at=lambda one: None, now=at()
        )
    )
    assert [m.body for m in await stored(store)] == ["first", "second", "third"]
    [place] = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert place.last is not None and place.last.body == "third"


async def test_a_few_are_told_one_by_one_and_many_as_a_heap(store: Store, recorder: Recorder) -> None:
    await store.do(taking(*(one(n, f"{n}") for n in range(listed.AT_A_TIME))))
    assert [event.message.body for event in recorder.of(MessageAdded)] == [f"{n}" for n in range(listed.AT_A_TIME)]
    assert {event.conversation.unread for event in recorder.of(MessageAdded)} == {listed.AT_A_TIME}
    assert recorder.of(PastAdded) == []
    recorder.events.clear()
    page = [one(100 + n, f"{n}", peer=f"+1212555{n % 3:04}") for n in range(listed.AT_A_TIME + 1)]
    await store.do(taking(*page))
    [heap] = recorder.of(PastAdded)
    assert {place.peer for place in heap.conversations} == {message.peer for message in page}
    assert recorder.of(MessageAdded) == []


async def test_history_is_a_heap_and_neither_unread_nor_out_of_the_archive(store: Store, recorder: Recorder) -> None:
    now = await store.do(text_in("now", when=at(100)))
    await store.do(lambda tx: conversations.mark_read(tx, now.conversation_id))
    await store.do(lambda tx: conversations.set_archived(tx, now.conversation_id, True))
    recorder.events.clear()
    await store.do(taking(one(1, "then"), origin=HISTORY))
    [heap] = recorder.of(PastAdded)
    [place] = heap.conversations
    assert (place.unread, place.archived, place.at) == (0, True, at(100))
    assert place.last is not None and place.last.body == "now"
    await store.do(taking(one(200, "while away")))
    [place] = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert (place.unread, place.archived) == (1, False)


async def test_history_lies_below_all_else_and_search_still_finds_the_newest_first(store: Store) -> None:
    first = await store.do(text_in("chair today", when=at(5000)))
    for page in range(4):
        await store.do(
            taking(*(one(4000 - 100 * page - n, f"chair {page} {n} p{page}n{n}") for n in range(40)), origin=HISTORY)
        )
    await store.do(text_in("chair tomorrow", when=at(6000)))
    found = await stored(store)
    assert [m.seq for m in found] == sorted(m.seq for m in found)
    assert min(m.seq for m in found) < 0
    assert found[-2].id == first.id
    hits = await store.read(lambda db: search.find(db, "chair", 50))
    bodies = [hit.message.body for hit in hits if hit.message is not None]
    expected = [
        "chair tomorrow",
        "chair today",
        *(f"chair 0 {n} p0n{n}" for n in range(40)),
        *(f"chair 1 {n} p1n{n}" for n in range(8)),
    ]
    assert bodies == expected
    [oldest] = await store.read(lambda db: search.find(db, "p3n39"))
    assert oldest.message == found[0]
    assert await store.read(messages.newest_seq) == found[-1].seq


async def test_history_into_an_empty_store_is_found_too(store: Store) -> None:
    await store.do(taking(one(1, "walnut"), one(2, "walnut again"), origin=HISTORY))
    hits = await store.read(lambda db: search.find(db, "walnut"))
    assert [hit.message.body for hit in hits if hit.message] == ["walnut again", "walnut"]
    later = await store.do(text_in("walnut now", when=at(3)))
    assert [m.id for m in await stored(store)][-1] == later.id


async def test_an_unconfirmed_message_of_ours_is_known_again_by_its_words(store: Store, recorder: Recorder) -> None:
    message = await left(store)
    recorder.events.clear()
    found = ours(3, status=Status.DELIVERED, segments=1, price="-0.0079", price_unit="USD")
    assert await store.do(taking(found)) == []
    [now] = await stored(store)
    assert (now.id, now.sid, now.status, now.origin) == (message.id, found.sid, Status.DELIVERED, None)
    assert (now.segments, now.price, now.price_unit) == (1, "-0.0079", "USD")
    [told] = recorder.of(MessageChanged)
    assert told.message == now
    assert recorder.of(MessageAdded) == []


async def test_one_that_is_still_being_sent_is_known_again_and_its_answer_fits(store: Store) -> None:
    message = await left(store, lost=False)
    found = ours(1, status=Status.QUEUED)
    await store.do(taking(found))
    answer = replace(said(Status.QUEUED, source="answer"), sid=found.sid)
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=found.sid, report=answer))
    [now] = await stored(store)
    assert (now.sid, now.status) == (found.sid, Status.SENDING)
    assert await store.read(outbox.waiting) == 0


async def test_the_same_words_twice_are_each_known_again_by_their_time(store: Store) -> None:
    early, late = await left(store, when=0), await left(store, when=120)
    first, second = ours(1), ours(121, status=Status.DELIVERED)
    assert await store.do(taking(first, second)) == []
    assert {m.id: m.sid for m in await stored(store)} == {early.id: first.sid, late.id: second.sid}


async def test_of_two_alike_of_which_one_arrived_the_nearer_takes_it(store: Store) -> None:
    early, late = await left(store, when=0), await left(store, when=120)
    found = ours(121)
    await store.do(taking(found))
    assert {m.id: m.sid for m in await stored(store)} == {early.id: None, late.id: found.sid}


async def test_two_listed_of_which_only_one_is_ours_leave_the_other_to_elsewhere(store: Store) -> None:
    message = await left(store)
    mine, elsewhere = ours(2), ours(60)
    assert await store.do(taking(mine, elsewhere, origin=lambda one: Origin.ELSEWHERE)) in ([elsewhere], [mine])
    found = await stored(store)
    assert len(found) == 2
    assert [m.origin for m in found if m.id != message.id] == [Origin.ELSEWHERE]


@pytest.mark.parametrize(
    "other",
    [
        ours(1, "It is not."),
        ours(1, num_media=1),
        ours(1, peer="+12125550199"),
        ours(1, line="+15005550007"),
        ours(1, created_at=at(0) + listed.WINDOW + timedelta(seconds=1)),
        ours(1, created_at=at(0) - listed.WINDOW - timedelta(seconds=1)),
    ],
    ids=["words", "files", "peer", "line", "too late", "too early"],
)
async def test_what_differs_is_not_ours(store: Store, other: ListedMessage) -> None:
    message = await left(store)
    assert await store.do(taking(other)) == [other]
    now = await store.read(lambda db: messages.get(db, message.id))
    assert now is not None
    assert (now.sid, now.status) == (None, Status.UNCONFIRMED)


async def test_a_message_with_as_many_files_is_ours(store: Store) -> None:
    place = await store.do(lambda tx: conversations.ensure(tx, LINE, PEER, at()))
    files = [store.media.put(bytes([n]) * 9, f"{n}.png", "image/png") for n in range(2)]
    await _send_files(store, place.id, files)
    assert len(await store.do(taking(ours(1, "look", num_media=1)))) == 1
    assert await store.do(taking(ours(2, "look", num_media=2))) == []


async def _send_files(store: Store, conversation_id: int, files: list[File]) -> None:
    def work(tx: Tx) -> None:
        key = messages.new_key()
        messages.add_outbound(tx, id=key, conversation_id=conversation_id, body="look", files=files, at=at())
        outbox.sending(tx, key, at())

    await store.do(work)


async def test_the_notice_that_trial_accounts_put_before_it_makes_it_no_other(store: Store) -> None:
    await left(store)
    assert await store.do(taking(ours(1, listed.TRIAL_NOTICE + "It is."))) == []


async def test_one_that_waits_or_failed_before_it_left_is_not_what_twilio_lists(store: Store) -> None:
    await store.do(text_out())
    failed = await left(store, lost=False)
    await store.do(
        lambda tx: messages.report(tx, key=failed.id, sid=None, report=said(Status.FAILED, 21606, source="answer"))
    )
    assert len(await store.do(taking(ours(1)))) == 1


async def test_a_known_message_learns_what_it_lacks_and_never_goes_back(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_out())
    sid = new_sid()
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=sid, report=said(Status.SENT)))
    recorder.events.clear()
    await store.do(taking(ours(1, sid=sid, status=Status.DELIVERED, segments=2)))
    await store.do(taking(ours(1, sid=sid, status=Status.SENT, price="-0.0158", price_unit="USD")))
    [now] = await stored(store)
    assert (now.status, now.segments, now.price, now.price_unit) == (Status.DELIVERED, 2, "-0.0158", "USD")
    assert len(recorder.of(MessageChanged)) == 2
    words = len(await store.read(lambda db: messages.reports(db, message.id)))
    await store.do(taking(ours(1, sid=sid, status=Status.QUEUED, segments=9, price="-9", price_unit="EUR")))
    assert await stored(store) == [now]
    assert len(await store.read(lambda db: messages.reports(db, message.id))) == words
    facts = await store.read(lambda db: conversations.facts(db, message.conversation_id))
    assert (facts.spent, facts.delivered) == ("0.0158", 1)


async def test_a_list_that_denies_what_stands_is_kept_once_and_moves_nothing(store: Store) -> None:
    message = await store.do(text_out())
    sid = new_sid()
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=sid, report=said(Status.DELIVERED)))
    for _ in range(3):
        await store.do(taking(ours(1, sid=sid, status=Status.UNDELIVERED)))
    words = history(await store.read(lambda db: messages.reports(db, message.id)))
    assert [(word.report.status, word.stands) for word in words] == [
        (Status.DELIVERED, Status.DELIVERED),
        (Status.UNDELIVERED, Status.DELIVERED),
    ]
    assert [found.clash for found in words[1].contradicts] == [Clash.ARRIVAL]


async def test_a_failure_is_learned_with_its_code(store: Store) -> None:
    message = await store.do(text_out())
    await store.do(lambda tx: messages.report(tx, key=message.id, sid="SM9", report=said(Status.SENT)))
    await store.do(taking(ours(1, sid="SM9", status=Status.UNDELIVERED, error_code=30003)))
    [now] = await stored(store)
    assert (now.status, now.error_code) == (Status.UNDELIVERED, 30003)
    assert len(await store.read(lambda db: conversations.page(db, Filter.FAILED))) == 1


@pytest.mark.parametrize(("origin", "counts"), [(None, 1), (Origin.ELSEWHERE, 0), (Origin.HISTORY, 0)])
async def test_a_failure_of_the_time_since_a_backup_counts_and_no_other(
    store: Store, origin: Origin | None, counts: int
) -> None:
    failed = ours(3, status=Status.UNDELIVERED, error_code=30006)
    await store.do(
        taking(one(), failed, origin=lambda one: Origin.OFF if one.direction is Direction.INBOUND else origin)
    )
    assert (await store.read(conversations.counts)).failed == counts


async def test_what_is_to_be_asked_about_again_is_planned(store: Store) -> None:
    page = [ours(1), ours(2, status=Status.DELIVERED)]
    await store.do(
        lambda tx: listed.take(
            tx,
            page,
            new_key=messages.new_key,
            origin_of=OFF,
            now=at(3),
            poll_at=lambda one: at(30) if one.status is Status.SENT else None,
        )
    )
    [silent] = await store.read(lambda db: polls.due(db, at(30), 10))
    assert silent.message.sid == page[0].sid


async def test_pictures_of_history_are_fetched_after_those_of_now(store: Store) -> None:
    await store.do(taking(*(one(n, num_media=1) for n in range(5)), origin=HISTORY))
    now = await store.do(text_in(when=at(100), media=(("https://example.org/1", "image/png"),)))
    waiting = await store.read(lambda db: media.pending(db, at(200)))
    assert len(waiting) == 6
    assert waiting[0].message_id == now.id


def saying(tx: Tx, *page: ListedMessage) -> None:
    """As catching up does it: the newest first."""
    for said_ in sorted(page, key=lambda one: one.at, reverse=True):
        wished(tx, said_, past=True)


@pytest.mark.parametrize("split", [1, 2])
async def test_an_older_stop_changes_nothing_where_a_newer_start_is_known(store: Store, split: int) -> None:
    stop, start = one(1, "STOP"), one(2, "START")
    if split == 1:
        await store.do(lambda tx: saying(tx, stop, start))
    else:
        await store.do(lambda tx: saying(tx, start))
        await store.do(lambda tx: saying(tx, stop))
    assert not await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    ledger = await store.read(lambda db: consent.events(db, LINE, PEER))
    assert [(event.opted_out, event.sid, event.at) for event in ledger] == [
        (True, stop.sid, at(1)),
        (False, start.sid, at(2)),
    ]


async def test_a_newer_stop_counts_whatever_is_known_of_before(store: Store) -> None:
    await store.do(lambda tx: saying(tx, one(1, "START"), one(2, "Stop "), one(3, "thanks")))
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    place = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert place is not None
    assert (place.opted_out_words, place.opted_out_at) == ("Stop", at(2))


async def test_of_the_same_second_the_later_word_counts(store: Store) -> None:
    def work(tx: Tx) -> None:
        for said_ in (one(0, "STOP"), one(0, "START")):  # newest first
            wished(tx, said_, past=True)

    await store.do(work)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))


async def test_a_refusal_of_before_a_start_opts_nobody_out(store: Store) -> None:
    def work(tx: Tx) -> None:
        saying(tx, one(50, "START"))
        refused(tx, LINE, PEER, said(Status.FAILED, 21610, source="poll", when=at(1)), at=at(1), past=True)

    await store.do(work)
    assert not await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    assert len(await store.read(lambda db: consent.events(db, LINE, PEER))) == 2


async def test_two_equal_texts_of_one_second_are_matched_once_each(store: Store) -> None:
    await left(store, when=0.2)
    await left(store, when=0.7)
    page = [ours(0), ours(0)]
    await store.do(lambda tx: listed.settle(tx, page, at(9)))
    assert {message.sid for message in await stored(store)} == {one.sid for one in page}
