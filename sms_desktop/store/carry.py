"""What a restored database is told of the one that it replaces, so that nothing is sent twice, nobody who said STOP is
texted, and nothing is lost that Twilio cannot tell us again.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from sms_desktop.domain.consent import ConsentSource
from sms_desktop.domain.media import MediaState
from sms_desktop.domain.message import OURS, Status, StatusReport
from sms_desktop.store import consent, conversations, media, messages, outbox, settings
from sms_desktop.store.bulk import stored_time
from sms_desktop.store.connect import raw
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.reports import change, keep, leave_outbox
from sms_desktop.store.salvage import Salvage
from sms_desktop.store.schema import EPOCH, UtcDateTime
from sms_desktop.store.tx import Tx

MAYBE_SENT = "The database was replaced while this waited; it may have been sent."
GONE = "This file is not on this computer any more."

_LEDGER = ("line", "peer", "state", "source", "words", "sid", "at")
_FAILED = " AND m.status IN ('failed', 'undelivered')"
_TIME = UtcDateTime()


@dataclass(slots=True)
class Former:
    """What only the replaced database knows: ledger entries, opted-out pairs, unsent texts with what belongs to them.

    ``whole``: it is sound, so that what it says is waiting has surely not left.
    """

    whole: bool
    ledger: list[tuple[Any, ...]]
    opted_out: list[tuple[str, str, int, str]]
    outbox: dict[str, str]
    """State in the outbox, by our key."""
    words: dict[str, tuple[str, str | None, int | None]]
    """Status, SID and error code of every outbound message that the copy has waiting, by our key."""
    unsent: list[dict[str, Any]]
    drafts: list[tuple[str, str, str, str, int]]
    registrations: list[dict[str, Any]]


def read(salvage: Salvage, waiting: Sequence[str]) -> Former:
    """``waiting``: keys of the messages that wait in the copy. Of a damaged database all is given that can be read."""
    db = salvage.db
    ledger = sorted(salvage.rows("consent_events", _LEDGER), key=lambda entry: _as_time(entry[-1]))
    reader = _Reader(db)
    outbox = dict(reader.rows("SELECT messages.id, state FROM outbox JOIN messages ON seq = message_seq"))
    words = {}
    for key in waiting:
        for row in reader.rows("SELECT status, sid, error_code FROM messages WHERE id = ?", key):
            words[key] = row
    unsent = reader.records(
        "SELECT messages.*, line, peer FROM messages JOIN conversations ON conversations.id = conversation_id"
        " WHERE direction = 'outbound' AND sid IS NULL"
    )
    for one in unsent:
        for name, table in (("media", "media"), ("events", "status_events"), ("outbox", "outbox")):
            one[name] = reader.records(f"SELECT * FROM {table} WHERE message_seq = ?", one["seq"])  # noqa: S608 - names of our own
    known = Former(
        whole=False,
        ledger=ledger,
        opted_out=reader.rows(
            "SELECT line, peer, opted_out_at, coalesce(opted_out_words, '') FROM conversations"
            " WHERE opted_out_at IS NOT NULL"
        ),
        outbox=outbox,
        words=words,
        unsent=unsent,
        drafts=reader.rows(
            "SELECT line, peer, body, files, updated_at FROM drafts"
            " JOIN conversations ON conversations.id = conversation_id"
        ),
        registrations=reader.records("SELECT * FROM registrations"),
    )
    known.whole = not (reader.broken or salvage.lost or salvage.mended) and reader.rows("PRAGMA quick_check(1)") == [
        ("ok",)
    ]
    return known


class _Reader:
    """Rows of a database that may be damaged; ``broken`` once some could not be read."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.broken = False

    def rows(self, query: str, *values: object) -> list[Any]:
        return [row for _, row in self._read(query, values)]

    def records(self, query: str, *values: object) -> list[dict[str, Any]]:
        return [dict(zip(names, row, strict=True)) for names, row in self._read(query, values)]

    def _read(self, query: str, values: Sequence[object]) -> list[tuple[list[str], Any]]:
        found = []
        try:
            cursor = self._db.execute(query, values)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                found.append((names, row))
        except sqlite3.Error:
            self.broken = True
        return found


def _as_time(value: object) -> int:
    return value if isinstance(value, int) else 0


def waiting_in(db: Connection) -> list[str]:
    """Keys of what is in the outbox."""
    return list(db.execute(text("SELECT id FROM messages JOIN outbox ON seq = message_seq ORDER BY seq")).scalars())


