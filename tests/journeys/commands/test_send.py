"""``send``: one message, through an engine that runs or by itself, and what its exit code says."""

import asyncio
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from sms_desktop.domain.night import AtNight, Rule
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import lookups, nights
from sms_desktop.store.store import Store, Tx
from tests.journeys.commands.program import LINE, PATIENCE, Done, Record, Twilio, run, serving

REACHABLE = "+14155550161"
LANDLINE, FILTERED = "+14155550114", "+14155550115"
TOLL_FREE, NOT_OURS = "+18885550144", "+12025550199"
WAIT = ("--wait", str(PATIENCE))
DEAD = "http://127.0.0.1:9"


def send(data: Path, twilio: Twilio | None, to: str, *more: str | Path, line: str = LINE, **others: str) -> Done:
    variables = (twilio.variables() if twilio is not None else {}) | others
    return run("send", "--data-dir", data, "--to", to, "--from", line, *more, variables=variables)


def only(data: Path) -> Record:
    return run("export", "--data-dir", data).said


@pytest.mark.parametrize("served", [True, False], ids=["through a running engine", "by itself"])
def test_it_says_how_the_message_ended(data: Path, twilio: Twilio, served: bool) -> None:
    body = f"Ready for pick-up {served}"
    if served:
        with serving(data, twilio) as serve:
            done = send(data, None, "(415) 555-0161", "--body", body, *WAIT)  # no account is needed for this
            serve.message(body, "delivered")
    else:
        done = send(data, twilio, "(415) 555-0161", "--body", body, *WAIT)
    assert (done.code, done.err) == (0, "")
    assert set(done.said) == {"key", "sid", "status"}
    assert done.said["status"] == "delivered"
    [taken] = twilio.sent(body)
    assert (taken["sid"], taken["to"], taken["from"]) == (done.said["sid"], REACHABLE, LINE)
    record = only(data)
    assert (record["id"], record["sid"], record["status"]) == (done.said["key"], taken["sid"], "delivered")


@pytest.mark.parametrize("served", [True, False], ids=["through a running engine", "by itself"])
def test_without_wait_it_says_the_key_alone(data: Path, twilio: Twilio, served: bool) -> None:
    body = f"No need to wait {served}"
    if served:
        with serving(data, twilio) as serve:
            done = send(data, None, REACHABLE, "--body", body)
            serve.message(body, "delivered")
    else:
        done = send(data, twilio, REACHABLE, "--body", body)
    assert (done.code, done.err, list(done.said)) == (0, "", ["key"])
    assert re.fullmatch("[0-9a-f]{32}", done.said["key"])
    assert len(twilio.sent(body)) == 1


def test_pictures_go_along(data: Path, tmp_path: Path, twilio: Twilio) -> None:
    paths = [tmp_path / "front of it.png", tmp_path / "back.png"]
    for seed, path in enumerate(paths):
        path.write_bytes(landscape(Random(seed)))
    media = [part for path in paths for part in ("--media", path)]
    with serving(data, twilio):
        done = send(data, None, REACHABLE, "--body", "Both sides", *media, *WAIT)
    assert (done.code, done.said["status"]) == (0, "delivered")
    [taken] = twilio.sent("Both sides")
    assert (taken["num_media"], taken["sid"][:2]) == ("2", "MM")
    assert [(item["filename"], item["sha256"]) for item in only(data)["media"]] == [
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths
    ]


def test_what_twilio_refuses_is_4_with_its_code(data: Path, twilio: Twilio) -> None:
    done = send(data, twilio, REACHABLE, "--body", "From a stranger", *WAIT, line=NOT_OURS)
    assert done.code == 4
    assert done.sentence.startswith("21606: ")
    assert (done.said["sid"], done.said["status"]) == (None, "failed")


def test_a_lost_answer_is_5(data: Path, twilio: Twilio) -> None:
    twilio.weather(error_before=1)
    done = send(data, twilio, REACHABLE, "--body", "Lost on the way", *WAIT)
    assert done.code == 5
    assert "may have been sent" in done.sentence
    assert (done.said["sid"], done.said["status"]) == (None, "unconfirmed")


def test_who_has_opted_out_is_6(data: Path, twilio: Twilio) -> None:
    stranger = "+14155550162"
    with serving(data, twilio) as serve:
        twilio.post(serve.ready["webhook"], From=stranger, Body=" stop ")
        told = send(data, None, stranger, "--body", "Please come back")
    assert (told.code, told.out) == (6, "")
    assert "They wrote stop" in told.sentence
    assert twilio.sent("Please come back") == []


