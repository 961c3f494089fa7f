"""Every state that Twilio has for a brand, a campaign and a verification, and what it comes to for a line."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from sms_desktop.domain import rejections, standings
from sms_desktop.domain.campaign import CampaignForm
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.registration import (
    UNSEEN,
    Brand,
    Campaign,
    Kind,
    Known,
    SenderPool,
    Standing,
    Step,
    Tone,
    Verification,
)
from sms_desktop.domain.registrationreport import Part, Report, What, caution_of, for_real, report_of, what_is
from sms_desktop.domain.rejections import reason_of
from sms_desktop.domain.tollfree import TollFreeForm

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)
SHOP = Line("+12125550100", "Shop", LineKind.LOCAL, sid="PN1")
FREE = Line("+18885550144", "Toll-free", LineKind.TOLL_FREE, sid="PN2")
IN_US, IN_CANADA, IN_BRITAIN, IN_PUERTO_RICO = "+14155550132", "+16135550132", "+447400123456", "+17875550132"

BRAND = Brand("BN1", "APPROVED", "VERIFIED", score=60)
CAMPAIGN = Campaign("QE1", "MG1", "BN1", "VERIFIED", "CUSTOMER_CARE")
POOL = SenderPool("MG1", "Shop texts", ("PN1",))
VERIFICATION = Verification("HH1", "PN2", "TWILIO_APPROVED")


def known(
    brands: tuple[Brand, ...] | None = (),
    pools: tuple[SenderPool, ...] | None = (),
    campaigns: tuple[Campaign, ...] | None = (),
    verifications: tuple[Verification, ...] | None = (),
    troubles: tuple[str, ...] = (),
) -> Known:
    return Known(NOW, brands, pools, campaigns, verifications, troubles)


def values(shared: Path, schema: str) -> list[str]:
    document = json.loads((shared / "openapi" / "twilio_messaging_v1.json").read_text())
    return list(document["components"]["schemas"][schema]["enum"])


@pytest.mark.parametrize(
    ("status", "tone", "step"),
    [
        ("PENDING", Tone.WAITING, Step.WAIT),
        ("IN_REVIEW", Tone.WAITING, Step.WAIT),
        ("APPROVED", Tone.GOOD, Step.NONE),
        ("FAILED", Tone.BAD, Step.CONSOLE),
        ("SUSPENDED", Tone.BAD, Step.CONSOLE),
        ("DELETION_PENDING", Tone.NONE, Step.BRAND),
        ("DELETION_FAILED", Tone.NONE, Step.CONSOLE),
        ("SOMETHING_NEW", Tone.NONE, Step.CONSOLE),
    ],
)
def test_a_brand_in_each_state(status: str, tone: Tone, step: Step) -> None:
    found = standings.of_brand(Brand("BN1", status, "VERIFIED"))
    assert (found.tone, found.step) == (tone, step)
    complete(found)


@pytest.mark.parametrize(
    ("status", "tone", "step", "may"),
    [
        ("PENDING", Tone.WAITING, Step.WAIT, False),
        ("IN_PROGRESS", Tone.WAITING, Step.WAIT, False),
        ("VERIFIED", Tone.GOOD, Step.NONE, True),
        ("FAILED", Tone.BAD, Step.EDIT, False),
        ("SUSPENDED", Tone.BAD, Step.CONSOLE, False),
        ("SOMETHING_NEW", Tone.NONE, Step.CONSOLE, None),
    ],
)
def test_a_campaign_in_each_state(status: str, tone: Tone, step: Step, may: bool | None) -> None:
    found = standings.of_campaign(replace(CAMPAIGN, status=status))
    assert (found.tone, found.step, found.may_text_us) == (tone, step, may)
    complete(found)


@pytest.mark.parametrize(
    ("status", "allowed", "until", "tone", "step", "may"),
    [
        ("PENDING_REVIEW", None, None, Tone.WAITING, Step.WAIT, False),
        ("IN_REVIEW", None, None, Tone.WAITING, Step.WAIT, False),
        ("TWILIO_APPROVED", None, None, Tone.GOOD, Step.NONE, True),
        ("TWILIO_REJECTED", True, LATER, Tone.BAD, Step.EDIT, False),
        ("TWILIO_REJECTED", True, None, Tone.BAD, Step.EDIT, False),
        ("TWILIO_REJECTED", True, EARLIER, Tone.BAD, Step.VERIFY, False),
        ("TWILIO_REJECTED", False, LATER, Tone.BAD, Step.VERIFY, False),
        ("TWILIO_REJECTED", None, None, Tone.BAD, Step.VERIFY, False),
        ("SOMETHING_NEW", None, None, Tone.NONE, Step.CONSOLE, None),
    ],
)
def test_a_verification_in_each_state(
    status: str, allowed: bool | None, until: datetime | None, tone: Tone, step: Step, may: bool | None
) -> None:
    told = Verification("HH1", "PN2", status, edit_allowed=allowed, edit_until=until)
    found = standings.of_verification(told, NOW)
    assert (found.tone, found.step, found.may_text_us) == (tone, step, may)
    complete(found)


def complete(found: Standing) -> None:
    """It can be shown: words, sentences, and an address wherever it is Twilio's console that helps."""
    assert found.word and found.sentence.endswith(".")
    assert found.advice == "" or found.advice.endswith(".")
    assert (found.step is Step.CONSOLE) <= bool(found.url)
    assert (found.tone is Tone.BAD) <= bool(found.step) and (found.step is Step.WAIT) <= bool(found.advice)


