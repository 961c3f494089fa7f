"""Brands, campaigns and toll-free verifications: how they come about, what becomes of them, what they are good for."""

from typing import Any

import pytest
from openapi_core import OpenAPI

from sms_desktop.simulator import SHOP_LINE, TEST_ACCOUNT_SID, TOLL_FREE_LINE, Simulator
from tests.simulator.api import Api
from tests.simulator.registrationforms import (
    A2P_PROFILE,
    BRAND,
    BRANDS,
    PROFILE,
    VERIFICATIONS,
    approved_brand,
    approved_campaign,
    campaign,
    verification,
)
from tests.simulator.test_shapes import check, messaging  # noqa: F401 - a fixture

ABROAD = "+447400123456"


async def ended(api: Api, sim: Simulator, **more: str) -> tuple[str, int | None]:
    sent = await api.send(**more)
    await sim.idle()
    found = (await api.get(sent.data["uri"])).data
    return found["status"], found["error_code"]


async def test_a_brand_waits_until_the_registry_decides(api: Api, sim: Simulator) -> None:
    made = await api.post(BRANDS, BRAND)
    assert (made.status, made.data["status"], made.data["mock"]) == (201, "PENDING", False)
    await sim.idle()
    sid = made.data["sid"]
    assert (await api.get(f"{BRANDS}/{sid}")).data["status"] == "PENDING"
    sim.decide(sid, "IN_REVIEW")
    sim.decide(sid, "FAILED", 30799)
    found = (await api.get(f"{BRANDS}/{sid}")).data
    assert (found["status"], found["errors"][0]["error_code"]) == ("FAILED", 30799)
    with pytest.raises(ValueError, match="APPROVED cannot follow FAILED"):
        sim.decide(sid, "APPROVED")
    for status in ("PENDING", "APPROVED"):  # put right and sent in again at the console
        sim.decide(sid, status)
    found = (await api.get(f"{BRANDS}/{sid}")).data
    assert (found["status"], found["errors"]) == ("APPROVED", [])


async def test_the_same_brand_sent_in_twice_is_two_brands(api: Api) -> None:
    for _ in range(2):
        await api.post(BRANDS, BRAND)
    assert len((await api.get(BRANDS)).data["data"]) == 2


async def test_a_rehearsal_is_approved_by_itself(api: Api, sim: Simulator) -> None:
    sid = await approved_brand(api, sim, Mock="true")
    assert (await api.get(f"{BRANDS}/{sid}")).data["status"] == "APPROVED"
    service = sim.account.add_service().sid
    made = await api.post(f"/v1/Services/{service}/Compliance/Usa2p", campaign(sid))
    assert made.data["mock"] is True
    await sim.idle()
    listed = (await api.get(f"/v1/Services/{service}/Compliance/Usa2p")).data["compliance"]
    assert [one["campaign_status"] for one in listed] == ["VERIFIED"]
    assert (await api.get(f"/v1/Services/{service}")).data["us_app_to_person_registered"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"CustomerProfileBundleSid": ""},
        {"A2PProfileBundleSid": "BU12"},
        {"BrandType": "STARTER"},
        {"Mock": "maybe"},
    ],
)
async def test_a_brand_with_a_bad_field_is_refused(api: Api, wrong: dict[str, str]) -> None:
    assert (await api.post(BRANDS, BRAND | wrong)).code == 20001
    assert (await api.get(BRANDS)).data["data"] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"Description": ""}, 21727),
        ({"Description": "too short"}, 21728),
        ({"Description": "x" * 4097}, 21728),
        ({"MessageFlow": "x" * 2049}, 21728),
        ({"MessageSamples": "a third one, twenty characters long"}, None),
        ({"MessageSamples": "short"}, 21728),
        ({"HelpMessage": "short"}, 21728),
        ({"OptInKeywords": "not a word"}, 21728),
        ({"UsAppToPersonUsecase": "SPAM"}, 21720),
        ({"UsAppToPersonUsecase": "SOLE_PROPRIETOR"}, 21720),
        ({"BrandRegistrationSid": "BN" + "0" * 32}, 21717),
        ({"HasEmbeddedLinks": "perhaps"}, 20001),
        ({"PrivacyPolicyUrl": "nowhere"}, 20001),
    ],
)
async def test_a_campaign_with_a_bad_field_is_refused(
    api: Api, sim: Simulator, wrong: dict[str, str], code: int | None
) -> None:
    brand, service = await approved_brand(api, sim), sim.account.add_service().sid
    assert (await api.post(f"/v1/Services/{service}/Compliance/Usa2p", campaign(brand, **wrong))).code == code


