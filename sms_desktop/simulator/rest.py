"""The routes of `/2010-04-01`: Accounts, Balance, Messages, Media, Feedback, IncomingPhoneNumbers and ShortCodes."""

import re
from collections.abc import Callable, Mapping

from aiohttp import web

from sms_desktop.simulator import listing, sending, shapes
from sms_desktop.simulator.account import Account, Line
from sms_desktop.simulator.errors import ApiError, not_found, refused
from sms_desktop.simulator.lifecycle import Lifecycle
from sms_desktop.simulator.messages import Media, Message, now
from sms_desktop.simulator.sending import Form, valid_url

_ACCOUNT = shapes.ROOT + "/{account}"
_URLS = {
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
    "StatusCallback": "status_callback",
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
}
_METHODS = {
    "SmsMethod": "sms_method",
    "SmsFallbackMethod": "sms_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
}


class Rest:
    """Handlers over the account; what they start goes to the lifecycle."""

    def __init__(self, account: Account, lifecycle: Lifecycle, base_url: Callable[[], str]) -> None:
        self._account = account
        self._lifecycle = lifecycle
        self._base_url = base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        one, media = _ACCOUNT + "/Messages/{sid}", _ACCOUNT + "/Messages/{sid}/Media"
        numbers, codes = _ACCOUNT + "/IncomingPhoneNumbers", _ACCOUNT + "/SMS/ShortCodes"
        return [
            web.get(shapes.ROOT + ".json", self.accounts),
            web.get(_ACCOUNT + ".json", self.fetch_account),
            web.get(_ACCOUNT + "/Balance.json", self.balance),
            web.get(_ACCOUNT + "/Messages.json", self.messages),
            web.post(_ACCOUNT + "/Messages.json", self.create_message),
            web.get(one + ".json", self.fetch_message),
            web.post(one + ".json", self.update_message),
            web.delete(one + ".json", self.delete_message),
            web.post(one + "/Feedback.json", self.feedback),
            web.get(media + ".json", self.media_list),
            web.get(media + "/{media}.json", self.fetch_media),
            web.delete(media + "/{media}.json", self.delete_media),
            web.get(media + "/{media:[^./]+}", self.media_bytes),
            web.get(numbers + ".json", self.numbers),
            web.get(numbers + "/{line}.json", self.fetch_number),
            web.post(numbers + "/{line}.json", self.update_number),
            web.get(codes + ".json", self.short_codes),
            web.get(codes + "/{line}.json", self.fetch_short_code),
            web.post(codes + "/{line}.json", self.update_short_code),
            web.get("/cdn/{token}", self.cdn),
        ]

    async def accounts(self, request: web.Request) -> web.Response:
        shape = shapes.account(self._account)
        name, status = request.query.get("FriendlyName"), request.query.get("Status")
        fits = name in (None, shape["friendly_name"]) and status in (None, shape["status"])
        return await _short_page("accounts", [shape] if fits else [], request)

    async def fetch_account(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.account(self._account))

    async def balance(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.balance(self._account))

    async def messages(self, request: web.Request) -> web.Response:
        asked = listing.Request(request.path, request.query)
        text = await listing.message_page(self._account.log, asked, self._shape)
        return web.Response(text=text, content_type="application/json")

    async def create_message(self, request: web.Request) -> web.Response:
        form = await _form(request)
        if request.match_info["account"] == self._account.test_sid:
            order = sending.accept_as_test(form)
            return web.json_response(shapes.message(self._account.test_sid, order.message), status=201)
        order = sending.accept(self._account, form)
        self._lifecycle.begin(order)
        return web.json_response(self._shape(order.message), status=201)

    async def fetch_message(self, request: web.Request) -> web.Response:
        return web.json_response(self._shape(self._message(request)))

    async def update_message(self, request: web.Request) -> web.Response:
        message, form = self._message(request), await _form(request)
        if form.one("Body"):
            raise refused(20001, "Body can only be updated to the empty string, which redacts it.")
        if form.has("Status"):
            if form.one("Status") != "canceled":
                raise refused(20001, "Status can only be updated to canceled.")
            self._lifecycle.cancel(message)
        if form.has("Body"):
            message.body, message.updated = "", now()
        return web.json_response(self._shape(message))

    async def delete_message(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if not message.finished:
            raise ApiError(409, 20009, "Cannot delete this resource before it is complete")
        self._account.delete(message)
        return web.Response(status=204)

    async def feedback(self, request: web.Request) -> web.Response:
        message, form = self._message(request), await _form(request)
        outcome = form.one("Outcome") or "confirmed"
        if outcome not in {"confirmed", "unconfirmed"}:
            raise refused(20001, "Outcome is confirmed or unconfirmed.")
        return web.json_response(shapes.feedback(self._account.sid, message, outcome))

    async def media_list(self, request: web.Request) -> web.Response:
        found = listing.created_within(self._message(request).media, request.query)
        return await _short_page("media_list", [shapes.media(self._account.sid, m) for m in found], request)

    async def fetch_media(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.media(self._account.sid, self._media(request)[1]))

    async def delete_media(self, request: web.Request) -> web.Response:
        self._account.detach(*self._media(request))
        return web.Response(status=204)

    async def media_bytes(self, request: web.Request) -> web.Response:
        media = self._media(request)[1]
        return web.Response(status=302, headers={"Location": f"{self._base_url()}/cdn/{media.token}"})

    async def cdn(self, request: web.Request) -> web.Response:
        """The bytes, for whoever knows the address."""
        media = self._account.media.get(request.match_info["token"])
        if media is None:
            raise web.HTTPNotFound
        name = re.sub(r"[^\w.\- ]", "_", media.name) or "media"
        headers = {"Content-Type": media.content_type, "Content-Disposition": f'inline; filename="{name}"'}
        return web.Response(body=media.data, headers=headers)

    async def numbers(self, request: web.Request) -> web.Response:
        lines = self._lines(request, shortcode=False)
        return await _short_page(
            "incoming_phone_numbers", [shapes.number(self._account.sid, line) for line in lines], request
        )

    async def fetch_number(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.number(self._account.sid, self._line(request)))

    async def update_number(self, request: web.Request) -> web.Response:
        line = self._line(request)
        update_line(line, await _form(request))
        return web.json_response(shapes.number(self._account.sid, line))

    async def short_codes(self, request: web.Request) -> web.Response:
        lines = self._lines(request, shortcode=True)
        return await _short_page("short_codes", [shapes.short_code(self._account.sid, line) for line in lines], request)

    async def fetch_short_code(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.short_code(self._account.sid, self._line(request, shortcode=True)))

    async def update_short_code(self, request: web.Request) -> web.Response:
        line = self._line(request, shortcode=True)
        update_line(line, await _form(request))
        return web.json_response(shapes.short_code(self._account.sid, line))

    def _shape(self, message: Message) -> shapes.Shape:
        return shapes.message(self._account.sid, message)

    def _message(self, request: web.Request) -> Message:
        message = self._account.log.get(request.match_info["sid"])
        if message is None:
            raise not_found(request.path)
        return message

    def _media(self, request: web.Request) -> tuple[Message, Media]:
        message = self._message(request)
        for media in message.media:
            if media.sid == request.match_info["media"]:
                return message, media
        raise not_found(request.path)

    def _line(self, request: web.Request, *, shortcode: bool = False) -> Line:
        line = self._account.lines.get(request.match_info["line"])
        if line is None or (line.kind == "shortcode") is not shortcode:
            raise not_found(request.path)
        return line

    def _lines(self, request: web.Request, *, shortcode: bool) -> list[Line]:
        number = request.query.get("ShortCode" if shortcode else "PhoneNumber", "")
        # Part of a number is enough, and * stands for any digit.
        pattern = re.compile(re.escape(number).replace(r"\*", r"\d"))
        name = request.query.get("FriendlyName")
        return [
            line
            for line in self._account.lines.values()
            if (line.kind == "shortcode") is shortcode
            and pattern.search(line.number)
            and name in (None, line.friendly_name)
        ]


def update_line(line: Line, form: Form) -> None:
    """Changes all the fields that the form names, or, with an ApiError, none."""
    changes: dict[str, str | None] = {}
    for field, attribute in _URLS.items():
        if form.has(field):
            url = form.one(field)
            if url and not valid_url(url):
                raise refused(21402, f"{field} is not a valid URL")
            changes[attribute] = url
    for field, attribute in _METHODS.items():
        if form.has(field):
            method = form.one(field).upper() or "POST"
            if method not in {"GET", "POST"}:
                raise refused(21403, f"{field} is GET or POST")
            changes[attribute] = method
    if form.has("SmsApplicationSid"):
        sid = form.one("SmsApplicationSid")
        if sid and not re.fullmatch(r"AP[0-9a-fA-F]{32}", sid):
            raise refused(21420, "ApplicationSid is not accessible")
        changes["sms_application_sid"] = sid or None
    if form.has("FriendlyName"):
        if len(form.one("FriendlyName")) > 64:
            raise refused(20002, "FriendlyName is longer than 64 characters")
        changes["friendly_name"] = form.one("FriendlyName") or line.number
    if changes.get("sms_fallback_url", line.sms_fallback_url) and not changes.get("sms_url", line.sms_url):
        raise refused(21406, "Cannot set SmsFallbackUrl without setting SmsUrl")
    for attribute, value in changes.items():
        setattr(line, attribute, value)
    line.updated = now()


async def _form(request: web.Request) -> Form:
    fields = await request.post()
    found: dict[str, list[str]] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return Form(found)


async def _short_page(name: str, items: list[shapes.Shape], request: web.Request) -> web.Response:
    query: Mapping[str, str] = request.query
    text = await listing.short_page(name, items, listing.Request(request.path, query))
    return web.Response(text=text, content_type="application/json")
