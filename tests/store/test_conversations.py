"""The list, its filters and marks."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sms_desktop.domain.conversation import Conversation, Counts, Filter
from sms_desktop.domain.events import ConversationChanged
from sms_desktop.domain.message import Status
from sms_desktop.store import consent, conversations, messages
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.recorder import LINE, PEER, Recorder, at, said, text_in, text_out


async def test_the_same_line_and_peer_is_the_same_conversation(store: Store, recorder: Recorder) -> None:
    first = await store.do(lambda tx: conversations.ensure(tx, LINE, PEER, at(1)))
    again = await store.do(lambda tx: conversations.ensure(tx, LINE, PEER, at(2)))
    other = await store.do(lambda tx: conversations.ensure(tx, "+15005550009", PEER, at(3)))
    assert first == again and other.id != first.id
    assert first.last is None and first.at == at(1)
    assert [event.conversation.id for event in recorder.of(ConversationChanged)] == [first.id, other.id]


async def test_each_filter_shows_its_own_and_counts_say_how_many(store: Store) -> None:
    def seed(tx: Tx) -> None:
        ids = {}
        for n, name in enumerate(["plain", "unread", "failed", "scheduled", "archived", "opted", "blocked"]):
            message = text_out(peer=name, when=at(n))(tx)
            ids[name] = message.conversation_id
            if name == "failed":
                messages.report(tx, key=message.id, sid=None, report=said(Status.FAILED, 30003))
            if name == "scheduled":
                tx.db.exec_driver_sql("UPDATE messages SET status = 'scheduled' WHERE id = ?", (message.id,))
        text_in(peer="unread", when=at(10))(tx)
        text_in(peer="blocked", when=at(11))(tx)
        conversations.set_archived(tx, ids["archived"], True)
        conversations.set_blocked(tx, ids["blocked"], True)
        consent.record(tx, line=LINE, peer="opted", opted_out=True, source="inbound", words="STOP", sid=None, at=at())

    await store.do(seed)
    shown = {
        filter: [place.peer for place in await store.read(lambda db, filter=filter: conversations.page(db, filter))]  # type: ignore[misc]
        for filter in Filter
    }
    assert shown == {
        Filter.ALL: ["unread", "opted", "scheduled", "failed", "plain"],
        Filter.UNREAD: ["unread"],
        Filter.FAILED: ["failed"],
        Filter.SCHEDULED: ["scheduled"],
        Filter.ARCHIVED: ["archived"],
        Filter.OPTED_OUT: ["opted"],
        Filter.BLOCKED: ["blocked"],
    }
    assert await store.read(conversations.counts) == Counts(5, 1, 1, 1, 1, 1)


async def test_reading_is_told_only_where_there_was_something_to_read(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_in())
    read = await store.do(lambda tx: conversations.mark_read(tx, message.conversation_id))
    again = await store.do(lambda tx: conversations.mark_read(tx, message.conversation_id))
    assert read == again and read.unread == 0
    assert [event.conversation for event in recorder.of(ConversationChanged)] == [read]


async def test_archiving_twice_is_told_once(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_in())
    for _ in range(2):
        place = await store.do(lambda tx: conversations.set_archived(tx, message.conversation_id, True))
        assert place.archived
    assert len(recorder.of(ConversationChanged)) == 1


async def test_what_is_not_there_is_a_lookup_error(store: Store) -> None:
    for work in (
        lambda tx: conversations.mark_read(tx, 7),
        lambda tx: conversations.set_blocked(tx, 7, True),
        lambda tx: conversations.facts(tx.db, 7),
    ):
        with pytest.raises(LookupError):
            await store.do(work)
    assert await store.read(lambda db: conversations.get(db, 7)) is None


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    moments=st.lists(st.integers(min_value=0, max_value=5), min_size=1, max_size=25),
    limit=st.integers(min_value=1, max_value=7),
    one_line=st.booleans(),
)
def test_pages_of_the_list_cover_every_conversation_once(
    tx: Tx, moments: list[int], limit: int, one_line: bool
) -> None:
    line = f"+1{messages.new_key()}"
    for n, moment in enumerate(moments):
        text_in(line=line, peer=f"{n}", when=at(moment))(tx)
    wanted = line if one_line else None
    found: list[Conversation] = []
    page = conversations.page(tx.db, Filter.ALL, None, limit, wanted)
    while page:
        assert len(page) <= limit
        found += page
        page = conversations.page(tx.db, Filter.ALL, found[-1], limit, wanted)
    places = [(place.at, place.id) for place in found]
    assert places == sorted(set(places), reverse=True)
    assert {place.peer for place in found if place.line == line} == {f"{n}" for n in range(len(moments))}


@pytest.mark.parametrize("filter", Filter)
def test_the_list_is_read_along_an_index(tx: Tx, filter: Filter) -> None:
    statements: list[str] = []
    driver = tx.db.connection.driver_connection
    assert driver is not None
    text_in()(tx)
    driver.set_trace_callback(statements.append)
    conversations.page(tx.db, filter)
    driver.set_trace_callback(None)
    for statement in statements:
        plan = " ".join(str(row[3]) for row in tx.db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))
        name = {Filter.ALL: "visible", Filter.SCHEDULED: ""}.get(filter, filter.value)
        assert f"USING INDEX ix_conversations_{name}" in plan or filter is Filter.SCHEDULED, plan
        if filter is not Filter.SCHEDULED:
            assert "TEMP B-TREE" not in plan, plan
