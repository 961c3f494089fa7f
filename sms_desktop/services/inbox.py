"""What Twilio hands us: messages from people, and words about our own messages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sms_desktop.domain.consent import (
    CASUAL,
    ONLY_TWILIO,
    OPT_OUT_TYPES,
    OPTED_OUT_CODE,
    SPOKEN,
    ConsentSource,
    Keywords,
    Question,
    Wish,
    wish_of,
)
from sms_desktop.domain.line import is_service
from sms_desktop.domain.message import LISTED, Direction, ListedMessage, Message, StatusReport
from sms_desktop.domain.phone import is_toll_free
from sms_desktop.domain.reply import Answer
from sms_desktop.domain.stopping import asks_to_stop
from sms_desktop.domain.zips import read_zip
from sms_desktop.services import clock
from sms_desktop.services.clock import now
from sms_desktop.services.replying import Incoming, Replier
from sms_desktop.store import answerers, consent, lines, messages, polls, questions, zips
from sms_desktop.store.places import Places
from sms_desktop.store.reports import left_at
from sms_desktop.store.store import Store, Tx

if TYPE_CHECKING:
    from sms_desktop.gateway.webhooks import Inbound

TICK = timedelta(microseconds=1)
PRICED = timedelta(minutes=5)
"""After this time Twilio should know what an inbound message cost."""
SILENT = timedelta(seconds=30)
"""After this time Twilio is asked about a message of ours of which only a callback has told: the last may be lost."""


class Inbox:
    """Commits before it returns, so that the answer to Twilio is a promise kept."""

    def __init__(self, store: Store, media_arrived: Callable[[], None], replier: Replier) -> None:
        self._store = store
        self._replier = replier
        self._media_arrived = media_arrived
        self._services: dict[str, str] = {}  # by line, as the last texts told
        self.hear_words: Callable[[str, str, str], Awaitable[Mapping[str, datetime] | None]] = _hear_nothing
        """Asks Twilio's list for a STOP of a peer to a line that no webhook told; not the text of that SID. Tells when
        they wrote what, by SID and Twilio's clock; None where it is not told in time.
        """

    async def receive(self, inbound: "Inbound") -> Sequence[Answer]:
        """Stores an inbound message once, however often it is posted; gives back what to answer with, stored too."""
        told = dict(inbound.params)
        at, theirs, service = now(), clock.theirs(), _service(told)
        zip = read_zip(told.get("FromZip", ""), told.get("FromCountry", ""))
        times: Mapping[str, datetime] | None = {}
        if is_asked := await self._store.read(lambda db: self._is_open(db, inbound, service, at)):
            times = await self.hear_words(inbound.to, inbound.from_, inbound.sid)
        if unsure := times is None:
            self._replier.doubt(inbound.to, inbound.from_)
        written = (times or {}).get(inbound.sid)

        def work(tx: Tx) -> list[Answer]:
            lines.ensure(tx, inbound.to)
            line = Places(tx.db).line_of(inbound.to, service, inbound.from_, Direction.INBOUND, at) or inbound.to
            if service is not None and self._services.get(inbound.to) != service:  # of leaving one the account tells
                consent.set_services(tx, {inbound.to: service})
            if zip is not None:
                zips.put(tx, inbound.from_, zip, at)
            replying, own = self._replier.concerns(tx.db, line, inbound.to), consent.keywords(tx.db)
            # Only a STOP or START makes that another one: of any other text it is asked where a reply would leave.
            wishes = replying and _wish(inbound, own) is not None
            was_out = stood_out(tx.db, line, inbound.from_, inbound.sid) if wishes else None
            message = messages.add_inbound(
                tx,
                sid=inbound.sid,
                line=line,
                peer=inbound.from_,
                body=inbound.body,
                at=at,
                media=inbound.media,
                segments=inbound.segments,
                via=inbound.to if is_service(line) else None,
            )
            if message is not None:
                said = replace(message, at=written or theirs)
                # What came while the list was asked may have been written later.
                wished(tx, said, own, opt_out_type=inbound.opt_out_type, service=service, past=is_asked)
                polls.plan(tx, message.id, at + PRICED, 0)
                if replying:
                    return self._replier.posted(tx, _incoming(inbound, message, was_out=was_out), at, unsure=unsure)
                return []
            if inbound.opt_out_type:
                # Twilio's list was faster, and does not tell what Advanced Opt-Out made of the words.
                known = messages.by_sid(tx.db, inbound.sid)
                if known is not None:
                    wished(tx, known, own, opt_out_type=inbound.opt_out_type, service=service, past=True)
            return self._replier.again(tx, inbound.sid, at) if replying else []

        answers = await self._store.do(work)
        if service is not None:
            self._services[inbound.to] = service
        if inbound.media:
            self._media_arrived()
        return answers

    def _is_open(self, db: Any, inbound: "Inbound", service: str | None, at: datetime) -> bool:
        """Whether what they have said just now decides what leaves, and Twilio would stop nothing of it: a rule may
        answer, or a START whose webhook was late may undo the STOP that came after it.
        """
        if answerers.twilio_blocks(db, inbound.to) or messages.by_sid(db, inbound.sid) is not None:
            return False
        if _wish(inbound, consent.keywords(db)) is Wish.START and consent.opted_out(db, inbound.to, inbound.from_):
            return True
        line = Places(db).line_of(inbound.to, service, inbound.from_, Direction.INBOUND, at) or inbound.to
        text = Incoming(inbound.sid, line, inbound.from_, inbound.body, at, inbound.opt_out_type)
        return any(self._replier.may_answer(db, replace(text, line=one)) for one in dict.fromkeys((line, inbound.to)))

    async def last_at(self) -> datetime | None:
        """When the newest inbound message came, in UTC."""
        return await self._store.read(messages.last_inbound_at)

    async def report(self, key: str, report: StatusReport) -> None:
        """Stores one status callback as of now; the message's status never goes back."""
        at = now()
        report = replace(report, at=at)

        def work(tx: Tx) -> None:
            via = dict(report.raw).get("From")
            message = messages.report(tx, key=key, sid=report.sid, report=report, via=via or None)
            if message is not None:
                polls.plan_first(tx, message.id, at + SILENT)
            if message is not None and report.error_code == OPTED_OUT_CODE:
                turned_away(tx, message, report)

        await self._store.do(work)


