"""What Twilio asks of whoever wants to text from a toll-free number: the form of a verification, and its rules."""

from dataclasses import dataclass
from enum import StrEnum

from sms_desktop.domain import formrules as rule
from sms_desktop.domain.campaign import Problem
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.phone import parse_recipient
from sms_desktop.domain.registration import Verification


class OptInType(StrEnum):
    """How people agree to get texts, in Twilio's words."""

    VERBAL = "VERBAL"
    WEB_FORM = "WEB_FORM"
    PAPER_FORM = "PAPER_FORM"
    VIA_TEXT = "VIA_TEXT"
    MOBILE_QR_CODE = "MOBILE_QR_CODE"
    IMPORT = "IMPORT"


class Category(StrEnum):
    """What the texts are for, in Twilio's words."""

    TWO_FACTOR_AUTHENTICATION = "TWO_FACTOR_AUTHENTICATION"
    ACCOUNT_NOTIFICATIONS = "ACCOUNT_NOTIFICATIONS"
    CUSTOMER_CARE = "CUSTOMER_CARE"
    CHARITY_NONPROFIT = "CHARITY_NONPROFIT"
    DELIVERY_NOTIFICATIONS = "DELIVERY_NOTIFICATIONS"
    FRAUD_ALERT_MESSAGING = "FRAUD_ALERT_MESSAGING"
    EVENTS = "EVENTS"
    HIGHER_EDUCATION = "HIGHER_EDUCATION"
    K12 = "K12"
    MARKETING = "MARKETING"
    POLLING_AND_VOTING_NON_POLITICAL = "POLLING_AND_VOTING_NON_POLITICAL"
    POLITICAL_ELECTION_CAMPAIGNS = "POLITICAL_ELECTION_CAMPAIGNS"
    PUBLIC_SERVICE_ANNOUNCEMENT = "PUBLIC_SERVICE_ANNOUNCEMENT"
    SECURITY_ALERT = "SECURITY_ALERT"


class BusinessType(StrEnum):
    """In Twilio's words."""

    PRIVATE_PROFIT = "PRIVATE_PROFIT"
    PUBLIC_PROFIT = "PUBLIC_PROFIT"
    SOLE_PROPRIETOR = "SOLE_PROPRIETOR"
    NON_PROFIT = "NON_PROFIT"
    GOVERNMENT = "GOVERNMENT"


class Authority(StrEnum):
    """Who keeps the register that the business stands in, in Twilio's words."""

    EIN = "EIN"
    CBN = "CBN"
    CRN = "CRN"
    PROVINCIAL_NUMBER = "PROVINCIAL_NUMBER"
    VAT = "VAT"
    ACN = "ACN"
    ABN = "ABN"
    BRN = "BRN"
    SIREN = "SIREN"
    SIRET = "SIRET"
    NZBN = "NZBN"
    UST_IDNR = "USt-IdNr"
    CIF = "CIF"
    NIF = "NIF"
    CNPJ = "CNPJ"
    UID = "UID"
    NEQ = "NEQ"
    OTHER = "OTHER"


VOLUMES = (
    "10", "100", "1,000", "10,000", "100,000", "250,000", "500,000", "750,000", "1,000,000", "5,000,000", "10,000,000+",
)  # fmt: skip
"""Texts a month, as Twilio's form has them to choose from."""
SUMMARY = 500
"""Characters that the description of what is sent has at most."""


class Field(StrEnum):
    """By the names of ``TollFreeForm``."""

    BUSINESS_NAME = "business_name"
    WEBSITE = "website"
    EMAIL = "email"
    CATEGORIES = "categories"
    SUMMARY = "summary"
    SAMPLE = "sample"
    OPT_IN_TYPE = "opt_in_type"
    OPT_IN_IMAGES = "opt_in_images"
    VOLUME = "volume"
    CONTACT_EMAIL = "contact_email"
    CONTACT_PHONE = "contact_phone"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    REGISTRATION_NUMBER = "registration_number"
    REGISTRATION_AUTHORITY = "registration_authority"
    REGISTRATION_COUNTRY = "registration_country"
    PROFILE = "profile"
    PRIVACY_URL = "privacy_url"
    TERMS_URL = "terms_url"


@dataclass(frozen=True, slots=True)
class TollFreeForm:
    """As a person fills it in. ``email`` is told of the outcome; ``opt_in_images`` are web addresses of pictures that
    show how people agree; from ``street`` on all may be empty, as may ``profile``, the business profile's SID (BU…).
    """

    business_name: str = ""
    website: str = ""
    email: str = ""
    categories: tuple[str, ...] = ()
    summary: str = ""
    sample: str = ""
    opt_in_type: str = ""
    opt_in_images: tuple[str, ...] = ()
    volume: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    contact_first_name: str = ""
    contact_last_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    additional: str = ""
    profile: str = ""
    business_type: str = ""
    registration_number: str = ""
    registration_authority: str = ""
    registration_country: str = ""
    doing_business_as: str = ""
    opt_in_confirmation: str = ""
    help_sample: str = ""
    privacy_url: str = ""
    terms_url: str = ""


