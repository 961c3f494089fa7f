"""What an error says of the number itself, and what only of the line, the words or the moment."""

from datetime import UTC, datetime

import pytest

from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle, obstacle_of, sentence

NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "obstacle", "final"),
    [
        (21211, Obstacle.NOT_A_NUMBER, True),
        (21614, Obstacle.NOT_MOBILE, True),
        (21635, Obstacle.LANDLINE, True),
        (30005, Obstacle.GONE, False),
        (30006, Obstacle.LANDLINE, False),
        (30003, Obstacle.SILENT, False),
    ],
)
def test_what_is_said_of_the_number_and_whether_sending_anyway_is_honest(
    code: int, obstacle: Obstacle, final: bool
) -> None:
    assert obstacle_of(code) is obstacle
    found = CannotReceive("+14155550114", obstacle, Evidence.ERROR, code, "SM1", NOW)
    assert found.final is final
    assert str(code) in sentence(found) and sentence(found).endswith(".")


@pytest.mark.parametrize("code", [None, 21214, 21408, 21610, 21612, 30004, 30007, 30008, 30011, 30034])
def test_of_the_line_the_words_or_a_wish_nothing_is_remembered_of_the_number(code: int | None) -> None:
    assert obstacle_of(code) is None


@pytest.mark.parametrize(
    ("valid", "kind", "obstacle", "words"),
    [
        (False, None, Obstacle.NOT_A_NUMBER, "Not a number"),
        (True, "landline", Obstacle.LANDLINE, "Landline · Acme"),
        (True, "mobile", None, "Mobile · Acme"),
        (True, "somethingNew", None, "Valid number · Acme"),
        (True, None, None, "Valid number · Acme"),
    ],
)
def test_what_a_look_up_says(valid: bool, kind: str | None, obstacle: Obstacle | None, words: str) -> None:
    found = Lookup("+14155550114", valid, kind, "Acme", NOW)
    assert found.words == words
    assert (found.obstacle and found.obstacle.obstacle) == obstacle


def test_a_look_up_refutes_only_what_it_looked_at() -> None:
    valid, mobile = Lookup("+1", True, None, None, NOW), Lookup("+1", True, "mobile", None, NOW)
    assert [valid.refutes(one) for one in Obstacle] == [True, False, False, False, False]
    assert [mobile.refutes(one) for one in Obstacle] == [True, True, True, False, False]
