"""No gaps: what Twilio lists is the truth, and the webhook only the doorbell.

Each line has a mark up to which all is here. A round asks for what came since, both ways, from new to old, a page at a
time; how far it got is kept, so that it goes on after whatever cut it short. History is the same with an older mark.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sms_desktop.domain.answering import may_be_twilios
from sms_desktop.domain.catchup import FIRST_TEXT, Origin, Progress
from sms_desktop.domain.errors import (
    DatabaseDamaged,
    GatewayError,
    StoreError,
    TestCredentials,
    WrongCredentials,
    sentence_of,
)
from sms_desktop.domain.events import CatchUpChanged, LinesChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import addresses_of
from sms_desktop.domain.message import Direction, ListedMessage
from sms_desktop.gateway.gateway import Gateway, ListedPage
from sms_desktop.services import clock
from sms_desktop.services.absence import Absence
from sms_desktop.services.clock import now
from sms_desktop.services.intake import take_in, written_at
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.replying import Replier
from sms_desktop.services.rhythm import Rhythm
from sms_desktop.services.uptime import Uptime
from sms_desktop.services.wake import woken
from sms_desktop.store import consent, forgotten, gaps, stops, unheard
from sms_desktop.store.gaps import Gap
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

PATIENCE = 3.0
"""Seconds that a text waits for the list where Twilio blocks nobody by itself, before a rule answers it."""
OVERLAP = timedelta(minutes=15)
"""Asked for again each time: Twilio's list may lag behind, and prices come late."""
TOLD_LATE = timedelta(seconds=60)
"""From this age on, a message that only the list told of was missed by the doorbell."""
AT_A_TIME = 1000
"""Messages in one transaction, some 50 ms of work, which is as long as an inbound webhook may have to wait."""
SHORT = timedelta(hours=1)
SMALL_PAGE, LARGE_PAGE = 50, 1000
FEW = 100
"""Messages on the last list of a line up to which small pages are quicker: on most, one has all of OVERLAP."""
LINES_AT_ONCE = 4
WORTH_TELLING = timedelta(minutes=10)
"""From this length on a gap is shown as progress; shorter ones are mostly closed in a moment."""
MANY = 50
"""Messages that were missing: where there are more of them, a short gap is progress as well."""
SLOW = 8.0
"""Seconds from which on a round that has not got past what is missing is told, however little it found."""
MENDED_SOON = 5.0
"""Seconds for which nothing is told of what Twilio's list did not give: the next try mostly brings it."""
STUMBLED = timedelta(seconds=5)
RINGS = timedelta(seconds=15)
"""By then Twilio has posted what came in."""
LONGEST_PAUSE = timedelta(seconds=60)
SOON_AGAIN = (0.2, 0.8)
"""Seconds, less up to a half at random, until a page that Twilio did not give is asked for once more."""


_DONE: dict[str, Any] = {
    "running": False, "waiting": "", "unkept": False, "refused": False, "back_to": None, "since": None, "until": None,
}  # fmt: skip


@dataclass(slots=True)
class _Tally:
    """Of one run, and of those before it that were cut short: as in Progress."""

    listed: int = 0
    added: int = 0


