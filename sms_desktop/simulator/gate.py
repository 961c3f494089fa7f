"""What every request of the API passes: the three headers, the weather, the password, and errors in Twilio's shape."""

import asyncio
import base64
import binascii
import logging
import secrets
import time
from collections import Counter
from email.utils import formatdate

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sms_desktop.simulator.account import Account
from sms_desktop.simulator.errors import ApiError, not_found
from sms_desktop.simulator.faults import Faults
from sms_desktop.simulator.shapes import ACCOUNT, ROOT
from sms_desktop.simulator.weather import Weather

_log = logging.getLogger(__name__)
_SERVER_ERROR = ApiError(500, 20500, "An internal server error has occurred")
_API = ("/2010-04-01/", "/v1/", "/v2/")
_PORTAL = "<!doctype html><title>Welcome</title><p>Accept the terms of use to go online.</p>"


class Gate:
    """A middleware for the paths of the API; the world around it (`/_simulator/…`) goes by untouched.

    It counts in `requests` what it is asked for: `GET Messages.json`, `POST v1/Services/{service}`.
    """

    def __init__(self, account: Account, weather: Weather, faults: Faults, requests: Counter[str]) -> None:
        self._account = account
        self._weather = weather
        self._faults = faults
        self._requests = requests
        self._under_way = 0
        self.closing = asyncio.Event()

    def middleware(self) -> Middleware:
        @web.middleware
        async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/_simulator/"):
                return await handler(request)
            self._requests[_kind(request)] += 1
            if self._weather.happens("down"):
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=503)  # on its way to nobody
            if self._weather.happens("portal"):
                return web.Response(text=_PORTAL, content_type="text/html")
            if not request.path.startswith(_API):
                return await handler(request)
            return await self._timed(request, handler)

        return gate

    async def _timed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.perf_counter()
        self._under_way += 1
        try:
            response = await self._answer(request, handler)
            response.headers["Twilio-Concurrent-Requests"] = str(self._under_way)
        finally:
            self._under_way -= 1
        response.headers["Date"] = formatdate(self._account.now(), usegmt=True)
        response.headers["Twilio-Request-Id"] = "RQ" + secrets.token_hex(16)
        response.headers["Twilio-Request-Duration"] = f"{time.perf_counter() - started:.3f}"
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await self._pass(request, handler)
        except ApiError as error:
            response = error_response(error)
        except web.HTTPNotFound:
            response = error_response(not_found(request.path))
        except web.HTTPMethodNotAllowed:
            response = error_response(ApiError(405, 20004, "Method not allowed"))
        except web.HTTPRedirection:
            raise
        except web.HTTPException as error:
            response = error_response(ApiError(error.status, 20001, error.reason))
        except Exception:
            _log.exception("The simulator failed to answer")
            response = error_response(_SERVER_ERROR)
        if self._weather.happens("slow"):
            await asyncio.sleep(self._weather.slow_seconds)
        return response

    async def _pass(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._check_credentials(request)
        if self._weather.happens("rate_limited"):
            raise ApiError(429, 20429, "Too Many Requests")
        if self._weather.happens("error_before") or self._list_fails(request):
            raise _SERVER_ERROR
        response = await handler(request)
        if self._faults.loses(_kind(request)):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=503)  # on its way to nobody
        if request.method == "POST" and request.path.endswith("/Messages.json") and response.status == 201:
            if self._weather.happens("no_answer"):
                # Until the client gives up, which cancels this, or the simulator ends.
                await self.closing.wait()
                if request.transport is not None:
                    request.transport.abort()
            if self._weather.happens("error_after"):
                raise _SERVER_ERROR
        return response

    def _list_fails(self, request: web.Request) -> bool:
        if request.method != "GET" or not request.path.endswith("/Messages.json"):
            return False
        page = request.query.get("Page", "")
        planned = self._faults.takes(int(page) + 1 if page.isdecimal() else 1)
        return planned or self._weather.happens("list_error")

    def _check_credentials(self, request: web.Request) -> None:
        role = self._account.role(*_basic(request.headers.get("Authorization", "")))
        sid = request.match_info.get("account", "").removesuffix(".json")
        own = self._account.test_sid if role == "test" else self._account.sid
        if role is None or (sid and sid != own) or self._account.status == "closed":
            raise ApiError(401, 20003, "Authenticate")
        if role == "key" and request.path.removesuffix(".json") in (ROOT, f"{ROOT}/{sid}"):
            # A Standard API key reaches everything but accounts and keys.
            raise ApiError(401, 20003, "Authenticate")
        create = request.method == "POST" and request.path == f"{ROOT}/{sid}/Messages.json"
        if role == "test" and not create:
            raise ApiError(403, 20008, "Resource not accessible with Test Account Credentials")


def error_response(error: ApiError) -> web.Response:
    response = web.json_response(error.body, status=error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response


def _kind(request: web.Request) -> str:
    """The method and the path without the account, with the names of what varies in it."""
    resource = request.match_info.route.resource
    path = resource.canonical if resource is not None else "elsewhere"
    return f"{request.method} {path.removeprefix(ACCOUNT + '/').removeprefix('/2010-04-01').lstrip('/')}"


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        username, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return username, password
