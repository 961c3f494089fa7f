"""CSV for a spreadsheet: whatever customers write, no cell runs, and every cell can be read back."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.services.export import COLUMNS, write_csv

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def message(body: str, peer: str = "+14155550132", price: str | None = "-0.00790") -> Message:
    return Message(
        id="a" * 32, seq=1, conversation_id=1, line="+12125550100", peer=peer, direction=Direction.INBOUND, body=body,
        status=Status.RECEIVED, at=AT, updated_at=AT, price=price, price_unit="USD",
    )  # fmt: skip


def read_back(*messages: Message) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    assert write_csv(iter(messages), out) == len(messages)
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))


@pytest.mark.parametrize(
    "body",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t1", "\r1", "\n1", " =1", "\u00a0=1", "\u3000=1", '"=1', "'=1", "“=1",
     '" \'=1', "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM", "\ufe661", "\ufe621", "\u22121", "\ufeff=1", "\u200b=1",
     "\0=1",
     "=cmd|' /C calc'!A0", "|calc", "%0A=1", "-", "+", "+1 (415) 555-0132", "-1e5", "\u202e=1", "\x1b=1"],
)  # fmt: skip
def test_a_cell_that_could_run_begins_with_an_apostrophe(body: str) -> None:
    [row] = read_back(message(body))
    assert row["body"] == "'" + body


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("ok;=cmd|' /C calc'!A0;", "ok;'=cmd|' /C calc'!A0;"),
        ("a; =1+1;b", "a;' =1+1;b"),
        ("\t=1", "'\t'=1"),
        ("a\t@SUM(A1)", "a\t'@SUM(A1)"),
        ("a\r\n+1+1", "a\r\n'+1+1"),
        ("=1;=2", "'=1;'=2"),
        ("see you ;-) ;=) bye", "see you ;-) ;=) bye"),
        ("a;b;12;-5;", "a;b;12;-5;"),
    ],
)
def test_what_another_separator_makes_a_cell_of_cannot_run_either(body: str, written: str) -> None:
    [row] = read_back(message(body))
    assert row["body"] == written


@pytest.mark.parametrize(
    "body", ["Hello", "1+1=2", "a=b", "é", "👋 =", "(=1)", "", "12", "-12.5", "+14155550132", "\u0660=1"]
)
def test_what_cannot_run_stays_as_it_is(body: str) -> None:
    [row] = read_back(message(body))
    assert row["body"] == body


def test_numbers_and_prices_stay_numbers() -> None:
    [row] = read_back(message("Hello"))
    assert (row["from"], row["to"], row["price"]) == ("+14155550132", "+12125550100", "-0.00790")


def test_a_sender_that_is_no_number_cannot_run_either() -> None:
    [row] = read_back(message("Hello", peer="=HYPERLINK(1)"))
    assert row["from"] == "'=HYPERLINK(1)"


PARTS = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "\n", " ", '"', "'", ",", ";", "\uff1d", "\uff0b", "\ufeff", "A1", "1", "|", "\0"]
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.lists(PARTS, max_size=8).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=300)
def test_whatever_is_written_can_be_read_back_and_none_of_it_runs(bodies: list[str]) -> None:
    rows = read_back(*(message(body) for body in bodies))
    for row, body in zip(rows, bodies, strict=True):
        assert row["body"].replace("'", "") == body.replace("'", "")  # no other sign is added, and none is lost
        for part in re.split("[;\t\r\n]", row["body"]):
            assert not re.match(r"[=+@][A-Za-z(]", part)
    for row in rows:
        assert tuple(row) == COLUMNS
        for cell in row.values():
            plain = cell.replace(".", "", 1).lstrip("+-")
            number = cell[:1] in {"+", "-"} and plain.isascii() and plain.isdigit()
            assert number or cell[:1] not in {*"=+-@|%\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"}
