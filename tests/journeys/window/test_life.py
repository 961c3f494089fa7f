"""From window to window: where one gets to, what is asked on the way, and how all of it ends when it is told to."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sms_desktop import engine, paths
from sms_desktop.app import session as opening
from sms_desktop.app.page import STILL_THERE
from sms_desktop.app.single import raise_other
from sms_desktop.domain.errors import EngineRunning
from sms_desktop.domain.receiving import WayIn
from sms_desktop.engine import take
from sms_desktop.gateway.credentials import Credentials, Stored
from sms_desktop.gateway.vault import Vault
from sms_desktop.services.account import AccountService
from sms_desktop.services.repair import NOTE
from sms_desktop.simulator import Simulator
from sms_desktop.smoke import LOOK, PATIENCE
from sms_desktop.store import restore as restoring
from sms_desktop.store import settings
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.backup import backup
from sms_desktop.store.store import Store
from sms_desktop.ui.repair import sentences
from sms_desktop.ui.setup.trouble import TroubleWindow
from tests.journeys.window.hands import Hands
from tests.journeys.window.home import Guide, Home, House
from tests.journeys.window.seat import Seat, demo, leaving, returning
from tests.journeys.window.test_outbox import LONG, ROB
from tests.journeys.window.test_preferences import SAMPLE
from tests.journeys.window.test_repair import page, spoil
from tests.journeys.window.test_setup import goes_to
from tests.rig import LINE, SILENT
from tests.store.damage import column, listing

OTHER_SID, OTHER_TOKEN = "AC" + "ab" * 16, "e1" * 16


async def end(home: Home) -> None:
    """Waits until the program has ended by itself."""
    assert home._life is not None
    await asyncio.wait_for(home._life, PATIENCE)


def told_to_end() -> None:
    """As the system does it."""
    os.kill(os.getpid(), signal.SIGTERM)


# -- where one gets to -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["addAccountRequested", "setupRequested"])
async def test_from_the_demo_one_comes_to_ones_own_messages_and_never_to_the_demos(house: House, way: str) -> None:
    async with house() as home:
        guide = await home.guide()
        first = home.session
        await guide.click("Try the demo")
        seat = await home.seat(first)
        assert seat.session.engine.directory == paths.demo_directory()
        getattr(seat.session.desk, way).emit()
        while home.session is seat.session:
            await answered(seat)
        await home.guide()
        session = home.session
        assert (session.engine.directory, session.demo) == (home.root, None)
        assert session.engine.services.account.known() == ()


async def answered(seat: Seat) -> None:
    """Whatever is asked about texts of the demo."""
    if (dialog := leaving()) is not None:
        QTest.mouseClick(dialog.go_button, Qt.MouseButton.LeftButton)
    await asyncio.sleep(LOOK)


async def test_a_text_that_waits_is_asked_about_whatever_the_way_out(tmp_path: Path) -> None:
    async with demo(tmp_path, undo=LONG) as seat:
        await seat.open(ROB)
        message = await seat.send("Not yet")
        desk = seat.session.desk
        ways: dict[str, Callable[[], object]] = {
            "Add another account?": desk.addAccountRequested.emit,
            "Set up again?": desk.setupRequested.emit,
            "Repair the database?": lambda: desk.repairRequested.emit(None),
            "Restore the backup?": lambda: desk.repairRequested.emit(tmp_path / "copy.db"),
            "Show the other account?": lambda: desk.accountChosen.emit(OTHER_SID),
            "Quit SMS Desktop?": seat.window.close,
        }
        for title, leave in ways.items():
            leave()
            dialog = await seat.until(leaving, f"“{title}” is asked")
            assert dialog.windowTitle() == title
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            await seat.until(lambda: leaving() is None, "one stays")
        assert not seat.session.closed.is_set()
        await seat.services.outbox.undo(message.id)


async def left_at_the_last_page(home: Home) -> Guide:
    """The set-up, begun before and not finished."""
    await home.settle(WayIn.POLLING)
    store = Store(home.root, lambda events: None)
    await store.open()
    await store.do(lambda tx: settings.put(tx, "setup", {"step": "done", "done": False, "history": "nothing"}))
    await store.close()
    return await home.guide()


async def test_closing_the_set_up_over_a_text_that_waits_asks_as_well(house: House) -> None:
    async with house() as home:
        guide = await left_at_the_last_page(home)
        await guide.comes_to("You are set up")
        services = home.session.engine.services
        place = await services.conversations.open(LINE, SILENT)
        message = await services.outbox.submit(place.id, "Not yet", hold=LONG)
        guide.window.close()
        dialog = await guide.until(leaving, "it is asked")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await guide.until(lambda: leaving() is None, "one stays")
        assert guide.window.isVisible()
        await services.outbox.undo(message.id)
        guide.window.close()
        await end(home)


async def test_numbers_that_cannot_be_given_back_on_quitting_are_told_of(house: House, twilio: Simulator) -> None:
    twilio.set_sms_url(LINE, SAMPLE)
    async with house() as home:
        seat = await home.live()
        await seat.services.receiving.set_restores_on_quit(True)
        twilio.weather.error_before = 1.0
        seat.window.close()
        dialog = await seat.until(lambda: returning("all the same"), "it is told")
        assert "“Shop”" in dialog.advice.text() and "reach nobody" in dialog.advice.text()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await seat.until(lambda: returning() is None, "one stays")
        assert not seat.session.closed.is_set() and goes_to(twilio, LINE) != SAMPLE

        seat.window.close()
        dialog = await seat.until(lambda: returning("all the same"), "it is told again")
        twilio.weather.clear()
        dialog.better_button.click()
        await end(home)
        assert goes_to(twilio, LINE) == SAMPLE
        home._life = None

        seat = await home.seat(seat.session)
        await seat.until(lambda: goes_to(twilio, LINE) not in {SAMPLE, ""}, "it comes here again")
        twilio.weather.error_before = 1.0
        seat.window.close()
        (await seat.until(lambda: returning("all the same"), "it is told")).go_button.click()
        await end(home)
        assert goes_to(twilio, LINE) != SAMPLE


async def test_after_the_set_up_the_window_s_layout_is_kept_as_it_changes(house: House) -> None:
    async with house() as home:
        guide = await left_at_the_last_page(home)
        await guide.comes_to("You are set up")
        await guide.click("Open the inbox")
        seat = await home.seat()
        async with asyncio.timeout(PATIENCE):
            while await seat.services.settings.get("window", None) is None:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(LOOK)


# -- two accounts ------------------------------------------------------------------------------------------------------


async def two_accounts(home: Home) -> None:
    """The one that is shown has no credentials any more; the other one has."""
    await home.settle(WayIn.POLLING)
    accounts = Accounts(home.root)
    accounts.add(OTHER_SID, "Old Barn")
    shown = accounts.current()
    assert shown is not None
    await Stored(Vault()).remove(shown)
    await Stored(Vault()).save(Credentials(OTHER_SID, OTHER_TOKEN))


async def test_the_window_is_there_before_the_keyring_has_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, load = asyncio.Event(), Vault.load

    async def slow(self: Vault, name: str) -> str | None:
        await answers.wait()
        return await load(self, name)

    async with house() as home:
        await two_accounts(home)
        monkeypatch.setattr(Vault, "load", slow)
        seat = await home.seat()
        assert await asyncio.to_thread(raise_other, home.root)
        answers.set()
        again = await home.seat(seat.session)
        assert again.services.account.sid == OTHER_SID


async def test_who_has_begun_to_do_something_stays_where_they_are(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answers, stand_in = asyncio.Event(), asyncio.Event(), AccountService.stand_in

    async def slow(self: AccountService) -> str | None:
        asked.set()
        await answers.wait()
        return await stand_in(self)

    async with house() as home:
        await two_accounts(home)
        monkeypatch.setattr(AccountService, "stand_in", slow)
        seat = await home.seat()
        await asyncio.wait_for(asked.wait(), PATIENCE)
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
        QApplication.postEvent(seat.window.windowHandle(), key)  # as the system does: to the window
        answers.set()
        session = seat.session
        await seat.until(lambda: "give way" not in [t.get_name() for t in session.tasks._tasks], "it is decided")
        assert not session.closed.is_set()


# -- a restore ---------------------------------------------------------------------------------------------------------


class Gate:
    """Holds the thread that restores until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open, restore = threading.Event(), restoring.restore

        def held(*given: object) -> object:
            self._open.wait(PATIENCE)
            return restore(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(restoring, "restore", held)

    def open(self) -> None:
        self._open.set()


async def in_a_restore(home: Home) -> tuple[Seat, Hands]:
    """Begun from the preferences: no cards, and something to go back to."""
    seat = await home.live(WayIn.POLLING)
    copy = backup(home.root / "sms.db", home.root / "copy.db")
    seat.session.desk.repairRequested.emit(copy)
    hands = await page(home)
    await hands.told("Restoring the backup…")
    return seat, hands


def is_ours(root: Path) -> bool:
    """Whether no other process could have the data directory."""
    try:
        take(root).release()
    except EngineRunning:
        return True
    return False


async def test_a_restore_cannot_be_closed_and_nobody_else_gets_the_directory(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as home:
        gate = Gate(monkeypatch)
        seat, hands = await in_a_restore(home)
        hands.window.close()
        await hands.told(sentences.UNFINISHED)
        assert hands.window.isVisible() and home.is_running and is_ours(home.root)
        gate.open()
        again = await home.seat(seat.session)
        await again.told("was restored.")


async def test_told_to_end_amid_a_restore_the_program_ends_right_after_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as home:
        gate = Gate(monkeypatch)
        _, hands = await in_a_restore(home)
        told_to_end()
        await hands.told(sentences.UNFINISHED)
        assert home.is_running and is_ours(home.root)
        gate.open()
        await end(home)
        assert not is_ours(home.root)
        assert [name for name in listing(home.root) if name.startswith("replaced-") and name.endswith(".db")]
        assert "was restored" in str(column(home.root / "sms.db", f"SELECT value FROM settings WHERE key = '{NOTE}'"))


async def test_even_where_the_page_is_broken_off_the_directory_is_kept_until_the_restore_has_ended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as home:
        gate = Gate(monkeypatch)
        await in_a_restore(home)
        life, home._life = home._life, None
        assert life is not None
        life.cancel()
        await asyncio.wait({life}, timeout=1)
        assert is_ours(home.root)
        gate.open()
        await asyncio.wait({life}, timeout=PATIENCE)
        assert life.cancelled() and not is_ours(home.root)


async def test_told_to_end_the_repair_page_ends_and_leaves_all_as_it_is(house: House) -> None:
    async with house() as home:
        await home.settle(WayIn.POLLING)
        spoil(home.root, "rubbish")
        before = (home.root / "sms.db").read_bytes()
        home.start()
        hands = await page(home)
        await hands.until(lambda: hands.offers("Start empty"), "it has looked")
        told_to_end()
        await end(home)
        assert (home.root / "sms.db").read_bytes() == before


async def test_a_second_start_brings_the_repair_page_to_the_front(house: House) -> None:
    async with house() as home:
        await home.settle(WayIn.POLLING)
        spoil(home.root, "rubbish")
        home.start()
        hands = await page(home)
        hands.window.showMinimized()
        assert await asyncio.to_thread(raise_other, home.root)
        await hands.until(lambda: not hands.window.isMinimized(), "it is in front")
        told_to_end()
        await end(home)


async def test_a_second_start_before_the_first_window_finds_the_first_one_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, opens = asyncio.Event(), Store.open

    async def slow(self: Store) -> None:
        await opened.wait()
        await opens(self)

    async with house() as home:
        await home.settle(WayIn.POLLING)
        monkeypatch.setattr(Store, "open", slow)
        home.start()
        await home._until(lambda: home.sessions, "the session has begun")
        assert await asyncio.to_thread(raise_other, home.root)
        home.session.show()  # and between two windows, where there is none either
        opened.set()
        await home.seat()


async def test_who_starts_again_while_the_first_is_just_ending_gets_the_window_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, takes = threading.Event(), engine.take

    def watched(directory: Path) -> FileLock:
        try:
            return takes(directory)
        except EngineRunning:
            refused.set()
            raise

    async with house() as home:
        await home.settle(WayIn.POLLING)
        monkeypatch.setattr(engine, "take", watched)
        monkeypatch.setattr(opening, "PATIENCE", 600.0)
        first = take(home.root)
        home.start()
        assert await asyncio.to_thread(refused.wait, PATIENCE)
        first.release()
        await home.seat()


async def test_what_goes_on_without_a_window_is_told_of_in_plain_words_and_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as home:
        await home.settle(WayIn.POLLING)
        monkeypatch.setattr(opening, "PATIENCE", 0.0)
        first = take(home.root)
        home.start()

        def there() -> TroubleWindow | None:
            shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, TroubleWindow) and w.isVisible()]
            return shown[0] if shown else None

        hands = Hands(await home._until(there, "it says why it cannot start"))
        assert hands.says(STILL_THERE)
        first.release()
        await hands.click("Try again")
        await home.seat()
