"""The shapes of brands, campaigns and toll-free verifications (`openapi/twilio_messaging_v1.json`)."""

from sms_desktop.simulator.errors import refused
from sms_desktop.simulator.form import Form, switches, valid_url
from sms_desktop.simulator.registration import Brand, Campaign, Verification
from sms_desktop.simulator.shapes import Shape
from sms_desktop.simulator.v1 import SERVICES, iso

BRANDS = "/v1/a2p/BrandRegistrations"
VERIFICATIONS = "/v1/Tollfree/Verifications"

_ERRORS = "https://www.twilio.com/docs/api/errors"
_STOP_WORDS = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]
_FIELDS = {30886: "DESCRIPTION", 30893: "MESSAGE_SAMPLES", 30896: "MESSAGE_FLOW", 30897: "MESSAGE_FLOW"}

_USECASES = (
    ("2FA", "Two-Factor authentication (2FA)", "One-time passwords and password resets", False),
    ("ACCOUNT_NOTIFICATION", "Account Notification", "Reminders, alerts and notices", False),
    ("CUSTOMER_CARE", "Customer Care", "All customer care, including account management and support", False),
    ("DELIVERY_NOTIFICATION", "Delivery Notification", "The state of a delivery", False),
    ("EMERGENCY", "Emergency", "Notices for public safety and health", True),
    ("LOW_VOLUME", "Low Volume Mixed", "Any mix of uses, at a low pace", False),
    ("MARKETING", "Marketing", "Offers and promotions", False),
    ("MIXED", "Mixed", "Any mix of uses", False),
)
_SOLE = (("SOLE_PROPRIETOR", "Sole Proprietor", "Of a business without a tax number", False),)

_TEXTS = {
    "BusinessName": "business_name", "BusinessWebsite": "business_website", "NotificationEmail": "notification_email",
    "UseCaseSummary": "use_case_summary", "ProductionMessageSample": "production_message_sample",
    "OptInType": "opt_in_type", "MessageVolume": "message_volume",
    "BusinessStreetAddress": "business_street_address", "BusinessStreetAddress2": "business_street_address2",
    "BusinessCity": "business_city", "BusinessStateProvinceRegion": "business_state_province_region",
    "BusinessPostalCode": "business_postal_code", "BusinessCountry": "business_country",
    "AdditionalInformation": "additional_information", "BusinessContactFirstName": "business_contact_first_name",
    "BusinessContactLastName": "business_contact_last_name", "BusinessContactEmail": "business_contact_email",
    "BusinessContactPhone": "business_contact_phone", "ExternalReferenceId": "external_reference_id",
    "BusinessRegistrationNumber": "business_registration_number",
    "BusinessRegistrationAuthority": "business_registration_authority",
    "BusinessRegistrationCountry": "business_registration_country", "BusinessType": "business_type",
    "DoingBusinessAs": "doing_business_as", "OptInConfirmationMessage": "opt_in_confirmation_message",
    "HelpMessageSample": "help_message_sample", "PrivacyPolicyUrl": "privacy_policy_url",
    "TermsAndConditionsUrl": "terms_and_conditions_url", "CustomerProfileSid": "customer_profile_sid",
}  # fmt: skip
_LISTS = {
    "UseCaseCategories": "use_case_categories",
    "OptInImageUrls": "opt_in_image_urls",
    "OptInKeywords": "opt_in_keywords",
}
_NEEDED = ("BusinessName", "BusinessWebsite", "NotificationEmail", "UseCaseCategories", "UseCaseSummary",
           "ProductionMessageSample", "OptInImageUrls", "OptInType", "MessageVolume")  # fmt: skip
_CHOICES = {
    "OptInType": {"VERBAL", "WEB_FORM", "PAPER_FORM", "VIA_TEXT", "MOBILE_QR_CODE", "IMPORT", "IMPORT_PLEASE_REPLACE"},
    "BusinessRegistrationAuthority": {
        "EIN", "CBN", "CRN", "PROVINCIAL_NUMBER", "VAT", "ACN", "ABN", "BRN", "SIREN", "SIRET", "NZBN", "USt-IdNr",
        "CIF", "NIF", "CNPJ", "UID", "NEQ", "OTHER",
    },
    "BusinessType": {"PRIVATE_PROFIT", "PUBLIC_PROFIT", "SOLE_PROPRIETOR", "NON_PROFIT", "GOVERNMENT"},
    "UseCaseCategories": {
        "TWO_FACTOR_AUTHENTICATION", "ACCOUNT_NOTIFICATIONS", "CUSTOMER_CARE", "CHARITY_NONPROFIT",
        "DELIVERY_NOTIFICATIONS", "FRAUD_ALERT_MESSAGING", "EVENTS", "HIGHER_EDUCATION", "K12", "MARKETING",
        "POLLING_AND_VOTING_NON_POLITICAL", "POLITICAL_ELECTION_CAMPAIGNS", "PUBLIC_SERVICE_ANNOUNCEMENT",
        "SECURITY_ALERT",
    },
}  # fmt: skip


