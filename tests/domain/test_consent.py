"""Twilio's keywords and what they mean."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.consent import (
    NOTHING_KNOWN,
    START_WORDS,
    STOP_WORDS,
    Consent,
    ConsentEvent,
    ConsentSource,
    Keywords,
    Standing,
    Wish,
    after,
    heard,
    upshot,
    wish_of,
)


@given(st.sampled_from(sorted(STOP_WORDS)), st.sampled_from([str.lower, str.upper, str.title]), st.booleans())
def test_each_stop_word_is_heard_in_any_case_and_on_any_line(word: str, case: object, toll_free: bool) -> None:
    assert callable(case)
    assert wish_of(f" {case(word)}\n", toll_free=toll_free) is Wish.STOP


@pytest.mark.parametrize("word", sorted(START_WORDS))
def test_each_start_word_is_heard(word: str) -> None:
    assert wish_of(word.lower()) is Wish.START


def test_yes_does_not_undo_a_stop_on_a_toll_free_line() -> None:
    assert wish_of("YES", toll_free=True) is None
    assert wish_of("UNSTOP", toll_free=True) is Wish.START


@pytest.mark.parametrize("body", ["STOP PLEASE", "please stop", "stop.", "", "STOPP", "don't stop"])
def test_a_sentence_with_the_word_in_it_is_no_keyword(body: str) -> None:
    assert wish_of(body) is None


def test_advanced_opt_out_decides_where_it_is_on() -> None:
    assert wish_of("arret", opt_out_type="STOP") is Wish.STOP
    assert wish_of("STOP", opt_out_type="HELP") is None
    assert wish_of("hola", opt_out_type="start") is Wish.START


def test_of_an_opt_out_type_that_is_new_to_us_the_words_decide() -> None:
    assert wish_of("STOP", opt_out_type="REVOKE") is Wish.STOP
    assert wish_of("hello", opt_out_type="REVOKE") is None
    assert wish_of("STOP", opt_out_type="HELP") is None


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("Arrêt", "ARRÊT"),
        ("arrêt", " arre\u0302t "),
        ("وقف", "\u200fوقف\u200f"),
        ("🛑", "🛑\ufe0f"),
        ("ＡＬＴＯ", "alto"),
        ("توقف", "توقف"),
    ],
)
def test_words_of_other_languages_count_whatever_marks_stand_with_them(word: str, body: str) -> None:
    own = Keywords.of([word], [])
    assert wish_of(body) is None
    assert wish_of(body, own=own) is Wish.STOP
    assert wish_of(f"{body} {body}", own=own) is None


@pytest.mark.parametrize(
    ("word", "body", "counts"),
    [
        ("ARRET", "Arrêt", True),
        ("ARRET", "arre\u0302t\n", True),
        ("Arrêt", "arret", True),
        ("ARRET", "arrêté", False),
        ("ARRET", "Arrêt.", False),
        ("ARRET", "arrêt svp", False),
        ("dừng", "dung", True),
        ("dừng", "Dũng", False),  # a name: of two that have accents they must be the same
        ("стой", "стои", True),
        ("やめて", "やめで", False),
        ("बंद", "बद", False),
        ("توقف", "تَوَقُّف", True),
    ],
)
def test_accents_do_not_matter_where_one_of_the_two_has_none(word: str, body: str, counts: bool) -> None:
    assert (wish_of(body, own=Keywords.of([word], [])) is Wish.STOP) is counts
    assert (wish_of(body, own=Keywords.of([], [word])) is Wish.START) is counts


def test_an_accent_makes_no_other_word_of_twilios() -> None:
    own = Keywords.of(["Hélp"], ["Yés"])
    assert wish_of("yes", toll_free=True, own=own) is None
    assert wish_of("help", own=own) is None
    assert wish_of("yés", toll_free=True, own=own) is Wish.START


def test_words_are_shown_as_they_were_typed_each_once() -> None:
    own = Keywords.of(["Baja", "ARRET", "Arrêt", "arret", "STOP"], [" Re  prendre "])
    assert own.as_typed(own.stop) == ["Baja", "ARRET", "Arrêt"]
    assert own.as_typed(own.start) == ["Re prendre"]


def test_blanks_between_the_words_of_a_keyword_are_one() -> None:
    own = Keywords.of(["ya  basta"], [])
    assert own.wish_of("Ya \u00a0 basta") is own.wish_of("ya basta") is Wish.STOP


def test_words_of_ones_own_take_nothing_from_twilios() -> None:
    own = Keywords.of(["START", "", "x" * 41, "HELP"], ["stop", "Alta"])
    assert own == Keywords(frozenset(), frozenset({"alta"}))
    assert wish_of("STOP", own=own) is Wish.STOP
    assert wish_of("start", own=own) is Wish.START
    assert wish_of("ALTA", own=own) is Wish.START


@pytest.mark.parametrize("kept", [None, "stop", {"stop": "alto", "start": 7}, {"stop": [1, None, "alto"]}])
def test_a_damaged_setting_of_words_is_read_as_far_as_it_makes_sense(kept: object) -> None:
    assert Keywords.read(kept).start == frozenset()
    assert Keywords.read(kept).stop <= {"alto"}


# What becomes of each standing by each event.

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def event(out: bool, source: ConsentSource, words: str = "", *, minutes: int = 0) -> ConsentEvent:
    at = NOON + timedelta(minutes=minutes)
    return ConsentEvent("+12125550100", "+14155550132", out, source, words, None, at)


EVENTS = {
    "STOP": event(True, ConsentSource.INBOUND, "STOP"),
    "STOP on the list": event(True, ConsentSource.LIST, "STOP"),
    "an own word: out": event(True, ConsentSource.INBOUND, "Baja"),
    "21610": event(True, ConsentSource.ERROR, "21610"),
    "a lost ledger": event(True, ConsentSource.ATTESTED),
    "staff: out": event(True, ConsentSource.STAFF),
    "import: out": event(True, ConsentSource.IMPORT),
    "START": event(False, ConsentSource.INBOUND, "start"),
    "START on the list": event(False, ConsentSource.LIST, "UNSTOP"),
    "YES": event(False, ConsentSource.INBOUND, "Yes"),
    "an own word": event(False, ConsentSource.INBOUND, "Alta"),
    "staff: in": event(False, ConsentSource.STAFF),
    "import: in": event(False, ConsentSource.IMPORT),
}
STATES = {
    "unknown": NOTHING_KNOWN,
    "may be messaged": Consent(Standing.ALLOWED, event(False, ConsentSource.IMPORT)),
    "out, by their own word": Consent(Standing.OUT, event(True, ConsentSource.INBOUND, "QUIT")),
    "out, by a word of ours": Consent(Standing.OUT, event(True, ConsentSource.INBOUND, "Alto")),
    "out, by 21610": Consent(Standing.OUT, event(True, ConsentSource.ERROR, "21610")),
    "out, by a lost ledger": Consent(Standing.OUT, event(True, ConsentSource.ATTESTED)),
    "out, by staff": Consent(Standing.OUT, event(True, ConsentSource.STAFF)),
    "out, by an import": Consent(Standing.OUT, event(True, ConsentSource.IMPORT)),
    "out, nobody knows by what": Consent(Standing.OUT, None),
}
OUTS = ("STOP", "STOP on the list", "an own word: out", "21610", "a lost ledger", "staff: out", "import: out")
LIFTS = {
    "out, by their own word": {"START", "START on the list", "YES"},
    "out, by a word of ours": {"START", "START on the list", "YES", "an own word"},
    "out, by 21610": {"START", "START on the list", "YES"},
    "out, by a lost ledger": {"START", "START on the list", "YES"},
    "out, by staff": {"START", "START on the list", "an own word", "staff: in"},
    "out, by an import": {"START", "START on the list", "an own word", "staff: in"},
    "out, nobody knows by what": {"START", "START on the list", "YES"},
}
"""What takes each opt-out back; all else leaves it."""


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", EVENTS)
def test_every_event_in_every_state(state: str, name: str) -> None:
    before, said = STATES[state], EVENTS[name]
    now = after(before, said)
    if name in OUTS:
        assert now.standing is Standing.OUT
        assert now.is_final is (before.is_final or said.is_final)
        stronger = said.is_final and not before.is_final
        blocks_since = said.is_twilios and before.by is not None and not before.by.is_twilios
        assert now.by is (said if not before.is_out or stronger or blocks_since else before.by)
    elif not before.is_out or name in LIFTS[state]:
        assert now.standing is Standing.ALLOWED
        assert now.by is (before.by if before.standing is Standing.ALLOWED else said)
    else:
        assert now is before


def test_on_a_short_code_where_twilio_blocks_nobody_a_word_of_ours_takes_every_stop_back() -> None:
    stop, own = replace(EVENTS["STOP"], line="72975"), replace(EVENTS["an own word"], line="72975")
    assert after(after(NOTHING_KNOWN, stop), own).standing is Standing.ALLOWED


def test_a_word_of_ours_takes_no_stop_back_that_came_after_an_opt_out_in_another_word_of_ours() -> None:
    consent = after(after(NOTHING_KNOWN, EVENTS["an own word: out"]), EVENTS["STOP"])
    assert after(consent, EVENTS["an own word"]) is consent
    assert after(consent, EVENTS["START"]).standing is Standing.ALLOWED


def test_what_advanced_opt_out_makes_of_a_word_twilio_heeds() -> None:
    by_twilio = replace(EVENTS["an own word"], opt_out_type="START")
    assert after(after(NOTHING_KNOWN, EVENTS["STOP"]), by_twilio).standing is Standing.ALLOWED


def test_every_source_is_in_the_table() -> None:
    assert {one.source for one in EVENTS.values()} == set(ConsentSource)
    assert {one.standing for one in STATES.values()} == set(Standing)


@given(st.permutations(range(6)))
def test_the_order_in_which_word_comes_does_not_matter(order: list[int]) -> None:
    known = [
        event(True, ConsentSource.STAFF, minutes=0),
        event(True, ConsentSource.INBOUND, "STOP", minutes=1),
        event(False, ConsentSource.STAFF, minutes=2),
        event(False, ConsentSource.IMPORT, minutes=3),
        event(False, ConsentSource.INBOUND, "START", minutes=4),
        event(True, ConsentSource.IMPORT, minutes=5),
    ]
    assert upshot([known[n] for n in order]).by is known[5]
    assert upshot([known[n] for n in order if n < 4]).by is known[1]


def test_of_the_same_moment_the_opt_out_counts() -> None:
    assert upshot([event(True, ConsentSource.INBOUND, "STOP"), event(False, ConsentSource.INBOUND, "START")]).is_out


@pytest.mark.parametrize("stop", ["STOP", "21610"])
@pytest.mark.parametrize("told", ["staff: out", "import: out"])
@pytest.mark.parametrize("told_first", [True, False])
def test_a_yes_takes_back_what_was_texted_and_leaves_what_was_told(stop: str, told: str, told_first: bool) -> None:
    outs = [EVENTS[told], EVENTS[stop]] if told_first else [EVENTS[stop], EVENTS[told]]
    consent = NOTHING_KNOWN
    for one in outs:
        consent = after(consent, one)
    assert consent.is_final and consent.by is EVENTS[stop]
    left = after(consent, EVENTS["YES"])
    assert left == Consent(Standing.OUT, EVENTS[told])
    assert after(left, EVENTS["staff: in"]).standing is Standing.ALLOWED
    assert after(consent, EVENTS["START"]).standing is Standing.ALLOWED


def test_staff_take_back_what_staff_told_beside_a_stop_and_the_stop_stands() -> None:
    consent = after(after(after(NOTHING_KNOWN, EVENTS["staff: out"]), EVENTS["STOP"]), EVENTS["staff: in"])
    assert consent.is_final
    assert after(consent, EVENTS["YES"]).standing is Standing.ALLOWED


def said(
    line: str, out: bool, minutes: int, service: str | None = None, source: ConsentSource = ConsentSource.INBOUND
) -> ConsentEvent:
    words = ("STOP" if out else "START") if source is ConsentSource.INBOUND else ""
    at = NOON + timedelta(minutes=minutes)
    return ConsentEvent(line, "+14155550132", out, source, words, None, at, service=service)


def test_of_another_line_what_it_shares_counts_and_of_before_its_opt_outs() -> None:
    one, two, service = "+12125550100", "+12125550101", "MG" + "0a" * 16
    before = [said(one, False, 0), said(one, True, 1)]
    since = [said(one, False, 2, service), said(two, False, 3, "MG" + "0b" * 16)]
    assert heard([*before, *since], one, service) == [*before, since[0]]
    assert heard([*before, *since], two, service) == [before[1], *since]
    assert heard([*before, *since], service, service) == [before[1], since[0]]
    lifted = [said(one, True, 0), said(one, False, 1)]
    assert heard(lifted, two, service) == []
    counter = [said(one, True, 0, source=ConsentSource.STAFF), said(one, True, 1)]
    assert heard(counter, two, service) == counter


def test_of_several_stops_to_a_line_that_joins_the_last_counts_also() -> None:
    one, two, service = "+12125550100", "+12125550101", "MG" + "0a" * 16
    stops = [said(two, True, 0), said(two, True, 2)]
    known = [stops[0], said(one, False, 1, service), stops[1]]
    assert upshot(heard(known, one, service)).is_out
    assert heard([said(two, True, -2), said(two, False, -1), *stops], one, service) == stops
