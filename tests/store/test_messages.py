"""Messages in and out, and what they do to their conversation."""

import asyncio

import pytest

from sms_desktop.domain.conversation import Filter, Last
from sms_desktop.domain.events import MessageAdded
from sms_desktop.domain.media import File, MediaState
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import conversations, drafts, messages, outbox, search
from sms_desktop.store.messages import PastMessage, add_history
from sms_desktop.store.store import Store
from tests.store.recorder import LINE, PEER, Recorder, at, new_sid, text_in, text_out

PICTURE = File("ab" * 32, 1234, "image/png", "chair.png")


async def test_an_inbound_message_makes_its_conversation(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_in("hello", when=at(1)))
    (told,) = recorder.of(MessageAdded)
    assert told.message == message
    assert told.conversation == await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert told.conversation.unread == 1
    assert told.conversation.at == at(1)
    assert told.conversation.last == Last("hello", Direction.INBOUND, Status.RECEIVED, None, 0, None)
    assert (message.sender, message.recipient, message.status) == (PEER, LINE, Status.RECEIVED)


async def test_the_same_sid_twice_is_one_message_and_says_nothing_the_second_time(
    store: Store, recorder: Recorder
) -> None:
    sid = new_sid()
    await store.do(text_in("once", sid=sid))
    again = await store.do(
        lambda tx: messages.add_inbound(tx, sid=sid, line=LINE, peer=PEER, body="once", at=at(9), media=(), segments=1)
    )
    assert again is None
    assert len(recorder.events) == 1
    found = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert found is not None and found.unread == 1


async def test_an_older_message_that_comes_late_does_not_take_the_lists_line(store: Store) -> None:
    await store.do(text_in("newest", when=at(100)))
    await store.do(text_in("from yesterday", when=at(-86400)))
    (found,) = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert found.last is not None and found.last.body == "newest"
    assert (found.at, found.unread) == (at(100), 2)
    page = await store.read(lambda db: messages.latest(db, found.id))
    assert [message.body for message in page.messages] == ["from yesterday", "newest"]


async def test_an_inbound_message_brings_its_conversation_back_from_the_archive(store: Store) -> None:
    message = await store.do(text_in())
    await store.do(lambda tx: conversations.set_archived(tx, message.conversation_id, True))
    assert await store.read(lambda db: conversations.page(db, Filter.ALL)) == []
    await store.do(text_in())
    assert len(await store.read(lambda db: conversations.page(db, Filter.ALL))) == 1


@pytest.mark.parametrize("peer", ["+12125550187", "72727", "AMAZON", "+1", "whatsapp:+12125550187", "日本", "a" * 300])
async def test_no_peer_is_refused_for_its_looks(store: Store, peer: str) -> None:
    message = await store.do(text_in(peer=peer))
    assert message.peer == peer
    assert await store.read(lambda db: messages.get(db, message.id)) == message


async def test_inbound_media_wait_to_be_fetched(store: Store) -> None:
    sent = (("https://example.org/1", "image/jpeg"), ("https://example.org/2", "application/pdf"))
    message = await store.do(text_in("", media=sent))
    assert [(item.url, item.content_type) for item in message.media] == list(sent)
    assert {item.state for item in message.media} == {MediaState.PENDING}
    assert await store.read(lambda db: messages.get(db, message.id)) == message
    (found,) = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert found.last is not None and (found.last.num_media, found.last.media_type) == (2, "image/jpeg")


async def test_an_outbound_message_is_queued_in_the_outbox_and_ends_the_draft(store: Store, recorder: Recorder) -> None:
    place = await store.do(lambda tx: conversations.ensure(tx, LINE, PEER, at()))
    await store.do(lambda tx: drafts.save(tx, place.id, "It is rea", (), at()))
    key = messages.new_key()
    message = await store.do(
        lambda tx: messages.add_outbound(
            tx, id=key, conversation_id=place.id, body="It is ready.", files=[PICTURE], author="Ada", at=at(5)
        )
    )
    assert (message.id, message.status, message.author) == (key, Status.QUEUED, "Ada")
    assert [item.file for item in message.media] == [PICTURE]
    assert await store.read(lambda db: messages.get(db, key)) == message
    assert await store.read(lambda db: drafts.load(db, place.id)) is None
    assert await store.read(outbox.waiting) == 1
    told = recorder.of(MessageAdded)[-1].conversation
    assert told.draft is None and told.at == at(5) and told.unread == 0
    assert told.last == Last("It is ready.", Direction.OUTBOUND, Status.QUEUED, None, 1, "image/png")


@pytest.mark.parametrize(("ahead", "below"), [(0, True), (20, True), (3600, False)])
async def test_what_is_sent_comes_below_what_a_clock_a_little_ahead_has_dated(
    store: Store, ahead: int, below: bool
) -> None:
    await store.do(text_in("What time is it?", when=at(ahead)))
    answer = await store.do(text_out("Noon.", when=at()))
    page = await store.read(lambda db: messages.latest(db, answer.conversation_id, 5))
    assert [message.body for message in page.messages][-1] == ("Noon." if below else "What time is it?")
    assert await store.read(outbox.next_due) == at()


