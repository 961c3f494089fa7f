"""The shapes of the v1 APIs: Messaging Services and alerts (`openapi/twilio_messaging_v1.json`, `…monitor_v1.json`).

Dates are ISO 8601 with a Z, URLs are absolute, capabilities are a list.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

from sms_desktop.simulator.address import destination
from sms_desktop.simulator.resources import Alert, AlphaSender, Line, Service
from sms_desktop.simulator.shapes import Shape

SERVICES = "/v1/Services"
ALERTS = "/v1/Alerts"
CONSENTS = "/v1/Consents/Bulk"


def iso(seconds: int) -> str:
    """`2026-03-10T09:30:00Z`"""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def service(account_sid: str, base_url: str, s: Service, *, registered: bool = False) -> Shape:
    """`registered`: for texts to the United States."""
    url = f"{base_url}{SERVICES}/{s.sid}"
    return {
        "account_sid": account_sid,
        "area_code_geomatch": s.area_code_geomatch,
        "date_created": iso(s.created),
        "date_updated": iso(s.updated),
        "fallback_method": s.fallback_method,
        "fallback_to_long_code": s.fallback_to_long_code,
        "fallback_url": s.fallback_url,
        "friendly_name": s.friendly_name,
        "inbound_method": s.inbound_method,
        "inbound_request_url": s.inbound_request_url,
        "links": {
            "alpha_senders": f"{url}/AlphaSenders",
            "messages": f"{url}/Messages",
            "phone_numbers": f"{url}/PhoneNumbers",
            "short_codes": f"{url}/ShortCodes",
            "us_app_to_person": f"{url}/Compliance/Usa2p",
            "us_app_to_person_usecases": f"{url}/Compliance/Usa2p/Usecases",
        },
        "mms_converter": s.mms_converter,
        "scan_message_content": s.scan_message_content,
        "sid": s.sid,
        "smart_encoding": s.smart_encoding,
        "status_callback": s.status_callback,
        "sticky_sender": s.sticky_sender,
        "synchronous_validation": s.synchronous_validation,
        "url": url,
        "us_app_to_person_registered": registered,
        "use_inbound_webhook_on_number": s.use_inbound_webhook_on_number,
        "usecase": s.usecase,
        "validity_period": s.validity_period,
    }


def sender(account_sid: str, base_url: str, s: Service, line: Line) -> Shape:
    """A number or a short code in a service's pool."""
    short = line.kind == "shortcode"
    found = destination(line.number)
    able = {"SMS": line.sms, "MMS": line.mms, "Voice": line.voice and not short}
    joined = iso(s.senders[line.number])
    return {
        "account_sid": account_sid,
        "capabilities": [what for what, can in able.items() if can],
        "country_code": found.region if found else "US",
        "date_created": joined,
        "date_updated": joined,
        "short_code" if short else "phone_number": line.number,
        "service_sid": s.sid,
        "sid": line.sid,
        "url": f"{base_url}{SERVICES}/{s.sid}/{'ShortCodes' if short else 'PhoneNumbers'}/{line.sid}",
    }


def alpha_sender(account_sid: str, base_url: str, s: Service, a: AlphaSender) -> Shape:
    return {
        "account_sid": account_sid,
        "alpha_sender": a.name,
        "capabilities": ["SMS"],
        "date_created": iso(a.created),
        "date_updated": iso(a.created),
        "service_sid": s.sid,
        "sid": a.sid,
        "url": f"{base_url}{SERVICES}/{s.sid}/AlphaSenders/{a.sid}",
    }


def alert(account_sid: str, base_url: str, a: Alert) -> Shape:
    """As a list shows it. The text is a query string, as Twilio's is."""
    at = iso(int(a.at.timestamp()))
    told = {"ErrorCode": a.code, "LogLevel": a.level.upper(), "Msg": a.text, "url": a.url}
    return {
        "account_sid": account_sid,
        "alert_text": urlencode(told),
        "api_version": "2010-04-01",
        "date_created": at,
        "date_generated": at,
        "date_updated": at,
        "error_code": str(a.code),
        "log_level": a.level,
        "more_info": f"https://www.twilio.com/docs/errors/{a.code}",
        "request_method": a.method,
        "request_url": a.url,
        "resource_sid": a.resource_sid,
        "service_sid": None,
        "sid": a.sid,
        "url": f"{base_url}{ALERTS}/{a.sid}",
    }


def alert_in_full(account_sid: str, base_url: str, a: Alert) -> Shape:
    """As it is shown by itself."""
    return {
        **alert(account_sid, base_url, a),
        "request_headers": "",
        "request_variables": a.variables,
        "response_body": "",
        "response_headers": "",
    }
