"""Backups from a terminal: made beside a running engine, refused or put back, and caught up from Twilio after that."""

import sqlite3
import zipfile
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.commands.program import LINE, Done, Twilio, run, serving
from tests.store.damage import listing, overwrite

MAYA = "+14155550171"
COMMANDS = {
    "serve": ("serve",),
    "send": ("send", "--to", "+14155550161", "--from", LINE, "--body", "Hi"),
    "export": ("export",),
    "backup": ("backup", "never.db"),
}


def bodies(data: Path) -> Counter[str]:
    return Counter(record["body"] for record in run("export", "--data-dir", data).records)


def texts_in(twilio: Twilio, webhook: str, *words: str) -> None:
    for body in words:
        twilio.sign_up(LINE, f"{webhook}/twilio/inbound")
        twilio.control("inbound", {"from": MAYA, "to": LINE, "body": body})


def texted(data: Path, twilio: Twilio) -> int:
    """Somebody texts her; the exit code tells what became of it."""
    arguments = ("send", "--to", MAYA, "--from", LINE, "--body", "Hi", "--data-dir", data)
    return run(*arguments, variables=twilio.variables()).code


def said_in(twilio: Twilio, webhook: str, body: str) -> None:
    """Posted as Twilio does; its list does not have it."""
    sid = f"SM{zlib.crc32(body.encode()):032x}"
    assert twilio.post(webhook, From=MAYA, Body=body, MessageSid=sid)[0] == 200


def test_a_backup_is_made_beside_a_running_engine_and_holds_what_was_confirmed(
    data: Path, tmp_path: Path, twilio: Twilio
) -> None:
    with serving(data, twilio) as serve:
        for n in range(20):
            said_in(twilio, serve.ready["webhook"], f"text {n}")
        done = run("backup", tmp_path / "copy.db", "--data-dir", data)
        assert (done.code, done.err) == (0, "")
        assert done.out == (
            f"{tmp_path}/copy.db: 20 messages. Pictures are not in it; name it copy.zip to have them too.\n"
        )
        refused = run("restore", tmp_path / "copy.db", "--data-dir", data)
        assert (refused.code, refused.out) == (1, "")
        assert "is running with this data directory. Quit it first" in refused.sentence
        assert serve.end() == 0
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    done = run("backup", tmp_path / "copy.zip", "--data-dir", data)
    assert done.out == f"{tmp_path}/copy.zip: 20 messages, 0 pictures.\n"
    assert zipfile.ZipFile(tmp_path / "copy.zip").namelist() == ["sms.db"]
    (tmp_path / "copy.db").write_bytes(b"Dear diary")
    refused = run("backup", tmp_path / "copy.db", "--data-dir", data)
    assert (refused.code, refused.out) == (
        1,
        "",
    ) and "is no earlier copy, so it is not written over" in refused.sentence
    assert (tmp_path / "copy.db").read_bytes() == b"Dear diary"
    (tmp_path / "copy.db").write_bytes(b"")
    for _ in range(2):  # an empty file, and an earlier copy
        assert "copy.db: 20 messages." in run("backup", tmp_path / "copy.db", "--data-dir", data).out
    assert listing(tmp_path) == ["copy.db", "copy.zip", "data", "data-errors.txt", "simulator.txt"]


