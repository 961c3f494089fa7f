"""Why what waits does not leave: told by what is really the matter."""

from pathlib import Path

import pytest

from sms_desktop.domain.errors import GatewayError, TooMany, TwilioFaulty, WrongKey
from sms_desktop.domain.message import Status
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.services.hindrance import (
    ADDRESS_AWAITED,
    BEHIND,
    CONNECTING,
    FAULTY,
    KEY_REFUSED,
    NO_ADDRESS,
    SIGN_IN,
    SLOWED,
    UNREACHABLE,
    Hindrance,
)
from sms_desktop.services.outbox import Remaining
from tests.png import png
from tests.rig import LINE, SILENT, YOURS, Rig, running


async def why(rig: Rig) -> object:
    return (await rig.services.outbox.remaining()).why


def is_here(rig: Rig) -> bool:
    """Whether all that was written to the line is here."""
    return rig.services.absence.is_over(LINE, "")


async def looks_away(_: object) -> None:
    """No look at the account ends what stands."""


async def hold(rig: Rig) -> None:
    """Something that can still be undone."""
    conversation = await rig.services.conversations.open(LINE, YOURS)
    await rig.services.outbox.submit(conversation.id, "held", hold=30)


async def test_before_the_credentials_are_found_it_is_connecting_and_without_any_it_says_what_to_do(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, online=False) as rig:
        assert await why(rig) is None, "nothing waits"
        await rig.send(SILENT, "hi")
        assert await why(rig) == CONNECTING
        rig.services.connection.refuse("No account is connected.")
        told = (await rig.services.outbox.remaining()).why
        assert told is not None
        assert (told.sentence, told.lasts) == ("No account is connected.", True)


async def test_while_twilio_cannot_be_reached_that_is_why_and_it_ends_by_itself(rig: Rig) -> None:
    await rig.until(lambda: is_here(rig), "caught up")
    rig.simulator.weather.down = 1
    rig.services.connection.look()
    await rig.until(lambda: rig.services.connection.trouble, "it is noticed")
    assert await rig.services.outbox.remaining() == Remaining(0, 0), "nothing waits"
    await hold(rig)
    assert await why(rig) == UNREACHABLE
    rig.simulator.weather.clear()
    rig.services.connection.look()
    await rig.until(lambda: not rig.services.connection.trouble and is_here(rig), "it is back")
    await rig.until(lambda: not rig.services.absence.held, "nothing is held any more")
    assert await why(rig) is None, "it just takes its time"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (WrongKey("No such key."), KEY_REFUSED),
        (TooMany("Fewer."), SLOWED),
        (TwilioFaulty("500"), FAULTY),
        (GatewayError("The disk is full."), Hindrance("The disk is full.")),
    ],
)
async def test_who_answers_is_not_told_to_be_out_of_reach(
    rig: Rig, trouble: GatewayError, said: Hindrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.until(lambda: is_here(rig), "caught up")
    monkeypatch.setattr(type(rig.services.connection), "_look", looks_away)
    await hold(rig)
    rig.services.connection.trouble = trouble
    assert await why(rig) == said


async def test_a_network_that_wants_one_to_sign_in_is_told(rig: Rig) -> None:
    rig.simulator.weather.portal = 1
    rig.services.connection.look()
    await rig.until(lambda: rig.services.connection.trouble, "it is noticed")
    await hold(rig)
    assert await why(rig) == SIGN_IN


async def test_twilio_that_asks_to_slow_down_is_told(rig: Rig) -> None:
    await rig.until(lambda: is_here(rig), "caught up")
    rig.simulator.weather.turn("429", True)
    message = await rig.send(SILENT, "hi")
    await rig.until(lambda: rig.messages[message.id].updated_at != message.updated_at, "it was tried")
    await rig.until(lambda: rig.messages[message.id].waits, "it waits again")
    assert await why(rig) == SLOWED
    rig.simulator.weather.clear()
    rig.services.outbox.hurry()
    await rig.status(message, Status.SENT, Status.DELIVERED)
    await rig.until(lambda: not rig.services.outbox._slowed, "it is answered, be it after the first callback")
    await hold(rig)
    assert await why(rig) is None, "it just takes its time"


async def test_what_people_wrote_meanwhile_comes_first(rig: Rig) -> None:
    await rig.until(lambda: is_here(rig), "caught up")
    rig.simulator.faults.fail_list_page(1, 1000)
    await hold(rig)
    rig.services.absence.begin()
    rig.services.absence.hurry()
    await rig.until(lambda: rig.services.absence.held, "it is held")
    assert await why(rig) == BEHIND


async def test_pictures_wait_for_an_address_that_comes_or_that_somebody_has_to_choose(rig: Rig) -> None:
    await rig.until(lambda: is_here(rig), "caught up")
    services = rig.services
    services.receiving._tell(Receiving(WayIn.OWN, Reach.STARTING, "https://texts.example.com"))
    picture = await services.media.attach_bytes(png(8, 8), "a.png")
    conversation = await services.conversations.open(LINE, SILENT)
    await services.outbox.submit(conversation.id, "look", [picture])
    assert await why(rig) == ADDRESS_AWAITED
    services.receiving._tell(Receiving(WayIn.POLLING, Reach.UP))
    assert await why(rig) == NO_ADDRESS
    await hold(rig)
    assert await why(rig) is None, "there is something else that leaves"
