"""Twilio's list of messages, a page at a time: newest first, of one line and one direction.

The SDK's own pages would make a thousand objects on the loop; here a page is read beside it.
"""

import asyncio
import json
import logging
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from twilio.http.response import Response
from twilio.rest import Client

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.line import is_service
from sms_desktop.domain.message import Direction, ListedMessage, Status
from sms_desktop.gateway.asking import PAGE_SIZE
from sms_desktop.gateway.gateway import ListedPage
from sms_desktop.gateway.outcome import code_in, refusal

log = logging.getLogger(__name__)

_ODD = (ValueError, TypeError, KeyError, AttributeError)
"""What a record raises that cannot be read."""

API = "https://api.twilio.com"
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_STATUSES = {status.value: status for status in Status}
_READ = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[ \t\n\r]+")
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_EMPTY = re.compile(r"\[[ \t\n\r]*\]")


async def page(
    client: Client,
    line: str,
    direction: Direction,
    since: datetime | None,
    until: datetime | None,
    cursor: str | None,
    size: int = PAGE_SIZE,
    peer: str | None = None,
) -> ListedPage:
    """The page at ``cursor``, or the first one. Raises GatewayError.

    Twilio documents days, not times, for its filters, and leaves open on which side their ends lie: asked for is a
    day more than needed at each, so that nothing is ever left out; more than asked for may come. It has no filter for a
    Messaging Service: of one all that is the peer's comes, whichever line of ours it was with.
    """
    if cursor is not None:
        response = await client.request_async("GET", API + cursor)
    else:
        asked: dict[str, object] = {"PageSize": size}
        if since is not None:
            asked["DateSent>"] = _day(since, -1)
        inbound = direction is Direction.INBOUND
        if not is_service(line):
            asked["To" if inbound else "From"] = line
        if peer is not None:
            asked["From" if inbound else "To"] = peer
        if until is not None:
            asked["DateSent<"] = _day(until, 1)
        path = f"{API}/2010-04-01/Accounts/{client.account_sid}/Messages.json"
        response = await client.request_async("GET", path, params=asked)
    _check(response)
    return await asyncio.to_thread(_read, response.text, line, direction)


async def one(client: Client, sid: str, line: str, direction: Direction) -> ListedMessage | None:
    """The message as it now is; None where Twilio has it no more. Raises GatewayError."""
    found = await _fetched(client, sid)
    try:
        return None if found is None else message(found, line, direction, datetime.now(UTC))
    except _ODD as error:
        raise GatewayError("Twilio’s answer could not be read.") from error


async def any_one(client: Client, sid: str) -> ListedMessage | None:
    """The message with that SID, of whatever line and direction; None where Twilio does not have it, or where it has
    no line. Raises GatewayError.
    """
    found = await _fetched(client, sid)
    try:
        if found is None:
            return None
        inbound = found["direction"] == "inbound"
        line = found["to"] if inbound else found["from"]
        direction = Direction.INBOUND if inbound else Direction.OUTBOUND
        line = line or found.get("messaging_service_sid")
        return message(found, line, direction, datetime.now(UTC)) if line else None
    except _ODD as error:
        raise GatewayError("Twilio’s answer could not be read.") from error


async def _fetched(client: Client, sid: str) -> dict[str, Any] | None:
    response = await client.request_async("GET", f"{API}/2010-04-01/Accounts/{client.account_sid}/Messages/{sid}.json")
    if response.status_code == 404:
        return None
    _check(response)
    try:
        found = json.loads(response.text)
    except ValueError as error:
        raise GatewayError("Twilio’s answer could not be read.") from error
    if not isinstance(found, dict) or found.get("sid") != sid:
        raise GatewayError("Twilio’s answer could not be read.")
    return found


def message(
    found: dict[str, Any], line: str, direction: Direction, about: datetime | None = None
) -> ListedMessage | None:
    """One record of the list; None for what is no message of ``line``. A status that is new to us settles nothing.

    What it is must be there: SID, direction and the other side. Of what it says beside that, whatever cannot be read
    counts as not said, and a message is one all the same; ``about`` is its time where it has none. Raises one of _ODD.
    """
    inbound = direction is Direction.INBOUND
    if (_text(found["direction"]) == "inbound") is not inbound:
        return None  # between two lines of ours every message is listed both ways; each is one direction's
    sid, peer, body = _text(found["sid"]), found["from" if inbound else "to"], found.get("body")
    status = _STATUSES.get(str(found.get("status")))
    if status is None:
        log.warning("Twilio lists a status that is new to us: %.20r", found.get("status"))
        status = Status.RECEIVED if inbound else Status.ACCEPTED
    created_text, sent_text = found.get("date_created"), found.get("date_sent")
    created = _time(created_text)
    sent = created if sent_text == created_text else _time(sent_text)
    created = created or sent or _time(found.get("date_updated")) or about
    if created is None:
        raise ValueError("no time")
    price = found.get("price")
    pictures = found.get("num_media")
    ours, service = found.get("to" if inbound else "from"), found.get("messaging_service_sid")
    via = ours if isinstance(ours, str) and ours else None
    return ListedMessage(
        sid=sid,
        direction=direction,
        line=(via or line) if is_service(line) else line,
        peer="" if peer is None else _text(peer),
        body="" if body is None else str(body),
        status=status,
        at=sent or created,
        created_at=created,
        error_code=_number(found.get("error_code")) or None,
        # one that cannot be counted is one to be asked for, of a message that has any by its SID
        num_media=int(sid.startswith("MM")) if (count := _number(pictures)) is None and pictures else count or 0,
        segments=_number(found.get("num_segments")) or None,
        price=str(price) if price is not None else None,
        price_unit=unit if isinstance(unit := found.get("price_unit"), str) else None,
        service=service if isinstance(service, str) and is_service(service) else None,
        via=via,
    )


