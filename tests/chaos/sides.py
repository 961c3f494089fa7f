"""Both sides, message by message: what Twilio has, what the store says, and what was promised in between."""

import hashlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sms_desktop.store.schema import FILE
from tests.journeys.commands.program import Record

LEFT = frozenset({"accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "read"})
"""Statuses by which a message of ours that has a SID says that Twilio has it."""
MOVING = frozenset({"accepted", "queued", "sending", "sent"})
"""Statuses after which another one comes: everybody's network here tells how it ended."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the store has it; ``files`` are its media as (state, SHA-256), ``waits``: it is in the outbox."""

    id: str
    sid: str | None
    direction: str
    body: str
    status: str
    files: tuple[tuple[str, str | None], ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation's own count of its messages, beside the true one: all, ours, unread."""

    said: tuple[int, int, int]
    true: tuple[int, int, int]


@dataclass(slots=True)
class Here:
    """What lies in the data directory."""

    rows: list[Row]
    places: list[Place]
    files: dict[str, bool]
    """SHA-256 of each file in the media folder by its name, and whether its bytes are that."""
    known: set[str]
    """SHA-256 of each file that a message or a draft has."""
    sound: str
    """``ok``, or what SQLite found wrong."""


@dataclass(slots=True)
class Promised:
    """What the program acknowledged, by the words of each."""

    submitted: set[str] = field(default_factory=set)
    """Texts of ours that it took."""
    posted: set[str] = field(default_factory=set)
    """Texts from customers whose webhook it answered with 200, and that no list of Twilio's has."""
    pictures: dict[str, str] = field(default_factory=dict)
    """Words of a text from a customer, and the SHA-256 of the picture in it."""


@dataclass(slots=True)
class Verdict:
    """What is wrong, each kind with the words of the messages; nothing in any: both sides are equal."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged, and not in the store."""
    doubled: list[str] = field(default_factory=list)
    """At Twilio more than once."""
    unknown: list[str] = field(default_factory=list)
    """At Twilio, and not in the store."""
    twice: list[str] = field(default_factory=list)
    """In the store more than once."""
    invented: list[str] = field(default_factory=list)
    """The store says that it left, and Twilio does not have it."""
    denied: list[str] = field(default_factory=list)
    """The store says that it did not leave, or that nobody knows, and Twilio has it."""
    otherwise: list[str] = field(default_factory=list)
    """Another status here than there."""
    moving: list[str] = field(default_factory=list)
    """Twilio has not said the last word of it: what is equal now need not be so in a second."""
    stuck: list[str] = field(default_factory=list)
    """Still waits in the outbox."""
    awaited: list[str] = field(default_factory=list)
    """A picture that is still to be fetched."""
    pictures: list[str] = field(default_factory=list)
    """A picture that should lie there does not, is spoilt, or is another one than was sent."""
    orphaned: list[str] = field(default_factory=list)
    """A file in the media folder that nobody has, or that never got its place."""
    counts: list[str] = field(default_factory=list)
    """A conversation counts its messages wrongly, or the database is damaged."""

    def troubles(self) -> dict[str, list[str]]:
        found = {name: getattr(self, name) for name in Verdict.__slots__}
        return {name: what for name, what in found.items() if what}

    @property
    def equal(self) -> bool:
        return not self.troubles()

    @property
    def count(self) -> int:
        """Of all kinds together."""
        return sum(map(len, self.troubles().values()))

    @property
    def may_pass(self) -> bool:
        """Whether there is trouble, and only of kinds that end by themselves when Twilio is asked."""
        kinds = set(self.troubles())
        return bool(kinds) and kinds <= {"unknown", "denied", "otherwise", "moving", "stuck", "awaited", "orphaned"}

    def __str__(self) -> str:
        return "; ".join(f"{name} {len(what)}: {', '.join(what[:4])}" for name, what in self.troubles().items())


def here(data: Path, *, thorough: bool = True) -> Here:
    """Reads the store beside the program, or after it; ``thorough``: each file's bytes and the database as well."""
    with closing(sqlite3.connect(f"{(data / FILE).as_uri()}?mode=ro", uri=True, timeout=30)) as db:
        db.execute("BEGIN")
        files: defaultdict[int, list[tuple[str, str | None]]] = defaultdict(list)
        known = set()
        for seq, state, sha256 in db.execute("SELECT message_seq, state, sha256 FROM media ORDER BY position"):
            files[seq].append((state, sha256))
            known.add(sha256)
        waiting = {seq for (seq,) in db.execute("SELECT message_seq FROM outbox")}
        rows = [
            Row(id, sid, direction, body, status, tuple(files[seq]), seq in waiting)
            for seq, id, sid, direction, body, status in db.execute(
                "SELECT seq, id, sid, direction, body, status FROM messages"
            )
        ]
        places = [
            Place((messages, outbound, unread), (all_, all_ - inbound, inbound))
            for messages, outbound, unread, all_, inbound in db.execute(
                "SELECT c.messages, c.outbound, c.unread, count(m.seq), total(m.direction = 'inbound')"
                " FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id GROUP BY c.id"
            )
        ]
        drafts = "".join(text for (text,) in db.execute("SELECT files FROM drafts"))
        sound = db.execute("PRAGMA integrity_check").fetchone()[0] if thorough else "ok"
    found = {}
    if thorough:
        for path in (data / "media").glob("??/*"):
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        known |= {name for name in found if name in drafts}
        found |= dict.fromkeys((path.name for path in (data / "media" / "incoming").glob("*")), False)
    return Here(rows, places, found, known, sound)


def compare(there: Iterable[Record], store: Here, promised: Promised, *, read: bool = False) -> Verdict:
    """``read``: somebody may have looked at what came in, so what is unread cannot be foreseen."""
    verdict = Verdict()
    at_twilio = list(there)
    by_sid = {message["sid"]: message for message in at_twilio}
    here_by_sid = Counter(row.sid for row in store.rows if row.sid is not None)
    here_by_words = Counter(row.body for row in store.rows)
    there_by_words = Counter(message["body"] for message in at_twilio if message["direction"] != "inbound")

    verdict.lost = sorted(words for words in promised.submitted | promised.posted if not here_by_words[words])
    verdict.doubled = sorted(words for words, count in there_by_words.items() if count > 1)
    verdict.unknown = [m["body"] for m in at_twilio if not here_by_sid[m["sid"]]]
    verdict.twice = sorted(words for words, count in here_by_words.items() if count > 1)
    verdict.moving = [f"{m['body']} ({m['status']})" for m in at_twilio if m["status"] in MOVING]
    for row in store.rows:
        _look_at(row, by_sid, there_by_words, promised, verdict)
    _look_at_files(store, promised, verdict)
    for place in store.places:
        if place.said[:2] != place.true[:2] or not (read or place.said[2] == place.true[2]):
            verdict.counts.append(f"{place.said} for {place.true}")
    if store.sound != "ok":
        verdict.counts.append(store.sound)
    return verdict


def _look_at(
    row: Row, by_sid: Mapping[str, Record], there: Mapping[str, int], promised: Promised, verdict: Verdict
) -> None:
    theirs = by_sid.get(row.sid or "")
    if row.waits:
        verdict.stuck.append(row.body)
    if theirs is not None:
        if theirs["status"] != row.status:
            verdict.otherwise.append(f"{row.body} ({row.status} for {theirs['status']})")
    elif row.direction == "outbound":
        if row.sid is not None or (row.status in LEFT and not row.waits):
            verdict.invented.append(row.body)
        elif there.get(row.body) and not row.waits:
            verdict.denied.append(f"{row.body} ({row.status})")
    elif row.body not in promised.posted and not row.body.startswith("posted-"):
        verdict.invented.append(row.body)  # a webhook may have been taken just before a kill, and not been answered


def _look_at_files(store: Here, promised: Promised, verdict: Verdict) -> None:
    for row in store.rows:
        for state, sha256 in row.files:
            if state != "ready":
                verdict.awaited.append(f"{row.body} ({state})")
            elif not store.files.get(sha256 or ""):
                verdict.pictures.append(f"{row.body} ({'spoilt' if sha256 in store.files else 'missing'})")
        sent, got = promised.pictures.get(row.body), [sha256 for state, sha256 in row.files if state == "ready"]
        if sent is not None and row.direction == "inbound" and got not in ([], [sent]):
            verdict.pictures.append(f"{row.body} (another one)")
    verdict.orphaned = sorted(name for name in store.files.keys() - store.known)
