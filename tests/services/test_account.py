"""The account, entered, kept, changed and taken away, with a real keyring and a whole engine."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from sms_desktop.domain.account import CredentialHome, Entered, Identity
from sms_desktop.domain.errors import (
    BadInput,
    GatewayError,
    KeyringLocked,
    NoAccount,
    NoKeyring,
    NotConfigured,
    SmsDesktopError,
    TestCredentials,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.domain.events import ConnectionChanged, Light
from sms_desktop.domain.health import Check, Fix
from sms_desktop.domain.message import Direction, Status
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.gateway.credentials import Credentials, Stored
from sms_desktop.gateway.gateway import Balance
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.gateway.vault import SERVICE, Vault
from sms_desktop.services import account as accounts
from sms_desktop.services import connection
from sms_desktop.services.hindrance import hindrance
from sms_desktop.services.services import Services
from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, TEST_ACCOUNT_SID, TEST_AUTH_TOKEN, Simulator
from sms_desktop.store.accounts import Accounts
from sms_desktop.ui.preferences import sentences
from tests.rig import LINE, TOLL_FREE, YOURS, Rig
from tests.secretservice import SecretService

RIGHT = Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)
ITEM = f"twilio:{DEMO_ACCOUNT_SID}"
NEW_TOKEN = "e5" * 16
KEY, SECRET = "SK" + "6c" * 16, "very-secret-secret-of-a-key-31-x"


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")


class Desk(Rig):
    """An engine that has to find its credentials by itself."""

    async def begin(self) -> None:
        await self.open(self.simulator.base_url)
        await self.engine.connect(patient=False)

    async def run_without(self) -> None:
        await self.open(self.simulator.base_url)
        with pytest.raises(NotConfigured):
            await self.engine.connect(patient=False)

    async def bring_here(self) -> None:
        """Has texts come by an address that Twilio can reach."""
        await self.services.receiving.choose_own(self.engine.webhook_url or "")
        await self.services.routing.look()
        assert await self.services.routing.bring(self.services.routing.plan()) == ()

    @property
    def line_rows(self) -> list[Check]:
        return [check for check in self.services.health.state.checks if check.key.startswith("line:")]


@pytest.fixture
async def desk(tmp_path: Path, simulator: Simulator) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "data", simulator)
    yield desk
    if desk.engine.running:
        await desk.stop()


async def online(desk: Rig) -> None:
    services = desk.services
    await desk.until(lambda: services.account.identity and services.lines.known(), "known to Twilio")
    await desk.until(lambda: not services.connection.trouble and services.connection.state.account, "online")


async def connect_with_key(desk: Desk) -> None:
    """Sends with an API key that Twilio knows, kept in the keyring."""
    desk.simulator.account.api_keys[KEY] = SECRET
    await desk.run_without()
    await desk.services.account.connect(Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, KEY, SECRET), keep=True)
    await online(desk)


def on_disk(folder: Path, secret: str) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


# -- the wrong one first --------------------------------------------------------------------------------------------


OTHER_TOKEN = "e1" * 16
BEFORE = "https://old.example.com/sms"


@pytest.fixture
async def other(desk: Desk) -> AsyncIterator[Simulator]:
    """Another account at Twilio, which the desk reaches too; the desk's own is connected by a set-up that goes on."""
    other = Simulator(account_sid=OTHER, auth_token=OTHER_TOKEN, pace=0.02, seed=8)
    await other.start()
    desk.simulator.set_sms_url(LINE, BEFORE)
    await desk.run_without()
    account = desk.services.account
    at = {OTHER: other.base_url, DEMO_ACCOUNT_SID: desk.simulator.base_url}
    account._open_gateway = lambda found: TwilioGateway(found, at[found.account_sid])
    await account.connect(RIGHT, keep=True)
    await desk.services.settings.put(accounts.SETUP, {"step": "receiving", "done": False})
    await online(desk)
    yield other
    await other.stop()


async def brought(desk: Desk) -> None:
    services = desk.services
    services.link.public_url = "https://shop.example.com"
    await services.routing.look()
    assert await services.routing.bring(services.routing.plan()) == ()
    assert desk.simulator.account.line(LINE).sms_url != BEFORE


async def test_while_nothing_has_come_another_account_takes_the_place_and_nothing_of_ours_stays_at_twilio(
    keyring: SecretService, desk: Desk, other: Simulator
) -> None:
    await brought(desk)
    account = desk.services.account
    for name in ("ngrok", "address"):
        await Vault().save(f"{name}:{DEMO_ACCOUNT_SID}", f"secret of {name}")
    assert (await account.verify(Entered(OTHER, OTHER_TOKEN))).sid == OTHER
    told = await account.connect(Entered(OTHER, OTHER_TOKEN), keep=True)
    assert (account.successor, account.left_behind) == (told, "")
    assert desk.simulator.account.line(LINE).sms_url == BEFORE
    assert {kept.name for kept in keyring.secrets()} == {f"twilio:{OTHER}", f"ngrok:{OTHER}", f"address:{OTHER}"}
    assert {kept.secret for kept in keyring.secrets()} >= {"secret of ngrok", "secret of address"}