def test_no_state_that_twilio_publishes_is_missing(shared: Path) -> None:
    assert set(standings.BRAND) == set(values(shared, "brand_registrations_enum_status"))
    assert set(standings.VERIFICATION) == set(values(shared, "tollfree_verification_enum_status"))


def test_a_sole_proprietor_has_to_answer_first() -> None:
    sole = Brand("BN1", "APPROVED", "UNVERIFIED", "SOLE_PROPRIETOR")
    assert standings.of_brand(sole).step is Step.CONSOLE
    assert standings.of_brand(replace(sole, identity="VERIFIED")).tone is Tone.GOOD


def test_nothing_gets_through_with_a_rehearsal_and_it_says_so() -> None:
    found = standings.of_campaign(replace(CAMPAIGN, mock=True))
    assert (found.may_text_us, found.tone, found.step) == (False, Tone.WAITING, Step.BRAND)
    assert "rehearsal" in standings.of_brand(replace(BRAND, mock=True)).sentence


@pytest.mark.parametrize(
    ("address", "kind", "what"),
    [
        ("+12125550100", LineKind.LOCAL, What.TEN_DLC),
        ("+12125550100", LineKind.OTHER, What.TEN_DLC),
        ("+16135550100", LineKind.LOCAL, What.TEN_DLC),
        ("+18885550144", LineKind.LOCAL, What.TOLL_FREE),
        ("72975", LineKind.OTHER, What.SHORT_CODE),
        ("+447400123456", LineKind.MOBILE, What.MOBILE),
        ("+442079460018", LineKind.LOCAL, What.LONG_CODE),
        ("+442079460018", LineKind.OTHER, What.OTHER),
        ("BrightChair", LineKind.OTHER, What.ALPHANUMERIC),
        ("MG" + "0" * 32, LineKind.OTHER, What.SERVICE),
    ],
)
def test_what_a_line_is(address: str, kind: LineKind, what: What) -> None:
    line = Line(address, kind=kind)
    assert what_is(line) is what
    report = report_of(line, UNSEEN, NOW)
    assert report.can.endswith(".") and report.pace.endswith(".")


