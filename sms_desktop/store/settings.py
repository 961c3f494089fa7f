"""Settings that belong to the data directory, as JSON values; never a secret."""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sms_desktop.store.schema import settings as table
from sms_desktop.store.tx import Tx

_GET = select(table.c.value).where(table.c.key == bindparam("key"))
_INSERT = insert(table)
_PUT = _INSERT.on_conflict_do_update(index_elements=["key"], set_={"value": _INSERT.excluded.value})


def get(db: Connection, key: str, default: Any = None) -> Any:
    """The value put under ``key``, or ``default``."""
    found = db.execute(_GET, {"key": key}).scalar()
    return default if found is None else json.loads(found)


def put(tx: Tx, key: str, value: Any) -> None:
    """Keeps a value that JSON can write (TypeError else)."""
    tx.db.execute(_PUT, {"key": key, "value": json.dumps(value)})
