"""Messages that fell silent: Twilio is asked about each, ever more seldom, until it has said the last word."""

import asyncio
import logging
from datetime import datetime, timedelta

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.message import FINAL, ListedMessage, Message
from sms_desktop.gateway.gateway import Gateway
from sms_desktop.services import doubt
from sms_desktop.services.clock import now
from sms_desktop.services.inbox import refused_before
from sms_desktop.services.link import Link
from sms_desktop.services.wake import woken
from sms_desktop.store import listed, messages, outbox, polls, replies
from sms_desktop.store.polls import Silent
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (30, 5 * 60, 3600, 12 * 3600))
"""From our sending to the first look, and from one look to the next; then daily."""
DAILY = timedelta(days=1)
PRICE_LOOKS = len(WAITS)
"""Looks after which a price that is still not there is not waited for: some messages have none."""
GIVEN_UP = timedelta(days=45)
"""Many carriers never report; after this time no more word comes."""
AT_ONCE = 4
AGAIN = timedelta(minutes=1)
"""After a look that Twilio did not answer."""
UNHEARD = "Twilio was told to send it and has not said that it did."
IDLE = 10.0
STUMBLED = 5.0


class Statuses:
    """``run`` it; ``wake`` it when something was planned, or may be due after a sleep."""

    def __init__(self, store: Store, link: Link) -> None:
        self._store, self._link = store, link
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def ask_now(self, message_id: str) -> None:
        """Reads Twilio's list for an unconfirmed message at once. Raises GatewayError where Twilio does not answer."""
        gateway = self._link.gateway
        message = await self._store.read(lambda db: messages.get(db, message_id))
        if message is None or message.doubt is None:
            return
        if gateway is None or not await doubt.seek(self._store, gateway, message, 0, extra=True):
            raise GatewayError("Twilio cannot be asked at the moment. We keep trying.")

    async def run(self) -> None:
        """Asks about what is due until cancelled."""
        while True:
            try:
                pause = await self._ask_due()
            except Exception:
                log.exception("asking about messages stumbled")
                pause = STUMBLED
            await woken(self._wake, pause)

    async def _ask_due(self) -> float:
        gateway = self._link.gateway
        if gateway is None:
            return 1.0
        while silent := await self._store.read(lambda db: polls.due(db, now(), AT_ONCE)):
            answered = await asyncio.gather(*(self._ask(gateway, one) for one in silent))
            if not any(answered):
                return STUMBLED  # nobody answers: no need to try them all
        following = await self._store.read(polls.next_due)
        return IDLE if following is None else min(IDLE, max(0.1, (following - now()).total_seconds()))

    async def _ask(self, gateway: Gateway, silent: Silent) -> bool:
        """Whether Twilio answered, or need not be asked."""
        message = silent.message
        if message.doubt is not None:
            return await doubt.seek(self._store, gateway, message, silent.polls)
        if await self._store.read(lambda db: replies.is_under_way(db, message)):
            await self._store.do(lambda tx: outbox.unconfirmed(tx, message.id, UNHEARD, now()))
            return True
        if message.sid is None or _is_settled(message, silent.polls):
            await self._store.do(lambda tx: polls.plan(tx, message.id, None, silent.polls))
            return True
        try:
            found = await gateway.look_up(message.sid, message.line, message.direction)
        except GatewayError as error:
            log.info("a message could not be asked about: %s", error)
            at = now() + AGAIN
            await self._store.do(lambda tx: polls.plan(tx, message.id, at, silent.polls))
            return False
        await self._store.do(lambda tx: _learn(tx, silent, found))
        return True


def _learn(tx: Tx, silent: Silent, found: ListedMessage | None) -> None:
    message, at = silent.message, now()
    if found is not None:
        message = listed.learn(tx, message, found, at)
        refused_before(tx, found, message)
    looks = silent.polls + 1
    over = found is None or _is_settled(message, looks) or at - message.at > GIVEN_UP
    polls.plan(tx, message.id, None if over else _next(at, looks), looks)


def _is_settled(message: Message, looks: int) -> bool:
    return message.status in FINAL and (message.price is not None or looks >= PRICE_LOOKS)


def _next(at: datetime, looks: int) -> datetime:
    return at + (WAITS[looks] if looks < len(WAITS) else DAILY)
