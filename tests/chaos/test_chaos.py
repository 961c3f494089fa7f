"""A short run of what `make chaos` does at length; and each kind of trouble that the comparison has to see."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.kills import kills
from tests.chaos.planted import look_for
from tests.chaos.sides import Here, Promised, Row, compare
from tests.chaos.trouble import meet
from tests.chaos.world import world

OURS = Row("1" * 32, "SM1", "outbound", "ours", "delivered", (), False)
THEIRS = Row("2" * 32, "SM2", "inbound", "theirs", "received", (("ready", "aa"),), False)
TWILIO = [
    {"sid": "SM1", "direction": "outbound-api", "body": "ours", "status": "delivered"},
    {"sid": "SM2", "direction": "inbound", "body": "theirs", "status": "received"},
]
PROMISED = Promised({"ours"}, set(), {"theirs": "aa"})


def here(*rows: Row) -> Here:
    return Here(list(rows), [], {"aa": True}, {"aa"}, "ok")


def test_two_equal_sides_are_equal() -> None:
    assert compare(TWILIO, here(OURS, THEIRS), PROMISED).equal


@pytest.mark.parametrize(
    ("kind", "store"),
    [
        ("lost", here(THEIRS)),
        ("unknown", here(OURS)),
        ("twice", here(OURS, THEIRS, THEIRS)),
        ("invented", here(OURS, THEIRS, replace(OURS, sid="SM9", body="new"))),
        ("invented", here(OURS, THEIRS, replace(OURS, sid=None, body="new", status="sent"))),
        ("denied", here(replace(OURS, sid=None, status="unconfirmed"), THEIRS)),
        ("denied", here(replace(OURS, sid=None, status="failed"), THEIRS)),
        ("otherwise", here(replace(OURS, status="sent"), THEIRS)),
        ("stuck", here(replace(OURS, waits=True), THEIRS)),
        ("awaited", here(OURS, replace(THEIRS, files=(("pending", None),)))),
        ("pictures", here(OURS, replace(THEIRS, files=(("ready", "bb"),)))),
        ("orphaned", replace(here(OURS, THEIRS), files={"aa": True, "cc": True})),
        ("pictures", replace(here(OURS, THEIRS), files={"aa": False})),
        ("counts", replace(here(OURS, THEIRS), sound="page 7 is never used")),
    ],
)
def test_each_kind_of_trouble_is_seen(kind: str, store: Here) -> None:
    assert kind in compare(TWILIO, store, PROMISED).troubles()


def test_what_is_at_twilio_twice_is_doubled() -> None:
    again = {**TWILIO[0], "sid": "SM3"}
    assert compare([*TWILIO, again], here(OURS, THEIRS), PROMISED).doubled == ["ours"]


def test_equal_sides_are_not_at_rest_while_twilio_still_moves() -> None:
    verdict = compare(
        [{**TWILIO[0], "status": "sent"}, TWILIO[1]], here(replace(OURS, status="sent"), THEIRS), PROMISED
    )
    assert verdict.troubles() == {"moving": ["ours (sent)"]}
    assert verdict.may_pass


def test_killed_again_and_again_in_bad_weather_nothing_is_lost_and_nothing_twice(tmp_path: Path) -> None:
    with world(tmp_path, seed=1) as place:
        tally = kills(place, 6, 1, said=lambda _: None)
    assert tally.verdict.equal, str(tally.verdict)
    assert tally.submitted and tally.at_twilio


def test_a_network_that_breaks_in_the_middle_of_requests_loses_nothing() -> None:
    told = meet("network cut", 2, 0.5)
    assert told.verdict.equal, str(told.verdict)


def test_the_harness_finds_a_text_that_is_sent_again_in_doubt() -> None:
    assert look_for("send-again-in-doubt", 1).kind == "doubled"
