"""Bugs, one at a time, put into the real code before the program starts: what the harness is there to find."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from sms_desktop.domain.reply import Answer
from sms_desktop.gateway.gateway import InDoubt, Outcome
from sms_desktop.gateway.webhooks import Inbound
from sms_desktop.services.clock import now
from sms_desktop.services.departure import Departure
from sms_desktop.services.inbox import Inbox
from sms_desktop.store import media_folder, messages, opening, outbox, writer
from sms_desktop.store import store as store_module
from sms_desktop.store.media_folder import MediaFolder
from sms_desktop.store.schema import FILE, SENDING, WAITING
from sms_desktop.store.schema import messages as messages_table
from sms_desktop.store.schema import outbox as outbox_table
from sms_desktop.store.tx import Tx

_tasks: set[asyncio.Task[Any]] = set()


def plant(name: str, directory: Path) -> None:
    """Raises KeyError where there is no such bug."""
    BUGS[name].plant(directory)


def send_again_in_doubt(directory: Path) -> None:
    """No usable answer came, so it is sent again."""
    record = Departure.record

    def record_blindly(self: Departure, tx: Tx, message: Any, outcome: Outcome, attempts: int) -> None:
        if isinstance(outcome, InDoubt):
            outbox.postpone(tx, message.id, now() + timedelta(seconds=0.2), now())
        else:
            record(self, tx, message, outcome, attempts)

    Departure.record = record_blindly  # type: ignore[method-assign]


def send_again_after_a_crash(directory: Path) -> None:
    """What a crash cut short goes back into the queue."""

    def settle_interrupted(tx: Tx, at: Any) -> list[Any]:
        tx.db.execute(update(outbox_table).where(outbox_table.c.state == SENDING).values(state=WAITING))
        return []

    outbox.settle_interrupted = settle_interrupted


def answer_before_the_commit(directory: Path) -> None:
    """Twilio is told that a text is kept while it is still to be written down."""
    receive = Inbox.receive

    async def receive_later(self: Inbox, inbound: Inbound) -> Sequence[Answer]:
        task = asyncio.create_task(receive(self, inbound))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)
        return ()

    Inbox.receive = receive_later  # type: ignore[method-assign]


def promise_before_the_commit(directory: Path) -> None:
    """A text counts as taken as soon as it is written, and before it is on the disk."""
    attempt = writer.Writer._attempt

    def attempt_and_tell(self: writer.Writer, job: Any, db: Connection, *, savepoint: bool = False) -> None:
        attempt(self, job, db, savepoint=savepoint)
        self._loop.call_soon_threadsafe(partial(writer._answer, job))

    writer.Writer._attempt = attempt_and_tell  # type: ignore[method-assign]


def drop_the_unique_sid(directory: Path) -> None:
    """The database takes a SID twice, and nobody looks before."""
    messages._KNOWN = select(messages_table.c.seq).where(messages_table.c.seq < 0)
    prepare = opening.prepare

    def prepare_and_drop(directory: Path, patience: float = 5.0) -> Path:
        path = prepare(directory, patience)
        with closing(sqlite3.connect(directory / FILE)) as db:
            db.execute("PRAGMA writable_schema = ON")
            db.execute(
                "UPDATE sqlite_master SET sql = replace(sql, 'UNIQUE (sid)', 'CHECK (1)') WHERE name = 'messages'"
            )
            db.execute("DELETE FROM sqlite_master WHERE type = 'index' AND name = 'sqlite_autoindex_messages_2'")
            db.commit()
        return path

    store_module.prepare = prepare_and_drop  # type: ignore[attr-defined]


def lose_the_picture(directory: Path) -> None:
    """A picture is noted as being there, and then thrown away."""
    keep = MediaFolder._keep

    def keep_and_lose(self: MediaFolder, path: Path, digest: str, name: str, content_type: str) -> Any:
        file = keep(self, path, digest, name, content_type)
        self.path_of(digest).unlink(missing_ok=True)
        return file

    media_folder.MediaFolder._keep = keep_and_lose  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class Bug:
    """How to plant it, the kinds of trouble of which it is to be reported as one, and the moments of `kills` at which
    a kill shows it; none: it shows without.
    """

    plant: Callable[[Path], None]
    kinds: frozenset[str]
    moments: tuple[str, ...]


BUGS = {
    "send-again-in-doubt": Bug(send_again_in_doubt, frozenset({"doubled"}), ()),
    "send-again-after-a-crash": Bug(send_again_after_a_crash, frozenset({"doubled"}), ("while it runs",)),
    "answer-before-the-commit": Bug(answer_before_the_commit, frozenset({"lost"}), ("as it answers a webhook",)),
    "promise-before-the-commit": Bug(promise_before_the_commit, frozenset({"lost"}), ("as it takes a text",)),
    "drop-the-unique-sid": Bug(drop_the_unique_sid, frozenset({"twice"}), ()),
    "lose-the-picture": Bug(lose_the_picture, frozenset({"pictures"}), ()),
}
