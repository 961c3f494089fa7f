"""The routes of the debugger: `/v1/Alerts` (facts §16)."""

from collections.abc import Callable

from aiohttp import web

from sms_desktop.simulator import listing, v1
from sms_desktop.simulator.account import Account
from sms_desktop.simulator.errors import not_found, refused

_LEVELS = ("error", "warning", "notice", "debug")
_KEPT = 30 * 86_400  # Twilio keeps alerts for 30 days


class Alerts:
    """Handlers over the account's alerts, newest first."""

    def __init__(self, account: Account, base_url: Callable[[], str]) -> None:
        self._account = account
        self._base_url = base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get(v1.ALERTS, self.alerts), web.get(v1.ALERTS + "/{alert}", self.fetch)]

    async def alerts(self, request: web.Request) -> web.Response:
        level = request.query.get("LogLevel", "")
        if level and level not in _LEVELS:
            raise refused(20001, f"LogLevel is one of {', '.join(_LEVELS)}")
        since, until = listing.between(request.query, "StartDate", "EndDate")
        since = max(since or 0, self._account.now() - _KEPT)
        found = [
            v1.alert(self._account.sid, self._base_url(), alert)
            for alert in reversed(self._account.alerts)
            if level in ("", alert.level)
            and alert.at.timestamp() >= since
            and (until is None or alert.at.timestamp() <= until)
        ]
        return await listing.v1_page("alerts", found, request, self._base_url())

    async def fetch(self, request: web.Request) -> web.Response:
        for alert in self._account.alerts:
            if alert.sid == request.match_info["alert"]:
                return web.json_response(v1.alert_in_full(self._account.sid, self._base_url(), alert))
        raise not_found(request.path)
