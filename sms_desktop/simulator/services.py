"""The routes of Messaging Services and their senders: `/v1/Services` (facts §11)."""

from collections.abc import Callable

from aiohttp import web

from sms_desktop.simulator import form as forms
from sms_desktop.simulator import listing, v1
from sms_desktop.simulator.account import Account
from sms_desktop.simulator.address import is_alphanumeric
from sms_desktop.simulator.errors import ApiError, not_found, refused
from sms_desktop.simulator.form import Changes, Form, read_form
from sms_desktop.simulator.messages import new_sid
from sms_desktop.simulator.resources import AlphaSender, Line, Service
from sms_desktop.simulator.shapes import Shape

_URLS = {
    "InboundRequestUrl": "inbound_request_url",
    "FallbackUrl": "fallback_url",
    "StatusCallback": "status_callback",
}
_METHODS = {"InboundMethod": "inbound_method", "FallbackMethod": "fallback_method"}
_SWITCHES = {
    "AreaCodeGeomatch": "area_code_geomatch",
    "FallbackToLongCode": "fallback_to_long_code",
    "MmsConverter": "mms_converter",
    "SmartEncoding": "smart_encoding",
    "StickySender": "sticky_sender",
    "SynchronousValidation": "synchronous_validation",
    "UseInboundWebhookOnNumber": "use_inbound_webhook_on_number",
}
_MOST_SENDERS = 400


