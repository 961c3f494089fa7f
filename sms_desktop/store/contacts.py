"""Who the peers are to the people at the desk."""

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from sms_desktop.domain.contact import Contact
from sms_desktop.domain.events import ContactChanged
from sms_desktop.store import conversations, fulltext
from sms_desktop.store.schema import clean, contact_numbers, contacts
from sms_desktop.store.tx import Tx

_OF_PEER = (
    select(contacts.c.id, contacts.c.name, contacts.c.notes)
    .join_from(contacts, contact_numbers)
    .where(contact_numbers.c.address == bindparam("address"))
)
_NUMBERS = (
    select(contact_numbers.c.address)
    .where(contact_numbers.c.contact_id == bindparam("id"))
    .order_by(contact_numbers.c.address)
)


def for_peer(db: Connection, peer: str) -> Contact | None:
    """The contact whose number the raw address ``peer`` is."""
    row = db.execute(_OF_PEER, {"address": peer}).first()
    if row is None:
        return None
    return Contact(row.id, row.name, row.notes, tuple(db.execute(_NUMBERS, {"id": row.id}).scalars()))


def rename(tx: Tx, peer: str, name: str) -> Contact:
    """Gives ``peer`` a name, or none (""); makes the contact where there is none."""
    return _change(tx, peer, name=clean(name))


def set_notes(tx: Tx, peer: str, notes: str) -> Contact:
    """Gives ``peer`` notes; makes the contact where there is none."""
    return _change(tx, peer, notes=clean(notes))


def take_over(tx: Tx, peer: str, other: str) -> None:
    """What ``peer`` is called and the notes hold for ``other`` too from here on, unless that is somebody's number, or
    has texts already.
    """
    before, places = for_peer(tx.db, peer), conversations.of_peers(tx.db, (other,))
    if before is not None and for_peer(tx.db, other) is None and all(place.last is None for place in places):
        _change(tx, other, name=before.name, notes=before.notes)


def _change(tx: Tx, peer: str, **values: Any) -> Contact:
    before = for_peer(tx.db, peer)
    if before is None:
        number = tx.db.execute(insert(contacts).values({"name": "", "notes": ""} | values)).lastrowid
        tx.db.execute(insert(contact_numbers).values(address=peer, contact_id=number))
    else:
        tx.db.execute(update(contacts).where(contacts.c.id == before.id).values(**values))
    after = for_peer(tx.db, peer)
    assert after is not None
    if after == before:
        return after
    tx.note(ContactChanged(after))
    if before is None or before.name != after.name:
        fulltext.learn_name(tx.db, after.id, after.name)
        for conversation in conversations.of_peers(tx.db, after.numbers):
            conversations.told(tx, conversation)
    return after