async def test_the_place_is_not_taken_while_ours_cannot_be_taken_back(
    keyring: SecretService, desk: Desk, other: Simulator
) -> None:
    await brought(desk)
    desk.simulator.weather.down = True
    for _ in range(2):
        with pytest.raises(GatewayError, match=r"could not be given back yet.* Until then AC…5d5d stays connected"):
            await desk.services.account.connect(Entered(OTHER, OTHER_TOKEN), keep=True)
    assert desk.services.account.successor is None
    assert {kept.name for kept in keyring.secrets()} == {ITEM}
    desk.simulator.weather.clear()
    await desk.services.account.connect(Entered(OTHER, OTHER_TOKEN), keep=True)
    assert desk.simulator.account.line(LINE).sms_url == BEFORE


async def test_an_account_that_twilio_has_shut_out_keeps_nobody_from_the_right_one(
    keyring: SecretService, desk: Desk, other: Simulator
) -> None:
    await brought(desk)
    desk.simulator.rotate_token(NEW_TOKEN)
    await desk.services.account.connect(Entered(OTHER, OTHER_TOKEN), keep=True)
    assert desk.services.account.successor is not None
    told = desk.services.account.left_behind
    assert "The number “Shop” and the number “Toll-free” could not be given back" in told
    assert "the texts of the account AC…5d5d still go to this computer" in told


@pytest.mark.parametrize("why", ["a message", "done"])
async def test_a_place_that_is_somebody_s_is_not_given_to_another_account(
    keyring: SecretService, desk: Desk, other: Simulator, why: str
) -> None:
    if why == "done":
        await desk.services.settings.put(accounts.SETUP, {"step": "done", "done": True})
    else:
        await desk.simulator.phone(YOURS).text(LINE, "Hello?")
        desk.services.catchup.ask()
        await desk.until(lambda: desk.messages, "it is here")
    for call in (desk.services.account.verify, partial(desk.services.account.connect, keep=True)):
        with pytest.raises(BadInput, match="another account’s SID"):
            await call(Entered(OTHER, OTHER_TOKEN))
    assert {kept.name for kept in keyring.secrets()} == {ITEM}


# -- entering -------------------------------------------------------------------------------------------------------


async def test_what_is_kept_in_the_keyring_is_used_at_once_and_at_the_next_start(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    account = desk.services.account
    told = await account.connect(Entered(f"  {DEMO_ACCOUNT_SID}\n", f"\tAuth Token: {DEMO_AUTH_TOKEN} "), keep=True)
    assert told == Identity(DEMO_ACCOUNT_SID, "Bright Chairs", balance="$38.20")
    assert (account.identity, account.home) == (told, CredentialHome.KEYRING)
    assert account.masked() == "AC…5d5d"
    assert [(one.sid, one.name, one.current) for one in account.known()] == [(told.sid, "Bright Chairs", True)]
    await online(desk)
    assert [line.address for line in desk.services.lines.known()] == [LINE, TOLL_FREE]
    [kept] = keyring.secrets()
    assert (kept.service, kept.name) == (SERVICE, ITEM)
    assert DEMO_AUTH_TOKEN in kept.secret
    await desk.stop()
    assert on_disk(desk.directory, DEMO_AUTH_TOKEN) == []

    again = Desk(desk.directory, simulator)
    await again.begin()
    assert again.services.account.home is CredentialHome.KEYRING
    await online(again)
    await again.stop()


async def test_what_is_kept_only_in_memory_is_gone_at_the_next_start(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=False)
    assert desk.services.account.home is CredentialHome.MEMORY
    await online(desk)
    assert keyring.secrets() == []
    await desk.stop()
    assert on_disk(desk.directory, DEMO_AUTH_TOKEN) == []

    again = Desk(desk.directory, simulator)
    await again.run_without()
    assert again.services.account.sid == DEMO_ACCOUNT_SID
    assert again.services.account.home is CredentialHome.NONE
    await again.stop()


async def test_checking_changes_nothing(keyring: SecretService, desk: Desk) -> None:
    await desk.run_without()
    assert await desk.services.account.verify(RIGHT) == Identity(DEMO_ACCOUNT_SID, "Bright Chairs", balance="$38.20")
    assert desk.services.link.gateway is None
    assert desk.services.account.sid is None
    assert keyring.secrets() == []


@pytest.mark.parametrize(
    ("entered", "error", "says"),
    [
        (Entered(DEMO_ACCOUNT_SID, "a7" * 16), WrongCredentials, "does not accept the Account SID and Auth Token"),
        (Entered("AC" + "11" * 16, DEMO_AUTH_TOKEN), WrongCredentials, "does not accept the Account SID"),
        (Entered(TEST_ACCOUNT_SID, TEST_AUTH_TOKEN), TestCredentials, "Twilio’s test credentials"),
        (Entered(DEMO_ACCOUNT_SID, ""), BadInput, "Auth Token is missing"),
        (Entered("MG" + "1" * 32, DEMO_AUTH_TOKEN), BadInput, "holds a Messaging Service"),
        (Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, KEY, "wrong"), WrongCredentials, "does not accept the API key"),
        (Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, KEY), BadInput, "belong together"),
    ],
)
async def test_what_cannot_be_right_is_said_and_nothing_is_kept(
    keyring: SecretService, desk: Desk, simulator: Simulator, entered: Entered, error: type[Exception], says: str
) -> None:
    simulator.account.api_keys[KEY] = SECRET
    await desk.run_without()
    with pytest.raises(error, match=says) as caught:
        await desk.services.account.connect(entered, keep=True)
    assert not any(secret in str(caught.value) for secret in (DEMO_AUTH_TOKEN, TEST_AUTH_TOKEN, "a7" * 16, SECRET))
    assert keyring.secrets() == []
    assert desk.services.link.gateway is None


