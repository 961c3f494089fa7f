"""How fast a line sends, and that none of its conversations waits for another one's hundred."""

import pytest

from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.message import Status
from sms_desktop.domain.pace import usual_pace, usual_pace_of
from sms_desktop.services.pace import BURST, Pace, cost
from tests.rig import ANSWERS, LINE, PICTURE, SILENT, TOLL_FREE, YOURS, Rig


class Hand:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize(
    ("address", "kind", "rate"),
    [
        (LINE, LineKind.LOCAL, 4),
        ("+14165550100", LineKind.LOCAL, 1),
        (TOLL_FREE, LineKind.TOLL_FREE, 3),
        (TOLL_FREE, LineKind.OTHER, 3),
        ("72975", LineKind.SHORT_CODE, 100),
        ("72975", LineKind.OTHER, 100),
        ("+447700900123", LineKind.MOBILE, 10),
        ("BrightChair", LineKind.OTHER, 10),
    ],
)
def test_a_lines_usual_pace_goes_by_what_it_is(address: str, kind: LineKind, rate: float) -> None:
    assert usual_pace(address, kind) == rate


@pytest.mark.parametrize(
    ("senders", "rate"),
    [
        ((LINE,), 4),
        ((LINE, "+12125550101"), 4),  # one campaign
        ((LINE, TOLL_FREE), 7),
        ((LINE, "72975", "+14165550100"), 105),
        (("+447700900123", "BrightChair"), 20),
        ((), 4),
    ],
)
def test_a_service_sends_as_fast_as_its_pool_together(senders: tuple[str, ...], rate: float) -> None:
    assert usual_pace_of(Line("MG" + "0a" * 16, kind=LineKind.SERVICE, senders=senders)) == rate


def test_a_rested_line_sends_some_at_once_and_then_keeps_its_pace() -> None:
    clock = Hand()
    pace = Pace(clock)
    sent = 0
    while pace.wait("a", 2, 1) == 0:
        pace.spend("a", 2, 1)
        sent += 1
    assert sent == 2 * BURST
    for _ in range(20):
        wait = pace.wait("a", 2, 3)
        assert wait == pytest.approx(1.5)
        clock.at += wait
        assert pace.wait("a", 2, 3) == pytest.approx(0)
        pace.spend("a", 2, 3)
    assert pace.wait("b", 2, 3) == 0  # another line's bucket is its own


def test_a_text_longer_than_a_bucket_goes_when_it_is_full_and_is_paid_for_after() -> None:
    clock = Hand()
    pace = Pace(clock)
    assert pace.wait("a", 0.1, 10) == 0
    pace.spend("a", 0.1, 10)
    assert pace.wait("a", 0.1, 1) == pytest.approx(100)


def test_an_hour_of_rest_gives_no_more_than_a_full_bucket() -> None:
    clock = Hand()
    pace = Pace(clock)
    pace.spend("a", 1, 10)
    clock.at += 3600
    assert pace.wait("a", 1, 10) == 0
    pace.spend("a", 1, 10)
    assert pace.wait("a", 1, 1) == pytest.approx(1)


async def test_a_message_costs_its_segments(rig: Rig) -> None:
    text = await rig.send(SILENT, "x" * 307)
    assert cost(text) == 3


async def test_a_registered_line_sends_as_fast_as_its_campaign_may(rig: Rig) -> None:
    rig.simulator.register_lines()  # for a brand of score 60
    await rig.services.registrations.refresh()
    assert [rig.services.outbox._usual_pace(line) for line in (LINE, TOLL_FREE)] == [40, 3]
    hundred = [await rig.send(SILENT, f"{number} " + "x" * 300) for number in range(50)]
    await rig.until(lambda: rig.simulator.requests["POST Messages.json"] == 50, "100 parts leave at once")
    assert all([await rig.status(message, Status.DELIVERED) for message in hundred])


async def test_a_slow_line_gives_each_conversation_its_turn_and_holds_up_no_other_line(rig: Rig) -> None:
    await rig.services.outbox.set_pace(LINE, 5)
    much = [await rig.send(SILENT, f"much {number} " + "x" * 800) for number in range(12)]
    few = await rig.send(ANSWERS, "one for you")
    other = await rig.send(PICTURE, "by the other line", TOLL_FREE)
    await rig.status(few, Status.DELIVERED)
    await rig.status(other, Status.DELIVERED)
    assert len([message for message in much if rig.messages[message.id].sid is None]) >= 2
    await rig.services.outbox.set_pace(LINE, 225)
    for message in much:
        await rig.status(message, Status.DELIVERED)


async def test_one_whom_twilio_cannot_take_now_holds_up_nobody_else(rig: Rig) -> None:
    rig.simulator.weather.turn("429", True)
    held = await rig.send(SILENT, "later")
    await rig.until(lambda: rig.messages[held.id].updated_at != held.updated_at, "it was tried")
    await rig.until(lambda: rig.messages[held.id].waits, "it waits again")
    rig.simulator.weather.clear()
    other = await rig.send(YOURS, "now")
    await rig.status(other, Status.DELIVERED)


async def test_a_pace_that_was_set_is_kept_and_can_be_the_usual_one_again(rig: Rig) -> None:
    outbox = rig.services.outbox
    await outbox.set_pace(LINE, 12)
    await outbox.set_pace(TOLL_FREE, 10_000)
    assert await outbox.paces() == {LINE: 12, TOLL_FREE: 225}
    await outbox.set_pace(LINE, None)
    assert await outbox.paces() == {TOLL_FREE: 225}
