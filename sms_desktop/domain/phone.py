"""Addresses of people and lines: E.164 numbers, short codes, alphanumeric senders (read by phonenumbers)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.line import SERVICE_WORD, is_service

_SHORT_CODE = re.compile(r"\d{3,8}")
_E164 = re.compile(r"\+\d{6,15}")
NORTH_AMERICAN = 10
"""Digits of a number there, with its area code."""
_KEYPAD = re.compile(r"[A-Za-z]")


class AddressKind(StrEnum):
    """What a raw address looks like; UNKNOWN is kept and shown as it came."""

    E164 = "e164"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A number to text: ``address`` in E.164 or a short code, ``shown`` as people write it, ``region`` US … or ""."""

    address: str
    shown: str
    region: str
    doubt: str = ""
    """A sentence when the number parses but looks unassigned or incomplete; it can still be texted."""


TOLL_FREE_STARTS = tuple(f"+1{code}" for code in (800, 833, 844, 855, 866, 877, 888))
"""How North American toll-free numbers begin."""


def kind_of(address: str) -> AddressKind:
    """The kind of a raw address as Twilio sends it."""
    if _E164.fullmatch(address):
        return AddressKind.E164
    if _SHORT_CODE.fullmatch(address):
        return AddressKind.SHORT_CODE
    if any(c.isalpha() for c in address) and len(address) <= 11 and ":" not in address:
        return AddressKind.ALPHANUMERIC
    return AddressKind.UNKNOWN


def can_be_texted(address: str) -> bool:
    """Alphanumeric senders are one-way."""
    return kind_of(address) in {AddressKind.E164, AddressKind.SHORT_CODE}


def parse_recipient(text: str, region: str = "US") -> Recipient:
    """Reads what a person typed or pasted; ``region`` is assumed where no country code is given.

    Raises BadInput with a sentence that says what is wrong and shows how to write it.
    """
    typed = text.strip()
    if not typed:
        raise BadInput("Type a phone number, for example +1 212 555 0187.")
    digits = re.sub(r"\D", "", typed)
    if not typed.startswith(("+", "00")) and _SHORT_CODE.fullmatch(re.sub(r"[\s-]", "", typed)) and len(digits) <= 6:
        return Recipient(digits, digits, "")
    if _KEYPAD.search(re.sub(r"(?i)(ext|x)\.?\s*\d+$|^tel:", "", typed)) and not re.search(r"\d", typed):
        raise BadInput(f"“{typed[:40]}” is not a phone number. Texts can go to numbers only.")
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise BadInput(_why(error, typed)) from None
    if number.extension:
        raise BadInput("That number has an extension. Texts cannot reach extensions; use the number alone.")
    possible = phonenumbers.is_possible_number_with_reason(number)
    shown = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    if possible in {phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY}:
        raise BadInput(f"{shown} is too short. {_missing(number, possible)}")
    if possible == phonenumbers.ValidationResult.TOO_LONG:
        raise BadInput(f"{shown} is too long. Check for a digit too many, or for two numbers pasted as one.")
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadInput(
            f"“{text.strip()[:40]}” is not a number that exists. Write it with the country code, like +1 212 555 0187."
        )
    doubt = "" if phonenumbers.is_valid_number(number) else f"{shown} may not be in use. Check it before you send."
    address = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Recipient(address, display(address, region), phonenumbers.region_code_for_number(number) or "", doubt)


def _missing(number: phonenumbers.PhoneNumber, possible: int) -> str:
    """What makes it too short, as far as can be told."""
    if possible == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return "Is the area code missing?"
    lacking = NORTH_AMERICAN - len(str(number.national_number)) if number.country_code == 1 else 0
    return {1: "One digit is missing.", 2: "Two digits are missing."}.get(lacking, "Are digits missing?")


def _why(error: phonenumbers.NumberParseException, typed: str) -> str:
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
        return f"“{typed[:40]}” starts with a country code that does not exist. US numbers start with +1."
    if error.error_type in {
        phonenumbers.NumberParseException.TOO_SHORT_NSN,
        phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD,
    }:
        return f"“{typed[:40]}” is too short for a phone number."
    if error.error_type == phonenumbers.NumberParseException.TOO_LONG:
        return f"“{typed[:40]}” is too long for a phone number."
    return f"“{typed[:40]}” is not a phone number. Write it like +1 212 555 0187."


@lru_cache(maxsize=4096)
def display(address: str, home: str = "US") -> str:
    """An address as people write it: (415) 555-0132 within ``home``, +44 20 7946 0018 abroad, others as they came.

    Of a Messaging Service, whose SID says nothing to anybody, that it is one: its name is with the line.
    """
    if is_service(address):
        return SERVICE_WORD
    if kind_of(address) is not AddressKind.E164:
        return address
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return address
    at_home = number.country_code == phonenumbers.country_code_for_region(home)
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


@lru_cache(maxsize=1024)
def international(address: str) -> str:
    """+1 212-555-0187; other kinds of address as they came."""
    if kind_of(address) is not AddressKind.E164:
        return address
    try:
        return phonenumbers.format_number(phonenumbers.parse(address), PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return address


def region_of(address: str) -> str:
    """US, GB …, or "" where it cannot be told."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(address)) or ""
    except phonenumbers.NumberParseException:
        return ""


def home_region(ours: Iterable[str]) -> str:
    """The region that numbers without a country code are read in: that of our first line which tells, else US."""
    return next((region for address in ours if (region := region_of(address))), "US")


def is_toll_free(address: str) -> bool:
    """Whether it is a North American toll-free number."""
    return len(address) == len("+18005550100") and address.startswith(TOLL_FREE_STARTS)


@lru_cache(maxsize=64)
def calling_code(region: str) -> str:
    """“49” for DE; "0" where there is no such region."""
    return str(phonenumbers.country_code_for_region(region))


def is_mobile(address: str) -> bool:
    """Whether that number is surely a mobile phone’s; in North America nobody can tell."""
    return _type_of(address) == PhoneNumberType.MOBILE


def has_no_place(address: str) -> bool:
    """Whether that number is of no place in its country: toll-free, personal, premium. An area code that is not known
    is of some place.
    """
    return _type_of(address) in _OF_NO_PLACE


def _type_of(address: str) -> int:
    try:
        return phonenumbers.number_type(phonenumbers.parse(address))
    except phonenumbers.NumberParseException:
        return PhoneNumberType.UNKNOWN


_OF_NO_PLACE = frozenset({
    PhoneNumberType.TOLL_FREE, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST, PhoneNumberType.UAN, PhoneNumberType.VOIP,
})  # fmt: skip


@lru_cache(maxsize=1024)
def time_zones_of(address: str) -> tuple[str, ...]:
    """IANA zones that the number's prefix is used in; empty where it cannot be told or is too wide to say."""
    from phonenumbers import timezone

    try:
        zones = tuple(timezone.time_zones_for_number(phonenumbers.parse(address)))
    except phonenumbers.NumberParseException:
        return ()
    return () if zones == ("Etc/Unknown",) else zones


def country_zones_of(address: str) -> tuple[str, ...]:
    """IANA zones of the number's whole country; empty where it has none."""
    try:
        return _country_zones(phonenumbers.parse(address).country_code or 0)
    except phonenumbers.NumberParseException:
        return ()


@lru_cache(maxsize=64)
def _country_zones(country_code: int) -> tuple[str, ...]:
    from phonenumbers.tzdata import TIMEZONE_DATA

    code = str(country_code)
    found = {zone for prefix, zones in TIMEZONE_DATA.items() if prefix.startswith(code) for zone in zones}
    return tuple(sorted(found - {"Etc/Unknown"}))
