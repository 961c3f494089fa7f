"""We were away: what people wrote meanwhile is not here yet, and may be a STOP. Until it is, what waits is held.

What is held leaves once Twilio's list was read: for the whole line, which catching up does, or sooner for the person,
which takes one small page. Where the list does not answer, what was written since we are back leaves all the same:
somebody sits in front of it, and Twilio itself refuses most of what a STOP forbids. What was written before that waits
until the list answers, or a person says that it may go.

Where a damaged database has lost who said STOP, or where Twilio blocks nobody by itself, that the line's news are here
says nothing of the time before: each person is asked about once, as far back as Twilio's list goes, until the whole
history is here; and what is written to them waits for that answer, or for a person's word.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.events import HeldChanged, RepliesChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.gateway.gateway import Gateway
from sms_desktop.services.clock import now
from sms_desktop.services.link import Link
from sms_desktop.services.wake import woken
from sms_desktop.store import forgotten, messages, outbox, unheard
from sms_desktop.store.outbox import Held
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

AT_ONCE = 4
"""People asked about at the same time."""
PATIENCE = 5.0
"""Seconds that Twilio's list may take for one person; so long a text just written may have to wait, and no longer."""
BREATH = 0.2
"""Seconds of rest where the list has answered for some of them."""
LONGEST_PAUSE = 60.0
IDLE = 30.0
STUMBLED = 5.0


class Hear(Protocol):
    """``since`` then where nothing else is known; ``all``: also of before a STOP or START. Raises GatewayError."""

    def __call__(
        self, gateway: Gateway, line: str, peer: str, since: datetime, *, all: bool = ...
    ) -> Awaitable[None]: ...


