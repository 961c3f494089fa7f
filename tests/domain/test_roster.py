"""What a list of another program says, row by row."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.roster import BOTH_SAID, Column, Entry, Trouble, date_of, layout_of, read_person, read_row

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EAST = timezone(timedelta(hours=-5))
NUMBER = "(212) 555-0187"


def said(header: str, row: str, *, everyone: bool | None = None, region: str = "US") -> Entry | Trouble:
    layout = layout_of([header.split(","), row.split(",")], region)
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
    row = ["unsubscribed"] * len(header.split(","))
    places = layout_of([header.split(","), row], "US").places
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
        ("Phone,Opt-in,Consent,Status", f"{NUMBER},no,yes,unsubscribed", True),
        ("Phone,Consent,Status", f"{NUMBER},yes,unsubscribed", True),
        ("Phone,Consent,Status", f"{NUMBER},yes,Cancelled", False),
        ("Phone,State,Consent", f"{NUMBER},OR,no", True),
        ("Phone,Consent,Opted out", f"{NUMBER},yes,on", True),
        ("Phone,Status,Opted Out At", f"{NUMBER},active,2024-01-01", True),
        ("Phone,Consent,Opted Out At", f"{NUMBER},yes,0000-00-00 00:00:00", False),
        ("Phone,Consent,Unsubscribed At", f"{NUMBER},yes,never", False),
        ("Phone,Accepts Marketing,Accepts SMS Marketing", f"{NUMBER},no,yes", False),
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
        (f"{NUMBER},perhaps,", "agreed or opted out"),
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


@pytest.mark.parametrize(
    ("written", "region", "peer"),
    [
        ("12125550187.0", "US", "+12125550187"),
        ("2125550187.0", "US", "+12125550187"),
        ("+4915123456789.0", "DE", "+4915123456789"),
        ("4915123456789.0", "DE", "+4915123456789"),
        ("4915123456789", "DE", "+4915123456789"),
        ("+436601234567.00", "DE", "+436601234567"),
        ("tel:+12125550187", "US", "+12125550187"),
        ("20123456", "DK", "+4520123456"),
        ("20 12 34 56", "DK", "+4520123456"),
        ("91234567", "SG", "+6591234567"),
    ],
)
def test_a_number_is_read_as_a_spreadsheet_has_it(written: str, region: str, peer: str) -> None:
    found = said("Phone,Opted out", f"{written},yes", region=region)
    assert isinstance(found, Entry)
    assert (found.peer, found.out, found.note) == (peer, True, "")


@pytest.mark.parametrize(
    ("written", "region", "why"),
    [
        ("1.2125550187E+10", "US", "shortens a number"),
        ("4.91512E+12", "DE", "shortens a number"),
        ("12125550187E0", "DE", "shortens a number"),
        ("+4915123456789.5", "DE", "decimals"),
        ("+43 660 1234567.0", "AT", "decimals"),
        ("212 555 CAKE", "US", "letters"),
        ("(212) 555-O187", "DE", "letters"),
        ("whatsapp:+12125550187", "US", "letters"),
        ("123456", "DE", "not a phone number"),
    ],
)
def test_what_might_be_read_as_another_number_is_told(written: str, region: str, why: str) -> None:
    found = said("Phone,Opted out", f"{written},yes", region=region)
    assert isinstance(found, Trouble) and why in found.why


def test_of_a_number_that_may_not_be_in_use_the_opt_out_counts_and_is_told_and_an_agreement_does_not() -> None:
    written, unused = "+491512345678901", "+491512345678901"
    out = said("Phone,Consent", f"{written},no", region="DE")
    assert isinstance(out, Entry)
    assert (out.peer, out.out) == (unused, True) and f"{unused} may not be in use" in out.note
    agreed = said("Phone,Consent", f"{written},yes", region="DE")
    assert isinstance(agreed, Trouble) and f"{unused} may not be in use" in agreed.why


def test_where_numbers_have_eight_digits_a_day_is_none_of_them() -> None:
    row = ["2026-03-12", "20123456", "unsubscribed"]
    assert layout_of([row], "DK").places[Column.NUMBER] == 1


def test_everyone_in_a_file_may_be_told_at_once() -> None:
    found = said("Phone", NUMBER, everyone=True)
    assert isinstance(found, Entry) and found.out


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("(212) 555-0100", "+12125550100"),
        ("55512", "55512"),
        ("'555-12", "55512"),
        ("MG" + "0a" * 16, "MG" + "0a" * 16),
        (" Front  desk", "Front desk"),
        ("+1212", "+1212"),
        ("", ""),
    ],
)
def test_a_line_is_read_as_it_is_kept_and_else_as_it_is_written(written: str, sender: str) -> None:
    found = said("Phone,Consent,Line", f"{NUMBER},no,{written}")
    assert isinstance(found, Entry) and found.sender == sender


def test_the_day_of_an_opt_out_says_that_there_is_one_and_when() -> None:
    for header in ("Phone,Unsubscribed", "Phone,Opted Out At", "Phone,Opt-out date"):
        found = said(header, f"{NUMBER},2024-03-01")
        assert isinstance(found, Entry)
        assert (found.out, found.at) == (True, datetime(2024, 3, 1, 5, tzinfo=UTC))
    found = said("Phone,Opted Out At", f"{NUMBER},by telephone")
    assert isinstance(found, Entry)
    assert found.out and "counts from today" in found.note


def test_an_opt_out_is_not_of_the_day_on_which_they_agreed() -> None:
    found = said("Phone,Consent,Opted in at", f"{NUMBER},no,2019-01-01")
    assert isinstance(found, Entry)
    assert (found.out, found.at) == (True, None)


def test_columns_that_contradict_each_other_are_told_and_the_opt_out_counts() -> None:
    found = said("Phone,Opt-in,Subscribed", f"{NUMBER},yes,no")
    assert isinstance(found, Entry)
    assert (found.out, found.note) == (True, BOTH_SAID)


@pytest.mark.parametrize(
    ("header", "cell"), [("Phone,Consent,Opted out", "ask Ada"), ("Phone,Consent,Opt-in", "not sure")]
)
def test_nobody_has_agreed_where_another_column_is_not_understood(header: str, cell: str) -> None:
    found = said(header, f"{NUMBER},yes,{cell}")
    assert isinstance(found, Trouble)
    assert cell in found.why


@pytest.mark.parametrize(("name", "cells"), [("State", ("IN", "OR")), ("Status", ("Confirmed", "Cancelled", "Active"))])
def test_a_state_and_an_appointment_are_no_consent(name: str, cells: tuple[str, ...]) -> None:
    layout = layout_of([["Phone", name], *([NUMBER, cell] for cell in cells)], "US")
    assert not layout.says_who


def test_where_some_words_are_of_other_things_only_clear_ones_are_an_agreement() -> None:
    rows = [["Phone", "Status"], *([NUMBER, cell] for cell in ("active", "subscribed", "unsubscribed", "shipped"))]
    layout = layout_of(rows, "US")
    found = [read_row(2, row, layout, "US", NOW, everyone=None, zone=EAST) for row in rows[1:]]
    assert [one.out if isinstance(one, Entry) else None for one in found] == [None, False, True, None]


def test_what_may_be_about_something_else_says_how_to_make_it_plain() -> None:
    rows = [["phone", "status"], *([NUMBER, cell] for cell in ("agreed", "stop", "maybe"))]
    layout = layout_of(rows, "US")
    agreed, stopped, unclear = (read_row(2, row, layout, "US", NOW, everyone=None, zone=EAST) for row in rows[1:])
    assert isinstance(agreed, Trouble) and "name the column “Consent”" in agreed.why
    assert isinstance(stopped, Entry) and stopped.out
    assert isinstance(unclear, Trouble) and unclear.why == "“maybe” does not tell whether they agreed or opted out."


OTHER = "212-555-0190"


@pytest.mark.parametrize(
    ("header", "row", "peers"),
    [
        ("Home phone,Mobile phone,Consent", f"{OTHER},{NUMBER},no", ["+12125550187", "+12125550190"]),
        ("phone,phone,Consent", f"{NUMBER},{OTHER},no", ["+12125550187", "+12125550190"]),
        ("Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Out", f"{NUMBER},Home,{OTHER},", []),
        ("Phone 1 - Value,Phone 2 - Value,Consent", f"{NUMBER},{OTHER},no", ["+12125550187", "+12125550190"]),
        ("Phone,Home phone,Consent", f"{NUMBER},{NUMBER},no", ["+12125550187"]),
        ("Phone,Home phone,Consent", f"{NUMBER},{OTHER},yes", ["+12125550187"]),
        ("Phone,Home phone,Consent", f",{OTHER},no", ["+12125550190"]),
        ("Phone,Phone type,Fax phone,Consent", f"{NUMBER},2,{OTHER},no", ["+12125550187"]),
        ("Phone,Tel,Consent", f"{NUMBER},{OTHER},no", ["+12125550187", "+12125550190"]),
        ("Number,Work phone,Consent", f"3105551234,{NUMBER},no", ["+12125550187"]),
        ("Address,Work phone,Consent", f"12 Long Lane,{NUMBER},yes", ["+12125550187"]),
        ("Phone,Business phone,Consent", f"{NUMBER},{OTHER},no", ["+12125550187"]),
        ("Phone,Phone ID,Consent", f"{NUMBER},2125550190,no", ["+12125550187"]),
    ],
)
def test_an_opt_out_counts_for_each_number_of_its_row(header: str, row: str, peers: list[str]) -> None:
    rows = [header.split(","), row.split(",")]
    found = read_person(2, rows[1], layout_of(rows, "US"), "US", NOW, everyone=None, zone=EAST)
    assert [one.peer for one in found if isinstance(one, Entry)] == peers


def test_a_second_number_that_cannot_be_read_is_told_where_somebody_opted_out() -> None:
    rows = [["Phone", "Home phone", "Consent"], [NUMBER, OTHER, "yes"], [NUMBER, "12", "no"], [NUMBER, "12", "yes"]]
    layout = layout_of(rows, "US")
    found = [read_person(2, row, layout, "US", NOW, everyone=None, zone=EAST) for row in rows[1:]]
    assert [[type(one) for one in some] for some in found] == [[Entry], [Entry, Trouble], [Entry]]


def test_without_names_every_column_that_speaks_of_it_is_read() -> None:
    rows = [["IN", NUMBER, "opted in", ""], ["OR", "2125550188", "opted in", "unsubscribed"]]
    layout = layout_of(rows, "US")
    found = [read_row(1, row, layout, "US", NOW, everyone=None, zone=EAST) for row in rows]
    assert [one.out for one in found if isinstance(one, Entry)] == [False, True]


def test_who_opted_out_by_the_file_stays_out_though_everyone_is_said_to_have_agreed() -> None:
    found = said("Phone,Consent", f"{NUMBER},no", everyone=False)
    assert isinstance(found, Entry) and found.out
    found = said("Phone,Consent", f"{NUMBER},perhaps", everyone=False)
    assert isinstance(found, Entry) and not found.out


@pytest.mark.parametrize("text", ["1/2/3", "01/01/1900", "1970-01-01", "31/12/1989"])
def test_no_opt_out_is_older_than_texts_are(text: str) -> None:
    assert date_of(text, "US", EAST) is None
    found = said("Phone,Consent,Date", f"{NUMBER},no,{text}")
    assert isinstance(found, Entry)
    assert (found.out, found.at) == (True, None)
