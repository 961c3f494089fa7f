"""Twilio's keywords and what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.consent import START_WORDS, STOP_WORDS, Wish, wish_of


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
