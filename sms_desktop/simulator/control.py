"""The customers and the sky, over HTTP for any client: `/_simulator/…` (see the package's docstring)."""

import asyncio
from collections import Counter

from aiohttp import web

from sms_desktop.simulator import body
from sms_desktop.simulator.account import PastMessage
from sms_desktop.simulator.address import normal
from sms_desktop.simulator.faults import Faults
from sms_desktop.simulator.inbound import Inbound
from sms_desktop.simulator.messages import STATUSES, Filter
from sms_desktop.simulator.people import PEOPLE
from sms_desktop.simulator.world import World

_BATCH = 2000  # messages imported without a pause
_MOST_SKEW = 10 * 365 * 86_400


class Control:
    """Handlers that need no password: whoever reaches loopback plays the weather and the customers."""

    def __init__(self, world: World, faults: Faults, requests: Counter[str], inbound: Inbound) -> None:
        self._world = world
        self._account = world.account
        self._weather = world.weather
        self._faults = faults
        self._requests = requests
        self._inbound = inbound

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/_simulator/weather", self.weather),
            web.post("/_simulator/weather", self.change_weather),
            web.get("/_simulator/faults", self.faults),
            web.post("/_simulator/faults", self.change_faults),
            web.get("/_simulator/requests", self.requests),
            web.get("/_simulator/people", self.people),
            web.post("/_simulator/inbound", self.inbound),
            web.post("/_simulator/past", self.past),
            web.get("/_simulator/messages", self.messages),
        ]

    async def weather(self, request: web.Request) -> web.Response:
        return web.json_response(self._weather.report())

    async def change_weather(self, request: web.Request) -> web.Response:
        changes = await body.read(request)
        body.done(lambda: self._weather.update(changes))
        return web.json_response(self._weather.report())

    async def faults(self, request: web.Request) -> web.Response:
        pages = {str(page): times for page, times in self._faults.list_pages.items()}
        return web.json_response(
            {"list_pages": pages, "lost_answers": self._faults.lost_answers, "clock_skew": self._account.clock_skew}
        )

    async def change_faults(self, request: web.Request) -> web.Response:
        asked = await body.read(request)
        if not asked.keys() <= {"list_page", "lose_answer", "times", "clock_skew"}:
            raise body.bad("A fault is a list_page or lose_answer with times, or a clock_skew.")
        skew = asked.get("clock_skew", self._account.clock_skew)
        if isinstance(skew, bool) or not isinstance(skew, int | float) or not abs(skew) <= _MOST_SKEW:
            raise body.bad("clock_skew is a number of seconds, ten years at most.")
        if "list_page" in asked:
            page, times = body.number(asked, "list_page", 0), body.number(asked, "times", 1)
            body.done(lambda: self._faults.fail_list_page(page, times))
        if "lose_answer" in asked:
            kind, times = body.text(asked, "lose_answer"), body.number(asked, "times", 1)
            body.done(lambda: self._faults.lose_answer(kind, times))
        self._account.clock_skew = skew
        return await self.faults(request)

    async def requests(self, request: web.Request) -> web.Response:
        return web.json_response({"requests": dict(self._requests)})

    async def people(self, request: web.Request) -> web.Response:
        people = [{"name": p.name, "number": p.number, "ways": p.ways} for p in PEOPLE]
        return web.json_response({"people": people})

    async def inbound(self, request: web.Request) -> web.Response:
        asked = await body.read(request)
        from_, to, words = body.text(asked, "from"), body.text(asked, "to"), body.text(asked, "body", default="")
        media = body.attachments(asked)
        message = body.done(lambda: self._inbound.receive(from_, to, words, media))
        return web.json_response({"sid": message.sid if message.sid in self._account.log else None}, status=201)

    async def past(self, request: web.Request) -> web.Response:
        asked = await body.read(request)
        told = body.objects(asked, "messages", "from, to, body and at")
        # All are read before the first is added.
        past: list[PastMessage] = []
        for one in told:
            past.append(self._past(one))
            if len(past) % _BATCH == 0:
                await asyncio.sleep(0)
        sids: list[str] = []
        for start in range(0, len(past), _BATCH):
            sids += self._account.import_messages(past[start : start + _BATCH])
            await asyncio.sleep(0)
        return web.json_response({"sids": sids}, status=201)

    async def messages(self, request: web.Request) -> web.Response:
        limit = request.query.get("limit", "100")
        if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
            raise body.bad("limit is a number from 1 to 1000.")
        found = self._account.log.older(Filter(), None, int(limit))
        return web.json_response({"messages": [self._world.shape(m) for m in found]})

    def _past(self, one: body.Asked) -> PastMessage:
        from_, to = normal(body.text(one, "from")), normal(body.text(one, "to"))
        if self._account.find_line(from_) is None and self._account.find_line(to) is None:
            raise body.bad(f"Neither {from_} nor {to} is a line of this account.")
        status = one.get("status")
        if status is not None and status not in STATUSES:
            raise body.bad(f"status is one of {', '.join(STATUSES)}.")
        return PastMessage(
            from_,
            to,
            body.text(one, "body", default=""),
            body.moment(one, "at"),
            status=None if status is None else str(status),
            error_code=None if one.get("error_code") is None else body.number(one, "error_code", 0),
            media=tuple(body.attachments(one)),
        )
