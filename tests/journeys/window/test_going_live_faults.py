"""A live inbox, and what goes wrong around it: the light tells, work goes on by itself, nothing is missing or twice."""

import asyncio
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_desktop import engine as engines
from sms_desktop.domain.events import ConnectionChanged
from sms_desktop.domain.light import Light
from sms_desktop.domain.message import Status
from sms_desktop.domain.receiving import WayIn
from sms_desktop.services import clock, connection, departure, rhythm, routing, statuses
from sms_desktop.services.health import health
from sms_desktop.simulator import PastMessage, Simulator
from tests.journeys.window.home import House
from tests.journeys.window.seat import Seat
from tests.ngrok import Standin
from tests.rig import LINE, SILENT, TOLL_FREE, Rig

DAYS = 3 * 86400
YOURS_IN_THE_LIST, SILENT_IN_THE_LIST = "(415) 555-0132", "(415) 555-0111"
ELSEWHERE = "https://another.example.com/sms"
PROMPT = 10.0
"""Seconds within which the light has to tell."""


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done every few seconds or minutes is done at once."""
    monkeypatch.setattr(engines, "PORT_RETRY", 0.1)
    monkeypatch.setattr(routing, "AGAIN", 0.1)
    monkeypatch.setattr(connection, "EVERY", 1.0)
    monkeypatch.setattr(connection, "SOON", 0.3)
    for often in ("LIVELY", "USUAL", "NIGHT"):
        monkeypatch.setattr(rhythm, often, timedelta(seconds=0.3))


def goes_to(twilio: Simulator, line: str = LINE) -> str:
    return twilio.account.line(line).sms_url.partition("#")[0]


async def light_turns(seat: Seat, *tones: str) -> None:
    async with asyncio.timeout(PROMPT):
        await seat.until(lambda: seat.light in tones, f"the light turns {' or '.join(tones)}, not {seat.light}")


async def holds_once(seat: Seat, *bodies: str) -> None:
    """Waits until the open conversation has those texts, and sees that it has each of them once."""
    await seat.until(lambda: set(bodies) <= set(seat.held()), f"{bodies} are there: {seat.held()}")
    assert {body: seat.held()[body] for body in bodies} == dict.fromkeys(bodies, 1)


async def test_a_token_rotated_while_running_is_told_and_the_new_one_mends_it(house: House, twilio: Simulator) -> None:
    new = "d7" * 16
    async with house() as home:
        seat = await home.live()
        await twilio.phone(SILENT).text(LINE, "Before")
        await seat.open(SILENT_IN_THE_LIST)
        twilio.rotate_token(new)
        await light_turns(seat, "bad")
        await seat.told("Twilio does not accept this Account SID and Auth Token.")
        await twilio.phone(SILENT).text(LINE, "Meanwhile")  # its signature fits no more
        failed = await seat.reaches(await seat.send("Sent in vain"), Status.FAILED)

        await seat.click("Fix")
        await seat.until(lambda: seat.says("This cannot be checked while Twilio refuses"), "nothing unknown is green")
        await seat.click("Enter credentials: Twilio account")
        await seat.told("Twilio refuses the Auth Token of this account.")
        await seat.until(lambda: seat.focus == "Auth Token", "one can type at once")
        await seat.click("Rotate token…")
        seat.paste_into("Auth Token", f" {new}\n")
        await seat.click("Save")
        await light_turns(seat, "ok")
        await seat.until(lambda: not seat.says("does not accept"), "the banner is gone")
        await seat.click("Close")
        await seat.click("Inbox")
        await holds_once(seat, "Before", "Meanwhile")
        await twilio.phone(SILENT).text(LINE, "After")
        await holds_once(seat, "Before", "Meanwhile", "After")
        await seat.reaches(await seat.send("Sent again"), Status.DELIVERED)
        assert (twilio.account.auth_token, seat.got(SILENT)) == (new, ["Sent again"])
        assert seat.sees(failed.body, Status.FAILED) is not None


async def test_an_api_key_revoked_while_running_is_told_until_it_is_taken_away(house: House, twilio: Simulator) -> None:
    key, secret = "SK" + "1f2a" * 8, "the-secret-of-the-key-1f2a-1f2a-x"
    twilio.account.api_keys[key] = secret
    async with house() as home:
        seat = await home.live()
        await twilio.phone(SILENT).text(LINE, "Before")
        await seat.open(SILENT_IN_THE_LIST)
        seat.session.desk.open_preferences("account")
        await seat.click("Change…")
        for name, text in (("Auth Token", twilio.account.auth_token), ("API key", key), ("API secret", secret)):
            seat.paste_into(name, text)
        await seat.click("Save")
        await seat.told("Sends with the API key SK…1f2a.")
        await seat.click("Close")
        await seat.reaches(await seat.send("By key"), Status.DELIVERED)

        del twilio.account.api_keys[key]
        await seat.reaches(await seat.send("In vain"), Status.FAILED)
        await light_turns(seat, "bad")
        await seat.told("Twilio does not accept the API key.")
        seen = [Light.BAD]
        seat.services.hub.subscribe(ConnectionChanged, lambda event: seen.append(event.light))
        looks = twilio.requests["GET Messages.json"]
        await seat.until(lambda: twilio.requests["GET Messages.json"] > looks + 5, "it is looked at again and again")
        assert set(seen) == {Light.BAD}

        await seat.click("Fix")
        await seat.click("Enter credentials: Twilio account")
        await seat.told("Twilio refuses the API key SK…1f2a.")
        await seat.until(lambda: seat.focus == "API key", "one can type at once")
        await seat.click("Take the API key away")
        await light_turns(seat, "ok")
        await seat.until(lambda: not seat.says("API key SK"), "it is said no more")
        await seat.click("Close")
        await seat.click("Inbox")
        await seat.reaches(await seat.send("By token"), Status.DELIVERED)
        assert seat.got(SILENT) == ["By key", "By token"]


async def test_a_port_that_another_program_has_is_told_and_taken_when_it_is_free(
    house: House, twilio: Simulator
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with house(SMS_DESKTOP_WEBHOOK_PORT=str(port)) as home:
            await home.settle(WayIn.NGROK)
            seat = await home.seat()
            await light_turns(seat, "bad")
            await seat.told(f"Port {port} is in use by another program.")
            await seat.told("Complete up to")
            await twilio.phone(SILENT).text(LINE, "Knock, knock")
            seat.services.catchup.ask()  # as it does every few seconds while nothing can come by itself
            await seat.open(SILENT_IN_THE_LIST)
            taken.close()
            await seat.until(lambda: seat.services.link.public_url, "there is a public address")
            await seat.until(lambda: not seat.says(f"Port {port}"), "the banner is gone")
            await seat.services.routing.look()
            await seat.services.routing.bring(seat.services.routing.plan())
            await twilio.phone(SILENT).text(LINE, "Who is there?")
            await holds_once(seat, "Knock, knock", "Who is there?")


async def test_a_killed_agent_comes_back_and_the_line_follows_its_new_address(
    house: House, twilio: Simulator, ngrok: Standin
) -> None:
    async with house() as home:
        seat = await home.live()
        await twilio.phone(SILENT).text(LINE, "Before")
        await seat.open(SILENT_IN_THE_LIST)
        before = goes_to(twilio)
        await asyncio.to_thread(ngrok.kill)
        await light_turns(seat, "bad")
        await twilio.phone(SILENT).text(LINE, "Into the void")
        await twilio.idle()
        await light_turns(seat, "ok")
        lines = (LINE, TOLL_FREE)
        await seat.until(lambda: before not in [goes_to(twilio, line) for line in lines], "both lines follow")
        here = f"{seat.session.engine.public_url}/twilio/inbound"
        assert [goes_to(twilio, line) for line in lines] == [here, here]
        await holds_once(seat, "Before", "Into the void")
        await twilio.phone(SILENT).text(LINE, "After")
        await holds_once(seat, "Before", "Into the void", "After")


async def test_an_address_that_changes_amid_messages_loses_none(
    house: House, twilio: Simulator, ngrok: Standin
) -> None:
    texts = [f"Text {number}" for number in range(40)]
    async with house() as home:
        seat = await home.live()
        await twilio.phone(SILENT).text(LINE, "First")
        await seat.open(SILENT_IN_THE_LIST)
        before = goes_to(twilio)

        async def texting() -> None:
            for number, text in enumerate(texts):
                if number == 10:
                    moving.append(asyncio.create_task(asyncio.to_thread(ngrok.do, "move")))
                await twilio.phone(SILENT).text(LINE, text)
                await asyncio.sleep(0.02)

        moving: list[asyncio.Task[None]] = []
        await texting()
        await moving[0]
        await seat.until(lambda: goes_to(twilio) != before, "the line follows")
        await holds_once(seat, "First", *texts)
        assert await seat.stored() == len(texts) + 1


@pytest.mark.parametrize("trouble", ["down", "portal", "gone"])
async def test_while_twilio_cannot_be_reached_what_is_sent_waits_and_what_comes_is_fetched(
    house: House, twilio: Simulator, trouble: str
) -> None:
    async with house() as home:
        seat = await home.live(WayIn.POLLING)
        await twilio.phone(SILENT).text(LINE, "Before")
        await seat.open(SILENT_IN_THE_LIST)
        if trouble == "gone":
            await seat.unplug()
        else:
            setattr(twilio.weather, trouble, 1.0)
        await light_turns(seat, "warn", "bad")
        portal = trouble == "portal"
        await seat.told(
            f"Offline · {'This network wants you to sign in first' if portal else 'Twilio cannot be reached'}"
        )
        waiting = await seat.send("On the way")
        await seat.told("Outbox 1 waiting")
        if trouble == "gone":
            await twilio.start(int(twilio.base_url.rpartition(":")[2]))
        else:
            await twilio.phone(SILENT).text(LINE, "Meanwhile")
            twilio.weather.clear()
        await light_turns(seat, "ok")
        if trouble == "gone":  # it surely never left
            await seat.reaches(waiting, Status.DELIVERED)
            assert (seat.got(SILENT), seat.taken("On the way")) == (["On the way"], 1)
            return
        await holds_once(seat, "Before", "Meanwhile")
        # Either it never left and goes now, or it left, nobody knows how far, and a person decides.
        waiting = await seat.reaches(waiting, Status.DELIVERED, Status.UNCONFIRMED)
        assert seat.taken("On the way") == (waiting.status is Status.DELIVERED)
        await seat.reaches(await seat.send("Back again"), Status.DELIVERED)
        assert seat.got(SILENT).count("Back again") == 1


async def test_ten_thousand_messages_while_away_are_all_there_once_though_the_list_fails(
    house: House, twilio: Simulator
) -> None:
    people, each = 200, 60  # each conversation on one page
    async with house() as home:
        twilio.clock_skew = -DAYS  # three days ago
        await home.live(WayIn.POLLING, light="warn")
        await home.quit()
        twilio.clock_skew = 0
        start = datetime.now(UTC) - timedelta(days=2)
        twilio.account.import_messages(
            PastMessage(f"+1415556{1000 + n % people}", LINE, f"Text {n // people}", start + timedelta(seconds=10 * n))
            for n in range(people * each)
        )
        twilio.fail_list_page(7, times=2)
        seat = await home.seat()
        await seat.until(lambda: seat.says("Catching up…"), "it is told that there is much to fetch")
        today = datetime.now(UTC) - timedelta(hours=1)
        await seat.until(lambda: (seat.services.catchup.progress.complete_to or start) > today, "all is here")
        await seat.until(lambda: seat.says("Complete up to"), "and it is told")
        assert not twilio.faults.takes(7)  # it did fail twice
        assert await seat.stored() == people * each
        await seat.open("(415) 556-1007")
        assert f"{each} messages arrived while this computer was off · complete ✓" in seat.spoken("Messages")
        assert set(seat.held().values()) == {1}


async def test_two_computers_on_one_line_both_have_all_of_it_once(
    house: House, twilio: Simulator, tmp_path: Path
) -> None:
    class Second(Rig):
        def route_inbound(self) -> None:
            """Texts go to the first."""

    async with house() as home:
        seat = await home.live()
        second = Second(tmp_path / "second", twilio)
        await second.start()
        try:
            await second.until(lambda: second.services.catchup.progress.complete_to, "the second has begun")
            await twilio.phone(SILENT).text(LINE, "Hello, both")
            await seat.open(SILENT_IN_THE_LIST)
            second.services.catchup.ask()
            await second.inbound("Hello, both")
            await second.status(await second.send(SILENT, "From the other desk"), Status.DELIVERED)
            await seat.reaches(await seat.send("From this desk"), Status.DELIVERED)
            for services in (seat.services, second.services):
                services.catchup.ask()
            await holds_once(seat, "Hello, both", "From the other desk", "From this desk")
            bodies = {"Hello, both", "From the other desk", "From this desk"}
            await second.until(lambda: {m.body for m in second.messages.values()} == bodies, "the second has all")
            assert len(second.messages) == 3
            assert sorted(seat.got(SILENT)) == ["From the other desk", "From this desk"]
            assert goes_to(twilio) == f"{seat.session.engine.public_url}/twilio/inbound"
        finally:
            await second.engine.close()


async def test_a_clock_that_is_an_hour_off_is_told_and_muddles_nothing(house: House, twilio: Simulator) -> None:
    twilio.clock_skew = 3600
    async with house() as home:
        seat = await home.live(WayIn.POLLING, light="warn")
        await seat.told("Live · this computer’s clock is 60 minutes slow")
        await twilio.phone(SILENT).text(LINE, "What time is it?")
        await seat.open(SILENT_IN_THE_LIST)
        await seat.reaches(await seat.send("Noon."), Status.DELIVERED)
        await twilio.phone(SILENT).text(LINE, "Thanks!")
        await holds_once(seat, "What time is it?", "Noon.", "Thanks!")
        assert seat.messages()[0].body == "What time is it?"
        assert not any("arrived while" in row for row in seat.spoken("Messages"))


async def test_after_three_days_of_sleep_all_goes_on(
    house: House, twilio: Simulator, ngrok: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as home:
        twilio.clock_skew = -DAYS  # three days ago
        seat = await home.live(light="warn")
        await twilio.phone(SILENT).text(LINE, "Good night")
        await seat.open(SILENT_IN_THE_LIST)
        before = goes_to(twilio)

        twilio.clock_skew = 0
        await asyncio.to_thread(ngrok.do, "offline")  # and it does not know it
        start = datetime.now(UTC) - timedelta(days=2)
        twilio.account.import_messages(
            PastMessage(SILENT, LINE, f"Day {day}", start + timedelta(hours=20 * day)) for day in range(3)
        )
        clock.correct(timedelta(0))  # both times of day went on
        lead = clock._lead
        monkeypatch.setattr(clock, "_lead", lambda: lead() + DAYS)  # the clock that only runs did not
        seat.services.wakefulness._wall = lambda: time.time() + DAYS
        seat.services.wakefulness.look()

        await holds_once(seat, "Good night", "Day 0", "Day 1", "Day 2")
        away = "3 messages arrived while this computer was off · complete ✓"
        await seat.until(lambda: away in seat.spoken("Messages"), "it is told when they came")
        await seat.until(lambda: goes_to(twilio) != before, "the line follows to a new address")
        await light_turns(seat, "ok")
        await twilio.phone(SILENT).text(LINE, "Good morning")
        await holds_once(seat, "Good night", "Day 0", "Day 1", "Day 2", "Good morning")


@pytest.mark.parametrize("answer", ["Bring them here", "Leave them"])
async def test_what_somebody_else_changed_is_asked_about_and_never_fought_over(
    house: House, twilio: Simulator, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(health, "EVERY", 0.3)
    async with house() as home:
        seat = await home.live()
        twilio.set_sms_url(LINE, ELSEWHERE)
        await light_turns(seat, "warn")
        await seat.told(f"(212) 555-0100: Somebody changed this number: its texts now go to {ELSEWHERE}")
        assert goes_to(twilio) == ELSEWHERE
        await seat.click(f"Line health: (212) 555-0100: Somebody changed this number: its texts now go to {ELSEWHERE}")
        await seat.click("Look at it: (212) 555-0100")
        await seat.told("(212) 555-0100 now")
        assert seat.says(ELSEWHERE) and seat.says(f"{seat.session.engine.public_url}/twilio/inbound")
        assert goes_to(twilio) == ELSEWHERE
        await seat.click(answer)
        await light_turns(seat, "ok")
        if answer == "Leave them":
            await seat.told("as you decided")
            assert goes_to(twilio) == ELSEWHERE
        else:
            assert goes_to(twilio) == f"{seat.session.engine.public_url}/twilio/inbound"
        await twilio.phone(SILENT).text(LINE, "Where do I end up?")
        seat.services.catchup.ask()
        await seat.click("Inbox")
        await seat.open(SILENT_IN_THE_LIST)
        await holds_once(seat, "Where do I end up?")


async def test_webhooks_that_never_come_are_made_up_for(
    house: House, twilio: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as home:
        seat = await home.live()
        twilio.weather.lost_inbound = 1
        monkeypatch.setattr(rhythm, "WITH_WEBHOOKS", timedelta(seconds=0.2))
        await twilio.phone(SILENT).text(LINE, "Never announced")
        seat.services.catchup.ask()
        await seat.open(SILENT_IN_THE_LIST)
        await twilio.phone(SILENT).text(LINE, "Nor this")
        await holds_once(seat, "Never announced", "Nor this")


async def test_reports_that_never_come_are_asked_for(
    house: House, twilio: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (departure, statuses):
        monkeypatch.setattr(module, "WAITS", tuple(timedelta(seconds=0.2) for _ in statuses.WAITS))
    monkeypatch.setattr(statuses, "IDLE", 0.2)
    async with house() as home:
        seat = await home.live()
        await twilio.phone(SILENT).text(LINE, "Hello")
        await seat.open(SILENT_IN_THE_LIST)
        twilio.weather.lost_callbacks = 1
        message = await seat.send("Did you get this?")
        seat.services.statuses.wake()
        await seat.reaches(message, Status.DELIVERED)
        assert seat.got(SILENT) == ["Did you get this?"]
