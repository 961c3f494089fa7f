"""Numbers that texts do not reach: said before the next send, with the simulator's landline, and looked up."""

import pytest

from sms_desktop.domain.errors import BadInput, GatewayError, NotReached, OptedOut
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.message import Status
from sms_desktop.domain.reception import Evidence, Obstacle
from sms_desktop.services.outbox import SAME_WORDS
from tests.rig import FILTERED, LANDLINE, LINE, SILENT, YOURS, Rig

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
    await rig.send(SILENT, "not yet")
    assert rig.simulator.requests[LOOK_UPS] == 0
    await numbers.set_look_up_first(True)
    with pytest.raises(NotReached, match="look-up tells"):
        await rig.send(LANDLINE, "hello")
    await rig.status(await rig.send(YOURS, "hello"), Status.DELIVERED)
    await rig.status(await rig.send(YOURS, "again"), Status.DELIVERED)
    assert rig.simulator.requests[LOOK_UPS] == 2
    known = await numbers.known(YOURS)
    assert isinstance(known, Lookup) and known.line_type == "mobile"


async def test_a_look_up_that_fails_holds_no_text_up(rig: Rig) -> None:
    await rig.services.numbers.set_look_up_first(True)
    rig.simulator.weather.error_before = 1
    message = await rig.send(SILENT, "hello")
    rig.simulator.weather.clear()
    assert message.body == "hello"
    rig.simulator.weather.error_before = 1
    with pytest.raises(GatewayError):
        await rig.services.numbers.look_up(SILENT, line_type=True)
    rig.simulator.weather.clear()
    assert await rig.services.numbers.known(SILENT) is None