def _read(text: str, line: str, direction: Direction) -> ListedPage:
    try:
        records: list[dict[str, Any]] = []
        others: dict[str, Any] = {}
        for name, value in _parts(text):
            if name == "messages" and value != []:
                if not isinstance(value, dict):
                    raise TypeError("a record that is none")
                records.append(value)
            else:
                others[name] = value
        cursor = others["next_page_uri"]
        if not records and others["messages"] != []:
            raise ValueError("no messages")
    except (*_ODD, RecursionError) as error:
        raise GatewayError("Twilio’s list could not be read.") from error
    if cursor is not None and not (isinstance(cursor, str) and cursor.startswith("/2010-04-01/")):
        raise GatewayError("Twilio’s list could not be read.")
    found, unreadable = _messages(records, line, direction)
    return ListedPage(found, cursor, unreadable)


def _messages(
    records: Sequence[dict[str, Any]], line: str, direction: Direction
) -> tuple[tuple[ListedMessage, ...], tuple[str, ...]]:
    """The messages, and the SIDs of those that cannot be read ("" where that cannot be read either): one that is odd
    hides no other. Where none can be read, it is the list that is odd, and nothing may pass for seen: a GatewayError.
    """
    found: list[ListedMessage] = []
    unreadable: list[str] = []
    odd: Exception | None = None
    about = next((at for record in records if (at := _time(record.get("date_created")))), None)
    for record in records:
        try:
            one = message(record, line, direction, about)
        except _ODD as error:
            odd, sid = error, record.get("sid")
            unreadable.append(sid if isinstance(sid, str) and _SID.fullmatch(sid) else "")
            continue
        if one is not None and one.peer:
            found.append(one)
            about = one.at  # the list goes from new to old: about then the next one was sent, too
    if odd is not None and len(unreadable) == len(records):
        raise GatewayError("Twilio’s list could not be read.") from odd
    if odd is not None:
        log.warning(
            "%d of %d messages in Twilio's list cannot be read: %s", len(unreadable), len(records), type(odd).__name__
        )
    return tuple(found), tuple(unreadable)


def _parts(text: str) -> Iterator[tuple[str, Any]]:
    """What the JSON object ``text`` holds, in turn, its lists an item at a time. All else, ``{}`` too, is a ValueError.

    Python's reader reads a whole page in one go, and lets the loop do nothing meanwhile.
    """
    sign, at = _sign(text, 0, "{")
    while sign != "}":
        name, at = _READ(text, _start(text, at))
        _, at = _sign(text, at, ":")
        at = _start(text, at)
        if text.startswith("[", at) and not _EMPTY.match(text, at):
            sign, at = "[", at + 1
            while sign != "]":
                value, at = _READ(text, _start(text, at))
                yield name, value
                sign, at = _sign(text, at, ",]")
        else:
            value, at = _READ(text, at)
            yield name, value
        sign, at = _sign(text, at, ",}")


def _start(text: str, at: int) -> int:
    """Where the next sign stands, from ``at`` on."""
    space = _SPACE.match(text, at)
    return at if space is None else space.end()


def _sign(text: str, at: int, wanted: str) -> tuple[str, int]:
    """The next sign, which must be one of ``wanted``, and where it ends."""
    at = _start(text, at)
    sign = text[at : at + 1]
    if not sign or sign not in wanted:
        raise ValueError(f"one of {wanted} was to come at {at}")
    return sign, at + 1


def _check(response: Response) -> None:
    if response.status_code >= 300:
        raise refusal(response.status_code, code_in(response.text))


def _time(text: object) -> datetime | None:
    """Of ``Mon, 04 May 2026 12:00:01 +0000``, or written otherwise; None where it is no time.

    The library's reader, good for any date, takes three times as long.
    """
    if not isinstance(text, str):
        return None
    try:
        if len(text) == 31 and text.endswith(" +0000") and text[8:11] in _MONTHS:
            day, month, year, hour, minute, second = (
                text[5:7],
                text[8:11],
                text[12:16],
                text[17:19],
                text[20:22],
                text[23:25],
            )
            return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        at = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("no text")
    return value


def _number(value: object) -> int | None:
    """None where it is none, or not a likely one."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None


def _day(at: datetime, more: int) -> date:
    return (at.astimezone(UTC) + timedelta(days=more)).date()
