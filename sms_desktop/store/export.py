"""Every message, oldest first, read beside a running engine or without one."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, tuple_

from sms_desktop.domain.errors import DatabaseTooNew, StoreError
from sms_desktop.domain.message import Message
from sms_desktop.store import connect, removal, shelf, swap
from sms_desktop.store.faults import explained, missing, replaced
from sms_desktop.store.opening import version
from sms_desktop.store.records import SELECT_MESSAGES, messages_of
from sms_desktop.store.schema import FILE, HEAD, messages

_m = messages.c
_ROWS = SELECT_MESSAGES.order_by(_m.at, _m.seq).limit(bindparam("limit"))
_SINCE = _m.at >= bindparam("since", type_=_m.at.type)
_FURTHER = (
    _m.at >= bindparam("at"),
    tuple_(_m.at, _m.seq) > tuple_(bindparam("at", type_=_m.at.type), bindparam("seq")),
)


def open_readonly(directory: Path) -> Connection:
    """A connection that cannot change anything, to be closed (or used in ``with``). Raises StoreError,
    DatabaseDamaged for one that is gone or empty while its backups are there, or was taken away while it was open.

    An older version's database is refused too: it is migrated by being opened for writing once.
    """
    path = directory / FILE
    with explained(directory):
        if swap.pending(directory):
            raise StoreError(f"A restore in {directory} was cut short. Start SMS Desktop once, which ends it.")
        if removal.is_noted(directory):
            raise replaced(directory)
        found = version(path)
        if found is None:
            if shelf.names(directory):
                raise missing(directory)
            is_empty = f"The database in {directory} is empty."
            raise StoreError(is_empty if path.exists() else f"There is no database in {directory} yet.")
        if found != HEAD:
            from sms_desktop.store import migrate

            if not migrate.knows(found):
                raise DatabaseTooNew(f"The database in {directory} was written by a newer version of SMS Desktop.")
            raise StoreError(f"The database in {directory} is from an older version. Start SMS Desktop once.")
        # On a medium that cannot be written SQLite cannot lock either.
        return connect.read_only(path, alone=connect.quiet(path) and not os.access(directory, os.W_OK))


def rows(db: Connection, since: datetime | None, after: Message | None = None, limit: int = 500) -> list[Message]:
    """The ``limit`` messages that follow ``after`` (the last one of the page before), none older than ``since``."""
    query = _ROWS
    values: dict[str, Any] = {"limit": limit}
    if after is not None:
        query = query.where(*_FURTHER)
        values |= {"at": after.at, "seq": after.seq}
    elif since is not None:
        query = query.where(_SINCE)
        values["since"] = since
    return messages_of(db, db.execute(query, values))
