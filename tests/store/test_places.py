"""Where a message of a Messaging Service belongs: with the service, or with the number that it went by."""

from datetime import UTC, datetime, timedelta

import pytest

from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import lines, messages
from sms_desktop.store.messages import PastMessage
from sms_desktop.store.places import Places
from sms_desktop.store.store import Store

USED, UNUSED, ALONE, PEER = "+12125550100", "+12125550101", "+12125550102", "+14155550111"
SERVICE, OTHER = "MG" + "0a" * 16, "MG" + "0b" * 16
BEGUN = datetime(2026, 3, 10, 9, tzinfo=UTC)
IN, OUT = Direction.INBOUND, Direction.OUTBOUND


@pytest.fixture
async def store_of_lines(store: Store) -> Store:
    known = [
        Line(USED, sid="PN1"),
        Line(UNUSED, sid="PN2", watched=False),
        Line(ALONE, sid="PN3"),
        Line(SERVICE, kind=LineKind.SERVICE, sid=SERVICE, senders=(USED, UNUSED)),
        Line(OTHER, kind=LineKind.SERVICE, sid=OTHER, senders=(ALONE,), watched=False),
    ]
    await store.do(lambda tx: lines.save(tx, known))
    return store


async def place(store: Store, number: str, service: str | None, direction: Direction, minute: int = 60) -> str | None:
    when = BEGUN + timedelta(minutes=minute)
    return await store.read(lambda db: Places(db).line_of(number, service, PEER, direction, when))


async def said(store: Store, line: str, minute: int, via: str | None, status: Status = Status.DELIVERED) -> None:
    when = BEGUN + timedelta(minutes=minute)
    key = messages.new_key()
    row = PastMessage(key, line, PEER, OUT, f"{minute}", status, when, sid="SM" + key, via=via)
    await store.do(lambda tx: messages.add_history(tx, [row]))


@pytest.mark.parametrize(
    ("number", "service", "direction", "line"),
    [
        (USED, SERVICE, OUT, SERVICE),
        (USED, None, OUT, USED),
        (UNUSED, SERVICE, OUT, SERVICE),
        (UNUSED, None, OUT, None),
        (SERVICE, SERVICE, OUT, SERVICE),
        (ALONE, OTHER, OUT, ALONE),
        (USED, SERVICE, IN, USED),
        (USED, None, IN, USED),
        (UNUSED, SERVICE, IN, SERVICE),
        (UNUSED, None, IN, SERVICE),
        (ALONE, OTHER, IN, ALONE),
        ("+12125550199", None, IN, "+12125550199"),
    ],
)
async def test_where_nobody_has_written_the_number_goes_before_the_service_if_it_is_in_use(
    store_of_lines: Store, number: str, service: str | None, direction: Direction, line: str | None
) -> None:
    assert await place(store_of_lines, number, service, direction) == line


async def test_an_answer_goes_to_whoever_wrote_last_by_that_number(store_of_lines: Store) -> None:
    await said(store_of_lines, SERVICE, 10, USED)
    assert await place(store_of_lines, USED, SERVICE, IN) == SERVICE
    assert await place(store_of_lines, USED, SERVICE, IN, minute=5) == USED
    await said(store_of_lines, USED, 20, None)
    assert await place(store_of_lines, USED, SERVICE, IN) == USED
    assert await place(store_of_lines, USED, SERVICE, IN, minute=15) == SERVICE
    await said(store_of_lines, SERVICE, 30, UNUSED)
    assert await place(store_of_lines, USED, SERVICE, IN) == USED


async def test_what_never_left_is_no_word_and_what_has_no_number_yet_is_one(store_of_lines: Store) -> None:
    await said(store_of_lines, SERVICE, 10, None, Status.FAILED)
    assert await place(store_of_lines, USED, SERVICE, IN) == USED
    await said(store_of_lines, SERVICE, 11, None, Status.SENT)
    assert await place(store_of_lines, USED, SERVICE, IN) == SERVICE


async def test_a_pool_that_makes_no_sense_is_none(store: Store) -> None:
    assert lines.senders_of("{") == lines.senders_of("{}") == lines.senders_of(None) == ()
