"""Which rule answers a text, and why the others do not."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.hours import Hours, Span
from sms_desktop.domain.media import File
from sms_desktop.domain.pattern import LONGEST_PATTERN
from sms_desktop.domain.reply import (
    Asked,
    Miss,
    Rule,
    Trigger,
    answering,
    check,
    text_key,
    verdicts,
)

LINE, OTHER, SERVICE = "+12125550100", "+12125550101", "MG" + "0a" * 16
NOON = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # a Wednesday, noon in New York
WEEK = Hours(tuple(Span(day, time(9), time(17)) for day in range(5)), "America/New_York")
PICTURE = File("ab" * 32, 10, "image/png", "map.png")


def rule(trigger: Trigger = Trigger.CONTAINS, *words: str, **values: object) -> Rule:
    return Rule(**({"name": "Hours", "trigger": trigger, "text": "We are open.", "words": words} | values))  # type: ignore[arg-type]


def miss(one: Rule, body: str = "", **values: object) -> Miss | None:
    asked = Asked(**({"line": LINE, "body": body, "at": NOON} | values))  # type: ignore[arg-type]
    return verdicts([one], asked)[0].miss


@pytest.mark.parametrize(
    ("trigger", "word", "body", "said"),
    [
        (Trigger.EXACT, "hours", "Hours", True),
        (Trigger.EXACT, "hours", "  HOURS \n", True),
        (Trigger.EXACT, "hours", "hours?", True),
        (Trigger.EXACT, "hours", "“hours”…", True),
        (Trigger.EXACT, "hours", "your hours", False),
        (Trigger.EXACT, "STOP", "STOP.", True),
        (Trigger.EXACT, "STOP", " stop ", True),
        (Trigger.EXACT, "opening hours", "Opening   hours", True),
        (Trigger.EXACT, "café", "CAFE", True),
        (Trigger.EXACT, "cafe", "cafe\u0301", True),
        (Trigger.EXACT, "straße", "STRASSE", True),
        (Trigger.EXACT, "hours", "ｈｏｕｒｓ", True),
        (Trigger.EXACT, "I'm here", "i’m here!", True),
        (Trigger.EXACT, "👍", "👍", True),
        (Trigger.EXACT, "❤", "❤️", True),
        (Trigger.EXACT, "👍", "👎", False),
        (Trigger.EXACT, "?", "?", True),
        (Trigger.EXACT, "?", "!", False),
        (Trigger.EXACT, "שעות", "\u200fשעות\u200e", True),
        (Trigger.EXACT, "ساعات", "سَاعَات", True),
        (Trigger.EXACT, "が", "か", False),
        (Trigger.EXACT, "가", "각", False),
        (Trigger.STARTS, "book", "Book a table", True),
        (Trigger.STARTS, "book", "book", True),
        (Trigger.STARTS, "book", "“Book me”", True),
        (Trigger.STARTS, "book", "Booking", False),
        (Trigger.STARTS, "book", "please book", False),
        (Trigger.STARTS, "book", "my book, book it", False),
        (Trigger.CONTAINS, "hours", "What are your hours?", True),
        (Trigger.CONTAINS, "hours", "24hoursale", False),
        (Trigger.CONTAINS, "hours", "hoursale and hours", True),
        (Trigger.CONTAINS, "営業時間", "今日の営業時間は？", True),
        (Trigger.CONTAINS, "🍕", "I want🍕now", True),
        (Trigger.CONTAINS, "שעות", "מה שעות הפתיחה?", True),
        (Trigger.CONTAINS, "hours", "", False),
        (Trigger.PATTERN, r"order\s+\d+", "My ORDER  1182", True),
        (Trigger.PATTERN, r"order\s+\d+", "My order", False),
        (Trigger.PATTERN, r"^\d{5}$", "１２３４５", True),
    ],
)
def test_what_counts_as_said(trigger: Trigger, word: str, body: str, said: bool) -> None:
    assert miss(rule(trigger, word), body) is (None if said else Miss.NOT_SAID)


def test_any_of_several_keywords_will_do() -> None:
    assert miss(rule(Trigger.EXACT, "open", "hours"), "hours") is None


@pytest.mark.parametrize(
    ("one", "values", "expected"),
    [
        (rule(Trigger.FIRST), {"first": True}, None),
        (rule(Trigger.FIRST), {}, Miss.NOT_FIRST),
        (rule(Trigger.CLOSED), {}, Miss.NO_HOURS),
        (rule(Trigger.CLOSED), {"hours": WEEK}, Miss.OPEN),
        (rule(Trigger.CLOSED), {"hours": WEEK, "at": NOON + timedelta(hours=5)}, None),
        (rule(Trigger.HOLIDAY, dates=(date(2026, 11, 25),)), {"hours": WEEK}, None),
        (rule(Trigger.HOLIDAY, dates=(date(2026, 11, 26),)), {"hours": WEEK}, Miss.NO_HOLIDAY),
        (rule(Trigger.HOLIDAY, dates=(date(2026, 11, 25),)), {"hours": WEEK, "at": NOON + timedelta(hours=11)}, None),
        (rule(Trigger.HOLIDAY, dates=(date(2026, 11, 26),)), {"hours": WEEK, "at": NOON + timedelta(hours=12)}, None),
        (rule(Trigger.AWAY, until=NOON + timedelta(seconds=1)), {}, None),
        (rule(Trigger.AWAY, until=NOON), {}, Miss.BACK),
        (rule(Trigger.EXACT, "hi", enabled=False), {"body": "hi"}, Miss.OFF),
        (rule(Trigger.EXACT, "hi", line=OTHER), {"body": "hi"}, Miss.OTHER_LINE),
        (rule(Trigger.EXACT, "hi", line=LINE), {"body": "hi"}, None),
        (rule(Trigger.EXACT, "hi", line=LINE), {"body": "hi", "line": SERVICE, "number": LINE}, None),
        (rule(Trigger.EXACT, "hi", line=SERVICE), {"body": "hi", "line": SERVICE, "number": LINE}, None),
        (rule(Trigger.EXACT, "hi", line=OTHER), {"body": "hi", "line": SERVICE, "number": LINE}, Miss.OTHER_LINE),
    ],
)
def test_each_trigger_waits_for_its_own(one: Rule, values: dict[str, object], expected: Miss | None) -> None:
    assert miss(one, **values) is expected  # type: ignore[arg-type]


def test_the_first_rule_that_fits_answers_and_the_others_say_so() -> None:
    rules = [rule(Trigger.EXACT, "bye"), rule(Trigger.CONTAINS, "hours", id=2), rule(Trigger.CONTAINS, "your", id=3)]
    found = verdicts(rules, Asked(LINE, "your hours", NOON))
    assert [one.miss for one in found] == [Miss.NOT_SAID, None, Miss.EARLIER]
    assert answering(found) is rules[1]


def test_a_rule_that_answered_lately_lets_the_next_one_answer() -> None:
    rules = [rule(Trigger.CONTAINS, "hi", id=1, cooldown=timedelta(hours=1)), rule(Trigger.CONTAINS, "hi", id=2)]
    found = verdicts(rules, Asked(LINE, "hi", NOON, answered={1: NOON - timedelta(minutes=59)}))
    assert (found[0].miss, found[0].again) == (Miss.COOLDOWN, NOON + timedelta(minutes=1))
    assert answering(found) is rules[1]
    over = verdicts(rules, Asked(LINE, "hi", NOON, answered={1: NOON - timedelta(hours=1)}))
    assert answering(over) is rules[0]


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"^(\w+\s?)*$", r"(x+x+)+y", r"([a-zA-Z]+)*\d"])
def test_a_pattern_that_may_take_for_ever_is_refused_when_it_is_written(pattern: str) -> None:
    with pytest.raises(BadInput, match=r"too long with some texts|fits every text"):
        check(rule(Trigger.PATTERN, pattern))


def test_a_pattern_that_takes_for_ever_all_the_same_does_not_answer() -> None:
    assert miss(rule(Trigger.PATTERN, r"(q+q+)+z"), "q" * 1600) is Miss.TOO_SLOW


def test_after_some_slow_patterns_no_more_are_tried() -> None:
    slow = [rule(Trigger.PATTERN, r"(q+q+)+z", id=n) for n in range(3)]
    rules = [*slow, rule(Trigger.PATTERN, "q", id=9), rule(Trigger.CONTAINS, "q" * 1600, id=10)]
    found = verdicts(rules, Asked(LINE, "q" * 1600, NOON))
    assert [one.miss for one in found] == [Miss.TOO_SLOW] * 4 + [None]


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (rule(Trigger.PATTERN, "(open"), "The pattern cannot be read: missing ) at position 5."),
        (rule(Trigger.PATTERN, ""), "Type the pattern"),
        (rule(Trigger.PATTERN), "Type the pattern"),
        (rule(Trigger.PATTERN, "a*"), "even an empty one"),
        (rule(Trigger.PATTERN, "a" * (LONGEST_PATTERN + 1)), "at most 500"),
        (rule(Trigger.EXACT), "at least one word"),
        (rule(Trigger.EXACT, " \u200f "), "at least one word"),
        (rule(Trigger.EXACT, "a" * 101), "at most 100 characters"),
        (rule(Trigger.EXACT, *["a"] * 51), "at most 50 words"),
        (rule(Trigger.HOLIDAY), "at least one date"),
        (rule(Trigger.AWAY), "until when"),
        (rule(Trigger.FIRST, name=" "), "a name"),
        (rule(Trigger.FIRST, text=" "), "Write the reply"),
        (rule(Trigger.FIRST, text="a" * 1601), "1,600"),
        (rule(Trigger.FIRST, text="{first name}"), "where it is not known"),
        (rule(Trigger.FIRST, text="Hi {frist name}"), "stands for nothing"),
        (rule(Trigger.FIRST, cooldown=timedelta(days=400)), "a year"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(one: Rule, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        check(one)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "one",
    [
        rule(Trigger.PATTERN, r"\b(order|invoice)\s*#?\d{3,6}\b"),
        rule(Trigger.PATTERN, r"^(yes|yep|ok(ay)?)[.! ]*$"),
        rule(Trigger.PATTERN, r".*hours.*"),
        rule(Trigger.PATTERN, r"[a-z]+\d+"),
        rule(Trigger.PATTERN, r"(\w+)\s+(\w+)\s+open"),
        rule(Trigger.EXACT, "👍"),
        rule(Trigger.FIRST, text="", picture=PICTURE),
        rule(Trigger.FIRST, text="Hi {First  Name|there}, {opening hours|see our door}."),
    ],
)
def test_what_is_right_with_a_rule_is_taken(one: Rule) -> None:
    check(one)


@given(st.text(max_size=60))
@example("ẞ\u0345")
def test_a_text_is_always_the_keyword_that_it_is(text: str) -> None:
    if text_key(text):
        assert miss(rule(Trigger.EXACT, text), text) is None
        assert miss(rule(Trigger.CONTAINS, text), text) is None


@given(st.text(max_size=40), st.sampled_from(list(Trigger)))
def test_no_text_makes_a_rule_stumble(body: str, trigger: Trigger) -> None:
    miss(rule(trigger, "hours", until=NOON, dates=(date(2026, 1, 1),)), body)


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="ab(){}[]*+?|\\dw^$.,12-:<>=!P#&~\0 é", max_size=24))
def test_any_pattern_is_taken_or_refused_with_a_sentence(pattern: str) -> None:
    one = rule(Trigger.PATTERN, pattern)
    sentence = ""
    try:
        check(one)
    except BadInput as error:
        sentence = str(error)
    assert not sentence or sentence.endswith(".")
    miss(one, "ab12 ab")
