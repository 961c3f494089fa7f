"""The SDK's HTTP client, over our wire.

Why not the SDK's own: it re-sends POSTs when told to retry (two texts instead of one), knows no time-outs, and logs
phone numbers.
"""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from aiohttp import ClientResponse
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from sms_desktop.gateway.wire import NoAnswer, Wire, basic

log = logging.getLogger(__name__)

ANSWER_LIMIT = 16 * 1024 * 1024
"""Bytes of one JSON answer; a page of 1,000 messages has about 2 MB."""

LOOKED_THROUGH = 64 * 1024
"""Bytes of an answer up to which it is looked through here; a long list is read once, by whoever asked for it."""

SECOND = timedelta(seconds=1)
"""To which HTTP's dates are cut off."""

_ANYBODYS = frozenset({401, 407, 408, 429})
"""Refusals that mean the same from whomever they come; any other is Twilio's only if it is written as Twilio does."""


class Transport(AsyncHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """As patient with ``wire`` as it is told to be. Times in seconds; ``connect_timeout`` None: the wire's own."""

    def __init__(self, wire: Wire, *, connect_timeout: float | None = None, total_timeout: float = 30) -> None:
        super().__init__(log, True, total_timeout)
        self.wire = wire
        self._connect_timeout, self._total_timeout = connect_timeout, total_timeout

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """What the SDK calls. Redirects are handed back as they are, whatever the SDK wishes.

        Raises NeverLeft or NoAnswer; the latter also for an answer of success that is not Twilio's JSON, as captive
        portals give. Raises GatewayError for a host that is not Twilio's.
        """
        address = self.wire.address(url)
        if params:
            address += ("&" if "?" in address else "?") + urlencode(params, doseq=True)
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = basic(*auth)
        body = urlencode(data, doseq=True).encode() if data is not None and method.upper() != "GET" else None
        asked_at = datetime.now(UTC)
        async with self.wire.exchange(
            method.upper(), address, sent, body, timeout or self._total_timeout, self._connect_timeout
        ) as response:
            answer = bytearray()
            async for chunk in response.content.iter_chunked(64 * 1024):
                answer += chunk
                if len(answer) > ANSWER_LIMIT:
                    raise NoAnswer("Twilio’s answer was endless.")
            read = _is_twilio_json(response.status, answer)
            strange = response.status < 300 or (400 <= response.status < 500 and response.status not in _ANYBODYS)
            if strange and not read:
                raise NoAnswer("What answered was not Twilio. Does this network want you to sign in first?")
            if read:
                self._compare_clocks(response, asked_at)
            return Response(response.status, answer.decode(errors="replace"), response.headers)

    def _compare_clocks(self, response: ClientResponse, asked_at: datetime) -> None:
        """The answer was dated, to the second, at some moment since ``asked_at``: what is known stays within that."""
        try:
            theirs = parsedate_to_datetime(response.headers.get("Date", ""))
            least, most = theirs - datetime.now(UTC), theirs + SECOND - asked_at
            self.wire.clock_ahead = min(max(self.wire.clock_ahead or timedelta(0), least), most)
        except (ValueError, TypeError):  # no date, or one without a zone
            return


def _is_twilio_json(status: int, answer: bytes | bytearray) -> bool:
    if status == 204:
        return True
    if len(answer) > LOOKED_THROUGH:
        return answer[:1] == b"{" and answer[-1:] == b"}"
    try:
        return isinstance(json.loads(answer), dict)
    except (ValueError, RecursionError):
        return False