async def test_a_retry_is_a_new_linked_message_and_leaves_the_draft(store: Store) -> None:
    first = await store.do(text_out())
    await store.do(lambda tx: drafts.save(tx, first.conversation_id, "meanwhile", (), at()))
    second = await store.do(text_out(retry_of=first.id, keep_draft=True))
    assert second.id != first.id and second.retry_of == first.id
    draft = await store.read(lambda db: drafts.load(db, first.conversation_id))
    assert draft is not None and draft.body == "meanwhile"


async def test_a_message_to_a_conversation_that_is_not_there_changes_nothing(store: Store) -> None:
    with pytest.raises(LookupError):
        await store.do(lambda tx: messages.add_outbound(tx, id="0" * 32, conversation_id=7, body="?", at=at()))
    assert await store.read(messages.newest_seq) == 0


@pytest.mark.parametrize(
    "body",
    [
        "nul\0in the middle\0",
        "👩‍👩‍👧‍👦 🇪🇺 🎉",
        "مرحبا بالعالم \u202eabc\u202c שלום",
        "x" * 1601,
        "é" * 20_000,
        "",
        "line\r\nbreaks\ttabs \u2028 \x02 \x03",
        "'; DROP TABLE messages; --",
    ],
)
async def test_a_body_is_kept_as_it_came(store: Store, body: str) -> None:
    message = await store.do(text_in(body))
    assert message.body == body
    again = await store.read(lambda db: messages.get(db, message.id))
    assert again == message


async def test_words_after_a_nul_and_among_emoji_are_found(store: Store) -> None:
    first = await store.do(text_in("nul\0inside it"))
    second = await store.do(text_in("🎉 party 🎉", when=at(1)))
    third = await store.do(text_in("قريبا شكرا", when=at(2)))
    for words, message in [("inside", first), ("party", second), ("شكر", third)]:
        (hit,) = await store.read(lambda db, words=words: search.find(db, words))  # type: ignore[misc]
        assert hit.message == message


async def test_lone_surrogates_are_replaced_and_pairs_joined(store: Store) -> None:
    message = await store.do(text_in("a\ud83c\udf89b \ud83c c", peer="X\udc00"))
    assert (message.body, message.peer) == ("a🎉b \ufffd c", "X\ufffd")
    assert await store.read(lambda db: messages.get(db, message.id)) == message
    again = await store.do(text_in("the same peer", peer="X\udc00"))
    assert again.conversation_id == message.conversation_id


async def test_keys_are_32_hex_digits_and_never_the_same(store: Store) -> None:
    keys = {messages.new_key() for _ in range(2000)}
    assert len(keys) == 2000
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)


def _past(n: int, **values: object) -> PastMessage:
    inbound = n % 2 == 0
    basis: dict[str, object] = {
        "id": f"{n:032x}",
        "line": LINE,
        "peer": f"+1212555{n % 3:04}",
        "direction": Direction.INBOUND if inbound else Direction.OUTBOUND,
        "body": f"past {n}",
        "status": Status.RECEIVED if inbound else Status.DELIVERED,
        "at": at(n),
        "sid": f"SM{n:032x}",
        "price": "-0.00750",
        "price_unit": "USD",
    }
    return PastMessage(**(basis | values))  # type: ignore[arg-type]


async def test_history_comes_in_many_at_a_time_without_events(store: Store, recorder: Recorder) -> None:
    past = [_past(n) for n in range(12_001)] + [_past(20_000, files=(PICTURE,), unseen=True, peer="72727")]
    assert await store.do(lambda tx: add_history(tx, past)) == 12_002
    assert await store.do(lambda tx: add_history(tx, past)) == 0
    assert recorder.events == []
    found = await store.read(lambda db: conversations.page(db, Filter.ALL))
    assert [place.peer for place in found] == ["72727", "+12125550000", "+12125550002", "+12125550001"]
    assert found[0].unread == 1 and found[0].last is not None and found[0].last.media_type == "image/png"
    assert found[1].unread == 0 and found[1].last is not None and found[1].last.body == "past 12000"
    facts = await store.read(lambda db: conversations.facts(db, found[1].id))
    assert (facts.messages, facts.outbound, facts.delivered, facts.ended) == (4001, 2000, 2000, 2000)
    assert (facts.spent, facts.price_unit, facts.first_at) == ("30.0075", "USD", at(0))
    assert [item.file for item in await store.read(lambda db: conversations.media(db, found[0].id))] == [PICTURE]
    assert len(await store.read(lambda db: search.find(db, "past"))) == 50


async def test_concurrent_messages_keep_the_counters_right(store: Store) -> None:
    await asyncio.gather(
        *(store.do(text_in(when=at(n))) for n in range(50)), *(store.do(text_out()) for _ in range(30))
    )
    (found,) = await store.read(lambda db: conversations.page(db, Filter.ALL))
    facts = await store.read(lambda db: conversations.facts(db, found.id))
    assert (found.unread, facts.messages, facts.outbound) == (50, 80, 30)