async def test_a_campaign_needs_an_approved_brand_and_a_service_of_its_own(api: Api, sim: Simulator) -> None:
    pending = (await api.post(BRANDS, BRAND)).data["sid"]
    path = f"/v1/Services/{sim.account.add_service().sid}/Compliance/Usa2p"
    assert (await api.post(path, campaign(pending))).code == 21717
    sim.decide(pending, "APPROVED")
    assert (await api.post(path, campaign(pending))).status == 201
    assert (await api.post(path, campaign(pending))).status == 409
    assert (await api.post("/v1/Services/MG" + "0" * 32 + "/Compliance/Usa2p", campaign(pending))).status == 404


async def test_a_campaign_that_failed_is_put_right(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service().sid
    path = f"/v1/Services/{service}/Compliance/Usa2p"
    made = await api.post(path, campaign(await approved_brand(api, sim)))
    one = f"{path}/{made.data['sid']}"
    right = campaign(
        "", AgeGated="false", DirectLending="false", Description="What we send, now in more words than ever."
    )
    assert (await api.post(one, right)).code == 20001  # it is still looked at
    sim.decide(made.data["sid"], "FAILED", 30896)
    failed = (await api.get(one)).data
    assert (failed["campaign_status"], failed["errors"][0]["fields"]) == ("FAILED", ["MESSAGE_FLOW"])
    again = await api.post(one, right)
    assert (again.status, again.data["campaign_status"], again.data["errors"]) == (200, "PENDING", [])
    assert again.data["description"].endswith("than ever.")
    assert (await api.delete(one)).status == 204
    assert (await api.get(one)).status == 404


async def test_use_cases_are_those_of_the_kind_of_brand(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service().sid
    path = f"/v1/Services/{service}/Compliance/Usa2p/Usecases?BrandRegistrationSid="
    many = (await api.get(path + await approved_brand(api, sim))).data["us_app_to_person_usecases"]
    sole = (await api.get(path + await approved_brand(api, sim, BrandType="SOLE_PROPRIETOR"))).data
    assert "CUSTOMER_CARE" in {one["code"] for one in many}
    assert [one["code"] for one in sole["us_app_to_person_usecases"]] == ["SOLE_PROPRIETOR"]


async def test_a_toll_free_verification_is_rejected_and_put_right(api: Api, sim: Simulator) -> None:
    made = await api.post(VERIFICATIONS, verification(sim))
    assert (made.status, made.data["status"], made.data["edit_allowed"]) == (201, "PENDING_REVIEW", None)
    one = f"{VERIFICATIONS}/{made.data['sid']}"
    assert (await api.post(one, {"UseCaseSummary": "Other words"})).code == 20001
    assert (await api.post(VERIFICATIONS, verification(sim))).status == 409
    sim.decide(made.data["sid"], "TWILIO_REJECTED", 30446)
    rejected = (await api.get(one)).data
    assert (rejected["error_code"], rejected["edit_allowed"], rejected["rejection_reasons"][0]["code"]) == (
        30446,
        True,
        30446,
    )
    assert (await api.post(one, {"UseCaseSummary": "Other words"})).data["status"] == "PENDING_REVIEW"
    sim.decide(made.data["sid"], "TWILIO_REJECTED", 30437, editable=False)
    assert (await api.get(one)).data["edit_allowed"] is False
    assert (await api.post(one, {"UseCaseSummary": "More words"})).code == 20001


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"TollfreePhoneNumberSid": "PN" + "0" * 32}, 30436),
        ({"BusinessName": ""}, 20001),
        ({"OptInType": "TELEPATHY"}, 20001),
        ({"UseCaseCategories": "SPAM"}, 20001),
        ({"OptInImageUrls": "picture"}, 20001),
        ({"NotificationEmail": "nobody"}, 20001),
    ],
)
async def test_a_verification_with_a_bad_field_is_refused(
    api: Api, sim: Simulator, wrong: dict[str, str], code: int
) -> None:
    assert (await api.post(VERIFICATIONS, verification(sim, **wrong))).code == code


