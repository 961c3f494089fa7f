"""Numbers that texts do not reach: remembered with their evidence, apart from consent, and cleared by a text."""

from dataclasses import replace
from datetime import datetime

import pytest

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.events import ReceptionChanged
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle
from sms_desktop.domain.reply import AUTHOR
from sms_desktop.store import consent, lookups, messages, reception, replies
from sms_desktop.store.history import PastMessage
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import PEER, Recorder, at, new_sid, said, text_in, text_out


async def _fails(store: Store, code: int, *, peer: str = PEER, when: float = 0) -> Message:
    message = await store.do(text_out("hello", peer=peer, when=at(when)))
    word = said(Status.UNDELIVERED, code=code)
    failed = await store.do(lambda tx: messages.report(tx, key=message.id, sid=new_sid(), report=word))
    assert failed is not None
    return failed


async def _known(store: Store, peer: str = PEER) -> CannotReceive | None:
    return await store.read(lambda db: reception.get(db, peer))


def _past(when: datetime, direction: Direction, status: Status, code: int | None = None) -> PastMessage:
    key = messages.new_key()
    return PastMessage(key, "+15005550006", PEER, direction, "x", status, when, sid=new_sid(), error_code=code,
                       origin=Origin.HISTORY)  # fmt: skip


async def test_a_landline_is_remembered_with_its_evidence_and_told(store: Store, recorder: Recorder) -> None:
    failed = await _fails(store, 30006)
    found = await _known(store)
    assert found == CannotReceive(PEER, Obstacle.LANDLINE, Evidence.ERROR, 30006, failed.sid, failed.at)
    assert recorder.of(ReceptionChanged)[-1] == ReceptionChanged(PEER, found)
    assert await _known(store, "+12125550100") is None


@pytest.mark.parametrize("code", [30007, 30008, 21610, 30004])
async def test_what_says_nothing_of_the_number_is_not_remembered(store: Store, code: int) -> None:
    await _fails(store, code)
    assert await _known(store) is None


async def test_a_text_from_the_number_clears_it_and_says_so(store: Store, recorder: Recorder) -> None:
    await _fails(store, 30006)
    await store.do(text_in("hi", peer=PEER, when=at(60)))
    assert await _known(store) is None
    assert recorder.of(ReceptionChanged)[-1] == ReceptionChanged(PEER, None)


async def test_a_start_after_a_landline_error_opts_in_and_clears_it_too(store: Store) -> None:
    await store.do(
        lambda tx: consent.record(tx, line="+15005550006", peer=PEER, opted_out=True, source="inbound", words="STOP",
                                  sid=None, at=at(-60))
    )  # fmt: skip
    await _fails(store, 30006)
    assert await store.read(lambda db: consent.opted_out(db, "+15005550006", PEER))
    start = await store.do(text_in("START", peer=PEER, when=at(60)))
    await store.do(
        lambda tx: consent.record(tx, line="+15005550006", peer=PEER, opted_out=False, source="inbound", words="START",
                                  sid=start.sid, at=at(60))
    )  # fmt: skip
    assert not await store.read(lambda db: consent.opted_out(db, "+15005550006", PEER))
    assert await _known(store) is None


async def test_opting_in_by_other_ways_says_nothing_of_the_number(store: Store) -> None:
    await _fails(store, 30006)
    await store.do(
        lambda tx: consent.record(tx, line="+15005550006", peer=PEER, opted_out=False, source="staff", words="phone",
                                  sid=None, at=at(60))
    )  # fmt: skip
    assert await _known(store) is not None


async def test_one_text_that_arrives_clears_it_also_the_one_that_failed(store: Store) -> None:
    failed = await _fails(store, 30006)
    late = said(Status.DELIVERED)
    await store.do(lambda tx: messages.report(tx, key=failed.id, sid=failed.sid, report=late))
    assert await _known(store) is None


async def test_an_error_that_comes_after_a_later_text_from_the_number_is_old_news(store: Store) -> None:
    message = await store.do(text_out("hello", peer=PEER, when=at(0)))
    await store.do(text_in("I am here", peer=PEER, when=at(30)))
    word = said(Status.UNDELIVERED, code=30005)
    await store.do(lambda tx: messages.report(tx, key=message.id, sid=new_sid(), report=word))
    assert await _known(store) is None


@pytest.mark.parametrize("order", [1, -1], ids=["old to new", "new to old"])
@pytest.mark.parametrize(("inbound_at", "stands"), [(-60, True), (60, False)])
async def test_of_history_the_times_count_in_whatever_order_it_is_listed(
    store: Store, order: int, inbound_at: float, stands: bool
) -> None:
    rows = [
        _past(at(0), Direction.OUTBOUND, Status.UNDELIVERED, 30006),
        _past(at(inbound_at), Direction.INBOUND, Status.RECEIVED),
    ][::order]
    for row in rows:
        await store.do(lambda tx, row=row: messages.add_history(tx, [row]))  # type: ignore[misc]
    assert (await _known(store) is not None) is stands


