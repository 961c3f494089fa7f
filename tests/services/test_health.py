"""Line health: each row in each state, from plain values; and whole rounds of a whole engine."""

import errno
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sms_desktop.domain.account import CredentialHome, Identity, KeyringState
from sms_desktop.domain.alert import Alert
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.errors import (
    BadInput,
    GatewayError,
    KeyringLocked,
    NoKeyring,
    StoreError,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.domain.errors import TestCredentials as TestOnes
from sms_desktop.domain.events import ConnectionChanged, RegistrationsChanged
from sms_desktop.domain.health import Check, Fix, Health
from sms_desktop.domain.light import Light
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.registration import Known, SenderPool
from sms_desktop.domain.registrationreport import report_of
from sms_desktop.domain.routing import Holder, HolderKind, Route, RouteState, Webhook
from sms_desktop.services import catchup, clock, connection, routing
from sms_desktop.services.health import health, registration, rows
from sms_desktop.services.health.rows import Tested as Trial
from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from sms_desktop.store import condition, lines
from sms_desktop.store.condition import Condition, Room
from tests.rig import LINE, TOLL_FREE, YOURS, Rig
from tests.services.front import Front
from tests.ui import registrationsamples as registered_as

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
UP = Receiving(WayIn.OWN, Reach.UP, "https://user:secret@shop.example:8443/sms", "Receiving through shop.example")
POLLING = Receiving(WayIn.POLLING, Reach.UP, None, "Asking Twilio every few seconds, at night every few minutes")
AWAY = Receiving(WayIn.NGROK, Reach.DOWN, None, "ngrok cannot be reached.", "It is tried again.")
STARTING = Receiving(WayIn.NGROK, Reach.STARTING, None, "ngrok is starting")
MB = 1024 * 1024

# -- rows -------------------------------------------------------------------------------------------------------------

NONE = KeyringState("", False, "This computer has no keyring.", "Install one.")
READY = KeyringState("Secret Service", True, "The keyring of this computer is ready.")
LOCKED = KeyringState(
    "Secret Service", False, "The keyring of this computer is locked.", "Unlock it with its password."
)


@pytest.mark.parametrize(
    ("state", "home", "light", "sentence", "fix"),
    [
        (READY, CredentialHome.KEYRING, Light.OK, "Secret Service, unlocked", None),
        (READY, CredentialHome.NONE, Light.OK, "Secret Service, unlocked", None),
        (READY, CredentialHome.MEMORY, Light.OK, "Credentials are kept only until SMS Desktop ends", None),
        (LOCKED, CredentialHome.KEYRING, Light.BAD, "The keyring of this computer is locked.", Fix.UNLOCK_KEYRING),
        (
            LOCKED,
            CredentialHome.MEMORY,
            Light.OK,
            "Credentials are kept only until SMS Desktop ends",
            Fix.UNLOCK_KEYRING,
        ),
        (NONE, CredentialHome.NONE, Light.BAD, "This computer has no keyring.", Fix.CREDENTIALS),
        (NONE, CredentialHome.MEMORY, Light.OK, "Credentials are kept only until SMS Desktop ends", None),
        (LOCKED, CredentialHome.ENVIRONMENT, Light.OK, "Not needed: the credentials come from the environment", None),
    ],
)
def test_the_row_of_the_keyring(
    state: KeyringState, home: CredentialHome, light: Light, sentence: str, fix: Fix | None
) -> None:
    row = rows.keyring(state, home)
    assert (row.light, row.sentence, row.fix) == (light, sentence, fix)


def test_a_keyring_that_was_never_made_is_not_called_unlocked() -> None:
    row = rows.keyring(KeyringState("Secret Service", True, "Ready.", made=False), CredentialHome.NONE)
    assert (row.light, "unlocked" in row.sentence) == (Light.OK, False)


def test_where_credentials_are_good_until_one_quits_nobody_is_told_to_try_again() -> None:
    row = rows.keyring(LOCKED, CredentialHome.MEMORY)
    assert (row.advice, row.button) == ("The keyring of this computer is locked.", "Unlock")


SHOP = Identity("AC" + "1" * 32, "Bright Chairs", balance="$38.20")


def identity(**changed: object) -> Identity:
    values = {"sid": SHOP.sid, "name": SHOP.name, "balance": SHOP.balance} | changed
    return Identity(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "light", "sentence", "fix"),
    [
        (SHOP, Light.OK, "Bright Chairs, full account, balance $38.20", None),
        (None, Light.OFF, "Not asked yet", None),
        (identity(name="", balance=None), Light.OK, "Your account, full account", None),
        (identity(trial=True), Light.OK, "Bright Chairs, trial account, balance $38.20", Fix.OPEN_CONSOLE),
        (identity(balance="$4.99"), Light.WARN, "Bright Chairs, full account, balance $4.99", Fix.OPEN_CONSOLE),
        (identity(balance="$1,004.99"), Light.OK, "Bright Chairs, full account, balance $1,004.99", None),
        (identity(balance="3.00 EUR"), Light.WARN, "Bright Chairs, full account, balance 3.00 EUR", Fix.OPEN_CONSOLE),
        (identity(balance="$0.00"), Light.BAD, "Bright Chairs, full account, balance $0.00", Fix.OPEN_CONSOLE),
        (identity(balance="-$2.10"), Light.BAD, "Bright Chairs, full account, balance -$2.10", Fix.OPEN_CONSOLE),
        (identity(balance="$some"), Light.OK, "Bright Chairs, full account, balance $some", None),
        (identity(status="suspended"), Light.BAD, "Twilio has suspended Bright Chairs", Fix.OPEN_CONSOLE),
        (
            identity(status="suspended", trial=True),
            Light.BAD,
            "Twilio has suspended Bright Chairs",
            Fix.OPEN_CONSOLE,
        ),
    ],
)
def test_the_row_of_the_account(found: Identity | None, light: Light, sentence: str, fix: Fix | None) -> None:
    row = rows.account(found, None, "", None)
    assert (row.light, row.sentence, row.fix) == (light, sentence, fix)
    assert bool(row.advice) is (fix is not None)


