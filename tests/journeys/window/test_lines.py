"""Several lines in one window, and several accounts on one computer."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from sms_desktop.domain.message import Status
from sms_desktop.domain.receiving import WayIn
from sms_desktop.gateway.credentials import Credentials, Stored
from sms_desktop.gateway.vault import Vault
from sms_desktop.simulator import PastMessage, Simulator
from sms_desktop.store.accounts import Accounts
from tests.journeys.window.home import Guide, House
from tests.journeys.window.seat import Seat, leaving
from tests.rig import LINE, SILENT, TOLL_FREE, YOURS
from tests.secretservice import SecretService

YOURS_IN_THE_LIST, SILENT_IN_THE_LIST = "(415) 555-0132", "(415) 555-0111"
SHOP, TOLL_FREE_NAME = "(212) 555-0100 · Shop", "(888) 555-0144 · Toll-free"
OTHER_SID, OTHER_TOKEN = "AC" + "ab" * 16, "e1" * 16


def entries(seat: Seat) -> list[str]:
    """The menu of lines, without its keys."""
    seat.session.desk._column.conversations.lines.fill_menu()
    return [action.text().partition("\t")[0].replace("\u00a0", " ") for action in actions(seat, "All lines")]


def actions(seat: Seat, first: str) -> list[QAction]:
    """The entries of the menu whose first one begins so."""
    menus = [menu.actions() for menu in seat.window.findChildren(QMenu) if menu.actions()]
    return next(found for found in menus if found[0].text().startswith(first))


async def test_each_line_has_its_own_unread_filter_and_colour_and_its_replies(house: House, twilio: Simulator) -> None:
    async with house() as home:
        seat = await home.live()
        await twilio.phone(YOURS).text(LINE, "To the shop")
        await twilio.phone(YOURS).text(TOLL_FREE, "To the toll-free number")
        await twilio.phone(SILENT).text(TOLL_FREE, "Toll-free as well")
        await seat.until(lambda: len(seat.spoken("Conversations")) == 3, "three conversations, for a line makes one")
        await seat.until(
            lambda: entries(seat) == ["All lines  (3 unread)", f"{SHOP}  (1 unread)", f"{TOLL_FREE_NAME}  (2 unread)"],
            f"each line counts its own, not {entries(seat)}",
        )
        tints = {row.line: seat.session.desk._tint(row) for row in seat.conversations()}
        assert len(set(tints.values())) == 2 and None not in tints.values()

        seat.key(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
        await seat.until(lambda: {row.line for row in seat.conversations()} == {TOLL_FREE}, "the list is filtered")
        await seat.told("1 unread elsewhere")
        await seat.open(YOURS_IN_THE_LIST)
        assert [message.body for message in seat.messages()] == ["To the toll-free number"]
        reply = await seat.reaches(await seat.send("From the toll-free number"), Status.DELIVERED)
        assert reply.line == TOLL_FREE
        await seat.until(lambda: seat.spoken("Conversations")[0].startswith(YOURS_IN_THE_LIST), "it is read")

        seat.key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
        await seat.until(lambda: {row.line for row in seat.conversations()} == {LINE}, "the other line alone")
        await seat.open(YOURS_IN_THE_LIST)
        await seat.until(lambda: seat.sees("To the shop"), "what was said to the shop")
        reply = await seat.reaches(await seat.send("From the shop"), Status.DELIVERED)
        assert reply.line == LINE
        heard = [(m.body, m.line) for m in twilio.phone(YOURS).messages if not m.mine]
        assert heard == [("From the toll-free number", TOLL_FREE), ("From the shop", LINE)]

        seat.key(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
        await seat.until(lambda: len(seat.conversations()) == 3, "all lines again")


async def test_a_line_that_is_not_used_here_stays_out_of_the_inbox(house: House, twilio: Simulator) -> None:
    async with house() as home:
        seat = await home.live()
        seat.press("Preferences")
        await seat.until(lambda: seat.shows("Sections"), "the preferences are open")
        seat.session.desk.open_preferences("lines")
        await seat.click(TOLL_FREE_NAME)
        await seat.until(lambda: [line.address for line in seat.services.lines.known()] == [LINE], "one line is left")
        await seat.click("Close")
        await seat.until(lambda: not seat.shows("Line: All lines"), "there is nothing to filter")
        await seat.until(lambda: seat.light == "ok", "nothing is the matter")


async def test_accounts_are_switched_and_each_keeps_to_itself(
    tmp_path: Path, house: House, twilio: Simulator, keyring: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Simulator(account_sid=OTHER_SID, auth_token=OTHER_TOKEN, pace=0.02, seed=4)
    other.account.friendly_name = "Old Barn"
    other.register_lines()
    await other.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(other.stop)
        home = await stack.enter_async_context(house())
        seat = await home.live(WayIn.POLLING)
        await twilio.phone(SILENT).text(LINE, "To Bright Chairs")
        await twilio.idle()
        seat.services.catchup.ask()
        await seat.open(SILENT_IN_THE_LIST)
        first = seat.session

        # From the menu of accounts to the set-up of another one, which lies with Twilio as well: the same address.
        monkeypatch.setenv("SMS_DESKTOP_TWILIO_URL", other.base_url)
        seat.session.desk.window.panes.statusline.fill_menu()
        next(
            a for a in seat.session.desk.window.panes.statusline.menu.actions() if a.text().startswith("Add")
        ).trigger()
        guide = await home.guide()
        await connect(guide, OTHER_SID, OTHER_TOKEN)
        seat = await home.seat(first)
        assert seat.session.engine.directory == home.root / "accounts" / "2"
        await seat.until(lambda: seat.says("Old Barn") and seat.says("Complete up to"), "the other account is live")
        assert seat.spoken("Conversations") == []
        seat.simulator = other
        await other.phone(SILENT).text(LINE, "To the barn")
        await other.idle()
        seat.services.catchup.ask()
        await seat.open(SILENT_IN_THE_LIST)
        await seat.reaches(await seat.send("From the barn"), Status.DELIVERED)
        second = seat.session
        meanwhile = datetime.now(UTC) - timedelta(seconds=3)
        twilio.account.import_messages([PastMessage(SILENT, LINE, "Meanwhile", meanwhile)])

        # And back, over a text that has not left.
        monkeypatch.setenv("SMS_DESKTOP_TWILIO_URL", twilio.base_url)
        other.weather.turn("429", True)
        await seat.send("One more from the barn")
        line = seat.session.desk.window.panes.statusline
        line.fill_menu()
        assert [a.text() for a in line.menu.actions() if a.isCheckable()] == [
            "Bright Chairs · AC…5d5d", "Old Barn · AC…abab",
        ]  # fmt: skip
        choose_account(seat, "Bright")
        asked = await seat.until(leaving, "one is asked")
        assert asked.windowTitle() == "Show the other account?"
        QTest.keyClick(asked, Qt.Key.Key_Escape)
        await seat.until(lambda: leaving() is None, "one stays")
        choose_account(seat, "Bright")
        QTest.mouseClick((await seat.until(leaving, "one is asked again")).go_button, Qt.MouseButton.LeftButton)
        seat = await home.seat(second)
        await seat.opened(SILENT_IN_THE_LIST)
        await seat.until(lambda: seat.says("Bright Chairs"), "the first account is live again")
        closed = "1 message arrived while this inbox was closed · complete ✓"
        await seat.until(lambda: closed in seat.spoken("Messages"), "what came meanwhile is told for what it is")
        assert [message.body for message in seat.messages()] == ["To Bright Chairs", "Meanwhile"]
        await seat.reaches(await seat.send("From the chairs"), Status.DELIVERED)
        assert seat.got(SILENT) == ["From the chairs"]
        assert [m.body for m in other.phone(SILENT).messages if not m.mine] == ["From the barn"]
        await home.quit()
        assert Accounts(home.root).current() == twilio.account.sid
        assert {kept.name for kept in keyring.secrets()} >= {f"twilio:{twilio.account.sid}", f"twilio:{OTHER_SID}"}


async def test_after_a_removal_the_account_that_is_ready_is_shown_and_the_other_one_s_history_is_reachable(
    house: House, twilio: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as home:
        seat = await home.live(WayIn.POLLING)
        await twilio.phone(SILENT).text(LINE, "To Bright Chairs")
        await twilio.idle()
        seat.services.catchup.ask()
        await seat.open(SILENT_IN_THE_LIST)
        await Stored(Vault()).save(Credentials(OTHER_SID, OTHER_TOKEN))
        Accounts(home.root).add(OTHER_SID, "Old Barn")
        await seat.services.account.load()
        await remove_account(seat)
        before = seat.session
        seat = await home.seat(before)
        assert seat.services.account.sid == OTHER_SID
        await seat.told("Bright Chairs was removed from this computer. This is the inbox of Old Barn.")

        # What was said stays, and that nothing leaves from there is told
        before = seat.session
        choose_account(seat, "Bright")
        seat = await home.seat(before)
        await seat.opened(SILENT_IN_THE_LIST)
        assert [message.body for message in seat.messages()] == ["To Bright Chairs"]
        await seat.told("This account is not connected. Messages wait in the outbox until it is.")
        await seat.told("No Twilio account is connected. Enter one under Preferences, Account.")
        assert not seat.says("sms-desktop credentials set")
        await home.quit()

        before = seat.session
        home.start()

        def gave_way() -> bool:
            return home.session is not before and home.session.engine.services.account.sid == OTHER_SID

        await home._until(gave_way, "at the next start the one that is ready is shown")
        seat = await home.seat(before)
        assert seat.services.account.sid == OTHER_SID


async def remove_account(seat: Seat) -> None:
    seat.session.desk.open_preferences("account")
    await seat.click("Remove…")
    await seat.click("Remove")


def choose_account(seat: Seat, name: str) -> None:
    line = seat.session.desk.window.panes.statusline
    line.fill_menu()
    next(action for action in line.menu.actions() if action.text().startswith(name)).trigger()


async def connect(guide: Guide, sid: str, token: str) -> None:
    """The set-up in its shortest form."""
    if guide.offers("Connect Twilio"):
        await guide.click("Connect Twilio")
    await guide.comes_to("Connect your Twilio account")
    await guide.enter_account(sid, token)
    await guide.comes_to("Which numbers do you text from?")
    await guide.until(lambda: guide.offers(SHOP), "the lines are there")
    await guide.go_on()
    await guide.comes_to("How should messages reach this computer?")
    await guide.until(lambda: guide.shows("ngrok token"), "the page has filled itself")
    await guide.click("No public address")
    await guide.go_on()
    await guide.comes_to("Bring older messages here?")
    await guide.click("Nothing")
    await guide.go_on()
    await guide.comes_to("Does it work?")
    await guide.click("Skip")
    await guide.comes_to("You are set up")
    await guide.click("Open the inbox")