def bring(tx: Tx, known: Former, at: datetime) -> int:
    """Tells the copy in ``tx`` what ``known`` has; returns how many are opted out by that."""
    out = _consent(tx, known)
    _drafts(tx, known)
    if known.registrations:
        raw(tx.db).execute("DELETE FROM registrations")
        for row in known.registrations:
            _insert(tx.db, "registrations", row)
    here = set(tx.db.execute(text("SELECT id FROM messages")).scalars()) if known.unsent else set()
    for one in known.unsent:
        if one["id"] not in here:
            _message(tx, one)
    for key, (status, sid, code) in known.words.items():
        message = messages.get(tx.db, key)
        if message is None or (
            status == Status.QUEUED and sid is None and known.outbox.get(key, "sending") != "sending"
        ):
            continue
        if sid is None and status in (Status.QUEUED, Status.SENDING):
            continue  # doubtful, see below
        keep(tx, StatusReport(Status(status), code, sid, OURS, at, (("reason", "known before"),)), message)
        leave_outbox(tx.db, message)
        values: dict[str, Any] = {"status": Status(status), "error_code": code}
        if sid is not None and messages.by_sid(tx.db, sid) is None:
            values["sid"] = sid
        change(tx, message, at, **values)
    return out


def doubt(tx: Tx, at: datetime, sure: frozenset[str] = frozenset()) -> int:
    """What waits may have been sent since, and is never sent again by itself; those in ``sure`` have not left."""
    count = 0
    for key in waiting_in(tx.db):
        message = messages.get(tx.db, key)
        if message is None or key in sure:
            continue
        # When it left nobody knows; Twilio's list recognises it by the time at which it was written.
        if not any(report.status is Status.SENDING for report in messages.reports(tx.db, key)):
            keep(tx, StatusReport(Status.SENDING, None, None, OURS, message.at, (("reason", MAYBE_SENT),)), message)
        outbox.unconfirmed(tx, key, MAYBE_SENT, at)
        count += 1
    return count


def begin_again(tx: Tx, at: datetime) -> None:
    """Twilio's addresses of next pages are of their day: each gap is listed on from the time that it had reached.

    Files that nothing here names yet are kept: the messages that they belong to are listed again.
    """
    tx.db.execute(text("UPDATE gaps SET cursor = NULL"))
    settings.put(tx, media.SWEPT, at.timestamp())


def miss_files(tx: Tx, folder: MediaFolder, at: datetime) -> int:
    """Pictures that are named and not there are fetched again, where Twilio may have them; returns how many."""
    missing = 0
    rows = tx.db.execute(
        text(
            "SELECT media.id, sha256, url, sid FROM media JOIN messages ON seq = message_seq"
            " WHERE state = 'ready' AND sha256 IS NOT NULL"
        )
    ).all()
    for number, sha256, url, sid in rows:
        if folder.path_of(sha256).exists():
            continue
        missing += 1
        again = url is not None or sid is not None
        tx.db.execute(
            text(
                "UPDATE media SET state = :state, sha256 = NULL, size = NULL, attempts = 0, due_at = :due,"
                " error = :error WHERE id = :id"
            ),
            {
                "id": number,
                "state": MediaState.PENDING if again else MediaState.FAILED,
                "due": stored_time(at) if again else None,
                "error": None if again else GONE,
            },
        )
    return missing


def _consent(tx: Tx, known: Former) -> int:
    # Twilio's times may have been learned since: one event is not to count at two of them.
    inbound = [entry for entry in known.ledger if entry[3] == ConsentSource.INBOUND and entry[5]]
    consent.redate(tx, {entry[5]: _moment(entry[6]) for entry in inbound})
    here = {
        tuple(row)
        for row in tx.db.execute(text(f"SELECT {', '.join(_LEDGER)} FROM consent_events"))  # noqa: S608 - names of our own
    }
    before = _opted_out(tx.db)
    new = [entry for entry in known.ledger if entry not in here]
    for entry in new:
        _insert(tx.db, "consent_events", dict(zip(_LEDGER, entry, strict=True)))
    for line, peer in dict.fromkeys((entry[0], entry[1]) for entry in new):
        consent.settle(tx, line, peer)
    now = _opted_out(tx.db)
    for line, peer, at, words in known.opted_out:  # the ledger should say the same; to be silent costs less
        if (line, peer) not in now and not any(entry[:2] == (line, peer) for entry in known.ledger):
            values = {"line": line, "peer": peer, "state": "opted_out", "source": "import", "words": words, "at": at}
            _insert(tx.db, "consent_events", values)
            consent.settle(tx, line, peer)
    return len(_opted_out(tx.db) - before)


