"""``export``: every message, while an engine runs, without one, and without a network."""

import csv
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.commands.program import LINE, Done, run, serving, simulator

CUSTOMER = "+14155550170"
COLUMNS = [
    "id", "sid", "direction", "from", "to", "body", "status", "error_code", "media",
    "segments", "price", "price_unit", "created_at", "updated_at",
]  # fmt: skip
NASTY = '=HYPERLINK("http://example.com";"Win"),\n+1, “two”\t\U0001f469‍\U0001f467'
BODIES = ["Hello", NASTY, "@home +1 -2", ""]
DEAD = {"SMS_DESKTOP_TWILIO_URL": "http://127.0.0.1:9"}


def export(data: Path, *more: str | Path) -> Done:
    """With nobody at the other end, nor an account."""
    done = run("export", "--data-dir", data, *more, variables=DEAD)
    assert (done.code, done.err) == (0, "")
    return done


@pytest.fixture(scope="module")
def filled(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with four messages, the third of which is ours; exported as they came while the engine ran."""
    data = shutil.copytree(empty, tmp_path_factory.mktemp("export") / "data")
    with simulator(data.parent) as twilio, serving(data, twilio) as serve:
        webhook = serve.ready["webhook"]
        for number, body in enumerate(BODIES[:2]):
            assert twilio.post(webhook, From=CUSTOMER, Body=body, MessageSid=f"SM{number:032}")[0] == 200
        sent = ("--to", CUSTOMER, "--from", LINE, "--body", BODIES[2], "--wait", "20")
        assert run("send", "--data-dir", data, *sent).code == 0
        assert twilio.post(webhook, From="BANK", Body=BODIES[3], MessageSid=f"SM{9:032}")[0] == 200
        assert [record["body"] for record in export(data).records] == BODIES
    return data


def test_json_lines_have_the_fields_that_others_rely_on(filled: Path) -> None:
    records = export(filled, "--format", "jsonl").records
    assert [record["body"] for record in records] == BODIES
    assert [list(record) for record in records] == [COLUMNS] * 4
    hello, _, ours, bank = records
    assert (hello["direction"], hello["from"], hello["to"], hello["status"]) == ("inbound", CUSTOMER, LINE, "received")
    assert (hello["sid"], hello["error_code"], hello["media"]) == (f"SM{0:032}", None, [])
    assert (ours["direction"], ours["from"], ours["to"], ours["status"]) == ("outbound", LINE, CUSTOMER, "delivered")
    assert ours["segments"] == 1
    assert bank["from"] == "BANK"
    times = [datetime.fromisoformat(record["created_at"]) for record in records]
    assert times == sorted(times)
    assert all(datetime.now(UTC) - timedelta(minutes=5) < at <= datetime.now(UTC) for at in times)
    assert all(record["created_at"].endswith("Z") and record["updated_at"].endswith("Z") for record in records)


def test_csv_is_the_same_and_runs_nothing(filled: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(export(filled, "--format", "csv").out, newline="")))
    assert [list(row) for row in rows] == [COLUMNS] * 4
    assert [row["body"] for row in rows] == ["Hello", "'" + NASTY.replace("+1", "'+1"), "'@home +1 -2", ""]
    assert [row["from"] for row in rows] == [CUSTOMER, CUSTOMER, LINE, "BANK"]
    assert [row["media"] for row in rows] == ["0"] * 4
    assert [row["id"] for row in rows] == [record["id"] for record in export(filled).records]


def test_since_leaves_out_what_was_before(filled: Path) -> None:
    records = export(filled).records
    assert export(filled, "--since", records[2]["created_at"]).records == records[2:]
    assert export(filled, "--since", "2001-01-01").records == records
    assert export(filled, "--since", "2999-01-01T00:00Z").records == []
    wrong = run("export", "--data-dir", filled, "--since", "yesterday")
    assert (wrong.code, wrong.out) == (2, "")
    assert "“yesterday” is not an ISO 8601 time" in wrong.err


def test_output_goes_to_a_file_in_one_piece(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.jsonl"
    target.write_text("of yesterday")
    assert export(filled, "--output", target).out == ""
    assert [json.loads(line)["body"] for line in target.read_text("utf-8").splitlines()] == BODIES
    nowhere = run("export", "--data-dir", filled, "--output", tmp_path / "no" / "such" / "folder.csv")
    assert (nowhere.code, nowhere.out) == (1, "")
    assert "cannot be written" in nowhere.sentence
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in {".jsonl", ".part"}) == ["all.jsonl"]


def test_the_data_directory_may_be_named_before_or_after_the_command(filled: Path) -> None:
    after = run("export", "--data-dir", filled)
    before = run("--data-dir", filled, "export")
    assert (before.code, before.out) == (0, after.out)
    assert len(after.records) == len(BODIES)
    level = run("--log-level", "debug", "export", "--data-dir", filled)
    assert (level.code, level.out) == (0, after.out)


def test_a_directory_without_messages_is_a_sentence_or_nothing(data: Path, tmp_path: Path) -> None:
    assert export(data).out == ""
    assert export(data, "--format", "csv").out.splitlines() == [",".join(COLUMNS)]
    nothing = run("export", "--data-dir", tmp_path / "nowhere")
    assert (nothing.code, nothing.out) == (1, "")
    assert "There is no database" in nothing.sentence
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["sms.db", "sms.db-wal", "sms.db.rescued"])
@pytest.mark.parametrize("command", [("export",), ("consent", "export")], ids=["messages", "evidence"])
def test_the_database_is_no_place_for_an_export(data: Path, command: tuple[str, ...], name: str) -> None:
    before = (data / "sms.db").read_bytes()
    done = run(*command, "--data-dir", data, "--output", data / name, variables=DEAD)
    assert (done.code, "choose another file" in done.sentence) == (1, True)
    assert (data / "sms.db").read_bytes() == before


@pytest.mark.parametrize("name", ["engine.lock", "consents.jsonl", "backups/sms-2026-11-26-090000.db"])
def test_nor_are_its_other_files(data: Path, name: str) -> None:
    for place in (data / "engine.lock", data / name):
        place.touch()
    before = (data / name).read_bytes()
    done = run("export", "--data-dir", data, "--output", data / name, variables=DEAD)
    assert (done.code, "SMS Desktop’s own files" in done.sentence) == (1, True)
    assert (data / name).read_bytes() == before
