"""Pages of Twilio's list: whatever is not one is an error, and never the end of the list."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.message import Direction, Status
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.gateway import ListedPage
from sms_desktop.gateway.listing import _parts
from sms_desktop.gateway.twilio import TwilioGateway
from tests.gateway.faults import answering, far_side, reply

LINE, PEER = "+12125550100", "+14155550111"
SINCE = datetime(2026, 5, 4, tzinfo=UTC)
NEXT = "/2010-04-01/Accounts/AC1/Messages.json?PageToken=PA2"


def record(n: int = 0, **values: Any) -> dict[str, Any]:
    return {
        "sid": f"SM{n:032x}",
        "direction": "inbound",
        "from": PEER,
        "to": LINE,
        "body": 'Grüße "👩‍👩‍👧" ] } ,',
        "status": "received",
        "date_created": "Mon, 04 May 2026 12:00:00 +0000",
        "date_sent": "Mon, 04 May 2026 12:00:01 +0000",
        "error_code": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "subresource_uris": {"media": "/…", "more": [[], {}, [1, {"a": []}]]},
    } | values


def page(*records: object, **values: Any) -> str:
    return json.dumps({"end": 0, "empty": [], "messages": list(records), "next_page_uri": None} | values)


async def listed(answer: str | bytes, direction: Direction = Direction.INBOUND) -> ListedPage:
    async with far_side(answering(reply(200, answer, "Content-Type: application/json"))) as far:
        gateway = TwilioGateway(Credentials("AC" + "0" * 32, "t" * 32), far.url)
        try:
            return await gateway.listed(LINE, direction, SINCE)
        finally:
            await gateway.close()


@pytest.mark.parametrize("space", [None, 2])
async def test_a_page_is_read_whole(space: int | None) -> None:
    text = json.dumps(json.loads(page(record(1), record(2, date_sent=None), next_page_uri=NEXT)), indent=space)
    found = await listed(text)
    assert found.cursor == NEXT
    first, second = found.messages
    assert (first.sid, first.body, first.status) == (f"SM{1:032x}", 'Grüße "👩‍👩‍👧" ] } ,', Status.RECEIVED)
    assert first.at == datetime(2026, 5, 4, 12, 0, 1, tzinfo=UTC)
    assert second.at == second.created_at == first.created_at == datetime(2026, 5, 4, 12, tzinfo=UTC)


async def test_a_page_of_a_thousand_is_read_whole() -> None:
    text = page(*(record(n) for n in range(1000)))
    assert len(text) > 64 * 1024
    found = await listed(text)
    assert [one.sid for one in found.messages] == [f"SM{n:032x}" for n in range(1000)]


async def test_an_empty_list_has_an_end() -> None:
    assert await listed(page()) == ListedPage((), None)


async def test_a_text_between_two_lines_is_one_directions_only() -> None:
    text = page(record(1), record(2, direction="outbound-api", status="delivered"))
    assert [one.sid for one in (await listed(text)).messages] == [f"SM{1:032x}"]
    assert [one.sid for one in (await listed(text, Direction.OUTBOUND)).messages] == [f"SM{2:032x}"]


LONG = page(*(record(n) for n in range(200)))


@pytest.mark.parametrize(
    "answer",
    [
        "{}",
        '{"messages": []}',
        '{"next_page_uri": null}',
        page(messages=None),
        page(messages={"sid": 1}),
        page(messages="none"),
        page("a message"),
        page(None),
        page(record(sid=1)),
        page(record(direction=None), record(**{"from": 5})),
        page(record(), "a message"),
        page(record(date_created="yesterday", date_sent="Mon, 04 May 2026 25:00:00 +0000")),
        page(record(), next_page_uri=7),
        page(record(), next_page_uri="https://elsewhere.example.com/"),
        LONG[:-1],
        LONG[: len(LONG) // 2] + "}",
        LONG.replace('"price_unit"', "price_unit", 1),
        "<!doctype html>" + "x" * 100_000,
        "{" + "x" * 100_000 + "}",
    ],
    ids=lambda text: f"{len(text)} {text[:24]}",
)
async def test_what_is_no_page_is_an_error_and_not_the_end(answer: str) -> None:
    with pytest.raises(GatewayError) as raised:
        await listed(answer)
    assert raised.value.transient


ODD: list[dict[str, Any]] = [{"sid": 1}, {"sid": None}, {"direction": None}, {"direction": 4}, {"from": ["+1"]}]


@pytest.mark.parametrize("odd", [*ODD, {"sid": "", "body": "Gooseberry"}], ids=str)
async def test_one_that_cannot_be_read_hides_no_other(odd: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    records = [record(n) for n in range(1000)]
    records[500] |= odd
    found = await listed(page(*records, next_page_uri=NEXT))
    assert [one.sid for one in found.messages] == [f"SM{n:032x}" for n in range(1000) if n != 500]
    assert found.cursor == NEXT
    assert found.unreadable == (("",) if "sid" in odd else (f"SM{500:032x}",))
    assert "1 of 1000 messages" in caplog.text
    assert "Gooseberry" not in caplog.text and PEER not in caplog.text


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"error_code": "many", "status": "failed"}, {"error_code": None, "status": Status.FAILED}),
        ({"error_code": "30003"}, {"error_code": 30003}),
        ({"error_code": {"code": 1}}, {"error_code": None}),
        ({"num_media": "many"}, {"num_media": 0}),
        ({"sid": "MM" + "0" * 32, "num_media": "many"}, {"num_media": 1}),
        ({"sid": "MM" + "0" * 32, "num_media": 2}, {"num_media": 2}),
        ({"sid": "MM" + "0" * 32, "num_media": None}, {"num_media": 0}),
        ({"num_segments": "-"}, {"segments": None}),
        ({"body": 7}, {"body": "7"}),
        ({"body": None}, {"body": ""}),
        ({"status": None}, {"status": Status.RECEIVED}),
        ({"status": ["received"]}, {"status": Status.RECEIVED}),
        ({"price_unit": 3}, {"price_unit": None}),
    ],
    ids=str,
)
async def test_what_is_odd_about_a_message_counts_as_not_said(values: dict[str, Any], expected: dict[str, Any]) -> None:
    found = await listed(page(record(**values)))
    (one,) = found.messages
    assert {name: getattr(one, name) for name in expected} == expected and found.unreadable == ()


async def test_what_is_not_said_about_a_message_is_not_needed() -> None:
    needed = ("sid", "direction", "from", "to", "date_created")
    (one,) = (await listed(page({name: record()[name] for name in needed}))).messages
    assert (one.body, one.num_media, one.at) == ("", 0, datetime(2026, 5, 4, 12, tzinfo=UTC))


NOON = "Mon, 04 May 2026 12:00:00 +0000"


@pytest.mark.parametrize(
    ("created", "sent", "updated"),
    [
        (None, NOON, None),
        (None, None, NOON),
        ("yesterday", "2026-05-04T12:00:00Z", None),
        ("2026-05-04T14:00:00+02:00", None, None),
        ("2026-05-04 12:00:00", "soon", None),
        ("Mon, 04 May 2026 12:00:00 -0000", 7, None),
        ("Mon, 04 May 2026 12:00:00 GMT", "Mon, 32 May 2026 12:00:00 +0000", None),
    ],
)
async def test_a_time_that_is_missing_is_taken_from_another(created: object, sent: object, updated: object) -> None:
    (one,) = (await listed(page(record(date_created=created, date_sent=sent, date_updated=updated)))).messages
    assert one.at == one.created_at == datetime(2026, 5, 4, 12, tzinfo=UTC)


async def test_without_any_time_it_is_that_of_the_one_before_it_in_the_list() -> None:
    none: dict[str, Any] = {"date_created": None, "date_sent": None}
    later, earlier = "Mon, 04 May 2026 13:00:00 +0000", "Mon, 04 May 2026 11:00:00 +0000"
    found = await listed(
        page(
            record(1, **none),
            record(2, date_created=later, date_sent=later),
            record(3, **none),
            record(4, date_created=earlier, date_sent=earlier),
            record(5, **none),
        )
    )
    assert [one.at.hour for one in found.messages] == [13, 13, 13, 11, 11]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False, allow_infinity=False),
    lambda some: st.lists(some, max_size=4) | st.dictionaries(st.text(max_size=4), some, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=5), st.sampled_from([None, 0, 3]))
def test_parts_are_what_python_reads(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    expected = [
        (name, item) for name, held in value.items() for item in (held if isinstance(held, list) and held else [held])
    ]
    assert list(_parts(text)) == expected


@given(st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=3), st.data())
def test_what_is_cut_off_is_never_taken_for_whole(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part it is cut in
        list(_parts(text[: data.draw(st.integers(0, len(text) - 1))]))
