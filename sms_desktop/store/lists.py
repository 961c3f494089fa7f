"""Opt-outs of lists that were imported for all numbers: a number that comes into use later takes them over."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, select

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.store import consent
from sms_desktop.store.schema import consent_events, consents
from sms_desktop.store.tx import Tx

FOR_ALL = "For all numbers: "
"""How the reason of such an entry begins, by which it is known."""
AT_A_TIME = 1000
_OUT = "opted_out"

_e, _taken = consent_events.c, consent_events.alias("taken").c
_MISSING = (
    select(_e.peer, _e.at, _e.author, _e.reason)
    .distinct()
    .where(
        _e.source == ConsentSource.IMPORT,
        _e.state == _OUT,
        _e.reason.startswith(FOR_ALL),
        ~exists().where(
            and_(
                _taken.line == bindparam("of_line"),
                _taken.peer == _e.peer,
                _taken.source == ConsentSource.IMPORT,
                _taken.reason == _e.reason,
            )
        ),
    )
    .order_by(_e.peer, _e.at)
)
_OF_ONE = _MISSING.where(
    _e.peer == bindparam("of_peer"), _e.line.in_(select(consents.c.line).where(consents.c.peer == bindparam("of_peer")))
)


def missing(db: Connection, line: str) -> list[ConsentEvent]:
    """What ``line`` has not taken over yet, as it would be entered for it. Goes through the whole ledger."""
    return _found(db, line, _MISSING, {"of_line": line})


def take_over(tx: Tx, line: str, peer: str | None = None) -> None:
    """Enters for ``line`` what it lacks: of everybody, or, in no time, of ``peer``."""
    if peer is None:
        enter(tx, line, missing(tx.db, line))
    else:
        enter(tx, line, _found(tx.db, line, _OF_ONE, {"of_line": line, "of_peer": peer}))


def enter(tx: Tx, line: str, found: Sequence[ConsentEvent]) -> None:
    """Enters for ``line`` what was found ``missing``; what stands by now is not entered again."""
    for start in range(0, len(found), AT_A_TIME):
        consent.import_many(tx, line, found[start : start + AT_A_TIME])


def _found(db: Connection, line: str, query: Select[Any], values: dict[str, str]) -> list[ConsentEvent]:
    return [
        ConsentEvent(line, row.peer, True, ConsentSource.IMPORT, "", None, row.at, row.author, row.reason)
        for row in db.execute(query, values)
    ]
