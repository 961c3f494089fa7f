"""Pages cover a conversation once, in order, whatever the moments of its messages."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from sms_desktop.domain.message import Doubt, Message, Status
from sms_desktop.store import messages, schema
from sms_desktop.store.tx import Tx
from tests.store.recorder import at, text_in, text_out

_moments = st.lists(st.integers(min_value=0, max_value=6), min_size=1, max_size=40)
_limits = st.integers(min_value=1, max_value=9)
_often = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def _conversation(tx: Tx, moments: list[int]) -> list[Message]:
    """A conversation with a message at each of ``moments`` (many of them the same), in its right order."""
    peer = f"+1{messages.new_key()}"
    text_in("next door", peer=f"{peer}9", when=at(3))(tx)
    stored = [text_in(f"text {n}", peer=peer, when=at(moment))(tx) for n, moment in enumerate(moments)]
    return sorted(stored, key=lambda message: (message.at, message.seq))


@_often
@given(moments=_moments, limit=_limits)
def test_pages_backwards_cover_every_message_once_in_order(tx: Tx, moments: list[int], limit: int) -> None:
    expected = _conversation(tx, moments)
    page = messages.latest(tx.db, expected[0].conversation_id, limit)
    assert not page.newer
    found = list(page.messages)
    while page.older:
        page = messages.before(tx.db, found[0], limit)
        assert page.newer and 1 <= len(page.messages) <= limit
        found[:0] = page.messages
    assert found == expected


@_often
@given(moments=_moments, limit=_limits)
def test_pages_forwards_cover_every_message_once_in_order(tx: Tx, moments: list[int], limit: int) -> None:
    expected = _conversation(tx, moments)
    found = expected[:1]
    page = messages.after(tx.db, found[0], limit)
    while True:
        assert page.older and len(page.messages) <= limit
        found += page.messages
        if not page.newer:
            break
        page = messages.after(tx.db, found[-1], limit)
    assert found == expected


@_often
@given(moments=_moments, limit=st.integers(min_value=1, max_value=12), data=st.data())
def test_a_page_around_a_message_joins_those_before_and_after_it(
    tx: Tx, moments: list[int], limit: int, data: st.DataObject
) -> None:
    expected = _conversation(tx, moments)
    middle = data.draw(st.integers(min_value=0, max_value=len(expected) - 1))
    page = messages.around(tx.db, expected[middle], limit)
    first = expected.index(page.messages[0])
    last = first + len(page.messages) - 1
    assert list(page.messages) == expected[first : last + 1]
    assert first <= middle <= last and len(page.messages) <= limit
    assert page.older == (first > 0)
    assert page.newer == (last < len(expected) - 1)


def test_an_empty_conversation_is_an_empty_page(tx: Tx) -> None:
    page = messages.latest(tx.db, 999_999)
    assert (page.messages, page.older, page.newer) == ((), False, False)


def test_pages_are_read_along_the_index(tx: Tx) -> None:
    statements: list[str] = []
    driver = tx.db.connection.driver_connection
    assert driver is not None
    message = text_in(when=at(1))(tx)
    driver.set_trace_callback(statements.append)
    messages.latest(tx.db, message.conversation_id)
    messages.before(tx.db, message)
    messages.after(tx.db, message)
    driver.set_trace_callback(None)
    for statement in statements:
        plan = " ".join(str(row[3]) for row in tx.db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}"))
        assert "ix_messages_conversation" in plan and "TEMP B-TREE" not in plan, statement


def test_what_nobody_confirmed_is_looked_at_first_and_what_was_sent_again_is_not(tx: Tx) -> None:
    texts = [text_out(f"text {n}", when=at(n))(tx) for n in range(5)]
    place = texts[0].conversation_id
    assert messages.wants_a_look(tx.db, place) is None

    def become(number: int, **values: object) -> str:
        tx.db.execute(update(schema.messages).where(schema.messages.c.id == texts[number].id).values(**values))
        return texts[number].id

    def looked_at() -> str | None:
        found = messages.wants_a_look(tx.db, place)
        return None if found is None else found.id

    first = become(1, status=Status.FAILED)
    assert looked_at() == first
    become(2, retry_of=first)
    assert looked_at() is None
    become(2, status=Status.CANCELED)
    assert looked_at() == first
    newest = become(4, status=Status.UNDELIVERED)
    assert looked_at() == newest
    doubt = become(0, status=Status.UNCONFIRMED, doubt=Doubt.OVER)
    become(3, status=Status.UNCONFIRMED, doubt=Doubt.OVER)
    assert looked_at() == doubt