FAILED, WAITS = replace(CAMPAIGN, status="FAILED"), replace(CAMPAIGN, status="PENDING")
ELSEWHERE = SenderPool("MG2", "Other texts", ("PN1",))
EMPTY = replace(POOL, senders=())
MOCK, MOCK_CAMPAIGN = replace(BRAND, sid="BN9", mock=True), replace(CAMPAIGN, brand="BN9", mock=True)


@pytest.mark.parametrize(
    ("told", "word", "step", "may"),
    [
        (UNSEEN, "Not known", Step.LOOK, None),
        (known(), "Not registered", Step.BRAND, False),
        (known(brands=(replace(BRAND, status="PENDING"),)), "In review", Step.WAIT, False),
        (known(brands=(replace(BRAND, status="FAILED"),)), "Rejected", Step.CONSOLE, False),
        (known(brands=(BRAND,)), "No campaign", Step.CAMPAIGN, False),
        (known(brands=(BRAND,), pools=(POOL,)), "No campaign", Step.CAMPAIGN, False),
        (known((BRAND,), (POOL,), (WAITS,)), "In review", Step.WAIT, False),
        (known((BRAND,), (POOL,), (FAILED,)), "Rejected", Step.EDIT, False),
        (known((BRAND,), (POOL,), (CAMPAIGN,)), "Approved", Step.NONE, True),
        (known((BRAND,), (POOL,), (FAILED, replace(CAMPAIGN, sid="QE2"))), "Approved", Step.NONE, True),
        (known((BRAND,), (EMPTY,), (CAMPAIGN,)), "Number not added", Step.ADD_NUMBER, False),
        (known((BRAND,), (EMPTY,), (WAITS,)), "In review", Step.WAIT, False),
        (known((BRAND,), (EMPTY, ELSEWHERE), (CAMPAIGN,)), "No campaign", Step.CAMPAIGN, False),
        (known((MOCK,), (POOL,), (MOCK_CAMPAIGN,)), "Rehearsal approved", Step.BRAND, False),
        (known((MOCK,), (EMPTY,), (MOCK_CAMPAIGN,)), "Not registered", Step.BRAND, False),
        (known((MOCK, BRAND), (POOL,), (MOCK_CAMPAIGN, CAMPAIGN)), "Approved", Step.NONE, True),
        # What may not be seen, or does not fit together, is not known.
        (known(None, (POOL,), (CAMPAIGN,)), "Approved", Step.NONE, True),
        (known(None, (), (), troubles=("No.",)), "Not known", Step.LOOK, None),
        (known((BRAND,), None, None), "Not known", Step.LOOK, None),
        (known((), (replace(POOL, registered=True),), ()), "Not known", Step.LOOK, None),
    ],
)
def test_a_long_code_as_far_as_it_is_registered(told: Known, word: str, step: Step, may: bool | None) -> None:
    report = report_of(SHOP, told, NOW)
    assert (report.standing.word, report.standing.step, report.standing.may_text_us) == (word, step, may)


@pytest.mark.parametrize("line", [SHOP, FREE])
def test_of_a_number_that_is_not_identified_yet_nothing_is_claimed(line: Line) -> None:
    report = report_of(replace(line, sid=None), known((BRAND,), (POOL,), (CAMPAIGN,)), NOW)
    assert (report.standing.word, report.standing.may_text_us, report.parts) == ("Not known", None, ())
    assert caution_of(report, IN_US) is None


@pytest.mark.parametrize(
    ("told", "word", "may"),
    [
        (UNSEEN, "Not known", None),
        (known(verifications=None), "Not known", None),
        (known(), "Not verified", False),
        (known(verifications=(replace(VERIFICATION, number_sid="PN7"),)), "Not verified", False),
        (known(verifications=(VERIFICATION,)), "Verified", True),
        (known(verifications=(replace(VERIFICATION, status="TWILIO_REJECTED"), VERIFICATION)), "Verified", True),
    ],
)
def test_a_toll_free_number_as_far_as_it_is_verified(told: Known, word: str, may: bool | None) -> None:
    report = report_of(FREE, told, NOW)
    assert (report.standing.word, report.standing.may_text_us) == (word, may)


