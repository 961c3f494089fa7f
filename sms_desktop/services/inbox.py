"""What Twilio hands us: messages from people, and words about our own messages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sms_desktop.domain.consent import OPTED_OUT_CODE, Wish, wish_of
from sms_desktop.domain.message import StatusReport
from sms_desktop.domain.phone import is_toll_free
from sms_desktop.services.clock import now
from sms_desktop.store import consent, lines, messages
from sms_desktop.store.store import Store, Tx

if TYPE_CHECKING:
    from sms_desktop.gateway.webhooks import Inbound


class Inbox:
    """Commits before it returns, so that the answer to Twilio is a promise kept."""

    def __init__(self, store: Store, media_arrived: Callable[[], None]) -> None:
        self._store = store
        self._media_arrived = media_arrived

    async def receive(self, inbound: "Inbound") -> Sequence[str]:
        """Stores an inbound message once, however often it is posted; gives back the texts to answer with."""
        at = now()
        wish = wish_of(inbound.body, toll_free=is_toll_free(inbound.to), opt_out_type=inbound.opt_out_type)

        def work(tx: Tx) -> None:
            lines.ensure(tx, inbound.to)
            message = messages.add_inbound(
                tx,
                sid=inbound.sid,
                line=inbound.to,
                peer=inbound.from_,
                body=inbound.body,
                at=at,
                media=inbound.media,
                segments=inbound.segments,
            )
            if message is not None and wish is not None:
                consent.record(
                    tx,
                    line=inbound.to,
                    peer=inbound.from_,
                    opted_out=wish is Wish.STOP,
                    source="inbound",
                    words=inbound.body.strip(),
                    sid=inbound.sid,
                    at=at,
                )

        await self._store.do(work)
        if inbound.media:
            self._media_arrived()
        return ()

    async def last_at(self) -> datetime | None:
        """When the newest inbound message came, in UTC."""
        return await self._store.read(messages.last_inbound_at)

    async def report(self, key: str, report: StatusReport) -> None:
        """Stores one status callback; the message's status never goes back."""

        def work(tx: Tx) -> None:
            message = messages.report(tx, key=key, sid=report.sid, report=report)
            if message is not None and report.error_code == OPTED_OUT_CODE:
                refused(tx, message.line, message.peer, report)

        await self._store.do(work)


def refused(tx: Tx, line: str, peer: str, report: StatusReport) -> None:
    """Twilio said that the peer opted out: its block list is the truth that we cannot read otherwise."""
    if not consent.opted_out(tx.db, line, peer):
        consent.record(
            tx,
            line=line,
            peer=peer,
            opted_out=True,
            source="error",
            words=str(OPTED_OUT_CODE),
            sid=report.sid,
            at=report.at,
        )
