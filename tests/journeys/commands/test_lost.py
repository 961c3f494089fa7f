"""Another program takes the database's log away under a running ``serve``."""

from pathlib import Path

import pytest

from sms_desktop.domain.errors import REPLACED
from sms_desktop.store.schema import FILE, RESCUED
from tests.journeys.commands.program import LINE, PATIENCE, Twilio, run, serving

STOPPED, CURIOUS = "+14155550160", "+14155550161"


def texts(twilio: Twilio, peer: str, body: str) -> None:
    twilio.control("inbound", {"from": peer, "to": LINE, "body": body})


def exported(data: Path) -> list[str]:
    return [record["body"] for record in run("export", "--data-dir", data).records]


@pytest.mark.parametrize("gone", ["-wal", ""], ids=["log", "database"])
def test_serve_tells_it_and_ends_and_neither_what_it_had_nor_what_came_is_lost(
    data: Path, twilio: Twilio, gone: str
) -> None:
    with serving(data, twilio) as serve:
        twilio.sign_up(LINE, f"{serve.ready['webhook']}/twilio/inbound")
        texts(twilio, STOPPED, "STOP")
        serve.message("STOP")
        (data / f"{FILE}{gone}").unlink()
        texts(twilio, CURIOUS, "Are you open?")
        assert serve.process.wait(PATIENCE) == 1
    assert f"The database {REPLACED}." in serve.errors and f"sms-desktop restore {data / RESCUED}" in serve.errors
    assert [said for said in serve.heard if said["event"] == "connection" and REPLACED in said["advice"]]
    assert not [said for said in serve.heard if said.get("message", {}).get("body") == "Are you open?"]

    refused = run("serve", "--data-dir", data, variables=twilio.variables())
    assert (refused.code, REPLACED in refused.err) == (1, True)
    assert run("restore", data / RESCUED, "--data-dir", data).code == 0
    with serving(data, twilio) as again:
        again.wait(lambda: "Are you open?" in exported(data), "what came meanwhile is asked for")
    assert "STOP" in exported(data)
    options = ("--data-dir", data, "--from", LINE, "--to", STOPPED, "--body", "Still there?")
    assert run("send", *options, variables=twilio.variables()).code == 6


def test_it_is_noticed_where_nobody_writes(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve:
        (data / f"{FILE}-wal").unlink()
        assert serve.process.wait(PATIENCE) == 1
    assert REPLACED in serve.errors


def test_where_what_was_saved_is_gone_too_nothing_starts_on_what_lies_there_until_somebody_has_chosen(
    data: Path, twilio: Twilio
) -> None:
    copy = data.parent / "copy.db"
    with serving(data, twilio) as serve:
        twilio.sign_up(LINE, f"{serve.ready['webhook']}/twilio/inbound")
        texts(twilio, CURIOUS, "Hello?")
        serve.message("Hello?")
        assert run("backup", copy, "--data-dir", data).code == 0
        texts(twilio, STOPPED, "STOP")
        serve.message("STOP")
        (data / f"{FILE}-wal").unlink()
        assert serve.process.wait(PATIENCE) == 1
    (data / RESCUED).unlink()
    options = ("--data-dir", data, "--from", LINE, "--to", STOPPED, "--body", "Still there?")
    for refused in (
        run("serve", "--data-dir", data, variables=twilio.variables()),
        run("send", *options, variables=twilio.variables()),
        run("export", "--data-dir", data),
    ):
        assert (refused.code, REPLACED in refused.err) == (1, True)
    done = run("restore", copy, "--data-dir", data)
    assert (done.code, "may be missing: names, notes, drafts, settings" in done.out) == (0, True)
    with serving(data, twilio) as again:
        again.wait(lambda: "STOP" in exported(data), "what came since is asked for")
    assert run("send", *options, variables=twilio.variables()).code == 6
