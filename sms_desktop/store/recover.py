"""A new database from what can be read of a damaged one, and what that does not tell from the newest good backup. The
damaged one is kept beside it.

Whoever calls holds the data directory: no engine runs on it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from sms_desktop.domain.backup import Restored
from sms_desktop.domain.errors import StoreError
from sms_desktop.store import (
    connect,
    consent,
    fallback,
    forgotten,
    gaps,
    losses,
    media,
    reminder,
    removal,
    stops,
    summary,
    swap,
    unsent,
    witness,
)
from sms_desktop.store.faults import explained
from sms_desktop.store.former import Former
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.mend import readable
from sms_desktop.store.opening import make_folders, migrate_file
from sms_desktop.store.restore import Tell, tell_nothing
from sms_desktop.store.salvage import Salvage
from sms_desktop.store.schema import ADDED, FILE, metadata, moment
from sms_desktop.store.sense import check
from sms_desktop.store.tx import Tx

BATCH = 1000

Progress = Callable[[int], None]
"""Told how many rows were read so far, on the thread that reads."""


def count(directory: Path) -> int | None:
    """How many messages of the database can be read; None where nothing of it can. Changes nothing that lasts."""
    with explained(directory), _fresh(directory) as fresh, readable(directory, fresh) as salvage:
        return None if salvage is None else salvage.count("messages")


def recover(
    directory: Path,
    at: datetime,
    progress: Progress = lambda rows: None,
    tell: Tell = tell_nothing,
    source: Path | None = None,
) -> Restored:
    """Puts a new database in the place of the damaged one: with all that can be read of it, or empty.

    ``source``, a backup that stands its check, fills in who said STOP and what else could not be read, but for
    messages and drafts.

    Raises StoreError where that cannot be; then all is as it was.
    """
    with explained(directory):
        make_folders(directory)
        swap.finish(directory)
        existed = (directory / FILE).exists()
        stale = removal.is_noted(directory)
        known = None if source is None else fallback.read(directory, source)
        with _fresh(directory) as fresh:
            with readable(directory, fresh) as salvage, closing(connect.writer(fresh)) as db:
                driver = connect.raw(db)
                driver.execute("PRAGMA journal_mode = DELETE")
                driver.execute("PRAGMA foreign_keys = OFF")  # a row may come before the one that it belongs to
                driver.execute("BEGIN IMMEDIATE")
                lost = set(metadata.tables)
                if salvage is not None:
                    _copy(salvage, db, progress)
                    lost = salvage.lost
                lost |= _tidy(db)
                if stale:  # it may be older than what was in use
                    lost |= set(metadata.tables)
                restored = _settled(db, MediaFolder(directory / "media"), at, lost)
                aside = swap.place_for(directory, at, damaged=existed and not stale)
                if reminder.is_wanted(lost):
                    reminder.bring(Tx(db), directory)
                since = _fill_in(Tx(db), known, lost, at)
                kept_out, all_entered = witness.bring(Tx(db), directory)
                entered_lost = not all_entered and "consent_events" in lost
                if forgotten.is_in(lost):
                    forgotten.put(Tx(db), since, at, entered_lost=entered_lost)
                restored = replace(
                    restored, aside=aside if existed else None, read=salvage is not None,
                    asks=forgotten.asks(db, since), filled=known is not None and bool(lost), carried_out=kept_out,
                    entered_lost=entered_lost, stale=stale, lost=() if stale else restored.lost,
                )  # fmt: skip
                tell(Tx(db), restored)
                driver.commit()
                (found,) = driver.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise StoreError("The repaired copy did not stand its check, so nothing was changed. Check the disk.")
            swap.put_in_place(directory, aside)
    return restored


@contextmanager
def _fresh(directory: Path) -> Iterator[Path]:
    """An empty database of this version, where one is prepared."""
    path = swap.incoming(directory)
    try:
        migrate_file(path)
        yield path
    finally:
        swap.forget_incoming(directory)


def _copy(salvage: Salvage, db: Connection, progress: Progress) -> None:
    driver, done = connect.raw(db), 0
    for table in metadata.sorted_tables:
        theirs = salvage.columns(table.name)
        names = [column.name for column in table.columns if column.name in theirs]
        if not names:
            if table.name not in ADDED:
                salvage.lost.add(table.name)
            continue
        insert = f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - names of our own
        rows = salvage.rows(table.name, names)
        makes_sense = check(table, names)
        while batch := list(islice(rows, BATCH)):
            good = [row for row in batch if makes_sense(row)]
            if len(good) < len(batch):
                salvage.lost.add(table.name)
            driver.executemany(insert, good)
            done += len(batch)
            progress(done)
        if table.name == "conversations" and "conversations" in salvage.lost:
            driver.executemany(
                "INSERT OR IGNORE INTO conversations (id, line, peer, at) VALUES (?, ?, ?, 0)", salvage.places()
            )


def _tidy(db: Connection) -> set[str]:
    """What belongs to nothing any more goes; returns of which tables. What can be worked out anew is."""
    driver = connect.raw(db)
    orphans = set[str]()
    driver.execute("UPDATE status_events SET message_seq = NULL WHERE message_seq NOT IN (SELECT seq FROM messages)")
    while found := driver.execute("PRAGMA foreign_key_check").fetchall():
        for table, row, *_ in found:
            orphans.add(table)
            driver.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608 - names of our own
    driver.execute(
        "UPDATE conversations SET draft = (SELECT substr(body, 1, 200) FROM drafts WHERE conversation_id = id)"
    )
    summary.recount(db)
    driver.execute("INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")
    driver.execute("INSERT INTO names_fts (rowid, name) SELECT id, name FROM contacts WHERE name <> ''")
    return orphans


def _settled(db: Connection, folder: MediaFolder, at: datetime, lost: set[str]) -> Restored:
    tx = Tx(db)
    _settle_consent(tx)
    doubtful = unsent.distrust(tx, at)
    gaps.forget_pages(tx)
    media.spare(tx, at)
    missing = media.miss(tx, folder, at)
    if lost:
        gaps.list_again(tx)
    (messages,) = connect.raw(db).execute("SELECT count(*) FROM messages").fetchone()
    return Restored(messages, None, doubtful=doubtful, missing=missing, lost=losses.in_words(lost))


def _fill_in(tx: Tx, known: Former | None, lost: set[str], at: datetime) -> dict[str, datetime]:
    """From the backup, if there is one; gives of each line up to when all opt-outs are known."""
    forgotten.replace(tx, at)
    since = forgotten.watched(tx.db)
    if known is not None:
        since |= fallback.bring(tx, known, lost, at, at - forgotten.HISTORY)
    return since


_SHOWN = text("SELECT line, peer, opted_out_at, opted_out_words FROM conversations WHERE opted_out_at IS NOT NULL")
_NO_IMPORT = text("UPDATE consent_events SET source = 'attested' WHERE source = 'import' AND author IS NULL")
"""An earlier version wrote a loss down as an import."""
_KEPT = text("SELECT line, peer, at, words FROM consents WHERE standing = 'opted_out'")


def _settle_consent(tx: Tx) -> None:
    """An opt-out stands that the ledger, a conversation's row or the messages tell of: each may have lost it."""
    tx.db.execute(_NO_IMPORT)
    shown, kept = (tx.db.execute(one).all() for one in (_SHOWN, _KEPT))
    consent.settle_all(tx)
    _attest(tx, shown)
    stops.find_again(tx)
    _attest(tx, kept)


def _attest(tx: Tx, out: Sequence[Any]) -> None:
    for line, peer, since, words in out:
        allowed = [event.at for event in consent.events(tx.db, line, peer) if not event.opted_out]
        consent.attest(tx, line, peer, max([moment(since), *allowed]), words or "")
