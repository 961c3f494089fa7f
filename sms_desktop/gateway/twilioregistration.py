"""The registration of lines through Twilio's SDK: the one implementation of ``registration.Registrar``.

Source: Twilio's pages on BrandRegistrations, UsAppToPerson, Services and Tollfree Verifications.
"""

import logging
import re
from collections.abc import Awaitable
from typing import Any, TypeVar

from twilio.rest import Client

from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.campaign import CampaignForm
from sms_desktop.domain.errors import GatewayError, NotAllowed, NotThere, TooMany, Uncertain, WrongCredentials
from sms_desktop.domain.phone import parse_recipient
from sms_desktop.domain.registration import Brand, Campaign, SenderPool, Verification
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.gateway import registrationrecords as records
from sms_desktop.gateway.asking import BROKEN, PAGE_SIZE, ask, ask_all
from sms_desktop.gateway.outcome import code_of, status_of
from sms_desktop.gateway.pools import Pools
from sms_desktop.gateway.registration import Usecase
from sms_desktop.gateway.wire import NoAnswer

T = TypeVar("T")

log = logging.getLogger(__name__)

_WITH_PAGES = "v1.2"
"""The version of Twilio's API that takes the pages of a campaign's privacy policy and terms."""
_ALREADY_THERE, _BAD_FIELD = 21710, 20001

_REFUSED = {
    _BAD_FIELD: "Something in the form is missing or written in a way that Twilio does not take.",
    21712: "The number belongs to another Messaging Service. Take it out of that in Twilio’s console first.",
    21714: "The Messaging Service has 400 numbers, which is the most.",
    21715: "The number cannot do what the Messaging Service needs.",
    21717: "The brand is not approved, or does not fit this use case.",
    21719: "This use case does not fit the Messaging Service.",
    21720: "The brand may not register this use case.",
    21724: "The brand was corrected too often. Ask Twilio’s support.",
    21725: "Only what was rejected can be corrected.",
    21727: "Something in the form is missing.",
    21728: "Something in the form is too long or too short.",
    21729: "The campaign is suspended, and cannot be changed.",
    21730: "Twilio’s registration is being worked on. Try again later.",
}
"""What a refusal says, by Twilio's code."""
_LATER = frozenset({21730})