@pytest.mark.parametrize(
    ("trouble", "refusal", "by", "light", "fix"),
    [
        (GatewayError("Twilio cannot be reached."), "", None, Light.WARN, Fix.CHECK_AGAIN),
        (WrongCredentials("Twilio does not accept them."), "", None, Light.BAD, Fix.CREDENTIALS),
        (TestOnes("These are test credentials."), "", None, Light.BAD, Fix.CREDENTIALS),
        (None, "No account.", None, Light.BAD, Fix.CREDENTIALS),
        (None, "Damaged.", BadInput("Damaged."), Light.BAD, Fix.CREDENTIALS),
        (None, "Locked.", KeyringLocked("Locked."), Light.BAD, Fix.UNLOCK_KEYRING),
        (None, "None.", NoKeyring("None."), Light.BAD, Fix.CREDENTIALS),
        (WrongKey("Twilio does not accept the API key."), "", None, Light.BAD, Fix.CREDENTIALS),
        (WrongCredentials("No."), "Locked.", KeyringLocked("Locked."), Light.BAD, Fix.UNLOCK_KEYRING),
    ],
)
def test_the_row_of_an_account_in_trouble(
    trouble: GatewayError | None, refusal: str, by: BadInput | None, light: Light, fix: Fix
) -> None:
    row = rows.account(SHOP, trouble, refusal, by)
    assert (row.light, row.fix) == (light, fix)
    assert (refusal or str(trouble)).removesuffix(".") in row.sentence + row.advice


@pytest.mark.parametrize(
    "trouble",
    [
        WrongCredentials("Twilio does not accept them."),
        TestOnes("These are test credentials."),
        WrongKey("Twilio does not accept the API key."),
    ],
)
def test_what_is_set_outside_is_named_and_no_button_leads_elsewhere(trouble: GatewayError) -> None:
    outside = "TWILIO_AUTH_TOKEN in the environment says it."
    row = rows.account(None, trouble, "", None, outside)
    assert (row.light, row.fix, row.button) == (Light.BAD, None, "")
    assert row.advice.endswith(outside)


def test_without_a_keyring_the_buttons_lead_to_the_form() -> None:
    row, other = rows.keyring(NONE, CredentialHome.NONE), rows.account(None, None, "None.", NoKeyring("None."))
    assert row.button == other.button == "Enter them for this session"


@pytest.mark.parametrize("state", [RouteState.HERE, RouteState.MISSING, RouteState.STALE])
@pytest.mark.parametrize("way", [UP, POLLING, AWAY])
def test_a_line_whose_texts_are_turned_away_is_not_green(state: RouteState, way: Receiving) -> None:
    row = rows.line(route(), state, way, left=False, refused=True)
    assert (row.light, row.sentence) == (Light.WARN, "This cannot be checked while Twilio refuses the account")


@pytest.mark.parametrize("progress", [Progress(complete_to=AT), Progress(complete_to=AT, waiting="Refused.")])
def test_nothing_is_complete_while_the_account_is_refused(progress: Progress) -> None:
    row = rows.complete(progress, AT, AT, "12:00", "at 11:58", refused=True)
    assert (row.light, row.title, row.fix) == (Light.WARN, "Complete up to 12:00", None)


def test_the_row_of_the_port_is_there_only_in_trouble() -> None:
    assert rows.door("") is None
    row = rows.door("Port 8437 is in use by another program.")
    assert row is not None
    assert (row.light, row.sentence) == (Light.BAD, "Port 8437 is in use by another program.")
    assert row.advice.startswith("Restarting the computer may help.")
    assert "SMS_DESKTOP" not in row.sentence + row.advice and "SMS_DESKTOP_WEBHOOK_PORT" in row.details[0]


def route(
    kind: HolderKind = HolderKind.NUMBER, url: str = "https://theirs.example/sms#rc=1", name: str = "Shop"
) -> Route:
    return Route(LINE, Holder(kind, "PN" + "1" * 32, name, Webhook(url)))


@pytest.mark.parametrize(
    ("found", "state", "light", "sentence"),
    [
        (route(), RouteState.HERE, Light.OK, "Incoming texts come here"),
        (
            route(HolderKind.SERVICE),
            RouteState.HERE,
            Light.OK,
            "Incoming texts come here through Messaging Service “Shop”",
        ),
        (
            route(HolderKind.APPLICATION, name=""),
            RouteState.HERE,
            Light.OK,
            "Incoming texts come here through TwiML App",
        ),
        (route(url=""), RouteState.MISSING, Light.BAD, "Incoming texts go nowhere"),
        (
            route(HolderKind.SERVICE, ""),
            RouteState.MISSING,
            Light.BAD,
            "Incoming texts go nowhere: Messaging Service “Shop” has no address",
        ),
        (
            route(),
            RouteState.ELSEWHERE,
            Light.BAD,
            "Incoming texts go somewhere else: https://theirs.example/sms",
        ),
        (
            route(HolderKind.APPLICATION),
            RouteState.ELSEWHERE,
            Light.BAD,
            "Incoming texts go somewhere else: https://theirs.example/sms, set on TwiML App “Shop”",
        ),
        (
            route(),
            RouteState.WRONG_METHOD,
            Light.BAD,
            "Texts are sent here in a way that does not work",
        ),
        (
            route(),
            RouteState.CHANGED,
            Light.WARN,
            "Somebody changed this number: its texts now go to https://theirs.example/sms",
        ),
        (
            route(url=""),
            RouteState.CHANGED,
            Light.WARN,
            "Somebody changed this number: its texts now go nowhere",
        ),
        (route(), RouteState.STALE, Light.WARN, "Incoming texts still go to a former address of this computer"),
    ],
)
def test_the_row_of_a_line(found: Route, state: RouteState, light: Light, sentence: str) -> None:
    row = rows.line(found, state, UP, left=False)
    assert (row.key, row.title) == (f"line:{LINE}", "(212) 555-0100")
    assert (row.light, row.sentence) == (light, sentence)
    fixed = state is not RouteState.HERE
    assert (row.fix, row.subject) == ((Fix.ROUTE_HERE, LINE) if fixed else (None, ""))
    assert bool(row.button) is fixed
    asked = rows.line(found, state, POLLING, left=False)
    if not found.holder.loses:
        assert (asked.light, asked.fix, asked.sentence) == (Light.OK, None, "Twilio is asked for its messages")
    if fixed:
        away = rows.line(found, state, AWAY, left=False)
        assert (away.light, away.fix) == (Light.OFF, None)
        left = rows.line(found, state, UP, left=True)
        assert (left.light, left.fix, left.sentence) == (Light.OK, Fix.ROUTE_HERE, f"{sentence}, as you decided")