async def test_verifications_are_found_by_number_and_state(api: Api, sim: Simulator) -> None:
    sid = (await api.post(VERIFICATIONS, verification(sim))).data["sid"]
    number = sim.account.line(TOLL_FREE_LINE).sid

    async def found(query: str) -> list[str]:
        return [one["sid"] for one in (await api.get(f"{VERIFICATIONS}?{query}")).data["verifications"]]

    assert await found(f"TollfreePhoneNumberSid={number}") == [sid]
    assert await found(f"TollfreePhoneNumberSid=PN{'0' * 32}") == []
    assert await found("Status=TWILIO_APPROVED") == []


async def test_registration_is_not_enforced_unless_it_is_said(api: Api, sim: Simulator) -> None:
    assert await ended(api, sim) == ("delivered", None)
    sim.enforce_registration()
    assert await ended(api, sim) == ("undelivered", 30034)
    sim.enforce_registration(False)
    assert await ended(api, sim) == ("delivered", None)


async def test_carriers_stop_what_is_not_registered_and_nothing_else(api: Api, sim: Simulator) -> None:
    sim.enforce_registration()
    assert await ended(api, sim, to=ABROAD) == ("delivered", None)
    assert await ended(api, sim, From=TOLL_FREE_LINE) == ("undelivered", 30032)
    sim.account.add_line("72975", "Five digits")
    assert await ended(api, sim, From="72975") == ("delivered", None)

    service = await approved_campaign(api, sim)
    assert await ended(api, sim) == ("delivered", None)
    (one,) = sim.account.registrar.of_service(service)
    sim.decide(one.sid, "SUSPENDED")
    assert await ended(api, sim) == ("undelivered", 30033)
    made = await api.post(VERIFICATIONS, verification(sim))
    assert await ended(api, sim, From=TOLL_FREE_LINE) == ("undelivered", 30032)
    sim.decide(made.data["sid"], "TWILIO_APPROVED")
    assert await ended(api, sim, From=TOLL_FREE_LINE) == ("delivered", None)


async def test_an_account_that_has_been_at_work_for_long_is_registered(
    api: Api,
    sim: Simulator,
    messaging: OpenAPI,  # noqa: F811
) -> None:
    sim.register_lines()
    sim.enforce_registration()
    assert await ended(api, sim) == await ended(api, sim, From=TOLL_FREE_LINE) == ("delivered", None)
    for path in (BRANDS, VERIFICATIONS):
        check(messaging, "GET", path, await api.get(path), "messaging")


async def test_with_a_rehearsal_nothing_gets_through(api: Api, sim: Simulator) -> None:
    sim.enforce_registration()
    service = sim.account.add_service(SHOP_LINE).sid
    path = f"/v1/Services/{service}/Compliance/Usa2p"
    await api.post(path, campaign(await approved_brand(api, sim, Mock="true")))
    await sim.idle()
    assert await ended(api, sim) == ("undelivered", 30034)


async def test_an_account_that_may_not_register_is_told_so(api: Api, sim: Simulator) -> None:
    sim.account.registrar.allowed = False
    service = sim.account.add_service().sid
    for path in (BRANDS, VERIFICATIONS, f"/v1/Services/{service}/Compliance/Usa2p"):
        assert (await api.get(path)).status == 403
    api.credentials = (TEST_ACCOUNT_SID, sim.account.test_auth_token)
    assert (await api.get(BRANDS)).code == 20008


