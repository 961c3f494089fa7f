"""Patterns are weighed before they are read, for to read one cannot be broken off."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.pattern import check_pattern, weight
from sms_desktop.domain.reply import Asked, Miss, Rule, Trigger, verdicts
from tests.domain.test_reply import LINE, NOON

HEAVY = (
    "((((((a{100}){100}){100}){100})))",
    "((a{100}){100}){100}",
    r"(?:(?:\d{200}){100}){100}",
    r"(\d{1000,}){1000,}",
    "(?:ab{1000}c){1000}",
    "(?:(?:[[a-z]{100}){100}){100}",
    "(?x)(?: (?: a{1 00} ){10 0}){100}",
    "((((a){100})(?i){100})(?i){100})",
    "(?:(?:[^]([b]{100}){100}){100}",
    "(?#)))(?:(?:a{100}){100}){100}",
    "(?x)((((a{100}){1#\n00}){1#\n00}){1#\n00})",
    "a{4000}b{4000}c{4000}",
)
"""Some eat all memory, some hold up everything for seconds; the later ones hide from whoever only counts brackets."""
MEMORY = 1 << 30
"""Bytes that the program which reads them may have."""
PROGRAM = f"""
import resource, sys
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.pattern import check_pattern
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
for pattern in sys.argv[1:]:
    try:
        check_pattern(pattern)
        print("taken")
    except BadInput as error:
        print(error)
"""


def test_patterns_that_would_eat_all_memory_are_refused_unread() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *HEAVY], capture_output=True, text=True, check=True)
    said = done.stdout.splitlines()
    assert len(said) == len(HEAVY)
    assert [one for one in said if "repeats too much" not in one] == [
        "The pattern is too involved. Leave out its notes, which begin with #."
    ]


def test_such_a_pattern_of_a_rule_that_came_from_elsewhere_answers_nothing() -> None:
    rule = Rule("Hours", Trigger.PATTERN, "We are open.", words=(HEAVY[0],))
    assert [one.miss for one in verdicts([rule], Asked(LINE, "a" * 1600, NOON))] == [Miss.TOO_SLOW]


@pytest.mark.parametrize(
    ("pattern", "weighs"),
    [
        ("", 0),
        ("hours", 5),
        (r"\d{3}-\d{4}", 8),
        ("(ab){3}", 12),
        ("(?:(a{2}){3}b){4}", 68),
        ("[a-z(]{5,20}", 20),
        ("[[:alpha:]]{3}", 3),
        (r"\(\{9}\[{2}", 6),
        ("a{2,}b{,9}c*d+e?", 17),
        ("a{}", 3),
    ],
)
def test_what_a_pattern_weighs(pattern: str, weighs: int) -> None:
    assert weight(pattern) == weighs


@pytest.mark.parametrize(
    "pattern", [r"(\w{1,30} ){0,100}q\?", r"(order|invoice).{0,1000}now", r"[^]]{1,9}]", "a b(?x) c "]
)
def test_usual_counts_are_taken(pattern: str) -> None:
    check_pattern(pattern)


@given(st.text(alphabet="ab(){}[]*+?|\\dw^$.,12-:<>=!P#&~\0 éx", max_size=60))
def test_any_pattern_can_be_weighed(pattern: str) -> None:
    assert weight(pattern) >= 0
