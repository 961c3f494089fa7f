"""The words of automatic replies, and what stands for something in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.replytext import check_text, filled, first_name, left_out, uses


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("Hi {first name|there}!", {"first name": "Maya"}, "Hi Maya!"),
        ("Hi {first name|there}!", {"first name": " "}, "Hi there!"),
        ("Hi {first name}, welcome.", {}, "Hi, welcome."),
        ("{ Business |We} are {business|here}", {"business": "Bright Chairs"}, "Bright Chairs are Bright Chairs"),
        ("Hi {name}", {"name": "{business} {x|y}"}, "Hi {business} {x|y}"),
        ("no  variable {", {}, "no  variable {"),
        ("a {} b", {}, "a b"),
        ("{name}", {"name": "x" * 2000}, "x" * 1600),
    ],
)
def test_variables_become_what_they_stand_for(text: str, values: dict[str, str], expected: str) -> None:
    assert filled(text, values) == expected


@pytest.mark.parametrize("text", ["{frist name}", "{}", "{name|a} {nmae|b}", "x" * 1601])
def test_a_variable_that_stands_for_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        check_text(text)


@given(st.text(max_size=200), st.text(max_size=50))
def test_no_text_makes_filling_stumble_and_none_is_too_long(text: str, name: str) -> None:
    assert len(filled(text, {"first name": name})) <= 1600


def test_people_are_greeted_by_what_looks_like_a_name() -> None:
    assert [first_name(name) for name in ("Maya Chen", "", "555 Taxi", "李 雷")] == ["Maya", "", "", "李"]


def test_a_variable_is_found_however_it_is_written() -> None:
    assert uses("From {BUSINESS|us}", "business") and not uses("From business", "business")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{business|us} { Business } {business}", ("business",)),
        ("{opening hours} {first name|} {name}", ("opening hours", "first name")),
        ("{line} {business|us}", ()),
        ("Nothing here {or there}", ()),
    ],
)
def test_what_stands_for_nothing_is_told(text: str, names: tuple[str, ...]) -> None:
    assert left_out(text, {"name": "Maya", "line": "Shop", "business": " "}) == names


def test_what_twiml_cannot_carry_is_not_stored_either() -> None:
    assert filled("bell\x07 here\r\nline\x0btwo\rthree", {}) == "bell here\nlinetwo\nthree"
