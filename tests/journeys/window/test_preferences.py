"""What a person chose for themselves goes with them: to every account, to the set-up and to the repair."""

from collections.abc import Iterator

import pytest

from sms_desktop.domain.receiving import WayIn
from sms_desktop.store.preferences import Preferences
from sms_desktop.ui.theme import theme
from tests.journeys.window.home import House
from tests.journeys.window.test_repair import repair, spoil


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