def test_after_a_restore_what_came_since_is_fetched_from_twilio(data: Path, tmp_path: Path, twilio: Twilio) -> None:
    """Texts, and a STOP: the replaced database is gone, so that Twilio alone can tell of it."""
    with serving(data, twilio) as serve:
        texts_in(twilio, serve.ready["webhook"], "before")
        serve.until(lambda said: said["event"] == "catchup" and said["complete_to"])
        serve.wait(lambda: bodies(data)["before"] == 1, "it is here")
        assert run("backup", tmp_path / "copy.db", "--data-dir", data).code == 0
        texts_in(twilio, serve.ready["webhook"], "since then", "STOP")
        serve.wait(lambda: bodies(data)["STOP"] == 1, "it has said STOP")
        assert serve.end() == 0
    for path in data.glob("sms.db*"):
        path.unlink()
    done = run("restore", tmp_path / "copy.db", "--data-dir", data)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Restored {tmp_path}/copy.db. It has ")
    assert bodies(data)["since then"] == 0
    with serving(data, twilio) as serve:
        serve.wait(lambda: bodies(data)["STOP"] == 1, "what came since is here again")
        sent = run(
            "send", "--to", MAYA, "--from", LINE, "--body", "Hi", "--data-dir", data, variables=twilio.variables()
        )
        assert sent.code == 6
        assert serve.end() == 0
    assert set(bodies(data).values()) == {1}
    assert twilio.sent("Hi") == []


def test_a_restore_keeps_what_it_replaces_and_carries_a_stop_over(data: Path, tmp_path: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve:
        said_in(twilio, serve.ready["webhook"], "before")
        assert run("backup", tmp_path / "copy.db", "--data-dir", data).code == 0
        said_in(twilio, serve.ready["webhook"], "STOP")
        assert serve.end() == 0
    done = run("restore", tmp_path / "copy.db", "--data-dir", data)
    assert done.code == 0 and "1 person who opted out since stays opted out." in done.out
    [aside] = [name for name in listing(data) if name.startswith("replaced-")]
    assert aside in done.out
    assert texted(data, twilio) == 6


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Dear diary, " * 1000, "is not a database."),
        (b"SQLite format 3\0" + b"\xff" * 9000, "is damaged"),
        (b"PK\x03\x04" + b"\0" * 500, "is damaged"),
        (b"", "is not a database."),
        (None, "There is no file"),
    ],
)
def test_what_cannot_be_verified_is_not_restored(data: Path, tmp_path: Path, content: bytes | None, words: str) -> None:
    before = (data / "sms.db").read_bytes()
    if content is not None:
        (tmp_path / "copy.db").write_bytes(content)
    done = run("restore", tmp_path / "copy.db", "--data-dir", data)
    assert (done.code, done.out) == (1, "")
    assert words in done.sentence
    assert (data / "sms.db").read_bytes() == before
    assert listing(data) == ["backups", "consents.jsonl", "media", "sms.db"]


def test_a_backup_goes_neither_onto_the_database_nor_where_nothing_can_be_written(data: Path, tmp_path: Path) -> None:
    for target, words in (
        (data / "sms.db", "is the database itself"),
        (data / "sms.db-wal", "is the database itself"),
        (tmp_path, "is a folder"),
        (tmp_path / "nowhere" / "copy.db", "cannot be used: no such file or directory"),
    ):
        done = run("backup", target, "--data-dir", data)
        assert (done.code, done.out) == (1, ""), done
        assert words in done.sentence
    nothing = run("backup", tmp_path / "copy.db", "--data-dir", tmp_path / "none")
    assert nothing.code == 1 and "There is no database in" in nothing.sentence
    assert run("backup", "--data-dir", data).code == 2


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("damage", ["header", "page", "rubbish", "short"])
def test_a_damaged_database_is_told_with_the_way_out(data: Path, twilio: Twilio, command: str, damage: str) -> None:
    path = data / "sms.db"
    size = path.stat().st_size
    match damage:
        case "header":
            overwrite(path, 0, bytes(100))
        case "page":
            overwrite(path, 100, b"\xff" * 3996)
        case "rubbish":
            path.write_bytes(b"Dear diary, " * 1000)
        case "short":
            with path.open("r+b") as file:
                file.truncate(size // 2)
    before = path.read_bytes()
    done: Done = run(*COMMANDS[command], "--data-dir", data, variables=twilio.variables())
    assert (done.code, done.out) == (1, "")
    assert "sms-desktop restore FILE" in done.sentence
    assert path.read_bytes() == before
