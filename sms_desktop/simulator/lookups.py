"""The route of Lookup: `/v2/PhoneNumbers/{number}` (facts §17). An invalid number is an answer, not an error."""

from collections.abc import Callable

import phonenumbers
from aiohttp import web

from sms_desktop.simulator.address import destination
from sms_desktop.simulator.errors import refused
from sms_desktop.simulator.people import UNDELIVERED
from sms_desktop.simulator.shapes import Shape

PATH = "/v2/PhoneNumbers"
_PACKAGES = (
    "validation", "caller_name", "sim_swap", "call_forwarding", "line_status", "line_type_intelligence",
    "identity_match", "reassigned_number", "sms_pumping_risk", "phone_number_quality_score", "pre_fill",
)  # fmt: skip
_TYPES = {
    phonenumbers.PhoneNumberType.TOLL_FREE: "tollFree",
    phonenumbers.PhoneNumberType.FIXED_LINE: "landline",
    phonenumbers.PhoneNumberType.VOIP: "nonFixedVoip",
    phonenumbers.PhoneNumberType.PREMIUM_RATE: "premium",
}
_ERRORS = {
    phonenumbers.ValidationResult.TOO_SHORT: "TOO_SHORT",
    phonenumbers.ValidationResult.TOO_LONG: "TOO_LONG",
    phonenumbers.ValidationResult.INVALID_COUNTRY_CODE: "INVALID_COUNTRY_CODE",
    phonenumbers.ValidationResult.INVALID_LENGTH: "INVALID_LENGTH",
    phonenumbers.ValidationResult.IS_POSSIBLE: "INVALID_BUT_POSSIBLE",
}


class Lookups:
    """What the numbering plan tells, and of the people here that one of them has a landline."""

    def __init__(self, base_url: Callable[[], str]) -> None:
        self._base_url = base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get(PATH + "/{number}", self.fetch)]

    async def fetch(self, request: web.Request) -> web.Response:
        wanted = [field for field in request.query.get("Fields", "").split(",") if field]
        if any(field not in _PACKAGES for field in wanted):
            raise refused(20001, f"Fields are of {', '.join(_PACKAGES)}")
        asked = request.match_info["number"]
        return web.json_response(self._shape(asked, request.query.get("CountryCode", "US"), wanted))

    def _shape(self, asked: str, region: str, wanted: list[str]) -> Shape:
        errors, number = _read(asked, region)
        shape: Shape = dict.fromkeys(_PACKAGES[1:])
        shape |= {
            "calling_country_code": str(number.country_code) if number else None,
            "country_code": phonenumbers.region_code_for_number(number) if number else None,
            "national_format": _written(number, phonenumbers.PhoneNumberFormat.NATIONAL),
            "phone_number": _written(number, phonenumbers.PhoneNumberFormat.E164) or asked,
            "url": f"{self._base_url()}{PATH}/{asked}",
            "valid": not errors,
            "validation_errors": errors,
        }
        if "line_type_intelligence" in wanted and number is not None and not errors:
            shape["line_type_intelligence"] = _line_type(number)
        return shape


def _read(asked: str, region: str) -> tuple[list[str], phonenumbers.PhoneNumber | None]:
    try:
        number = phonenumbers.parse(asked, region)
    except phonenumbers.NumberParseException:
        return ["NOT_A_NUMBER"], None
    if phonenumbers.is_valid_number(number):
        return [], number
    return [_ERRORS.get(phonenumbers.is_possible_number_with_reason(number), "INVALID_BUT_POSSIBLE")], number


def _written(number: phonenumbers.PhoneNumber | None, form: int) -> str | None:
    return None if number is None else phonenumbers.format_number(number, form)


def _line_type(number: phonenumbers.PhoneNumber) -> Shape:
    found = destination(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    kind = _TYPES.get(phonenumbers.number_type(number), "mobile")
    if found is not None and UNDELIVERED.get(found.number) == 30006:
        kind = "landline"
    mobile = kind == "mobile"
    return {
        "carrier_name": "Example Wireless" if mobile else "Example Telephone",
        "error_code": None,
        "mobile_country_code": "310" if mobile else None,
        "mobile_network_code": "456" if mobile else None,
        "type": kind,
    }