def test_who_seems_to_ask_us_to_stop_is_named_while_nobody_has_said_whether_they_do(data: Path, twilio: Twilio) -> None:
    stranger = "+14155550164"
    with serving(data, twilio) as serve:
        twilio.post(serve.ready["webhook"], From=stranger, Body="Please stop texting me")
        done = send(data, None, stranger, "--body", "Sorry, one last time", *WAIT)
    assert (done.code, done.said["status"]) == (0, "delivered")
    assert "“Please stop texting me”" in done.sentence


def test_whom_twilio_blocks_is_6(data: Path, twilio: Twilio) -> None:
    stranger = "+14155550163"
    twilio.control("inbound", {"from": stranger, "to": LINE, "body": "STOP"})  # before there was any of this
    done = send(data, twilio, stranger, "--body", "Who are you?", *WAIT)
    assert done.code == 6
    assert done.sentence.startswith("21610: ")
    again = send(data, twilio, stranger, "--body", "Who are you?", *WAIT)
    assert (again.code, again.out) == (6, "")


@pytest.mark.parametrize(("to", "code"), [(LANDLINE, 30006), (FILTERED, 30007)])
def test_what_was_accepted_and_not_delivered_was_accepted(data: Path, twilio: Twilio, to: str, code: int) -> None:
    done = send(data, twilio, to, "--body", "Hello there", *WAIT)
    assert (done.code, done.said["status"]) == (0, "undelivered")
    assert only(data)["error_code"] == code


def test_without_an_account_it_is_3(data: Path) -> None:
    done = send(data, None, REACHABLE, "--body", "Hello")
    assert (done.code, done.out) == (3, "")
    assert "TWILIO_ACCOUNT_SID" in done.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--to", "555 0161", "--body", "Hi"), "Is the area code missing?"),
        (("--to", REACHABLE), "nothing to send"),
        (("--to", REACHABLE, "--body", "x" * 1601), "1,601 characters"),
        (("--to", REACHABLE, "--body", "Hi", "--media", "nowhere.png"), "nowhere.png"),
        (("--to", REACHABLE, "--body", "Hi", "--wait", "-1"), "--wait"),
    ],
    ids=["a number too short", "nothing", "too long", "no such file", "less than no time"],
)
def test_what_cannot_be_sent_is_2_and_nothing_is_queued(
    data: Path, twilio: Twilio, more: tuple[str, ...], words: str
) -> None:
    done = run("send", "--data-dir", data, "--from", LINE, *more, variables=twilio.variables())
    assert (done.code, done.out) == (2, "")
    assert words in done.sentence
    if (data / "sms.db").exists():
        assert run("export", "--data-dir", data).out == ""


@pytest.mark.parametrize("more", [(), ("--body", "Hi"), ("--to",), ("--to", REACHABLE, "--wait", "soon")])
def test_wrong_usage_is_2(data: Path, more: tuple[str, ...]) -> None:
    done = run("send", "--data-dir", data, *more)
    assert (done.code, done.out) == (2, "")
    assert done.sentence.endswith("See sms-desktop send --help.")


def test_several_lines_want_one_named(data: Path, twilio: Twilio) -> None:
    done = run("send", "--data-dir", data, "--to", REACHABLE, "--body", "Hi", variables=twilio.variables())
    assert (done.code, done.out) == (2, "")
    assert "name one with --from" in done.sentence and LINE in done.sentence


def test_what_cannot_leave_is_queued_and_leaves_once_when_it_can(data: Path, twilio: Twilio) -> None:
    body = "Sooner or later"
    done = send(data, twilio, REACHABLE, "--body", body, SMS_DESKTOP_TWILIO_URL=DEAD)
    assert (done.code, list(done.said)) == (0, ["key"])
    assert done.sentence == (
        "Not sent yet: it waits in the outbox. Twilio cannot be reached at the moment. It leaves once SMS Desktop runs."
    )
    assert only(data)["status"] == "queued"
    with serving(data, twilio) as serve:
        serve.message(body, "delivered")
    assert len(twilio.sent(body)) == 1


