"""The world outside the account, over HTTP for any client: `/_simulator/…` (see the package's docstring)."""

import base64
import binascii
import json
from collections.abc import Callable

from aiohttp import web

from sms_desktop.simulator import shapes
from sms_desktop.simulator.account import KINDS, Account, Attachment
from sms_desktop.simulator.address import destination, is_short_code
from sms_desktop.simulator.messages import Filter
from sms_desktop.simulator.people import PEOPLE
from sms_desktop.simulator.phones import Send
from sms_desktop.simulator.weather import Weather


class Control:
    """Handlers that need no password: whoever reaches loopback plays the weather and the customers."""

    def __init__(self, account: Account, weather: Weather, send: Send) -> None:
        self._account = account
        self._weather = weather
        self._send = send

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/_simulator/weather", self.weather),
            web.post("/_simulator/weather", self.change_weather),
            web.get("/_simulator/people", self.people),
            web.post("/_simulator/inbound", self.inbound),
            web.get("/_simulator/messages", self.messages),
            web.get("/_simulator/alerts", self.alerts),
            web.post("/_simulator/numbers", self.add_number),
        ]

    async def weather(self, request: web.Request) -> web.Response:
        return web.json_response(self._weather.report())

    async def change_weather(self, request: web.Request) -> web.Response:
        changes = await _object(request)
        with_sentence(lambda: self._weather.update(changes))
        return web.json_response(self._weather.report())

    async def people(self, request: web.Request) -> web.Response:
        people = [{"name": p.name, "number": p.number, "ways": p.ways} for p in PEOPLE]
        return web.json_response({"people": people})

    async def inbound(self, request: web.Request) -> web.Response:
        asked = await _object(request)
        from_, to, body = _text(asked, "from"), _text(asked, "to"), _text(asked, "body", default="")
        media = _attachments(asked.get("media", []))
        sids: list[object] = []

        def send() -> None:
            sids.append(getattr(self._send(from_, to, body, media), "sid", None))

        with_sentence(send)
        return web.json_response({"sid": sids[0]}, status=201)

    async def messages(self, request: web.Request) -> web.Response:
        limit = request.query.get("limit", "100")
        if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
            raise _bad("limit is a number from 1 to 1000.")
        found = self._account.log.older(Filter(), None, int(limit))
        return web.json_response({"messages": [shapes.message(self._account.sid, m) for m in found]})

    async def alerts(self, request: web.Request) -> web.Response:
        alerts = [
            {
                "error_code": str(alert.code),
                "alert_text": alert.text,
                "resource_sid": alert.resource_sid,
                "request_url": alert.url,
                "date_generated": alert.at.isoformat(),
            }
            for alert in self._account.alerts
        ]
        return web.json_response({"alerts": alerts})

    async def add_number(self, request: web.Request) -> web.Response:
        asked = await _object(request)
        number = _text(asked, "phone_number")
        kind = asked.get("kind")
        if destination(number) is None and not is_short_code(number):
            raise _bad(f"{number} is neither a telephone number nor a short code.")
        if kind is not None and kind not in KINDS:
            raise _bad(f"kind is one of {', '.join(KINDS)}.")
        able = {what: asked.get(what, True) for what in ("sms", "mms", "voice")}
        if not all(isinstance(value, bool) for value in able.values()):
            raise _bad("sms, mms and voice are true or false.")
        with_sentence(
            lambda: self._account.add_line(
                number,
                _text(asked, "friendly_name", default=""),
                kind=next((k for k in KINDS if k == kind), None),
                sms=bool(able["sms"]),
                mms=bool(able["mms"]),
                voice=bool(able["voice"]),
            )
        )
        line = self._account.line(number)
        shape = shapes.short_code if line.kind == "shortcode" else shapes.number
        return web.json_response(shape(self._account.sid, line), status=201)


def with_sentence(work: Callable[[], object]) -> None:
    """Does it; what it refuses becomes a 400 with its sentence."""
    try:
        work()
    except (LookupError, ValueError) as error:
        raise _bad(str(error.args[0]) if error.args else "That cannot be done.") from error


async def _object(request: web.Request) -> dict[str, object]:
    try:
        asked = json.loads(await request.text())
    except ValueError as error:
        raise _bad("The body is no JSON.") from error
    if not isinstance(asked, dict):
        raise _bad("The body is no JSON object.")
    return asked


def _text(asked: dict[str, object], name: str, default: str | None = None) -> str:
    value = asked.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise _bad(f"{name} is a text that has to be there.")
    return value


def _attachments(media: object) -> list[Attachment]:
    found: list[Attachment] = []
    for one in media if isinstance(media, list) else [None]:
        if not isinstance(one, dict):
            raise _bad("media is a list of objects with content_type, base64 and name.")
        try:
            data = base64.b64decode(_text(one, "base64"), validate=True)
        except binascii.Error as error:
            raise _bad("base64 is no base64.") from error
        found.append((_text(one, "content_type"), data, _text(one, "name", default="media")))
    return found


def _bad(sentence: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": sentence}), content_type="application/json")