class Absence:
    """``begin`` it when contact is lost; ``run`` it, and it asks about the people who are to be texted.

    It has begun when the program starts.
    """

    def __init__(self, store: Store, hub: Hub, link: Link) -> None:
        self._store, self._hub, self._link = store, hub, link
        self._wake = asyncio.Event()
        self._changed = False  # what it hangs on of which lines people are asked about
        self._holding = asyncio.Lock()
        self._count = 1
        self._held_in = 0
        self._newest = 0  # the row of the newest message when that was done: what comes after it was written since
        self._lines: set[str] = set()
        self._people: set[tuple[str, str]] = set()
        self._remembered: frozenset[str] | None = None  # the lines of which nothing is lost; None: nothing is at all
        self._open: frozenset[str] = frozenset()  # lines where Twilio blocks nobody, and their history is not all here
        self._recalled: set[tuple[str, str]] = set()  # of whom all words were asked for since
        self._trusted: set[tuple[str, str]] = set()  # whom a person has let something leave to without
        self._doubting = threading.Lock()
        self._doubts = 0
        self._doubted: dict[tuple[str, str], int] = {}  # of whom it is not known what they have just written
        self._failures = 0
        self._again_at = 0.0
        self.held: frozenset[str] = frozenset()
        """Keys of the messages that wait because Twilio's list does not answer."""
        self.hear: Hear
        """Reads Twilio's list of what was written to a line by a peer."""
        self.pool_of: Callable[[str], Sequence[str]] = lambda line: (line,)
        """The numbers whose STOPs count for a line: several of a Messaging Service."""
        self.released: Callable[[], None] = lambda: None
        """Called when something may leave."""
        self.unanswered: Callable[[], None] = lambda: None
        """Called when the list gave no answer at all: whether that is the list alone, a look at the account tells."""
        self.offline: Callable[[], bool] = lambda: False
        """Whether it is known that Twilio does not answer at all."""
        hub.subscribe(RepliesChanged, self._answered_otherwise)

    @property
    def count(self) -> int:
        """How often contact was lost: who began something and finds another number may not go on with it."""
        return self._count

    def begin(self) -> None:
        """Contact is lost, or was: from now on it is not known what people wrote."""
        self._count += 1
        self._lines.clear()
        self._people.clear()
        with self._doubting:
            self._doubted.clear()
        self._wake.set()

    def doubt(self, line: str, peer: str) -> None:
        """It is not known what ``peer`` has just written to ``line``, where nothing else stops what leaves after a
        STOP: what is queued for them from now on waits until Twilio's list tells it, or a person says that it may
        leave. For any thread; ``wake`` has it asked once something waits.
        """
        with self._doubting:
            self._doubts += 1
            self._doubted[line, peer] = self._doubts

    def is_over(self, line: str, peer: str) -> bool:
        """Whether it is known what ``peer`` wrote to ``line`` while we were away, and before. For any thread."""
        return self.is_heard(line, peer) and self.recalls(line, peer)

    def is_heard(self, line: str, peer: str) -> bool:
        """Whether it is known what they wrote while we were away, and just now. For any thread."""
        heard = self._lines.issuperset(self.pool_of(line)) or (line, peer) in self._people
        return heard and not self._is_doubted(line, peer)

    def _is_doubted(self, line: str, peer: str) -> bool:
        doubted = self._doubted
        return bool(doubted) and any((one, peer) in doubted for one in (line, *self.pool_of(line)))

    def recalls(self, line: str, peer: str) -> bool:
        """Whether what ``peer`` once wrote to ``line`` was lost by no damage, or is known again; and, where Twilio
        blocks nobody, known at all. For any thread.
        """
        remembered, asked = self._remembered, self._open
        if (remembered is None and not asked) or (line, peer) in self._trusted:
            return True
        unknown = [one for one in self.pool_of(line) if one in asked or not (remembered is None or one in remembered)]
        return all((one, peer) in self._recalled for one in unknown)

    def recalled(self, line: str, peer: str) -> None:
        """All that ``peer`` ever wrote to ``line`` and those whose STOPs count for it was asked for: what of it is a
        STOP or START is here.
        """
        self._recalled.update((one, peer) for one in (line, *self.pool_of(line)))

    def has_recalled(self, line: str, peer: str) -> bool:
        """Whether that was so in this run, and of all whose STOPs count for the line by now."""
        return all((one, peer) in self._recalled for one in (line, *self.pool_of(line)))

    async def recall(self) -> None:
        """Looks of which lines it is known by now what people once wrote."""
        before = self._remembered, self._open
        now_known = await self._store.read(lambda db: (forgotten.remembered(db), unheard.open_lines(db)))
        if now_known != before:
            new = now_known[1] - self._open
            self._recalled = {pair for pair in self._recalled if pair[0] not in new}  # perhaps not from the first on
            self._remembered, self._open = now_known
            self._wake.set()

    @property
    def doubts(self) -> int:
        """How often it was doubted what somebody has written."""
        return self._doubts

    def heard(self, lines: Collection[str], count: int, doubts: int) -> None:
        """All that was written to ``lines`` before ``count`` and ``doubts`` became what they are is here."""
        if count != self._count:
            return
        with self._doubting:
            known = [
                (line, peer)
                for (line, peer), doubt in self._doubted.items()
                if doubt <= doubts and set(lines).issuperset(self.pool_of(line))
            ]
            for key in known:
                del self._doubted[key]
        if lines and self._failures:  # the list answers again
            self._failures, self._again_at = 0, 0.0
            self._wake.set()
        if known or not self._lines.issuperset(lines):
            self._lines.update(lines)
            self._wake.set()

    def _answered_otherwise(self, _: RepliesChanged) -> None:
        """Where we answer in Twilio's place, or know keywords of our own, it blocks nobody."""
        self._changed = True
        self._wake.set()

    def wake(self) -> None:
        """Something may be held."""
        self._wake.set()

    def found(self) -> None:
        """Twilio is back: its list is asked at once, and what is written from now on is written since."""
        self._held_in = 0
        self.hurry()

    def hurry(self) -> None:
        """Twilio's list is asked at once."""
        self._failures, self._again_at = 0, 0.0
        self._wake.set()

    async def trust(self, message_id: str) -> None:
        """A person lets what waits for the recipient of that message leave without Twilio's list."""
        message = await self._store.read(lambda db: messages.get(db, message_id))
        if message is not None:
            self._people.add((message.line, message.peer))
            self._trusted.add((message.line, message.peer))
            self._dispel(message.line, message.peer, self._doubts)
            self._wake.set()

    async def hold(self) -> None:
        """Holds what waits, where contact was lost or found since that was done last."""
        async with self._holding:
            while self._held_in != (count := self._count):
                self._newest = await self._store.do(outbox.hold)
                self._held_in = count

    async def run(self) -> None:
        """Releases what may leave, until cancelled."""
        while True:
            try:
                pause = await self._settle()
            except Exception:  # a full disk must not hold everything for good
                log.exception("asking what people wrote meanwhile stumbled")
                pause = STUMBLED
            await woken(self._wake, pause)

    async def _settle(self) -> float:
        """Who was written to last is asked about first; gives the seconds until it is worth asking again."""
        if self._changed:
            self._changed = False
            await self.recall()
        while (gateway := self._link.gateway) is not None:
            await self.hold()
            held = await self._store.read(outbox.held)
            known = [one for one in held if self.is_over(one.line, one.peer)]
            if known:
                await self._release(known)
            elif not held:
                break
            elif (pause := self._again_at - time.monotonic()) > 0:
                if self._failures and not self.offline():  # else the list answers, and those not asked about are next
                    await self._release_what_is_new()
                return pause
            else:
                await self._ask_about(gateway, held[:AT_ONCE])
        await self._tell(held=False)
        return IDLE

    async def _ask_about(self, gateway: Gateway, some: Sequence[Held]) -> None:
        count, doubts = self._count, self._doubts
        ends = await asyncio.gather(*(self._ask(gateway, one) for one in some))
        if count != self._count:
            return
        told = [(one.line, one.peer) for one, error in zip(some, ends, strict=True) if error is None]
        self._people.update(told)
        for line, peer in told:
            self._dispel(line, peer, doubts)
        if not all(self.recalls(line, peer) for line, peer in told):  # it was not asked for what is here by now
            await self.recall()
        error = next((error for error in ends if error is not None), None)
        if error is None:
            self._failures = 0
            return
        log.info("Twilio's list could not be read for what waits: %s", error)
        if told:  # it gets on: of many some may fail
            self._failures, self._again_at = 0, time.monotonic() + BREATH
            return
        self._failures += 1
        self._again_at = time.monotonic() + min(LONGEST_PAUSE, 2.0 ** min(self._failures, 6))
        if not error.answered:
            self.unanswered()
        await self._tell(held=not self.offline())

    def _dispel(self, line: str, peer: str, doubts: int) -> None:
        """What was doubted of them up to the ``doubts``-th time is known."""
        with self._doubting:
            for one in (line, *self.pool_of(line)):
                if self._doubted.get((one, peer), doubts + 1) <= doubts:
                    del self._doubted[one, peer]

    async def _ask(self, gateway: Gateway, one: Held) -> GatewayError | None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.hear(gateway, one.line, one.peer, one.since)
        except GatewayError as error:
            return error
        except TimeoutError:
            return GatewayError("Twilio’s list does not answer.")
        return None

    async def _release(self, known: Sequence[Held]) -> None:
        at = now()

        def work(tx: Tx) -> None:
            for one in known:
                if self.is_over(one.line, one.peer):  # on the writer's thread: whoever holds it again comes later
                    outbox.release(tx, one.conversation_id, at)

        await self._store.do(work)
        await self._tell(held=bool(self.held))
        self.released()

    async def _release_what_is_new(self) -> None:
        newest, at = self._newest, now()

        def work(tx: Tx) -> int:
            waits = [
                one.conversation_id
                for one in outbox.held(tx.db)
                if not self.recalls(one.line, one.peer) or self._is_doubted(one.line, one.peer)
            ]
            return outbox.release_after(tx, newest, at, but=waits)

        if await self._store.do(work):
            await self._tell(held=bool(self.held))
            self.released()

    async def _tell(self, *, held: bool) -> None:
        keys = await self._store.read(outbox.held_ids) if held else frozenset()
        if keys != self.held:
            self.held = keys
            self._hub.publish([HeldChanged(keys)])