async def test_an_answer_is_lost_as_planned_and_the_thing_is_there(api: Api, sim: Simulator) -> None:
    sim.lose_answer("POST v1/a2p/BrandRegistrations")
    with pytest.raises(Exception, match="disconnected"):
        await api.post(BRANDS, BRAND)
    assert len((await api.get(BRANDS)).data["data"]) == 1
    assert (await api.post(BRANDS, BRAND)).status == 201
    assert sim.requests["POST v1/a2p/BrandRegistrations"] == 2


async def test_the_carriers_are_played_over_http(api: Api, sim: Simulator) -> None:
    sid = (await api.post(BRANDS, BRAND)).data["sid"]

    async def tell(told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        reply = await api.request("POST", "/_simulator/registrations", json=told)
        return reply.status, reply.data

    assert (await tell({"enforced": True, "sid": sid, "status": "FAILED", "errors": [30799]}))[0] == 200
    state = (await api.get("/_simulator/registrations")).data
    assert (state["enforced"], state["brands"]) == (True, {sid: "FAILED"})
    wrong: tuple[dict[str, Any], ...] = (
        {"sid": sid, "status": "APPROVED"},
        {"sid": "BN1", "status": "APPROVED"},
        {"sid": sid},
        {"enforced": "yes"},
        {"errors": [1]} | {"sid": sid, "status": "FAILED", "errors": "30799"},
        {"brand": sid},
    )
    for told in wrong:
        status, answer = await tell(told)
        assert status == 400 and answer["error"].endswith(".")
    assert (await tell({"enforced": False}))[1]["enforced"] is False


async def test_all_of_it_has_the_published_shape(api: Api, sim: Simulator, messaging: OpenAPI) -> None:  # noqa: F811
    made = await api.post(BRANDS, BRAND)
    check(messaging, "POST", BRANDS, made, "messaging")
    sid = made.data["sid"]
    sim.decide(sid, "APPROVED")
    check(messaging, "GET", f"{BRANDS}/{sid}", await api.get(f"{BRANDS}/{sid}"), "messaging")
    failed = (await api.post(BRANDS, BRAND | {"SkipAutomaticSecVet": "true"})).data["sid"]
    sim.decide(failed, "FAILED", 30799, 30701)
    check(messaging, "GET", BRANDS, await api.get(BRANDS), "messaging")
    assert made.data["customer_profile_bundle_sid"] == PROFILE and made.data["a2p_profile_bundle_sid"] == A2P_PROFILE

    path = f"/v1/Services/{sim.account.add_service(SHOP_LINE).sid}/Compliance/Usa2p"
    told = campaign(sid, PrivacyPolicyUrl="https://brightchairs.example/privacy", OptInKeywords="CHAIRS")
    created = await api.post(path, told)
    check(messaging, "POST", path, created, "messaging")
    one = f"{path}/{created.data['sid']}"
    for status, codes in (("IN_PROGRESS", ()), ("FAILED", (30896, 30897))):
        sim.decide(created.data["sid"], status, *codes)
        check(messaging, "GET", one, await api.get(one), "messaging")
    check(messaging, "GET", path, await api.get(path), "messaging")
    usecases = f"{path}/Usecases"
    reply = await api.get(f"{usecases}?BrandRegistrationSid={sid}")
    check(messaging, "GET", usecases, reply, "messaging")

    asked = await api.post(VERIFICATIONS, verification(sim))
    one = f"{VERIFICATIONS}/{asked.data['sid']}"
    check(messaging, "GET", one, await api.get(one), "messaging")
    sim.decide(asked.data["sid"], "TWILIO_REJECTED", 30446)
    check(messaging, "GET", one, await api.get(one), "messaging")
    check(messaging, "GET", VERIFICATIONS, await api.get(VERIFICATIONS), "messaging")