class CatchUp:
    """``run`` it; ``ask`` for a round at once. ``media_arrived`` is called when there are pictures to fetch."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        link: Link,
        lines: Lines,
        rhythm: Rhythm,
        media_arrived: Callable[[], None],
        uptime: Uptime,
        absence: Absence,
    ) -> None:
        self._store, self._hub, self._link, self._lines = store, hub, link, lines
        self._rhythm = rhythm
        self._uptime = uptime
        self._media_arrived = media_arrived
        self._wake = asyncio.Event()
        self._awoke = time.monotonic()  # not a time of day: that may yet turn out to be wrong
        self._paused = False
        self._failures = 0
        self._refusals = 0
        self._refused_since: datetime | None = None
        self._absence = absence
        self._listed: Counter[tuple[str, Direction]] = Counter()  # how many messages the last list had
        self._ended: set[str] = set()  # lines of which this round has listed something inbound to its end
        self._history: asyncio.Task[None] | None = None
        self._unreadable: set[str] = set()
        self._many: set[int] = set()  # gaps in which many were missing
        self._behind: set[int] = set()  # gaps that are listed just now, and are not past what is missing
        self._all_here = True  # but for history
        self._history_left = False
        self._wishes = 0  # how often older messages were asked for
        self._history_failed = False
        self._news, self._older = _Tally(), _Tally()
        self._held_back: asyncio.TimerHandle | None = None  # the word of a fault that the next try may mend
        self._replaced_at: datetime | None = None  # of what was sent before nobody knows whether it was from here
        self.replier: Replier | None = None
        """Answers by itself what is listed while it is fresh."""
        self.progress = Progress()
        hub.subscribe(LinesChanged, lambda _: self.ask())  # at the first start they are told after the first round

    def ask(self) -> None:
        """Catches up now."""
        self._wake.set()

    async def load(self) -> None:
        """How complete it was when somebody last looked: that stays so, whether or not Twilio can be asked now."""
        self._replaced_at = await self._store.read(forgotten.replaced_at)
        addresses = self._lines.listed()
        self._show(await self._with_complete(addresses))
        self._all_here = not self.progress.gaps

    def woke(self) -> None:
        """The computer slept until now: what came meanwhile came while it was off."""
        self._awoke = time.monotonic()
        self._uptime.woke()
        self.ask()

    def refused(self) -> None:
        """The store did not take something, which may have been a text that Twilio posted: it is asked for it soon, and
        again until all can be stored.
        """
        self._refusals += 1
        if self._refused_since is None:
            self._refused_since = now()
            asyncio.get_running_loop().call_later(STUMBLED.total_seconds(), self.ask)

    async def import_history(self, since: datetime | None) -> None:
        """Has all messages since then listed as well, in the background; None: everything there is."""
        back_to = since or FIRST_TEXT
        if (gateway := self._link.gateway) is not None:
            with suppress(GatewayError):  # then the next round finds out
                await _compare_clocks(gateway)
        addresses = addresses_of(self._lines.known())

        def work(tx: Tx) -> None:
            for address in addresses:
                gaps.watch(tx, address, now())
                gaps.reach_back(tx, address, back_to)

        await self._store.do(work)
        left = await self.imports()
        self._history_left, self._wishes = left, self._wishes + 1
        self.resume()

    async def imports(self) -> bool:
        """Whether older messages that were asked for are still to be listed."""
        return any(gap.history for gap in await self._store.read(gaps.all))

    async def hear(self, gateway: Gateway, line: str, peer: str, since: datetime, *, all: bool = False) -> None:
        """Lists what ``peer`` has written to ``line`` since all was here: mostly one small page, and sooner here than
        all that others wrote. ``since``: where nobody knows from when on that is. Raises GatewayError.

        Where ``all`` is to be known, a damaged database has lost who said STOP, or Twilio blocks nobody who did, it is
        asked for all that Twilio still has, or as far back as nothing is known, once in a run: of what is older than
        all that is kept here only a STOP or START is taken in.
        """
        pool, asked_of = self._heard_by(line)
        marked, first, lost = await self._store.read(lambda db: _known_of(db, pool))
        if marked is not None and self._absence.has_recalled(line, peer):
            lost = None
        since = since if marked is None else marked - OVERLAP
        since = (since if first is None else max(since, first)).replace(microsecond=0)
        back_to = since if lost is None else min(since, lost.replace(microsecond=0))
        back_to = FIRST_TEXT if all else back_to
        size = SMALL_PAGE if back_to == since else LARGE_PAGE
        cursor, asked, own = None, set(), await self._store.read(consent.keywords)
        while True:
            page = await _page(
                partial(gateway.listed, asked_of, Direction.INBOUND, back_to, None, cursor, size, peer=peer)
            )
            at = now()
            # Of a service all comes that the peer wrote, to other lines too.
            here = [one for one in page.messages if one.line in pool or one.service == asked_of]
            older = [one for one in here if back_to <= one.at < since and stops.is_word(one.body, own)]
            if older:
                await self._store.do(partial(take_in, part=older, origin_of=_from_before, at=at, history=True))
            wanted = [one for one in here if since <= one.at]
            new = await self._store.do(
                partial(take_in, part=wanted, origin_of=partial(self._origin_at, at), at=at, replier=self.replier)
            )
            if any(one.num_media for one in new):
                self._media_arrived()
            cursor = page.cursor
            if cursor is None or (page.messages and page.messages[-1].at < back_to):
                if all or lost is not None:
                    self._absence.recalled(line, peer)
                return
            if cursor in asked:
                raise GatewayError("Twilio’s list has no end.")
            asked.add(cursor)

    def _heard_by(self, line: str) -> tuple[tuple[str, ...], str]:
        """The numbers whose STOPs count for ``line``, and what the list is to be asked for: it, or its service."""
        pool = self._lines.sharing(line)
        return pool, line if len(pool) == 1 else self._lines.service_of(line) or line

    async def hear_words(self, line: str, peer: str, sid: str) -> Mapping[str, datetime] | None:
        """Takes in a STOP or START that ``peer`` has just written to ``line`` and no webhook told, before their text
        ``sid`` is answered; gives when they wrote what, by SID. None where that cannot be asked in time: Twilio waits.
        Where it is to be known what they wrote long ago too, and one page tells it all, it is known then.
        """
        gateway, at = self._link.gateway, now()
        if gateway is None:
            return None
        since = back_to = (at - OVERLAP).replace(microsecond=0)
        pool, asked_of = self._heard_by(line)
        marked, _, lost = await self._store.read(lambda db: _known_of(db, pool))
        if self._absence.has_recalled(line, peer):
            lost = None
        if lost is not None:
            since = since if marked is None else min(since, marked - OVERLAP)
            back_to = min(since, lost.replace(microsecond=0))
        size = SMALL_PAGE if lost is None else LARGE_PAGE
        try:
            async with asyncio.timeout(PATIENCE):
                page = await gateway.listed(asked_of, Direction.INBOUND, back_to, None, None, size, peer=peer)
        except (GatewayError, TimeoutError) as error:
            log.info("what somebody wrote just now could not be asked for: %s", type(error).__name__)
            return None
        own = await self._store.read(consent.keywords)
        here = [one for one in page.messages if one.line in pool or one.service == asked_of]
        words = [one for one in here if one.sid != sid and stops.is_word(one.body, own)]
        older = [one for one in words if lost is not None and one.at < since]
        if older:
            await self._store.do(partial(take_in, part=older, origin_of=_from_before, at=at, history=True))
        words = [one for one in words if one not in older]
        if words:
            origin = partial(self._origin_at, at)
            await self._store.do(partial(take_in, part=words, origin_of=origin, at=at, replier=self.replier))
        if lost is not None and (page.cursor is None or (page.messages and page.messages[-1].at < back_to)):
            self._absence.recalled(line, peer)
        return written_at(page.messages)

    def cancel(self) -> None:
        """Stops what takes long; new messages are looked for all the same, and ``resume`` goes on where it was."""
        self._paused, self._history_failed = True, False
        self._show(replace(self.progress, cancelled=True, running=False))
        self.ask()

    def resume(self) -> None:
        """Goes on with what was stopped."""
        self._paused = False
        progress = replace(self.progress, cancelled=False)
        begins = self._history_left and self._link.gateway is not None and not progress.waiting
        self._show(self._at_history(progress) if begins else progress)
        self.ask()

    def _at_history(self, progress: Progress) -> Progress:
        """It is taken up in a moment, and reads so until its first page is there."""
        older = self._older
        return replace(
            progress, running=True, history=True, listed=older.listed, added=older.added, waiting="", unkept=False,
            refused=False,
        )  # fmt: skip

    async def run(self) -> None:
        """Rounds until cancelled: at once, when asked to, and as often as the rhythm says."""
        self._awoke = time.monotonic()
        self._uptime.begin()
        try:
            while True:
                pause = await self._round()
                await woken(self._wake, pause.total_seconds())
        finally:
            self._mended()
            if self._history is not None:
                self._history.cancel()
                await asyncio.gather(self._history, return_exceptions=True)

    async def _round(self) -> timedelta:
        gateway, refusals = self._link.gateway, self._refusals
        count, doubts = self._absence.count, self._absence.doubts
        addresses = self._lines.listed()
        if gateway is None or not addresses:
            return STUMBLED
        try:
            await _compare_clocks(gateway)  # a mark that lies in the future would hide what comes until then
            pools = [line.senders for line in self._lines.known() if line.is_service]
            self._ended = await self._store.do(lambda tx: _watch(tx, addresses, pools))
            await self._absence.recall()  # before any new line counts as heard
            self._begin()
            slow = asyncio.get_running_loop().call_later(SLOW, self._tell_slow)
            try:
                await self._close_gaps(gateway, addresses, history=False)
            finally:  # one line's trouble is not another's
                slow.cancel()
                self._absence.heard(self._ended - await self._store.read(gaps.unheard), count, doubts)
            await self._absence.recall()
            await self._tell_complete(addresses)
            self._go_on_with_history(gateway, addresses)
            self._failures = 0
            if refusals == self._refusals:
                self._refused_since = None
            pause = self._rhythm.pause() if self._refused_since is None else STUMBLED
        except GatewayError as error:
            self._failures += 1
            self._wait(error)
            pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(self._failures, 6)))
        except StoreError as error:  # a full disk must not end catching up for good
            log.warning("catching up cannot store what came: %s", error)
            self._wait(error)
            pause = STUMBLED
        except Exception as error:
            log.exception("catching up stumbled")
            self._wait(error)
            pause = STUMBLED
        return pause

    @property
    def _imports(self) -> bool:
        return self._history is not None and not self._history.done()

    def _go_on_with_history(self, gateway: Gateway, addresses: tuple[str, ...]) -> None:
        """Beside the rounds: an import of hours must not keep anybody's STOP waiting."""
        if not self._imports and not self._paused:
            self._history = asyncio.create_task(self._import(gateway, addresses), name="history")

    async def _import(self, gateway: Gateway, addresses: tuple[str, ...]) -> None:
        try:
            if any(gap.history and gap.line in addresses for gap in await self._store.read(gaps.all)):
                await self._close_gaps(gateway, addresses, history=True)
                await self._absence.recall()
                self._mended()
                if self._history_left and not self._paused:  # it was stopped, and goes on by now
                    self.ask()
                else:
                    self._show(replace(self.progress, **_DONE, listed=self._older.listed, added=self._older.added))
                if not self._history_left:
                    self._older = _Tally()
            self._history_failed = False
        except GatewayError as error:  # the next round takes it up again
            self._fail_history(error)
        except StoreError as error:
            log.warning("importing history cannot store what came: %s", error)
            self._fail_history(error)
        except Exception as error:
            log.exception("importing history stumbled")
            self._fail_history(error)

    def _fail_history(self, error: Exception) -> None:
        """What was stopped in the meantime waits for nothing but to be resumed."""
        self._history_failed = not self._paused
        if self._history_failed:
            self._wait(error)

    def _wait(self, error: Exception) -> None:
        """Tells why it does not go on; how a damaged database is repaired is told elsewhere.

        Of what Twilio could not give just now it tells only if it lasts, so that no light changes to and fro.
        """
        passing = isinstance(error, GatewayError) and error.answered and error.transient and not self.progress.waiting
        if passing:
            if self._held_back is None:
                self._held_back = asyncio.get_running_loop().call_later(MENDED_SOON, self._tell_why, error)
            return
        self._tell_why(error)

    def _tell_why(self, error: Exception) -> None:
        self._mended()
        why = f"The database {error.what}." if isinstance(error, DatabaseDamaged) else sentence_of(error)
        unkept, refused = isinstance(error, StoreError), isinstance(error, WrongCredentials | TestCredentials)
        self._show(replace(self.progress, running=False, waiting=why, unkept=unkept, refused=refused))

    def _mended(self) -> None:
        """What was held back is not so any more, or told."""
        if self._held_back is not None:
            self._held_back.cancel()
            self._held_back = None

    def _tell_slow(self) -> None:
        if self._behind and not self._paused and not self.progress.waiting and not self._imports:
            self._show(replace(self.progress, running=True, gaps=True, history=False))

    async def _close_gaps(self, gateway: Gateway, addresses: tuple[str, ...], *, history: bool) -> None:
        """Lists what is missing, the newest first, several lines at once."""
        skipped: set[int] = set()
        while True:
            wishes = self._wishes
            found = [gap for gap in await self._store.read(gaps.all) if gap.line in addresses]
            if wishes == self._wishes:  # else what was read may be older than what is left by now
                self._history_left = any(gap.history for gap in found)
            todo = [
                gap
                for gap in found
                if gap.history is history and gap.id not in skipped and not (self._paused and self._can_wait(gap))
            ]
            if not todo:
                return
            if not history and not self.progress.gaps and any(gap.until - gap.since > WORTH_TELLING for gap in todo):
                self._show(replace(self.progress, gaps=True))
            gate = asyncio.Semaphore(LINES_AT_ONCE)
            # One line's trouble keeps no other line from being caught up.
            ends = await asyncio.gather(*(self._close(gate, gateway, gap) for gap in todo), return_exceptions=True)
            skipped |= {gap.id for gap, end in zip(todo, ends, strict=True) if end is not True}
            if (error := next((end for end in ends if isinstance(end, BaseException)), None)) is not None:
                raise error

    async def _tell_complete(self, addresses: tuple[str, ...]) -> None:
        progress = await self._with_complete(addresses)
        if not (self._imports or self._history_failed):
            self._mended()
            begins = self._history_left and not self._paused
            progress = self._at_history(progress) if begins else replace(progress, **_DONE)
        self._show(progress)
        left = await self._store.read(gaps.all)
        self._all_here = not any(gap.line in addresses and not gap.history for gap in left)
        self._many &= {gap.id for gap in left}

    async def _with_complete(self, addresses: tuple[str, ...]) -> Progress:
        complete_to = await self._store.read(lambda db: gaps.complete_to(db, addresses))
        lines = await self._store.read(gaps.complete_by_line)
        services = {line.address: line.senders for line in self._lines.known() if line.is_service}
        lines |= {
            service: min(lines[one] for one in pool)
            for service, pool in services.items()
            if pool and lines.keys() >= set(pool)
        }
        left = any(gap.line in addresses and _is_cut_off(gap) for gap in await self._store.read(gaps.all))
        return replace(self.progress, complete_to=complete_to, lines=lines, gaps=left)

    async def _close(self, gate: asyncio.Semaphore, gateway: Gateway, gap: Gap) -> bool:
        async with gate:
            try:
                self._behind.add(gap.id)
                return await self._list(gateway, gap)
            except GatewayError as error:
                if gap.cursor is None or error.transient:
                    raise
                log.info("the page that comes next is not known to Twilio any more")
                await self._store.do(lambda tx: gaps.begin_again(tx, gap.id))
                raise
            finally:
                self._behind.discard(gap.id)

    async def _list(self, gateway: Gateway, gap: Gap) -> bool:
        """Lists ``gap`` to its end; while a page is stored, the next one is on its way. False: it was stopped."""
        first = await self._store.read(lambda db: gaps.watched_since(db, gap.line))
        since = gap.since if gap.history or first is None else max(gap.since - OVERLAP, first)
        since = max(since, await self._begun_below(gap)).replace(microsecond=0)  # as Twilio's times are
        size = LARGE_PAGE if _is_long(gap) or self._listed[gap.line, gap.direction] > FEW else SMALL_PAGE
        until = gap.reached if gap.begun or gap.history else None  # else it begins with the newest of all
        reached, count, missing = gap.reached, 0, 0
        asked = {gap.cursor}
        coming = _asked(gateway, gap, since, until, gap.cursor, size)
        try:
            while True:
                page = await coming
                if page.cursor is not None and page.cursor in asked:
                    raise GatewayError("Twilio’s list has no end.")
                asked.add(page.cursor)
                count += sum(one.at >= since for one in page.messages)
                ended = page.cursor is None or (bool(page.messages) and page.messages[-1].at < since)
                stopped = not ended and self._paused and self._is_much(gap)
                if not ended and not stopped:
                    coming = _asked(gateway, gap, since, None, page.cursor, size)
                if page.messages:
                    reached = min(reached, max(page.messages[-1].at, gap.since))
                missing += await self._take(gap, page, since, reached)
                if reached <= gap.since:
                    self._behind.discard(gap.id)
                elif missing >= MANY:
                    self._many.add(gap.id)
                if self._is_much(gap):
                    self._failures = 0  # it gets on: of many pages some may fail, without ever longer rests
                    self._mended()
                self._show_counts(gap, reached)
                if ended:
                    self._listed[gap.line, gap.direction] = count
                    await self._store.do(lambda tx: gaps.close(tx, gap.id))
                    self._many.discard(gap.id)  # the next gap may be given the same one
                    if not gap.history and gap.direction is Direction.INBOUND:
                        self._ended.add(gap.line)
                if ended or stopped:
                    return ended
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _begun_below(self, gap: Gap) -> datetime:
        """How far down a gap that was cut off will be listed anyway, and need not be listed again for the overlap."""
        if gap.history:
            return FIRST_TEXT
        place = gap.line, gap.direction
        begun = [one for one in await self._store.read(gaps.all) if (one.line, one.direction) == place and one != gap]
        return max((one.reached for one in begun if _is_cut_off(one) and one.until <= gap.since), default=FIRST_TEXT)

    async def _take(self, gap: Gap, page: ListedPage, since: datetime, reached: datetime) -> int:
        """Stores what of ``page`` belongs here: a page reaches further than asked, also to before all that we keep.
        Gives how many were missing.
        """
        self._unreadable = (self._unreadable | set(page.unreadable)) - {one.sid for one in page.messages}
        self.progress = replace(self.progress, unreadable=len(self._unreadable))
        until = gap.until if gap.history else None
        wanted = [one for one in page.messages if since <= one.at and (until is None or one.at <= until)]
        missing = 0
        for start in range(0, len(wanted) or 1, AT_A_TIME):
            part, last = wanted[start : start + AT_A_TIME], start + AT_A_TIME >= len(wanted)
            new = await self._store.do(partial(self._store_part, gap, part, (reached, page.cursor) if last else None))
            missing += len(new)
            self._tally(gap).added += len(new)
            if any(one.num_media for one in new):
                self._media_arrived()
        self._tally(gap).listed += len(wanted)
        return missing

    def _store_part(
        self, gap: Gap, part: list[ListedMessage], then: tuple[datetime, str | None] | None, tx: Tx
    ) -> list[ListedMessage]:
        """On the writer's thread; gives those that are new. ``then``: what is reached with it, and the next page."""
        at = now()
        replier = None if gap.history else self.replier
        new = take_in(tx, part, lambda one: self._origin(gap, one, at), at, history=gap.history, replier=replier)
        if then is not None:
            gaps.advance(tx, gap.id, *then)
        return new

    def _origin(self, gap: Gap, one: ListedMessage, at: datetime) -> Origin | None:
        return Origin.HISTORY if gap.history else self._origin_at(at, one)

    def _origin_at(self, at: datetime, one: ListedMessage) -> Origin | None:
        if one.direction is Direction.OUTBOUND:
            lost = self._replaced_at is not None and one.at <= self._replaced_at and not may_be_twilios(one.body)
            return None if lost else Origin.ELSEWHERE  # it may have been ours, which a lost database knew
        if self._refused_since is not None and one.at > self._refused_since - RINGS:
            return Origin.UNKEPT if at - one.at > TOLD_LATE else None
        awake = timedelta(seconds=time.monotonic() - self._awoke + 1)  # Twilio's times are whole seconds
        if one.at < at - awake:
            return Origin.OFF if one.at < at - max(awake, self._uptime.lasts) else Origin.CLOSED
        late = TOLD_LATE if not self._rhythm.polling else max(TOLD_LATE, 2 * self._rhythm.longest())
        return Origin.UNREACHED if at - one.at > late else None

    def _tally(self, gap: Gap) -> _Tally:
        return self._older if gap.history else self._news

    def _counts(self, gap: Gap) -> bool:
        """While history is imported, its numbers are shown and no other's; while it rests, a long absence's as well."""
        if gap.history:
            return True
        return not self._imports and (not self._history_left or self._is_told(gap))

    def _begin(self) -> None:
        """Counts anew, unless it goes on with what was cut short."""
        if self._all_here:
            self._all_here = False
            self._news = _Tally()
            if not (self._imports or self._history_left):
                self.progress = replace(self.progress, listed=0, added=0)

    def _show_counts(self, gap: Gap, reached: datetime) -> None:
        if not self._counts(gap):
            return
        tally = self._tally(gap)
        progress = replace(self.progress, listed=tally.listed, added=tally.added)
        if self._is_told(gap):
            progress = replace(
                progress,
                running=not self._paused,
                gaps=progress.gaps or not gap.history,
                waiting="",
                unkept=False,
                refused=False,
                back_to=reached,
                since=gap.since,
                until=gap.until,
                history=gap.history,
            )
        self._show(progress)

    def _is_told(self, gap: Gap) -> bool:
        return self._is_much(gap) or gap.until - gap.since > WORTH_TELLING

    def _is_much(self, gap: Gap) -> bool:
        return _is_long(gap) or gap.id in self._many

    def _can_wait(self, gap: Gap) -> bool:
        """The newest page of a long gap cannot: until it is begun it grows, and what comes now would wait with it."""
        return gap.history or (self._is_much(gap) and gap.begun)

    def _show(self, progress: Progress) -> None:
        if progress != self.progress or progress.running:
            self.progress = progress
            self._hub.publish([CatchUpChanged(progress)])


