"""To which line of ours a message belongs that Twilio tells of: a number of ours, or the service that has it."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from sms_desktop.domain.line import is_service
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import consent, lines
from sms_desktop.store.schema import conversations, messages

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


class Places:
    """Reads once which lines are in use; good for one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        known = [line for line in lines.all(db) if line.sid is not None]
        self._used = {line.address for line in known if line.watched}
        self._unused = {line.address for line in known if not line.watched}
        self._services = {line.address for line in known if line.is_service and line.watched}
        self._pools = {sender: line.address for line in known if line.is_service for sender in line.senders}

    def line_of(self, number: str, service: str | None, peer: str, direction: Direction, at: datetime) -> str | None:
        """The address of the line; None where it went by a number that is not in use here, past its service.

        ``number`` is ours, or the service's SID where it has picked none; ``service`` is what Twilio names with it.
        """
        if not self._services:
            return number
        if direction is Direction.OUTBOUND:
            if service in self._services:
                return service
            return None if number in self._unused and self._pools.get(number) in self._services else number
        service = service or self._pools.get(number) or consent.service_of(self._db, number)
        if service is None or service not in self._services:
            return number
        if number not in self._used:
            return service
        return service if self._went_by_service(number, service, peer, at) else number

    def _went_by_service(self, number: str, service: str, peer: str, at: datetime) -> bool:
        """Whether what the peer was last told by that number came from the service."""
        if is_service(number):
            return True
        pair = {"peer": peer, "at": at}
        by_service = self._db.execute(_WRITTEN_BY_NUMBER, pair | {"line": service, "via": number}).scalar()
        if by_service is None:
            return False
        by_number = self._db.execute(_WRITTEN, pair | {"line": number}).scalar()
        return by_number is None or by_service > by_number