def brand(account_sid: str, base_url: str, b: Brand) -> Shape:
    url = f"{base_url}{BRANDS}/{b.sid}"
    return {
        "a2p_profile_bundle_sid": b.a2p_profile,
        "account_sid": account_sid,
        "brand_feedback": None,
        "brand_score": b.score,
        "brand_type": b.kind,
        "customer_profile_bundle_sid": b.profile,
        "date_created": iso(b.created),
        "date_updated": iso(b.updated),
        "errors": [_error(code, []) for code in b.errors],
        "failure_reason": "Registration error" if b.status == "FAILED" else None,
        "government_entity": False,
        "identity_status": "VERIFIED" if b.status == "APPROVED" else "UNVERIFIED",
        "links": {"brand_registration_otps": f"{url}/SmsOtp", "brand_vettings": f"{url}/Vettings"},
        "mock": b.mock,
        "russell_3000": False,
        "sid": b.sid,
        "skip_automatic_sec_vet": b.skip_vetting,
        "status": b.status,
        "tax_exempt_status": None,
        "tcr_id": f"B{b.sid[2:8].upper()}" if b.status == "APPROVED" else None,
        "url": url,
    }


def campaign(account_sid: str, base_url: str, c: Campaign) -> Shape:
    shape: Shape = {
        "account_sid": account_sid,
        "age_gated": False,
        "brand_registration_sid": c.brand,
        "campaign_id": f"C{c.sid[2:8].upper()}" if c.status == "VERIFIED" else None,
        "campaign_status": c.status,
        "date_created": iso(c.created),
        "date_updated": iso(c.updated),
        "description": "",
        "direct_lending": False,
        "errors": [_error(code, [_FIELDS[code]] if code in _FIELDS else []) for code in c.errors],
        "has_embedded_links": False,
        "has_embedded_phone": False,
        "help_keywords": ["HELP", "INFO"],
        "help_message": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
        "is_externally_registered": False,
        "message_flow": "",
        "message_samples": [],
        "messaging_service_sid": c.service,
        "mock": c.mock,
        "opt_in_keywords": [],
        "opt_in_message": None,
        "opt_out_keywords": _STOP_WORDS,
        "opt_out_message": "You have successfully been unsubscribed. Reply START to resubscribe.",
        "rate_limits": {"att": {"mps": 240, "msg_class": "D"}, "tmobile": {"brand_tier": "LOW"}},
        "sid": c.sid,
        "subscriber_opt_in": True,
        "url": f"{base_url}{SERVICES}/{c.service}/Compliance/Usa2p/{c.sid}",
        "us_app_to_person_usecase": "",
    }
    # Who told of one page gets the newer shape, which has both.
    pages = {"privacy_policy_url", "terms_and_conditions_url"}
    return shape | (dict.fromkeys(sorted(pages)) if pages & c.said.keys() else {}) | c.said


def usecases(kind: str) -> list[Shape]:
    """What a brand of that kind may register."""
    found = _SOLE if kind == "SOLE_PROPRIETOR" else _USECASES
    return [
        {"code": code, "description": description, "name": name, "post_approval_required": later}
        for code, name, description, later in found
    ]


def verification(account_sid: str, base_url: str, v: Verification, number: str) -> Shape:
    rejected = v.status == "TWILIO_REJECTED"
    names = (*_TEXTS.values(), *_LISTS.values())
    shape: Shape = dict.fromkeys(names) | {
        "account_sid": account_sid,
        "age_gated_content": False,
        "business_registration_phone_number": None,
        "date_created": iso(v.created),
        "date_updated": iso(v.updated),
        "edit_allowed": v.edit_until is not None if rejected else None,
        "edit_expiration": iso(v.edit_until) if v.edit_until is not None else None,
        "error_code": v.errors[0] if v.errors else None,
        "regulated_item_sid": None,
        "rejection_reason": "Rejected" if rejected else None,
        "rejection_reasons": [{"code": code, "reason": "Rejected"} for code in v.errors] if rejected else None,
        "resource_links": {},
        "sid": v.sid,
        "status": v.status,
        "tollfree_phone_number": number,
        "tollfree_phone_number_sid": v.line,
        "trust_product_sid": None,
        "url": f"{base_url}{VERIFICATIONS}/{v.sid}",
        "vetting_id": None,
        "vetting_id_expiration": None,
        "vetting_provider": None,
    }
    # What has a few values only may not be null in the published file; what was not told is left out.
    return {name: value for name, value in (shape | v.said).items() if value is not None or name not in _ENUMS}


_ENUMS = {"business_registration_authority", "business_type", "opt_in_type", "vetting_provider"}


def read_verification(form: Form, *, whole: bool) -> dict[str, object]:
    """What the form says, by the names of the answer; an ApiError where Twilio would refuse it. ``whole``: all that is
    needed must be there.
    """
    missing = [name for name in _NEEDED if whole and not form.one(name)]
    if missing:
        raise refused(20001, f"Missing required parameter(s) in the post body: {', '.join(missing)}")
    for field, choices in _CHOICES.items():
        if not set(form.all(field)) <= choices:
            raise refused(20001, f"{field} is one of {', '.join(sorted(choices))}")
    if not all(valid_url(one) for one in form.all("OptInImageUrls")):
        raise refused(20001, "OptInImageUrls are URLs")
    if form.one("NotificationEmail") and "@" not in form.one("NotificationEmail"):
        raise refused(20001, "NotificationEmail is an e-mail address")
    said: dict[str, object] = {
        name: form.one(field) or None
        for field, name in _TEXTS.items()
        if form.one(field) or (form.has(field) and not whole)
    }
    said |= {name: list(form.all(field)) for field, name in _LISTS.items() if form.has(field)}
    return said | switches(form, {"AgeGatedContent": "age_gated_content"})


def _error(code: int, fields: list[str]) -> Shape:
    return {
        "description": "The submission has been reviewed and it was rejected.",
        "error_code": code,
        "fields": fields,
        "url": f"{_ERRORS}/{code}",
    }
