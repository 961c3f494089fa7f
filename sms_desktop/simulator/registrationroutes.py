"""The routes of A2P 10DLC and toll-free verification: `/v1/a2p`, `/v1/Services/{service}/Compliance`, `/v1/Tollfree`
(facts §13, §14).

There is no key by which the same request is known again: who sends it twice has two brands.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from aiohttp import web

from sms_desktop.simulator import listing, registrationshapes
from sms_desktop.simulator.errors import ApiError, not_found, refused
from sms_desktop.simulator.form import Form, read_form, switches, valid_url
from sms_desktop.simulator.messages import new_sid
from sms_desktop.simulator.registration import Brand, Campaign, Registrar, Verification
from sms_desktop.simulator.resources import is_sid
from sms_desktop.simulator.v1 import SERVICES
from sms_desktop.simulator.world import World

EDITABLE = int(timedelta(days=7).total_seconds())
"""Seconds for which what was rejected may be edited."""

_ONE_SERVICE = SERVICES + "/{service}/Compliance/Usa2p"
_ONE_BRAND = registrationshapes.BRANDS + "/{brand}"
_ONE_VERIFICATION = registrationshapes.VERIFICATIONS + "/{verification}"

_NEEDED = ("Description", "MessageFlow", "MessageSamples", "HasEmbeddedLinks", "HasEmbeddedPhone")
_CORRECTED = (*_NEEDED, "AgeGated", "DirectLending")
_SWITCHES = {
    "HasEmbeddedLinks": "has_embedded_links",
    "HasEmbeddedPhone": "has_embedded_phone",
    "SubscriberOptIn": "subscriber_opt_in",
    "AgeGated": "age_gated",
    "DirectLending": "direct_lending",
}
_TEXTS = {
    "Description": ("description", 40, 4096),
    "MessageFlow": ("message_flow", 40, 2048),
    "OptInMessage": ("opt_in_message", 20, 320),
    "OptOutMessage": ("opt_out_message", 20, 320),
    "HelpMessage": ("help_message", 20, 320),
}
_KEYWORDS = {"OptInKeywords": "opt_in_keywords", "OptOutKeywords": "opt_out_keywords", "HelpKeywords": "help_keywords"}
_PAGES = {"PrivacyPolicyUrl": "privacy_policy_url", "TermsAndConditionsUrl": "terms_and_conditions_url"}


class Registrations:
    """Handlers over the registrar; rehearsals are approved after a pause."""

    def __init__(self, world: World, base_url: Callable[[], str]) -> None:
        self._world, self._account, self._base_url = world, world.account, base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get(registrationshapes.BRANDS, self.brands),
            web.post(registrationshapes.BRANDS, self.create_brand),
            web.get(_ONE_BRAND, self.fetch_brand),
            web.get(_ONE_SERVICE, self.campaigns),
            web.post(_ONE_SERVICE, self.create_campaign),
            web.get(_ONE_SERVICE + "/Usecases", self.usecases),
            web.get(_ONE_SERVICE + "/{campaign}", self.fetch_campaign),
            web.post(_ONE_SERVICE + "/{campaign}", self.update_campaign),
            web.delete(_ONE_SERVICE + "/{campaign}", self.delete_campaign),
            web.get(registrationshapes.VERIFICATIONS, self.verifications),
            web.post(registrationshapes.VERIFICATIONS, self.create_verification),
            web.get(_ONE_VERIFICATION, self.fetch_verification),
            web.post(_ONE_VERIFICATION, self.update_verification),
        ]

    async def brands(self, request: web.Request) -> web.Response:
        shapes = [self._brand(one) for one in self._registrar().brands.values()]
        return await listing.v1_page("data", shapes, request, self._base_url())

    async def create_brand(self, request: web.Request) -> web.Response:
        registrar, form = self._registrar(), await read_form(request)
        for name in ("CustomerProfileBundleSid", "A2PProfileBundleSid"):
            if not is_sid("BU", form.one(name)):
                raise refused(20001, f"{name} is missing or no SID of a bundle")
        kind = form.one("BrandType") or "STANDARD"
        if kind not in {"STANDARD", "SOLE_PROPRIETOR"}:
            raise refused(20001, "BrandType is STANDARD or SOLE_PROPRIETOR")
        told = switches(form, {"Mock": "mock", "SkipAutomaticSecVet": "skip"})
        at = self._account.now()
        brand = Brand(
            new_sid("BN"), form.one("CustomerProfileBundleSid"), form.one("A2PProfileBundleSid"), kind,
            bool(told.get("mock")), at, at, skip_vetting=bool(told.get("skip")),
        )  # fmt: skip
        registrar.brands[brand.sid] = brand
        shape = self._brand(brand)
        if brand.mock:
            self._world.tasks.spawn(self._rehearse(brand.sid, "APPROVED"))
        return web.json_response(shape, status=201)

    async def fetch_brand(self, request: web.Request) -> web.Response:
        brand = self._registrar().brands.get(request.match_info["brand"])
        if brand is None:
            raise not_found(request.path)
        return web.json_response(self._brand(brand))

    async def campaigns(self, request: web.Request) -> web.Response:
        found = self._registrar().of_service(self._service(request))
        return await listing.v1_page("compliance", [self._campaign(one) for one in found], request, self._base_url())

    async def create_campaign(self, request: web.Request) -> web.Response:
        registrar, service, form = self._registrar(), self._service(request), await read_form(request)
        missing = [name for name in ("BrandRegistrationSid", "UsAppToPersonUsecase", *_NEEDED) if not form.one(name)]
        if missing:
            raise refused(21727, f"Campaign registration failed due to missing parameter(s): {', '.join(missing)}")
        said = _said(form)
        brand, usecase = registrar.brands.get(form.one("BrandRegistrationSid")), form.one("UsAppToPersonUsecase")
        if brand is None or brand.status != "APPROVED" or (brand.mock and brand.kind == "SOLE_PROPRIETOR"):
            raise refused(21717, "Brand Registration SID is not registered or not valid for this use case")
        if usecase not in {one["code"] for one in registrationshapes.usecases(brand.kind)}:
            raise refused(21720, "A2P Use Case is invalid")
        if any(one.status != "FAILED" for one in registrar.of_service(service)):
            raise ApiError(409, 20409, "The Messaging Service has a campaign already")
        at = self._account.now()
        said["us_app_to_person_usecase"] = usecase
        campaign = Campaign(new_sid("QE"), service, brand.sid, brand.mock, said, at, at)
        registrar.campaigns[campaign.sid] = campaign
        shape = self._campaign(campaign)
        if campaign.mock:
            self._world.tasks.spawn(self._rehearse(campaign.sid, "VERIFIED"))
        return web.json_response(shape, status=201)

    async def usecases(self, request: web.Request) -> web.Response:
        self._service(request)
        brand = self._registrar().brands.get(request.query.get("BrandRegistrationSid", ""))
        if brand is None:
            raise refused(21717, "Brand Registration SID is not registered or not valid")
        return web.json_response({"us_app_to_person_usecases": registrationshapes.usecases(brand.kind)})

    async def fetch_campaign(self, request: web.Request) -> web.Response:
        return web.json_response(self._campaign(self._one_campaign(request)))

    async def update_campaign(self, request: web.Request) -> web.Response:
        campaign, form = self._one_campaign(request), await read_form(request)
        missing = [name for name in _CORRECTED if not form.one(name)]
        if missing:
            raise refused(21727, f"Campaign registration failed due to missing parameter(s): {', '.join(missing)}")
        if campaign.status == "SUSPENDED":
            raise refused(21729, "Cannot perform operation on suspended campaign")
        if campaign.status != "FAILED":
            raise refused(20001, "Only a campaign that failed can be updated")
        campaign.said.update(_said(form))
        campaign.status, campaign.errors, campaign.updated = "PENDING", [], self._account.now()
        return web.json_response(self._campaign(campaign))

    async def delete_campaign(self, request: web.Request) -> web.Response:
        del self._registrar().campaigns[self._one_campaign(request).sid]
        return web.Response(status=204)

    async def verifications(self, request: web.Request) -> web.Response:
        asked = request.query
        found = [
            self._verification(one)
            for one in self._registrar().verifications.values()
            if asked.get("TollfreePhoneNumberSid") in (None, one.line) and asked.get("Status") in (None, one.status)
        ]
        return await listing.v1_page("verifications", found, request, self._base_url())

    async def create_verification(self, request: web.Request) -> web.Response:
        registrar, form = self._registrar(), await read_form(request)
        line = self._account.lines.get(form.one("TollfreePhoneNumberSid"))
        if line is None or line.kind != "tollfree":
            raise refused(30436, "Invalid Phone Number SID")
        said = registrationshapes.read_verification(form, whole=True)
        if any(one.status != "TWILIO_REJECTED" for one in registrar.of_line(line.sid)):
            raise ApiError(409, 20409, "The number has a verification already")
        at = self._account.now()
        verification = Verification(new_sid("HH"), line.sid, said, at, at)
        registrar.verifications[verification.sid] = verification
        return web.json_response(self._verification(verification), status=201)

    async def fetch_verification(self, request: web.Request) -> web.Response:
        return web.json_response(self._verification(self._one_verification(request)))

    async def update_verification(self, request: web.Request) -> web.Response:
        verification, form = self._one_verification(request), await read_form(request)
        if verification.edit_until is None or verification.edit_until <= self._account.now():
            raise refused(20001, "This verification cannot be edited")
        verification.said.update(registrationshapes.read_verification(form, whole=False))
        verification.status, verification.errors, verification.edit_until = "PENDING_REVIEW", [], None
        verification.updated = self._account.now()
        return web.json_response(self._verification(verification))

    async def _rehearse(self, sid: str, status: str) -> None:
        await self._world.pace.pause(2, 4)
        with suppress(LookupError, ValueError):  # deleted, or decided by others meanwhile
            self._account.registrar.decide(sid, status, [], self._account.now())

    def _registrar(self) -> Registrar:
        if not self._account.registrar.allowed:
            raise ApiError(403, 20403, "This account may not use this resource")
        return self._account.registrar

    def _service(self, request: web.Request) -> str:
        self._registrar()
        service = request.match_info["service"]
        if service not in self._account.services:
            raise not_found(request.path)
        return service

    def _one_campaign(self, request: web.Request) -> Campaign:
        service = self._service(request)
        campaign = self._registrar().campaigns.get(request.match_info["campaign"])
        if campaign is None or campaign.service != service:
            raise not_found(request.path)
        return campaign

    def _one_verification(self, request: web.Request) -> Verification:
        verification = self._registrar().verifications.get(request.match_info["verification"])
        if verification is None:
            raise not_found(request.path)
        return verification

    def _brand(self, brand: Brand) -> dict[str, object]:
        return registrationshapes.brand(self._account.sid, self._base_url(), brand)

    def _campaign(self, campaign: Campaign) -> dict[str, object]:
        return registrationshapes.campaign(self._account.sid, self._base_url(), campaign)

    def _verification(self, verification: Verification) -> dict[str, object]:
        number = self._account.lines[verification.line].number
        return registrationshapes.verification(self._account.sid, self._base_url(), verification, number)


def _said(form: Form) -> dict[str, object]:
    """What the form says of a campaign, by the names of the answer; an ApiError where Twilio would refuse it."""
    said: dict[str, object] = dict(switches(form, _SWITCHES))
    for field, (name, least, most) in _TEXTS.items():
        if form.one(field):
            if not least <= len(form.one(field)) <= most:
                raise _length(f"{field} has {least} to {most} characters")
            said[name] = form.one(field)
    if form.has("MessageSamples"):
        samples = list(form.all("MessageSamples"))
        if not 2 <= len(samples) <= 5 or not all(20 <= len(one) <= 1024 for one in samples):
            raise _length("MessageSamples are 2 to 5, of 20 to 1024 characters each")
        said["message_samples"] = samples
    for field, name in _KEYWORDS.items():
        if form.has(field):
            words = list(form.all(field))
            if len(",".join(words)) > 255 or not all(re.fullmatch(r"\w+", word) for word in words):
                raise _length(f"{field} are letters and digits, 255 characters together")
            said[name] = words
    for field, name in _PAGES.items():
        if form.one(field):
            if not valid_url(form.one(field)):
                raise refused(20001, f"{field} is not a valid URL")
            said[name] = form.one(field)
    return said


def _length(what: str) -> ApiError:
    return refused(21728, f"Campaign registration failed due to length validation failures: {what}")
