"""Whether what was read of a damaged table can be what was once written there."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import ConsentSource, Standing
from sms_desktop.domain.line import LineKind
from sms_desktop.domain.media import MediaState
from sms_desktop.domain.message import Direction, Doubt, Hold, Status
from sms_desktop.domain.reception import Evidence, Obstacle
from sms_desktop.domain.registration import Kind
from sms_desktop.domain.reply import Trigger
from sms_desktop.domain.routing import HolderKind
from sms_desktop.store.bulk import stored_time
from sms_desktop.store.schema import UtcDateTime

_LATEST = stored_time(datetime(2200, 1, 1, tzinfo=UTC)) or 0
_ONE_OF: dict[tuple[str, str], type[StrEnum]] = {
    ("lines", "kind"): LineKind,
    ("messages", "direction"): Direction,
    ("messages", "status"): Status,
    ("messages", "origin"): Origin,
    ("messages", "doubt"): Doubt,
    ("media", "state"): MediaState,
    ("status_events", "status"): Status,
    ("registrations", "kind"): HolderKind,
    ("consent_events", "source"): ConsentSource,
    ("consents", "standing"): Standing,
    ("consents", "source"): ConsentSource,
    ("conversations", "opted_out_source"): ConsentSource,
    ("gaps", "direction"): Direction,
    ("messages", "held_for"): Hold,
    ("receptions", "obstacle"): Obstacle,
    ("receptions", "source"): Evidence,
    ("registration_forms", "kind"): Kind,
    ("reply_rules", "trigger"): Trigger,
}


def check(table: Table, names: Sequence[str]) -> Callable[[Sequence[Any]], bool]:
    """Tells of the values of the columns ``names`` in one row whether none is missing, no time is beyond all bounds,
    and each word is one of those that there are. Of numbers and texts as such nobody can tell.
    """
    columns = [table.columns[name] for name in names]
    needed = [n for n, column in enumerate(columns) if not column.nullable and not column.primary_key]
    times = [n for n, column in enumerate(columns) if isinstance(column.type, UtcDateTime)]
    words = [(n, frozenset(_ONE_OF[table.name, name])) for n, name in enumerate(names) if (table.name, name) in _ONE_OF]

    def makes_sense(row: Sequence[Any]) -> bool:
        return (
            all(row[n] is not None for n in needed)
            and all(row[n] is None or 0 <= row[n] <= _LATEST for n in times)
            and all(row[n] is None or row[n] in known for n, known in words)
        )

    return makes_sense
