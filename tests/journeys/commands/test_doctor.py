"""``doctor``: line health in a terminal; and an engine killed in the middle of catching up."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.commands.program import LINE, Done, Twilio, run, serving
from tests.journeys.commands.test_crash import free_port

TOLL_FREE = "+18885550144"
ROWS = ["account", f"line:{LINE}", f"line:{TOLL_FREE}", "address", "pictures", "complete", "reported", "clock",
        "database", "disk"]  # fmt: skip
DAYS = 3 * 86400


@pytest.fixture
def own(own_simulator: Twilio) -> Iterator[Twilio]:
    yield own_simulator
    own_simulator.fair_weather()
    own_simulator.control("account", {"status": "active", "balance": "38.20", "type": "Full"})
    own_simulator.control("faults", {"clock_skew": 0})


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
def doctor(data: Path, own: Twilio) -> Surgery:
    return Surgery(data, own)


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


def _no_webhook(twilio: Twilio) -> dict[str, str]:
    twilio.sign_up(LINE, "")
    return {}


def _another(twilio: Twilio) -> dict[str, str]:
    twilio.sign_up(TOLL_FREE, "https://another.example.com/sms")
    return {}


def _spent(twilio: Twilio) -> dict[str, str]:
    twilio.control("account", {"balance": "0.00"})
    return {}


def _suspended(twilio: Twilio) -> dict[str, str]:
    twilio.control("account", {"status": "suspended"})
    return {}


def _wrong_token(twilio: Twilio) -> dict[str, str]:
    return {"TWILIO_AUTH_TOKEN": "0" * 32}


def _no_account(twilio: Twilio) -> dict[str, str]:
    return {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": ""}


def _dead_address(twilio: Twilio) -> dict[str, str]:
    return {"SMS_DESKTOP_PUBLIC_URL": "http://127.0.0.1:9"}


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        (_no_webhook, "FAIL  (212) 555-0100: Incoming texts go nowhere"),
        (_another, "FAIL  (888) 555-0144: Incoming texts go somewhere else: https://another.example.com/sms"),
        (_spent, "FAIL  Twilio account: Bright Chairs, full account, balance $0.00"),
        (_suspended, "FAIL  Twilio account: Bright Chairs: Twilio has suspended this account"),
        (_wrong_token, "FAIL  Twilio account: "),
        (_no_account, "FAIL  Twilio account: Not connected"),
        (_dead_address, "FAIL  Public address: The public address cannot be reached"),
    ],
)
def test_what_is_broken_is_named_with_what_to_do(
    doctor: Surgery, own: Twilio, breaks: Callable[[Twilio], dict[str, str]], words: str
) -> None:
    done = doctor(**breaks(own))
    assert done.code == 1
    assert words in done.out
    after = done.out[done.out.index(words) :].splitlines()[1]
    assert after.startswith("      ") and after.strip()  # what to do about it
    assert "broken" in done.sentence


def test_a_clock_that_is_off_is_worth_a_look(doctor: Surgery, own: Twilio) -> None:
    own.control("faults", {"clock_skew": 3600})
    done = doctor()
    assert (done.code, done.err) == (0, "")
    assert "look  Clock: This computer's clock is 60 minutes slow\n" in done.out


def test_without_twilio_it_says_so(doctor: Surgery) -> None:
    done = doctor(SMS_DESKTOP_TWILIO_URL="http://127.0.0.1:9")
    assert "Twilio cannot be reached" in done.out
    assert "ok    Database: " in done.out


def test_beside_a_running_engine_it_looks_and_touches_nothing(doctor: Surgery, own: Twilio, data: Path) -> None:
    with serving(data, own, **doctor.own) as serve:
        assert (
            own.post(serve.ready["webhook"], From="+14155550171", Body="Before", MessageSid="SM" + "1" * 32)[0] == 200
        )
        done = doctor("--json")
        rows = {row["key"]: row for row in json.loads(done.out)}
        assert (done.code, done.err) == (0, "")
        assert "answered a signed test" in rows["address"]["sentence"]
        assert "1 messages" in rows["database"]["sentence"]
        assert own.post(serve.ready["webhook"], From="+14155550171", Body="After", MessageSid="SM" + "2" * 32)[0] == 200
    assert [record["body"] for record in run("export", "--data-dir", data).records] == ["Before", "After"]


def test_a_newer_database_is_refused(doctor: Surgery, data: Path) -> None:
    (data / "sms.db").write_bytes(b"Dear diary, " * 1000)
    done = doctor()
    assert (done.code, done.out) == (1, "")
    assert "is not a database" in done.sentence


def test_an_engine_killed_amid_catching_up_goes_on_where_it_was(data: Path, own: Twilio) -> None:
    count = 5000
    own.control("faults", {"clock_skew": -DAYS})  # three days ago
    with serving(data, own) as serve:
        serve.until(lambda said: said["event"] == "catchup" and said["complete_to"] is not None)
    own.control("faults", {"clock_skew": 0})
    start = datetime.now(UTC) - timedelta(days=2)
    past = [
        {
            "from": f"+1415556{1000 + n % 40}", "to": LINE, "body": f"Away {n}",
            "at": (start + timedelta(seconds=20 * n)).isoformat(),
        }
        for n in range(count)
    ]  # fmt: skip
    own.control("past", {"messages": past})
    own.weather(slow=1, slow_seconds=0.2)
    with serving(data, own) as serve:
        told = serve.until(lambda said: said["event"] == "catchup" and said["listed"] >= 1000)
        serve.process.kill()
        serve.process.wait()
    assert told["running"]
    here = Counter(record["body"] for record in run("export", "--data-dir", data).records)
    assert 0 < len(here) < count
    own.fair_weather()
    with serving(data, own) as serve:
        serve.until(lambda said: said["event"] == "catchup" and said["added"] > 0 and not said["running"])
        listed = max(said["listed"] for said in serve.heard if said["event"] == "catchup")
    assert listed < count  # it did not begin anew
    found = Counter(record["body"] for record in run("export", "--data-dir", data).records)
    assert found == Counter({f"Away {n}": 1 for n in range(count)})
