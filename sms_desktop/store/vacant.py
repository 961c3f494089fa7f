"""A data directory that nobody has had anything in yet, made ready for another account."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from sms_desktop.store import schema, settings
from sms_desktop.store.tx import Tx

_BELONGINGS = (
    schema.messages, schema.conversations, schema.contacts, schema.outbox, schema.consent_events,
)  # fmt: skip
_OF_THE_ACCOUNT = (schema.status_events, schema.lines, schema.marks, schema.gaps, schema.diversions,
                   schema.registration_lists, schema.registration_forms, schema.zips)  # fmt: skip


def is_vacant(db: Connection) -> bool:
    """Whether there is no message, nobody who was written to or spoke, and no contact."""
    return all(db.execute(select(1).select_from(table).limit(1)).first() is None for table in _BELONGINGS)


def vacate(tx: Tx, *, keep: Collection[str], then: Mapping[str, Any]) -> bool:
    """Forgets the account and all settings but ``keep``, and puts ``then`` in their place.

    False where something is there that belongs to somebody; then nothing is done.
    """
    if not is_vacant(tx.db):
        return False
    for table in _OF_THE_ACCOUNT:
        tx.db.execute(delete(table))
    tx.db.execute(delete(schema.settings).where(schema.settings.c.key.not_in(keep)))
    for key, value in then.items():
        settings.put(tx, key, value)
    return True
