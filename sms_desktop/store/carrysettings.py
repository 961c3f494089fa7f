"""Which settings come along when a restore replaces a database. One that is not named here comes along as it is."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sms_desktop.store import settings
from sms_desktop.store.tx import Tx

How = Callable[[Any, Any], Any]
"""What the copy has (None: nothing) and what the former database has become one value."""


def _theirs(ours: Any, theirs: Any) -> Any:
    return theirs


def _ours(ours: Any, theirs: Any) -> Any:
    return theirs if ours is None else ours


def _both(ours: Any, theirs: Any) -> Any:
    """By key; the former database's word counts."""
    return ours | theirs if isinstance(ours, dict) and isinstance(theirs, dict) else theirs


def _layout(ours: Any, theirs: Any) -> Any:
    """Without the conversation that was open: its number is another one's here."""
    if not isinstance(theirs, dict):
        return ours
    return {name: value for name, value in theirs.items() if name != "conversation"}


CARRIED: dict[str, How] = {
    "account": _ours,
    "address_now": _theirs,
    "appearance": _theirs,
    "author": _theirs,
    "emoji_recent": _theirs,
    "business_name": _theirs,
    "consent_push": _theirs,
    "consent_words": _theirs,
    "enter_sends": _theirs,
    "keyword_answering": _both,
    "keyword_texts": _theirs,
    "left_lines": _theirs,
    "line_services": _both,
    "look_up_first": _theirs,
    "night": _theirs,
    "paces": _both,
    "diversions_written": _theirs,
    "reply_limit": _theirs,
    "restore_on_quit": _theirs,
    "setup": _theirs,
    "undo_seconds": _theirs,
    "unsigned_posts": _theirs,
    "way_in": _theirs,
    "window": _layout,
}

DROPPED = {
    "forgotten": "A backup from before the loss knows what was lost; one from after it says so itself.",
    "line_services_since": "Its numbers are those of the entries of one database.",
    "media_swept": "The restore sets it itself, so that files which nothing names yet are kept.",
    "rehearsal": "Each start says itself whether Twilio is a simulator.",
    "replaced": "The restore says itself when it was.",
    "repaired": "What the window is to say once is said of this restore.",
    "resting_registrations": "Comes along with the table of diversions.",
}
"""Settings that are not taken over as such, and why that is right."""


def bring(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """Takes over what ``rows`` of the former database's settings say; a damaged value counts as none."""
    for row in rows:
        key, theirs = row["key"], _read(row["value"])
        if key not in DROPPED and theirs is not None:
            settings.put(tx, key, CARRIED.get(key, _theirs)(settings.get(tx.db, key), theirs))


def value_of(rows: Iterable[Mapping[str, Any]], key: str) -> Any:
    """What ``rows`` say of one setting; None where they say nothing, or it is damaged."""
    return next((_read(row["value"]) for row in rows if row["key"] == key), None)


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return None
