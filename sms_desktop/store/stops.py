"""Opt-outs found in the messages themselves, for a ledger of which some may be lost."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, text

from sms_desktop.domain.consent import (
    ONLY_TWILIO,
    OPTED_OUT_CODE,
    ConsentEvent,
    ConsentSource,
    Keywords,
    Wish,
    wish_of,
)
from sms_desktop.domain.message import Direction
from sms_desktop.domain.phone import is_toll_free
from sms_desktop.store import consent
from sms_desktop.store.schema import moment
from sms_desktop.store.tx import Tx

LONGEST = 60
"""Characters, without the blanks around it, of a body that may be a keyword."""
_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))

_FIND = text(
    "SELECT line, peer, direction, body, sid, error_code, messages.at AS at FROM messages"
    " JOIN conversations ON conversations.id = conversation_id"
    " WHERE (direction = 'inbound' AND length(trim(body, :blanks)) <= :longest) OR error_code = :refused"
)


def is_word(body: str, own: Keywords = ONLY_TWILIO) -> bool:
    """Whether an inbound ``body`` may be somebody's STOP or START; ``own`` are the account's own keywords."""
    return len(body.strip()) <= LONGEST and wish_of(body, own=own) is not None


def find_again(tx: Tx) -> set[tuple[str, str]]:
    """Enters into the ledger what the messages here say and it does not; gives the pairs that are opted out by it."""
    own = consent.keywords(tx.db)
    rows = tx.db.execute(_FIND, {"longest": LONGEST, "blanks": _BLANKS, "refused": OPTED_OUT_CODE}).mappings().all()
    return enter(tx, [dict(row) for row in rows if row["direction"] != Direction.INBOUND or is_word(row["body"], own)])


def enter(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """The same for ``rows`` of messages with ``line`` and ``peer``, whose times are as the database has them.

    A message that the ledger has is not entered twice. Twilio's refusal counts where nothing newer is known.
    """
    before, own = opted_out(tx.db), consent.keywords(tx.db)
    said: list[ConsentEvent] = []
    refused: list[ConsentEvent] = []
    for row in rows:
        event = _event(row, own)
        if event is not None:
            (said if event.source is ConsentSource.INBOUND else refused).append(event)
    consent.enter(tx, [event for event in said if event.sid is not None and not consent.knows(tx.db, event.sid)])
    for event in sorted(refused, key=lambda one: one.at, reverse=True):
        known = consent.events(tx.db, event.line, event.peer)
        if all(one.at <= event.at and not (one.opted_out and one.at == event.at) for one in known):
            consent.enter(tx, [event])
    return opted_out(tx.db) - before


def opted_out(db: Connection) -> set[tuple[str, str]]:
    """The pairs of line and peer of which an opt-out stands."""
    rows = db.execute(text("SELECT line, peer FROM conversations WHERE opted_out_at IS NOT NULL"))
    return {(line, peer) for line, peer in rows}


def _event(row: Mapping[str, Any], own: Keywords) -> ConsentEvent | None:
    line, peer, at = row["line"], row["peer"], moment(row["at"])
    if row["direction"] != Direction.INBOUND:
        return ConsentEvent(line, peer, True, ConsentSource.ERROR, str(OPTED_OUT_CODE), row["sid"], at)
    wish = wish_of(row["body"], toll_free=is_toll_free(line), own=own)
    if wish is None:
        return None
    return ConsentEvent(line, peer, wish is Wish.STOP, ConsentSource.INBOUND, row["body"].strip(), row["sid"], at)
