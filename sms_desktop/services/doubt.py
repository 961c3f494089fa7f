"""Unconfirmed messages: Twilio's list is read for each, soon and again, until it is found or ten minutes are over."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.message import Direction, ListedMessage, Message
from sms_desktop.gateway.gateway import Gateway
from sms_desktop.services.clock import now
from sms_desktop.store import listed, messages, outbox, polls
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (15, 40, 60, 180, 300))
"""From the first look, ``outbox.FIRST_ASKED`` after the send, to the second, and so on: ten minutes in all."""
SLACK = timedelta(seconds=30)
"""How far Twilio's clock may be from ours."""
PAGE = 100
MOST_PAGES = 20
AGAIN = timedelta(seconds=15)
"""After a look that Twilio did not answer; it does not count."""


async def seek(store: Store, gateway: Gateway, message: Message, looks: int, *, extra: bool = False) -> bool:
    """Reads the list of what went from the message's line to its recipient; False where Twilio did not answer.

    ``looks`` is how often that was done; one that is ``extra``, because somebody asked for it, changes no plan.
    """
    left = await store.read(lambda db: listed.left_at(db, message))
    if left is None:  # it never left, so nothing is to be found
        await store.do(lambda tx: outbox.found_nothing(tx, message.id, now(), None, looks))
        return True
    try:
        await _read(store, gateway, message, left)
    except GatewayError as error:
        log.info("Twilio's list could not be read for an unconfirmed message: %s", error)
        if not extra:
            again = now() + AGAIN
            await store.do(lambda tx: polls.plan(tx, message.id, again, looks))
        return False
    await store.do(lambda tx: _conclude(tx, message.id, looks, extra=extra))
    return True


async def _read(store: Store, gateway: Gateway, message: Message, left: datetime) -> None:
    since, cursor, unreadable = left - listed.WINDOW - SLACK, None, 0
    for _ in range(MOST_PAGES):
        # No day is asked for: what still waits at Twilio has no time of sending.
        page = await gateway.listed(message.line, Direction.OUTBOUND, None, None, cursor, PAGE, peer=message.peer)
        await store.do(partial(_settle, page.messages))
        cursor, unreadable = page.cursor, unreadable + len(page.unreadable)
        if cursor is None or (page.messages and page.messages[-1].at < since):
            if unreadable:  # it may be one of these: that it is not there cannot be said
                raise GatewayError("Some of Twilio’s list could not be read.")
            return
    raise GatewayError("Twilio’s list has no end.")


def _settle(found: Sequence[ListedMessage], tx: Tx) -> None:
    listed.settle(tx, found, now())


def _conclude(tx: Tx, message_id: str, looks: int, *, extra: bool) -> None:
    """Where it was not found, says so, and when the list is read next."""
    message = messages.get(tx.db, message_id)
    if message is None or message.doubt is None:
        return
    at = now()
    if extra:
        outbox.asked(tx, message_id, at)
    else:
        next_at = at + WAITS[looks] if looks < len(WAITS) else None
        outbox.found_nothing(tx, message_id, at, next_at, looks + 1)
