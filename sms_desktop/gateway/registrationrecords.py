"""What the SDK's records of registrations say, as this app's own values; what is odd in them counts as not said."""

from datetime import UTC, datetime
from typing import Any

from sms_desktop.domain.registration import Brand, Campaign, Kind, SenderPool, TollFreeDetails, Verification
from sms_desktop.domain.rejections import Reason, reason_of

TOLL_FREE_FIELDS = {
    "business_name": "business_name",
    "website": "business_website",
    "email": "notification_email",
    "categories": "use_case_categories",
    "summary": "use_case_summary",
    "sample": "production_message_sample",
    "opt_in_type": "opt_in_type",
    "opt_in_images": "opt_in_image_urls",
    "volume": "message_volume",
    "street": "business_street_address",
    "street2": "business_street_address2",
    "city": "business_city",
    "state": "business_state_province_region",
    "postal_code": "business_postal_code",
    "country": "business_country",
    "contact_first_name": "business_contact_first_name",
    "contact_last_name": "business_contact_last_name",
    "contact_email": "business_contact_email",
    "contact_phone": "business_contact_phone",
    "additional": "additional_information",
    "business_type": "business_type",
    "registration_number": "business_registration_number",
    "registration_authority": "business_registration_authority",
    "registration_country": "business_registration_country",
    "doing_business_as": "doing_business_as",
    "opt_in_confirmation": "opt_in_confirmation_message",
    "help_sample": "help_message_sample",
    "privacy_url": "privacy_policy_url",
    "terms_url": "terms_and_conditions_url",
}
"""The fields of ``TollFreeForm``, and Twilio's names for them."""
TOLL_FREE_LISTS = frozenset({"categories", "opt_in_images"})
"""Those that are lists."""


def brand(found: Any) -> Brand:
    reasons = _reasons(found.errors, Kind.BRAND)
    if not reasons and (told := _text(found.failure_reason)) and found.status == "FAILED":
        reasons = (reason_of(None, Kind.BRAND, told),)
    return Brand(
        sid=found.sid,
        status=_text(found.status),
        identity=_text(found.identity_status),
        kind=_text(found.brand_type) or "STANDARD",
        mock=found.mock is True,
        score=found.brand_score if isinstance(found.brand_score, int) else None,
        profile=_text(found.customer_profile_bundle_sid),
        a2p_profile=_text(found.a2p_profile_bundle_sid),
        reasons=reasons,
        created=_time(found.date_created),
        updated=_time(found.date_updated),
    )


def pool(found: Any, senders: tuple[str, ...]) -> SenderPool:
    return SenderPool(
        sid=found.sid,
        name=_text(found.friendly_name),
        senders=senders,
        registered=found.us_app_to_person_registered is True,
        defers=found.use_inbound_webhook_on_number is True,
        inbound_url=_text(found.inbound_request_url),
    )


def campaign(found: Any, service: str) -> Campaign:
    return Campaign(
        sid=found.sid,
        service=service,
        brand=_text(found.brand_registration_sid),
        status=_text(found.campaign_status),
        usecase=_text(found.us_app_to_person_usecase),
        description=_text(found.description),
        flow=_text(found.message_flow),
        samples=_texts(found.message_samples),
        links=found.has_embedded_links is True,
        phones=found.has_embedded_phone is True,
        opt_in_message=_text(found.opt_in_message),
        opt_out_message=_text(found.opt_out_message),
        help_message=_text(found.help_message),
        opt_in_keywords=_texts(found.opt_in_keywords),
        opt_out_keywords=_texts(found.opt_out_keywords),
        help_keywords=_texts(found.help_keywords),
        subscriber_opt_in=found.subscriber_opt_in is True,
        age_gated=found.age_gated is True,
        direct_lending=found.direct_lending is True,
        privacy_url=_text(getattr(found, "privacy_policy_url", None)),
        terms_url=_text(getattr(found, "terms_and_conditions_url", None)),
        mock=found.mock is True,
        reasons=_reasons(found.errors, Kind.CAMPAIGN),
        created=_time(found.date_created),
        updated=_time(found.date_updated),
    )


def verification(found: Any) -> Verification:
    reasons = _reasons(found.rejection_reasons, Kind.VERIFICATION)
    if not reasons and (found.error_code or _text(found.rejection_reason)):
        told = _text(found.rejection_reason)
        reasons = (reason_of(_number(found.error_code), Kind.VERIFICATION, told),)
    details: TollFreeDetails = {}
    for ours, theirs in TOLL_FREE_FIELDS.items():
        value = getattr(found, theirs, None)
        if ours in TOLL_FREE_LISTS:
            details[ours] = _texts(value)
        elif isinstance(value, str):
            details[ours] = value
    if profile := _text(found.customer_profile_sid):
        details["profile"] = profile
    return Verification(
        sid=found.sid,
        number_sid=_text(found.tollfree_phone_number_sid),
        status=_text(found.status),
        edit_allowed=found.edit_allowed if isinstance(found.edit_allowed, bool) else None,
        edit_until=_time(found.edit_expiration),
        profile=profile,
        details=details,
        reasons=reasons,
        created=_time(found.date_created),
        updated=_time(found.date_updated),
    )


_CODES = ("error_code", "code", "rejection_code")
_WORDS = ("description", "reason", "rejection_reason", "message")


def _reasons(found: object, of: Kind) -> tuple[Reason, ...]:
    """Twilio's lists of errors name their parts differently from one resource to the next."""
    if not isinstance(found, list):
        return ()
    return tuple(
        reason_of(
            next((code for name in _CODES if (code := _number(one.get(name))) is not None), None),
            of,
            next((words for name in _WORDS if (words := _text(one.get(name)))), ""),
            _texts(one.get("fields")),
        )
        for one in found
        if isinstance(one, dict)
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() else None


def _time(value: object) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
