"""Everything the API of 2010 answers, in exactly Twilio's shapes (facts §2, §6, §12; `openapi/twilio_api_v2010.json`).

Counts and prices are strings, `error_code` is an integer or null, dates are RFC 2822, URIs are relative.
"""

from decimal import Decimal
from email.utils import formatdate
from functools import lru_cache

from sms_desktop.simulator.account import Account
from sms_desktop.simulator.messages import Media, Message
from sms_desktop.simulator.resources import Application, Line

Shape = dict[str, object]
ROOT = "/2010-04-01/Accounts"
ACCOUNT = ROOT + "/{account}"  # what the routes of an account begin with

_SUBRESOURCES = {
    "applications": "Applications",
    "available_phone_numbers": "AvailablePhoneNumbers",
    "balance": "Balance",
    "calls": "Calls",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "keys": "Keys",
    "messages": "Messages",
    "outgoing_caller_ids": "OutgoingCallerIds",
    "short_codes": "SMS/ShortCodes",
    "usage": "Usage",
}


@lru_cache(maxsize=65536)
def rfc2822(seconds: int) -> str:
    """`Thu, 24 Aug 2023 05:01:45 +0000`"""
    return formatdate(seconds, usegmt=True)[:-3] + "+0000"


def message(account_sid: str, m: Message, *, priced: bool = True) -> Shape:
    """`priced`: whether its price, if it has one, is known by now."""
    path = f"{ROOT}/{account_sid}/Messages/{m.sid}"
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": m.body,
        "date_created": rfc2822(m.created),
        "date_sent": None if m.sent is None else rfc2822(m.sent),
        "date_updated": rfc2822(m.updated),
        "direction": m.direction,
        "error_code": m.error_code,
        "error_message": m.error_message,
        "from": m.from_,
        "messaging_service_sid": m.messaging_service_sid,
        "num_media": str(m.num_media),
        "num_segments": str(m.num_segments),
        "price": f"{m.price:.5f}" if priced and m.price is not None else None,
        "price_unit": "USD",
        "sid": m.sid,
        "status": m.status,
        "subresource_uris": {"media": f"{path}/Media.json", "feedback": f"{path}/Feedback.json"},
        "to": m.to,
        "uri": f"{path}.json",
    }


def media(account_sid: str, m: Media) -> Shape:
    return {
        "account_sid": account_sid,
        "content_type": m.content_type,
        "date_created": rfc2822(m.created),
        "date_updated": rfc2822(m.created),
        "parent_sid": m.parent_sid,
        "sid": m.sid,
        "uri": media_path(account_sid, m) + ".json",
    }


def media_path(account_sid: str, m: Media) -> str:
    """Where the bytes are, behind Basic auth."""
    return f"{ROOT}/{account_sid}/Messages/{m.parent_sid}/Media/{m.sid}"


def feedback(account_sid: str, m: Message, outcome: str) -> Shape:
    return {
        "account_sid": account_sid,
        "date_created": rfc2822(m.created),
        "date_updated": rfc2822(m.updated),
        "message_sid": m.sid,
        "outcome": outcome,
        "uri": f"{ROOT}/{account_sid}/Messages/{m.sid}/Feedback.json",
    }


def number(account_sid: str, line: Line) -> Shape:
    return {
        "account_sid": account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": "2010-04-01",
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"voice": line.voice, "sms": line.sms, "mms": line.mms, "fax": False},
        "date_created": rfc2822(line.created),
        "date_updated": rfc2822(line.updated),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": line.friendly_name,
        "identity_sid": None,
        "origin": "twilio",
        "phone_number": line.number,
        "sid": line.sid,
        "sms_application_sid": line.sms_application_sid,
        "sms_fallback_method": line.sms_fallback_method,
        "sms_fallback_url": line.sms_fallback_url,
        "sms_method": line.sms_method,
        "sms_url": line.sms_url,
        "status": "in-use",
        "status_callback": line.status_callback,
        "status_callback_method": line.status_callback_method,
        "trunk_sid": line.trunk_sid,
        "type": line.kind,
        "uri": f"{ROOT}/{account_sid}/IncomingPhoneNumbers/{line.sid}.json",
        "voice_application_sid": None,
        "voice_caller_id_lookup": False,
        "voice_fallback_method": line.voice_fallback_method,
        "voice_fallback_url": line.voice_fallback_url,
        "voice_method": line.voice_method,
        "voice_receive_mode": "voice",
        "voice_url": line.voice_url,
    }


def short_code(account_sid: str, line: Line) -> Shape:
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "date_created": rfc2822(line.created),
        "date_updated": rfc2822(line.updated),
        "friendly_name": line.friendly_name,
        "short_code": line.number,
        "sid": line.sid,
        "sms_fallback_method": line.sms_fallback_method,
        "sms_fallback_url": line.sms_fallback_url,
        "sms_method": line.sms_method,
        "sms_url": line.sms_url,
        "uri": f"{ROOT}/{account_sid}/SMS/ShortCodes/{line.sid}.json",
    }


def application(account_sid: str, a: Application) -> Shape:
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "date_created": rfc2822(a.created),
        "date_updated": rfc2822(a.updated),
        "friendly_name": a.friendly_name,
        "message_status_callback": a.message_status_callback,
        "public_application_connect_enabled": a.public_application_connect_enabled,
        "sid": a.sid,
        "sms_fallback_method": a.sms_fallback_method,
        "sms_fallback_url": a.sms_fallback_url,
        "sms_method": a.sms_method,
        "sms_status_callback": a.sms_status_callback,
        "sms_url": a.sms_url,
        "status_callback": a.status_callback,
        "status_callback_method": a.status_callback_method,
        "uri": f"{ROOT}/{account_sid}/Applications/{a.sid}.json",
        "voice_caller_id_lookup": a.voice_caller_id_lookup,
        "voice_fallback_method": a.voice_fallback_method,
        "voice_fallback_url": a.voice_fallback_url,
        "voice_method": a.voice_method,
        "voice_url": a.voice_url,
    }


def balance(account: Account) -> Shape:
    return {"account_sid": account.sid, "balance": money(account.balance), "currency": "USD"}


def account(account: Account) -> Shape:
    path = f"{ROOT}/{account.sid}"
    return {
        "auth_token": account.auth_token,
        "date_created": rfc2822(account.created),
        "date_updated": rfc2822(account.created),
        "friendly_name": account.friendly_name,
        "owner_account_sid": account.sid,
        "sid": account.sid,
        "status": account.status,
        "subresource_uris": {name: f"{path}/{tail}.json" for name, tail in _SUBRESOURCES.items()},
        "type": account.type,
        "uri": f"{path}.json",
    }


def money(amount: Decimal) -> str:
    """`38.20`, and `38.1921` where it is finer: two digits after the point, up to four."""
    text = f"{amount:.4f}"
    return text[:-2] if text.endswith("00") else text.removesuffix("0")
