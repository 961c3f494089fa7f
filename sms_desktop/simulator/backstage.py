"""The account behind the API, over HTTP for any client: what a person would do in Twilio's console.

`/_simulator/…` (see the package's docstring). No answer holds a secret.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import get_args

from aiohttp import web

from sms_desktop.simulator import body, shapes, v1
from sms_desktop.simulator.account import Account, Status, Type
from sms_desktop.simulator.address import destination, is_short_code, normal
from sms_desktop.simulator.form import valid_url
from sms_desktop.simulator.registrationroutes import EDITABLE
from sms_desktop.simulator.resources import KINDS

_FIELDS = {"auth_token", "type", "status", "balance", "friendly_name", "verified"}
_TYPES: tuple[Type, ...] = get_args(Type)
_STATUSES: tuple[Status, ...] = get_args(Status)
_MOST_MONEY = 1_000_000


class Backstage:
    """Handlers that need no password."""

    def __init__(self, account: Account, base_url: Callable[[], str]) -> None:
        self._account = account
        self._base_url = base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/_simulator/account", self.account),
            web.post("/_simulator/account", self.change_account),
            web.get("/_simulator/alerts", self.alerts),
            web.post("/_simulator/numbers", self.add_number),
            web.post("/_simulator/services", self.add_service),
            web.post("/_simulator/applications", self.add_application),
            web.get("/_simulator/registrations", self.registrations),
            web.post("/_simulator/registrations", self.change_registrations),
        ]

    async def account(self, request: web.Request) -> web.Response:
        account = self._account
        return web.json_response(
            {
                "sid": account.sid,
                "friendly_name": account.friendly_name,
                "type": account.type,
                "status": account.status,
                "balance": shapes.money(account.balance),
                "verified": sorted(account.verified),
            }
        )

    async def change_account(self, request: web.Request) -> web.Response:
        asked, account = await body.read(request), self._account
        if not asked.keys() <= _FIELDS:
            raise body.bad(f"What can be changed is {', '.join(sorted(_FIELDS))}.")
        # All is read before the first is changed.
        token = body.text(asked, "auth_token") if "auth_token" in asked else account.auth_token
        name = body.text(asked, "friendly_name") if "friendly_name" in asked else account.friendly_name
        kind = next((one for one in _TYPES if one == asked.get("type", account.type)), None)
        if kind is None:
            raise body.bad("type is Full or Trial.")
        status = next((one for one in _STATUSES if one == asked.get("status", account.status)), None)
        if status is None:
            raise body.bad(f"status is one of {', '.join(_STATUSES)}.")
        balance = account.balance if "balance" not in asked else _amount(body.text(asked, "balance"))
        verified = {normal(n) for n in body.texts(asked, "verified")} if "verified" in asked else account.verified
        account.auth_token, account.friendly_name, account.type = token, name, kind
        account.status, account.balance, account.verified = status, balance, verified
        return await self.account(request)

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
        asked = await body.read(request)
        number = body.text(asked, "phone_number")
        kind = asked.get("kind")
        if destination(number) is None and not is_short_code(number):
            raise body.bad(f"{number} is neither a telephone number nor a short code.")
        if kind is not None and kind not in KINDS:
            raise body.bad(f"kind is one of {', '.join(KINDS)}.")
        able = {what: asked.get(what, True) for what in ("sms", "mms", "voice")}
        if not all(isinstance(value, bool) for value in able.values()):
            raise body.bad("sms, mms and voice are true or false.")
        line = body.done(
            lambda: self._account.add_line(
                number,
                body.text(asked, "friendly_name", default=""),
                kind=next((k for k in KINDS if k == kind), None),
                sms=bool(able["sms"]),
                mms=bool(able["mms"]),
                voice=bool(able["voice"]),
            )
        )
        shape = shapes.short_code if line.kind == "shortcode" else shapes.number
        return web.json_response(shape(self._account.sid, line), status=201)

    async def add_service(self, request: web.Request) -> web.Response:
        asked = await body.read(request)
        name, numbers = body.text(asked, "friendly_name"), body.texts(asked, "numbers")
        advanced = asked.get("advanced_opt_out", False)
        if not isinstance(advanced, bool):
            raise body.bad("advanced_opt_out is true or false.")
        service = body.done(lambda: self._account.add_service(*numbers, friendly_name=name))
        service.advanced_opt_out = advanced
        return web.json_response(v1.service(self._account.sid, self._base_url(), service), status=201)

    async def add_application(self, request: web.Request) -> web.Response:
        asked = await body.read(request)
        name, url = body.text(asked, "friendly_name"), body.text(asked, "sms_url", default="")
        if url and not valid_url(url):
            raise body.bad(f"{url} is no URL.")
        application = self._account.add_application(name, url)
        return web.json_response(shapes.application(self._account.sid, application), status=201)

    async def registrations(self, request: web.Request) -> web.Response:
        registrar = self._account.registrar
        return web.json_response(
            {
                "enforced": registrar.enforced,
                "allowed": registrar.allowed,
                "brands": {one.sid: one.status for one in registrar.brands.values()},
                "campaigns": {one.sid: one.status for one in registrar.campaigns.values()},
                "verifications": {one.sid: one.status for one in registrar.verifications.values()},
            }
        )

    async def change_registrations(self, request: web.Request) -> web.Response:
        """What carriers decide of one, and whether they stop what is not registered."""
        asked, registrar = await body.read(request), self._account.registrar
        if not asked.keys() <= {"enforced", "allowed", "sid", "status", "errors", "editable"}:
            raise body.bad("What can be told is enforced, allowed, or a sid with its status, errors and editable.")
        switches = {name: asked.get(name, getattr(registrar, name)) for name in ("enforced", "allowed")}
        editable = asked.get("editable", True)
        if not all(isinstance(value, bool) for value in (*switches.values(), editable)):
            raise body.bad("enforced, allowed and editable are true or false.")
        if "sid" in asked:
            sid, status = body.text(asked, "sid"), body.text(asked, "status")
            codes = [body.number({"code": code}, "code", 0) for code in _list(asked, "errors")]
            until = self._account.now() + EDITABLE if editable else None
            body.done(lambda: registrar.decide(sid, status, codes, self._account.now(), edit_until=until))
        registrar.enforced, registrar.allowed = bool(switches["enforced"]), bool(switches["allowed"])
        return await self.registrations(request)


def _list(asked: body.Asked, name: str) -> list[object]:
    found = asked.get(name, [])
    if not isinstance(found, list):
        raise body.bad(f"{name} is a list.")
    return found


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
        if amount.is_nan():
            raise InvalidOperation
    except InvalidOperation as error:
        raise body.bad("balance is an amount as in 38.20.") from error
    if not abs(amount) <= _MOST_MONEY:
        raise body.bad(f"balance is {_MOST_MONEY} at most.")
    return amount
