"""The routes of TwiML applications: `/Applications.json`."""

from aiohttp import web

from sms_desktop.simulator import form as forms
from sms_desktop.simulator import listing, shapes
from sms_desktop.simulator.account import Account
from sms_desktop.simulator.errors import not_found
from sms_desktop.simulator.form import read_form
from sms_desktop.simulator.resources import Application

_URLS = {
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsStatusCallback": "sms_status_callback",
    "MessageStatusCallback": "message_status_callback",
    "StatusCallback": "status_callback",
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
}
_SWITCHES = {
    "VoiceCallerIdLookup": "voice_caller_id_lookup",
    "PublicApplicationConnectEnabled": "public_application_connect_enabled",
}


class Applications:
    """Handlers over the account's applications."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[web.AbstractRouteDef]:
        applications = shapes.ACCOUNT + "/Applications"
        return [
            web.get(applications + ".json", self.applications),
            web.get(applications + "/{application}.json", self.fetch),
            web.post(applications + "/{application}.json", self.update),
        ]

    async def applications(self, request: web.Request) -> web.Response:
        name = request.query.get("FriendlyName")
        found = [
            shapes.application(self._account.sid, one)
            for one in self._account.applications.values()
            if name in (None, one.friendly_name)
        ]
        return await listing.short_page("applications", found, request)

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.application(self._account.sid, self._application(request)))

    async def update(self, request: web.Request) -> web.Response:
        application, form = self._application(request), await read_form(request)
        changes = forms.urls(form, _URLS) | forms.methods(form, forms.METHODS) | forms.switches(form, _SWITCHES)
        changes |= forms.name(form, application.friendly_name)
        for attribute, value in changes.items():
            setattr(application, attribute, value)
        application.updated = self._account.now()
        return web.json_response(shapes.application(self._account.sid, application))

    def _application(self, request: web.Request) -> Application:
        application = self._account.applications.get(request.match_info["application"])
        if application is None:
            raise not_found(request.path)
        return application