def test_of_a_service_without_an_address_nobody_claims_that_none_is_missing() -> None:
    lost = route(url="", kind=HolderKind.SERVICE, name="Shop")
    row = rows.line(lost, RouteState.MISSING, UP, left=False)
    assert (row.light, row.advice) == (
        Light.BAD,
        "Twilio keeps none of them: until they are brought here they are lost.",
    )
    row = rows.line(lost, RouteState.MISSING, POLLING, left=False)
    assert (row.light, row.fix) == (Light.WARN, Fix.OPEN_CONSOLE)
    assert row.sentence == "Texts to it are lost: Messaging Service “Shop” has no address"
    asked = rows.line(route(url=""), RouteState.MISSING, UP, left=False)
    assert asked.advice.endswith("so none is missing.")


def test_what_twilio_ignores_on_a_line_is_told_in_the_details() -> None:
    found = Route(LINE, route(HolderKind.SERVICE).holder, Webhook("https://old.example#rc=1"), trunk=True)
    assert rows.line(found, RouteState.HERE, UP, left=False).details == (
        "The address set on the number itself is not used: https://old.example",
        "Calls to this number go to a SIP trunk; its texts do not.",
    )


@pytest.mark.parametrize(
    ("way", "tested", "light", "sentence", "fix"),
    [
        (POLLING, None, Light.OK, "None, as you chose: Twilio is asked for news", None),
        (Receiving(), None, Light.WARN, "None yet, so messages can only be sent", Fix.RECEIVING),
        (STARTING, None, Light.OFF, "ngrok is starting", None),
        (AWAY, None, Light.BAD, "ngrok cannot be reached.", Fix.RECONNECT),
        (UP, None, Light.OK, "shop.example:8443/sms", None),
        (UP, Trial(AT, 31), Light.OK, "shop.example:8443/sms answered a signed test just now (31 ms)", None),
        (
            UP,
            Trial(AT - timedelta(seconds=90), 31),
            Light.OK,
            "shop.example:8443/sms answered a signed test 90 s ago (31 ms)",
            None,
        ),
        (
            UP,
            Trial(AT - timedelta(minutes=5), 31),
            Light.OK,
            "shop.example:8443/sms answered a signed test 5 min ago (31 ms)",
            None,
        ),
        (
            UP,
            Trial(AT + timedelta(hours=1), 31),
            Light.OK,
            "shop.example:8443/sms answered a signed test just now (31 ms)",
            None,
        ),
        (UP, Trial(AT, error="Nothing answers."), Light.BAD, "Nothing answers.", Fix.RECONNECT),
    ],
)
def test_the_row_of_the_address(
    way: Receiving, tested: Trial | None, light: Light, sentence: str, fix: Fix | None
) -> None:
    row = rows.address(way, tested, AT)
    assert (row.light, row.sentence, row.fix) == (light, sentence, fix)
    assert "secret" not in str(row)


def test_a_password_in_an_address_at_twilio_is_not_told() -> None:
    theirs = route(url="https://shop:secret@theirs.example/sms")
    for state in (RouteState.ELSEWHERE, RouteState.CHANGED):
        row = rows.line(theirs, state, UP, left=False)
        assert "theirs.example/sms" in row.sentence and "secret" not in str(row)


@pytest.mark.parametrize(
    ("way", "tested", "light", "sentence"),
    [
        (POLLING, None, Light.OK, "Come in; sending them needs a public address"),
        (AWAY, None, Light.OFF, "Not tested: there is no public address now"),
        (UP, None, Light.OFF, "Not tested"),
        (UP, Trial(AT, 43 * 1024), Light.OK, "Twilio can fetch them (43 KB came through)"),
        (UP, Trial(AT, error="HTTP 404."), Light.WARN, "HTTP 404."),
    ],
)
def test_the_row_of_the_pictures(way: Receiving, tested: Trial | None, light: Light, sentence: str) -> None:
    row = rows.pictures(way, tested)
    assert (row.light, row.sentence) == (light, sentence)


LONG_AGO = AT - timedelta(hours=2)


