"""Pages, walked by tokens, never by page numbers, in the two envelopes that Twilio has.

The 2010 API puts relative URIs beside the list; the v1 APIs put absolute ones under `meta`.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from aiohttp import web

from sms_desktop.simulator.address import normal
from sms_desktop.simulator.errors import refused
from sms_desktop.simulator.messages import Filter, Key, Media, Message, MessageLog
from sms_desktop.simulator.shapes import Shape

MOST = 1000
_BATCH = 200  # items rendered without a pause; a page of 1,000 at once would hold up the loop
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TOKEN = re.compile(r"P([AB])([0-9a-f]{10})([0-9a-f]{10})((?:SM|MM)[0-9a-fA-F]{32})")
_PAGING = ("PageSize", "Page", "PageToken")


class Request:
    """What a listing asks for: its path, its query, and the paging in it, checked."""

    def __init__(self, path: str, query: Mapping[str, str]) -> None:
        self.path = path
        self.query = query
        self.size = _number(query.get("PageSize"), 50, least=1)
        if self.size > MOST:
            raise refused(20007, f"Page size must be at most {MOST}")
        self.page = _number(query.get("Page"), 0, least=0)
        self.token = query.get("PageToken", "")

    def uri(self, page: int, token: str = "") -> str:
        fields = [(name, value) for name, value in self.query.items() if name not in _PAGING]
        fields += [("PageSize", str(self.size)), ("Page", str(page))]
        if token:
            fields.append(("PageToken", token))
        return f"{self.path}?{urlencode(fields)}"

    def envelope(self, count: int, older: str, newer: str) -> Shape:
        start = self.page * self.size
        return {
            "end": max(0, start + count - 1),
            "first_page_uri": self.uri(0),
            "next_page_uri": self.uri(self.page + 1, older) if older else None,
            "page": self.page,
            "page_size": self.size,
            "previous_page_uri": self.uri(self.page - 1, newer) if newer and self.page else None,
            "start": start,
            "uri": self.uri(self.page, self.token),
        }

    def meta(self, key: str, base_url: str, older: str, newer: str) -> Shape:
        return {
            "first_page_url": base_url + self.uri(0),
            "key": key,
            "next_page_url": base_url + self.uri(self.page + 1, older) if older else None,
            "page": self.page,
            "page_size": self.size,
            "previous_page_url": base_url + self.uri(self.page - 1, newer) if newer and self.page else None,
            "url": base_url + self.uri(self.page, self.token),
        }


async def message_page(log: MessageLog, request: web.Request, render: Callable[[Message], Shape]) -> web.Response:
    """A page of messages."""
    asked = Request(request.path, request.query)
    since, until = span(asked.query, "DateSent")
    to, from_ = asked.query.get("To"), asked.query.get("From")
    chosen = Filter(normal(to) if to else None, normal(from_) if from_ else None, since, until)
    way, key = _read_token(asked.token)
    items = log.newer(chosen, key, asked.size) if way == "B" and key else log.older(chosen, key, asked.size)
    older = bool(items) and bool(log.older(chosen, items[-1].key, 1))
    newer = bool(items) and bool(log.newer(chosen, items[0].key, 1))
    envelope = asked.envelope(
        len(items), _token("A", items[-1].key) if older else "", _token("B", items[0].key) if newer else ""
    )
    return await as_json("messages", (render(item) for item in items), envelope)


async def short_page(name: str, items: Sequence[Shape], request: web.Request) -> web.Response:
    """A page of a list that is never long."""
    asked = Request(request.path, request.query)
    page, older, newer = _cut(items, asked)
    return await as_json(name, iter(page), asked.envelope(len(page), older, newer))


async def v1_page(name: str, items: Sequence[Shape], request: web.Request, base_url: str) -> web.Response:
    """The same for the v1 APIs."""
    asked = Request(request.path, request.query)
    page, older, newer = _cut(items, asked)
    return await as_json(name, iter(page), {"meta": asked.meta(name, base_url, older, newer)})


def _cut(items: Sequence[Shape], asked: Request) -> tuple[Sequence[Shape], str, str]:
    """A page and the tokens of the next one and the one before; a token names the last item before the page."""
    start = 0
    if asked.token:
        sids = [item["sid"] for item in items]
        if asked.token[2:] not in sids:
            raise refused(21481, "Invalid PageToken")
        start = sids.index(asked.token[2:]) + (1 if asked.token[1] == "A" else -asked.size)
    page = items[max(0, start) : max(0, start + asked.size)]
    older = f"PA{page[-1]['sid']}" if page and start + asked.size < len(items) else ""
    newer = f"PB{page[0]['sid']}" if page and start > 0 else ""
    return page, older, newer


async def as_json(name: str, items: Iterator[Shape], envelope: Shape) -> web.Response:
    parts: list[str] = []
    for item in items:
        parts.append(json.dumps(item))
        if len(parts) % _BATCH == 0:
            await asyncio.sleep(0)
    text = f'{{"{name}": [{", ".join(parts)}], {json.dumps(envelope)[1:]}'
    return web.Response(text=text, content_type="application/json")


def span(query: Mapping[str, str], field: str) -> tuple[int | None, int | None]:
    """The seconds that `Field`, `Field>` and `Field<` leave, both ends included.

    A day means the whole day, GMT; a timestamp means itself. Equal to a timestamp is that second.
    """
    firsts: list[int] = []
    lasts: list[int] = []
    for sign, ends in (("", (firsts, lasts)), (">", (firsts, None)), ("<", (None, lasts))):
        text = query.get(field + sign)
        if text:
            first, last = _moment(text)
            if ends[0] is not None:
                ends[0].append(first)
            if ends[1] is not None:
                ends[1].append(last)
    return max(firsts, default=None), min(lasts, default=None)


def between(query: Mapping[str, str], first: str, last: str) -> tuple[int | None, int | None]:
    """The same for two fields with names of their own, such as StartDate and EndDate."""
    start, end = query.get(first), query.get(last)
    return _moment(start)[0] if start else None, _moment(end)[1] if end else None


def created_within(items: Sequence[Media], query: Mapping[str, str]) -> list[Media]:
    since, until = span(query, "DateCreated")
    return [m for m in items if (since is None or m.created >= since) and (until is None or m.created <= until)]


def _moment(text: str) -> tuple[int, int]:
    try:
        if _DAY.fullmatch(text):
            day = datetime.fromisoformat(text).replace(tzinfo=UTC)
            return int(day.timestamp()), int((day + timedelta(days=1)).timestamp()) - 1
        at = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
    except ValueError as error:
        raise refused(20001, f"{text} is not a date") from error
    seconds = int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    return seconds, seconds


def _number(text: str | None, default: int, *, least: int) -> int:
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise refused(20001, f"{text} is not a number from {least}")
    return int(text)


def _token(way: str, key: Key) -> str:
    return f"P{way}{key[0]:010x}{key[1]:010x}{key[2]}"


def _read_token(token: str) -> tuple[str, Key | None]:
    if not token:
        return "A", None
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise refused(21481, "Invalid PageToken")
    return found[1], (int(found[2], 16), int(found[3], 16), found[4])
