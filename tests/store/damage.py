"""Databases with something in them, and what can befall a file."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sms_desktop.domain.message import Message, Status
from sms_desktop.store import consent, contacts, conversations, drafts, gaps, messages, outbox, settings
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.recorder import LINE, PEER, at, said, text_in, text_out

ACCOUNT = "AC" + "1" * 32
STOPPED = "+12125550199"


async def opened(directory: Path) -> Store:
    store = Store(directory, lambda _: None)
    await store.open()
    return store


async def filled(directory: Path, count: int = 40, peers: int = 4) -> None:
    """Messages of several people, a contact, a draft, somebody who said STOP, an account, a mark; and closes it."""
    store = await opened(directory)

    def work(tx: Tx) -> None:
        for n in range(count):
            text_in(f"text {n} " + "x" * 200, peer=f"+1212555{n % peers:04}", when=at(n))(tx)
        contacts.rename(tx, PEER, "Maya")
        place = conversations.ensure(tx, LINE, PEER, at())
        drafts.save(tx, place.id, "Shall I keep", (), at())
        stop(tx, at(5))
        settings.put(tx, "account", ACCOUNT)
        gaps.watch(tx, LINE, at(0))
        gaps.watch(tx, LINE, at(count))

    await store.do(work)
    await store.close()


def stop(tx: Tx, when: datetime, peer: str = STOPPED, *, out: bool = True) -> None:
    words = "STOP" if out else "START"
    consent.record(
        tx, line=LINE, peer=peer, opted_out=out, source="inbound", words=words, sid=f"SM{when:%H%M%S}{peer}", at=when
    )


async def queued(directory: Path, body: str, *, claimed: bool = False) -> Message:
    """A text in the outbox; ``claimed``: it is just being sent."""
    store = await opened(directory)
    message = await store.do(text_out(body, when=at(60)))
    if claimed:
        await store.do(lambda tx: outbox.sending(tx, message.id, at(61)))
    await store.close()
    return message


async def sent(directory: Path, message: Message, sid: str) -> None:
    """Twilio has taken it."""
    store = await opened(directory)
    await store.do(lambda tx: outbox.sending(tx, message.id, at(61)))
    await store.do(
        lambda tx: messages.report(tx, key=message.id, sid=sid, report=said(Status.SENT, source="answer", when=at(62)))
    )
    await store.close()


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def column(path: Path, query: str) -> list[object]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute(query)]


def setting(path: Path, key: str) -> object:
    found = column(path, f"SELECT value FROM settings WHERE key = '{key}'")
    return json.loads(str(found[0])) if found else None


def overwrite(path: Path, begin: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(data)


def page_with(path: Path, words: str) -> int:
    """Where in the file the leaf of a table begins that holds ``words``."""
    data = path.read_bytes()
    found = data.find(words.encode())
    while found >= 0 and data[found // 4096 * 4096] != 0x0D:
        found = data.find(words.encode(), found + 1)
    assert found >= 0
    return found // 4096 * 4096
