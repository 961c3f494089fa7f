"""Registering through the real SDK against the simulator, over sockets."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from sms_desktop.domain import tollfree
from sms_desktop.domain.brand import BrandForm, BrandKind
from sms_desktop.domain.campaign import form_of
from sms_desktop.domain.errors import BadInput, GatewayError, NotAllowed, NotThere, TooMany, Uncertain, WrongCredentials
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.registration import Registrar
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.gateway.wire import NeverLeft
from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, SHOP_LINE, TOLL_FREE_LINE, Simulator
from tests.domain.test_forms import FREE, GOOD, PROFILE

A2P = "BU" + "1" * 32
BRAND = BrandForm(PROFILE, A2P)
CREATE_BRAND = "POST v1/a2p/BrandRegistrations"


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    sim = Simulator(pace=0, seed=1)
    await sim.start()
    yield sim
    await sim.stop()


@pytest.fixture
async def desk(sim: Simulator) -> AsyncIterator[Registrar]:
    twilio = TwilioGateway(Credentials(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN), sim.base_url, total_timeout=2)
    yield twilio.registrar
    await twilio.close()


async def brand(desk: Registrar, sim: Simulator, form: BrandForm = BRAND) -> str:
    """The SID of an approved one."""
    made = await desk.create_brand(form)
    await sim.idle()
    if not form.mock:
        sim.decide(made.sid, "APPROVED")
    return made.sid


async def test_a_brand_is_made_and_read_through_its_states(desk: Registrar, sim: Simulator) -> None:
    made = await desk.create_brand(replace(BRAND, profile=f" {PROFILE} "))
    assert (made.status, made.mock, made.kind, made.profile, made.a2p_profile) == (
        "PENDING", False, "STANDARD", PROFILE, A2P,
    )  # fmt: skip
    assert made.created is not None and made.created.tzinfo is not None
    sim.decide(made.sid, "FAILED", 30799, 30701)
    (found,) = await desk.brands()
    assert [reason.code for reason in found.reasons] == [30799, 30701]
    assert found.reasons[0].what == "The business’s details could not be confirmed."


async def test_a_rehearsal_is_one(desk: Registrar, sim: Simulator) -> None:
    sid = await brand(desk, sim, replace(BRAND, mock=True))
    (found,) = await desk.brands()
    assert (found.sid, found.mock, found.status, found.score) == (sid, True, "APPROVED", 60)


async def test_a_sole_proprietors_brand_is_one(desk: Registrar) -> None:
    made = await desk.create_brand(replace(BRAND, kind=BrandKind.SOLE_PROPRIETOR, skip_vetting=True))
    assert made.kind == "SOLE_PROPRIETOR"


async def test_use_cases_are_read(desk: Registrar, sim: Simulator) -> None:
    found = await desk.usecases(sim.account.add_service().sid, await brand(desk, sim))
    assert {one.code for one in found if one.needs_approval} == {"EMERGENCY"}
    assert all(one.name and one.description for one in found)


async def test_a_campaign_says_at_twilio_what_the_form_says(desk: Registrar, sim: Simulator) -> None:
    service = sim.account.add_service().sid
    form = replace(
        GOOD,
        links=True,
        phones=True,
        opt_in_message="You get texts from Bright Chairs now.",
        opt_out_message="You get no more texts from us.",
        help_message="Call Bright Chairs for help: 212 555 0100",
        opt_in_keywords=("CHAIRS", "CHAIR"),
        opt_out_keywords=("STOP",),
        help_keywords=("HELP",),
        age_gated=True,
        direct_lending=True,
        privacy_url="https://brightchairs.example/privacy",
        terms_url="https://brightchairs.example/terms",
    )
    made = await desk.create_campaign(service, await brand(desk, sim), form)
    (found,) = await desk.campaigns(service)
    pages = {"privacy_url": "", "terms_url": ""}  # the SDK's record of a campaign has none
    assert replace(form_of(found), **pages) == replace(form, **pages) == replace(form_of(made), **pages)  # type: ignore[arg-type]
    assert sim.account.registrar.campaigns[made.sid].said["privacy_policy_url"] == form.privacy_url


async def test_a_rejected_campaign_is_put_right(desk: Registrar, sim: Simulator) -> None:
    service = sim.account.add_service().sid
    made = await desk.create_campaign(service, await brand(desk, sim), GOOD)
    with pytest.raises(GatewayError, match=r"Twilio says: “Only a campaign that failed can be updated”\."):
        await desk.update_campaign(service, made.sid, GOOD)
    sim.decide(made.sid, "FAILED", 30896)
    (failed,) = await desk.campaigns(service)
    assert failed.reasons[0].fields == ("flow",)
    again = await desk.update_campaign(service, made.sid, replace(GOOD, flow=GOOD.flow + " They can undo it."))
    assert (again.status, again.flow[-17:], again.reasons) == ("PENDING", "They can undo it.", ())


async def test_a_rehearsal_is_ended(desk: Registrar, sim: Simulator) -> None:
    service = sim.account.add_service().sid
    made = await desk.create_campaign(service, await brand(desk, sim, replace(BRAND, mock=True)), GOOD)
    await desk.delete_rehearsal(service, made.sid)
    assert await desk.campaigns(service) == ()


async def test_a_number_comes_into_the_pool_of_a_service(desk: Registrar, sim: Simulator) -> None:
    made = await desk.create_service("Shop texts")
    assert (made.name, made.defers, made.senders) == ("Shop texts", True, ())
    number = sim.account.line(SHOP_LINE).sid
    for _ in range(2):  # that it is there already is no error
        await desk.add_number(made.sid, number)
    (pool,) = await desk.pools()
    assert (pool.senders, pool.registered) == ((number,), False)
    other = await desk.create_service("Other texts")
    with pytest.raises(GatewayError, match="belongs to another Messaging Service"):
        await desk.add_number(other.sid, number)
    campaign = await desk.create_campaign(made.sid, await brand(desk, sim), GOOD)
    sim.decide(campaign.sid, "VERIFIED")
    assert [pool.registered for pool in await desk.pools()] == [True, False]


async def test_a_verification_says_at_twilio_what_the_form_says(desk: Registrar, sim: Simulator) -> None:
    number = sim.account.line(TOLL_FREE_LINE).sid
    form = replace(FREE, contact_phone="(415) 555-0132", profile=PROFILE, street="1 Main Street", country="US")
    made = await desk.create_verification(number, form)
    assert (made.status, made.number_sid, made.profile) == ("PENDING_REVIEW", number, PROFILE)
    assert tollfree.form_of(made) == replace(form, contact_phone="+14155550132")
    assert await desk.verifications(number) == await desk.verifications() == (made,)
    assert await desk.verifications("PN" + "0" * 32) == ()

    sim.decide(made.sid, "TWILIO_REJECTED", 30446, 30999)
    (rejected,) = await desk.verifications()
    assert (rejected.edit_allowed, rejected.reasons[0].code) == (True, 30446)
    assert rejected.reasons[1].what.startswith("The toll-free verification was rejected.")
    assert rejected.edit_until is not None and rejected.edit_until.tzinfo is not None
    again = await desk.update_verification(made.sid, replace(FREE, summary="Other words"), tollfree.form_of(rejected))
    assert (again.status, again.details["summary"]) == ("PENDING_REVIEW", "Other words")
    assert "street" not in again.details and "contact_phone" not in again.details


@pytest.mark.parametrize(
    ("brand_status", "changed", "sentence"),
    [
        ("PENDING", {}, "The brand is not approved"),
        ("APPROVED", {"usecase": "SPAM"}, "may not register this use case"),
        ("APPROVED", {"description": "short"}, "too long or too short"),
        ("APPROVED", {"flow": ""}, "Something in the form is missing"),
        ("APPROVED", {"privacy_url": "nowhere"}, "Twilio says: “PrivacyPolicyUrl is not a valid URL”"),
    ],
)
async def test_a_refusal_says_why(
    desk: Registrar, sim: Simulator, brand_status: str, changed: dict[str, str], sentence: str
) -> None:
    made = await desk.create_brand(BRAND)
    if brand_status == "APPROVED":
        sim.decide(made.sid, brand_status)
    with pytest.raises(GatewayError, match=sentence) as caught:
        await desk.create_campaign(sim.account.add_service().sid, made.sid, replace(GOOD, **changed))  # type: ignore[arg-type]
    assert not isinstance(caught.value, Uncertain) and not caught.value.transient


async def test_an_account_that_may_not_is_told_so_and_not_that_its_token_is_wrong(
    desk: Registrar, sim: Simulator
) -> None:
    sim.account.registrar.allowed = False
    for asked in (desk.brands(), desk.verifications(), desk.campaigns(sim.account.add_service().sid)):
        with pytest.raises(NotAllowed, match="does not show this account’s"):
            await asked
    with pytest.raises(NotAllowed, match="does not let this account do this"):
        await desk.create_brand(BRAND)
    assert await desk.pools()


async def test_what_is_gone_is_told_as_gone(desk: Registrar) -> None:
    with pytest.raises(NotThere):
        await desk.update_verification("HH" + "0" * 32, FREE, FREE)
    assert await desk.campaigns("MG" + "0" * 32) == ()


async def test_wrong_credentials_change_nothing(sim: Simulator) -> None:
    twilio = TwilioGateway(Credentials(DEMO_ACCOUNT_SID, "0" * 32), sim.base_url)
    with pytest.raises(WrongCredentials):
        await twilio.registrar.create_brand(BRAND)
    await twilio.close()


async def test_a_lost_answer_leaves_it_open(desk: Registrar, sim: Simulator) -> None:
    sim.lose_answer(CREATE_BRAND)
    with pytest.raises(Uncertain, match="It may have been done all the same"):
        await desk.create_brand(BRAND)
    assert len(await desk.brands()) == 1


async def test_what_twilio_surely_did_not_do_is_no_doubt(desk: Registrar, sim: Simulator) -> None:
    sim.weather.rate_limited = True
    with pytest.raises(TooMany, match="Nothing was done"):
        await desk.create_brand(BRAND)
    sim.weather.clear()
    assert await desk.brands() == ()
    await sim.stop()
    with pytest.raises(NeverLeft):
        await desk.create_brand(BRAND)


async def test_an_error_of_twilios_own_leaves_it_open(desk: Registrar, sim: Simulator) -> None:
    sim.weather.update({"error_before": True})
    with pytest.raises(Uncertain):
        await desk.create_brand(BRAND)


async def test_a_contact_who_cannot_be_dialled_is_never_sent(desk: Registrar, sim: Simulator) -> None:
    with pytest.raises(BadInput):
        await desk.create_verification(sim.account.line(TOLL_FREE_LINE).sid, replace(FREE, contact_phone="12"))
