"""The routes of the account's lines: IncomingPhoneNumbers and SMS/ShortCodes."""

import re

from aiohttp import web

from sms_desktop.simulator import form as forms
from sms_desktop.simulator import listing, shapes
from sms_desktop.simulator.account import Account
from sms_desktop.simulator.errors import not_found, refused
from sms_desktop.simulator.form import Form, read_form
from sms_desktop.simulator.resources import Line, is_sid

_URLS = {
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
    "StatusCallback": "status_callback",
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
}


class Numbers:
    """Handlers over the account's lines."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[web.AbstractRouteDef]:
        numbers = shapes.ACCOUNT + "/IncomingPhoneNumbers"
        codes = shapes.ACCOUNT + "/SMS/ShortCodes"
        return [
            web.get(numbers + ".json", self.numbers),
            web.get(numbers + "/{line}.json", self.fetch_number),
            web.post(numbers + "/{line}.json", self.update_number),
            web.get(codes + ".json", self.short_codes),
            web.get(codes + "/{line}.json", self.fetch_short_code),
            web.post(codes + "/{line}.json", self.update_short_code),
        ]

    async def numbers(self, request: web.Request) -> web.Response:
        lines = self._lines(request, shortcode=False)
        return await listing.short_page(
            "incoming_phone_numbers", [shapes.number(self._account.sid, line) for line in lines], request
        )

    async def fetch_number(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.number(self._account.sid, self._line(request)))

    async def update_number(self, request: web.Request) -> web.Response:
        line = self._line(request)
        update_line(self._account, line, await read_form(request))
        return web.json_response(shapes.number(self._account.sid, line))

    async def short_codes(self, request: web.Request) -> web.Response:
        lines = self._lines(request, shortcode=True)
        return await listing.short_page(
            "short_codes", [shapes.short_code(self._account.sid, line) for line in lines], request
        )

    async def fetch_short_code(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.short_code(self._account.sid, self._line(request, shortcode=True)))

    async def update_short_code(self, request: web.Request) -> web.Response:
        line = self._line(request, shortcode=True)
        update_line(self._account, line, await read_form(request))
        return web.json_response(shapes.short_code(self._account.sid, line))

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


def update_line(account: Account, line: Line, form: Form) -> None:
    """Changes all the fields that the form names, or, with an ApiError, none."""
    changes = forms.urls(form, _URLS) | forms.methods(form, forms.METHODS) | forms.name(form, line.number)
    if form.has("SmsApplicationSid"):
        sid = form.one("SmsApplicationSid")
        if sid and sid not in account.applications:
            raise refused(21420, "ApplicationSid is not accessible")
        changes["sms_application_sid"] = sid or None
    if form.has("TrunkSid"):
        sid = form.one("TrunkSid")
        if sid and not is_sid("TK", sid):
            raise refused(20001, "TrunkSid is no SID of a trunk")
        changes["trunk_sid"] = sid or None
    if changes.get("sms_fallback_url", line.sms_fallback_url) and not changes.get("sms_url", line.sms_url):
        raise refused(21406, "Cannot set SmsFallbackUrl without setting SmsUrl")
    for attribute, value in changes.items():
        setattr(line, attribute, value)
    line.updated = account.now()
