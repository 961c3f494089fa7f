"""Twilio's webhook signature from its description alone, independent of the SDK."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlencode

Pairs = Sequence[tuple[str, str]]
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC00000000000000000000000000000001"


def sign(url: str, pairs: Pairs, token: str = TOKEN) -> str:
    """Base64 of HMAC-SHA1 over the URL and, in byte order of names, each name with each of its distinct values."""
    text = url
    for name in sorted({name for name, _ in pairs}):
        for value in sorted({value for other, value in pairs if other == name}):
            text += name + value
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def inbound_pairs(**fields: str) -> list[tuple[str, str]]:
    """A usual inbound text, blank geography included; ``fields`` replace or add."""
    usual = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": "SM" + "a" * 32,
        "NumMedia": "0",
        "ToCity": "",
        "SmsSid": "SM" + "a" * 32,
        "FromCity": "SAN FRANCISCO",
        "Body": "Hello there",
        "To": "+15558675310",
        "NumSegments": "1",
        "MessageSid": "SM" + "a" * 32,
        "AccountSid": ACCOUNT,
        "From": "+14017122661",
        "ApiVersion": "2010-04-01",
    }
    return list({**usual, **fields}.items())


def encoded(pairs: Pairs) -> bytes:
    return urlencode(pairs).encode()
