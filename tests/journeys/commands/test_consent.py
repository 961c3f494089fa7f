"""``consent import`` and ``consent export``, alone and beside a running engine."""

import csv
import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.journeys.commands.program import LINE, Done, Twilio, run, serving

NOBODY, STOPPED = "+14155550171", "+14155550172"
DEAD = {"SMS_DESKTOP_TWILIO_URL": "http://127.0.0.1:9"}


def consent(data: Path, *more: str | Path) -> Done:
    return run("consent", *more, "--data-dir", data, variables=DEAD)


def written(folder: Path) -> Path:
    path = folder / "people.csv"
    path.write_text(f"Phone,Opt-in,Notes\n{NOBODY},no,=called\n{STOPPED},yes,\nhello,yes,\n", encoding="utf-8")
    return path


def exported(data: Path, *more: str | Path) -> list[dict[str, str]]:
    done = consent(data, "export", *more)
    assert (done.code, done.err) == (0, "")
    return list(csv.DictReader(io.StringIO(done.out, newline="")))


def test_a_list_is_told_row_by_row_and_comes_out_as_evidence(data: Path, tmp_path: Path) -> None:
    done = consent(data, "import", written(tmp_path), "--line", LINE)
    assert done.code == 1
    assert done.out == "2 rows were taken. 1 not, or not just as the file says.\n"
    assert done.err == "Row 4: hello: “hello” is not a phone number. Texts can go to numbers only.\n"
    rows = exported(data)
    assert [(row["phone"], row["change"], row["standing"]) for row in rows] == [
        (NOBODY, "opted out", "opted out"), (STOPPED, "opted in", "may be messaged"),
    ]  # fmt: skip
    assert rows[0]["reason"] == "people.csv, row 2: =called"
    assert [row["phone"] for row in exported(data, "--peer", "(415) 555-0171")] == [NOBODY]
    target = tmp_path / "evidence.pdf"
    done = consent(data, "export", "--output", target)
    assert (done.code, done.out, done.err) == (0, f"{target}: 2 entries.\n", "")
    assert target.read_bytes().startswith(b"%PDF-")


def test_beside_a_running_engine_it_counts_at_once(data: Path, tmp_path: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve:
        webhook = serve.ready["webhook"]
        assert twilio.post(webhook, From=STOPPED, Body="STOP", MessageSid="SM" + "1" * 32)[0] == 200
        done = consent(data, "import", written(tmp_path), "--line", LINE)
        assert (done.code, len(done.err.splitlines())) == (1, 2)
        assert f"Row 3: {STOPPED}: They opted out, and a list cannot take that back." in done.err
        for peer in (NOBODY, STOPPED):
            sent = run("send", "--data-dir", data, "--to", peer, "--from", LINE, "--body", "Hello?")
            assert sent.code == 6
    with closing(sqlite3.connect(data / "sms.db")) as db:  # who was refused is no empty conversation in the list
        assert db.execute("SELECT peer FROM conversations").fetchall() == [(STOPPED,)]


def test_no_agreement_in_a_list_of_whatever_date_undoes_a_stop(data: Path, tmp_path: Path, twilio: Twilio) -> None:
    with serving(data, twilio) as serve:
        assert twilio.post(serve.ready["webhook"], From=STOPPED, Body="STOP", MessageSid="SM" + "1" * 32)[0] == 200
        now = datetime.now(UTC)
        for n, agreed in enumerate(("2020-01-01", now.isoformat(timespec="seconds"), "")):
            for more in (("--line", LINE), (), ("--everyone", "opted-in")):
                path = tmp_path / f"{n}{len(more)}.csv"
                path.write_text(f"Phone,Opt-in,Date\n{STOPPED},yes,{agreed}\n", encoding="utf-8")
                done = consent(data, "import", path, *more)
                assert done.err == f"Row 2: {STOPPED}: They opted out, and a list cannot take that back.\n"
                assert done.out == "0 rows were taken. 1 not, or not just as the file says.\n"
        sent = run("send", "--data-dir", data, "--to", STOPPED, "--from", LINE, "--body", "Hello?")
        assert sent.code == 6
    assert {row["standing"] for row in exported(data, "--peer", STOPPED) if row["line"] == LINE} == {"opted out"}


def test_what_cannot_be_done_is_one_sentence(data: Path, tmp_path: Path) -> None:
    for arguments, words in (
        (("import", written(tmp_path)), "No number of yours is known here yet."),
        (("import", tmp_path / "nowhere.csv", "--line", LINE), "cannot be read"),
        (("export", "--format", "pdf"), "A PDF goes to a file"),
        (("export", "--output", tmp_path / "no" / "where.csv"), "There is no folder"),
    ):
        done = consent(data, *arguments)
        assert done.code in (1, 2) and words in done.sentence
