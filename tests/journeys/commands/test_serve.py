"""``serve``: the engine without a window."""

import base64
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from signal import SIGINT, SIGTERM

import pytest

from sms_desktop.gateway import webhooks
from sms_desktop.simulator.picture import landscape
from tests.gateway.signing import encoded, sign
from tests.journeys.commands.program import LINE, Twilio, request, run, serving

CUSTOMER = "+14155550160"


def exported(data: Path) -> list[str]:
    return [record["body"] for record in run("export", "--data-dir", data).records]


def test_what_twilio_signed_is_stored_and_answered_and_told(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve:
        webhook = serve.ready["webhook"]
        assert serve.ready == {
            "event": "ready",
            "webhook": webhook,
            "public_url": webhook,
            "account_sid": twilio.account_sid,
        }
        assert request("GET", f"{webhook}/health") == (200, "text/plain", b"ok")
        body = "Grüße & “Küsse” 👩‍👩‍👧 =1+1"
        status, kind, answer = twilio.post(webhook, From=CUSTOMER, Body=body)
        assert (status, kind) == (200, "text/xml")
        assert b"<Response" in answer
        told = serve.message(body)
        assert (told["direction"], told["from"], told["to"], told["status"]) == ("inbound", CUSTOMER, LINE, "received")
        assert exported(data) == [body]
        serve.until(lambda said: said["event"] == "connection" and said["light"] == "ok")


def test_the_same_webhook_twice_is_one_message(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve, ThreadPoolExecutor(6) as threads:
        webhook = serve.ready["webhook"]
        fields = {"From": CUSTOMER, "Body": "Once", "MessageSid": "SM" + "1" * 32}
        posts = [threads.submit(twilio.post, webhook, **fields) for _ in range(6)]
        assert [post.result()[0] for post in posts] == [200] * 6
        assert twilio.post(webhook, **fields)[0] == 200
        assert exported(data) == ["Once"]


def test_what_twilio_did_not_sign_changes_nothing(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve:
        webhook = serve.ready["webhook"]
        url = f"{webhook}/twilio/inbound"
        pairs = twilio.inbound(From=CUSTOMER, Body="Pay me")
        genuine = sign(url, pairs, twilio.auth_token)
        forged = twilio.inbound(From=CUSTOMER, Body="Pay me more")
        assert twilio.post(webhook, From=CUSTOMER, Body="Pay me", token="0" * 32)[0] == 403
        assert twilio.deliver(url, encoded(forged), genuine)[0] == 403
        assert twilio.deliver(f"{url}?x=1", encoded(pairs), genuine)[0] == 403
        assert twilio.deliver(url, encoded(pairs), "")[0] == 403
        assert twilio.deliver(f"{webhook}/twilio/status/{'a' * 32}", encoded(pairs), genuine)[0] == 403
        assert twilio.deliver(url, b"\xff\xfe\0", genuine)[0] in {400, 403}
        assert twilio.deliver(url, b"x" * (257 * 1024), genuine)[0] == 413
        assert request("POST", url, b"{}", {"Content-Type": "application/json"})[0] in {400, 403}
        assert request("GET", url)[0] == 405
        assert request("GET", f"{webhook}/etc/passwd")[0] == 404
        assert request("GET", f"{webhook}/media/{'a' * 32}/picture.png")[0] == 404
        assert exported(data) == []


def test_a_picture_from_a_customer_is_fetched_and_exported(data: Path, twilio: Twilio) -> None:
    drawn = landscape(Random(4))
    with serving(data, twilio) as serve:
        twilio.sign_up(LINE, f"{serve.ready['webhook']}/twilio/inbound")
        media = [{"content_type": "image/png", "base64": base64.b64encode(drawn).decode(), "name": "seat.png"}]
        twilio.control("inbound", {"from": CUSTOMER, "to": LINE, "body": "The seat", "media": media})
        told = serve.message("The seat")
        assert [item["sha256"] for item in told["media"]] == [None]
        ready = serve.until(lambda s: s["event"] == "status" and s["message"]["media"][0]["sha256"] is not None)
    [item] = ready["message"]["media"]
    assert (item["content_type"], item["size"], item["filename"]) == ("image/png", len(drawn), "seat.png")
    [kept] = (data / "media").rglob(item["sha256"])
    assert kept.read_bytes() == drawn
    assert run("export", "--data-dir", data).said["media"] == [item]


@pytest.mark.parametrize("number", [SIGTERM, SIGINT])
def test_a_signal_ends_it_cleanly(data: Path, twilio: Twilio, number: int) -> None:
    with serving(data, twilio) as serve:
        assert twilio.post(serve.ready["webhook"], From=CUSTOMER, Body="Before the end")[0] == 200
        began = time.monotonic()
        assert serve.end(number) == 0
        assert time.monotonic() - began < webhooks.PATIENCE
        assert serve.errors == ""
    assert not (data / "sms.db-wal").exists()  # all of it is in the one file
    assert exported(data) == ["Before the end"]


def test_a_signal_ends_it_while_twilio_owes_an_answer(data: Path, twilio: Twilio) -> None:
    twilio.weather(no_answer=1, lost_callbacks=1)
    with serving(data, twilio) as serve:
        body = "No answer before the end"
        assert run("send", "--data-dir", data, "--to", CUSTOMER, "--from", LINE, "--body", body).code == 0
        serve.message(body, "sending")
        began = time.monotonic()
        assert serve.end(SIGTERM) == 0
        assert time.monotonic() - began < webhooks.PATIENCE
    twilio.fair_weather()
    with serving(data, twilio) as serve:
        serve.message(body, "delivered")  # Twilio's list has it, so it was sent, once
    [record] = run("export", "--data-dir", data).records
    [sent] = twilio.sent(body)
    assert (record["status"], record["sid"]) == ("delivered", sent["sid"])


def test_it_never_imports_qt(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio, options=("-X", "importtime")) as serve:
        assert twilio.post(serve.ready["webhook"], From=CUSTOMER, Body="Hello")[0] == 200
        body = "Hello to you"
        run("send", "--data-dir", data, "--to", CUSTOMER, "--from", LINE, "--body", body)
        serve.message(body, "delivered")
        maps = Path(f"/proc/{serve.process.pid}/maps")
        loaded = maps.read_text() if maps.exists() else ""
        serve.end()
        imported = {line.rpartition("|")[2].strip() for line in serve.errors.splitlines() if "|" in line}
    assert "sms_desktop.engine" in imported
    assert not [name for name in imported if name.startswith(("PySide6", "shiboken6", "qasync", "sms_desktop.ui"))]
    assert "Qt6" not in loaded


def test_one_engine_per_directory(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio):
        second = run("serve", "--json", "--data-dir", data, variables=twilio.variables())
        assert (second.code, second.out) == (1, "")
        assert second.sentence == "SMS Desktop is already running with this data directory."
    with serving(data, twilio):  # and the directory is free again
        pass


def test_a_busy_port_is_one_sentence(data: Path, twilio: Twilio) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run("serve", "--data-dir", data, variables=twilio.variables(SMS_DESKTOP_WEBHOOK_PORT=port))
    assert (refused.code, refused.out) == (1, "")
    assert refused.sentence.startswith(f"Port {port} is in use by another program.")
    with serving(data, twilio, SMS_DESKTOP_WEBHOOK_PORT=port) as serve:
        assert serve.ready["webhook"] == f"http://127.0.0.1:{port}"


def test_a_wrong_token_is_told_as_a_bad_connection(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio, TWILIO_AUTH_TOKEN="0" * 32) as serve:
        told = serve.until(lambda said: said["event"] == "connection" and said["light"] == "bad")
        assert told["sentence"] == "Twilio does not accept this Account SID and Auth Token"
        assert told["advice"]
    command = ("send", "--data-dir", data, "--to", CUSTOMER, "--from", LINE, "--wait", "20")
    wrong = twilio.variables(TWILIO_AUTH_TOKEN="0" * 32)
    sent = run(*command, "--body", "With a wrong token", variables=wrong)
    assert sent.code == 4
    assert sent.sentence.startswith("20003: ")
    assert sent.said["status"] == "failed"
    assert twilio.sent("With a wrong token") == []
