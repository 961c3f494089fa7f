"""Opt-outs of lists that were imported for all numbers, as the ledger has them: by person, whatever number they were
entered for.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, literal_column, select

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.forall import BEGINS
from sms_desktop.store.schema import consent_events, consents

_e, _k = consent_events.c, consents.c
_taken = consent_events.alias("taken").c
_IS_FOR_ALL: ColumnElement[bool] = and_(
    _e.source == literal_column(f"'{ConsentSource.IMPORT}'"),
    _e.state == literal_column("'opted_out'"),
    func.substr(_e.reason, 1, literal_column(str(len(BEGINS)))) == literal_column(f"'{BEGINS}'"),
)
_ENTRY = select(_e.line, _e.peer, _e.at, _e.author, _e.reason).where(_IS_FOR_ALL)
_OF_ONE = _ENTRY.where(_e.line.in_(select(_k.line).where(_k.peer == bindparam("peer"))), _e.peer == bindparam("peer"))
_OF_PEERS = _ENTRY.where(
    _e.line.in_(select(_k.line).where(_k.peer.in_(bindparam("peers", expanding=True)))),
    _e.peer.in_(bindparam("peers", expanding=True)),
)
_MISSING = (
    select(_e.peer, _e.at, _e.author, _e.reason)
    .distinct()
    .where(
        _IS_FOR_ALL,
        ~exists().where(
            _taken.line == bindparam("of_line"),
            _taken.peer == _e.peer,
            _taken.source == ConsentSource.IMPORT,
            _taken.reason == _e.reason,
        ),
    )
    .order_by(_e.peer, _e.at)
)
_PEOPLE = select(_e.peer).distinct().where(_IS_FOR_ALL)


def of(db: Connection, peer: str) -> list[ConsentEvent]:
    """What such lists say of that person, by whichever line."""
    return [_event(row.line, row) for row in db.execute(_OF_ONE, {"peer": peer})]


def of_peers(db: Connection, peers: Collection[str]) -> dict[str, list[ConsentEvent]]:
    """The same of each of many; who is on none is left out."""
    found: dict[str, list[ConsentEvent]] = {}
    for row in db.execute(_OF_PEERS, {"peers": list(peers)}):
        found.setdefault(row.peer, []).append(_event(row.line, row))
    return found


def people(db: Connection) -> list[str]:
    """Everybody who is on one. Goes through the whole ledger."""
    return list(db.execute(_PEOPLE).scalars())


def missing(db: Connection, line: str) -> list[ConsentEvent]:
    """What was not entered for ``line``, as it would be. Goes through the whole ledger."""
    return [_event(line, row) for row in db.execute(_MISSING, {"of_line": line})]


def first_of(what: ColumnElement[Any], peer: ColumnElement[Any], *unless: ColumnElement[bool]) -> ColumnElement[Any]:
    """A column of the first such entry of ``peer``, as a part of another statement."""
    lines = select(_k.line).where(_k.peer == peer)
    query = select(what).where(_e.line.in_(lines), _e.peer == peer, _IS_FOR_ALL, *unless)
    return query.order_by(_e.at, _e.id).limit(1).scalar_subquery()


def _event(line: str, row: Any) -> ConsentEvent:
    return ConsentEvent(line, row.peer, True, ConsentSource.IMPORT, "", None, row.at, row.author, row.reason)