_AUTHORITIES = frozenset({"", *Authority})


def problems(form: TollFreeForm) -> tuple[Problem, ...]:
    """All that is to be said of it, field by field; cheap enough for each keystroke."""
    picture = next((fault for one in form.opt_in_images if (fault := rule.url(one, "Each picture"))), "")
    found = [
        Problem(Field.BUSINESS_NAME, rule.present(form.business_name, "The business’s name")),
        Problem(Field.WEBSITE, rule.present(form.website, "The website") or rule.url(form.website, "The website")),
        Problem(Field.EMAIL, rule.email(form.email, "The e-mail address for the outcome")),
        Problem(Field.CATEGORIES, "" if form.categories else "Choose what the texts are for."),
        Problem(Field.SUMMARY, rule.length(form.summary, 1, SUMMARY, "The description of what you send")),
        Problem(Field.SAMPLE, rule.present(form.sample, "An example of a text")),
        Problem(Field.OPT_IN_TYPE, "" if form.opt_in_type else "Choose how people agree to get texts."),
        Problem(
            Field.OPT_IN_IMAGES,
            picture if any(one.strip() for one in form.opt_in_images) else "Give a picture of how people agree.",
        ),
        Problem(Field.VOLUME, "" if form.volume.strip() else "Choose how many texts a month you send."),
        Problem(
            Field.CONTACT_EMAIL, rule.email(form.contact_email, "The contact’s address") if form.contact_email else ""
        ),
        Problem(Field.CONTACT_PHONE, _phone(form.contact_phone)),
        Problem(Field.POSTAL_CODE, rule.postal(form.postal_code, form.country)),
        Problem(Field.COUNTRY, rule.country(form.country, "The country")),
        *_register(form),
        Problem(Field.REGISTRATION_COUNTRY, rule.country(form.registration_country, "The country of the register")),
        Problem(Field.PROFILE, rule.bundle(form.profile, "The business profile’s SID") if form.profile else ""),
        Problem(Field.PRIVACY_URL, rule.url(form.privacy_url, "The privacy policy")),
        Problem(Field.TERMS_URL, rule.url(form.terms_url, "The terms")),
        *_advice(form),
    ]
    return tuple(problem for problem in found if problem.sentence)


def form_of(verification: Verification) -> TollFreeForm:
    """What was sent in, to be put right."""
    return TollFreeForm(**verification.details)  # type: ignore[arg-type]


def _register(form: TollFreeForm) -> list[Problem]:
    """A number says nothing without its kind, nor a kind without a number."""
    number, kind = form.registration_number.strip(), form.registration_authority
    missing = "Write the number as well, or choose no kind." if kind and not number else ""
    unknown = "Choose which kind of number it is." if kind not in _AUTHORITIES or (number and not kind) else ""
    return [
        Problem(Field.REGISTRATION_NUMBER, missing or (rule.ein(number) if kind == Authority.EIN else "")),
        Problem(Field.REGISTRATION_AUTHORITY, unknown),
    ]


def _advice(form: TollFreeForm) -> list[Problem]:
    """What Twilio takes and carriers often reject."""
    said = []
    if form.sample.strip():
        if not rule.names(form.sample, form.business_name, form.doing_business_as):
            said.append("Let it name your business.")
        if not rule.says_stop(form.sample):
            said.append("Let it say how to stop, such as “Reply STOP to opt out”.")
        said.append(rule.shortened(form.sample))
    asked = form.business_type not in {"", BusinessType.SOLE_PROPRIETOR}
    number = asked and not (form.registration_number.strip() or form.registration_authority)
    country = form.registration_number.strip() and not form.registration_country.strip()
    return [
        Problem(Field.SAMPLE, " ".join(filter(None, said)), stops=False),
        Problem(
            Field.REGISTRATION_NUMBER, "Carriers ask for it of all but sole proprietors." if number else "", stops=False
        ),
        Problem(Field.REGISTRATION_COUNTRY, "Say which country’s register it is." if country else "", stops=False),
    ]


def _phone(text: str) -> str:
    if not text.strip():
        return ""
    try:
        dialled = parse_recipient(text)
    except BadInput as error:
        return str(error)
    return "" if dialled.region else "The contact’s number is to be one that can be called, with its area code."