def test_a_canadian_number_needs_it_for_the_united_states_alone() -> None:
    report = report_of(Line("+16135550100", kind=LineKind.LOCAL, sid="PN1"), known(), NOW)
    assert (report.standing.tone, report.standing.step) == (Tone.NONE, Step.BRAND)
    assert caution_of(report, IN_CANADA) is None and caution_of(report, IN_US) is not None


def test_the_parts_of_a_registration_are_shown_in_their_order() -> None:
    def parts(told: Known) -> list[tuple[Part, Tone]]:
        return [(part, standing.tone) for part, standing in report_of(SHOP, told, NOW).parts]

    brand, campaign, number = Part.BRAND, Part.CAMPAIGN, Part.NUMBER
    assert parts(UNSEEN) == []
    assert parts(known()) == [(brand, Tone.BAD), (campaign, Tone.NONE), (number, Tone.NONE)]
    assert parts(known((BRAND,))) == [(brand, Tone.GOOD), (campaign, Tone.BAD), (number, Tone.NONE)]
    assert parts(known((BRAND,), (EMPTY,), (WAITS,)))[1:] == [(campaign, Tone.WAITING), (number, Tone.BAD)]
    assert parts(known((BRAND,), (POOL,), (CAMPAIGN,)))[1:] == [(campaign, Tone.GOOD), (number, Tone.GOOD)]


def test_that_carriers_come_to_know_a_number_is_said_where_its_campaign_counts() -> None:
    def said(brand: Brand, campaign: Campaign) -> str:
        parts = dict(report_of(SHOP, known((brand,), (POOL,), (campaign,)), NOW).parts)
        return parts[Part.NUMBER].sentence

    assert "every carrier" in said(BRAND, CAMPAIGN)
    for brand, campaign in ((BRAND, WAITS), (replace(BRAND, mock=True), replace(CAMPAIGN, mock=True))):
        assert said(brand, campaign) == "The number is part of the campaign."


@pytest.mark.parametrize(
    ("line", "told", "peer", "warned"),
    [
        (SHOP, known(), IN_US, True),
        (SHOP, known(), IN_PUERTO_RICO, True),
        (SHOP, known(), IN_BRITAIN, False),
        (SHOP, known(), IN_CANADA, False),
        (SHOP, known(), "72975", False),
        (SHOP, known(), "BrightChair", False),
        (SHOP, UNSEEN, IN_US, False),
        (SHOP, known((BRAND,), (POOL,), (CAMPAIGN,)), IN_US, False),
        (SHOP, known((BRAND,), (POOL,), (WAITS,)), IN_US, True),
        (FREE, known(), IN_US, True),
        (FREE, known(), IN_CANADA, True),
        (FREE, known(), IN_BRITAIN, False),
        (FREE, known(verifications=(VERIFICATION,)), IN_US, False),
        (Line("72975", kind=LineKind.SHORT_CODE), known(), IN_US, False),
        (Line(IN_BRITAIN, kind=LineKind.MOBILE), known(), IN_US, False),
        (Line("MG1", "Shop texts"), known(pools=(POOL,)), IN_US, False),
    ],
)
def test_who_is_warned_before_a_text_goes(line: Line, told: Known, peer: str, warned: bool) -> None:
    report: Report = report_of(line, told, NOW)
    caution = caution_of(report, peer)
    assert (caution is not None) is warned
    if caution is not None:
        assert caution.title.endswith(".") and caution.advice.endswith(".") and caution.step


