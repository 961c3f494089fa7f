"""Another process (``sms-desktop send``) may write to the same database: what it did is noticed and told here."""

import asyncio
import logging
from collections.abc import Callable

from sms_desktop.domain.events import MessageAdded
from sms_desktop.domain.hub import Hub
from sms_desktop.store import messages
from sms_desktop.store.store import Store

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between looks; one PRAGMA each."""


class Neighbour:
    """Publishes messages that this process did not write, and wakes the outbox for them."""

    def __init__(self, store: Store, hub: Hub, wake: Callable[[], None]) -> None:
        self._store = store
        self._hub = hub
        self._wake = wake
        self._newest = 0
        hub.subscribe(MessageAdded, self._seen)

    async def run(self) -> None:
        """Watches until cancelled."""
        self._newest = await self._store.read(messages.newest_seq)
        while True:
            await asyncio.sleep(EVERY)
            try:
                if await self._store.changed_elsewhere():
                    await self._tell()
            except Exception:
                log.exception("watching for other programs stumbled")

    async def _tell(self) -> None:
        newest = self._newest
        added = await self._store.read(lambda db: messages.since(db, newest))
        if added:
            self._hub.publish(added)
        self._wake()

    def _seen(self, event: MessageAdded) -> None:
        self._newest = max(self._newest, event.message.seq)
