"""SQLite connections, each made in and for one thread. Transactions are begun and ended by hand."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine

PATIENCE = 5.0
"""Seconds to wait for another program that holds the database."""


def writer(path: Path, patience: float = PATIENCE) -> Connection:
    """The one connection that writes: a COMMIT has reached the disk when it returns (WAL with synchronous FULL)."""
    return _connection(
        path.as_posix(),
        patience,
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA temp_store = MEMORY",  # savepoints keep their undo pages in memory
        "PRAGMA cache_size = -8000",
        "PRAGMA wal_autocheckpoint = 4000",  # pages; so seldom that fewer than one commit in a hundred waits for it
        "PRAGMA journal_size_limit = 67108864",
    )


def reader(path: Path, patience: float = PATIENCE) -> Connection:
    """A connection for reading beside the writer; a write through it is an error."""
    return _connection(path.as_posix(), patience, "PRAGMA query_only = ON", "PRAGMA temp_store = MEMORY")


def read_only(path: Path, patience: float = PATIENCE, *, alone: bool = False) -> Connection:
    """A connection that leaves the files as they are; ``alone`` also takes no locks (nobody else may be writing)."""
    return _connection(uri(path, alone=alone), patience)


def quiet(path: Path) -> bool:
    """Whether nobody has the database open and nothing is left to recover: no journal lies beside it."""
    return not any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal"))


def uri(path: Path, *, alone: bool = False) -> str:
    """SQLite's name for ``path`` opened read-only."""
    return f"file:{quote(path.absolute().as_posix())}?mode=ro" + ("&immutable=1" if alone else "")


def raw(db: Connection) -> sqlite3.Connection:
    """The driver's connection below ``db``, for BEGIN, SAVEPOINT and COMMIT, which Core would wrap many times over."""
    driver = db.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _connection(name: str, patience: float, *pragmas: str) -> Connection:
    def connect() -> sqlite3.Connection:
        driver = sqlite3.connect(name, timeout=patience, isolation_level=None, uri=name.startswith("file:"))
        try:
            for pragma in pragmas:
                driver.execute(pragma)
        except BaseException:
            driver.close()
            raise
        return driver

    return create_engine("sqlite://", creator=connect, poolclass=NullPool).connect()