async def test_without_twilio_it_is_said_and_nothing_is_kept(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    simulator.weather.portal = 1
    with pytest.raises(GatewayError, match="Does this network want you to sign in first"):
        await desk.services.account.connect(RIGHT, keep=True)
    simulator.weather.clear()
    simulator.weather.down = 1
    with pytest.raises(GatewayError, match=r"Twilio"):
        await desk.services.account.connect(RIGHT, keep=True)
    assert keyring.secrets() == []


async def test_one_that_is_called_off_while_twilio_is_asked_has_changed_nothing(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    accepted: list[bool] = []
    simulator.weather.update({"slow": True, "slow_seconds": 0.5})
    asked = simulator.requests.total()
    call = asyncio.create_task(
        desk.services.account.connect(RIGHT, keep=True, accepted=lambda: accepted.append(bool(keyring.secrets())))
    )
    await desk.until(lambda: simulator.requests.total() > asked, "Twilio was asked")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    simulator.weather.clear()
    account = desk.services.account
    assert (accepted, keyring.secrets(), account.home, account.sid) == ([], [], CredentialHome.NONE, None)
    await account.connect(RIGHT, keep=True, accepted=lambda: accepted.append(bool(keyring.secrets())))
    assert accepted == [False], "before anything is kept"
    assert len(keyring.secrets()) == 1


async def test_a_trial_account_is_recognised(keyring: SecretService, desk: Desk, simulator: Simulator) -> None:
    simulator.account.type = "Trial"
    await desk.run_without()
    assert (await desk.services.account.connect(RIGHT, keep=False)).trial


async def test_an_api_key_that_may_not_read_the_account_sends(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    simulator.account.api_keys[KEY] = SECRET
    await desk.run_without()
    await desk.services.account.connect(Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, f" {KEY}\n", SECRET), keep=True)
    await online(desk)
    [kept] = keyring.secrets()
    assert KEY in kept.secret
    message = await desk.send(YOURS, "by key")
    await desk.until(lambda: simulator.phone(YOURS).messages, "sent")
    simulator.rotate_token(NEW_TOKEN)  # a key is good on without it
    again = await desk.send(YOURS, "by key again")
    await desk.until(lambda: len(simulator.phone(YOURS).messages) == 2, "sent again")
    assert message.id != again.id


async def test_a_key_that_was_revoked_is_told_until_it_is_good_again_or_taken_away(
    keyring: SecretService, desk: Desk, simulator: Simulator, hasty: None
) -> None:
    await connect_with_key(desk)
    services = desk.services
    del simulator.account.api_keys[KEY]
    lost = await desk.send(YOURS, "in vain")
    await desk.until(lambda: services.connection.state.light is Light.BAD, "told")
    await desk.status(lost, Status.FAILED)
    looks = simulator.requests["GET Messages.json"]
    states = len(desk.events)
    await desk.until(lambda: simulator.requests["GET Messages.json"] > looks + 3, "the key was looked at")
    told = [event for event in desk.events[states - 1 :] if isinstance(event, ConnectionChanged)]
    assert {event.light for event in [*told, services.connection.state]} == {Light.BAD}
    assert services.connection.state.sentence == "Twilio does not accept the API key"
    assert "Auth Token" not in services.connection.state.sentence
    await desk.until(lambda: "API key" in account_row(desk).sentence, "the row tells it")
    assert account_row(desk).light is Light.BAD
    assert services.lines.known()

    simulator.account.api_keys[KEY] = SECRET
    await online(desk)
    await desk.status(await desk.send(YOURS, "by key"), Status.DELIVERED)
    del simulator.account.api_keys[KEY]
    await desk.send(YOURS, "in vain again")
    await desk.until(lambda: services.connection.state.light is Light.BAD, "told again")
    await services.account.remove_key()
    await online(desk)
    await desk.status(await desk.send(YOURS, "by token"), Status.DELIVERED)
    assert KEY not in keyring.secrets()[0].secret


async def test_a_key_that_is_revoked_is_told_before_a_text_fails(
    keyring: SecretService, desk: Desk, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "EVERY", 0.2)
    await connect_with_key(desk)
    del simulator.account.api_keys[KEY]
    await desk.until(lambda: desk.services.connection.state.light is Light.BAD, "told")
    assert isinstance(desk.services.connection.trouble, WrongKey)
    assert desk.services.account.identity is not None


async def test_nobody_is_said_to_have_reported_nothing_before_twilio_was_asked(
    keyring: SecretService, desk: Desk
) -> None:
    await desk.run_without()
    found = await desk.services.health.check()
    [row] = [check for check in found.checks if check.key == "reported"]
    assert (row.light, row.sentence) == (Light.OFF, "Twilio has not been asked lately")


async def test_who_asks_for_a_check_is_told_of_a_revoked_key_at_once(
    keyring: SecretService, desk: Desk, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "EVERY", 3600.0)
    await connect_with_key(desk)
    del simulator.account.api_keys[KEY]
    found = await desk.services.health.check()
    [row] = [check for check in found.checks if check.key == "account"]
    assert (row.light, row.sentence) == (Light.BAD, "Twilio does not accept the API key")
    assert desk.services.connection.state.light is Light.BAD


async def test_a_key_that_is_refused_at_the_start_is_told_and_texts_still_come_in(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await connect_with_key(desk)
    await desk.stop()
    simulator.account.api_keys.clear()

    again = Desk(desk.directory, simulator)
    await again.begin()
    await again.until(lambda: again.services.connection.state.light is Light.BAD, "told")
    assert isinstance(again.services.connection.trouble, WrongKey)
    assert again.services.account.identity is not None
    again.route_inbound()
    await simulator.phone(YOURS).text(LINE, "Are you open?")
    await again.inbound("Are you open?")
    await again.stop()


async def test_a_key_that_sends_does_not_hide_that_the_token_is_refused(
    keyring: SecretService, desk: Desk, simulator: Simulator, hasty: None
) -> None:
    await connect_with_key(desk)
    services = desk.services
    simulator.rotate_token(NEW_TOKEN)
    services.connection.look()
    await desk.until(lambda: services.connection.state.light is Light.BAD, "told")
    states = len(desk.events)
    await desk.status(await desk.send(YOURS, "by key"), Status.DELIVERED, Status.SENT, Status.QUEUED)
    told = [event.light for event in desk.events[states:] if isinstance(event, ConnectionChanged)]
    assert set(told) <= {Light.BAD}
    assert services.connection.state.sentence == "Twilio does not accept this Account SID and Auth Token"


def account_row(desk: Rig) -> Check:
    not_yet = Check("account", "", Light.OFF, "")
    return next((check for check in desk.services.health.state.checks if check.key == "account"), not_yet)


async def test_another_account_does_not_get_into_the_inbox_of_this_one(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=True)
    simulator.account.sid = "AC" + "22" * 16
    other = Entered("AC" + "22" * 16, DEMO_AUTH_TOKEN)
    with pytest.raises(BadInput, match="belong to the account AC…5d5d"):
        await desk.services.account.verify(other)  # so that nobody is told first that all is well
    with pytest.raises(BadInput, match="belong to the account AC…5d5d"):
        await desk.services.account.connect(other, keep=True)
    assert desk.services.account.sid == DEMO_ACCOUNT_SID
    assert [kept.name for kept in keyring.secrets()] == [ITEM]


async def test_the_environment_wins_over_the_keyring(keyring: SecretService, desk: Desk, simulator: Simulator) -> None:
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=True)
    await desk.stop()
    simulator.rotate_token(NEW_TOKEN)

    again = Desk(desk.directory, simulator, variables={"TWILIO_AUTH_TOKEN": NEW_TOKEN})
    await again.begin()
    assert again.services.account.home is CredentialHome.ENVIRONMENT
    await online(again)
    assert [check.key for check in again.services.health.state.checks if check.light is Light.BAD] == []
    await again.stop()
    [kept] = keyring.secrets()
    assert NEW_TOKEN not in kept.secret


async def test_a_wrong_one_of_the_environment_is_told_with_its_variable_wherever_it_is_told(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=True)
    assert desk.services.account.set_outside() == ""
    await desk.stop()

    again = Desk(desk.directory, simulator, variables={"TWILIO_AUTH_TOKEN": NEW_TOKEN})
    await again.begin()
    services = again.services
    await again.until(lambda: services.connection.refuses_account, "it is refused")
    await again.until(lambda: services.health.state.checks, "line health has looked")
    await again.until(lambda: account_row(again).light is Light.BAD, "the row tells it")
    hindered = hindrance(services.link, services.connection, services.absence)
    assert hindered is not None
    told = (
        services.connection.state.advice,
        account_row(again).advice,
        hindered.sentence,
        sentences.refused(services.connection.trouble, "", services.account.set_outside(services.connection.trouble)),
    )
    for said in told:
        assert "TWILIO_AUTH_TOKEN in the environment of this program" in said
        assert "Preferences" not in said
        assert "Enter" not in said
    assert account_row(again).fix is None
    await again.stop()


async def test_a_token_of_the_keyring_is_entered_anew_beside_a_key_of_the_environment(
    keyring: SecretService, desk: Desk, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "EVERY", 0.2)
    simulator.account.api_keys[KEY] = SECRET
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=True)
    await desk.stop()

    again = Desk(desk.directory, simulator, variables={"TWILIO_API_KEY": KEY, "TWILIO_API_SECRET": SECRET})
    await again.begin()
    await online(again)
    account, link = again.services.account, again.services.link
    assert account.home is CredentialHome.KEYRING
    simulator.rotate_token(NEW_TOKEN)
    await again.until(lambda: again.services.connection.refuses_account, "it is refused")
    await again.until(lambda: account_row(again).fix is Fix.CREDENTIALS, "the row leads to the form")
    hindered = hindrance(link, again.services.connection, again.services.absence)
    assert hindered is not None
    assert not any("TWILIO_" in said for said in (again.services.connection.state.advice, hindered.sentence))
    await account.connect(Entered(DEMO_ACCOUNT_SID, NEW_TOKEN), keep=True)
    await online(again)
    assert link.credentials == Credentials(DEMO_ACCOUNT_SID, NEW_TOKEN, KEY, SECRET)
    [kept] = keyring.secrets()
    assert NEW_TOKEN in kept.secret and KEY not in kept.secret

    del simulator.account.api_keys[KEY]
    await again.until(lambda: isinstance(again.services.connection.trouble, WrongKey), "the key is refused")
    await again.until(lambda: account_row(again).sentence.endswith("the API key"), "the row tells it")
    assert account_row(again).fix is None
    assert "TWILIO_API_KEY and TWILIO_API_SECRET in the environment" in account_row(again).advice
    for refused in (account.remove_key(), account.verify(Entered(DEMO_ACCOUNT_SID, "", KEY, SECRET))):
        with pytest.raises(BadInput, match="TWILIO_API_KEY and TWILIO_API_SECRET in the environment"):
            await refused
    await again.stop()


async def test_a_key_of_the_keyring_is_taken_away_beside_a_token_of_the_environment(
    keyring: SecretService, desk: Desk, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "EVERY", 0.2)
    await connect_with_key(desk)
    await desk.stop()
    simulator.rotate_token(NEW_TOKEN)

    again = Desk(desk.directory, simulator, variables={"TWILIO_AUTH_TOKEN": NEW_TOKEN})
    await again.begin()
    await online(again)
    assert again.services.account.home is CredentialHome.ENVIRONMENT
    del simulator.account.api_keys[KEY]
    await again.until(lambda: isinstance(again.services.connection.trouble, WrongKey), "the key is refused")
    await again.until(lambda: account_row(again).fix is Fix.CREDENTIALS, "the row leads to it")
    assert "TWILIO_" not in again.services.connection.state.advice
    await again.services.account.remove_key()
    await online(again)
    await again.status(await again.send(YOURS, "by token"), Status.DELIVERED)
    [kept] = keyring.secrets()
    assert DEMO_AUTH_TOKEN in kept.secret and KEY not in kept.secret
    await again.stop()


async def test_where_the_environment_says_all_no_keyring_is_needed(
    tmp_path: Path, no_keyring: None, simulator: Simulator
) -> None:
    variables = {"TWILIO_ACCOUNT_SID": DEMO_ACCOUNT_SID, "TWILIO_AUTH_TOKEN": DEMO_AUTH_TOKEN}
    desk = Desk(tmp_path / "data", simulator, variables=variables)
    await desk.begin()
    await online(desk)
    await desk.stop()


# -- the keyring ----------------------------------------------------------------------------------------------------


async def test_a_locked_keyring_is_told_and_once_it_is_open_all_goes_on(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=True)
    await online(desk)
    await desk.stop()
    keyring.lock()

    again = Desk(desk.directory, simulator)
    await again.open(simulator.base_url)
    with pytest.raises(KeyringLocked, match="locked"):
        await again.engine.connect(patient=False)
    account = again.services.account
    assert not (await account.keyring()).usable
    assert account.masked() == "AC…5d5d"
    assert [line.address for line in again.services.lines.known()] == [LINE, TOLL_FREE]
    with keyring.person(None), pytest.raises(KeyringLocked):
        await account.open_keyring()
    assert again.services.link.gateway is None
    with keyring.person():
        assert await account.open_keyring()
    assert account.home is CredentialHome.KEYRING
    await online(again)
    again.route_inbound()
    await simulator.phone(YOURS).text(LINE, "Are you open?")
    await again.inbound("Are you open?")
    await again.stop()


async def test_a_keyring_that_holds_nothing_for_us_is_no_account(keyring: SecretService, desk: Desk) -> None:
    await desk.run_without()
    assert not await desk.services.account.open_keyring()


async def test_without_a_keyring_it_works_until_the_end(no_keyring: None, desk: Desk) -> None:
    await desk.run_without()
    account = desk.services.account
    with pytest.raises(NoKeyring, match="no keyring"):
        await account.connect(RIGHT, keep=True)
    assert desk.services.link.gateway is None
    await account.connect(RIGHT, keep=False)
    await online(desk)
    assert account.home is CredentialHome.MEMORY


async def test_a_locked_keyring_takes_nothing_and_changes_nothing(keyring: SecretService, desk: Desk) -> None:
    await desk.run_without()
    keyring.lock()
    with keyring.person(None), pytest.raises(KeyringLocked):
        await desk.services.account.connect(RIGHT, keep=True)
    assert desk.services.link.gateway is None


# -- taking it away ---------------------------------------------------------------------------------------------------


async def test_removing_puts_back_what_stood_at_twilio_and_forgets_the_credentials(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    simulator.set_sms_url(LINE, "https://old.example/sms")
    await desk.run_without()
    services = desk.services
    await services.account.connect(RIGHT, keep=True)
    await online(desk)
    await services.routing.look()
    assert await services.routing.bring(services.routing.plan()) == ()
    await simulator.phone(YOURS).text(LINE, "Remember me")
    await desk.inbound("Remember me")
    for name in ("ngrok", "address"):
        await Vault().save(f"{name}:{DEMO_ACCOUNT_SID}", f"secret of {name}")

    await services.account.remove()
    assert simulator.account.line(LINE).sms_url == "https://old.example/sms"
    assert simulator.account.line(TOLL_FREE).sms_url == ""
    assert keyring.secrets() == []
    assert (services.link.gateway, services.link.credentials) == (None, None)
    assert (services.account.home, services.account.identity) == (CredentialHome.NONE, None)
    assert services.connection.state.light is Light.BAD
    assert "No Twilio account is connected" in services.connection.state.advice
    assert await services.search.find("Remember")
    await desk.stop()

    again = Desk(desk.directory, simulator)
    await again.run_without()
    await again.services.account.connect(RIGHT, keep=True)
    await online(again)
    await again.stop()


async def at_work(desk: Desk, simulator: Simulator) -> Services:
    """Connected, and the lines' texts come here; one of them went elsewhere before."""
    simulator.set_sms_url(LINE, "https://old.example/sms")
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=True)
    await online(desk)
    await desk.bring_here()
    return desk.services


async def test_after_a_removal_line_health_claims_nothing_of_the_lines_and_offers_nothing_for_them(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    services = await at_work(desk, simulator)
    await desk.until(lambda: desk.line_rows, "the lines' rows")
    await services.account.remove()
    await desk.until(lambda: not desk.line_rows, "no rows of lines")
    found = await services.health.check()
    assert desk.line_rows == []
    assert not any("asked for" in check.advice or check.fix is Fix.ROUTE_HERE for check in found.checks)
    complete = next(check for check in found.checks if check.key == "complete")
    assert complete.light is Light.OFF


async def test_connected_again_nothing_is_green_before_twilio_has_told_where_texts_go(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    simulator.register_lines()
    services = await at_work(desk, simulator)
    await desk.until(lambda: services.connection.state.light is Light.OK, "all is well")
    await services.account.remove()
    await desk.stop()
    again = Desk(desk.directory, simulator)
    await again.run_without()
    await again.until(lambda: again.services.health.state.checked_at, "a round without an account")
    lights: list[Light] = []
    again.engine.hub.subscribe(ConnectionChanged, lambda event: lights.append(event.light))
    await again.services.account.connect(RIGHT, keep=True)
    await again.until(lambda: again.services.connection.state.account, "known to Twilio")
    await again.until(lambda: Light.BAD in [row.light for row in again.line_rows], "the lines are red")
    await again.until(lambda: again.services.connection.state.light is Light.BAD, "so is the light")
    assert Light.OK not in lights
    await again.stop()


async def test_removing_while_twilio_cannot_be_reached_is_asked_twice_and_forgets_nothing_that_belongs_there(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    simulator.set_sms_url(LINE, "https://old.example/sms")
    await desk.run_without()
    services = desk.services
    await services.account.connect(RIGHT, keep=True)
    await online(desk)
    await services.routing.look()
    await services.routing.bring(services.routing.plan())
    simulator.weather.down = 1
    both = "The number “Shop” and the number “Toll-free” could not be given back yet"
    with pytest.raises(GatewayError, match=both):
        await services.account.remove()
    assert keyring.secrets() != []
    await services.account.remove()  # insisted upon
    assert keyring.secrets() == []
    simulator.weather.clear()
    await services.account.connect(RIGHT, keep=True)
    assert await services.routing.give_back() == ()
    assert simulator.account.line(LINE).sms_url == "https://old.example/sms"


OTHER = "AC" + "ab" * 16


async def test_after_a_removal_the_account_that_is_ready_is_shown(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    await desk.run_without()
    account = desk.services.account
    await account.connect(RIGHT, keep=True)
    await asyncio.to_thread(Accounts(desk.directory).add, "AC" + "cd" * 16, "Without")
    await asyncio.to_thread(Accounts(desk.directory).add, OTHER, "Old Barn")
    await account.load()
    await Stored(Vault()).save(Credentials(OTHER, "c1" * 16))
    assert await account.remove() == OTHER
    assert Accounts(desk.directory).current() == OTHER
    assert [one.sid for one in account.known()] == [DEMO_ACCOUNT_SID, "AC" + "cd" * 16, OTHER]


async def test_after_the_only_account_nothing_else_is_shown(keyring: SecretService, desk: Desk) -> None:
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=True)
    assert await desk.services.account.remove() is None
    assert Accounts(desk.directory).current() == DEMO_ACCOUNT_SID


@pytest.mark.parametrize(
    ("kept", "variables", "locked", "shown"),
    [
        ((OTHER,), {}, False, OTHER),
        ((OTHER, DEMO_ACCOUNT_SID), {}, False, DEMO_ACCOUNT_SID),
        ((), {}, False, DEMO_ACCOUNT_SID),
        ((OTHER,), {}, True, DEMO_ACCOUNT_SID),
        ((OTHER,), {"TWILIO_ACCOUNT_SID": DEMO_ACCOUNT_SID}, False, DEMO_ACCOUNT_SID),
        ((OTHER,), {"TWILIO_AUTH_TOKEN": DEMO_AUTH_TOKEN}, False, DEMO_ACCOUNT_SID),
    ],
)
async def test_at_the_start_an_account_that_has_credentials_stands_in_for_one_that_has_none(
    keyring: SecretService,
    tmp_path: Path,
    simulator: Simulator,
    kept: tuple[str, ...],
    variables: dict[str, str],
    locked: bool,
    shown: str,
) -> None:
    known = Accounts(tmp_path)
    known.add(DEMO_ACCOUNT_SID, "Bright Chairs")
    known.add(OTHER, "Old Barn")
    for sid in kept:
        await Stored(Vault()).save(Credentials(sid, "c1" * 16))
    engine = Engine(tmp_path, Environment(twilio_url=simulator.base_url), variables=variables)
    await engine.open()
    if locked:
        keyring.lock()
    found: str | None = DEMO_ACCOUNT_SID
    try:
        await engine.services.account.find()
    except NoAccount:
        found = await engine.services.account.stand_in() or found
    except SmsDesktopError:
        found = DEMO_ACCOUNT_SID  # the environment has its say, or the keyring none
    finally:
        await engine.close()
    assert found == shown


# -- another token ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SOON", 0.2)


async def test_a_token_that_was_changed_at_twilio_is_told_and_with_the_new_one_nothing_is_missed(
    keyring: SecretService, desk: Desk, simulator: Simulator, hasty: None
) -> None:
    await desk.run_without()
    services = desk.services
    await services.account.connect(RIGHT, keep=True)
    await online(desk)
    await services.routing.look()
    await services.routing.bring(services.routing.plan())
    await simulator.phone(YOURS).text(LINE, "before")
    await desk.inbound("before")

    simulator.rotate_token(NEW_TOKEN)
    services.connection.look()
    state = await desk.until(
        lambda: services.connection.state if services.connection.state.light is Light.BAD else None, "told"
    )
    assert state.sentence == "Twilio does not accept this Account SID and Auth Token"
    await services.health.check()
    rows = {check.key: check for check in services.health.state.checks}
    green = [rows[key].sentence for key in (f"line:{LINE}", f"line:{TOLL_FREE}", "complete")]
    assert green == ["This cannot be checked while Twilio refuses the account"] * 3
    assert rows["complete"].light is rows[f"line:{LINE}"].light is Light.WARN
    await simulator.phone(YOURS).text(LINE, "while it was wrong")
    await desk.until(lambda: [alert.code for alert in simulator.account.alerts] == [11200], "refused")
    assert not any(m.body == "while it was wrong" for m in desk.messages.values())

    with pytest.raises(WrongCredentials):
        await services.account.connect(RIGHT, keep=True)
    await services.account.connect(Entered(DEMO_ACCOUNT_SID, NEW_TOKEN), keep=True)
    await desk.inbound("while it was wrong")
    await online(desk)
    await simulator.phone(YOURS).text(LINE, "after")
    await desk.inbound("after")
    message = await desk.send(YOURS, "We are back")
    await desk.until(lambda: desk.messages[message.id].sid is not None, "sent")
    said = sorted(m.body for m in desk.messages.values() if m.direction is Direction.INBOUND)
    assert said == ["after", "before", "while it was wrong"]
    [kept] = keyring.secrets()
    assert NEW_TOKEN in kept.secret
    assert len(simulator.account.alerts) == 1


@pytest.mark.parametrize("keep", [True, False])
async def test_a_new_token_leaves_the_api_key_in_use_until_it_is_taken_away(
    keyring: SecretService, desk: Desk, simulator: Simulator, keep: bool
) -> None:
    simulator.account.api_keys[KEY] = SECRET
    await desk.run_without()
    account = desk.services.account
    await account.connect(Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, KEY, SECRET), keep=keep)
    assert account.key == "SK…6c6c"
    simulator.rotate_token(NEW_TOKEN)
    await account.verify(Entered(DEMO_ACCOUNT_SID, NEW_TOKEN))
    await account.connect(Entered(DEMO_ACCOUNT_SID, NEW_TOKEN), keep=keep)
    assert account.key == "SK…6c6c"
    assert [KEY in kept.secret and NEW_TOKEN in kept.secret for kept in keyring.secrets()] == [True] * keep
    simulator.account.api_keys[KEY] = "another"
    await account.connect(Entered(DEMO_ACCOUNT_SID, "", KEY, "another"), keep=keep)
    assert account.key == "SK…6c6c"
    with pytest.raises(BadInput, match="Auth Token is missing"):
        await account.verify(Entered(OTHER, "", KEY, "another"))
    simulator.account.api_keys[KEY] = "a third"
    with pytest.raises(WrongKey):
        await account.verify(Entered(DEMO_ACCOUNT_SID, NEW_TOKEN))
    await account.connect(Entered(DEMO_ACCOUNT_SID, NEW_TOKEN, without_key=True), keep=keep)
    assert account.key == ""
    assert [KEY in kept.secret for kept in keyring.secrets()] == [False] * keep


async def test_a_token_entered_after_a_start_in_vain_leaves_the_key_that_is_kept(
    keyring: SecretService, desk: Desk, simulator: Simulator
) -> None:
    simulator.account.api_keys[KEY] = SECRET
    await desk.run_without()
    await desk.services.account.connect(Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, KEY, SECRET), keep=True)
    await desk.stop()
    keyring.lock()
    again = Desk(desk.directory, simulator)
    await again.open(simulator.base_url)
    with pytest.raises(KeyringLocked):
        await again.engine.connect(patient=False)
    keyring.unlock()
    await again.services.account.connect(RIGHT, keep=True)
    assert again.services.account.key == "SK…6c6c"
    await again.stop()


async def test_a_balance_is_told_as_money() -> None:
    assert accounts.money(Balance("38.2", "USD")) == "$38.20"
    assert accounts.money(Balance("-1234.5", "USD")) == "-$1,234.50"
    assert accounts.money(Balance("7.005", "EUR")) == f"{Decimal('7.005'):,.2f} EUR"
    assert accounts.money(Balance("some", "USD")) == "$some"


async def test_who_still_holds_the_way_of_before_gets_nowhere_with_it(keyring: SecretService, desk: Desk) -> None:
    await desk.run_without()
    await desk.services.account.connect(RIGHT, keep=False)
    before = desk.services.link.gateway
    assert before is not None
    await desk.services.account.connect(RIGHT, keep=False)
    assert desk.services.link.gateway is not before
    with pytest.raises(GatewayError, match="was ended"):
        await before.account()
