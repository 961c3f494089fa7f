"""What must not lie about: the token nowhere below the data directory, and in the logs no words and no numbers."""

import base64
import re
from pathlib import Path
from random import Random

from sms_desktop.demo import _SAMPLES as SAMPLES
from sms_desktop.simulator import DEMO_AUTH_TOKEN
from sms_desktop.simulator.picture import landscape
from tests.journeys.commands.program import LINE, Twilio, run, serving

CUSTOMER, PICTURES, LANDLINE = "+14155550190", "+14155550112", "+14155550114"
TOKEN = "0123456789abcdef0123456789abcdef"


def logs_of(data: Path) -> str:
    found = "".join(path.read_text("utf-8") for path in sorted((data / "logs").iterdir()))
    assert found
    return found


def files_with(data: Path, secret: str) -> list[str]:
    forms = [secret.encode(), base64.b64encode(secret.encode()).rstrip(b"=")]
    files = [path for path in data.rglob("*") if path.is_file()]
    assert any(path.name == "sms.db" for path in files)
    return [str(path) for path in files if any(form in path.read_bytes() for form in forms)]


def numbers_in(log: str, numbers: set[str]) -> set[str]:
    """Those of which more than the last digits can be read, however they are written."""
    digits = re.sub(r"[\s().\-+]|%2B", "", log)
    return {number for number in numbers if number.removeprefix("+1") in digits}


def test_a_busy_engine_leaves_no_secret_behind(data: Path, twilio: Twilio) -> None:
    words = ["Kumquat marmalade", "Rhubarb crumble", "Gooseberry fool", "Damson cheese"]
    with serving(data, twilio, "--log-level", "debug") as serve:
        webhook = serve.ready["webhook"]
        twilio.sign_up(LINE, f"{webhook}/twilio/inbound")
        media = [{"content_type": "image/png", "base64": base64.b64encode(landscape(Random(1))).decode()}]
        twilio.control("inbound", {"from": CUSTOMER, "to": LINE, "body": words[0], "media": media})
        serve.message(words[0])
        assert twilio.post(webhook, From=CUSTOMER, Body=words[1], token=TOKEN)[0] == 403
        for to, body, end in ((CUSTOMER, words[1], "delivered"), (PICTURES, words[2], "delivered")):
            run("send", "--data-dir", data, "--to", to, "--from", LINE, "--body", body, "--log-level", "debug")
            serve.message(body, end)
        twilio.weather(error_after=1)
        run("send", "--data-dir", data, "--to", LANDLINE, "--from", LINE, "--body", words[3])
        serve.message(words[3], "undelivered")
    secret = twilio.auth_token
    assert files_with(data, secret) == []
    log = logs_of(data)
    assert "/Messages.json" in log  # it does tell what was asked of Twilio
    assert [word for word in words if word in log] == []
    assert numbers_in(log, {CUSTOMER, PICTURES, LANDLINE, LINE}) == set()
    assert base64.b64encode(f"{twilio.account_sid}:{secret}".encode()).decode() not in log
    assert [word for word in (secret, *words, CUSTOMER) if word in serve.errors] == []


def test_strangers_and_what_is_asked_about_them_leave_nothing_in_any_log(data: Path, twilio: Twilio) -> None:
    words = ["Mirabelle tart", "Bramble jelly", "Medlar cheese"]
    stranger = "+14155550177"
    with serving(data, twilio, "--log-level", "debug") as serve:
        webhook = serve.ready["webhook"]
        twilio.sign_up(LINE, "https://nobody.example/twilio/inbound")  # only the unsigned post tells of it
        twilio.control("inbound", {"from": CUSTOMER, "to": LINE, "body": words[0]})
        [sid] = [message["sid"] for message in twilio.log() if message["body"] == words[0]]
        for named, body in ((sid, words[1]), ("SM" + "f" * 32, words[2]), ("no SID at all", words[2])):
            posted = twilio.post(webhook, MessageSid=named, From=stranger, Body=body, token=TOKEN)
            assert posted[0] == 403
        assert serve.message(words[0])["sid"] == sid
        serve.wait(lambda: "Twilio has no message SM" + "f" * 32 in logs_of(data), "the forged one was asked about")
        looked = run("doctor", "--data-dir", data, "--log-level", "debug", variables=twilio.variables())
    exported = run("export", "--data-dir", data, "--output", data.parent / "all.csv", "--format", "csv")
    assert exported.code == 0 and words[0] in (data.parent / "all.csv").read_text("utf-8")
    written = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    told = {path.name: content for path, content in written.items() if not path.name.startswith("sms.db")}
    told |= {
        "stderr": serve.errors.encode(),
        "doctor": (looked.out + looked.err).encode(),
        "export": exported.err.encode(),
    }
    assert "sms-desktop.log" in told
    for name, content in told.items():
        text = content.decode("utf-8", "replace")
        assert [word for word in (*words, TOKEN, twilio.auth_token) if word in text] == [], name
        assert name == "doctor" or numbers_in(text, {CUSTOMER, stranger, LINE}) == set(), name  # it names our own lines
    assert CUSTOMER[2:] not in looked.out and stranger[2:] not in looked.out
    database = b"".join(content for path, content in written.items() if path.name.startswith("sms.db"))
    assert [word for word in words[1:] if word.encode() in database] == []  # nothing of those posts was believed
    assert stranger.encode() not in database


def test_a_token_that_twilio_does_not_know_is_not_written_down(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio, "--log-level", "debug", TWILIO_AUTH_TOKEN=TOKEN) as serve:
        serve.until(lambda said: said["event"] == "connection" and said["light"] == "bad")
        assert twilio.post(serve.ready["webhook"], From=CUSTOMER, Body="Quince jelly")[0] == 403
    assert files_with(data, TOKEN) == []
    assert TOKEN not in serve.errors
    assert "Quince jelly" not in logs_of(data)


def test_the_demo_is_played_without_a_screen_and_leaves_no_secret_behind(tmp_path: Path) -> None:
    data = tmp_path / "demo"
    variables = {"QT_QPA_PLATFORM": "offscreen"}
    played = run("--demo", "--smoke", "--data-dir", data, "--log-level", "debug", variables=variables)
    assert (played.code, played.err) == (0, "")
    assert len(played.out.splitlines()) >= 7
    assert (data / "smoke.png").read_bytes().startswith(b"\x89PNG")
    assert files_with(data, DEMO_AUTH_TOKEN) == []
    log = logs_of(data)
    words = {said.body for sample in SAMPLES for said in sample.said if len(said.body) > 6} | {"On my way!", "Welcome"}
    assert [word for word in words if word in log] == []
    assert numbers_in(log, {sample.peer for sample in SAMPLES} | {LINE}) == set()
