"""What was looked up of numbers, the newest of each."""

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.phone import AddressKind, kind_of
from sms_desktop.store import conversations, reception, settings
from sms_desktop.store.schema import EPOCH, LOOKING, lookups, outbox
from sms_desktop.store.tx import Tx

_l = lookups.c
_GET = select(_l.peer, _l.valid, _l.line_type, _l.carrier, _l.at).where(_l.peer == bindparam("peer"))
_LOOKING = select(outbox.c.message_seq).where(outbox.c.conversation_id == bindparam("of"), outbox.c.state == LOOKING)
_put = insert(lookups)
_PUT = _put.on_conflict_do_update(
    index_elements=[_l.peer],
    set_={name: _put.excluded[name] for name in ("valid", "line_type", "carrier", "at")},
)


def get(db: Connection, peer: str) -> Lookup | None:
    """What was looked up of ``peer``, if anything was."""
    row = db.execute(_GET, {"peer": peer}).first()
    return None if row is None else Lookup(row.peer, bool(row.valid), row.line_type, row.carrier, row.at)


def looks_up_first(db: Connection) -> bool:
    """Whether each number is looked up before the first text to it."""
    return settings.get(db, "look_up_first", False) is True


def set_looks_up_first(tx: Tx, on: bool) -> None:
    """Has it done, or not."""
    settings.put(tx, "look_up_first", on)


def wanted_first(db: Connection, conversation_id: int) -> str | None:
    """The number that is to be looked up before anything is sent to that conversation, if the preferences say so.

    Before its first text that is, and before those that were written behind one that waits for that.
    """
    if not looks_up_first(db):
        return None
    place = conversations.get(db, conversation_id)
    if place is None or kind_of(place.peer) is not AddressKind.E164:
        return None
    if place.last is not None and db.execute(_LOOKING, {"of": conversation_id}).first() is None:
        return None
    return place.peer if get(db, place.peer) is None else None


def put(tx: Tx, found: Lookup) -> None:
    """Keeps it unless something newer is known. What was paid for is not forgotten for what costs nothing."""
    known = get(tx.db, found.peer)
    if known is not None and known.at > found.at:
        return
    if known is not None and found.valid and found.line_type is None:
        found = Lookup(found.peer, True, known.line_type, known.carrier, found.at)
    tx.db.execute(
        _PUT,
        {
            "peer": found.peer, "valid": int(found.valid), "line_type": found.line_type, "carrier": found.carrier,
            "at": found.at,
        },
    )  # fmt: skip


def learn(tx: Tx, found: Lookup) -> None:
    """Keeps what was just looked up, and what it tells of whether texts reach the number."""
    put(tx, found)
    known = reception.get(tx.db, found.peer)
    if found.obstacle is not None:
        if not reception.heard_since(tx.db, found.peer, EPOCH):  # who texts from a landline gets texts there
            reception.put(tx, found.obstacle)
    elif known is not None and found.refutes(known.obstacle):
        reception.clear(tx, found.peer, found.at)
