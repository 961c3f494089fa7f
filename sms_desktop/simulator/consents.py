"""The route of the Consent API: `/v1/Consents/Bulk` (facts §8, `openapi/twilio_accounts_v1.json`).

A call takes up to 25 items, each a JSON object in a field of its own, and is answered with 201 even where some of them
are wrong: each says so by itself. An opt-out blocks the contact like a STOP; an opt-in lifts that, but not on a
toll-free line. An account without the API answers 404.
"""

import json
import re
from collections import deque
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from sms_desktop.simulator import v1
from sms_desktop.simulator.account import Account
from sms_desktop.simulator.address import destination
from sms_desktop.simulator.errors import ApiError, not_found, refused
from sms_desktop.simulator.form import read_form
from sms_desktop.simulator.shapes import Shape

MOST_ITEMS = 25
_MINUTE = 60.0
_INVALID = 30646
_SOURCES = {"website", "offline", "opt-in-message", "opt-out-message", "others"}
_E164 = re.compile(r"\+[1-9]\d{6,14}")


class Consents:
    """``clock`` gives seconds, by which at most ``account.consents_a_minute`` calls are taken."""

    def __init__(self, account: Account, clock: Callable[[], float]) -> None:
        self._account, self._clock = account, clock
        self._calls: deque[float] = deque()

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.post(v1.CONSENTS, self.create)]

    async def create(self, request: web.Request) -> web.Response:
        if not self._account.has_consents:
            raise not_found(request.path)
        now = self._clock()
        while self._calls and self._calls[0] <= now - _MINUTE:
            self._calls.popleft()
        if len(self._calls) >= self._account.consents_a_minute:
            raise ApiError(429, 20429, "Too Many Requests")
        self._calls.append(now)
        items = (await read_form(request)).all("Items")
        if not items:
            raise refused(20001, "Missing required parameter Items in the post body")
        if len(items) > MOST_ITEMS:
            raise refused(20001, f"At most {MOST_ITEMS} items are taken at a time")
        if any(f'"{contact}"' in item for item in items for contact in self._account.unwanted):
            raise refused(20001, "Items cannot be processed")
        return web.json_response({"items": [self._take(item) for item in items]}, status=201)

    def _take(self, item: str) -> Shape:
        try:
            told = json.loads(item)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise refused(20001, "Items are JSON objects")
        wrong = self._wrong(told)
        if not wrong:
            self._apply(told)
        return {
            "correlation_id": str(told.get("correlation_id", "")),
            "error_code": _INVALID if wrong else 0,
            "error_messages": wrong,
        }

    def _wrong(self, told: dict[str, object]) -> list[str]:
        contact, sender = str(told.get("contact_id", "")), str(told.get("sender_id", ""))
        reachable = _E164.fullmatch(contact) and destination(contact) is not None
        known = sender in self._account.services or self._account.find_line(sender) is not None
        checks = (
            ("INVALID_CONTACT_ID", bool(reachable)),
            ("INVALID_CORRELATION_ID", len(str(told.get("correlation_id", ""))) == 32),
            ("INVALID_SENDER_ID", known),
            ("INVALID_STATUS", told.get("status") in ("opt-in", "opt-out")),
            ("INVALID_SOURCE", told.get("source") in _SOURCES),
            ("INVALID_DATE_OF_CONSENT", _is_date(told.get("date_of_consent"))),
        )
        return [name for name, right in checks if not right]

    def _apply(self, told: dict[str, object]) -> None:
        sender, contact = str(told["sender_id"]), str(told["contact_id"])
        service = self._account.services.get(sender)
        if service is not None and told["status"] == "opt-in":
            self._account.blocks.discard((sender, contact))
        for number in service.senders if service is not None else (sender,):
            if told["status"] == "opt-out":
                self._account.blocks.add((number, contact))
            elif self._account.line(number).kind != "tollfree":
                self._account.blocks.discard((number, contact))


def _is_date(told: object) -> bool:
    """An ISO 8601 time with its zone; there may be none."""
    if told in (None, ""):
        return True
    try:
        return datetime.fromisoformat(str(told)).tzinfo is not None
    except ValueError:
        return False