def test_what_waits_to_know_whether_they_said_stop_says_so(data: Path, twilio: Twilio) -> None:
    body = "Once it is known"
    twilio.weather(list_error=1)
    with serving(data, twilio) as serve:
        done = send(data, None, REACHABLE, "--body", body, "--wait", "6", line=TOLL_FREE)
        assert (done.code, done.said["status"]) == (1, "queued")
        assert done.sentence == (
            "Not sent yet: it waits in the outbox. First Twilio is asked what people wrote meanwhile: somebody may "
            "have said STOP. SMS Desktop sends it as soon as it can."
        )
        twilio.weather(list_error=0)
        serve.message(body, "delivered")
    assert len(twilio.sent(body)) == 1


def _prefer(data: Path, choice: Callable[[Tx], None]) -> None:
    """As somebody has chosen in the preferences."""

    async def choose() -> None:
        store = Store(data, lambda events: None)
        await store.open()
        await store.do(choice)
        await store.close()

    asyncio.run(choose())


def _at_night(data: Path) -> None:
    """From now on it is night in California for some hours, as somebody has chosen in the preferences."""
    hour = datetime.now(ZoneInfo("America/Los_Angeles")).hour
    rule = Rule(AtNight.ASK, (hour - 3) % 24, (hour + 4) % 24)
    _prefer(data, lambda tx: nights.put_rule(tx, rule))


def test_at_night_it_says_what_to_add_and_sends_nothing(data: Path, twilio: Twilio) -> None:
    _at_night(data)
    done = send(data, twilio, REACHABLE, "--body", "Late news")
    assert done.code == 2 and "where they are" in done.err and "--now" in done.err and "--morning" in done.err
    assert twilio.sent("Late news") == []


def test_at_night_it_sends_what_is_wanted_now(data: Path, twilio: Twilio) -> None:
    _at_night(data)
    done = send(data, twilio, REACHABLE, "--body", "Late news", "--now", *WAIT)
    assert (done.code, done.said["status"]) == (0, "delivered")


def test_at_night_it_keeps_what_is_wanted_in_the_morning(data: Path, twilio: Twilio) -> None:
    _at_night(data)
    done = send(data, twilio, REACHABLE, "--body", "Early news", "--morning", *WAIT)
    assert (done.code, done.said["status"]) == (0, "queued")
    assert "morning" in done.err
    assert twilio.sent("Early news") == []
    assert only(data)["status"] == "queued"


@pytest.mark.parametrize("served", [True, False], ids=["through a running engine", "by itself"])
def test_a_number_is_looked_up_before_its_first_text_where_that_is_wished(
    data: Path, twilio: Twilio, served: bool
) -> None:
    _prefer(data, lambda tx: lookups.set_looks_up_first(tx, True))
    if served:
        with serving(data, twilio):
            done = send(data, None, LANDLINE, "--body", "First", *WAIT)
        assert (done.code, done.said["status"]) == (4, "failed")
    else:
        done = send(data, twilio, LANDLINE, "--body", "First", *WAIT)
        assert done.code == 2
    assert "landline" in done.err
    assert twilio.sent("First") == []


def test_a_line_that_is_none_is_called_so(data: Path, twilio: Twilio) -> None:
    done = send(data, twilio, REACHABLE, "--body", "Hello", line="Both")
    assert (done.code, done.err) == (2, "“Both” is none of your numbers.\n")


def test_to_a_landline_it_sends_only_what_is_wanted_anyway(data: Path, twilio: Twilio) -> None:
    assert send(data, twilio, LANDLINE, "--body", "First", *WAIT).said["status"] == "undelivered"
    refused = send(data, twilio, LANDLINE, "--body", "Second")
    assert refused.code == 2 and "landline" in refused.err and "--anyway" in refused.err
    assert send(data, twilio, LANDLINE, "--body", "Second", "--anyway", *WAIT).said["status"] == "undelivered"
    assert len(twilio.sent("Second")) == 1


def test_what_carriers_will_stop_is_said_before_and_what_became_of_it_after(data: Path, twilio: Twilio) -> None:
    twilio.control("registrations", {"enforced": True})
    with serving(data, twilio) as serve:
        serve.wait(lambda: "not registered" in send(data, None, REACHABLE, "--body", "Hello").err, "it is known")
        done = send(data, None, REACHABLE, "--body", "Your chair is ready", *WAIT)
    assert (done.code, done.said["status"]) == (0, "undelivered")
    warned, told = done.err.splitlines()
    assert "carriers will stop this text" in warned
    assert told.startswith("30034: ")
