"""From an empty home to a live inbox, through the set-up alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QPushButton

from sms_desktop.domain.message import Status
from sms_desktop.engine import Engine
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.simulator import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    TEST_ACCOUNT_SID,
    TEST_AUTH_TOKEN,
    PastMessage,
    Simulator,
)
from tests.journeys.window.home import NGROK_TOKEN, Guide, Home, House, files_with
from tests.journeys.window.seat import TOLL_FREE
from tests.ngrok import Standin
from tests.rig import LINE, YOURS
from tests.secretservice import Kept, SecretService
from tests.services.front import Front

WORKSHOP = "+13125550177"
BEFORE = "https://old.example.com/sms"
SHOP_LINE, TOLL_FREE_LINE, WORKSHOP_LINE = (
    "(212) 555-0100 · Shop", "(888) 555-0144 · Toll-free", "(312) 555-0177 · Workshop",
)  # fmt: skip
CONSENT, CONSENT_TOO = "Bring the texts of (212) 555-0100 here", "Bring the texts of (888) 555-0144 here"

WRONG_SID, WRONG_TOKEN = "AC" + "6e" * 16, "d7" * 16

WELCOME = "Text from your own Twilio numbers"
ACCOUNT = "Connect your Twilio account"
LINES = "Which numbers do you text from?"
RECEIVING = "How should messages reach this computer?"
HISTORY = "Bring older messages here?"
TEST = "Does it work?"
DONE = "You are set up"

API_KEY, API_SECRET = "SK" + "3e" * 16, "f00dF00Df00dF00Df00dF00Df00dF00D"
YOURS_IN_THE_LIST = "(415) 555-0132"


def last_week(count: int) -> list[PastMessage]:
    """Texts to the shop, the newest a day old."""
    at = datetime.now(UTC) - timedelta(days=1)
    return [
        PastMessage(f"+1415555{1000 + n % 50}", LINE, f"Last week, text {n}", at - timedelta(minutes=n))
        for n in range(count)
    ]


@pytest.fixture
def twilio(twilio: Simulator) -> Simulator:
    """Three lines; texts to the first one go to another program, those to the others nowhere. Of their registration
    nothing is told.
    """
    twilio.account.services.clear()
    twilio.account.registrar.allowed = False
    twilio.set_sms_url(LINE, BEFORE)
    twilio.account.add_line(WORKSHOP, "Workshop")
    return twilio


def goes_to(twilio: Simulator, line: str) -> str:
    """Where texts to that line are posted, without what only machines read."""
    return twilio.account.line(line).sms_url.partition("#")[0]


def secrets_of(twilio: Simulator) -> tuple[str, ...]:
    return twilio.account.auth_token, NGROK_TOKEN, API_SECRET


async def to_the_account(guide: Guide) -> None:
    await guide.comes_to(WELCOME)
    await guide.click("Connect Twilio")
    await guide.comes_to(ACCOUNT)


async def to_the_lines(guide: Guide) -> None:
    await to_the_account(guide)
    await guide.enter_account(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)
    await guide.comes_to(LINES)


async def to_the_way_in(guide: Guide) -> None:
    await to_the_lines(guide)
    await guide.until(lambda: guide.offers(WORKSHOP_LINE), "the lines are there")
    await guide.go_on()
    await guide.comes_to(RECEIVING)


async def to_the_inbox(guide: Guide, home: Home, twilio: Simulator) -> None:
    """From the history on, without any."""
    await guide.comes_to(HISTORY)
    await guide.click("Nothing")
    await guide.go_on()
    await guide.comes_to(TEST)
    await twilio.phone(YOURS).text(LINE, "Is this on?")
    await guide.told("It arrived")
    await guide.go_on()
    await guide.comes_to(DONE)
    await guide.click("Open the inbox")
    seat = await home.seat()
    await seat.open(YOURS_IN_THE_LIST)
    assert seat.sees("Is this on?") is not None


async def test_from_nothing_to_a_live_inbox(
    tmp_path: Path, house: House, twilio: Simulator, ngrok: Standin, keyring: SecretService
) -> None:
    twilio.account.import_messages(last_week(1500))
    twilio.account.api_keys[API_KEY] = API_SECRET
    async with house() as home:
        guide = await home.guide()
        await to_the_account(guide)
        guide.paste_into("Account SID", f"\n  {DEMO_ACCOUNT_SID}\t\r\n")
        guide.paste_into("Auth Token", f" {DEMO_AUTH_TOKEN} \n")
        await guide.told("Bright Chairs, full account, balance $38.20")  # before anything was pressed
        await guide.click("Use an API key for sending (optional)")
        guide.paste_into("API key SID", API_KEY)
        guide.paste_into("API key secret", f"{API_SECRET}\n")
        assert keyring.secrets() == []
        await guide.go_on()

        await guide.comes_to(LINES)
        assert {kept.name for kept in keyring.secrets()} == {f"twilio:{DEMO_ACCOUNT_SID}"}
        await guide.click(WORKSHOP_LINE)
        await guide.go_on()

        await guide.comes_to(RECEIVING)
        guide.paste_into("ngrok token", f" {NGROK_TOKEN}\n")
        await guide.click("Check")
        await guide.told("Connected as 127.0.0.1:")
        await guide.until(lambda: guide.offers(CONSENT_TOO), "what would change is shown")
        assert guide.says(BEFORE) and guide.says("nobody: this computer asks Twilio for its texts")
        assert guide.says("The old address is kept and put back when you disconnect.")
        assert not guide.offers("Bring the texts of (312) 555-0177 here")
        assert goes_to(twilio, LINE) == BEFORE  # and nothing has changed yet
        await guide.tick(CONSENT)
        await guide.tick(CONSENT_TOO, on=False)
        await guide.go_on()

        await guide.comes_to(HISTORY)
        public = home.session.engine.public_url
        assert public is not None and public != home.session.engine.webhook_url
        assert [goes_to(twilio, line) for line in (LINE, TOLL_FREE, WORKSHOP)] == [f"{public}/twilio/inbound", "", ""]
        shown = guide.watch("messages, back to")
        await guide.click("Start")
        await guide.told("All there: 1,5")
        assert shown
        await guide.go_on()

        await guide.comes_to(TEST)
        await guide.told("Answered in")
        await guide.told("Waiting for your text …")
        await twilio.phone(YOURS).text(LINE, "Is this on?")
        await guide.until(lambda: guide.says("It arrived") and guide.says("‘Is this on?’"), "it is told that it came")
        await guide.go_on()
        await guide.comes_to(DONE)
        assert guide.says("2 lines: (212) 555-0100 and (888) 555-0144")
        await guide.click("Open the inbox")

        seat = await home.seat()
        await seat.open(YOURS_IN_THE_LIST)
        await seat.reaches(await seat.send("Loud and clear."), Status.DELIVERED)
        assert seat.got(YOURS) == ["Loud and clear."]
        assert await seat.stored() == 1502
        assert seat.sees("Is this on?") is not None
        said = "\n".join(seat.sentences())

        secrets = secrets_of(twilio)
        commands = [" ".join(command) for command in home.processes()]
        assert any(command.endswith("ngrok.yml") or "--config" in command for command in commands)
        assert [command for command in commands if any(secret in command for secret in secrets)] == []
        assert files_with(secrets, home.root, tmp_path / "home", keyring.folder) == []
        await home.quit()

        seat = await home.seat()
        await seat.opened(YOURS_IN_THE_LIST)
        assert len(home.sessions) == 2 and home.session.setup is None
        assert not any(secret in said for secret in secrets)
        await home.quit()
        assert files_with(secrets, home.root, tmp_path / "home", keyring.folder) == []
        log = (home.root / "logs" / "sms-desktop.log").read_text("utf-8")
        assert "POST" in log or "HTTP" in log
        kept = {one.name: one for one in keyring.secrets()}
        assert set(kept) == {f"twilio:{DEMO_ACCOUNT_SID}", f"ngrok:{DEMO_ACCOUNT_SID}"}
        assert kept[f"ngrok:{DEMO_ACCOUNT_SID}"] == Kept("SMS Desktop", f"ngrok:{DEMO_ACCOUNT_SID}", NGROK_TOKEN)
        assert not ngrok.alive


async def test_the_same_by_keyboard_alone(house: House, twilio: Simulator) -> None:
    twilio.account.import_messages(last_week(5))
    async with house() as home:
        guide = await home.guide()
        await guide.comes_to(WELCOME)
        await guide.until(lambda: guide.focus == "Connect Twilio", "the keyboard is at what comes first")
        guide.key(Qt.Key.Key_Return)

        await guide.comes_to(ACCOUNT)
        await guide.until(lambda: guide.focus == "Account SID", "one can paste at once")
        guide.paste_text(DEMO_ACCOUNT_SID)
        guide.walk_to("Auth Token")
        guide.paste_text(DEMO_AUTH_TOKEN)
        guide.key(Qt.Key.Key_Return)

        await guide.comes_to(LINES)
        await guide.until(lambda: guide.focus == SHOP_LINE, "the keyboard is at the first line")
        guide.walk_to(WORKSHOP_LINE)
        guide.key(Qt.Key.Key_Space)
        guide.key(Qt.Key.Key_Return)

        await guide.comes_to(RECEIVING)
        await guide.until(lambda: guide.focus == "ngrok", "the keyboard is at the first way in")
        await guide.until(lambda: guide.shows("ngrok token"), "its field is there")
        guide.walk_to("ngrok token")
        guide.paste_text(NGROK_TOKEN)
        guide.key(Qt.Key.Key_Return)
        await guide.until(lambda: guide.offers(CONSENT), "what would change is shown")
        assert goes_to(twilio, LINE) == BEFORE
        for box, on in ((CONSENT, True), (CONSENT_TOO, False)):
            guide.walk_to(box)
            if guide.is_ticked(box) is not on:
                guide.key(Qt.Key.Key_Space)
        await guide.until(guide.window.foot.primary.isEnabled, "one can go on")
        guide.key(Qt.Key.Key_Return)

        await guide.comes_to(HISTORY)
        await guide.until(lambda: guide.focus == "Last 30 days", "the keyboard is at what is recommended")
        guide.key(Qt.Key.Key_Return)
        await guide.told("All there: 5 messages")
        await guide.until(lambda: guide.offers("Continue"), "one can go on")
        guide.key(Qt.Key.Key_Return)

        await guide.comes_to(TEST)
        await twilio.phone(YOURS).text(LINE, "Is this on?")
        await guide.told("It arrived")
        guide.key(Qt.Key.Key_Return)
        await guide.comes_to(DONE)
        guide.key(Qt.Key.Key_Return)

        seat = await home.seat()
        await seat.until(lambda: YOURS_IN_THE_LIST in seat.people, "the text is in the list")
        await seat.until(seat.named("Conversations", QAbstractItemView).hasFocus, "the keyboard is at the list")
        seat.key(Qt.Key.Key_Home)
        await seat.opened(YOURS_IN_THE_LIST)
        assert seat.sees("Is this on?") is not None
        assert [goes_to(twilio, line) for line in (TOLL_FREE, WORKSHOP)] == ["", ""]


async def test_left_at_every_step_and_taken_up_again(house: House, twilio: Simulator) -> None:
    twilio.account.import_messages(last_week(5))
    async with house() as home:

        async def leave_and_come_back(heading: str) -> Guide:
            await home.quit()
            guide = await home.guide()
            await guide.comes_to(heading)
            return guide

        guide = await home.guide()
        guide = await leave_and_come_back(WELCOME)
        await to_the_account(guide)
        guide.paste_into("Account SID", DEMO_ACCOUNT_SID)
        guide = await leave_and_come_back(ACCOUNT)
        await guide.enter_account(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)

        await guide.comes_to(LINES)
        guide = await leave_and_come_back(LINES)
        await guide.click(WORKSHOP_LINE)
        await guide.go_on()
        await guide.comes_to(RECEIVING)
        guide = await leave_and_come_back(RECEIVING)
        await guide.click("Back")
        await guide.comes_to(LINES)
        await guide.until(lambda: guide.offers(WORKSHOP_LINE), "the lines are there")
        assert [guide.is_ticked(line) for line in (SHOP_LINE, TOLL_FREE_LINE, WORKSHOP_LINE)] == [True, True, False]
        await guide.go_on()

        await guide.comes_to(RECEIVING)
        guide.paste_into("ngrok token", NGROK_TOKEN)
        await guide.go_on()
        await guide.until(lambda: guide.offers(CONSENT), "what would change is shown")
        guide = await leave_and_come_back(RECEIVING)  # the token is kept, and nothing was changed at Twilio
        assert goes_to(twilio, LINE) == BEFORE
        await guide.told("Connected as")
        await guide.tick(CONSENT)
        await guide.go_on()

        await guide.comes_to(HISTORY)
        await guide.click("Last year")
        guide = await leave_and_come_back(HISTORY)
        await guide.until(lambda: guide.offers("Start"), "nothing has begun")
        assert guide.is_ticked("Last year")
        await guide.click("Start")
        await guide.click("Continue")
        await guide.comes_to(TEST)
        guide = await leave_and_come_back(TEST)
        await guide.told("Answered in")
        await guide.told("Waiting for your text …")  # once the lines lead to the new address
        await twilio.phone(YOURS).text(LINE, "Is this on?")
        await guide.told("It arrived")
        await guide.go_on()
        await guide.comes_to(DONE)
        guide = await leave_and_come_back(DONE)
        await guide.click("Open the inbox")
        seat = await home.seat()
        await seat.until(lambda: len(seat.people) == 6, "history and the new text are there")
        await home.quit()
        await home.seat()


async def test_escape_goes_back_and_ctrl_q_ends_it(house: House, twilio: Simulator) -> None:
    async with house() as home:
        guide = await home.guide()
        await to_the_account(guide)
        guide.paste_into("Account SID", DEMO_ACCOUNT_SID)
        guide.key(Qt.Key.Key_Escape)
        await guide.comes_to(WELCOME)
        await guide.click("Connect Twilio")
        await guide.comes_to(ACCOUNT)
        await guide.enter_account(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)
        await guide.comes_to(LINES)
        guide.control(Qt.Key.Key_Q)
        await guide.until(lambda: not home.is_running, "the program has ended")
        await home.quit()
        guide = await home.guide()
        await guide.comes_to(LINES)


async def test_without_a_public_address_twilio_is_asked(house: House, twilio: Simulator) -> None:
    async with house() as home:
        guide = await home.guide()
        await to_the_way_in(guide)
        await guide.until(lambda: guide.shows("ngrok token"), "the page has filled itself")
        await guide.click("No public address")
        await guide.told("Nothing at Twilio is changed")
        await guide.go_on()
        await guide.comes_to(HISTORY)
        await guide.click("Nothing")
        await guide.go_on()
        await guide.comes_to(TEST)
        await guide.told("It asks Twilio every few seconds")
        await twilio.phone(YOURS).text(LINE, "Is this on?")
        await twilio.idle()
        home.session.engine.services.catchup.ask()  # a few seconds later
        await guide.told("It arrived")
        await guide.go_on()
        await guide.comes_to(DONE)
        assert guide.says("Texts come in by asking Twilio every few seconds")
        await guide.click("Open the inbox")
        seat = await home.seat()
        await seat.told("Live · asking Twilio for news")
        assert goes_to(twilio, LINE) == BEFORE
        assert not home.ngrok.alive


async def test_an_address_of_ones_own(house: House, twilio: Simulator) -> None:
    async with Front() as front, house() as home:
        guide = await home.guide()
        await to_the_way_in(guide)
        await guide.until(lambda: guide.shows("ngrok token"), "the page has filled itself")
        await guide.click("My own public address")
        await front.close()  # nobody answers there yet
        guide.paste_into("Public address", f" {front.url}/ ")
        await guide.go_on()
        await guide.told("The public address cannot be reached")
        assert guide.says(f"Have it lead to {home.session.engine.webhook_url}.")
        assert goes_to(twilio, LINE) == BEFORE

        front.target = home.session.engine.webhook_url or ""
        await front.open()
        await guide.go_on()
        await guide.told(f"127.0.0.1:{front.port} leads to this computer")
        await guide.tick(CONSENT)
        await guide.go_on()
        await to_the_inbox(guide, home, twilio)
        assert goes_to(twilio, LINE) == f"{front.url}/twilio/inbound"
        assert front.seen.count("/twilio/inbound") == 1


async def test_an_account_that_cannot_be_is_explained_until_it_is_right(house: House, twilio: Simulator) -> None:
    async with house() as home:
        guide = await home.guide()
        await to_the_account(guide)
        guide.paste_into("Account SID", API_KEY)
        await guide.told("This is an API key. The Account SID starts with AC")
        await guide.enter_account(DEMO_ACCOUNT_SID, "b4b4")
        await guide.told("The Auth Token looks too short")
        await guide.enter_account(DEMO_ACCOUNT_SID, "00" * 16)
        await guide.told("Copy both values once more.")
        await guide.enter_account(TEST_ACCOUNT_SID, TEST_AUTH_TOKEN)
        await guide.told("These are Twilio’s test credentials")
        twilio.weather.portal = 1
        await guide.enter_account(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)
        await guide.told("Press Continue to try again.")
        assert guide.page == ACCOUNT
        twilio.weather.clear()
        twilio.account.type = "Trial"
        guide.paste_into("Auth Token", DEMO_AUTH_TOKEN)
        await guide.told("Receiving works as usual. Upgrade in the Twilio Console")
        await guide.go_on()
        await guide.comes_to(LINES)


async def test_who_connects_the_wrong_account_first_just_connects_the_right_one(
    house: House, twilio: Simulator, keyring: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Simulator(account_sid=WRONG_SID, auth_token=WRONG_TOKEN, pace=0.02, seed=4)
    await wrong.start()
    wrong.set_sms_url(LINE, BEFORE)
    wrong.account.friendly_name = "Old Barn"
    at = {WRONG_SID: wrong.base_url, DEMO_ACCOUNT_SID: twilio.base_url}
    monkeypatch.setattr(Engine, "_open_gateway", lambda _, found: TwilioGateway(found, at[found.account_sid]))
    async with house() as home:
        guide = await home.guide()
        await to_the_account(guide)
        await guide.enter_account(WRONG_SID, WRONG_TOKEN)
        await guide.comes_to(LINES)
        await guide.until(lambda: guide.offers(SHOP_LINE), "the lines are there")
        await guide.go_on()
        await guide.comes_to(RECEIVING)
        guide.paste_into("ngrok token", NGROK_TOKEN)
        await guide.click("Check")
        await guide.until(lambda: guide.offers(CONSENT), "what would change is shown")
        await guide.tick(CONSENT)
        await guide.go_on()
        await guide.comes_to(HISTORY)
        assert goes_to(wrong, LINE).endswith("/twilio/inbound")

        first = home.session
        for heading in (RECEIVING, LINES, ACCOUNT):
            await guide.click("Back")
            await guide.comes_to(heading)
        guide.paste_into("Account SID", DEMO_ACCOUNT_SID)
        guide.paste_into("Auth Token", DEMO_AUTH_TOKEN)
        await guide.told("It takes the place of AC…6e6e, for which nothing has come here yet.")
        await guide.go_on()
        await guide.until(lambda: home.session is not first, "another session begins")
        guide = await home.guide()
        await guide.comes_to(LINES)
        assert (goes_to(wrong, LINE), goes_to(wrong, TOLL_FREE)) == (BEFORE, "")
        assert {kept.name for kept in keyring.secrets()} == {f"twilio:{DEMO_ACCOUNT_SID}", f"ngrok:{DEMO_ACCOUNT_SID}"}
        assert home.session.engine.directory == home.root
        assert [one.sid for one in home.session.engine.services.account.known()] == [DEMO_ACCOUNT_SID]
        await guide.until(lambda: guide.offers(WORKSHOP_LINE), "its own lines are there")
        await guide.go_on()
        await guide.comes_to(RECEIVING)
        await guide.until(lambda: guide.offers(CONSENT), "the way in is there already")
        await guide.tick(CONSENT)
        await guide.go_on()
        await to_the_inbox(guide, home, twilio)
        await home.quit()
        assert (goes_to(wrong, LINE), goes_to(wrong, TOLL_FREE)) == (BEFORE, "")
    await wrong.stop()


async def test_without_a_keyring_it_is_known_only_until_one_quits(
    tmp_path: Path, house: House, twilio: Simulator, keyring: SecretService
) -> None:
    keyring.stop()
    async with house() as home:
        guide = await home.guide()
        await to_the_account(guide)
        await guide.told("This computer has no keyring that is ready to keep a secret.")
        assert guide.says("Install GNOME Keyring")
        await guide.enter_account(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)
        await guide.until(lambda: guide.offers("Continue") and guide.says("Try again"), "it could not be kept")
        assert guide.page == ACCOUNT
        guide.press("Only until I quit", QPushButton)

        await guide.comes_to(LINES)
        await guide.until(lambda: guide.offers(WORKSHOP_LINE), "the lines are there")
        await guide.go_on()
        await guide.comes_to(RECEIVING)
        guide.paste_into("ngrok token", NGROK_TOKEN)
        await guide.go_on()
        await guide.tick(CONSENT)
        await guide.go_on()
        await to_the_inbox(guide, home, twilio)
        await home.quit()
        assert files_with(secrets_of(twilio), home.root, tmp_path / "home", keyring.folder) == []

        # What was said is there, and why nothing comes in
        seat = await home.seat()
        await seat.opened(YOURS_IN_THE_LIST)
        await seat.told("This computer has no keyring that is ready to keep a secret.")
        await seat.told("Not connected")
        await seat.click("Fix")
        await seat.until(lambda: seat.offers("Enter them for this session: Keyring"), "the keyring's row leads on")
        assert not seat.offers("Unlock: Keyring")
        await seat.click("Enter them for this session: Twilio account")
        await seat.until(lambda: seat.focus == "Auth Token", "one can type at once")
        await seat.told("There is no keyring on this computer")
        assert not seat.is_ticked("Keep it in this computer’s keyring")
        assert not seat.offers("Keep it in this computer’s keyring")
        seat.paste_text(DEMO_AUTH_TOKEN)
        await seat.click("Save")
        await seat.told("Connected. This account is in use now.")
        await home.quit()
        assert files_with(secrets_of(twilio), home.root, tmp_path / "home", keyring.folder) == []


async def test_a_locked_keyring_is_opened_from_the_set_up(house: House, keyring: SecretService) -> None:
    keyring.lock()
    async with house() as home:
        guide = await home.guide()
        await to_the_account(guide)
        await guide.told("The keyring of this computer is locked.")
        await guide.enter_account(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)
        await guide.until(lambda: guide.offers("Try again"), "it could not be kept")
        assert guide.page == ACCOUNT
        with keyring.person():
            await guide.click("Try again")
            await guide.comes_to(LINES)  # what was pasted goes on by itself
        assert [kept.name for kept in keyring.secrets()] == [f"twilio:{DEMO_ACCOUNT_SID}"]


@pytest.mark.parametrize(
    ("behaviour", "words", "mended"),
    [
        ({"refuse": 108}, "This ngrok account is already in use by another program or computer.", {"refuse": None}),
        ({"refuse": 105}, "ngrok does not know this token.", {"refuse": None}),
        ({"tokens": ["another"]}, "ngrok does not know this token.", {"tokens": [NGROK_TOKEN]}),
        (
            {"refuse_endpoint": 334},
            "The public address is already in use by another ngrok connection",
            {"refuse_endpoint": None},
        ),
    ],
    ids=["another computer uses it", "no token", "a token that is none any more", "the address is in use"],
)
async def test_what_ngrok_refuses_is_explained_and_can_be_tried_again(
    house: House, twilio: Simulator, ngrok: Standin, behaviour: dict[str, object], words: str, mended: dict[str, object]
) -> None:
    ngrok.behave(**behaviour)
    async with house() as home:
        guide = await home.guide()
        await to_the_way_in(guide)
        guide.paste_into("ngrok token", NGROK_TOKEN)
        await guide.click("Check")
        await guide.told(words)
        assert goes_to(twilio, LINE) == BEFORE
        ngrok.behave(**mended)
        await guide.click("Check")
        await guide.told("Connected as")
        await guide.until(lambda: guide.offers(CONSENT), "what would change is shown")