async def test_a_phone_that_is_off_is_remembered_only_when_three_texts_in_a_row_found_it_so(store: Store) -> None:
    await _fails(store, 30003, when=0)
    await _fails(store, 30003, when=10)
    assert await _known(store) is None
    await _fails(store, 30003, when=20)
    found = await _known(store)
    assert found is not None and (found.obstacle, found.final) == (Obstacle.SILENT, False)


async def test_a_phone_that_answered_in_between_is_not_out_of_reach(store: Store) -> None:
    await _fails(store, 30003, when=0)
    await _fails(store, 30003, when=10)
    arrived = await store.do(text_out("there?", peer=PEER, when=at(15)))
    word = said(Status.DELIVERED)
    await store.do(lambda tx: messages.report(tx, key=arrived.id, sid=new_sid(), report=word))
    await _fails(store, 30003, when=20)
    assert await _known(store) is None


async def test_texts_that_find_the_phone_out_of_reach_are_counted_anew_once_it_has_texted(
    store: Store, recorder: Recorder
) -> None:
    await _fails(store, 30003, when=0)
    await _fails(store, 30003, when=10)
    await store.do(text_in("STOP", peer=PEER, when=at(15)))
    await _fails(store, 30003, when=20)
    await _fails(store, 30003, when=30)
    assert await _known(store) is None
    await _fails(store, 30003, when=40)
    assert await _known(store) is not None
    await store.do(text_in("here I am", peer=PEER, line="+15005550009", when=at(50)))
    assert await _known(store) is None
    assert recorder.of(ReceptionChanged)[-1] == ReceptionChanged(PEER, None)


async def test_what_answers_by_itself_is_no_text_that_found_the_phone_out_of_reach(store: Store) -> None:
    heard = await store.do(text_in("open?", peer=PEER, when=at(0)))
    for when in (1, 2, 3):
        sid = heard.sid if when == 1 else new_sid()
        assert sid is not None
        await store.do(lambda tx, when=when, sid=sid: _answers(tx, heard.conversation_id, sid, at(when)))  # type: ignore[misc]
    assert await _known(store) is None
    for when in (4, 5):
        await _fails(store, 30003, when=when)
    assert await _known(store) is None
    await _fails(store, 30003, when=6)
    assert await _known(store) is not None


def _answers(tx: Tx, place: int, sid: str, when: datetime) -> None:
    """A rule's reply in the answer to Twilio, which does not reach the phone."""
    reply = messages.add_reply(tx, conversation_id=place, body="We are open.", author=AUTHOR, at=when)
    replies.answer(tx, sid=sid, line="+15005550006", peer=PEER, at=when, rule=1, name="Open", said="open?",
                   message_id=reply.id)  # fmt: skip
    messages.report(tx, key=reply.id, sid=new_sid(), report=said(Status.UNDELIVERED, code=30003))


@pytest.mark.parametrize(("apart", "counts"), [(1, False), (120, True)])
async def test_what_twilio_answers_at_once_does_not_count_and_what_others_send_later_does(
    store: Store, apart: float, counts: bool
) -> None:
    await store.do(text_in("STOP", peer=PEER, when=at(0)))
    rows = [
        replace(_past(at(apart + after), Direction.OUTBOUND, Status.UNDELIVERED, 30003), origin=Origin.ELSEWHERE)
        for after in (0, 1, 2)
    ]
    await store.do(lambda tx: messages.add_history(tx, rows))
    assert (await _known(store) is not None) is counts


async def test_a_text_from_it_that_is_found_later_between_them_has_them_counted_anew(store: Store) -> None:
    for when in (0, 10, 20):
        await _fails(store, 30003, when=when)
    assert await _known(store) is not None
    await store.do(lambda tx: messages.add_history(tx, [_past(at(-5), Direction.INBOUND, Status.RECEIVED)]))
    assert await _known(store) is not None
    await store.do(lambda tx: messages.add_history(tx, [_past(at(5), Direction.INBOUND, Status.RECEIVED)]))
    assert await _known(store) is None


async def test_a_look_up_that_finds_a_landline_is_remembered_and_one_that_finds_a_mobile_clears_it(
    store: Store,
) -> None:
    await store.do(lambda tx: lookups.learn(tx, Lookup(PEER, True, "landline", "Acme", at(0))))
    found = await _known(store)
    assert found is not None and (found.obstacle, found.source, found.code) == (
        Obstacle.LANDLINE, Evidence.LOOKUP, None,
    )  # fmt: skip
    await store.do(lambda tx: lookups.learn(tx, Lookup(PEER, True, "mobile", "Acme", at(10))))
    assert await _known(store) is None


async def test_who_texts_from_a_landline_gets_texts_there(store: Store) -> None:
    await store.do(text_in("hi", peer=PEER, when=at(0)))
    await store.do(lambda tx: lookups.learn(tx, Lookup(PEER, True, "landline", "Acme", at(10))))
    assert await _known(store) is None


async def test_what_was_paid_for_is_not_forgotten_for_what_is_free(store: Store) -> None:
    await store.do(lambda tx: lookups.put(tx, Lookup(PEER, True, "mobile", "Acme", at(0))))
    await store.do(lambda tx: lookups.put(tx, Lookup(PEER, True, None, None, at(10))))
    found = await store.read(lambda db: lookups.get(db, PEER))
    assert found == Lookup(PEER, True, "mobile", "Acme", at(10))
