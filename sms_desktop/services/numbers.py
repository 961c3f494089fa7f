"""What is known of a number apart from what was said: whether texts reach it, and what Twilio's Lookup told."""

import asyncio
import logging
from datetime import datetime

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.reception import CannotReceive
from sms_desktop.services.clock import now
from sms_desktop.services.link import Link
from sms_desktop.store import lookups, reception
from sms_desktop.store.store import Store

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that a first text waits for that at most."""


class Numbers:
    """Asks Twilio only where somebody wants to know, or has said once that they do: it may cost."""

    def __init__(self, store: Store, link: Link) -> None:
        self._store, self._link = store, link
        self._unkept: dict[str, Lookup] = {}
        """What was paid for and could not be stored: it is not asked for again."""

    async def reception(self, peer: str) -> CannotReceive | None:
        """What keeps texts from reaching ``peer``, as far as is known."""
        return await self._store.read(lambda db: reception.get(db, peer))

    async def heard(self, peer: str) -> datetime | None:
        """When ``peer`` last texted any of our lines, UTC."""
        return await self._store.read(lambda db: reception.last_heard(db, peer))

    async def known(self, peer: str) -> Lookup | None:
        """What was looked up of ``peer`` last."""
        return await self._store.read(lambda db: lookups.get(db, peer))

    async def look_up(self, peer: str, *, line_type: bool) -> Lookup:
        """Asks Twilio whether it is a number, which is free, or (``line_type``) what kind of line, which costs.

        Raises GatewayError.
        """
        gateway = self._link.gateway
        if gateway is None:
            raise GatewayError("Twilio is not connected, so nothing can be looked up.")
        valid, kind, carrier = await gateway.number(peer, line_type=line_type)
        found = Lookup(peer, valid, kind, carrier, now())
        if line_type:
            self._unkept[peer] = found
        await self._keep(found)
        return found

    async def _keep(self, found: Lookup) -> None:
        await self._store.do(lambda tx: lookups.learn(tx, found))
        if self._unkept.get(found.peer) is found:
            del self._unkept[found.peer]

    async def looks_up_first(self) -> bool:
        """Whether each number is looked up before the first text to it."""
        return await self._store.read(lookups.looks_up_first)

    async def set_look_up_first(self, on: bool) -> None:
        await self._store.do(lambda tx: lookups.set_looks_up_first(tx, on))

    async def look_up_first(self, conversation_id: int) -> None:
        """Before the first text to somebody, where the preferences say so. What goes wrong keeps nothing back."""
        peer = await self._store.read(lambda db: lookups.wanted_first(db, conversation_id))
        if peer is None:
            return
        paid = self._unkept.get(peer)
        try:
            async with asyncio.timeout(PATIENCE):
                await (self.look_up(peer, line_type=True) if paid is None else self._keep(paid))
        except (GatewayError, TimeoutError) as error:
            log.info("a number could not be looked up before its first text: %s", type(error).__name__)
