"""What waits to leave this machine, and how it leaves: once."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sms_desktop.domain.errors import BadInput, FilesGone, NightThere
from sms_desktop.domain.events import ConsentChanged, OutboxChanged, TextStopped
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.domain.night import Rule, When
from sms_desktop.domain.pace import FASTEST, usual_pace, usual_pace_of
from sms_desktop.gateway.gateway import Gateway, InDoubt, Outcome, Outgoing, Unreachable
from sms_desktop.services.absence import Absence
from sms_desktop.services.admission import Admission, asked_at, check_harm, check_reception, check_retry, check_words
from sms_desktop.services.clock import now
from sms_desktop.services.departure import Departure, lose
from sms_desktop.services.hindrance import ASLEEP, SLOWED, Hindrance, of_pictures
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.objection import asks_since, objection
from sms_desktop.services.pace import Pace, cost
from sms_desktop.services.wake import wake_after, woken
from sms_desktop.store import (
    consent,
    conversations,
    lookups,
    messages,
    nights,
    outbox,
    paces,
    reception,
    settings,
)
from sms_desktop.store.outbox import Due
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Sends under way at the same time, each to another conversation."""
FETCHING = timedelta(minutes=10)
"""By then Twilio has fetched the pictures of what it accepted, or never will."""
STUMBLED = 5.0
"""Seconds of rest after the store refused, so that a full disk is not hammered."""
PARTING = 3.0
"""Seconds that sends under way are given at the end; what has no answer by then is unconfirmed at the next start."""
IDLE = 30.0
"""Seconds until an outbox with nothing due looks again unasked."""
GONE = "It is on its way already, so it cannot be taken back."
SLOWEST = 0.1


@dataclass(frozen=True, slots=True)
class Remaining:
    """``waiting`` messages have not left or were not answered for; of ``unfetched`` Twilio may still fetch pictures.

    ``why`` what waits does not leave; None where it just takes its time. ``asleep`` of them wait for the morning where
    their recipients are.
    """

    waiting: int
    unfetched: int
    why: Hindrance | None = None
    asleep: int = 0

    def __bool__(self) -> bool:
        return self.waiting > 0 or self.unfetched > 0

    @property
    def is_worth_waiting(self) -> bool:
        """Whether anything is left but what waits for a morning."""
        return self.waiting > self.asleep or self.unfetched > 0


