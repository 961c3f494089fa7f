"""Many rows at a time, by the driver alone: Core looks at each value of each, which costs more than the row does."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.dialects import sqlite

from sms_desktop.store.connect import raw
from sms_desktop.store.schema import UtcDateTime

_DIALECT = sqlite.dialect(paramstyle="named")
_TIME = UtcDateTime()


class Bulk:
    """A statement, compiled once. Values are what SQLite stores: clean text, times as ``stored_time`` has them."""

    def __init__(self, statement: ClauseElement) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self._sql = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, db: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Once for each of ``rows``."""
        raw(db).executemany(self._sql, [self._constants | row for row in rows] if self._constants else rows)


def stored_time(at: datetime | None) -> int | None:
    """A moment as the database has it."""
    return _TIME.process_bind_param(at, _DIALECT)