@pytest.mark.parametrize(
    ("progress", "light", "title", "sentence", "fix"),
    [
        (Progress(), Light.OFF, "Complete", "Not asked yet", None),
        (Progress(waiting="Twilio is away."), Light.OFF, "Complete", "Twilio is away.", None),
        (
            Progress(complete_to=AT),
            Light.OK,
            "Complete up to 12:00",
            "No gaps; the last message came in at 11:58",
            None,
        ),
        (
            Progress(complete_to=AT, running=True, listed=2000, added=1234, history=True),
            Light.OK,
            "Complete up to 12:00",
            "Catching up: 1,234 messages so far; the last message came in at 11:58",
            None,
        ),
        (
            Progress(complete_to=AT, running=True, added=1234, gaps=True),
            Light.OFF,
            "Complete up to 12:00",
            "Catching up: 1,234 messages so far; what came since is not all here yet",
            None,
        ),
        (
            Progress(complete_to=AT, gaps=True),
            Light.OFF,
            "Complete up to 12:00",
            "Catching up: it has begun; what came since is not all here yet",
            None,
        ),
        (
            Progress(complete_to=AT, waiting="Twilio is away.", gaps=True),
            Light.WARN,
            "Complete up to 12:00",
            "Twilio is away.",
            Fix.CATCH_UP,
        ),
        (
            Progress(complete_to=AT, cancelled=True, gaps=True),
            Light.WARN,
            "Complete up to 12:00",
            "Catching up was stopped",
            Fix.CATCH_UP,
        ),
        (
            Progress(complete_to=AT, waiting="Twilio is away."),
            Light.OK,
            "Complete up to 12:00",
            "Twilio is away.",
            Fix.CATCH_UP,
        ),
        (
            Progress(complete_to=LONG_AGO, waiting="Twilio is away."),
            Light.WARN,
            "Complete up to 12:00",
            "Twilio is away.",
            Fix.CATCH_UP,
        ),
        (
            Progress(complete_to=AT, waiting="The database is damaged.", unkept=True),
            Light.WARN,
            "Complete up to 12:00",
            "The database is damaged.",
            Fix.CATCH_UP,
        ),
        (
            Progress(complete_to=LONG_AGO, cancelled=True),
            Light.WARN,
            "Complete up to 12:00",
            "Catching up was stopped",
            Fix.CATCH_UP,
        ),
        (
            Progress(complete_to=AT, unreadable=1),
            Light.WARN,
            "Complete up to 12:00",
            "1 message in Twilio’s list could not be read; the last message came in at 11:58",
            None,
        ),
        (
            Progress(complete_to=AT, unreadable=1200),
            Light.WARN,
            "Complete up to 12:00",
            "1,200 messages in Twilio’s list could not be read; the last message came in at 11:58",
            None,
        ),
        (
            Progress(complete_to=AT, cancelled=True),
            Light.OK,
            "Complete up to 12:00",
            "No gaps; the last message came in at 11:58",
            None,
        ),
    ],
)
def test_the_row_of_completeness(progress: Progress, light: Light, title: str, sentence: str, fix: Fix | None) -> None:
    row = rows.complete(progress, AT, AT, "12:00", "at 11:58")
    assert (row.light, row.title, row.sentence, row.fix) == (light, title, sentence, fix)


def test_the_row_of_completeness_before_the_first_message() -> None:
    assert rows.complete(Progress(complete_to=AT), None, AT, "12:00", "").sentence == (
        "No gaps; no message has come in yet"
    )


def test_another_day_s_moment_is_told_with_its_day() -> None:
    here = datetime(2026, 6, 4, 9, 0).astimezone()
    before = datetime(2026, 6, 3, 14, 5).astimezone()
    for at, words in ((before.replace(day=4, hour=8), "at 08:05"), (before, "on 3 June at 14:05")):
        assert health._when(at, here) == words
        assert health._last([alert(11200, at)], here) == {11200: words}
        assert health._span([alert(11200, at)], here) == words
    assert health._when(None, here) == ""


def alert(code: int, at: datetime = AT) -> Alert:
    return Alert(code, "https://shop.example/twilio/inbound", "SM" + "1" * 32, at)


def test_the_row_of_what_twilio_reported() -> None:
    assert rows.reported([], None, "", AT).light is Light.OK
    unasked = rows.reported([], None, "", AT, asked=False)
    assert (unasked.light, unasked.sentence) == (Light.OFF, "Twilio has not been asked lately")
    four = [alert(10), alert(11205), alert(11200), alert(11200)]
    row = rows.reported(four, None, "from 11:00 to 12:00", AT, last={11200: "at 11:58"})
    assert row.light is Light.WARN
    assert row.sentence == (
        "This computer did not answer as it should (2 times); "
        "this computer could not be reached; something else went wrong, from 11:00 to 12:00"
    )
    assert row.details == (
        "1 × 10: something else went wrong. twilio.com/docs/api/errors/10 says what it means.",
        "2 × 11200, last at 11:58: this computer did not answer as it should. It is over while “Public address” is "
        "green on this page.",
        "1 × 11205: this computer could not be reached. It is over while “Public address” is green on this page.",
    )
    caught_up = rows.reported([alert(11200)], AT + timedelta(minutes=1), "at 12:00", AT)
    assert (
        caught_up.sentence == "This computer did not answer as it should, at 12:00; what was missed has been caught up"
    )
    assert caught_up.light is Light.WARN
    later = rows.reported([alert(11200)], AT + timedelta(hours=2), "at 12:00", AT + timedelta(hours=2))
    assert later.light is Light.OK and later.details == caught_up.details
    assert "caught up" not in rows.reported([alert(11200)], LONG_AGO, "at 12:00", AT).sentence


@pytest.mark.parametrize(
    ("ahead", "light", "sentence"),
    [
        (None, Light.OFF, "Not compared with Twilio’s yet"),
        (timedelta(seconds=-30), Light.OK, "Agrees with Twilio’s"),
        (timedelta(seconds=95), Light.WARN, "This computer’s clock is 95 seconds slow"),
        (timedelta(hours=-1), Light.WARN, "This computer’s clock is 60 minutes fast"),
        (timedelta(hours=30), Light.WARN, "This computer’s clock is 30 hours slow"),
        (timedelta(days=-400), Light.WARN, "This computer’s clock is 400 days fast"),
    ],
)
def test_the_row_of_the_clock(ahead: timedelta | None, light: Light, sentence: str) -> None:
    row = rows.clock(ahead)
    assert (row.light, row.sentence) == (light, sentence)


