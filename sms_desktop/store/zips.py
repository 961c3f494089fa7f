"""The ZIP code of each number, as Twilio last told one with a text from it."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.store import conversations
from sms_desktop.store.schema import zips
from sms_desktop.store.tx import Tx

_z = zips.c
_GET = select(_z.zip).where(_z.peer == bindparam("peer"))
_put = insert(zips)
_PUT = _put.on_conflict_do_update(
    index_elements=[_z.peer],
    set_={name: _put.excluded[name] for name in ("zip", "at")},
    where=_put.excluded.at >= _z.at,
)


def get(db: Connection, peer: str) -> str | None:
    """The code of ``peer``, if one was ever told."""
    return db.execute(_GET, {"peer": peer}).scalar()


def put(tx: Tx, peer: str, zip: str, at: datetime) -> None:
    """Keeps ``zip`` (as ``domain.zips.read_zip`` gives it) unless another was told later than ``at``."""
    known = get(tx.db, peer)
    if known == zip:
        return
    tx.db.execute(_PUT, {"peer": peer, "zip": zip, "at": at})
    if get(tx.db, peer) != known:
        for conversation in conversations.of_peers(tx.db, (peer,)):
            conversations.told(tx, conversation)