def _opted_out(db: Connection) -> set[tuple[str, str]]:
    rows = db.execute(text("SELECT line, peer FROM conversations WHERE opted_out_at IS NOT NULL"))
    return {(line, peer) for line, peer in rows}


def _drafts(tx: Tx, known: Former) -> None:
    for line, peer, body, files, at in known.drafts:
        place = conversations.ensure(tx, line, peer, _moment(at))
        newest = tx.db.execute(
            text("SELECT updated_at FROM drafts WHERE conversation_id = :id"), {"id": place.id}
        ).scalar()
        if newest is None or newest < at:
            tx.db.execute(
                text(
                    "INSERT OR REPLACE INTO drafts (conversation_id, body, files, updated_at) VALUES (:i, :b, :f, :a)"
                ),
                {"i": place.id, "b": body, "f": files, "a": at},
            )
            tx.db.execute(
                text("UPDATE conversations SET draft = :draft WHERE id = :id"), {"draft": body[:200], "id": place.id}
            )


def _message(tx: Tx, one: dict[str, Any]) -> None:
    """A message that only we know of, with its files, its reports and its place in the outbox."""
    place = conversations.ensure(tx, one["line"], one["peer"], _moment(one["at"]))
    seq = tx.db.execute(text("SELECT coalesce(max(seq), 0) + 1 FROM messages")).scalar_one()
    row = {name: value for name, value in one.items() if name not in ("media", "events", "outbox", "line", "peer")}
    _insert(tx.db, "messages", row | {"seq": seq, "conversation_id": place.id})
    raw(tx.db).execute("INSERT INTO messages_fts (rowid, body) VALUES (?, ?)", (seq, one["body"]))
    for item in one["media"]:
        _insert(tx.db, "media", item | {"id": None, "message_seq": seq, "conversation_id": place.id})
    for event in one["events"]:
        _insert(tx.db, "status_events", event | {"id": None, "message_seq": seq})
    for waits in one["outbox"]:
        _insert(tx.db, "outbox", waits | {"message_seq": seq, "conversation_id": place.id})
    summarise(tx.db, place.id)


def summarise(db: Connection, conversation_id: int | None = None) -> None:
    """What the conversation's row (or each one's) says of its messages is counted anew; what is unread stays so."""
    where = "" if conversation_id is None else " WHERE id = :id"
    of = "FROM messages m WHERE m.conversation_id = conversations.id"
    last = f"(SELECT {{}} {of} ORDER BY m.at DESC, m.seq DESC LIMIT 1)"
    count = f"(SELECT count(*) {of}{{}})"
    parts = {
        "messages": count.format(""),
        "outbound": count.format(" AND m.direction = 'outbound'"),
        "delivered": count.format(" AND m.direction = 'outbound' AND m.status IN ('delivered', 'read')"),
        "failed": f"min(failed, {count.format(_FAILED)})",
        "spent": "(SELECT coalesce(sum(CAST(round(-CAST(m.price AS REAL) * 1000000) AS INTEGER)), 0) FROM messages m"
        " WHERE m.conversation_id = conversations.id)",
        "last_id": last.format("m.id"),
        "last_at": last.format("m.at"),
        "last_body": last.format("substr(m.body, 1, 200)"),
        "last_direction": last.format("m.direction"),
        "last_status": last.format("m.status"),
        "last_error_code": last.format("m.error_code"),
        "last_num_media": last.format("(SELECT count(*) FROM media WHERE media.message_seq = m.seq)"),
        "last_media_type": last.format(
            "(SELECT content_type FROM media WHERE media.message_seq = m.seq ORDER BY position LIMIT 1)"
        ),
        "at": f"max(at, coalesce({last.format('m.at')}, 0))",
    }
    db.execute(
        text(f"UPDATE conversations SET {', '.join(f'{name} = {value}' for name, value in parts.items())}{where}"),  # noqa: S608 - names of our own
        {} if conversation_id is None else {"id": conversation_id},
    )


def _insert(db: Connection, table: str, row: dict[str, Any]) -> None:
    """As far as the table has such columns: another version may have more, or fewer."""
    driver = raw(db)
    here = {found[1] for found in driver.execute(f"PRAGMA table_info({table})")}
    names = [name for name in row if name in here]
    marks = ", ".join("?" * len(names))
    driver.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [row[name] for name in names])  # noqa: S608 - names of our own


def _moment(at: int) -> datetime:
    found = _TIME.process_result_value(at, None)  # type: ignore[arg-type]
    assert found is not None
    return found if found > EPOCH else EPOCH
