"""Telephone numbers, and what Twilio makes of them."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

_FORMATTED = re.compile(r"\+?[\d\s().\-]{7,25}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SHORT_CODE = re.compile(r"\d{3,8}")


@dataclass(frozen=True, slots=True)
class Destination:
    """A number in E.164, the region it belongs to (`US`), and whether it is known to be a landline."""

    number: str
    region: str
    landline: bool


@lru_cache(maxsize=16384)
def destination(text: str) -> Destination | None:
    """What `text` dials, or None. Spaces, dots, brackets and hyphens are overlooked; ten digits are a US number."""
    if not _FORMATTED.fullmatch(text.strip()):
        return None
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return Destination(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.region_code_for_number(number) or "",
        phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE,
    )


def normal(text: str) -> str:
    """E.164 where it is a telephone number; short codes and sender names as they are."""
    found = destination(text)
    return found.number if found else text.strip()


def is_alphanumeric(text: str) -> bool:
    """A sender's name: up to 11 letters, digits and spaces, with a letter among them."""
    return _ALPHANUMERIC.fullmatch(text) is not None


def is_short_code(text: str) -> bool:
    return _SHORT_CODE.fullmatch(text) is not None
