"""Numbers that texts do not reach: said before the next send, with the simulator's landline, and looked up."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from sms_desktop.domain.errors import BadInput, GatewayError, NotReached, OptedOut
from sms_desktop.domain.events import TextStopped
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.message import Hold, Status
from sms_desktop.domain.night import AtNight, When
from sms_desktop.domain.reception import Evidence, Obstacle
from sms_desktop.services.admission import SAME_WORDS
from sms_desktop.simulator.messages import Filter
from sms_desktop.store import outbox
from tests.rig import FILTERED, LANDLINE, LINE, PATIENCE, PHONE_OFF, SILENT, YOURS, Rig, running
from tests.services.test_nights import night

LOOK_UPS = "GET v2/PhoneNumbers/{number}"


async def test_after_a_landline_error_the_next_text_has_to_be_wanted(rig: Rig) -> None:
    failed = await rig.status(await rig.send(LANDLINE, "hello"), Status.UNDELIVERED)
    found = await rig.services.numbers.reception(LANDLINE)
    assert found is not None and (found.obstacle, found.code, found.sid) == (Obstacle.LANDLINE, 30006, failed.sid)
    with pytest.raises(NotReached, match=r"landline.*30006") as raised:
        await rig.send(LANDLINE, "once more")
    assert not raised.value.final
    place = await rig.services.conversations.open(LINE, LANDLINE)
    await rig.status(await rig.services.outbox.submit(place.id, "once more", anyway=True), Status.UNDELIVERED)


async def test_from_another_line_it_is_said_as_well(rig: Rig) -> None:
    await rig.status(await rig.send(LANDLINE, "hello"), Status.UNDELIVERED)
    with pytest.raises(NotReached):
        await rig.send(LANDLINE, "hello", "+18885550144")


async def test_trying_a_landline_again_is_refused_until_it_texts(rig: Rig) -> None:
    failed = await rig.status(await rig.send(LANDLINE, "hello"), Status.UNDELIVERED)
    with pytest.raises(BadInput, match="billed"):
        await rig.services.outbox.retry(failed.id, anyway=True)
    await rig.simulator.phone(LANDLINE).text(LINE, "START")
    await rig.inbound("START")
    assert await rig.services.numbers.reception(LANDLINE) is None
    again = await rig.services.outbox.retry(failed.id)
    assert again.retry_of == failed.id


async def test_a_start_lifts_a_stop_and_a_landline_error_each_by_itself(rig: Rig) -> None:
    await rig.status(await rig.send(LANDLINE, "hello"), Status.UNDELIVERED)
    await rig.simulator.phone(LANDLINE).text(LINE, "STOP")
    await rig.inbound("STOP")
    assert await rig.services.numbers.reception(LANDLINE) is None  # it texted, so it is no dead number
    with pytest.raises(OptedOut):
        await rig.send(LANDLINE, "but")
    await rig.simulator.phone(LANDLINE).text(LINE, "START")
    await rig.inbound("START")
    await rig.send(LANDLINE, "welcome back")


async def test_filtered_words_are_not_sent_again_until_they_differ(rig: Rig) -> None:
    failed = await rig.status(await rig.send(FILTERED, "Spring offer"), Status.UNDELIVERED)
    with pytest.raises(BadInput, match="same words"):
        await rig.services.outbox.retry(failed.id)
    with pytest.raises(BadInput, match=SAME_WORDS):
        await rig.send(FILTERED, " Spring  offer ")
    await rig.status(await rig.send(FILTERED, "Ann of Bright Chairs here."), Status.UNDELIVERED)
    assert await rig.services.numbers.reception(FILTERED) is None


async def test_whether_it_is_a_number_is_free_and_what_kind_is_paid_for(rig: Rig) -> None:
    found = await rig.services.numbers.look_up(LANDLINE, line_type=False)
    assert (found.valid, found.line_type) == (True, None)
    assert await rig.services.numbers.reception(LANDLINE) is None
    found = await rig.services.numbers.look_up(LANDLINE, line_type=True)
    assert (found.valid, found.line_type, found.carrier) == (True, "landline", "Example Telephone")
    known = await rig.services.numbers.reception(LANDLINE)
    assert known is not None and known.source is Evidence.LOOKUP
    assert await rig.services.numbers.known(LANDLINE) == found


async def test_what_is_no_number_is_said_so_and_sending_anyway_is_not_offered(rig: Rig) -> None:
    found = await rig.services.numbers.look_up("+14155550199999", line_type=False)
    assert not found.valid
    known = await rig.services.numbers.reception("+14155550199999")
    assert known is not None and known.final


async def test_before_the_first_text_a_number_is_looked_up_where_the_preferences_say_so(rig: Rig) -> None:
    numbers = rig.services.numbers
    await rig.status(await rig.send(SILENT, "not yet"), Status.DELIVERED)
    assert rig.simulator.requests[LOOK_UPS] == 0
    await numbers.set_look_up_first(True)
    stopped: list[TextStopped] = []
    rig.engine.hub.subscribe(TextStopped, stopped.append)
    failed = await rig.status(await rig.send(LANDLINE, "hello"), Status.FAILED)
    assert [(one.message.id, one.why.obstacle) for one in stopped] == [(failed.id, Obstacle.LANDLINE)]
    assert len(rig.simulator.account.log) == 1  # that did not leave
    with pytest.raises(NotReached, match="look-up tells"):
        await rig.services.outbox.retry(failed.id)
    await rig.status(await rig.services.outbox.retry(failed.id, anyway=True), Status.UNDELIVERED)
    await rig.status(await rig.send(YOURS, "hello"), Status.DELIVERED)
    await rig.status(await rig.send(YOURS, "again"), Status.DELIVERED)
    assert rig.simulator.requests[LOOK_UPS] == 2
    known = await numbers.known(YOURS)
    assert isinstance(known, Lookup) and known.line_type == "mobile"


async def test_who_is_patient_is_told_before_anything_is_queued(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)
    place = await rig.services.conversations.open(LINE, LANDLINE)
    with pytest.raises(NotReached, match="look-up tells"):
        await rig.services.outbox.submit(place.id, "hello", patient=True)
    assert await rig.engine.store.read(outbox.waiting) == 0
    await rig.status(await rig.services.outbox.submit(place.id, "hello", anyway=True), Status.UNDELIVERED)


class Slow:
    """Stands before the look-up; nothing is told until ``go``."""

    def __init__(self, rig: Rig) -> None:
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self._real = rig.services.outbox.look_up_first
        rig.services.outbox.look_up_first = self

    async def reached(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.begun.wait()

    async def __call__(self, conversation_id: int) -> None:
        self.begun.set()
        await self.go.wait()
        await self._real(conversation_id)


async def test_a_first_text_is_queued_at_once_and_leaves_after_the_look_up(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)
    slow = Slow(rig)
    first = await rig.send(SILENT, "first")
    second = await rig.send(SILENT, "second")
    await slow.reached()
    assert (first.status, await rig.engine.store.read(outbox.waiting)) == (Status.QUEUED, 2)
    await rig.status(await rig.send(YOURS, "somebody else", "+18885550144"), Status.QUEUED)
    assert len(rig.simulator.account.log) == 0
    slow.go.set()
    await rig.status(second, Status.DELIVERED)
    taken = [one.body for one in rig.simulator.account.log.older(Filter(), None, 9) if one.to == SILENT]
    assert taken == ["second", "first"]  # the newest first
    await rig.until(lambda: rig.simulator.requests[LOOK_UPS] == 2, "one of each number")


async def test_what_was_written_behind_a_text_that_a_look_up_stops_does_not_leave_either(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)
    slow = Slow(rig)
    texts = [await rig.send(LANDLINE, "first"), await rig.send(LANDLINE, "second")]
    slow.go.set()
    for text in texts:
        await rig.status(text, Status.FAILED)
    assert len(rig.simulator.account.log) == 0


async def test_a_text_that_is_looked_up_can_be_undone(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)
    slow = Slow(rig)
    place = await rig.services.conversations.open(LINE, SILENT)
    kept = await rig.services.outbox.submit(place.id, "hello", hold=60)
    await slow.reached()
    await rig.services.outbox.undo(kept.id)
    slow.go.set()
    assert await rig.engine.store.read(outbox.waiting) == 0
    draft = await rig.services.drafts.load(place.id)
    assert draft is not None and draft.body == "hello"


@pytest.mark.parametrize(("peer", "ends"), [(SILENT, Status.DELIVERED), (LANDLINE, Status.FAILED)])
async def test_an_end_of_the_program_in_the_middle_of_it_keeps_the_text_and_sends_it_once(
    tmp_path: Path, peer: str, ends: Status
) -> None:
    async with running(tmp_path / "data") as rig:
        await rig.services.numbers.set_look_up_first(True)
        slow = Slow(rig)
        kept = await rig.send(peer, "hello")
        await slow.reached()
    async with running(tmp_path / "data") as rig:
        await rig.status(kept, ends)
        assert len(rig.simulator.account.log) == (1 if ends is Status.DELIVERED else 0)
        assert await rig.engine.store.read(outbox.waiting) == 0


async def test_a_text_for_the_morning_is_looked_up_at_once_and_then_waits_for_it(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)
    await rig.services.outbox.put_night_rule(night(AtNight.ASK))
    slow = Slow(rig)
    places = [await rig.services.conversations.open(LINE, peer) for peer in (SILENT, PHONE_OFF)]
    sleeps, wakes = [
        await rig.services.outbox.submit(place.id, "in the morning", when=When.MORNING) for place in places
    ]
    woken = await rig.services.outbox.send_now(wakes.id)
    assert (woken.held_for, len(rig.simulator.account.log)) == (None, 0)
    slow.go.set()
    await rig.status(wakes, Status.UNDELIVERED)
    found = await rig.services.outbox.message(sleeps.id)
    assert found is not None and found.held_for is Hold.NIGHT
    assert await rig.engine.store.read(outbox.nights) == 1


async def test_a_look_up_that_stumbles_holds_no_text_up(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)

    async def stumble(conversation_id: int) -> None:
        raise ValueError("nobody foresaw this")

    rig.services.outbox.look_up_first = stumble
    await rig.status(await rig.send(SILENT, "hello"), Status.DELIVERED)


async def test_a_look_up_that_fails_holds_no_text_up(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)
    weather, numbers = rig.simulator.weather, rig.services.numbers

    async def in_the_rain(conversation_id: int) -> None:
        weather.error_before = 1
        await numbers.look_up_first(conversation_id)
        weather.clear()

    rig.services.outbox.look_up_first = in_the_rain
    await rig.status(await rig.send(SILENT, "hello"), Status.DELIVERED)
    assert await numbers.known(SILENT) is None
    rig.simulator.weather.error_before = 1
    with pytest.raises(GatewayError):
        await rig.services.numbers.look_up(SILENT, line_type=True)
    rig.simulator.weather.clear()
    assert await rig.services.numbers.known(SILENT) is None


async def test_what_was_paid_for_and_could_not_be_stored_is_not_paid_for_again(rig: Rig) -> None:
    numbers, place = rig.services.numbers, await rig.services.conversations.open(LINE, SILENT)
    await numbers.set_look_up_first(True)
    full = "CREATE TRIGGER full BEFORE INSERT ON lookups BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    await rig.engine.store.do(lambda tx: tx.db.exec_driver_sql(full))
    for _ in range(2):
        with pytest.raises(IntegrityError):
            await numbers.look_up_first(place.id)
    await rig.engine.store.do(lambda tx: tx.db.exec_driver_sql("DROP TRIGGER full"))
    await numbers.look_up_first(place.id)
    assert await numbers.known(SILENT) is not None and rig.simulator.requests[LOOK_UPS] == 1
