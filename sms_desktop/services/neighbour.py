"""Another process (``sms-desktop send``) may write to the same database: what it did is noticed and told here."""

import asyncio
import logging
from collections.abc import Callable

from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.events import ConsentChanged, ConversationChanged, MessageAdded
from sms_desktop.domain.hub import Hub
from sms_desktop.store import consent, conversations, messages
from sms_desktop.store.store import Store

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between looks; one PRAGMA each."""


class Neighbour:
    """Publishes messages and consent that this process did not write, and wakes the outbox for them."""

    def __init__(self, store: Store, hub: Hub, wake: Callable[[], None]) -> None:
        self._store = store
        self._hub = hub
        self._wake = wake
        self._newest = -1
        self._entry = 0
        self._own: set[int] = set()
        hub.subscribe(MessageAdded, self._seen)

    async def run(self) -> None:
        """Watches until cancelled."""
        while True:
            try:
                if self._newest < 0:
                    self._newest = await self._store.read(messages.newest_seq)
                    self._entry = await self._store.read(consent.newest)
                newest = await self._store.read(messages.newest_seq)
                entry = await self._store.read(consent.newest)
                if await self._store.changed_elsewhere():
                    await self._tell()
                else:  # nobody else wrote below what there was before we asked
                    self._newest = max(self._newest, newest)
                    self._entry = max(self._entry, entry)
                    self._own = {seq for seq in self._own if seq > self._newest}
            except StoreError as error:  # told where it is read
                log.warning("watching for other programs is not possible: %s", error)
            except Exception:
                log.exception("watching for other programs stumbled")
            await asyncio.sleep(EVERY)

    async def _tell(self) -> None:
        while entries := await self._store.read(lambda db: consent.page(db, self._entry)):
            self._entry = entries[-1][0]
            pairs = frozenset((event.line, event.peer) for _, event in entries)
            known = await self._store.read(lambda db, pairs=pairs: conversations.of_pairs(db, pairs))  # type: ignore[misc]
            self._hub.publish([ConsentChanged(pairs), *map(ConversationChanged, known)])
        while added := await self._store.read(lambda db: messages.since(db, self._newest)):
            # What was fetched from Twilio's list was told as a heap, and no other process fetches it.
            fetched = {event.message.seq for event in added if event.message.origin is not None}
            strange = [event for event in added if event.message.seq not in self._own | fetched]
            self._newest = added[-1].message.seq
            self._hub.publish(strange)
            self._own = {seq for seq in self._own if seq > self._newest}
        self._wake()

    def _seen(self, event: MessageAdded) -> None:
        if event.message.seq > self._newest:
            self._own.add(event.message.seq)
