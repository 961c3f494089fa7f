"""To which line of ours a message belongs that Twilio tells of: a number of ours, or the service that has it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select

from sms_desktop.domain.answering import may_be_twilios
from sms_desktop.domain.line import LineKind
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import consent
from sms_desktop.store.lines import senders_of
from sms_desktop.store.schema import conversations, lines, messages

ABOUT = timedelta(seconds=5)
"""Twilio’s times are whole seconds, and of another clock: so much later than an answer may what it answers be dated."""
ANSWERED = timedelta(seconds=15)
"""Within which Twilio answers a keyword."""
_WRITTEN = (
    select(func.max(messages.c.at))
    .join_from(messages, conversations)
    .where(
        conversations.c.line == bindparam("line"),
        conversations.c.peer == bindparam("peer"),
        messages.c.direction == Direction.OUTBOUND,
        messages.c.sid.is_not(None),
        messages.c.status.not_in((Status.FAILED, Status.CANCELED)),
        messages.c.at <= bindparam("at", type_=messages.c.at.type),
    )
)
# Which number it was may come later than the answer to it.
_WRITTEN_BY_NUMBER = _WRITTEN.where(or_(messages.c.via == bindparam("via"), messages.c.via.is_(None)))
_HEARD = (
    select(func.max(messages.c.at))
    .join_from(messages, conversations)
    .where(
        conversations.c.line == bindparam("line"),
        conversations.c.peer == bindparam("peer"),
        messages.c.direction == Direction.INBOUND,
        messages.c.at <= bindparam("at", type_=messages.c.at.type),
    )
)
_HEARD_BY_NUMBER = _HEARD.where(messages.c.via == bindparam("via"))
_OUT = select(conversations.c.id).where(
    conversations.c.line == bindparam("line"),
    conversations.c.peer == bindparam("peer"),
    conversations.c.opted_out_at <= bindparam("at", type_=conversations.c.opted_out_at.type),
)

_SERVICES = select(lines.c.address, lines.c.senders).where(
    lines.c.kind == LineKind.SERVICE, lines.c.watched == 1, lines.c.sid.is_not(None)
)
_IN_USE = select(lines.c.address).where(
    lines.c.address == bindparam("address"), lines.c.watched == 1, lines.c.sid.is_not(None)
)


class Places:
    """Reads once which services are in use, of which there is mostly none; good for one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._pools = {service: senders_of(senders) for service, senders in db.execute(_SERVICES)}
        self._service_of: dict[str, str] = {sender: service for service, pool in self._pools.items() for sender in pool}
        self._used: dict[str, bool] = {}

    def line_of(
        self, number: str, service: str | None, peer: str, direction: Direction, at: datetime, body: str = ""
    ) -> str | None:
        """The address of the line; None where it went by a number that is not in use here, past its service.

        ``number`` is ours, or the service's SID where it has picked none; ``service`` is what Twilio names with it.
        """
        if not self._pools:
            return number
        if direction is Direction.OUTBOUND:
            if service in self._pools:
                return service
            owner = self._service_of.get(number)
            if owner is not None and may_be_twilios(body) and self._was_just_heard(number, owner, peer, at):
                return owner
            return number if owner is None or self._is_used(number) else None
        service = service or self._service_of.get(number) or consent.service_of(self._db, number)
        if service is None or service not in self._pools:
            return number
        if not self._is_used(number):
            return service
        return service if self._went_by_service(number, service, peer, at) else number

    def _is_used(self, number: str) -> bool:
        if number not in self._used:
            self._used[number] = self._db.execute(_IN_USE, {"address": number}).first() is not None
        return self._used[number]

    def _went_by_service(self, number: str, service: str, peer: str, at: datetime) -> bool:
        """Whether what the peer was last told by that number came from the service."""
        pair = {"peer": peer, "at": at + ABOUT}
        by_service = self._db.execute(_WRITTEN_BY_NUMBER, pair | {"line": service, "via": number}).scalar()
        by_number = self._db.execute(_WRITTEN, pair | {"line": number}).scalar()
        if by_service is None and by_number is None:
            return self._came_to_service(number, service, pair)
        return by_service is not None and (by_number is None or by_service > by_number)

    def _was_just_heard(self, number: str, service: str, peer: str, at: datetime) -> bool:
        """Whether the peer has just written to that number in the service's conversation."""
        pair = {"peer": peer, "at": at + ABOUT}
        heard = self._db.execute(_HEARD_BY_NUMBER, pair | {"line": service, "via": number}).scalar()
        by_number = self._db.execute(_HEARD, pair | {"line": number}).scalar()
        return heard is not None and at - heard <= ANSWERED and (by_number is None or heard > by_number)

    def _came_to_service(self, number: str, service: str, pair: dict[str, Any]) -> bool:
        """The same where neither has written: where the peer last wrote to that number; or they are out of the service,
        so that their START, which any of its numbers takes, is awaited there.
        """
        by_service = self._db.execute(_HEARD_BY_NUMBER, pair | {"line": service, "via": number}).scalar()
        by_number = self._db.execute(_HEARD, pair | {"line": number}).scalar()
        if by_service is None and by_number is None:
            return self._db.execute(_OUT, pair | {"line": service}).first() is not None
        return by_service is not None and (by_number is None or by_service > by_number)
