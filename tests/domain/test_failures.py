"""Every code that a person meets has plain sentences; unknown ones degrade well."""

import json
from pathlib import Path

import pytest

from sms_desktop.domain import failures
from sms_desktop.domain.failures import Action, Again, Who, explain, harm_of

CODES = [
    *(11200, 11751, 12300, 20003, 20404, 20429, 21211, 21212, 21408, 21602, 21603, 21604, 21606, 21608, 21610, 21611),
    *(21612, 21614, 21617, 21620, 21621, 21623, 21635, *range(30001, 30012), 30017, 30019, 30022, 30023, 30027),
    *(30032, 30033, 30034, 30035, 30036, 30410, 30450),
]
SURELY_NOT_AGAIN = (21211, 21610, 21614, 21635, 30004, 30006, 30007, 30034)
KNOWN = failures._known()


@pytest.mark.parametrize("code", CODES)
def test_each_usual_code_has_sentences_of_its_own(code: int) -> None:
    assert str(code) in KNOWN
    failure = explain(code, "+12125550187")
    assert failure.code == code
    assert "(212) 555-0187" in failure.advice or "{" not in failure.advice


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_the_sentences_are_plain_and_end(code: str) -> None:
    failure = explain(int(code))
    assert failure.title.endswith(".") and failure.advice.endswith(".")
    assert 0 < len(failure.short) <= 30 and not failure.short.endswith(".")
    assert len(failure.title) <= 80 and len(failure.advice) <= 140
    assert "{" not in failure.title + failure.advice
    assert failure.who in Who


@pytest.mark.parametrize("code", SURELY_NOT_AGAIN)
def test_what_can_only_fail_again_offers_no_second_try(code: int) -> None:
    assert not explain(code).retry


@pytest.mark.parametrize("code", [30003, 30008, 30017, 20429, 21611, 30001])
def test_what_may_pass_offers_a_second_try(code: int) -> None:
    assert explain(code).retry


@pytest.mark.parametrize("code", [None, 0, 99, 503, 14101, 21999, 30999, 63016, 90001])
def test_an_unknown_code_still_says_something(code: int | None) -> None:
    failure = explain(code)
    assert failure.title.endswith(".") and failure.advice
    assert failure.short == ("no reason given" if code is None else f"error {code}")


def test_an_address_that_is_no_number_is_named_as_it_came() -> None:
    assert "FEDEX" in explain(21614, "FEDEX").advice


def test_the_codes_are_known_to_twilio() -> None:
    source = Path(__file__).parents[2].parent / "shared" / "facts" / "error-codes-messaging.json"
    if not source.exists():
        pytest.skip("the shared facts are not beside this checkout")
    codes = json.loads(source.read_text(encoding="utf-8"))["codes"]
    theirs = {str(entry["code"]) for entry in codes}
    assert set(KNOWN) - theirs <= {"20503"}


def test_every_code_of_messaging_has_sentences_or_a_reason_why_nobody_meets_it(shared: Path) -> None:
    codes = json.loads((shared / "facts" / "error-codes-messaging.json").read_text(encoding="utf-8"))["codes"]
    theirs = {int(entry["code"]): str(entry["title"]) for entry in codes}
    met = {int(code) for code in KNOWN}
    assert theirs.keys() - met - failures.unmet().keys() == set()
    assert met & failures.unmet().keys() == set()
    assert all(reason.endswith(".") for reason in failures.unmet().values())
    ours = [text for code in KNOWN for text in (explain(int(code)).title, explain(int(code)).advice)]
    copied = [title for title in theirs.values() if len(title) > 20 and any(title in text for text in ours)]
    assert copied == []


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_what_harms_says_why_and_what_leads_to_the_web_says_where(code: str) -> None:
    failure = explain(int(code))
    assert bool(failure.why) is (failure.again is Again.HARMS)
    leads = failure.action in {Action.CONSOLE, Action.REGISTRATION, Action.LOOK_UP}
    assert failure.url.startswith("https://") is leads


def test_an_unknown_code_can_be_looked_up_at_twilio() -> None:
    failure = explain(30999)
    assert (failure.action, failure.url) == (Action.LOOK_UP, "https://www.twilio.com/docs/api/errors/30999")
    assert (explain(None).action, explain(None).url) == (Action.NONE, "")


@pytest.mark.parametrize(
    ("code", "silent", "answered"),
    [
        (21610, True, False),  # they may write START
        (30004, True, False),
        (30006, True, False),  # a text came from that landline
        (30007, True, True),  # nobody's text changes our words
        (30640, True, False),
        (30003, False, False),
        (30008, False, False),
        (30034, False, False),
        (None, False, False),
    ],
)
def test_what_harms_is_lifted_by_a_text_from_there_but_for_words_that_were_filtered(
    code: int | None, silent: bool, answered: bool
) -> None:
    assert bool(harm_of(code, answered=False, barred=False)) is silent
    assert bool(harm_of(code, answered=True, barred=False)) is answered


@pytest.mark.parametrize("answered", [True, False])
def test_what_an_opt_out_refused_harms_for_as_long_as_that_stands_whatever_else_they_wrote(answered: bool) -> None:
    assert harm_of(21610, answered=answered, barred=True)
    assert bool(harm_of(21610, answered=answered, barred=False)) is not answered


@pytest.mark.parametrize(("code", "again"), [(30005, Again.COSTS), (30034, Again.COSTS), (30032, Again.COSTS),
                                             (21211, Again.VAIN), (30035, Again.HELPS)])  # fmt: skip
def test_what_costs_is_told_apart_from_what_is_in_vain(code: int, again: Again) -> None:
    assert explain(code).again is again
