"""The full-text tables (FTS5): bodies of messages, names of contacts.

Bodies are indexed once a transaction, just before its COMMIT: FTS5 writes out what it has gathered at every savepoint,
which would cost more than the messages themselves.
"""

import re

from sqlalchemy import Connection, text

_NEWEST = text("SELECT coalesce(max(seq), 0) FROM messages")
_CATCH_UP = text("INSERT INTO messages_fts (rowid, body) SELECT seq, body FROM messages WHERE seq > :mark")
_INDEX = text(
    "INSERT INTO messages_fts (rowid, body) SELECT seq, body FROM messages WHERE seq BETWEEN :first AND :last"
)
_MERGE = text("INSERT INTO messages_fts (messages_fts, rank) VALUES ('merge', :pages)")
_OPTIMIZE = text("INSERT INTO messages_fts (messages_fts) VALUES ('optimize')")
_FORGET_NAME = text("DELETE FROM names_fts WHERE rowid = :id")
_LEARN_NAME = text("INSERT INTO names_fts (rowid, name) VALUES (:id, :name)")
_WORD = re.compile(r"[^\W_]")


def mark(db: Connection) -> int:
    """The newest message's row number, to be given to ``catch_up`` at the end of the transaction."""
    return int(db.execute(_NEWEST).scalar_one())


def catch_up(db: Connection, since: int) -> None:
    """Indexes the bodies of the messages after row number ``since``."""
    db.execute(_CATCH_UP, {"mark": since})


def index(db: Connection, first: int, last: int) -> None:
    """Indexes the bodies of messages whose row numbers lie below the newest, which ``catch_up`` does not look at."""
    db.execute(_INDEX, {"first": first, "last": last})


def merge(db: Connection, pages: int = 24) -> None:
    """Joins some of the index's segments (each transaction makes one), writing about ``pages`` pages."""
    db.execute(_MERGE, {"pages": pages})


def optimize(db: Connection) -> None:
    """Joins all segments into one: seconds for a million messages. For the end of an import, not for every day."""
    db.execute(_OPTIMIZE)


def learn_name(db: Connection, contact_id: int, name: str) -> None:
    """Makes a contact findable by ``name`` and no more by the one before."""
    db.execute(_FORGET_NAME, {"id": contact_id})
    if name:
        db.execute(_LEARN_NAME, {"id": contact_id, "name": name})


def expression(words: str) -> str:
    """FTS5's query for every word of ``words`` as a prefix; "" where nothing in it can be looked up.

    Each word is quoted, so that operators, quotes and punctuation in it mean nothing.
    """
    quoted = (word.replace('"', '""') for word in words.replace("\0", " ").split() if _WORD.search(word))
    return " ".join(f'"{word}"*' for word in quoted)