def test_the_row_of_the_database() -> None:
    room = Room(80_890 * MB, 288 * 1024, None)
    well = rows.database(Condition(1234, "", AT), 1234, room, "12:00", "11:00")
    assert (well.light, well.sentence) == (Light.OK, "1,234 messages, 288 KB, checked 12:00, backup 11:00")
    assert rows.database(None, 0, None, "", "").sentence == "0 messages"
    damaged = rows.database(Condition(3, "row 7 missing " * 50, AT), 3, room, "12:00", "")
    assert (damaged.light, damaged.sentence) == (Light.BAD, "The database is damaged")
    assert len(damaged.details[0]) == 200


@pytest.mark.parametrize(
    ("free", "light", "sentence"),
    [
        (80_890 * MB, Light.OK, "79 GB free"),
        (500 * MB, Light.OK, "500 MB free"),
        (499 * MB, Light.WARN, "499 MB free"),
        (49 * MB, Light.BAD, "49 MB free"),
        (0, Light.BAD, "0 B free"),
    ],
)
def test_the_row_of_the_disk(free: int, light: Light, sentence: str) -> None:
    row = rows.disk(Room(free, 0, None))
    assert (row.light, row.sentence) == (light, sentence)
    assert rows.disk(None).light is Light.OFF


def test_the_worst_row_is_the_first_of_the_worst() -> None:
    checks = tuple(Check(str(n), "", light, "") for n, light in enumerate((Light.OK, Light.WARN, Light.BAD, Light.BAD)))
    found = Health(checks)
    assert found.worst is checks[2]
    assert (found.broken, found.doubtful) == (2, 1)
    assert Health(checks[:2]).worst is checks[1]
    assert Health(checks[:1]).worst is None


def test_nothing_is_worse_than_a_disk_that_is_full() -> None:
    line, clock, disk = (Check(key, "", Light.BAD, "") for key in ("line:+12125550100", "clock", "disk"))
    assert Health((line, clock, disk)).worst is disk
    assert Health((line, Check("disk", "", Light.WARN, ""))).worst is line


# -- rounds -----------------------------------------------------------------------------------------------------------


class Desk(Rig):
    """Each test says where texts go."""

    def route_inbound(self) -> None:
        """Left to the test."""

    async def row(self, key: str) -> Check:
        """After a whole round."""
        found = await self.services.health.check()
        return next(check for check in found.checks if check.key == key)

    async def no_round(self) -> None:
        """Returns when none is under way or about to begin."""
        health = self.services.health
        await self.until(lambda: not health._whole and not health._round_lock.locked(), "no round is under way")

    async def lead_here(self) -> None:
        await self.services.routing.look()
        assert await self.services.routing.bring(self.services.routing.plan()) == ()

    async def light(self, light: Light, sentence: str) -> ConnectionChanged:
        """The status line, once it says so."""

        def said() -> ConnectionChanged | None:
            state = self.services.connection.state
            return state if state.light is light and sentence in state.sentence else None

        return await self.until(said, f"{light} {sentence}")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SOON", 0.2)
    monkeypatch.setattr(routing, "AGAIN", 0.1)
    monkeypatch.setattr(health, "SOON", 0.01)
    monkeypatch.setattr(health, "SELDOM", timedelta(0))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "data")
    await desk.start()
    await desk.until(desk.services.lines.known, "lines")
    await desk.services.receiving.choose_own(desk.engine.webhook_url or "")
    yield desk
    await desk.stop()


@pytest.fixture
async def front(desk: Desk) -> AsyncIterator[Front]:
    async with Front(desk.engine.webhook_url or "") as front:
        yield front


