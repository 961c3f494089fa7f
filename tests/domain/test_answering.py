"""Who answers STOP, START and HELP."""

import pytest

from sms_desktop.domain.answering import (
    TEXTS,
    Answering,
    Keyword,
    LineAnswering,
    check_texts,
    is_due,
    is_left_to_twilio,
    keyword_of,
    known_as,
    usual,
)
from sms_desktop.domain.consent import Keywords
from sms_desktop.domain.errors import BadInput

LONG, TOLL_FREE, SHORT, SERVICE = "+12125550100", "+18885550144", "72975", "MG" + "0a" * 16


@pytest.mark.parametrize(
    ("line", "service", "who"),
    [
        (LONG, None, Answering.TWILIO),
        (TOLL_FREE, None, Answering.TWILIO),
        (SHORT, None, Answering.WE),
        (SHORT, SERVICE, Answering.TWILIO),
        (LONG, SERVICE, Answering.TWILIO),
        ("ACME", None, Answering.TWILIO),
    ],
)
def test_we_answer_only_where_nobody_else_does(line: str, service: str | None, who: Answering) -> None:
    assert usual(line, service) is who
    assert LineAnswering(line, who).who is who
    assert LineAnswering(line, who, Answering.WE).who is Answering.WE


@pytest.mark.parametrize(
    ("body", "keyword"),
    [
        (" stop ", Keyword.STOP),
        ("STOPALL", Keyword.STOP),
        ("start", Keyword.START),
        ("YES", Keyword.START),
        ("Help\n", Keyword.HELP),
        ("info", Keyword.HELP),
        ("BASTA", Keyword.STOP),
        ("STOP.", None),
        ("stop please", None),
        ("help me", None),
    ],
)
def test_a_keyword_is_a_single_word(body: str, keyword: Keyword | None) -> None:
    assert keyword_of(body, own=Keywords.of(["basta"], [])) is keyword


@pytest.mark.parametrize(
    ("keyword", "body", "was_out", "due"),
    [
        (Keyword.STOP, "STOP", False, True),
        (Keyword.STOP, "STOP", True, False),
        (Keyword.START, "START", True, True),
        (Keyword.START, " unstop ", False, True),
        (Keyword.START, "yes", True, True),
        (Keyword.START, "yes", False, False),
        (Keyword.HELP, "HELP", False, True),
        (Keyword.HELP, "HELP", True, True),
    ],
)
def test_stop_is_confirmed_once_and_all_else_that_means_it_is_answered(
    keyword: Keyword, body: str, was_out: bool, due: bool
) -> None:
    assert is_due(keyword, body, was_out=was_out) is due


@pytest.mark.parametrize(
    ("body", "kind", "was_out", "left"),
    [
        ("STOP", "", False, True),
        (" help ", "", False, True),
        ("START", "", False, True),
        ("yes", "", False, False),
        ("yes", "", True, True),
        ("arrêt", "STOP", False, True),
        ("hours", "", False, False),
    ],
)
def test_what_twilio_answers_is_left_to_it(body: str, kind: str, was_out: bool, left: bool) -> None:
    assert is_left_to_twilio(body, kind, was_out=was_out) is left


def test_the_usual_texts_are_what_they_have_to_be() -> None:
    check_texts(TEXTS, "")
    assert set(TEXTS) == set(Keyword)


@pytest.mark.parametrize(
    ("keyword", "text", "sentence"),
    [
        (Keyword.STOP, "", "Write what we answer to STOP"),
        (Keyword.STOP, "You are unsubscribed.", "name your business"),
        (Keyword.HELP, "{business}: we help.", "reply STOP"),
        (Keyword.START, "{business}: hello. Reply STOP to end.", "reply HELP"),
        (Keyword.STOP, "{bizness}: bye", "stands for nothing"),
    ],
)
def test_a_text_that_lacks_what_carriers_ask_for_is_refused(keyword: Keyword, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        check_texts({keyword: text}, "Bright Chairs")


@pytest.mark.parametrize(
    ("registered", "account", "name"),
    [
        ((), "Bright Chairs", "Bright Chairs"),
        (("Bright Chairs LLC", "Other"), "Bright Chairs", "Bright Chairs LLC"),
        ((" ",), " Bright \n Chairs ", "Bright Chairs"),
        ((), "My first Twilio account", ""),
        ((), "ada@example.com's Account", ""),
        ((), "Ada’s Account", ""),
        (("Bright Chairs LLC",), "My first Twilio account", "Bright Chairs LLC"),
        ((), "", ""),
    ],
)
def test_a_business_is_called_as_carriers_or_twilio_know_it(
    registered: tuple[str, ...], account: str, name: str
) -> None:
    assert known_as(registered, account) == name


def test_the_business_may_be_named_in_so_many_words() -> None:
    check_texts({Keyword.STOP: "bright chairs: you are unsubscribed."}, "Bright Chairs")