class Outbox:
    """``submit`` makes a durable row; ``run`` sends rows one by one per conversation and never twice by itself."""

    def __init__(
        self, store: Store, hub: Hub, link: Link, lines: Lines, absence: Absence, heard: Callable[[Outcome], None]
    ) -> None:
        self._store = store
        self._absence = absence
        self._hub = hub
        self._link = link
        self._lines = lines
        self._heard = heard
        self._wake = asyncio.Event()
        self._hurried = True  # at start: what was queued under a fast clock has its turn too
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._pace = Pace()
        self._admission = Admission(link, lines)
        self._departure = Departure(store.media.path_of, absence)
        hub.subscribe(ConsentChanged, lambda _: self.wake())  # who opted out gets nothing in the morning
        self.usual_pace_of: Callable[[Line], float] = usual_pace_of
        """Segments a second of a line that nobody has set a pace for."""
        self.doubted: Callable[[], None] = lambda: None
        """Called when a message is unconfirmed."""
        self.author: Callable[[], str | None] = lambda: None
        """Who writes here, as they said; asked on the database's thread."""
        self.waiting = 0
        self.look: Callable[[], None] = lambda: None
        """Called before anything leaves: notices that the computer slept."""
        self.hindered: Callable[[], Hindrance | None] = lambda: None
        """What keeps everything here."""
        self._slowed = False
        self.look_up_first: Callable[[int], Awaitable[None]] = _know_nothing
        """Called before a first text leaves: what is to be found out about the recipient in that conversation."""

    def check(self, body: str, files: Sequence[File], line: str) -> None:
        """Raises BadInput with the reason when this could not be sent from ``line``."""
        self._admission.check_content(body, files, line)

    async def submit(
        self,
        conversation_id: int,
        body: str,
        files: Sequence[File] = (),
        author: str | None = None,
        *,
        hold: float = 0.0,
        keep_draft: bool = False,
        anyway: bool = False,
        when: When | None = None,
        patient: bool = False,
    ) -> Message:
        """Puts a message into the outbox; durable when this returns. The draft that it was is cleared with it.

        ``author`` is who sends it, else the name in the preferences. For ``hold`` seconds it can be undone. ``anyway``:
        though texts may not reach the number. ``when`` it leaves if it is night there, else the preferences say.

        Where a number is looked up before the first text, that is done once it is queued: if texts do not reach it, the
        message fails and TextStopped is published. Who is ``patient`` waits for that before, and has NotReached raised.

        Raises BadInput (NotReached and NightThere where a person has to decide), OptedOut or StoreError with a
        sentence; then nothing was queued and the draft stands.
        """
        hold_for = timedelta(seconds=hold)
        return await self._queue(
            conversation_id, body, tuple(files), author, None, hold=hold_for, keep_draft=keep_draft, anyway=anyway,
            when=when, patient=patient,
        )  # fmt: skip

    async def message(self, message_id: str) -> Message | None:
        """The message with that key, as it now is."""
        return await self._store.read(lambda db: messages.get(db, message_id))

    async def retry(
        self,
        message_id: str,
        *,
        twice: bool = False,
        without_files: bool = False,
        anyway: bool = False,
        when: When | None = None,
    ) -> Message:
        """Sends the same again as a new message that is linked to the old one; ``anyway`` and ``when`` as in submit.

        Raises MayArriveTwice where another try at it was never confirmed, unless ``twice``; FilesGone where a file of
        it is not here any more, unless ``without_files``: then it goes with those that are.
        """
        old = await self.message(message_id)
        if old is None or old.direction is not Direction.OUTBOUND:
            raise BadInput("That message is not one of ours.")
        gone = await asyncio.to_thread(self._departure.gone, old)
        if gone and not without_files:
            await self._store.do(lambda tx: lose(tx, gone))
            raise FilesGone(
                "A picture or file of this message is not on this computer any more. Send it without, or attach it "
                "anew to a new message."
            )
        files = tuple(m.file for m in old.media if m.file is not None and m not in gone)
        return await self._queue(
            old.conversation_id, old.body, files, old.author, old.id, keep_draft=True, twice=twice, anyway=anyway,
            when=when,
        )  # fmt: skip

    async def cancel(self, message_id: str) -> Message:
        """Takes a message that waits out of the outbox for good. Raises BadInput where it is on its way already."""
        return await self._take_out(message_id, outbox.cancel)

    async def undo(self, message_id: str) -> Message:
        """Takes back a message that is kept back; what was written is the draft again, before what stands there.

        Raises BadInput where it is on its way already.
        """
        return await self._take_out(message_id, outbox.undo)

    async def _take_out(self, message_id: str, how: Callable[[Tx, str, datetime], Message | None]) -> Message:
        message = await self._store.do(lambda tx: how(tx, message_id, now()))
        if message is None:
            known = await self._store.read(lambda db: messages.get(db, message_id))
            canceled = known is not None and known.status is Status.CANCELED
            raise BadInput("It was taken back already." if canceled else GONE)
        self._wake.set()
        return message

    async def leave(self, message_id: str) -> None:
        """Lets an unconfirmed message rest."""
        await self._store.do(lambda tx: outbox.leave(tx, message_id, now()))

    async def remaining(self) -> Remaining:
        """What would not be done if SMS Desktop ended now."""
        since = now() - FETCHING

        waiting, pictures, asleep, unfetched = await self._store.read(
            lambda db: (
                outbox.waiting(db), outbox.waiting_pictures(db), outbox.nights(db), outbox.unfetched(db, since)
            )
        )  # fmt: skip
        why = self.hindered()
        if why is None and self._slowed:
            why = SLOWED
        elif why is None and asleep == waiting:
            why = ASLEEP
        elif why is None and pictures == waiting:
            why = of_pictures(self._link)
        unfetched = unfetched if self._link.public_url is not None else 0
        return Remaining(waiting, unfetched, why if waiting else None, asleep)

    async def paces(self) -> dict[str, float]:
        """Segments a second of the lines for which somebody has set them."""
        return await self._store.read(paces.all)

    async def set_pace(self, line: str, rate: float | None) -> None:
        """``rate`` segments a second; None: what is usual for such a number."""
        wanted = None if rate is None else min(max(rate, SLOWEST), FASTEST)
        await self._store.do(lambda tx: paces.put(tx, line, wanted))
        self._wake.set()

    async def _queue(
        self,
        conversation_id: int,
        body: str,
        files: tuple[File, ...],
        author: str | None,
        retry_of: str | None,
        *,
        hold: timedelta = timedelta(0),
        keep_draft: bool,
        twice: bool = False,
        anyway: bool = False,
        when: When | None = None,
        patient: bool = False,
    ) -> Message:
        conversation = await self._store.read(lambda db: conversations.get(db, conversation_id))
        if conversation is None:
            raise BadInput("That conversation no longer exists.")
        await self._store.read(lambda db: self._admission.check_peer(db, conversation))
        self.check(body, files, conversation.line)
        if patient and not anyway:
            await self.look_up_first(conversation_id)

        def work(tx: Tx) -> Message:
            present = conversations.get(tx.db, conversation_id) or conversation
            self._admission.check_peer(tx.db, present)
            if retry_of is not None:
                check_retry(retry_of, messages.tries(tx.db, retry_of), twice=twice)
                check_harm(tx, retry_of)
            else:
                check_words(tx, conversation.id, body, files)
            if not anyway:
                check_reception(tx.db, conversation.peer)
            unknown = not anyway and not patient and lookups.wanted_first(tx.db, conversation_id) is not None
            night = self._admission.check_night(tx.db, conversation, when)
            waits = night is not None and when is not When.NOW
            if retry_of is not None:
                outbox.sent_again(tx, retry_of, now())
            own = self.author()
            own = settings.get(tx.db, "author") if own is None else own
            return messages.add_outbound(
                tx,
                id=secrets.token_hex(16),
                conversation_id=conversation_id,
                body=body,
                files=files,
                author=author or own or None,
                retry_of=retry_of,
                at=now(),
                hold=hold,
                keep_draft=keep_draft,
                held=not self._absence.is_over(conversation.line, conversation.peer),
                morning=night.morning if night is not None and waits else None,
                let=when is When.NOW,
                unknown=unknown,
            )

        message = await self._store.do(work)
        self._absence.wake()  # from here on nothing may fail: the message is queued
        self._wake.set()
        return message

    async def check_peer(self, line: str, peer: str, *, anyway: bool = False, when: When | None = None) -> None:
        """Raises what ``submit`` would where the pair has no conversation yet, so that none is made in vain; but for a
        number that is looked up first.
        """

        def look(db: Any) -> None:
            place = conversations.find(db, line, peer) or consent.unmade(db, line, peer, now())
            self._admission.check_peer(db, place)
            if not anyway:
                check_reception(db, peer)
            self._admission.check_night(db, place, when)

        await self._store.read(look)

    async def night_there(self, conversation_id: int) -> NightThere | None:
        """What would be asked of a text to that conversation if it were sent now; None: nothing of the night."""
        night = await self._store.read(lambda db: nights.asked_about(db, conversation_id, now()))
        return None if night is None else asked_at(night)

    async def night_rule(self) -> Rule:
        """What is wished of texts to places where it is night."""
        return await self._store.read(nights.rule)

    async def rehearse(self, rehearsal: bool) -> None:
        """Says whether Twilio is a simulator: then nobody is woken, and it may be night unless somebody wishes
        otherwise. Kept, for commands beside this program do not know it.
        """
        if rehearsal != await self._store.read(nights.rehearsal):
            await self._store.do(lambda tx: nights.set_rehearsal(tx, rehearsal))

    async def put_night_rule(self, rule: Rule) -> None:
        await self._store.do(lambda tx: nights.put_rule(tx, rule))

    async def send_now(self, message_id: str) -> Message:
        """Has what waits for its recipient's morning leave at once. Raises BadInput where it does not wait so."""
        is_held = self._departure.is_held
        message = await self._store.do(lambda tx: outbox.in_spite_of_night(tx, message_id, now(), is_held))
        if message is None:
            raise BadInput(GONE)
        self._absence.wake()
        self._wake.set()
        return message

    async def run(self) -> None:
        """Sends what is due until cancelled; then sends under way are given the time to end."""
        settled = False
        try:
            while True:
                try:
                    if not settled:
                        await self._store.do(lambda tx: outbox.settle_interrupted(tx, now()))
                        settled = True
                        self.doubted()
                    await self._count()
                    pause = await self._send_due()
                except Exception:  # a full disk must not end sending for good
                    log.exception("the outbox stumbled")
                    pause = STUMBLED
                await woken(self._wake, min(pause, IDLE))
        finally:
            sends = tuple(self._under_way.values())
            looks = tuple(self._looking.values())
            for task in looks:  # what it was for waits in the outbox, and is looked up at the next start
                task.cancel()
            await asyncio.gather(*looks, return_exceptions=True)
            if sends:
                await asyncio.wait(sends, timeout=PARTING)
            for task in sends:
                task.cancel()
            await asyncio.gather(*sends, return_exceptions=True)

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def hurry(self) -> None:
        """Twilio is back: what waits for a later try need not wait any longer."""
        self._hurried = True
        self._wake.set()

    async def _send_due(self) -> float:
        gateway = self._link.gateway
        if gateway is None:
            return IDLE
        self.look()
        await self._begin_looks()
        await self._absence.hold()
        count = self._absence.count
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return IDLE
        at = now()
        if self._hurried:
            self._hurried = False
            await self._store.do(lambda tx: outbox.hurry(tx, at))
        if await self._store.read(outbox.any_night):
            await self._store.do(lambda tx: self._departure.dawn(tx, at))
            self._absence.wake()
        due, set_paces, following = await self._store.read(
            lambda db: (outbox.due_by_line(db, at, AT_ONCE * 2), paces.all(db), outbox.next_due(db, at))
        )
        pause = self._begin(gateway, due, set_paces, count)
        if following is not None:
            pause = min(pause, (following - now()).total_seconds())
        return max(0.02, pause)

    async def _begin_looks(self) -> None:
        """Starts to look up the numbers of first texts, each once and a few at the same time."""
        for message in await self._store.read(outbox.looking):
            if message.peer in self._looking or len(self._looking) >= AT_ONCE:
                continue
            task = asyncio.create_task(self._look_up(message), name="look up")
            self._looking[message.peer] = task
            task.add_done_callback(partial(self._was_looked_up, message.peer))

    async def _look_up(self, message: Message) -> None:
        try:
            await self.look_up_first(message.conversation_id)
        except Exception:  # whatever it was, it must not keep a text for ever
            log.exception("a number could not be looked up before its first text")
        await self._store.do(lambda tx: self._looked_up(tx, message.peer))
        self._absence.wake()

    def _looked_up(self, tx: Tx, peer: str) -> None:
        """What waited for it leaves in its turn; or fails, where texts do not reach the number."""
        found = reception.get(tx.db, peer)
        for message in outbox.looking(tx.db):
            if message.peer != peer:
                continue
            if found is None:
                outbox.looked(tx, message, held=self._departure.is_held(message))
            else:
                tx.note(TextStopped(outbox.stop(tx, message, found, now()), found))

    def _was_looked_up(self, peer: str, task: asyncio.Task[None]) -> None:
        self._looking.pop(peer, None)
        wake_after(task, self._wake, STUMBLED, log, "what a look-up told could not be stored")

    def _begin(self, gateway: Gateway, due: dict[str, list[Due]], set_paces: dict[str, float], count: int) -> float:
        """Starts what there is room for, the lines in turn; gives the seconds until the pace lets more go.

        The end of a send under way wakes us.
        """
        pause = IDLE
        ready = [
            (line, [item for item in items if item.message.id not in self._under_way]) for line, items in due.items()
        ]
        while ready and len(self._under_way) < AT_ONCE:
            line, items = ready.pop(0)
            if not items:
                continue
            message, attempts = items[0].message, items[0].attempts
            rate, segments = set_paces.get(line) or self._usual_pace(line), cost(message)
            wait = self._pace.wait(line, rate, segments)
            if wait > 0:
                pause = min(pause, wait)
                continue
            self._pace.spend(line, rate, segments)
            ready.append((line, items[1:]))
            task = asyncio.create_task(self._send(gateway, message, attempts, count), name="send")
            self._under_way[message.id] = task
            task.add_done_callback(partial(self._sent, message.id))
        return pause

    def _usual_pace(self, address: str) -> float:
        known = self._lines.get(address)
        return usual_pace(address) if known is None else self.usual_pace_of(known)

    def _sent(self, key: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(key, None)
        wake_after(task, self._wake, STUMBLED, log, "a message could not be claimed")

    async def _send(self, gateway: Gateway, message: Message, attempts: int, count: int) -> None:
        """Sends it unless contact is lost, which ``absence.count`` tells by another number than ``count``."""
        base = self._link.public_url
        claimed = await self._store.do(lambda tx: self._departure.claim(tx, message, base, attempts, count))
        if claimed is not None:
            self.look()
            outcome = await self._attempt(gateway, claimed, message) if count == self._absence.count else _AWAY
            self._slowed = isinstance(outcome, Unreachable) and outcome.busy and outcome is not _AWAY
            self._heard(outcome)
            await self._recorded(message, outcome, attempts)
            if isinstance(outcome, InDoubt):
                self.doubted()
        self._wake.set()

    async def _attempt(self, gateway: Gateway, outgoing: Outgoing, message: Message) -> Outcome:
        def may_leave(db: Any) -> bool:
            return objection(db, message) is None and not asks_since(db, message)

        try:
            return await gateway.send(outgoing, lambda: self._store.read(may_leave))
        except Exception as error:  # not foreseen, so nobody knows whether it left
            log.exception("the gateway stumbled")
            return InDoubt(f"Sending ended in a {type(error).__name__}.")

    async def _recorded(self, message: Message, outcome: Outcome, attempts: int) -> None:
        """What Twilio said is kept in mind until it is stored; the conversation's next message waits for that."""
        while True:
            try:
                await self._store.do(lambda tx: self._departure.record(tx, message, outcome, attempts))
            except Exception:
                log.exception("the outcome of a send could not be stored yet")
                await asyncio.sleep(STUMBLED)
            else:
                return

    async def _count(self) -> None:
        waiting = await self._store.read(outbox.waiting)
        if waiting != self.waiting:
            self.waiting = waiting
            self._hub.publish([OutboxChanged(waiting)])


async def _know_nothing(conversation_id: int) -> None:
    """Nothing is found out."""


_AWAY = Unreachable("Contact with Twilio was lost.", busy=True)
