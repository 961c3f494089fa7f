"""``doctor``: line health in a terminal, by itself and beside a running engine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.commands.program import LINE, Done, Twilio, run, serving
from tests.journeys.commands.test_crash import free_port

TOLL_FREE = "+18885550144"
ROWS = ["account", f"line:{LINE}", f"line:{TOLL_FREE}", "address", "pictures", "complete", "reported", "unsigned",
        "clock", "database", "disk"]  # fmt: skip


class Surgery:
    """A computer with a public address that Twilio's texts are led to; ``own`` has the commands there use it."""

    def __init__(self, data: Path, twilio: Twilio) -> None:
        self.data, self.twilio, self.port = data, twilio, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.own = {"SMS_DESKTOP_WEBHOOK_PORT": str(self.port), "SMS_DESKTOP_PUBLIC_URL": self.url}
        for line in (LINE, TOLL_FREE):
            twilio.sign_up(line, f"{self.url}/twilio/inbound")

    def __call__(self, *arguments: str, **variables: str) -> Done:
        done = run(
            "doctor", "--data-dir", self.data, *arguments, variables=self.twilio.variables(**self.own) | variables
        )
        assert self.twilio.auth_token not in done.out + done.err
        return done


@pytest.fixture
def doctor(data: Path, twilio: Twilio) -> Surgery:
    return Surgery(data, twilio)


def test_a_healthy_line_is_all_ok(doctor: Surgery) -> None:
    done = doctor()
    assert (done.code, done.err) == (0, "")
    assert "ok    Twilio account: Bright Chairs, full account, balance $38.20\n" in done.out
    assert "ok    (212) 555-0100: Incoming texts come here\n" in done.out
    assert f"ok    Public address: 127.0.0.1:{doctor.port} answered a signed test just now" in done.out
    assert "FAIL" not in done.out and "look" not in done.out


def test_json_is_an_array_with_a_row_a_check(doctor: Surgery) -> None:
    done = doctor("--json")
    assert (done.code, done.err) == (0, "")
    rows = json.loads(done.out)
    assert [row["key"] for row in rows] == ROWS
    assert {tuple(row) for row in rows} == {("key", "title", "light", "sentence", "advice", "details")}
    assert {row["light"] for row in rows} <= {"ok", "off"}


def _wrong_lines_and_no_money(twilio: Twilio) -> dict[str, str]:
    twilio.sign_up(LINE, "")
    twilio.sign_up(TOLL_FREE, "https://another.example.com/sms")
    twilio.control("account", {"balance": "0.00"})
    return {}


def _suspended_and_out_of_reach(twilio: Twilio) -> dict[str, str]:
    twilio.control("account", {"status": "suspended"})
    return {"SMS_DESKTOP_PUBLIC_URL": "http://127.0.0.1:9"}


def _wrong_token(twilio: Twilio) -> dict[str, str]:
    return {"TWILIO_AUTH_TOKEN": "0" * 32}


def _no_account(twilio: Twilio) -> dict[str, str]:
    return {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": ""}


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        (
            _wrong_lines_and_no_money,
            [
                "FAIL  Twilio account: Bright Chairs, full account, balance $0.00",
                "FAIL  (212) 555-0100: Incoming texts go nowhere",
                "FAIL  (888) 555-0144: Incoming texts go somewhere else: https://another.example.com/sms",
            ],
        ),
        (
            _suspended_and_out_of_reach,
            [
                "FAIL  Twilio account: Twilio has suspended Bright Chairs",
                "FAIL  Public address: The public address cannot be reached",
            ],
        ),
        (_wrong_token, ["FAIL  Twilio account: "]),
        (_no_account, ["FAIL  Twilio account: Not connected"]),
    ],
)
def test_what_is_broken_is_named_with_what_to_do(
    doctor: Surgery, twilio: Twilio, breaks: Callable[[Twilio], dict[str, str]], words: list[str]
) -> None:
    done = doctor(**breaks(twilio))
    assert done.code == 1
    assert [told for told in words if told not in done.out] == []
    lines = done.out.splitlines()
    for line, advice in zip(lines, [*lines[1:], ""], strict=True):
        assert not line.startswith("FAIL") or (advice.startswith("      ") and advice.strip()), line
    assert "broken" in done.sentence


def test_a_clock_that_is_off_is_worth_a_look(doctor: Surgery, twilio: Twilio) -> None:
    twilio.control("faults", {"clock_skew": 3600})
    done = doctor()
    assert (done.code, done.err) == (0, "")
    assert "look  Clock: This computer’s clock is 60 minutes slow\n" in done.out


def test_without_twilio_it_says_so(doctor: Surgery) -> None:
    done = doctor(SMS_DESKTOP_TWILIO_URL="http://127.0.0.1:9")
    assert "Twilio cannot be reached" in done.out
    assert "ok    Database: " in done.out


def test_beside_a_running_engine_it_looks_and_touches_nothing(doctor: Surgery, twilio: Twilio, data: Path) -> None:
    with serving(data, twilio, SMS_DESKTOP_WEBHOOK_PORT=str(doctor.port), SMS_DESKTOP_PUBLIC_URL=doctor.url) as serve:
        assert (
            twilio.post(serve.ready["webhook"], From="+14155550171", Body="Before", MessageSid="SM" + "1" * 32)[0]
            == 200
        )
        done = doctor("--json")
        rows = {row["key"]: row for row in json.loads(done.out)}
        assert (done.code, done.err) == (0, "")
        assert "answered a signed test" in rows["address"]["sentence"]
        assert rows["database"]["sentence"].startswith("1 message, ")
        assert (
            twilio.post(serve.ready["webhook"], From="+14155550171", Body="After", MessageSid="SM" + "2" * 32)[0] == 200
        )
    assert [record["body"] for record in run("export", "--data-dir", data).records] == ["Before", "After"]


def test_a_newer_database_is_refused(doctor: Surgery, data: Path) -> None:
    (data / "sms.db").write_bytes(b"Dear diary, " * 1000)
    done = doctor()
    assert (done.code, done.out) == (1, "")
    assert "is not a database" in done.sentence