class Services:
    """Handlers over the account's Messaging Services."""

    def __init__(self, account: Account, base_url: Callable[[], str]) -> None:
        self._account = account
        self._base_url = base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        one = v1.SERVICES + "/{service}"
        numbers, codes, names = one + "/PhoneNumbers", one + "/ShortCodes", one + "/AlphaSenders"
        return [
            web.get(v1.SERVICES, self.services),
            web.post(v1.SERVICES, self.create),
            web.get(one, self.fetch),
            web.post(one, self.update),
            web.get(numbers, self.senders),
            web.post(numbers, self.add_sender),
            web.get(numbers + "/{line}", self.fetch_sender),
            web.delete(numbers + "/{line}", self.remove_sender),
            web.get(codes, self.senders),
            web.post(codes, self.add_sender),
            web.get(codes + "/{line}", self.fetch_sender),
            web.delete(codes + "/{line}", self.remove_sender),
            web.delete(one, self.remove),
            web.get(names, self.alpha_senders),
            web.post(names, self.add_alpha_sender),
            web.get(names + "/{name}", self.fetch_alpha_sender),
            web.delete(names + "/{name}", self.remove_alpha_sender),
        ]

    async def services(self, request: web.Request) -> web.Response:
        shapes = [self._shape(one) for one in self._account.services.values()]
        return await listing.v1_page("services", shapes, request, self._base_url())

    async def create(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        if not form.one("FriendlyName"):
            raise refused(20001, "Missing required parameter FriendlyName in the post body")
        changes = _changes(form)
        service = self._account.add_service()
        self._apply(service, changes)
        return self._show(service, status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        return self._show(self._service(request))

    async def update(self, request: web.Request) -> web.Response:
        service = self._service(request)
        self._apply(service, _changes(await read_form(request)))
        return self._show(service)

    async def remove(self, request: web.Request) -> web.Response:
        service = self._service(request)
        del self._account.services[service.sid]
        return web.Response(status=204)

    async def senders(self, request: web.Request) -> web.Response:
        service, short = self._service(request), _short(request)
        lines = [self._account.line(number) for number in service.senders]
        shapes = [self._sender(service, line) for line in lines if (line.kind == "shortcode") is short]
        return await listing.v1_page("short_codes" if short else "phone_numbers", shapes, request, self._base_url())

    async def add_sender(self, request: web.Request) -> web.Response:
        service, short = self._service(request), _short(request)
        field = "ShortCodeSid" if short else "PhoneNumberSid"
        sid = (await read_form(request)).one(field)
        if not sid:
            raise refused(20001, f"Missing required parameter {field} in the post body")
        line = self._account.lines.get(sid)
        if line is None or (line.kind == "shortcode") is not short:
            raise not_found(f"/{'ShortCodes' if short else 'PhoneNumbers'}/{sid}")
        self._check_free(service, line)
        service.senders[line.number] = service.updated = self._account.now()
        return web.json_response(self._sender(service, line), status=201)

    async def fetch_sender(self, request: web.Request) -> web.Response:
        service = self._service(request)
        line = self._line(request)
        if line.number not in service.senders:
            raise not_found(request.path)
        return web.json_response(self._sender(service, line))

    async def remove_sender(self, request: web.Request) -> web.Response:
        service = self._service(request)
        line = self._line(request)
        if line.number not in service.senders:
            raise ApiError(404, 21711, "The number is not associated to the specified Messaging Service")
        del service.senders[line.number]
        service.updated = self._account.now()
        return web.Response(status=204)

    async def alpha_senders(self, request: web.Request) -> web.Response:
        service = self._service(request)
        found = [self._alpha_sender(service, one) for one in service.alpha_senders]
        return await listing.v1_page("alpha_senders", found, request, self._base_url())

    async def add_alpha_sender(self, request: web.Request) -> web.Response:
        service = self._service(request)
        name = (await read_form(request)).one("AlphaSender")
        if not is_alphanumeric(name):
            raise refused(21713, f"The Alphanumeric Sender ID {name} is invalid")
        if any(one.name == name for one in service.alpha_senders):
            raise ApiError(409, 21710, "The Alphanumeric Sender ID is already in the Messaging Service.")
        made = AlphaSender(new_sid("AI"), name, self._account.now())
        service.alpha_senders.append(made)
        service.updated = made.created
        return web.json_response(self._alpha_sender(service, made), status=201)

    async def fetch_alpha_sender(self, request: web.Request) -> web.Response:
        service = self._service(request)
        return web.json_response(self._alpha_sender(service, self._name(service, request)))

    async def remove_alpha_sender(self, request: web.Request) -> web.Response:
        service = self._service(request)
        service.alpha_senders.remove(self._name(service, request))
        service.updated = self._account.now()
        return web.Response(status=204)

    def _name(self, service: Service, request: web.Request) -> AlphaSender:
        found = next((one for one in service.alpha_senders if one.sid == request.match_info["name"]), None)
        if found is None:
            raise not_found(request.path)
        return found

    def _alpha_sender(self, service: Service, name: AlphaSender) -> Shape:
        return v1.alpha_sender(self._account.sid, self._base_url(), service, name)

    def _check_free(self, service: Service, line: Line) -> None:
        owner = self._account.service_of(line.number)
        if owner is service:
            raise ApiError(409, 21710, "Phone Number or Short Code is already in the Messaging Service.")
        if owner is not None:
            raise ApiError(409, 21712, "Phone Number or Short Code is associated with another Messaging Service.")
        if not line.sms:
            raise refused(21715, "The number does not have the capabilities that a Messaging Service needs")
        if len(service.senders) >= _MOST_SENDERS:
            raise ApiError(412, 21714, "Number Pool size limit reached")

    def _apply(self, service: Service, changes: Changes) -> None:
        for attribute, value in changes.items():
            setattr(service, attribute, value)
        service.updated = self._account.now()

    def _service(self, request: web.Request) -> Service:
        service = self._account.services.get(request.match_info["service"])
        if service is None:
            raise not_found(request.path)
        return service

    def _line(self, request: web.Request) -> Line:
        line = self._account.lines.get(request.match_info["line"])
        if line is None or (line.kind == "shortcode") is not _short(request):
            raise not_found(request.path)
        return line

    def _show(self, service: Service, status: int = 200) -> web.Response:
        return web.json_response(self._shape(service), status=status)

    def _shape(self, service: Service) -> Shape:
        campaigns = self._account.registrar.of_service(service.sid)
        registered = any(one.status == "VERIFIED" and not one.mock for one in campaigns)
        return v1.service(self._account.sid, self._base_url(), service, registered=registered)

    def _sender(self, service: Service, line: Line) -> Shape:
        return v1.sender(self._account.sid, self._base_url(), service, line)


def _changes(form: Form) -> Changes:
    # Here an emptied URL is null, where the API of 2010 has "".
    changes: Changes = {attribute: value or None for attribute, value in forms.urls(form, _URLS).items()}
    changes |= forms.methods(form, _METHODS) | forms.switches(form, _SWITCHES)
    if form.one("FriendlyName"):
        changes |= forms.name(form, "")
    if form.has("ValidityPeriod"):
        seconds = form.one("ValidityPeriod")
        if not seconds.isdecimal() or not 1 <= int(seconds) <= 36_000:
            raise refused(20001, "ValidityPeriod is a number from 1 to 36000")
        changes["validity_period"] = int(seconds)
    if form.has("ScanMessageContent"):
        if form.one("ScanMessageContent") not in {"inherit", "enable", "disable"}:
            raise refused(20001, "ScanMessageContent is inherit, enable or disable")
        changes["scan_message_content"] = form.one("ScanMessageContent")
    if form.one("Usecase"):
        changes["usecase"] = form.one("Usecase")
    return changes


def _short(request: web.Request) -> bool:
    """Whether it is asked of short codes, and not of numbers."""
    return "/ShortCodes" in request.path
