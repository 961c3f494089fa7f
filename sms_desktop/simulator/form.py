"""The form that a request brings, and what it would change: all that it names, or, with an ApiError, nothing."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from aiohttp import web

from sms_desktop.simulator.errors import refused

Changes = dict[str, str | int | None]
MOST_NAME = 64
METHODS = {
    "SmsMethod": "sms_method",
    "SmsFallbackMethod": "sms_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
}
"""Fields of numbers and of applications, and the attributes that they set."""


class Form:
    """The fields of a request; a field may come more than once."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self._fields = fields

    def one(self, name: str) -> str:
        return next(iter(self._fields.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self._fields.get(name, ()) if value)

    def has(self, name: str) -> bool:
        return name in self._fields


async def read_form(request: web.Request) -> Form:
    fields = await request.post()
    found: dict[str, list[str]] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return Form(found)


def urls(form: Form, fields: Mapping[str, str]) -> Changes:
    """The attributes that the form sets, by what its fields set; 21402 for what is no URL. Empty: none."""
    changes: Changes = {}
    for field, attribute in fields.items():
        if form.has(field):
            changes[attribute] = form.one(field)
            if form.one(field) and not valid_url(form.one(field)):
                raise refused(21402, f"{field} is not a valid URL")
    return changes


def methods(form: Form, fields: Mapping[str, str]) -> Changes:
    """The same for HTTP methods; 21403."""
    changes: Changes = {}
    for field, attribute in fields.items():
        if form.has(field):
            method = form.one(field).upper() or "POST"
            if method not in {"GET", "POST"}:
                raise refused(21403, f"{field} is GET or POST")
            changes[attribute] = method
    return changes


def switches(form: Form, fields: Mapping[str, str]) -> Changes:
    """The same for `true` and `false`; 20001."""
    changes: Changes = {}
    for field, attribute in fields.items():
        if form.has(field):
            if form.one(field).lower() not in {"true", "false"}:
                raise refused(20001, f"{field} is true or false")
            changes[attribute] = form.one(field).lower() == "true"
    return changes


def name(form: Form, otherwise: str) -> Changes:
    """The friendly name, `otherwise` where it is emptied; 20002 over 64 characters."""
    if not form.has("FriendlyName"):
        return {}
    if len(form.one("FriendlyName")) > MOST_NAME:
        raise refused(20002, f"FriendlyName is longer than {MOST_NAME} characters")
    return {"friendly_name": form.one("FriendlyName") or otherwise}


def valid_url(url: str) -> bool:
    """http or https with a host and no underscore in it. Loopback and plain http are welcome here."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and "_" not in host and not any(c.isspace() for c in url)