def _watch(tx: Tx, addresses: tuple[str, ...], pools: Sequence[Sequence[str]]) -> set[str]:
    """Gives the lines that are watched from now on, so that nothing of them is missing.

    A number that has joined one of the ``pools`` of Messaging Services is watched since all of that service was here:
    when it joined is not known, and people wrote to the service by it.
    """
    marks = {address: gaps.mark(tx.db, address) for address in addresses}
    new = {address for address, mark in marks.items() if mark is None}
    joined: dict[str, datetime] = {}
    for pool in pools if new else ():
        known = [mark.until for one in pool if (mark := marks.get(one)) is not None]
        joined |= {one: min(known) for one in pool if one in new and known}
    new -= joined.keys()
    lost = forgotten.of(tx.db) if new else None
    for address in addresses:
        gaps.watch(tx, address, now(), joined.get(address))
        if lost is not None and address in new:  # what was here before is fetched again, as far as one has by default
            gaps.reach_back(tx, address, lost.history)
    return new


def _known_of(db: Any, pool: Sequence[str]) -> tuple[datetime | None, datetime | None, datetime | None]:
    """Of all these numbers together: up to when all is here, from when on they are watched, and from when on Twilio
    must be asked who said STOP; None each where that is not known, or need not be.
    """
    marks = gaps.complete_by_line(db)
    marked = min(marks[one] for one in pool) if pool and marks.keys() >= set(pool) else None
    watched = [first for one in pool if (first := gaps.watched_since(db, one)) is not None]
    lost = [since for one in pool if (since := unheard.asks_since(db, one)) is not None]
    return marked, min(watched) if watched and len(watched) == len(pool) else None, min(lost, default=None)


def _from_before(_: ListedMessage) -> Origin:
    return Origin.HISTORY


async def _compare_clocks(gateway: Gateway) -> None:
    if not clock.is_sure():
        await gateway.account()  # any answer tells Twilio's time
        clock.correct(gateway.clock_ahead or timedelta(0))


def _is_long(gap: Gap) -> bool:
    return gap.history or gap.until - gap.since > SHORT


def _is_cut_off(gap: Gap) -> bool:
    """Whether something is known to be missing in it: of a line that is watched, and no more than begun with."""
    return not gap.history and gap.begun and gap.reached > gap.since


async def _page(ask: Callable[[], Awaitable[ListedPage]]) -> ListedPage:
    """A page for which somebody waits, asked for again where Twilio has answered that it cannot just now."""
    for pause in SOON_AGAIN:
        try:
            return await ask()
        except GatewayError as error:
            if not (error.answered and error.transient):
                raise
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret hangs on it
    return await ask()


def _asked(
    gateway: Gateway, gap: Gap, since: datetime, until: datetime | None, cursor: str | None, size: int
) -> asyncio.Task[ListedPage]:
    return asyncio.create_task(gateway.listed(gap.line, gap.direction, since, until, cursor, size), name="list")