def test_a_rehearsal_is_not_said_to_be_in_review() -> None:
    waits = caution_of(report_of(SHOP, known((BRAND,), (POOL,), (WAITS,)), NOW), IN_US)
    rehearsed = caution_of(report_of(SHOP, known((MOCK,), (POOL,), (MOCK_CAMPAIGN,)), NOW), IN_US)
    assert waits is not None and waits.advice == "Its registration is in review."
    assert rehearsed is not None and rehearsed.advice == "Register for real with the same words."


@pytest.mark.parametrize(
    "told",
    [
        known((replace(MOCK, status="PENDING"),)),
        known((MOCK,), (POOL,), (replace(MOCK_CAMPAIGN, status="PENDING"),)),
        known((MOCK,), (POOL,), (replace(MOCK_CAMPAIGN, status="IN_PROGRESS"),)),
    ],
)
def test_a_rehearsal_in_review_is_decided_in_moments_and_carriers_check_nothing(told: Known) -> None:
    report = report_of(SHOP, told, NOW)
    assert report.rehearsed and report.standing.word == "In review"
    said = f"{report.standing.sentence} {report.standing.advice}"
    assert "in moments" in said and "Twilio plays through" in said
    assert not any(word in said for word in ("weeks", "until then", "Carriers check", "registries check"))
    caution = caution_of(report, IN_US)
    assert caution is not None and "rehearsal" in caution.advice


def test_carriers_are_not_said_to_know_a_business_that_is_rehearsed() -> None:
    for told in (known((MOCK,)), known((MOCK,), (POOL,))):
        report = report_of(SHOP, told, NOW)
        assert (report.standing.word, report.standing.step) == ("No campaign", Step.CAMPAIGN)
        for standing in (report.standing, dict(report.parts)[Part.CAMPAIGN]):
            assert standing.sentence == "The rehearsal of your business went well. What you send comes next."
    rejected = replace(MOCK_CAMPAIGN, status="FAILED")
    assert standings.of_campaign(rejected).sentence.startswith("The rehearsal did not accept ")


def test_a_messaging_service_is_a_line_of_its_own() -> None:
    report = report_of(Line("MG1", "Shop texts", LineKind.SERVICE), known((BRAND,), (POOL,), (CAMPAIGN,)), NOW)
    assert (report.what, report.standing.word, report.campaign) == (What.SERVICE, "Approved", CAMPAIGN)


def test_where_several_campaigns_are_approved_none_is_chosen_for_the_number() -> None:
    empty = replace(POOL, senders=())
    other, third = replace(empty, sid="MG2", name="Reminders"), replace(empty, sid="MG3", name="News")
    second = replace(CAMPAIGN, sid="QE2", service="MG2")
    waits = replace(CAMPAIGN, sid="QE3", service="MG3", status="IN_PROGRESS")
    one = report_of(SHOP, known((BRAND,), (empty, other, third), (CAMPAIGN, waits)), NOW)
    assert one.choices == ((empty, CAMPAIGN),) and one.standing.sentence.startswith("Your campaign is approved")
    two = report_of(SHOP, known((BRAND,), (empty, other, third), (CAMPAIGN, second, waits)), NOW)
    assert two.choices == ((empty, CAMPAIGN), (other, second))
    assert (two.standing.word, two.standing.step) == ("Number not added", Step.ADD_NUMBER)
    assert two.standing.sentence == "Your campaigns are approved, but this number is part of none of them."
    inside = report_of(SHOP, known((BRAND,), (POOL, other), (CAMPAIGN, second)), NOW)
    assert inside.choices == ()


