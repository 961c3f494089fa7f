"""Unconfirmed messages: Twilio's list is read on purpose, soon and again, and nothing is sent twice over it."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sms_desktop.domain.errors import BadInput, GatewayError
from sms_desktop.domain.message import FINAL, Doubt, ListedMessage, Message, Status, StatusReport
from sms_desktop.gateway import listing
from sms_desktop.services.catchup import CatchUp
from sms_desktop.services.clock import now
from sms_desktop.services.doubt import AGAIN, WAITS, seek
from sms_desktop.simulator.messages import Filter
from sms_desktop.store import outbox, polls
from tests.rig import LINE, PATIENCE, SILENT, Rig, running
from tests.services.crash import cut_short


@pytest.fixture(autouse=True)
def nothing_but_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catching up would read the same list, and find the same."""

    async def idle(_: CatchUp) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(CatchUp, "run", idle)


async def doubtful(rig: Rig, body: str = "did it go?", *, taken: bool = True) -> Message:
    """A text whose answer was lost, and all callbacks with it."""
    rig.simulator.weather.lost_callbacks = 1
    rig.simulator.weather.turn("500 after" if taken else "500 before", True)
    message = await rig.send(SILENT, body)
    found = await rig.status(message, Status.UNCONFIRMED)
    rig.simulator.weather.error_after = rig.simulator.weather.error_before = 0
    return found


async def due(rig: Rig, message: Message, looks: int = 0) -> None:
    """The time for the next look has come."""
    await rig.engine.store.do(lambda tx: polls.plan(tx, message.id, now(), looks))
    rig.services.statuses.wake()


async def doubt_of(rig: Rig, message: Message, *wanted: Doubt | None) -> Message:
    def reached() -> Message | None:
        found = rig.messages[message.id]
        return found if found.doubt in wanted else None

    return await rig.until(reached, f"the doubt becomes {wanted}")


async def planned_anew(rig: Rig) -> None:
    """A look that Twilio did not answer is over, and the next one is planned."""
    async with asyncio.timeout(PATIENCE):
        while (planned := await rig.engine.store.read(polls.next_due)) is None or planned < now() + AGAIN / 2:
            pass


def taken(rig: Rig) -> Counter[str]:
    """How often Twilio was given each text."""
    return Counter(m.body for m in rig.simulator.account.log.older(Filter(), None, 1000) if m.direction != "inbound")


async def test_the_list_is_read_soon_after_a_lost_answer(rig: Rig) -> None:
    message = await doubtful(rig)
    assert message.doubt is Doubt.ASKING
    planned = await rig.engine.store.read(polls.next_due)
    assert planned is not None
    assert timedelta(0) < planned - message.updated_at <= outbox.FIRST_ASKED
    assert sum(WAITS, outbox.FIRST_ASKED) == timedelta(minutes=10)


async def test_what_twilio_has_is_found_in_its_list_and_followed_from_then_on(rig: Rig) -> None:
    message = await doubtful(rig)
    await due(rig, message)
    found = await doubt_of(rig, message, None)
    assert found.sid is not None
    assert found.status is not Status.UNCONFIRMED
    all_known = found.status in FINAL and found.price is not None  # on a slow machine the list may tell it by then
    assert (await rig.engine.store.read(polls.next_due) is None) is all_known
    assert taken(rig) == {"did it go?": 1}


async def test_what_twilio_has_not_is_asked_for_until_the_time_is_over_and_never_sent_again(rig: Rig) -> None:
    message = await doubtful(rig, taken=False)
    for looks in range(len(WAITS)):
        await due(rig, message, looks)
        asked = await rig.until(
            lambda before=message: (
                found  # type: ignore[misc]
                if (found := rig.messages[before.id]).asked_at != before.asked_at
                else None
            ),
            "the list was read",
        )
        assert asked.doubt is Doubt.ASKING
        message = asked
    await due(rig, message, len(WAITS))
    over = await doubt_of(rig, message, Doubt.OVER)
    assert (over.status, over.sid) == (Status.UNCONFIRMED, None)
    assert await rig.engine.store.read(polls.next_due) is None
    assert taken(rig) == {}


async def test_what_has_no_word_of_having_left_is_not_asked_about_for_ever(rig: Rig) -> None:
    message = await doubtful(rig, taken=False)
    await rig.engine.store.do(
        lambda tx: tx.db.exec_driver_sql("DELETE FROM status_events WHERE status = 'sending'")  # they were damaged
    )
    await due(rig, message)
    over = await doubt_of(rig, message, Doubt.OVER)
    assert over.asked_at is not None
    assert await rig.engine.store.read(polls.next_due) is None


async def test_while_twilio_does_not_answer_nothing_is_concluded(rig: Rig) -> None:
    message = await doubtful(rig, taken=False)
    rig.simulator.weather.list_error = 1
    with pytest.raises(GatewayError):
        await rig.services.statuses.ask_now(message.id)
    asked = rig.simulator.requests["GET Messages.json"]
    await due(rig, message, len(WAITS))
    await rig.until(lambda: rig.simulator.requests["GET Messages.json"] > asked, "it is asked")
    await planned_anew(rig)
    assert rig.messages[message.id].doubt is Doubt.ASKING
    rig.simulator.weather.clear()
    await due(rig, message, len(WAITS))
    await doubt_of(rig, message, Doubt.OVER)


async def test_a_callback_with_our_key_settles_it_at_any_time(rig: Rig) -> None:
    message = await doubtful(rig, taken=False)
    await due(rig, message, len(WAITS))
    await doubt_of(rig, message, Doubt.OVER)
    word = StatusReport(Status.SENT, None, "SM" + "7" * 32, "callback", now())
    await rig.services.inbox.report(message.id, word)
    settled = await doubt_of(rig, message, None)
    assert (settled.status, settled.sid) == (Status.SENT, "SM" + "7" * 32)


