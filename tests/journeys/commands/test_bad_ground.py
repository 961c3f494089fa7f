"""Directories and settings that cannot be used: one plain sentence, an exit code, and nothing changed."""

import ctypes
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.commands.program import LINE, Twilio, run, serving

COMMANDS = {
    "serve": ("serve",),
    "send": ("send", "--to", "+14155550161", "--from", LINE, "--body", "Hi"),
    "export": ("export",),
}


def _as_an_ordinary_user() -> None:
    """Takes from root what sets it above the permissions of files (CAP_DAC_OVERRIDE), from the next exec on."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) != 0:
        os._exit(77)


@pytest.mark.parametrize("command", ["serve", "send"])
@pytest.mark.parametrize("filled", [True, False], ids=["with a database", "empty"])
def test_a_read_only_directory_is_refused(
    data: Path, tmp_path: Path, twilio: Twilio, command: str, filled: bool
) -> None:
    directory = data if filled else tmp_path / "empty"
    directory.mkdir(exist_ok=True)
    directory.chmod(0o555)
    before = sorted(path.name for path in directory.rglob("*"))
    done = run(*COMMANDS[command], "--data-dir", directory, variables=twilio.variables(), before=_as_an_ordinary_user)
    directory.chmod(0o755)
    if done.code == 77:
        pytest.skip("root cannot give up its rights here")
    assert (done.code, done.out) == (1, "")
    assert str(directory) in done.sentence and "cannot be written" in done.sentence
    assert sorted(path.name for path in directory.rglob("*")) == before


def test_a_read_only_directory_can_be_exported(data: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve:
        assert twilio.post(serve.ready["webhook"], From="+14155550171", Body="Carved in stone")[0] == 200
    data.chmod(0o555)
    done = run("export", "--data-dir", data, before=_as_an_ordinary_user)
    data.chmod(0o755)
    if done.code == 77:
        pytest.skip("root cannot give up its rights here")
    assert (done.code, done.err, done.said["body"]) == (0, "", "Carved in stone")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_newer_versions_database_is_refused_and_left_alone(data: Path, twilio: Twilio, command: str) -> None:
    with closing(sqlite3.connect(data / "sms.db", isolation_level=None)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (data / "sms.db").read_bytes()
    done = run(*COMMANDS[command], "--data-dir", data, variables=twilio.variables())
    assert (done.code, done.out) == (1, "")
    assert "written by a newer version of SMS Desktop" in done.sentence
    assert (data / "sms.db").read_bytes() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_no_database_is_refused_and_left_alone(data: Path, twilio: Twilio, command: str) -> None:
    (data / "sms.db").write_bytes(b"Dear diary, " * 1000)
    done = run(*COMMANDS[command], "--data-dir", data, variables=twilio.variables())
    assert (done.code, done.out) == (1, "")
    assert "is not a database" in done.sentence
    assert (data / "sms.db").read_bytes() == b"Dear diary, " * 1000


def test_without_an_account_nothing_is_served(data: Path) -> None:
    done = run("serve", "--json", "--data-dir", data)
    assert (done.code, done.out) == (3, "")
    assert "TWILIO_ACCOUNT_SID" in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SMS_DESKTOP_TWILIO_URL", "http://example.com", "must be https"),
        ("SMS_DESKTOP_PUBLIC_URL", "example.com", "cannot be the public address"),
        ("SMS_DESKTOP_WEBHOOK_PORT", "many", "must be a number"),
        ("TWILIO_ACCOUNT_SID", "me", "The Account SID is not right"),
    ],
)
def test_a_setting_that_cannot_be_is_named(data: Path, twilio: Twilio, name: str, value: str, words: str) -> None:
    done = run("serve", "--data-dir", data, variables=twilio.variables(**{name: value}))
    assert (done.code, done.out) == (2, "")
    assert words in done.sentence


def test_half_an_account_is_no_account(data: Path, twilio: Twilio) -> None:
    done = run("serve", "--data-dir", data, variables=twilio.variables(TWILIO_AUTH_TOKEN=""))
    assert (done.code, done.out) == (3, "")
    assert "TWILIO_AUTH_TOKEN is not" in done.err


def test_a_new_directory_is_made_for_its_user_alone(tmp_path: Path, twilio: Twilio) -> None:
    data = tmp_path / "far" / "away"
    data.parent.mkdir()
    with serving(data, twilio) as serve:
        assert twilio.post(serve.ready["webhook"], From="+14155550171", Body="First")[0] == 200
        modes = {path.name: path.stat().st_mode & 0o777 for path in [data, *data.rglob("*")]}
    assert {"away", "sms.db", "media", "backups", "logs"} <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