@pytest.mark.parametrize(
    ("told", "pending", "wrong"),
    [
        (known(()), False, False),
        (known((replace(BRAND, status="PENDING"),)), True, False),
        (known((replace(BRAND, kind="SOLE_PROPRIETOR", identity="UNVERIFIED"),)), True, False),
        (known((replace(BRAND, status="FAILED"),)), False, True),
        (known((BRAND,)), False, False),
        (known((BRAND,), (POOL,), (replace(CAMPAIGN, status="IN_PROGRESS"),)), True, False),
        (known((BRAND,), (POOL,), (replace(CAMPAIGN, status="FAILED"),)), False, True),
        (known((replace(BRAND, mock=True),), (POOL,), (replace(CAMPAIGN, mock=True),)), False, False),
    ],
)
def test_what_is_others_to_decide_is_pending_and_only_what_was_begun_can_go_wrong(
    told: Known, pending: bool, wrong: bool
) -> None:
    report = report_of(SHOP, told, NOW)
    assert (report.is_pending, report.standing.went_wrong) == (pending, wrong)


def test_why_a_rehearsal_was_rejected_is_not_said_of_the_business() -> None:
    refused = replace(CAMPAIGN, mock=True, status="FAILED", reasons=(reason_of(30886, Kind.CAMPAIGN),))
    report = report_of(SHOP, known((replace(BRAND, mock=True),), (POOL,), (refused,)), NOW)
    assert report.standing.reasons and for_real(report).standing.reasons == ()


def test_a_service_without_a_campaign_is_not_spoken_of_as_a_number_in_one() -> None:
    other = replace(POOL, sid="MG2", name="Reminders", senders=("PN1",))
    told = known((BRAND,), (replace(POOL, senders=()), other), (CAMPAIGN,))
    service = report_of(Line("MG2", "Reminders", LineKind.SERVICE), told, NOW).standing
    assert (service.word, service.step) == ("No campaign", Step.CAMPAIGN)
    assert (service.sentence, service.advice) == (
        "This Messaging Service has no campaign.", "Describe what it sends (the campaign).",
    )  # fmt: skip
    number = report_of(SHOP, told, NOW).standing
    assert number.sentence == "The number belongs to the Messaging Service “Reminders”, which has no campaign."
    assert number.advice.startswith("Describe what “Reminders” sends")


@pytest.mark.parametrize(
    ("senders", "warned"),
    [
        (("+12125550188", "+12125550199"), True),
        (("+12125550188", "+18885550144"), False),  # the toll-free number may be the one that Twilio picks
        (("+12125550188", "55512"), False),
        ((), False),
    ],
)
def test_a_service_of_ten_digit_numbers_alone_is_warned_about(senders: tuple[str, ...], warned: bool) -> None:
    service = Line("MG1", "Reminders", LineKind.SERVICE, senders=senders)
    found = caution_of(report_of(service, known((), (replace(POOL, sid="MG1"),)), NOW), IN_US)
    assert (found is not None) is warned
    assert found is None or found.title.startswith("Reminders is not registered for texts to the United States")


@pytest.mark.parametrize(
    ("score", "usecase", "pace", "rate"),
    [
        (90, "MIXED", "225 text parts a second in the US, 75 to each", 75),
        (75, "MIXED", "225 ", 75),
        (74, "MIXED", "120 text parts a second in the US, 40 to each", 40),
        (49, "MIXED", "12 text parts a second in the US, 4 to each", 4),
        (None, "MIXED", "12 ", 4),
        (90, "LOW_VOLUME", "12 ", 4),
    ],
)
def test_the_trust_score_tells_the_pace(score: int | None, usecase: str, pace: str, rate: float) -> None:
    told = known((replace(BRAND, score=score),), (POOL,), (replace(CAMPAIGN, usecase=usecase),))
    report = report_of(SHOP, told, NOW)
    assert report.pace.startswith(pace) and report.rate == rate