async def test_two_equal_texts_in_doubt_are_both_found_once_each(rig: Rig) -> None:
    first, second = await doubtful(rig, "same"), await doubtful(rig, "same")
    await rig.services.statuses.ask_now(first.id)
    sids = {(await doubt_of(rig, message, None)).sid for message in (first, second)}
    assert len(sids) == 2
    assert taken(rig) == {"same": 2}


async def test_a_list_that_has_one_of_two_equal_texts_settles_exactly_one(rig: Rig) -> None:
    first = await doubtful(rig, "same")
    second = await doubtful(rig, "same", taken=False)
    for _ in range(3):
        await rig.services.statuses.ask_now(second.id)
        await rig.services.statuses.ask_now(first.id)
    found = [rig.messages[message.id] for message in (first, second)]
    assert sorted(message.sid is None for message in found) == [False, True]
    assert [message.doubt for message in found if message.sid is None] == [Doubt.ASKING]


async def test_our_key_corrects_what_the_list_could_not_tell_apart(rig: Rig) -> None:
    first = await doubtful(rig, "same")
    second = await doubtful(rig, "same", taken=False)
    await rig.services.statuses.ask_now(first.id)
    [guessed] = [m for m in (rig.messages[first.id], rig.messages[second.id]) if m.sid]
    other = second if guessed.id == first.id else first
    assert guessed.sid is not None
    await rig.services.inbox.report(other.id, StatusReport(Status.SENT, None, guessed.sid, "callback", now()))
    assert (await doubt_of(rig, guessed, Doubt.ASKING)).sid is None
    assert rig.messages[other.id].sid == guessed.sid
    await rig.services.inbox.report(guessed.id, StatusReport(Status.SENT, None, guessed.sid, "callback", now()))
    assert rig.messages[guessed.id].sid is None  # what is known by its key does not give its SID away


async def test_what_a_crash_left_under_way_is_asked_about(tmp_path: Path) -> None:
    message = await cut_short(tmp_path)
    async with running(tmp_path) as rig:
        await rig.status(message, Status.UNCONFIRMED)
        await due(rig, message)
        asked = await rig.until(lambda: rig.messages[message.id].asked_at, "it was looked for")
        assert asked is not None
        assert taken(rig) == {}


async def test_send_again_makes_a_linked_message_and_only_one(rig: Rig) -> None:
    message = await doubtful(rig, taken=False)
    again = await rig.services.outbox.retry(message.id)
    assert (again.retry_of, again.body) == (message.id, message.body)
    with pytest.raises(BadInput):
        await rig.services.outbox.retry(message.id)
    await rig.until(lambda: rig.messages[again.id].sid, "the new one is sent")
    await rig.services.statuses.ask_now(message.id)
    assert rig.messages[message.id].sid is None  # the new one's text is not taken for the old one's
    assert taken(rig) == {"did it go?": 1}


async def test_sending_again_or_leaving_settles_what_nobody_confirmed_for_list_and_line_health(rig: Rig) -> None:
    def health() -> str:
        row = next((check for check in rig.services.health.state.checks if check.key == "texts"), None)
        return row.sentence if row is not None else ""

    async def failed() -> int:
        return (await rig.services.conversations.counts()).failed

    first, second = await doubtful(rig, "first", taken=False), await doubtful(rig, "second", taken=False)
    assert await failed() == 0
    for message in (first, second):
        await due(rig, message, len(WAITS))
        await doubt_of(rig, message, Doubt.OVER)
    await rig.until(lambda: health().startswith("2 texts were never confirmed"), "line health tells it")
    await rig.services.outbox.retry(first.id)
    assert await failed() == 1
    await rig.until(lambda: health().startswith("1 text was never confirmed"), "one is settled")
    await rig.services.outbox.leave(second.id)
    assert await failed() == 0
    await rig.until(lambda: not health(), "both are")


async def test_what_is_left_alone_stays_so_and_is_settled_all_the_same(rig: Rig) -> None:
    message = await doubtful(rig)
    await rig.services.outbox.leave(message.id)
    assert (await doubt_of(rig, message, Doubt.LEFT)).status is Status.UNCONFIRMED
    await due(rig, message)
    assert (await doubt_of(rig, message, None)).sid is not None


async def test_only_the_one_conversation_is_listed(rig: Rig) -> None:
    message = await doubtful(rig)
    gateway = rig.services.link.gateway
    assert gateway is not None
    page = await gateway.listed(LINE, message.direction, None, peer=SILENT)
    assert {(one.line, one.peer) for one in page.messages} == {(LINE, SILENT)}
    page = await gateway.listed(LINE, message.direction, None, peer="+14155550199")
    assert page.messages == ()


async def test_a_list_that_cannot_all_be_read_never_says_that_a_text_is_not_there(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.status(await rig.send(SILENT, "another"), Status.DELIVERED)
    message = await doubtful(rig)
    read, odd = listing.message, True

    def unreadable(found: dict[str, Any], *rest: Any) -> ListedMessage | None:
        return read(found | {"sid": None} if found["body"] == message.body and odd else found, *rest)

    monkeypatch.setattr(listing, "message", unreadable)
    gateway = rig.services.link.gateway
    assert gateway is not None
    assert not await seek(rig.engine.store, gateway, message, len(WAITS))
    assert (await doubt_of(rig, message, Doubt.ASKING)).status is Status.UNCONFIRMED
    odd = False
    assert await seek(rig.engine.store, gateway, message, len(WAITS))
    assert (await doubt_of(rig, message, None)).sid
