"""A backup becomes the database: verified, brought to this version, told what only the replaced one knew, put in place.

Nothing is changed before all of that has worked; what it replaces is kept beside it. Whoever calls holds the data
directory: no engine runs on it.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from sms_desktop.domain.backup import Contents, Restored
from sms_desktop.domain.errors import StoreError
from sms_desktop.store import (
    archive,
    carry,
    connect,
    fallback,
    forgotten,
    former,
    gaps,
    losses,
    media,
    reminder,
    removal,
    shelf,
    stops,
    swap,
    unsent,
    witness,
)
from sms_desktop.store.backup import backup
from sms_desktop.store.faults import explained
from sms_desktop.store.former import Former
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.mend import readable
from sms_desktop.store.opening import make_folders, migrate_file
from sms_desktop.store.schema import FILE, RESCUED
from sms_desktop.store.tx import Tx
from sms_desktop.store.verify import account_of, verified

_UNPACKED = f"{FILE}.unpacked"

Tell = Callable[[Tx, Restored], None]
"""Writes into the new database what is to be known of it, before it takes its place: done is both or neither."""


def tell_nothing(tx: Tx, restored: Restored) -> None:
    """Nobody needs to be told in the database."""


def inspect(source: Path, directory: Path, account: str | None = None) -> Contents:
    """What the backup ``source`` holds. Raises StoreError for what may not be restored into ``directory``."""
    with explained(directory):
        database, pictures = _database(source, directory)
        try:
            contents = replace(_verified(source, database), pictures=pictures)
        finally:
            _forget(directory)
    _same_account(source, contents, directory, account)
    return contents


def restore(
    source: Path, directory: Path, at: datetime, account: str | None = None, tell: Tell = tell_nothing
) -> Restored:
    """Puts the backup ``source`` in the database's place. ``account``: whose messages lie in ``directory``, if known.

    Raises StoreError with a sentence where that cannot be; then all is as it was.
    """
    with explained(directory):
        make_folders(directory)
        swap.finish(directory)
        database, pictures = _database(source, directory)
        try:
            contents = _verified(source, database)
            _same_account(source, contents, directory, account)
            incoming = swap.incoming(directory)
            backup(database, incoming)
            migrate_file(incoming)
            folder = MediaFolder(directory / "media")
            if pictures is not None:
                archive.unpack_media(source, folder)
            restored, aside = _told(incoming, directory, folder, at, tell, rescued=source == directory / RESCUED)
            swap.put_in_place(directory, aside)
        finally:
            _forget(directory)
            swap.forget_incoming(directory)
    return restored


def _told(
    incoming: Path, directory: Path, folder: MediaFolder, at: datetime, tell: Tell, *, rescued: bool
) -> tuple[Restored, Path]:
    """The copy learns what the database that it replaces knows, as far as that can be read, and where that one goes.

    That is what was rescued, if anything was, whatever lies in its place; for ``rescued`` itself see ``_rescued``.
    Where what was rescued is gone, what lies there may be older than the copy: then only its opt-outs count.
    """
    stale = removal.is_all_there_is(directory)
    other = RESCUED if not rescued and shelf.is_rescued(directory) else FILE
    with readable(directory, incoming, other) as salvage, closing(connect.writer(incoming)) as db:
        driver = connect.raw(db)
        driver.execute("PRAGMA journal_mode = DELETE")
        known = None if salvage is None else former.read(salvage, former.copy_of(db), stale=stale)
        driver.execute("BEGIN IMMEDIATE")
        tx = Tx(db)
        if rescued:
            return _rescued(tx, known, directory, folder, at, tell)
        goes_on = known is not None and (known.follows or not stale)
        before = stops.opted_out(tx.db)
        brought = carry.Brought(0, frozenset(), frozenset())
        if known is not None and goes_on:
            brought = carry.bring(tx, known, at)
        elif known is not None:
            fallback.bring(tx, known, (), at, at - forgotten.HISTORY)
            brought = replace(brought, carried_out=len(stops.opted_out(tx.db) - before))
        if known is None or reminder.is_wanted(known.lost):
            reminder.bring(tx, directory)
        kept_out, all_entered = witness.bring(tx, directory)
        doubtful = unsent.distrust(tx, at, brought.sure, brought.known)
        gaps.forget_pages(tx)
        media.spare(tx, at)
        missing = media.miss(tx, folder, at)
        forgotten.replace(tx, at)
        existed = (directory / FILE).exists()
        gone = known is None and existed
        lost_tables = frozenset[str]() if known is None else known.lost
        entered_lost = not all_entered and (gone or "consent_events" in lost_tables)
        asks = (known is None or forgotten.is_in(lost_tables)) and forgotten.put(
            tx, forgotten.watched(db), at, entered_lost=entered_lost
        )
        waiting = len(unsent.waiting(db))
        (count,) = driver.execute("SELECT count(*) FROM messages").fetchone()
        damaged = gone or (known is not None and not known.whole and not stale)
        aside = swap.place_for(directory, at, damaged=damaged)
        lost = () if stale else losses.in_words(lost_tables)
        restored = Restored(
            count, aside if existed else None, brought.carried_out + kept_out, waiting, doubtful, missing, lost,
            read=not gone, brought=goes_on, asks=asks, entered_lost=entered_lost, stale=stale,
        )  # fmt: skip
        tell(tx, restored)
        _commit(db)
    return restored, aside


def _rescued(
    tx: Tx, known: Former | None, directory: Path, folder: MediaFolder, at: datetime, tell: Tell
) -> tuple[Restored, Path]:
    """What was in use until its files were lost goes on as it was, and what waits has not left. What lies in its place
    is another's, and perhaps much older: of it only opt-outs count.
    """
    before = stops.opted_out(tx.db)
    if known is not None:
        fallback.bring(tx, known, (), at, at - forgotten.HISTORY)
    carried_out = len(stops.opted_out(tx.db) - before) + witness.bring(tx, directory)[0]
    doubtful = unsent.distrust(tx, at, *unsent.standing(tx.db))
    missing = media.miss(tx, folder, at)
    aside = swap.place_for(directory, at, damaged=False)
    restored = Restored(
        tx.db.execute(text("SELECT count(*) FROM messages")).scalar_one(),
        aside if (directory / FILE).exists() else None,
        carried_out,
        len(unsent.waiting(tx.db)),
        doubtful,
        missing,
        rescued=True,
    )
    tell(tx, restored)
    _commit(tx.db)
    return restored, aside


def _commit(db: Connection) -> None:
    driver = connect.raw(db)
    driver.commit()
    (found,) = driver.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError("The restored copy did not stand its check, so nothing was changed. Check the disk.")


def _database(source: Path, directory: Path) -> tuple[Path, int | None]:
    """Where the backup's database can be read, and how many pictures come with it."""
    if not source.exists():
        raise StoreError(f"There is no file {source}.")
    for own in (FILE, f"{FILE}-wal", f"{FILE}-shm"):  # which only SQLite may open while they are in use
        if (directory / own).exists() and source.samefile(directory / own):
            raise StoreError(f"{source} is the database itself; choose a backup.")
    if not archive.is_archive(source):
        return source, None
    _forget(directory)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory / _UNPACKED, archive.unpack_database(source, directory / _UNPACKED)


def _verified(source: Path, database: Path) -> Contents:
    """What is said of the unpacked database is said of the archive that it came in."""
    try:
        return verified(database)
    except StoreError as error:
        raise type(error)(str(error).replace(str(database), str(source))) from error


def _forget(directory: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):  # the next one who unpacks will see to it
            (directory / f"{_UNPACKED}{ending}").unlink(missing_ok=True)


def _same_account(source: Path, contents: Contents, directory: Path, account: str | None) -> None:
    ours = account or _account_here(directory)
    theirs = contents.account
    if ours is not None and theirs is not None and ours != theirs:
        raise StoreError(
            f"{source} belongs to another account (AC…{theirs[-4:]}); here are the messages of AC…{ours[-4:]}. "
            "Restore it where that account’s messages are."
        )


def _account_here(directory: Path) -> str | None:
    path = directory / FILE
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(connect.uri(path, alone=connect.quiet(path)), uri=True)) as db:
            return account_of(db)
    except (sqlite3.Error, ValueError):
        return None