def test_a_number_sends_at_the_pace_of_a_campaign_only_once_it_is_approved_and_the_number_in_it() -> None:
    good = (replace(BRAND, score=90),)
    review, outside = replace(CAMPAIGN, status="IN_PROGRESS"), replace(POOL, senders=())
    assert report_of(SHOP, known(good, (POOL,), (review,)), NOW).rate == 4
    assert report_of(SHOP, known(good, (outside,), (CAMPAIGN,)), NOW).rate == 4
    assert report_of(SHOP, UNSEEN, NOW).rate == 4
    in_canada = replace(SHOP, address="+14165550100")
    assert report_of(in_canada, known(good, (POOL,), (CAMPAIGN,)), NOW).rate == 1
    in_puerto_rico = replace(SHOP, address="+17875550100")
    assert report_of(in_puerto_rico, known(good, (POOL,), (CAMPAIGN,)), NOW).rate == 75
    service = Line(POOL.sid, "Shop", LineKind.SERVICE, senders=(SHOP.address, "+12125550101", "+18885550144"))
    assert report_of(service, known(good, (POOL,), (CAMPAIGN,)), NOW).rate == 78  # one campaign, and the toll-free 3


def test_profiles_that_were_used_before_can_be_chosen_the_newest_first() -> None:
    old, new = replace(BRAND, profile="BU1", updated=EARLIER), replace(BRAND, sid="BN2", profile="BU2", updated=NOW)
    told = known((old, new, replace(BRAND, sid="BN3", profile="BU1")))
    assert told.profiles == ("BU2", "BU1")


def test_every_rejection_that_the_facts_name_has_a_sentence_of_its_own(shared: Path) -> None:
    told = json.loads((shared / "facts" / "error-codes-messaging.json").read_text())["codes"]
    named = {one["code"] for one in told if "rejection" in one["title"].lower()}
    assert len(named) > 25 and named <= rejections.codes()


def test_each_rejection_is_said_in_whole_sentences_and_names_fields_that_there_are() -> None:
    fields = CampaignForm.__dataclass_fields__.keys() | TollFreeForm.__dataclass_fields__.keys()
    for code, kind in product((*rejections.codes(), 30512, 30777, 30999, None), Kind):
        reason = reason_of(code, kind)
        assert reason.what.endswith(".") and reason.advice.endswith("."), code
        assert set(reason.fields) <= fields, code
        assert "Twilio says" not in reason.what


def test_what_twilio_says_of_a_new_code_is_repeated_and_cut() -> None:
    said = "The campaign was rejected. Twilio says: “Too many chairs”."
    assert reason_of(30998, Kind.CAMPAIGN, "Too many  chairs.").what == said
    assert len(reason_of(None, Kind.CAMPAIGN, "x" * 5000).what) < 400
    assert reason_of(30896, Kind.CAMPAIGN, "Opt-in error").what == "It is not clear how people agree to get texts."


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (Kind.BRAND, "The business’s details were not accepted."),
        (Kind.CAMPAIGN, "The campaign was rejected."),
        (Kind.VERIFICATION, "The toll-free verification was rejected."),
    ],
)
@pytest.mark.parametrize("code", [30512, 30777, 30999, None])
def test_of_a_new_code_it_is_said_what_was_rejected(kind: Kind, named: str, code: int | None) -> None:
    assert reason_of(code, kind).what == named


def test_the_fields_that_twilio_names_are_those_of_the_form() -> None:
    assert reason_of(30897, Kind.CAMPAIGN, "", ["MESSAGE_FLOW", "SOMETHING_NEW", "message_samples"]).fields == (
        "flow",
        "samples",
    )
    assert reason_of(30897, Kind.CAMPAIGN, "", ["SOMETHING_NEW"]).fields == ("description", "samples")


@pytest.mark.parametrize(
    ("status", "names"), [("TWILIO_APPROVED", ("Bright", "Bright LLC")), ("TWILIO_REJECTED", ()), ("IN_REVIEW", ())]
)
def test_the_business_is_called_as_was_approved_and_not_as_was_only_asked_for(
    status: str, names: tuple[str, ...]
) -> None:
    details: dict[str, str | tuple[str, ...]] = {"doing_business_as": "Bright", "business_name": "Bright LLC"}
    assert known(verifications=(replace(VERIFICATION, status=status, details=details),)).business_names == names
