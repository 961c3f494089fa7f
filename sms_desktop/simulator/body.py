"""The JSON that `/_simulator/…` is asked with, and how it says no: 400 with `{"error": "one sentence"}`."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from aiohttp import web

from sms_desktop.simulator.account import Attachment

T = TypeVar("T")
Asked = Mapping[str, object]


async def read(request: web.Request) -> Asked:
    try:
        asked = json.loads(await request.text())
    except ValueError as error:
        raise bad("The body is no JSON.") from error
    if not isinstance(asked, dict):
        raise bad("The body is no JSON object.")
    return asked


def text(asked: Asked, name: str, default: str | None = None) -> str:
    """Without a default it has to be there."""
    value = asked.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise bad(f"{name} is a text that has to be there.")
    return value


def number(asked: Asked, name: str, default: int) -> int:
    value = asked.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad(f"{name} is a whole number.")
    return value


def texts(asked: Asked, name: str) -> list[str]:
    value = asked.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise bad(f"{name} is a list of texts.")
    return value


def objects(asked: Asked, name: str, what: str) -> list[Asked]:
    """`what` describes one of them, for the sentence that says no."""
    value = asked.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise bad(f"{name} is a list of objects with {what}.")
    return value


def moment(asked: Asked, name: str) -> datetime:
    """A time in ISO 8601, from 1970 on; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text(asked, name))
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise bad(f"{name} is a time as in 2026-03-10T09:30:00Z.") from error
    if at.year < 1970:
        raise bad(f"{name} is before 1970.")
    return at


def attachments(asked: Asked, name: str = "media") -> list[Attachment]:
    found: list[Attachment] = []
    for one in objects(asked, name, "content_type, base64 and name"):
        try:
            data = base64.b64decode(text(one, "base64"), validate=True)
        except binascii.Error as error:
            raise bad("base64 is no base64.") from error
        found.append((text(one, "content_type"), data, text(one, "name", default="media")))
    return found


def done(work: Callable[[], T]) -> T:
    """Does it; what it refuses becomes a 400 with its sentence."""
    try:
        return work()
    except (LookupError, ValueError) as error:
        raise bad(str(error.args[0]) if error.args else "That cannot be done.") from error


def bad(sentence: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": sentence}), content_type="application/json")
