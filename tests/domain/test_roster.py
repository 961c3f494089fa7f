"""What a list of another program says, row by row."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.roster import Column, Entry, Trouble, date_of, layout_of, read_row

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EAST = timezone(timedelta(hours=-5))
NUMBER = "(212) 555-0187"


def said(header: str, row: str, *, everyone: bool | None = None, region: str = "US") -> Entry | Trouble:
    layout = layout_of([header.split(",")], region)
    return read_row(2, row.split(","), layout, region, NOW, everyone=everyone, zone=EAST)


@pytest.mark.parametrize(
    ("header", "number", "consent"),
    [
        ("Phone,Consent", 0, 1),
        ("Order number,Mobile Phone,SMS opt-in", 1, 2),
        ("Number,Phone,Status", 1, 2),
        ("contact_id,status", 0, 1),
        ("Téléphone portable,Consentement", 0, 1),
        ("Handynummer,Einwilligung", 0, 1),
        ("Teléfono móvil,Consentimiento", 0, 1),
        ("手机号,状态,consent", 0, 2),
        ("phone,line,change,standing", 0, 2),
    ],
)
def test_columns_are_guessed_by_their_names(header: str, number: int, consent: int) -> None:
    places = layout_of([header.split(",")], "US").places
    assert (places[Column.NUMBER], places[Column.CONSENT]) == (number, consent)


def test_a_file_without_names_is_read_by_what_stands_in_it() -> None:
    layout = layout_of([["Ada", NUMBER, "unsubscribed"]], "US")
    assert layout.places == {Column.NUMBER: 1, Column.CONSENT: 2}
    assert layout.begins == 0
    with pytest.raises(BadInput, match="Name it “Phone”"):
        layout_of([["Ada", "Chairs"]], "US")


@pytest.mark.parametrize(
    ("header", "row", "out"),
    [
        ("Phone,Consent", f"{NUMBER},yes", False),
        ("Phone,Consent", f"{NUMBER},No", True),
        ("Phone,Status", f"{NUMBER},Opted out", True),
        ("Phone,Status", f"{NUMBER},opt-in", False),
        ("Phone,Status", f"{NUMBER},UNSUBSCRIBED", True),
        ("Phone,Opted out", f"{NUMBER},yes", True),
        ("Phone,Opted out", f"{NUMBER},0", False),
        ("Phone,Opt-in,Opt-out", f"{NUMBER},yes,yes", True),
        ("Phone,Opt-in,Opt-out", f"{NUMBER},no,no", True),
        ("Phone,Opt-in,Opt-out", f"{NUMBER},yes,", False),
        ("phone,change", f"'{NUMBER},opted out", True),
    ],
)
def test_a_row_says_who_opted_out(header: str, row: str, out: bool) -> None:
    found = said(header, row)
    assert isinstance(found, Entry)
    assert (found.peer, found.out) == ("+12125550187", out)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",yes,", "no phone number"),
        ("hello,yes,", "not a phone number"),
        ("555-0187,yes,", "area code"),
        ("12345,yes,", "not a phone number"),
        (f"{NUMBER} ext 4,yes,", "extension"),
        (f"{NUMBER},,", "does not say"),
        (f"{NUMBER},perhaps,", "neither yes nor no"),
        (f"{NUMBER},yes,someday", "is no date"),
        (f"{NUMBER},yes,2031-01-01", "lies ahead"),
    ],
)
def test_what_cannot_be_taken_is_told_with_its_row(row: str, why: str) -> None:
    found = said("Phone,Consent,Date", row)
    assert isinstance(found, Trouble)
    assert found.row == 2 and why in found.why


@pytest.mark.parametrize("date", ["someday", "2031-01-01", "31.02.2026"])
def test_an_opt_out_is_never_lost_to_its_date(date: str) -> None:
    found = said("Phone,Consent,Date", f"{NUMBER},no,{date}")
    assert isinstance(found, Entry)
    assert found.out and found.at is None
    assert "counts from today" in found.note


@pytest.mark.parametrize(
    ("text", "region", "at"),
    [
        ("2026-03-12", "US", datetime(2026, 3, 12, 5, tzinfo=UTC)),
        ("2026-03-12T09:30:00Z", "US", datetime(2026, 3, 12, 9, 30, tzinfo=UTC)),
        ("2026-03-12 09:30 UTC", "US", datetime(2026, 3, 12, 9, 30, tzinfo=UTC)),
        ("3/12/2026", "US", datetime(2026, 3, 12, 5, tzinfo=UTC)),
        ("3/12/2026 2:05 PM", "US", datetime(2026, 3, 12, 19, 5, tzinfo=UTC)),
        ("12/3/2026", "GB", datetime(2026, 3, 12, 5, tzinfo=UTC)),
        ("25/3/2026", "US", datetime(2026, 3, 25, 5, tzinfo=UTC)),
        ("12.3.26", "DE", datetime(2026, 3, 12, 5, tzinfo=UTC)),
        ("2026/3/12", "US", datetime(2026, 3, 12, 5, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_they_are_written_there(text: str, region: str, at: datetime) -> None:
    assert date_of(text, region, EAST) == at


@pytest.mark.parametrize("text", ["", "yesterday", "13/13/2026", "0001-01-01", "99999999999"])
def test_what_is_no_date_is_none(text: str) -> None:
    found = date_of(text, "US", EAST)
    assert found is None or found.year == 1


def test_the_apostrophe_against_formulas_is_no_part_of_a_cell() -> None:
    found = said("Phone,Consent,Reason", "'+12125550187,out,'=called")
    assert isinstance(found, Entry)
    assert (found.peer, found.reason) == ("+12125550187", "=called")


def test_everyone_in_a_file_may_be_told_at_once() -> None:
    found = said("Phone", NUMBER, everyone=True)
    assert isinstance(found, Entry) and found.out


def test_a_sender_that_is_no_number_is_told() -> None:
    assert isinstance(said("Phone,Consent,Line", f"{NUMBER},no,Shop"), Trouble)
    service = "MG" + "0a" * 16
    found = said("Phone,Consent,Sender ID", f"{NUMBER},no,{service}")
    assert isinstance(found, Entry) and found.sender == service
