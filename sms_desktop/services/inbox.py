"""What Twilio hands us: messages from people, and words about our own messages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sms_desktop.domain.consent import OPTED_OUT_CODE, Wish, wish_of
from sms_desktop.domain.message import LISTED, Direction, ListedMessage, Message, StatusReport
from sms_desktop.domain.phone import is_toll_free
from sms_desktop.services import clock
from sms_desktop.services.clock import now
from sms_desktop.store import consent, lines, messages, polls
from sms_desktop.store.store import Store, Tx

if TYPE_CHECKING:
    from sms_desktop.gateway.webhooks import Inbound

PRICED = timedelta(minutes=5)
"""After this time Twilio should know what an inbound message cost."""
SILENT = timedelta(seconds=30)
"""After this time Twilio is asked about a message of ours of which only a callback has told: the last may be lost."""


class Inbox:
    """Commits before it returns, so that the answer to Twilio is a promise kept."""

    def __init__(self, store: Store, media_arrived: Callable[[], None]) -> None:
        self._store = store
        self._media_arrived = media_arrived

    async def receive(self, inbound: "Inbound") -> Sequence[str]:
        """Stores an inbound message once, however often it is posted; gives back the texts to answer with."""
        at = now()

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
            if message is not None:
                wished(tx, message, opt_out_type=inbound.opt_out_type)
                polls.plan(tx, message.id, at + PRICED, 0)
            elif inbound.opt_out_type and not consent.knows(tx.db, inbound.sid):
                # Twilio's list was faster, and does not tell what Advanced Opt-Out made of the words.
                known = messages.by_sid(tx.db, inbound.sid)
                if known is not None:
                    wished(tx, known, opt_out_type=inbound.opt_out_type, past=True)

        await self._store.do(work)
        if inbound.media:
            self._media_arrived()
        return ()

    async def last_at(self) -> datetime | None:
        """When the newest inbound message came, in UTC."""
        return await self._store.read(messages.last_inbound_at)

    async def report(self, key: str, report: StatusReport) -> None:
        """Stores one status callback as of now; the message's status never goes back."""
        at = now()
        report = replace(report, at=at)

        def work(tx: Tx) -> None:
            message = messages.report(tx, key=key, sid=report.sid, report=report)
            if message is not None:
                polls.plan_first(tx, message.id, at + SILENT)
            if message is not None and report.error_code == OPTED_OUT_CODE:
                refused(tx, message.line, message.peer, report, at=clock.theirs())

        await self._store.do(work)


def wished(tx: Tx, message: Message | ListedMessage, *, opt_out_type: str = "", past: bool = False) -> None:
    """Writes down the STOP or START that an inbound message may be; ``past``: it came before what is known already."""
    wish = wish_of(message.body, toll_free=is_toll_free(message.line), opt_out_type=opt_out_type)
    if wish is not None:
        consent.record(
            tx,
            line=message.line,
            peer=message.peer,
            opted_out=wish is Wish.STOP,
            source="inbound",
            words=message.body.strip(),
            sid=message.sid,
            at=message.at,
            past=past,
        )


def refused(tx: Tx, line: str, peer: str, report: StatusReport, *, at: datetime, past: bool = False) -> None:
    """Twilio said that the peer opted out: its block list is the truth that we cannot read otherwise.

    ``at`` is when, by Twilio's clock: people's own words are dated by that, and a START may be seconds away.
    ``past``: it was said before what is known already, and a START may have come since.
    """
    if not consent.opted_out(tx.db, line, peer):
        consent.record(
            tx,
            line=line,
            peer=peer,
            opted_out=True,
            source="error",
            words=str(OPTED_OUT_CODE),
            sid=report.sid,
            at=at,
            past=past,
        )


def refused_before(tx: Tx, found: ListedMessage, mine: Message | ListedMessage) -> None:
    """What Twilio tells later of a text of ours may be that the peer had opted out when it was sent.

    ``mine`` is the same text as we know it: to whom it went.
    """
    if found.error_code == OPTED_OUT_CODE and mine.direction is Direction.OUTBOUND:
        word = StatusReport(found.status, OPTED_OUT_CODE, found.sid, LISTED, found.at)
        refused(tx, mine.line, mine.peer, word, at=found.at, past=True)