class TwilioRegistrar:
    """One account's."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def brands(self) -> tuple[Brand, ...]:
        api = self._client.messaging.v1.brand_registrations
        found = await _read(ask_all(api.page_async(page_size=PAGE_SIZE)), "brands")
        return tuple(records.brand(one) for one in found if one.sid)

    async def pools(self) -> tuple[SenderPool, ...]:
        found = await _read(Pools(self._client).all(), "Messaging Services")
        return tuple(records.pool(one.service, tuple(member.sid for member in one.numbers)) for one in found)

    async def campaigns(self, service: str) -> tuple[Campaign, ...]:
        api = self._client.messaging.v1.services(service).us_app_to_person
        found = await _read(_none_where_gone(ask_all(api.page_async(page_size=50))), "campaigns")
        return tuple(records.campaign(one, service) for one in found if one.sid)

    async def verifications(self, number_sid: str | None = None) -> tuple[Verification, ...]:
        of = {} if number_sid is None else {"tollfree_phone_number_sid": number_sid}
        api = self._client.messaging.v1.tollfree_verifications
        found = await _read(ask_all(api.page_async(page_size=PAGE_SIZE, **of)), "toll-free verifications")
        return tuple(records.verification(one) for one in found if one.sid)

    async def usecases(self, service: str, brand: str) -> tuple[Usecase, ...]:
        api = self._client.messaging.v1.services(service).us_app_to_person_usecases
        found = await _read(ask(api.fetch_async(brand_registration_sid=brand)), "use cases")
        return tuple(
            Usecase(
                str(one["code"]),
                str(one.get("name") or one["code"]),
                str(one.get("description") or ""),
                bool(one.get("post_approval_required")),
            )
            for one in found.us_app_to_person_usecases or ()
            if isinstance(one, dict) and one.get("code")
        )

    async def create_service(self, name: str) -> SenderPool:
        api = self._client.messaging.v1.services
        made = await _changed(api.create_async(friendly_name=name, use_inbound_webhook_on_number=True))
        return records.pool(_told(made), ())

    async def create_brand(self, form: BrandForm) -> Brand:
        asked: dict[str, Any] = {
            "customer_profile_bundle_sid": form.profile.strip(),
            "a2p_profile_bundle_sid": form.a2p_profile.strip(),
            "brand_type": form.kind.value,
            "mock": form.mock,
        }
        if form.skip_vetting:
            asked["skip_automatic_sec_vet"] = True
        made = await _changed(self._client.messaging.v1.brand_registrations.create_async(**asked))
        return records.brand(_told(made))

    async def create_campaign(self, service: str, brand: str, form: CampaignForm) -> Campaign:
        asked = _corrected(form) | {
            "brand_registration_sid": brand,
            "us_app_to_person_usecase": form.usecase,
            "subscriber_opt_in": form.subscriber_opt_in,
        }
        for name in ("opt_in_message", "opt_out_message", "help_message"):
            if text := getattr(form, name).strip():
                asked[name] = text
        for name in ("opt_in_keywords", "opt_out_keywords", "help_keywords"):
            if words := [word.strip() for word in getattr(form, name) if word.strip()]:
                asked[name] = words
        made = await _changed(self._client.messaging.v1.services(service).us_app_to_person.create_async(**asked))
        return records.campaign(_told(made), service)

    async def update_campaign(self, service: str, sid: str, form: CampaignForm) -> Campaign:
        api = self._client.messaging.v1.services(service).us_app_to_person(sid)
        return records.campaign(_told(await _changed(api.update_async(**_corrected(form)))), service)

    async def delete_rehearsal(self, service: str, sid: str) -> None:
        await _changed(self._client.messaging.v1.services(service).us_app_to_person(sid).delete_async())

    async def add_number(self, service: str, number_sid: str) -> None:
        try:
            await _changed(
                self._client.messaging.v1.services(service).phone_numbers.create_async(phone_number_sid=number_sid)
            )
        except _Refused as error:
            if error.code != _ALREADY_THERE:
                raise

    async def create_verification(self, number_sid: str, form: TollFreeForm) -> Verification:
        asked = _verification(form) | {"tollfree_phone_number_sid": number_sid}
        if form.profile.strip():
            asked["customer_profile_sid"] = form.profile.strip()
        api = self._client.messaging.v1.tollfree_verifications
        return records.verification(_told(await _changed(api.create_async(**asked))))

    async def update_verification(self, sid: str, form: TollFreeForm, before: TollFreeForm) -> Verification:
        asked = _verification(form) | {
            records.TOLL_FREE_FIELDS[name]: ""
            for name in _FREE_TEXTS
            if getattr(before, name) and not getattr(form, name).strip()
        }
        api = self._client.messaging.v1.tollfree_verifications(sid)
        return records.verification(_told(await _changed(api.update_async(**asked))))


def _corrected(form: CampaignForm) -> dict[str, Any]:
    """What may be said of a campaign at any time."""
    asked: dict[str, Any] = {
        "description": form.description.strip(),
        "message_flow": form.flow.strip(),
        "message_samples": [sample.strip() for sample in form.samples if sample.strip()],
        "has_embedded_links": form.links,
        "has_embedded_phone": form.phones,
        "age_gated": form.age_gated,
        "direct_lending": form.direct_lending,
    }
    pages = {"privacy_policy_url": form.privacy_url.strip(), "terms_and_conditions_url": form.terms_url.strip()}
    if any(pages.values()):
        asked |= {name: url for name, url in pages.items() if url} | {"x_twilio_api_version": _WITH_PAGES}
    return asked


_FREE_TEXTS = (
    "street", "street2", "city", "state", "postal_code", "country", "contact_first_name", "contact_last_name",
    "contact_email", "contact_phone", "additional", "registration_number", "registration_country", "doing_business_as",
    "opt_in_confirmation", "help_sample", "privacy_url", "terms_url",
)  # fmt: skip
"""What may be emptied again."""


def _verification(form: TollFreeForm) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    for ours, theirs in records.TOLL_FREE_FIELDS.items():
        value = getattr(form, ours)
        if isinstance(value, tuple):
            value = [one.strip() for one in value if one.strip()]
        elif ours == "contact_phone" and value.strip():
            value = parse_recipient(value).address
        elif ours in {"country", "registration_country"}:
            value = value.strip().upper()
        elif isinstance(value, str):
            value = value.strip()
        if value:
            asked[theirs] = value
    return asked


class _Refused(GatewayError):
    """Twilio said no to a change, and why."""

    def __init__(self, sentence: str, code: int | None) -> None:
        super().__init__(sentence, transient=code in _LATER)
        self.code = code


async def _read(answer: Awaitable[T], what: str) -> T:
    """A list that may not be had is said to be one. Raises GatewayError."""
    try:
        return await answer
    except NotThere:
        raise NotAllowed(f"Twilio has no {what} for this account.") from None
    except NotAllowed:
        raise NotAllowed(f"Twilio does not show this account’s {what} to these credentials.") from None
    except WrongCredentials:  # of the account nothing is known by that
        raise WrongCredentials(
            f"Twilio does not show this account’s {what}: it does not take the Auth Token."
        ) from None


async def _none_where_gone(answer: Awaitable[list[Any]]) -> list[Any]:
    """Of a service that was deleted since it was listed."""
    try:
        return await answer
    except NotThere:
        return []


async def _changed(answer: Awaitable[T]) -> T:
    """What a change was answered. Raises GatewayError; Uncertain where it may have been done."""
    try:
        return await answer
    except NoAnswer as error:
        raise Uncertain(f"{error} It may have been done all the same; Twilio is asked.") from error
    except BROKEN as error:
        status, code = status_of(error), code_of(error)
        if status == 0 or status >= 500 or status == 408:
            log.warning("a change was answered with %d: %s", status, type(error).__name__)
            raise Uncertain(
                "Twilio did not say whether it was done. It may have been done all the same; Twilio is asked."
            ) from error
        raise _refusal(status, code, error) from error


def _refusal(status: int, code: int | None, error: BaseException) -> GatewayError:
    if status == 401:
        return WrongCredentials("Twilio does not accept the Account SID and Auth Token.")
    if status == 403 or code == 20003:
        return NotAllowed("Twilio does not let this account do this. Twilio’s support tells what it needs.")
    if status == 429:
        return TooMany("Twilio asks for fewer requests at a time. Nothing was done; try again in a minute.")
    if status == 404:
        return NotThere("Twilio has no such thing (any more), or does not let this account do this.")
    told = re.sub(r"^Unable to \w+ record: ", "", str(getattr(error, "msg", "") or ""))  # which the SDK puts before
    said = " ".join(told.split())[:200].rstrip(".")
    known = _REFUSED.get(code or 0, f"Twilio refused it (error {code or status}).")
    vague = code not in _REFUSED or code == _BAD_FIELD
    return _Refused(f"{known} Twilio says: “{said}”." if said and vague else known, code)


def _told(made: Any) -> Any:
    if not isinstance(getattr(made, "sid", None), str):
        raise Uncertain("Twilio’s answer could not be read. It may have been done all the same; Twilio is asked.")
    return made
