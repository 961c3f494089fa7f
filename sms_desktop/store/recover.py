"""A new database from what can be read of a damaged one. The damaged one is kept beside it.

Whoever calls holds the data directory: no engine runs on it.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, text

from sms_desktop.domain.backup import Restored
from sms_desktop.domain.errors import StoreError
from sms_desktop.store import carry, connect, consent, swap
from sms_desktop.store.faults import explained
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.mend import readable
from sms_desktop.store.opening import make_folders, migrate_file
from sms_desktop.store.restore import Tell, tell_nothing
from sms_desktop.store.salvage import Salvage
from sms_desktop.store.schema import FILE, metadata
from sms_desktop.store.tx import Tx

BATCH = 1000

Progress = Callable[[int], None]
"""Told how many rows were read so far, on the thread that reads."""


def count(directory: Path) -> int | None:
    """How many messages of the database can be read; None where nothing of it can. Changes nothing that lasts."""
    with explained(directory), _fresh(directory) as fresh, readable(directory, fresh) as salvage:
        return None if salvage is None else salvage.count("messages")


def recover(
    directory: Path, at: datetime, progress: Progress = lambda rows: None, tell: Tell = tell_nothing
) -> Restored:
    """Puts a new database in the place of the damaged one: with all that can be read of it, or empty.

    Raises StoreError where that cannot be; then all is as it was.
    """
    with explained(directory):
        make_folders(directory)
        swap.finish(directory)
        existed = (directory / FILE).exists()
        with _fresh(directory) as fresh:
            with readable(directory, fresh) as salvage, closing(connect.writer(fresh)) as db:
                driver = connect.raw(db)
                driver.execute("PRAGMA journal_mode = DELETE")
                driver.execute("PRAGMA foreign_keys = OFF")  # a row may come before the one that it belongs to
                driver.execute("BEGIN IMMEDIATE")
                lost = salvage is None
                if salvage is not None:
                    _copy(salvage, db, progress)
                    lost = bool(salvage.lost)
                orphans = _tidy(db)
                restored = _settled(db, MediaFolder(directory / "media"), at, lost=lost or orphans)
                aside = swap.place_for(directory, at, damaged=existed)
                restored = replace(restored, aside=aside if existed else None, read=salvage is not None)
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
            salvage.lost.add(table.name)
            continue
        insert = f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - names of our own
        rows = salvage.rows(table.name, names)
        while batch := list(islice(rows, BATCH)):
            driver.executemany(insert, batch)
            done += len(batch)
            progress(done)
        if table.name == "conversations" and "conversations" in salvage.lost:
            driver.executemany(
                "INSERT OR IGNORE INTO conversations (id, line, peer, at) VALUES (?, ?, ?, 0)", salvage.places()
            )


def _tidy(db: Connection) -> bool:
    """What belongs to nothing any more goes; returns whether there was any. What can be worked out anew is."""
    driver = connect.raw(db)
    orphans = False
    driver.execute("UPDATE status_events SET message_seq = NULL WHERE message_seq NOT IN (SELECT seq FROM messages)")
    while found := driver.execute("PRAGMA foreign_key_check").fetchall():
        orphans = True
        for table, row, *_ in found:
            driver.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608 - names of our own
    driver.execute(
        "UPDATE conversations SET draft = (SELECT substr(body, 1, 200) FROM drafts WHERE conversation_id = id)"
    )
    carry.summarise(db)
    driver.execute("INSERT INTO messages_fts (messages_fts) VALUES ('rebuild')")
    driver.execute("INSERT INTO names_fts (rowid, name) SELECT id, name FROM contacts WHERE name <> ''")
    return orphans


def _settled(db: Connection, folder: MediaFolder, at: datetime, *, lost: bool) -> Restored:
    tx = Tx(db)
    for line, peer in db.execute(text("SELECT DISTINCT line, peer FROM consent_events")).all():
        out = db.execute(
            text("SELECT opted_out_at FROM conversations WHERE line = :line AND peer = :peer"),
            {"line": line, "peer": peer},
        ).scalar()
        if out is None:  # where the row itself says so it stays so, whatever is left of the ledger
            consent.settle(tx, line, peer)
    doubtful = carry.doubt(tx, at)
    carry.begin_again(tx, at)
    missing = carry.miss_files(tx, folder, at)
    if lost:
        _list_again(db)
    (messages,) = connect.raw(db).execute("SELECT count(*) FROM messages").fetchone()
    return Restored(messages, None, doubtful=doubtful, missing=missing, lost=lost)


def _list_again(db: Connection) -> None:
    """All of the time that a line was watched is asked for once more, as history: what is here already stays."""
    for direction in ("inbound", "outbound"):
        connect.raw(db).execute(
            "INSERT INTO gaps (line, direction, since, until, history, reached)"
            " SELECT line, ?, since, until, 1, until FROM marks WHERE until > since",
            (direction,),
        )
