"""The forms of a registration: what Twilio would not take is said, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain import brand, campaign, formrules, tollfree
from sms_desktop.domain.brand import BrandForm, BrandKind
from sms_desktop.domain.campaign import CampaignForm, Field, complete
from sms_desktop.domain.registration import Campaign, Verification
from sms_desktop.domain.tollfree import TollFreeForm

GOOD = CampaignForm(
    usecase="CUSTOMER_CARE",
    description="Bright Chairs texts customers about the chairs that they ordered.",
    flow="Customers tick a box at the checkout on brightchairs.example to get texts.",
    samples=("Bright Chairs: your chair is ready.", "Bright Chairs: closed today. Reply STOP to end."),
)
FREE = TollFreeForm(
    business_name="Bright Chairs",
    website="https://brightchairs.example",
    email="shop@brightchairs.example",
    categories=("CUSTOMER_CARE",),
    summary="We tell customers when their chair is ready.",
    sample="Bright Chairs: your chair is ready. Reply STOP to opt out.",
    opt_in_type="WEB_FORM",
    opt_in_images=("https://brightchairs.example/opt-in.png",),
    volume="1,000",
)
PROFILE, A2P = "BU" + "0" * 32, "BU" + "1" * 32
plain = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=0, max_size=80)


def stops(form: CampaignForm, *, again: bool = False) -> list[tuple[str, int | None]]:
    return [(one.field, one.index) for one in campaign.problems(form, again=again) if one.stops]


def test_a_form_that_is_right_has_nothing_said_of_it() -> None:
    assert campaign.problems(GOOD) == () and complete(GOOD)
    assert tollfree.problems(FREE) == ()
    assert brand.problems(BrandForm(PROFILE, A2P)) == ()


@given(st.integers(0, 4300))
def test_a_description_has_40_to_4096_characters(length: int) -> None:
    assert (stops(replace(GOOD, description="x" * length)) == []) is (40 <= length <= 4096)


@given(st.integers(0, 2200))
def test_how_people_agree_has_40_to_2048_characters(length: int) -> None:
    assert (stops(replace(GOOD, flow="x" * length)) == []) is (40 <= length <= 2048)


@given(st.lists(st.integers(1, 1100), max_size=7))
def test_examples_are_two_to_five_of_20_to_1024_characters(lengths: list[int]) -> None:
    right = 2 <= len(lengths) <= 5 and all(20 <= one <= 1024 for one in lengths)
    assert (stops(replace(GOOD, samples=tuple("x" * one for one in lengths))) == []) is right


@given(st.integers(0, 400))
def test_answers_have_20_to_320_characters_or_none(length: int) -> None:
    right = length == 0 or 20 <= length <= 320
    for name in ("opt_in_message", "opt_out_message", "help_message"):
        assert (stops(replace(GOOD, **{name: "x" * length})) == []) is right  # type: ignore[arg-type]


@given(st.lists(plain.filter(bool), max_size=12))
def test_keywords_are_letters_and_digits_255_together(words: list[str]) -> None:
    right = len(",".join(words)) <= 255
    assert (stops(replace(GOOD, help_keywords=tuple(words))) == []) is right


@pytest.mark.parametrize("word", ["two words", "STOP!", "", " ", "a-b", "🪑"])
def test_a_keyword_of_anything_else_is_refused(word: str) -> None:
    assert stops(replace(GOOD, opt_out_keywords=("STOP", word))) == [(Field.OPT_OUT_KEYWORDS, None)]


@given(st.text(max_size=200))
def test_whatever_is_typed_gets_a_sentence_or_passes(text: str) -> None:
    form = CampaignForm(
        text, text, text, (text, text), opt_in_message=text, opt_in_keywords=(text,), privacy_url=text, terms_url=text
    )
    for one in campaign.problems(form):
        assert one.sentence.endswith((".", "?")) and one.field in CampaignForm.__dataclass_fields__
    free = TollFreeForm(text, text, text, (text,), text, text, text, (text,), text, contact_phone=text, profile=text)
    for one in tollfree.problems(free):
        assert one.sentence.endswith((".", "?")) and one.field in TollFreeForm.__dataclass_fields__
    for one in brand.problems(BrandForm(text, text)):
        assert one.sentence.endswith(".")


@given(st.text(min_size=1, max_size=50), st.integers(1, 60), st.integers(1, 60))
def test_white_space_around_a_text_is_not_counted(text: str, least: int, most: int) -> None:
    padded = formrules.length(f"  {text}\n", least, most, "It")
    assert padded == formrules.length(text.strip(), least, most, "It")


def test_signs_that_count_twice_do_so_against_the_most_alone() -> None:
    assert stops(replace(GOOD, description="🪑" * 39)) == [(Field.DESCRIPTION, None)]
    assert stops(replace(GOOD, description="🪑" * 2048)) == []
    assert stops(replace(GOOD, description="🪑" * 2049)) == [(Field.DESCRIPTION, None)]


def test_the_example_that_is_wrong_is_named_by_its_place() -> None:
    wrong = replace(GOOD, samples=(*GOOD.samples, "", "short"))
    assert stops(wrong) == [(Field.SAMPLES, 3)]


def test_whoever_opts_in_by_a_word_gets_an_answer() -> None:
    form = replace(GOOD, opt_in_keywords=("CHAIRS",))
    assert stops(form) == [(Field.OPT_IN_MESSAGE, None)]
    assert stops(replace(form, opt_in_message="You get texts from Bright Chairs now.")) == []


@pytest.mark.parametrize(
    ("sample", "changed", "field"),
    [
        ("Look at brightchairs.com/new for chairs", {}, Field.LINKS),
        ("Look at brightchairs.com/new for chairs", {"links": True}, None),
        ("Call (212) 555-0100 for your chair", {}, Field.PHONES),
        ("Call (212) 555-0100 for your chair", {"phones": True}, None),
        ("Your code is 2125550 for the chair", {}, None),
        ("New chairs: bit.ly/chairs, have a look", {"links": True}, Field.SAMPLES),
    ],
)
def test_what_carriers_often_reject_is_advice_and_stops_nobody(
    sample: str, changed: dict[str, bool], field: Field | None
) -> None:
    form = replace(GOOD, samples=(sample, GOOD.samples[1]), **changed)  # type: ignore[arg-type]
    assert complete(form)
    assert [one.field for one in campaign.problems(form)] == ([field] if field else [])


def test_somewhere_it_has_to_say_how_to_stop() -> None:
    form = replace(GOOD, samples=(GOOD.samples[0], "Bright Chairs: we are closed today."))
    assert [(one.field, one.stops) for one in campaign.problems(form)] == [(Field.SAMPLES, False)]
    assert campaign.problems(replace(form, opt_out_message="You get no more texts. Reply START to undo STOP.")) == ()


def test_an_example_that_says_what_another_one_says_is_advised_about() -> None:
    same = f"  {GOOD.samples[0].upper()} "
    [found] = campaign.problems(replace(GOOD, samples=(*GOOD.samples, same, "")))
    assert (found.field, found.stops, found.index) == (Field.SAMPLES, False, 2)
    assert found.sentence == "Example 3 says the same as example 1: give another one."
    assert campaign.problems(replace(GOOD, samples=(*GOOD.samples, "", ""))) == ()


def test_what_cannot_be_changed_any_more_is_not_asked_for_again() -> None:
    form = replace(GOOD, usecase="", help_message="short", opt_in_keywords=("two words",))
    assert len(stops(form)) == 4 and stops(form, again=True) == []


def test_what_was_sent_in_is_in_the_form_that_puts_it_right() -> None:
    told = {name: getattr(GOOD, name) for name in CampaignForm.__dataclass_fields__}
    assert campaign.form_of(Campaign("QE1", "MG1", "BN1", "FAILED", **told)) == GOOD
    details = {name: getattr(FREE, name) for name in TollFreeForm.__dataclass_fields__ if getattr(FREE, name)}
    assert tollfree.form_of(Verification("HH1", "PN1", "TWILIO_REJECTED", details=details)) == FREE


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (BrandForm(), ["profile", "a2p_profile"]),
        (BrandForm(PROFILE, "BU123"), ["a2p_profile"]),
        (BrandForm(f" {PROFILE} ", A2P), []),
        (BrandForm(PROFILE, f" {PROFILE}"), ["a2p_profile"]),
        (BrandForm(PROFILE, A2P, BrandKind.SOLE_PROPRIETOR), []),
        (BrandForm(PROFILE, A2P, BrandKind.SOLE_PROPRIETOR, mock=True), ["mock"]),
    ],
)
def test_a_brand_is_made_from_two_profiles(form: BrandForm, fields: list[str]) -> None:
    assert [one.field for one in brand.problems(form)] == fields


def test_of_registers_and_countries_what_twilio_knows_is_taken() -> None:
    told = replace(FREE, country="us", registration_country="GB", registration_authority="USt-IdNr")
    told = replace(told, registration_number="DE123456789")
    assert tollfree.problems(told) == ()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"business_name": " "}, "business_name"),
        ({"website": "brightchairs"}, "website"),
        ({"email": "shop"}, "email"),
        ({"categories": ()}, "categories"),
        ({"summary": ""}, "summary"),
        ({"sample": ""}, "sample"),
        ({"opt_in_type": ""}, "opt_in_type"),
        ({"opt_in_images": ()}, "opt_in_images"),
        ({"opt_in_images": ("opt-in.png",)}, "opt_in_images"),
        ({"volume": ""}, "volume"),
        ({"contact_email": "shop@"}, "contact_email"),
        ({"contact_phone": "555"}, "contact_phone"),
        ({"profile": "BU1"}, "profile"),
        ({"summary": "x" * 501}, "summary"),
        ({"country": "us", "postal_code": "banana"}, "postal_code"),
        ({"country": "US", "postal_code": "1000"}, "postal_code"),
        ({"country": "CA", "postal_code": "10001"}, "postal_code"),
        ({"country": "United States"}, "country"),
        ({"registration_country": "XX"}, "registration_country"),
        (
            {"registration_authority": "Companies House", "registration_number": "1", "registration_country": "GB"},
            "registration_authority",
        ),
        ({"privacy_url": "privacy"}, "privacy_url"),
    ],
)
def test_a_verification_needs_this(changed: dict[str, object], field: str) -> None:
    assert [one.field for one in tollfree.problems(replace(FREE, **changed))] == [field]  # type: ignore[arg-type]


def said(form: TollFreeForm) -> list[tuple[str, bool]]:
    return [(one.field, one.stops) for one in tollfree.problems(form)]


@pytest.mark.parametrize(
    ("number", "kind", "field"),
    [
        ("12-3456789", "EIN", ""),
        (" 123456789 ", "EIN", ""),
        ("12-34", "EIN", "registration_number"),
        ("12-34567890", "EIN", "registration_number"),
        ("AB-3456789", "EIN", "registration_number"),
        ("12-34", "", "registration_authority"),
        ("", "EIN", "registration_number"),
        ("", "OTHER", "registration_number"),
        ("12-34", "OTHER", ""),
        ("SC123456", "CRN", ""),
        ("DE123456789", "USt-IdNr", ""),
        ("", "", ""),
    ],
)
def test_a_number_needs_its_kind_and_a_kind_its_number(number: str, kind: str, field: str) -> None:
    form = replace(FREE, registration_number=number, registration_authority=kind, registration_country="US")
    assert said(form) == ([(field, True)] if field else [])


@pytest.mark.parametrize(
    ("code", "country"),
    [("10001", "US"), ("10001-1234", "us"), ("k1a 0b1", "CA"), ("SW1A 1AA", "GB"), ("banana", ""), ("D02 X285", "IE")],
)
def test_a_postal_code_is_looked_at_only_where_it_is_known_how_it_is_written(code: str, country: str) -> None:
    assert said(replace(FREE, postal_code=code, country=country)) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sample": "hi"}, "sample"),
        ({"sample": "Your chair is ready. Reply STOP to opt out."}, "sample"),
        ({"sample": "Bright Chairs: your chair is ready."}, "sample"),
        ({"sample": "Bright Chairs: see bit.ly/3x. Reply STOP to opt out."}, "sample"),
        ({"sample": "Reply STOP to opt out.", "business_name": ""}, "business_name"),
        ({"sample": "Oak & Co: ready. Reply STOP to opt out.", "doing_business_as": "The Oak Company"}, ""),
        ({"sample": "BRIGHT CHAIRS: ready. Reply stop to end.", "business_name": "The Bright Chairs Co. LLC"}, ""),
        ({"business_type": "PRIVATE_PROFIT"}, "registration_number"),
        ({"business_type": "SOLE_PROPRIETOR"}, ""),
        ({"registration_number": "12-3456789", "registration_authority": "EIN"}, "registration_country"),
    ],
)
def test_what_carriers_often_reject_of_a_verification_is_advice_and_stops_nobody(
    changed: dict[str, str], field: str
) -> None:
    stops = field == "business_name"  # where there is none, none need be named
    assert said(replace(FREE, **changed)) == ([(field, stops)] if field else [])  # type: ignore[arg-type]