async def test_where_all_is_well_every_row_is_green(desk: Desk) -> None:
    await desk.lead_here()
    await desk.until(lambda: desk.services.catchup.progress.complete_to, "complete")
    await desk.simulator.phone(YOURS).text(LINE, "Hello")
    await desk.inbound("Hello")
    found = await desk.services.health.check()
    assert [check.key for check in found.checks] == [
        "account", f"line:{LINE}", f"line:{TOLL_FREE}", "address", "pictures", "complete", "reported", "unsigned",
        "clock", "database", "disk",
    ]  # fmt: skip
    assert {check.light for check in found.checks} == {Light.OK}
    assert found.checked_at is not None
    await desk.light(Light.OK, "Live · receiving through 127.0.0.1")
    assert (await desk.row("database")).sentence.startswith("1 message, ")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands at Twilio, and what the row says."""

    url: str
    method: str
    says: str


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong("", "POST", "Incoming texts go nowhere"),
        Wrong("https://other.example/sms", "POST", "Incoming texts go somewhere else: https://other.example/sms"),
        Wrong("HERE", "GET", "Texts are sent here in a way that does not work"),
    ],
    ids=["missing", "other", "wrong method"],
)
async def test_a_line_whose_texts_do_not_come_here_is_told_and_mended(desk: Desk, wrong: Wrong) -> None:
    await desk.services.routing.look()
    assert await desk.services.routing.bring(desk.services.routing.plan([TOLL_FREE])) == ()
    line = desk.simulator.account.line(LINE)
    line.sms_url = f"{desk.engine.public_url}/twilio/inbound" if wrong.url == "HERE" else wrong.url
    line.sms_method = wrong.method
    row = await desk.row(f"line:{LINE}")
    assert (row.light, row.sentence, row.fix, row.subject) == (Light.BAD, wrong.says, Fix.ROUTE_HERE, LINE)
    await desk.light(Light.BAD, f"(212) 555-0100: {wrong.says}")
    assert await desk.services.routing.bring(desk.services.routing.plan([row.subject])) == ()
    await desk.light(Light.OK, "Live")


async def test_a_service_that_overrides_a_line_is_told(desk: Desk) -> None:
    await desk.lead_here()
    made = desk.simulator.account.add_service(LINE, friendly_name="Marketing")
    made.use_inbound_webhook_on_number = False
    row = await desk.row(f"line:{LINE}")
    assert (row.light, row.sentence) == (
        Light.BAD,
        "Incoming texts go nowhere: Messaging Service “Marketing” has no address",
    )
    assert row.details[0].startswith("The address set on the number itself is not used: http://127.0.0.1")


async def test_somebody_elses_change_is_amber_until_it_is_accepted(desk: Desk) -> None:
    await desk.lead_here()
    desk.simulator.set_sms_url(LINE, "https://theirs.example/sms")
    row = await desk.row(f"line:{LINE}")
    assert (row.light, row.button) == (Light.WARN, "Look at it")
    await desk.light(Light.WARN, "Somebody changed this number")
    await desk.services.routing.leave(LINE)
    await desk.light(Light.OK, "Live")
    assert (await desk.row(f"line:{LINE}")).sentence.endswith(", as you decided")


async def test_a_round_asks_of_services_only_what_matters_here_and_a_person_who_looks_for_all(desk: Desk) -> None:
    def rounds() -> datetime | None:
        return desk.services.health.state.checked_at

    pools = "GET v1/Services/{service}/PhoneNumbers"
    for n in range(3):
        desk.simulator.account.add_service(friendly_name=f"Branch {n}")
    await desk.services.health.check()
    await desk.no_round()
    desk.simulator.requests.clear()
    before = rounds()
    desk.services.health.look_soon()
    await desk.until(lambda: rounds() != before, "a round")
    assert desk.simulator.requests["GET v1/Services"] and not desk.simulator.requests[pools]
    await desk.services.health.check()
    assert desk.simulator.requests[pools] == 3


async def test_what_has_not_been_looked_at_for_long_is_asked_for_by_the_next_round(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.simulator.account.add_service(friendly_name="Branch")
    await desk.services.health.check()
    desk.simulator.requests.clear()
    monkeypatch.setattr(routing, "RARELY", timedelta(0))
    await desk.services.routing.glance()
    assert desk.simulator.requests["GET v1/Services/{service}/PhoneNumbers"]


async def test_a_line_that_is_not_in_use_has_no_row(desk: Desk) -> None:
    await desk.services.lines.choose([TOLL_FREE])
    found = await desk.services.health.check()
    assert [check.key for check in found.checks if check.key.startswith("line:")] == [f"line:{TOLL_FREE}"]


async def test_a_number_for_calls_only_is_neither_red_nor_brought_here(desk: Desk) -> None:
    voice = desk.simulator.account.add_line("+12125550177", "Fax", sms=False, mms=False)
    await desk.services.lines.refresh()
    await desk.until(lambda: desk.services.lines.get(voice.number), "the number is known")
    found = await desk.services.health.check()
    assert f"line:{voice.number}" not in [check.key for check in found.checks]
    changes = desk.services.routing.plan()
    assert changes and all(voice.number not in change.lines for change in changes)
    assert desk.services.routing.plan([voice.number]) == ()
    assert await desk.services.routing.bring(changes) == ()
    assert voice.sms_url == ""
    assert desk.services.routing.all_here()
    assert voice.number not in [line.address for line in desk.services.lines.known()]


async def test_an_address_that_is_down_is_red_and_so_is_the_light(desk: Desk, front: Front) -> None:
    await desk.lead_here()
    await desk.services.receiving.choose_own(front.url)
    await desk.light(Light.OK, "Live")
    await front.close()
    row = await desk.row("address")
    assert (row.light, row.fix) == (Light.BAD, Fix.RECONNECT)
    assert row.sentence == "The public address cannot be reached: the connection was refused or broke."
    assert (await desk.row("pictures")).light is Light.OFF
    await desk.light(Light.BAD, "The public address cannot be reached")
    await front.open()
    assert (await desk.row("address")).light is Light.OK
    await desk.light(Light.OK, "Live")


async def test_pictures_that_cannot_be_fetched_are_told(desk: Desk, front: Front) -> None:
    front.path = lambda path: path.replace("/media/", "/medium/")
    await desk.services.receiving.choose_own(front.url)
    assert (await desk.row("address")).light is Light.OK
    row = await desk.row("pictures")
    assert (row.light, row.sentence) == (
        Light.WARN,
        "A picture could not be fetched through the public address (HTTP 404).",
    )


async def test_of_twilios_alerts_those_of_the_last_day_that_concern_us_are_told(desk: Desk, front: Front) -> None:
    await desk.services.receiving.choose_own(front.url)
    account = desk.simulator.account
    account.alert(11200, "", "SM" + "1" * 32, "https://other.example/twilio/inbound")
    account.alert(11200, "", "SM" + "1" * 32, f"{front.url}0/twilio/inbound")
    assert (await desk.row("reported")).light is Light.OK
    account.clock_skew = -90_000
    account.alert(11200, "", "SM" + "1" * 32, f"{front.url}/twilio/inbound")
    account.clock_skew = 0
    assert (await desk.row("reported")).light is Light.OK
    account.alert(11200, "", "SM" + "1" * 32, f"{front.url}/twilio/inbound")
    account.alert(12300, "", "MM" + "1" * 32, f"{front.url}/media/abc/chair.png")
    row = await desk.row("reported")
    assert row.light is Light.WARN
    assert row.sentence.startswith(
        "This computer did not answer as it should; an answer, or a picture, was of the wrong type, at "
    )
    assert row.fix is Fix.DETAILS
    await desk.lead_here()
    await desk.light(Light.WARN, "Live · Twilio reported trouble")
    assert desk.services.connection.state.more.startswith(f"Twilio reported: {row.sentence}")  # caught up or not
    assert desk.services.connection.state.advice == ""  # there is something to read, not to do


async def test_alerts_of_an_address_of_a_former_run_concern_us(desk: Desk, front: Front) -> None:
    former = f"{desk.engine.public_url}/twilio/inbound"
    await desk.lead_here()
    await desk.engine.close()
    await desk.open(desk.simulator.base_url)
    await desk.connect()
    desk.simulator.account.alert(11205, "", "SM" + "1" * 32, f"{former}#rc=3&rp=all")
    assert (await desk.row("reported")).sentence.startswith("This computer could not be reached, at ")


async def test_how_long_ago_a_test_was_is_right_while_the_clock_is_an_hour_off(desk: Desk, front: Front) -> None:
    await desk.services.receiving.choose_own(front.url)
    assert "just now" in (await desk.row("address")).sentence
    desk.simulator.account.clock_skew = 3600
    await desk.services.connection.look_once()
    await desk.until(lambda: clock.now() - datetime.now(UTC) > timedelta(minutes=50), "Twilio's time is used")
    said = " ".join(check.sentence for check in desk.services.health._rows() if check.key == "address")
    assert "answered a signed test" in said and "min ago" not in said


async def test_a_clock_that_is_an_hour_off_is_told_and_twilios_time_is_used(desk: Desk) -> None:
    await desk.lead_here()
    desk.simulator.clock_skew = 3600
    desk.services.connection.look()
    row = await desk.row("clock")
    assert (row.light, row.sentence) == (Light.WARN, "This computer’s clock is 60 minutes slow")
    await desk.light(Light.WARN, "Live · this computer’s clock is 60 minutes slow")
    await desk.simulator.phone(YOURS).text(LINE, "What time is it?")
    message = await desk.inbound("What time is it?")
    assert abs(message.at - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)
    desk.simulator.clock_skew = 0
    desk.services.connection.look()
    await desk.light(Light.OK, "Live")


@pytest.mark.parametrize(("free", "light"), [(400 * MB, Light.WARN), (10 * MB, Light.BAD)])
async def test_a_disk_that_fills_up_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, free: int, light: Light
) -> None:
    await desk.lead_here()
    usage = shutil.disk_usage(desk.directory)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=free))
    assert (await desk.row("disk")).light is light
    await desk.light(light, f"Disk: {free // MB} MB free")


async def test_the_row_of_the_disk_is_looked_at_anew_when_a_write_failed_and_when_there_is_room_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says() -> str:
        return next((row.sentence for row in desk.services.health.state.checks if row.key == "disk"), "")

    usage, store = shutil.disk_usage(desk.directory), desk.engine.store
    monkeypatch.setattr(catchup, "STUMBLED", timedelta(seconds=0.1))
    await desk.services.health.check()
    assert says() != "0 B free"

    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=0))
    with pytest.raises(StoreError, match="full"):
        await store.do(_no_room)
    await desk.until(lambda: says() == "0 B free", "told at once")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=9 * 1024 * MB))
    desk.services.catchup.ask()
    await desk.until(lambda: says() not in {"", "0 B free"}, "room again")


def _no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "no room")


async def test_a_full_disk_does_not_hide_that_twilio_has_told_where_texts_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.lead_here()
    await desk.services.health.check()
    await desk.no_round()
    desk.services.connection.renew(routed=False)
    await desk.services.connection.look_once()
    monkeypatch.setattr(lines, "save", _no_room)
    desk.simulator.account.add_line("+12125550177", "New")
    await desk.light(Light.OFF, "Connecting…")
    assert (await desk.services.health.check()).checked_at is not None
    await desk.light(Light.OK, "Live")


async def test_how_little_room_is_left_is_told_anew_soon(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CLOSELY", 0.05)
    await desk.lead_here()
    usage = shutil.disk_usage(desk.directory)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=6 * MB))
    await desk.row("disk")
    desk.services.health.tell_soon()
    await desk.light(Light.BAD, "Disk: 6 MB free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=0))
    await desk.light(Light.BAD, "Disk: 0 B free")


async def test_a_disk_that_cannot_be_looked_at_stops_no_round(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", broken)
    found = await desk.services.health.check()
    assert found.checked_at is not None


def break_pages(database: Path) -> None:
    """Spoils every page of one table, as a dying disk would."""
    with sqlite3.connect(database) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        pages = [page for (page,) in db.execute("SELECT pageno FROM dbstat WHERE name = 'drafts'")]
    db.close()
    with database.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)


async def test_a_damaged_database_is_told_and_stops_no_round(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "data")
    await desk.start()
    await desk.until(desk.services.lines.known, "lines")
    await desk.simulator.phone(YOURS).text(LINE, "Hello")
    await desk.engine.close()
    break_pages(desk.directory / "sms.db")
    await desk.open(desk.simulator.base_url)
    await desk.connect()
    row = await desk.row("database")
    assert (row.light, row.sentence) == (Light.BAD, "The database is damaged")
    assert row.details[0]
    await desk.stop()


async def test_a_database_that_cannot_be_read_is_told_and_stops_no_round(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(db: object) -> int:
        raise StoreError("The database is damaged. Put a backup in its place.")

    monkeypatch.setattr(condition, "count", unreadable)
    row = await desk.row("database")
    assert (row.light, row.details) == (Light.BAD, ("The database is damaged. Put a backup in its place.",))
    monkeypatch.undo()
    assert (await desk.row("database")).light is Light.OK


@pytest.mark.parametrize(
    ("change", "light", "says"),
    [
        ({"balance": Decimal("4.20")}, Light.WARN, "Bright Chairs, full account, balance $4.20"),
        ({"balance": Decimal("-0.10")}, Light.BAD, "Bright Chairs, full account, balance -$0.10"),
        ({"status": "suspended"}, Light.BAD, "Twilio has suspended Bright Chairs"),
    ],
    ids=["low", "overdrawn", "suspended"],
)
async def test_an_account_in_trouble_is_told_within_a_look(
    desk: Desk, change: dict[str, object], light: Light, says: str
) -> None:
    await desk.lead_here()
    for name, value in change.items():
        setattr(desk.simulator.account, name, value)
    desk.services.connection.look()
    brief = "Live · only $4.20 left at Twilio"
    await desk.light(light, f"Twilio account: {says}" if light is Light.BAD else brief)
    assert desk.services.connection.state.more.startswith(f"Twilio account: {says}")
    assert (await desk.row("account")).light is light


async def test_without_twilio_the_round_goes_on_and_the_light_tells_it(desk: Desk) -> None:
    await desk.lead_here()
    desk.simulator.weather.down = 1
    desk.services.connection.look()
    await desk.light(Light.WARN, "Offline · Twilio cannot be reached")
    found = await desk.services.health.check()
    assert next(check for check in found.checks if check.key == "account").light is Light.WARN
    assert next(check for check in found.checks if check.key == f"line:{LINE}").light is Light.OK
    desk.simulator.weather.clear()
    await desk.light(Light.OK, "Live")


async def test_the_light_is_never_greener_than_the_worst_row(desk: Desk, front: Front) -> None:
    await desk.lead_here()
    await desk.services.receiving.choose_own(front.url)
    desk.simulator.account.line(TOLL_FREE).sms_url = "https://other.example"
    desk.simulator.weather.portal = 1
    desk.services.connection.look()
    await desk.light(Light.WARN, "Offline")
    await front.close()
    await desk.services.health.check()
    worst = desk.services.health.state.worst
    assert worst is not None
    assert worst.light is Light.BAD
    await desk.light(Light.BAD, "Offline")


async def test_the_report_holds_neither_numbers_nor_secrets(desk: Desk, front: Front) -> None:
    desk.simulator.account.line(LINE).friendly_name = "+12125550100"
    await desk.services.receiving.choose_own(front.url.replace("://", "://shop:open-sesame@"))
    desk.simulator.set_sms_url(LINE, "https://bot:hunter2@theirs.example/sms?auth=s3cr3t-s3cr3t&number=12125550100")
    await desk.services.health.check()
    report = desk.services.health.report()
    assert "Line …0100: " in report
    assert "ok    Twilio account: Bright Chairs, full account, balance $38.20" in report
    for secret in (
        "2125550100", "555-0100", "888) 555", DEMO_AUTH_TOKEN, DEMO_ACCOUNT_SID, "hunter2", "s3cr3t", "open-sesame",
    ):  # fmt: skip
        assert secret not in report, report
    assert report.count("\n") == len(desk.services.health.state.checks) - 1


# -- how lines are registered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "light", "words"),
    [
        (registered_as.NOTHING, Light.WARN, "Not registered: Carriers do not know who is behind this number."),
        (registered_as.REJECTED, Light.WARN, "Rejected: Carriers did not accept this description of what you send."),
        (registered_as.DESCRIBED, Light.OFF, "In review: Carriers check what you send and how people agree to it."),
    ],
)
def test_a_line_that_carriers_do_not_know_has_a_row_of_its_own(told: Known, light: Light, words: str) -> None:
    found = registration.row(report_of(registered_as.SHOP_LINE, told, AT))
    assert found is not None and (found.light, found.fix, found.subject) == (light, Fix.REGISTRATION, LINE)
    assert found.sentence.startswith(words)


@pytest.mark.parametrize("status", ["PENDING", "IN_PROGRESS", "VERIFIED"])
def test_a_line_that_is_rehearsed_needs_a_look_however_far_that_is(status: str) -> None:
    campaigns = (replace(registered_as.CAMPAIGN, mock=True, status=status),)
    told = replace(registered_as.REHEARSED, campaigns=campaigns)
    found = registration.row(report_of(registered_as.SHOP_LINE, told, AT))
    assert found is not None and (found.light, found.button) == (Light.WARN, "See what is missing")
    assert found.brief.endswith("is not registered") and "will not arrive" in found.sentence


@pytest.mark.parametrize("told", [registered_as.APPROVED, Known()])
def test_what_is_registered_or_not_known_has_no_row(told: Known) -> None:
    assert registration.row(report_of(registered_as.SHOP_LINE, told, AT)) is None


def test_a_service_that_is_not_registered_has_a_row_by_its_name() -> None:
    service = Line("MG" + "1" * 32, "Reminders", LineKind.SERVICE, senders=("+12125550100",))
    known = replace(registered_as.NOTHING, pools=(SenderPool(service.address, "Reminders"),))
    found = registration.row(report_of(service, known, AT))
    assert found is not None and (found.title, found.brief) == ("Reminders", "Reminders is not registered")


async def test_what_becomes_of_a_registration_is_told_without_the_number(desk: Desk) -> None:
    services = desk.services

    def row_now() -> Check | None:
        return next((one for one in services.health.state.checks if one.key == f"registration:{LINE}"), None)

    await services.health.check()
    services.registrations.known = registered_as.NOTHING
    services.hub.publish([RegistrationsChanged(registered_as.NOTHING)])
    row = await desk.until(row_now, "the row is there")
    assert row is not None and row.light is Light.WARN
    assert LINE not in services.health.report() and "555-0100" not in services.health.report()
