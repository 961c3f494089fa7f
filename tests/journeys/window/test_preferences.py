"""What a person chose for themselves goes with them: to every account, to the set-up and to the repair."""

from collections.abc import Iterator

import pytest

from sms_desktop.domain.receiving import WayIn
from sms_desktop.simulator import Simulator
from sms_desktop.store.preferences import Preferences
from sms_desktop.ui.routewords import bringing
from sms_desktop.ui.theme import theme
from tests.journeys.window.home import House
from tests.journeys.window.test_going_live_faults import goes_to
from tests.journeys.window.test_repair import repair, spoil
from tests.rig import LINE

SAMPLE = "https://demo.twilio.com/welcome/sms/reply"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    theme().set_preference("system")


async def test_an_account_that_is_added_and_its_set_up_look_as_the_person_chose(house: House) -> None:
    async with house() as home:
        seat = await home.live(WayIn.POLLING)
        seat.press("Preferences")
        await seat.until(lambda: seat.shows("Sections"), "the preferences are open")
        await seat.click("Dark")
        await seat.click("Time to undo: 10 seconds")
        await seat.until(lambda: theme().dark, "it is dark")
        await seat.until(lambda: Preferences(home.root).all().get("undo_seconds") == 10, "it is kept")
        await seat.click("Close")
        seat.session.desk.addAccountRequested.emit()
        await home.guide()
        added = home.session.engine
        assert added.directory != home.root
        assert theme().dark
        assert await added.services.settings.get("appearance") == "dark"
        assert await added.services.settings.get("undo_seconds") == 10
        await home.quit()

        theme().set_preference("system")  # another process starts
        seat = await home.seat()
        assert theme().dark
        assert await seat.services.settings.get("undo_seconds") == 10


async def test_the_repair_looks_as_the_person_chose(house: House) -> None:
    async with house() as home:
        await home.settle(WayIn.POLLING)
        seat = await home.seat()
        await seat.services.settings.put("appearance", "dark")
        await home.quit()
        theme().set_preference("system")
        spoil(home.root, "header")
        hands = await repair(home)
        assert theme().dark
        hands.window.close()
        assert home._life is not None
        await home._life


@pytest.mark.parametrize("add", [False, True])
async def test_set_up_that_was_entered_from_the_inbox_leads_back_to_it(house: House, add: bool) -> None:
    async with house() as home:
        seat = await home.live(WayIn.POLLING)
        before, sid = seat.session, seat.services.account.sid
        (seat.session.desk.addAccountRequested if add else seat.session.desk.setupRequested).emit()
        guide = await home.guide()
        await guide.click("Back to the inbox")
        seat = await home.seat(before)
        assert seat.services.account.sid == sid
        await home.quit()
        before = seat.session
        seat = await home.seat(before)
        assert seat.session.setup is None, "nor does it come up at the next start"
        assert seat.services.account.sid == sid


async def test_another_way_in_shows_what_changes_at_twilio_and_brings_the_lines_with_it(
    house: House, twilio: Simulator
) -> None:
    twilio.set_sms_url(LINE, SAMPLE)
    async with house() as home:
        seat = await home.live(WayIn.NGROK)
        ours = f"{home.session.engine.public_url}/twilio/inbound"
        seat.session.desk.open_preferences("receiving")
        await seat.until(lambda: seat.shows("Sections"), "the preferences are open")
        await seat.click("No public address")
        await seat.click("Use this")
        await seat.until(lambda: seat.says(SAMPLE), "what is put back is shown")
        assert goes_to(twilio, LINE) == ours, "and nothing has changed yet"
        await seat.click("Put it back and ask Twilio")
        await seat.until(lambda: goes_to(twilio, LINE) == SAMPLE, "it is put back")
        await seat.until(lambda: not seat.services.routing.diverts, "so are all others")

        await seat.click("ngrok")
        await seat.click("Use this")
        await seat.until(lambda: seat.offers("Not now"), "the lines are offered")
        assert goes_to(twilio, LINE) == SAMPLE
        await seat.click(bringing(seat.services.routing.plan()))
        await seat.until(lambda: goes_to(twilio, LINE).endswith("/twilio/inbound"), "it comes here")
        await seat.told("This way is in use now, and the texts of the ticked lines come here.")