async def _hear_nothing(line: str, peer: str, sid: str) -> Mapping[str, datetime] | None:
    """Nothing is asked for, and nothing doubted."""
    return {}


def wished(
    tx: Tx,
    message: Message | ListedMessage,
    own: Keywords = ONLY_TWILIO,
    *,
    opt_out_type: str = "",
    service: str | None = None,
    past: bool = False,
    source: ConsentSource = ConsentSource.INBOUND,
) -> None:
    """Writes down the STOP or START that an inbound message may be, or asks whether it is meant as one; ``past``: it
    came before what is known already. ``own`` are the account's own keywords; ``source`` is how it became known.
    """
    wish = wish_of(message.body, toll_free=is_toll_free(message.ours), opt_out_type=opt_out_type, own=own)
    line, peer, words, at = message.line, message.peer, message.body.strip(), message.at
    if wish is not None:
        consent.record(
            tx,
            line=line,
            peer=peer,
            opted_out=wish is Wish.STOP,
            source=source,
            words=words,
            sid=message.sid,
            at=at,
            past=past,
            opt_out_type=opt_out_type,
            service=service,
        )
        if wish is Wish.START and words.upper() != CASUAL:
            questions.answer(tx, line, peer, questions.OVERTAKEN, "", at, at)
    elif message.sid is not None and opt_out_type.upper() not in OPT_OUT_TYPES and asks_to_stop(message.body):
        questions.ask(tx, Question(line, peer, message.sid, words, at))


def stood_out(db: Any, line: str, peer: str, sid: str | None) -> bool:
    """Whether an opt-out of theirs stood before the message ``sid``, of which the ledger may have heard already."""
    return consent.opted_out(db, line, peer) and (sid is None or not consent.knows(db, sid))


def _wish(inbound: "Inbound", own: Keywords) -> Wish | None:
    toll_free = is_toll_free(inbound.to)
    return wish_of(inbound.body, toll_free=toll_free, opt_out_type=inbound.opt_out_type, own=own)


def _incoming(inbound: "Inbound", message: Message, *, was_out: bool | None) -> Incoming:
    return Incoming(
        inbound.sid, message.line, message.peer, message.body, message.at, inbound.opt_out_type, was_out, message
    )


def _service(told: Mapping[str, str]) -> str | None:
    """The Messaging Service that the line belongs to, which Twilio names with each message."""
    named = told.get("MessagingServiceSid", "")
    return named if is_service(named) else None


def turned_away(tx: Tx, message: Message, report: StatusReport) -> None:
    """Twilio says that the peer of a text that we have sent had opted out when it left.

    That may become known late. They were out if they have said START before it left, not if they have since. Twilio's
    own times, which take the place of when their words came here, leave out the parts of a second.
    """
    at = clock.by_theirs(left_at(tx.db, message))
    known = consent.events(tx.db, message.line, message.peer)
    start = max((one.at for one in known if not one.opted_out and one.source in SPOKEN), default=None)
    if start is not None:
        at = at.replace(microsecond=0) - TICK if start > at else at
    refused(tx, message.line, message.peer, report, at=at, past=True)


def refused(tx: Tx, line: str, peer: str, report: StatusReport, *, at: datetime, past: bool = False) -> None:
    """Twilio said that the peer opted out: its block list is the truth that we cannot read otherwise.

    ``at`` is when, by Twilio's clock: people's own words are dated by that, and a START may be seconds away.
    ``past``: it was said before what is known already, and a START may have come since. What is told of one text by
    a callback and by the list is one refusal.
    """
    if report.sid is not None and consent.knows(tx.db, report.sid):
        return
    if not consent.of(tx.db, line, peer).is_final:
        consent.record(
            tx,
            line=line,
            peer=peer,
            opted_out=True,
            source=ConsentSource.ERROR,
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
        if isinstance(mine, Message) and mine.origin is None:
            turned_away(tx, mine, word)
        else:
            refused(tx, mine.line, mine.peer, word, at=found.at, past=True)
