"""What a database that is being replaced has written down, as far as it can be read; ``carry`` makes use of it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, text

from sms_desktop.domain.consent import ONLY_TWILIO, OPTED_OUT_CODE, Keywords
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import carrysettings, unsent
from sms_desktop.store.consent import WORDS
from sms_desktop.store.salvage import Salvage
from sms_desktop.store.schema import ADDED, metadata
from sms_desktop.store.sense import check
from sms_desktop.store.stops import is_word

Row = dict[str, Any]

READ = ("lines", "contacts", "contact_numbers", "conversations", "drafts", "registrations", "consent_events",
         "consents", "consent_questions", "receptions", "lookups", "registry", "registration_forms", "settings",
         "marks", "gaps", "reply_rules", "line_hours", "replies", "zips")  # fmt: skip
"""Tables that are read to their end; of messages and what belongs to them only what ``texts`` and ``words`` need."""
BELONGS = ("media", "status_events", "outbox")
"""Tables whose rows belong to a message."""

_AT_A_TIME = 500
_OURS = (
    "direction = 'outbound' AND (sid IS NULL OR retry_of IS NOT NULL"
    " OR id IN (SELECT retry_of FROM messages WHERE retry_of IS NOT NULL))"
)
_SINCE = "direction = 'outbound' AND seq >"


@dataclass(frozen=True, slots=True)
class Copy:
    """The database that takes the place: keys of its messages that have no end yet, and of the one stored last."""

    open: frozenset[str]
    newest: str | None


@dataclass(slots=True)
class Former:
    """``whole``: it is sound, so that what it says is waiting has surely not left. ``follows``: it is what the copy has
    become since, so that what it does not have any more was taken away on purpose. ``lost``: the tables of which some
    could not be read.

    ``texts``: our own messages that Twilio may know nothing of, that have no end in the copy, that were written since,
    or that try another one again or are what that tries, in the order in which they were stored; each is a row of
    messages with ``line`` and ``peer`` and the rows that belong to it under the names of their tables. ``words``: where
    it is not whole, the messages that may be somebody's STOP or START, or that Twilio refused for one.
    """

    whole: bool
    follows: bool
    lost: frozenset[str]
    tables: dict[str, list[Row]]
    texts: list[Row]
    words: list[Row]

    def place(self, number: object) -> tuple[str, str] | None:
        """Line and peer of the conversation with that number there."""
        return next(((row["line"], row["peer"]) for row in self.tables["conversations"] if row["id"] == number), None)


def copy_of(db: Connection) -> Copy:
    """What ``read`` must know of the database that takes the place."""
    newest = db.execute(text("SELECT id FROM messages ORDER BY seq DESC LIMIT 1")).scalar()
    return Copy(frozenset(unsent.without_end(db)), newest)


def read(salvage: Salvage, copy: Copy, *, stale: bool = False) -> Former:
    """Reads what is needed; of a damaged database all that can be read. ``stale``: what was in use last is lost, and
    this is what lies in its place: of each table something may be missing, and what waits may have left.
    """
    if stale:
        salvage.lost |= set(metadata.tables)
    sound = not stale and not salvage.mended and _is_sound(salvage.db)
    try:
        return _read(salvage, copy, sound=sound)
    except sqlite3.DatabaseError:  # the quick look does not compare each index with its table
        if not sound:
            raise
        return _read(salvage, copy, sound=False)


def _read(salvage: Salvage, copy: Copy, *, sound: bool) -> Former:
    reader = _Reader(salvage, sound)
    tables = {name: list(reader.rows(metadata.tables[name])) for name in READ}
    reader.own = Keywords.read(carrysettings.value_of(tables["settings"], WORDS))
    _find_places(salvage, tables["conversations"])
    places = {row["id"]: (row["line"], row["peer"]) for row in tables["conversations"]}
    newest = None if copy.newest is None else reader.seq_of(copy.newest)
    found = [_placed(row, places) for row in reader.messages(copy, newest) if row["conversation_id"] in places]
    texts = _ours(found, copy, newest)
    reader.complete(texts)
    follows = copy.newest is None or newest is not None or copy.newest in {row["id"] for row in found}
    return Former(
        sound and not salvage.lost,
        follows,
        frozenset(salvage.lost),
        tables,
        texts,
        [row for row in found if not sound and _may_be_word(row, reader.own)],
    )


class _Reader:
    def __init__(self, salvage: Salvage, sound: bool) -> None:
        self._salvage, self._sound = salvage, sound
        self.own = ONLY_TWILIO

    def rows(self, table: Table, keep: Callable[[Row], bool] = lambda row: True) -> Iterator[Row]:
        """The rows of ``table`` that can be read and make sense, by column; a column that is not there is left out."""
        there = self._salvage.columns(table.name)
        names = [column.name for column in table.columns if column.name in there]
        if not names:
            if table.name not in ADDED:
                self._salvage.lost.add(table.name)
            return
        makes_sense = check(table, names)
        for values in self._salvage.rows(table.name, names):
            row = dict(zip(names, values, strict=True))
            if not makes_sense(values):
                self._salvage.lost.add(table.name)
            elif keep(row):
                yield row

    def messages(self, copy: Copy, newest: int | None) -> list[Row]:
        """What may be of use of them, more rather than less: of a sound database chosen by it, else by looking at each.

        ``newest``: the row number there of the one that the copy stored last.
        """
        table = metadata.tables["messages"]
        if not self._sound:
            return list(self.rows(table, lambda row: _may_be_ours(row, copy, newest) or _may_be_word(row, self.own)))
        found = list(self._some(table, _OURS, [()]))
        if newest is not None:
            found += self._some(table, _SINCE, [(newest,)])
        found += self._some(table, "id IN", _parts(sorted(copy.open)))
        return list({row["seq"]: row for row in found}.values())

    def complete(self, texts: list[Row]) -> None:
        """Puts to each what belongs to it."""
        by_seq = {one["seq"]: one for one in texts}
        for name in BELONGS:
            for one in texts:
                one[name] = []
            for row in self._belonging(metadata.tables[name], list(by_seq)):
                by_seq[row["message_seq"]][name].append(row)

    def seq_of(self, key: str) -> int | None:
        """The row number of the message with that key; None where there is none, or nobody can tell."""
        with suppress(sqlite3.Error):
            row = self._salvage.db.execute("SELECT seq FROM messages WHERE id = ?", (key,)).fetchone()
            return None if row is None else int(row[0])
        return None

    def _belonging(self, table: Table, seqs: list[int]) -> Iterable[Row]:
        if self._sound:
            return self._some(table, "message_seq IN", _parts(seqs))
        wanted = set(seqs)
        return self.rows(table, lambda row: row["message_seq"] in wanted) if wanted else ()

    def _some(self, table: Table, where: str, parts: Sequence[Sequence[object]]) -> Iterator[Row]:
        there = self._salvage.columns(table.name)
        names = [column.name for column in table.columns if column.name in there]
        for values in parts:
            marks = f" ({', '.join('?' * len(values))})" if values else ""
            query = f"SELECT {', '.join(names)} FROM {table.name} WHERE {where}{marks} ORDER BY rowid"  # noqa: S608 - names of our own
            for found in self._salvage.db.execute(query, values):
                yield dict(zip(names, found, strict=True))


def _parts(some: Sequence[object]) -> list[Sequence[object]]:
    return [some[n : n + _AT_A_TIME] for n in range(0, len(some), _AT_A_TIME)]


def _is_sound(db: sqlite3.Connection) -> bool:
    try:
        row = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error:
        return False
    return str(row[0]) == "ok"


def _find_places(salvage: Salvage, conversations: list[Row]) -> None:
    """Those whose row is lost are known to their index."""
    if "conversations" in salvage.lost:
        here = {row["id"] for row in conversations}
        conversations += [
            {"id": number, "line": line, "peer": peer} for number, line, peer in salvage.places() if number not in here
        ]


def _placed(row: Row, places: dict[Any, tuple[str, str]]) -> Row:
    line, peer = places[row["conversation_id"]]
    return row | {"line": line, "peer": peer}


def _ours(found: list[Row], copy: Copy, newest: int | None) -> list[Row]:
    """Those that come along; of older ones that have a SID those that try another one again, or are tried again."""
    ours = [row for row in found if _may_be_ours(row, copy, newest)]
    tried = {row["retry_of"] for row in ours}
    texts = [row for row in ours if _is_wanted(row, copy, newest) or row["id"] in tried]
    return sorted(texts, key=lambda row: row["seq"])


def _is_wanted(row: Row, copy: Copy, newest: int | None) -> bool:
    return (
        row["sid"] is None
        or row["retry_of"] is not None
        or row["id"] in copy.open
        # what another program sent is listed again
        or (newest is not None and row["seq"] > newest and row.get("origin") is None)
    )


def _may_be_ours(row: Row, copy: Copy, newest: int | None) -> bool:
    return row["direction"] == Direction.OUTBOUND and (
        _is_wanted(row, copy, newest) or row["status"] in (Status.FAILED, Status.UNDELIVERED)
    )


def _may_be_word(row: Row, own: Keywords) -> bool:
    if row["direction"] == Direction.INBOUND:
        return is_word(row["body"], own)
    return bool(row["error_code"] == OPTED_OUT_CODE)
