"""The ZIP that Twilio tells of whoever writes, from the webhook to the question whether it is night there."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sms_desktop.domain.errors import NightThere
from sms_desktop.domain.message import Status
from sms_desktop.domain.night import AtNight, Rule
from sms_desktop.services import clock
from sms_desktop.simulator import Place
from sms_desktop.store import zips
from tests.rig import LINE, SILENT, YOURS, Rig
from tests.services.hours import set_outbox

THEIRS = "+18335550132"
"""A toll-free number: of itself it may be anywhere."""
HONOLULU = Place("HONOLULU", "HI", "96813", "US")


def _hour_in(zone: str) -> int:
    return clock.now().astimezone(ZoneInfo(zone)).hour


async def _text(rig: Rig, peer: str, body: str) -> None:
    await rig.simulator.phone(peer).text(LINE, body)
    await rig.inbound(body)


async def _zip(rig: Rig, peer: str) -> str | None:
    return await rig.engine.store.read(lambda db: zips.get(db, peer))


def _in_two_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote within the hour is answered at any time."""
    before = clock.now

    def later() -> datetime:
        return before() + timedelta(hours=2)

    set_outbox(monkeypatch, later)


@pytest.mark.parametrize(("place", "asks"), [(HONOLULU, True), (Place(), False)])
async def test_where_a_text_says_it_is_from_it_may_be_night(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, place: Place, asks: bool
) -> None:
    rig.simulator.account.places[THEIRS] = place
    await _text(rig, THEIRS, "Are you open?")
    assert await _zip(rig, THEIRS) == (place.zip or None)
    _in_two_hours(monkeypatch)
    hour = (_hour_in("Pacific/Honolulu") + 2) % 24
    await rig.services.outbox.put_night_rule(Rule(AtNight.ASK, hour, (hour + 2) % 24))
    if asks:
        with pytest.raises(NightThere, match=r"It is .* where they are") as raised:
            await rig.send(THEIRS, "Yes.")
        assert raised.value.offer.startswith("Send at ")  # the ZIP makes it sure
    else:  # taken to be where the line is, in New York
        await rig.status(await rig.send(THEIRS, "Yes."), Status.DELIVERED)


async def test_the_conversation_knows_it_with_the_very_text_that_told_it(rig: Rig) -> None:
    rig.simulator.account.places[THEIRS] = HONOLULU
    await _text(rig, THEIRS, "Hello")
    (message,) = [message for message in rig.messages.values() if message.body == "Hello"]
    found = await rig.services.conversations.open(LINE, THEIRS)
    assert (found.id, found.zip) == (message.conversation_id, "96813")


@pytest.mark.parametrize(
    "place",
    [
        Place(),
        Place("LONDON", "", "SW1A 1AA", "GB"),
        Place("NOWHERE", "XX", "00000", "US"),
        Place(zip="94105"),
        Place(zip="';--", country="US"),
        Place(zip="9" * 5_000, country="US"),
        Place(zip="９４１０５\x00", country="CA"),
    ],
    ids=range(7),
)
async def test_an_odd_one_costs_no_text_and_takes_no_known_one_away(rig: Rig, place: Place) -> None:
    await _text(rig, YOURS, "First")
    assert await _zip(rig, YOURS) == "94105"
    rig.simulator.account.places[YOURS] = place
    await _text(rig, YOURS, "Second")
    assert await _zip(rig, YOURS) == "94105"
    await _text(rig, SILENT, "Twilio knows nothing of this one")
    assert await _zip(rig, SILENT) is None


async def test_where_number_and_zip_contradict_both_count(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.simulator.account.places[YOURS] = HONOLULU
    await _text(rig, YOURS, "I moved")
    _in_two_hours(monkeypatch)
    for zone in ("Pacific/Honolulu", "America/Los_Angeles"):
        hour = (_hour_in(zone) + 2) % 24
        await rig.services.outbox.put_night_rule(Rule(AtNight.ASK, hour, (hour + 2) % 24))
        with pytest.raises(NightThere, match="It may be"):
            await rig.send(YOURS, "Good to know.")
