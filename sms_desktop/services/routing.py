"""Where each line's inbound texts go, and bringing them here: only where a person agreed, and never against another.

What stood there before is kept until it is put back, or a person decides otherwise. What somebody else sets afterwards
is noticed and asked about, and never put back in its place.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from sms_desktop.domain.errors import GatewayError, NotThere, StoreError
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import display
from sms_desktop.domain.routing import (
    Change,
    Holder,
    HolderKind,
    Route,
    RouteState,
    Webhook,
    bare,
    ours_at,
    plain,
    state_of,
)
from sms_desktop.gateway.gateway import Gateway
from sms_desktop.gateway.public_address import inbound_url
from sms_desktop.services.clock import now
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.store import consent, diversions, reminder, settings
from sms_desktop.store.diversions import Diversion
from sms_desktop.store.reminder import Reminder
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

T = TypeVar("T")

LEFT = "left_lines"
"""The setting that names the lines whose texts may go elsewhere."""
MOST_NAMED = 3
"""Beside the first, of those that a sentence names."""
AGAIN, LONGEST = 5.0, 60.0
"""Seconds between tries to take a changed address to Twilio: from the first to the second, and at most."""
RARELY = timedelta(minutes=15)
"""Between looks at the Messaging Services that lines in use have nothing to do with."""
PARTING = 10.0
"""Seconds that giving lines back may take when quitting."""


class RoutingService:
    """``changed`` is called when what is known of the routes has changed."""

    def __init__(self, store: Store, link: Link, lines: Lines) -> None:
        self._store, self._link, self._lines = store, link, lines
        self._reminder = Reminder(store.directory)
        self._diverted: dict[str, Diversion] = {}
        self._resting: dict[str, Holder] = {}
        self._owed: dict[str, Webhook] = {}
        self._left: frozenset[str] = frozenset()
        self._one_at_a_time = asyncio.Lock()
        self._tried = asyncio.Event()
        self.changed: Callable[[], None] = lambda: None
        self.routes: tuple[Route, ...] = ()
        self.looked = False
        self._of: str | None = None
        """The account that the routes are of."""
        self._looked_at: datetime | None = None
        """When all was asked for."""

    async def load(self) -> None:
        """What was diverted in earlier runs, also where an older database lies in the place of that which knew it."""
        try:
            await self._store.do(lambda tx: reminder.unite(tx, self._store.directory))
        except StoreError as error:
            log.warning("what is set at Twilio could not be looked up: %s", error)
        self._diverted = await self._store.read(diversions.all)
        self._resting = await self._store.read(diversions.resting)
        self._owed = await self._store.read(diversions.owed)
        left = await self._store.read(lambda db: settings.get(db, LEFT, []))
        self._left = frozenset(left if isinstance(left, list) else [])

    async def look(self) -> tuple[Route, ...]:
        """Asks Twilio. Raises GatewayError; what was known stays known then."""
        return await self._look(None)

    async def glance(self) -> tuple[Route, ...]:
        """The same, but asks only for what can have changed for the lines in use; for all where that was long ago."""
        long_ago = self._looked_at is None or not timedelta(0) <= now() - self._looked_at < RARELY
        return await self._look(None if long_ago else [line.address for line in self._lines.known()])

    async def _look(self, used: Collection[str] | None) -> tuple[Route, ...]:
        gateway, at = self._link.gateway, now()
        if gateway is None:
            return self.routes
        routes = await gateway.routes(used)
        if gateway is not self._link.gateway:
            return self.routes  # of an account that is in use no more, or asked with what is in use no more
        if used is None:
            self._looked_at = at
        self.routes, self.looked, self._of = routes, True, self._link.account_sid
        # Whose lines are blocked together; of numbers that are not the account's only their texts tell.
        services: dict[str, str | None] = {
            route.line: route.holder.sid if route.holder.kind is HolderKind.SERVICE else None
            for route in self.routes
            if not is_service(route.line)
        }
        services |= {one: route.line for route in self.routes for one in route.pool}
        if services:
            await self._store.do(lambda tx: consent.set_services(tx, services))
        await self._settle()
        self.changed()
        return self.routes

    def account_changed(self) -> None:
        """Another account is in use, or none: where texts go is not known any more."""
        if self._link.gateway is None or self._of != self._link.account_sid:
            self.routes, self.looked = (), False

    @property
    def diverts(self) -> bool:
        """Whether anything at Twilio is as we have set it."""
        return bool(self._diverted)

    @property
    def wanted(self) -> str | None:
        """The address that inbound texts are to be posted to; None while there is none."""
        return inbound_url(self._link.public_url) if self._link.public_url is not None else None

    def state(self, route: Route) -> RouteState:
        """How that line stands. A Messaging Service that leaves texts to the numbers of its pool stands as they do."""
        holder = route.holder
        if holder.webhook.defers:
            return self._state_of_pool(route)
        mine = self._diverted.get(holder.sid)
        put_back = mine is not None and holder.webhook == mine.former
        return state_of(holder.webhook, self.wanted, () if mine is None or put_back else mine.ours)

    def _state_of_pool(self, route: Route) -> RouteState:
        numbers = [self.route_of(one) for one in route.pool]
        if numbers and all(one is not None and self.state(one) is RouteState.HERE for one in numbers):
            return RouteState.HERE
        mine = self._diverted.get(route.holder.sid)
        return RouteState.ELSEWHERE if mine is None or mine.former.defers else RouteState.CHANGED

    def all_here(self) -> bool:
        """Whether the texts of every line in use come here by themselves, as far as is known."""
        if self.wanted is None or not self.looked:
            return False
        used = {line.address for line in self._lines.known()}
        return all(self.state(route) is RouteState.HERE for route in self.routes if route.line in used)

    def route_of(self, line: str) -> Route | None:
        return next((route for route in self.routes if route.line == line), None)

    def is_left(self, line: str) -> bool:
        """Whether a person decided that this line's texts may go elsewhere."""
        return line in self._left

    def was_ours(self, url: str) -> bool:
        """Whether we have ever set that address on anything."""
        return any(plain(url) in one.ours for one in self._diverted.values())

    def former_of(self, route: Route) -> Webhook | None:
        """What giving that line back puts there; None where nothing of ours stands there."""
        mine = self._diverted.get(route.holder.sid)
        return mine.former if mine is not None and plain(route.holder.webhook.url) in mine.ours else None

    def plan(self, lines: Collection[str] | None = None) -> tuple[Change, ...]:
        """What diverting would do for ``lines`` (None: all in use); nothing where there is no public address."""
        if self.wanted is None:
            return ()
        chosen = {line.address for line in self._lines.known()} if lines is None else set(lines)
        wanted = [route for route in self.routes if route.line in chosen and self.state(route) is not RouteState.HERE]
        # What a service takes from now on need not be set on its numbers as well.
        with_service = {one for route in wanted if route.holder.webhook.defers for one in route.pool}
        changes: dict[str, Change] = {}
        for route in wanted:
            holder = route.holder
            if holder.sid not in changes and route.line not in with_service:
                held = self._held(holder)
                changes[holder.sid] = Change(holder, ours_at(holder.webhook, self.wanted), held, self._own(holder))
        return tuple(changes.values())

    def moves(self, url: str | None) -> tuple[Change, ...]:
        """What happens to lines that were brought here, and by itself, once ``url`` is the public address: they follow
        it. With None what stood there before is put back. An empty one stands for an address that nobody knows yet.
        """
        wanted, changes = inbound_url(url) if url is not None else None, dict[str, Change]()
        for holder in (route.holder for route in self.routes):
            mine, rests = self._diverted.get(holder.sid), self._resting.get(holder.sid)
            ours = mine is not None and _is_ours(holder.webhook, mine)
            if mine is not None and ours and wanted is None:
                after = mine.former
            elif wanted is not None and (ours or (rests is not None and holder.webhook == rests.webhook)):
                after = ours_at(holder.webhook, wanted)
            else:
                continue
            if bare(after.url) != bare(holder.webhook.url):
                changes[holder.sid] = Change(holder, after, self._held(holder))
        return tuple(changes.values())

    def _held(self, holder: Holder) -> tuple[str, ...]:
        """The lines whose texts move with that setting; a Messaging Service itself where it has no number."""
        pool = {one for route in self.routes if route.holder.sid == holder.sid for one in route.pool}
        lines = tuple(
            route.line
            for route in self.routes
            if route.holder.sid == holder.sid or (holder.webhook.defers and route.line in pool)
        )
        return tuple(line for line in lines if line != holder.sid) or lines

    @property
    def holds(self) -> bool:
        """Whether anything at Twilio is ours, or is to be again."""
        return bool(self._diverted or self._resting)

    async def bring(self, changes: Sequence[Change]) -> tuple[str, ...]:
        """Makes the changes that a person was shown; sentences tell of those that could not be made."""
        async with self._one_at_a_time:
            said = [sentence for change in changes if (sentence := await self._bring(change))]
            await self._leave_none({line for change in changes for line in (*change.lines, change.holder.sid)})
        await self._look_again()
        return tuple(said)

    async def give_back(self, lines: Collection[str] | None = None) -> tuple[str, ...]:
        """Puts back what stood there before us, for ``lines`` or for all; sentences tell where that was not done, one
        for all that have the same reason.

        Lines that are named are let go by a person, and not complained of from then on; not those where it failed.
        """
        if lines is not None and not self.looked:
            await self.look()
        kept = set[str]()
        async with self._one_at_a_time:
            said: dict[str, list[str]] = {}
            for one in list(self._diverted.values()):
                held = {route.line for route in self.routes if route.holder.sid == one.sid}
                if lines is not None and not held & set(lines):
                    continue
                if trouble := await self._give_back(one):
                    said.setdefault(trouble, []).append(Holder(one.kind, one.sid, one.name, one.former).called)
                    kept |= held if one.sid in self._diverted else set()
        if lines is not None:
            await self._let_go(set(lines) - kept)
        await self._look_again()
        return _told(said)

    async def _let_go(self, lines: Collection[str]) -> None:
        left = self._left | set(lines)
        await self._store.do(lambda tx: settings.put(tx, LEFT, sorted(left)))
        self._left = left

    async def rest(self) -> tuple[str, ...]:
        """Puts back all until the next start, when ``follow`` brings here again what nobody has changed by then."""
        said: dict[str, list[str]] = {}
        async with self._one_at_a_time:
            for one in list(self._diverted.values()):
                if trouble := await self._rested(one):
                    said.setdefault(trouble, []).append(Holder(one.kind, one.sid, one.name, one.former).called)
        return _told(said)

    async def part(self) -> tuple[str, ...]:
        """The same, and waits for Twilio a moment, not for ever."""
        try:
            async with asyncio.timeout(PARTING):
                return await self.rest()
        except TimeoutError:
            return ("Twilio did not answer in time.",)

    async def _rested(self, one: Diversion) -> str:
        """One line's trouble keeps no other from being put back."""
        try:
            return await self._give_back(one, resting=True)
        except StoreError as error:
            return f"could not be given back. {error}"

    async def withdraw(self) -> None:
        """Nothing is to come here any more: puts back all. Returns once that is done, however long that takes."""
        try:
            while self.holds:
                await self._put_back()
                self._tried.set()
                if self.holds:
                    await asyncio.sleep(AGAIN)
        finally:
            self._tried.set()

    async def _put_back(self) -> None:
        try:
            for sid in self._resting.keys() - self._diverted.keys():
                await self._forget(sid)
            for sentence in await self.give_back():
                log.info("%s", sentence)
        except StoreError as error:
            log.error("what belongs to others could not be put back: %s", error)

    async def withdrawn(self) -> bool:
        """Waits for the next try of ``withdraw``, which is under way, or for its end; whether all is put back then."""
        self._tried.clear()
        if self.holds:
            await self._tried.wait()
        return not self.holds

    async def leave(self, line: str) -> None:
        """Somebody else's setting is accepted: it is neither changed nor complained of.

        What stands there by our own hand is still put back one day.
        """
        route = self.route_of(line)
        sid = route.holder.sid if route is not None else ""
        mine = self._diverted.get(sid)
        if route is not None and mine is not None and plain(route.holder.webhook.url) in mine.ours:
            await self._let_go({other.line for other in self.routes if other.holder.sid == sid})
            self.changed()
            return
        left = self._left | {line} | {other.line for other in self.routes if other.holder.sid == sid}

        def work(tx: Tx) -> None:
            diversions.forget(tx, sid)
            settings.put(tx, LEFT, sorted(left))

        await self._write(work)
        self._left = left
        self._diverted.pop(sid, None)
        self._resting.pop(sid, None)
        self._owed.pop(sid, None)
        self.changed()

    async def follow(self) -> None:
        """The public address has changed: what was diverted by us, and is still as we left it, follows it.

        Returns once that is done, however long Twilio cannot be reached.
        """
        await self._remind()
        for tries in count():
            wanted = self.wanted
            if wanted is None or not (self._diverted or self._resting):
                return
            async with self._one_at_a_time:
                done = all(
                    [await self._follow(one, wanted) for one in list(self._diverted.values())]
                    + [await self._resume(one, wanted) for one in list(self._resting.values())]
                )
            if done:
                await self._look_again()
                return
            await asyncio.sleep(min(AGAIN * 2 ** min(tries, 4), LONGEST))

    # -- one resource at a time --------------------------------------------------------------------------------------

    async def _bring(self, change: Change) -> str:
        gateway, holder = self._link.gateway, change.holder
        name = _named(change)
        if gateway is None:
            return f"{name} could not be changed: Twilio is not connected."
        new = holder.sid not in self._diverted
        try:
            # Where an answer was lost, it may be ours that stands there by now.
            wanted = self.wanted
            if wanted is None or ours_at(change.before, wanted) != change.after:
                return f"{name} was left alone, because the public address is another one by now. Look at it again."
            if await gateway.current(holder) not in {change.before, change.after}:
                return f"{name} was changed by somebody else just now, so it was left alone. Look at it again."
            await self._divert(gateway, holder, change.after)
        except GatewayError as error:
            if new and _settled(error):  # else nobody knows what stands there now
                await self._forget(holder.sid)
            return f"{name} could not be changed. {error}"
        return ""

    async def _give_back(self, one: Diversion, *, resting: bool = False) -> str:
        """What comes after its name where that could not be done, or ""."""
        gateway = self._link.gateway
        holder = Holder(one.kind, one.sid, one.name, one.former)
        if gateway is None:
            return "could not be given back: Twilio is not connected."
        try:
            current = await gateway.current(holder)
            still_ours = plain(current.url) in one.ours
            if still_ours and resting:  # cut short after Twilio has done it, that it rests is on the disk all the same
                await self._store.do(lambda tx: diversions.intend_rest(tx, one))
                self._resting[one.sid] = holder
            if still_ours:  # that it leaves texts to its numbers by now, somebody else has decided
                former = replace(one.former, defers=True) if current.defers else one.former
                await gateway.set_webhook(holder, former)
        except GatewayError as error:
            if not _settled(error):
                return f"could not be given back yet. {error}"
            await self._forget(one.sid)
            return "" if resting else f"could not be given back. {error}"  # what is gone keeps nobody from quitting
        if resting and still_ours:
            # Parting may be cut short at any moment; what was put back is written down all the same.
            await asyncio.shield(asyncio.ensure_future(self._write(lambda tx: diversions.rest(tx, one))))
            self._diverted.pop(one.sid, None)
            self._resting[one.sid] = holder
        elif still_ours or current == one.former:
            await self._forget(one.sid)
        else:
            await self._owe(holder)
        return ""

    async def _follow(self, one: Diversion, wanted: str) -> bool:
        gateway = self._link.gateway
        if gateway is None:
            return False
        try:
            found = await gateway.current(Holder(one.kind, one.sid, one.name, one.former))
            if _is_ours(found, one) and bare(found.url) != bare(wanted):
                await self._divert(gateway, Holder(one.kind, one.sid, one.name, found), ours_at(found, wanted))
        except StoreError as error:
            log.error("a changed address could not be set at Twilio: %s", error)
            return False
        except GatewayError as error:
            log.info("a changed address could not be set at Twilio: %s", error)
            return _settled(error)
        return True

    async def _resume(self, holder: Holder, wanted: str) -> bool:
        """Brings here again what was put back when quitting, if it is still as it was left."""
        gateway = self._link.gateway
        if gateway is None:
            return False
        try:
            current, mine = await gateway.current(holder), self._diverted.get(holder.sid)
            if mine is not None and current != holder.webhook and plain(current.url) in mine.ours:
                await self._write(lambda tx: diversions.stay(tx, holder.sid))  # it was not put back after all
            elif current == holder.webhook:
                await self._divert(gateway, holder, ours_at(holder.webhook, wanted))
            else:
                await self._owe(holder)
        except StoreError as error:
            log.error("what rested could not be brought here again: %s", error)
            return False
        except GatewayError as error:
            log.info("what rested could not be brought here again: %s", error)
            if not _settled(error):
                return False
            await self._forget(holder.sid)
        self._resting.pop(holder.sid, None)
        return True

    async def _divert(self, gateway: Gateway, holder: Holder, after: Webhook) -> None:
        """What stands there is on the disk before anything is changed."""
        at, url = now(), plain(after.url)
        self._diverted[holder.sid] = await self._write(lambda tx: diversions.put(tx, holder, url, at))
        self._resting.pop(holder.sid, None)
        self._owed.pop(holder.sid, None)
        await gateway.set_webhook(holder, after)

    async def _write(self, work: Callable[[Tx], T]) -> T:
        """Does ``work``, which changes what is ours; the reminder beside the database says the same then. What is only
        intended it need not know.
        """

        def both(tx: Tx) -> tuple[T, tuple[int, str]]:
            return work(tx), self._reminder.draft(tx)

        result, draft = await self._store.do(both)
        await asyncio.to_thread(self._reminder.write, *draft)
        return result

    async def _remind(self) -> None:
        """Writes down what an earlier version has not, or a restore has brought."""
        try:
            await self._write(lambda tx: None)
        except StoreError as error:
            log.warning("what is set at Twilio could not be looked up: %s", error)

    async def _forget(self, sid: str) -> None:
        await self._write(lambda tx: diversions.forget(tx, sid))
        self._diverted.pop(sid, None)
        self._resting.pop(sid, None)
        self._owed.pop(sid, None)

    async def _owe(self, former: Holder) -> None:
        """Another's setting stands there and is left alone; the shop's own is kept, should it be brought here again."""
        at = now()
        await self._write(lambda tx: diversions.owe(tx, former, at))
        self._diverted.pop(former.sid, None)
        self._resting.pop(former.sid, None)
        self._owed[former.sid] = former.webhook

    async def _settle(self) -> None:
        """Nothing is owed where the shop's own stands again."""
        try:
            for route in self.routes:
                if self._owed.get(route.holder.sid) == route.holder.webhook:
                    await self._forget(route.holder.sid)
        except StoreError as error:
            log.error("what stands there again could not be noted: %s", error)

    def _own(self, holder: Holder) -> Webhook | None:
        """What the shop had there, where somebody has set something else since."""
        mine = self._diverted.get(holder.sid)
        if mine is None:
            return self._owed.get(holder.sid)
        return None if holder.webhook == mine.former or plain(holder.webhook.url) in mine.ours else mine.former

    async def _leave_none(self, lines: Collection[str]) -> None:
        if self._left & set(lines):
            self._left -= set(lines)
            await self._store.do(lambda tx: settings.put(tx, LEFT, sorted(self._left)))

    async def _look_again(self) -> None:
        try:
            await self.look()
        except GatewayError as error:
            log.info("the routes could not be looked at: %s", error)


def _is_ours(webhook: Webhook, mine: Diversion) -> bool:
    """Whether it stands as we have set it."""
    return plain(webhook.url) in mine.ours and not webhook.defers


def _settled(error: GatewayError) -> bool:
    """Whether there is nothing left at Twilio that could be ours; any other refusal may pass, or be a stranger's."""
    return isinstance(error, NotThere)


def _named(change: Change) -> str:
    return _called(change.holder) if change.holder.is_shared else display(change.lines[0])


def _called(holder: Holder) -> str:
    return f"The {holder.called}"


def _told(said: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """A sentence for each trouble, with all that have it."""
    return tuple(f"{_all_called(names)} {trouble}" for trouble, names in said.items())


def _all_called(names: Sequence[str]) -> str:
    """“The number “Shop””, “The number “Shop” and the number “Office””, “The number “Shop” and 4 others”."""
    first, *others = names
    if not others:
        return f"The {first}"
    if len(others) > MOST_NAMED:
        return f"The {first} and {len(others)} others"
    *between, last = others
    return f"The {', the '.join([first, *between])} and the {last}"
