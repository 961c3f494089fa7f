"""The ledger of many people at once, as evidence reads it: a few questions for some hundred, not some for each."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, bindparam, select

from sms_desktop.domain.consent import Consent, ConsentEvent, Standing, heard
from sms_desktop.domain.forall import completed
from sms_desktop.domain.line import is_service
from sms_desktop.store import consent
from sms_desktop.store.schema import consent_events, consents, contact_numbers, contacts, conversations

_e, _k, _c = consent_events.c, consents.c, conversations.c
_LINES = select(_e.line).distinct().union(select(_k.line).distinct())
_SAID = (
    select(*consent.COLUMNS)
    .where(
        _e.line.in_(bindparam("lines", expanding=True)),
        _e.peer.in_(bindparam("peers", expanding=True)),
    )
    .order_by(_e.at, _e.id)
)
_STANDINGS = select(_k.line, _k.peer, _k.standing).where(_k.peer.in_(bindparam("peers", expanding=True)))
_SHOWN = select(_c.line, _c.peer).where(
    _c.line.in_(bindparam("lines", expanding=True)),
    _c.peer.in_(bindparam("peers", expanding=True)),
    _c.opted_out_at.is_not(None),
)
_NAMES = (
    select(contact_numbers.c.address, contacts.c.name)
    .join_from(contacts, contact_numbers)
    .where(contact_numbers.c.address.in_(bindparam("peers", expanding=True)))
)


class Ledger:
    """As it is while one reads: its lines, and the services that they belong to, are asked for once."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._lines = list(db.execute(_LINES).scalars())
        self._services = {line: consent.service_of(db, line) for line in self._lines}
        self._sharing = {line: frozenset(consent.sharing(db, line)) for line in self._lines}

    def names(self, peers: Collection[str]) -> dict[str, str]:
        """Of those who have one."""
        return {row.address: row.name for row in self._db.execute(_NAMES, {"peers": list(peers)})}

    def of(self, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[list[ConsentEvent], Consent]]:
        """``consent.events`` and ``consent.of`` of each pair of line and peer."""
        asked = {"lines": self._lines, "peers": list({peer for _, peer in pairs})}
        said: dict[str, list[ConsentEvent]] = defaultdict(list)
        for row in self._db.execute(_SAID, asked):
            said[row.peer].append(consent.event_of(row))
        kept = {(row.line, row.peer): row.standing for row in self._db.execute(_STANDINGS, {"peers": asked["peers"]})}
        shown = {(row.line, row.peer) for row in self._db.execute(_SHOWN, asked)}
        found = {}
        for line, peer in pairs:
            known = completed(self._heard(line, said[peer]), line, said[peer])
            found[line, peer] = known, consent.comes_to(known, self._stands(line, peer, kept, shown))
        return found

    def _heard(self, line: str, said: list[ConsentEvent]) -> list[ConsentEvent]:
        service = self._services.get(line)
        if service is None:
            return [event for event in said if event.line == line]
        pool = self._sharing[line]
        return heard([event for event in said if event.line in pool or event.service == service], line, service)

    def _stands(
        self, line: str, peer: str, kept: dict[tuple[str, str], str], shown: set[tuple[str, str]]
    ) -> bool | None:
        pool = self._sharing[line] if is_service(line) else [line]
        if any(kept.get((one, peer)) == Standing.OUT for one in pool) or (line, peer) in shown:
            return True
        return False if (line, peer) in kept else None
