"""Posts that Twilio did not sign: not believed, and not thrown away.

The message that one names is asked for at Twilio, with our own credentials, and what Twilio has is stored as catching
up would: so a token that was changed, or an address that we were not told of, loses nothing and lets nobody in. What
Twilio does not have was forged. Nothing of the post but that SID is ever used.

Strangers can post as much as they like; so one SID a second is asked for, few wait, and where more come than that the
whole list is asked for instead: one question finds all that is genuine, however much is not. Nothing of this is kept
over a restart, nor needs to be: a message that was not asked for is on the list of the next round.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.errors import GatewayError, StoreError, WrongCredentials
from sms_desktop.domain.message import Direction, ListedMessage
from sms_desktop.services.catchup import TOLD_LATE
from sms_desktop.services.clock import now
from sms_desktop.services.inbox import refused_before
from sms_desktop.services.intake import is_whole, take_in
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.replying import Replier
from sms_desktop.services.wake import woken
from sms_desktop.store import messages, settings
from sms_desktop.store.store import Store, Tx

if TYPE_CHECKING:
    from sms_desktop.gateway.form import Claim

log = logging.getLogger(__name__)

EACH = 1.0
"""Seconds between two questions about one message."""
MOST = 32
"""SIDs that wait."""
MANY = 8
"""From so many on that wait, the list is asked for as well: nobody's text waits for strangers' to be looked at."""
ROUND = 20.0
"""Seconds that lie at least between two lists for that reason."""
REST = 10.0
"""Seconds after which the same message may be asked for again: callbacks about one come one after the other."""
UNREACHED = (5.0, 10.0, 20.0, 30.0)
"""Seconds of rest while Twilio cannot be asked."""
KNOWN_FORGED = 10_000
"""Forged SIDs that are remembered, so that Twilio is not asked again."""
RECENT = timedelta(days=1)
"""An older message is no news: whoever posts its SID brings nothing back."""
DAY = 24
"""Hours of which is told."""
NOTED_EVERY = 10.0
"""Seconds between writing down how many there were."""
COUNTS = "unsigned_posts"
"""The setting that holds them, for a command beside us."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the last 24 hours: posts that were ``forged``, messages whose posts were ``genuine`` all the same, and posts
    that came too fast to be asked for one by one (``crowded``); when the last forged and the last genuine one came, in
    UTC. ``genuine_at`` is None where the token has been set right since.
    """

    forged: int = 0
    genuine: int = 0
    crowded: int = 0
    forged_at: datetime | None = None
    genuine_at: datetime | None = None


@dataclass(slots=True)
class _Waiting:
    not_before: float
    token: str = field(repr=False)
    """That it was not signed with."""
    posts: int = 1


class Doubts:
    """``hear`` of them; ``run`` it. ``crowd`` is called where the whole list is to be asked for, ``media_arrived`` when
    there are pictures to fetch, ``changed`` when ``counts`` are other ones.
    """

    def __init__(
        self, store: Store, link: Link, lines: Lines, crowd: Callable[[], None], media_arrived: Callable[[], None]
    ) -> None:
        self._store, self._link, self._lines = store, link, lines
        self._crowd, self._media_arrived = crowd, media_arrived
        self.changed: Callable[[], None] = lambda: None
        self.replier: Replier | None = None
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._asked: OrderedDict[str, float] = OrderedDict()
        self._forged: OrderedDict[str, None] = OrderedDict()
        self._hours: dict[str, list[int]] = {}
        self._forged_at: datetime | None = None
        self._genuine_at: datetime | None = None
        self._wrong_token: str | None = None
        """The one that the last genuine post was not signed with; None: that is not known."""
        self._crowded_at = float("-inf")
        self._failures = 0
        self._unnoted = False
        self._noted_at = float("-inf")
        self._wake = asyncio.Event()

    @property
    def counts(self) -> Counts:
        """As they are now."""
        since = _hour(now() - timedelta(hours=DAY - 1))
        forged, genuine, crowded = (sum(h[n] for key, h in self._hours.items() if key >= since) for n in range(3))
        set_right = self._wrong_token is not None and self._token != self._wrong_token
        return Counts(forged, genuine, crowded, self._forged_at, None if set_right else self._genuine_at)

    @property
    def _token(self) -> str:
        """The one that posts are tried with."""
        return self._link.credentials.auth_token if self._link.credentials is not None else ""

    def hear(self, claim: "Claim | None") -> None:
        """A post was not signed, and names ``claim``; None: nothing that can be asked for."""
        if claim is None or claim.account_sid != self._link.account_sid or claim.sid in self._forged:
            self._count(forged=1)
            return
        loop = asyncio.get_running_loop()
        if (waits := self._waiting.get(claim.sid)) is not None:
            waits.posts += 1
            waits.token = self._token
        elif len(self._waiting) < MOST:
            asked = self._asked.get(claim.sid)
            self._waiting[claim.sid] = _Waiting(loop.time() if asked is None else asked + REST, self._token)
            self._wake.set()
        else:
            self._count(crowded=1)
        if len(self._waiting) >= MANY and loop.time() - self._crowded_at > ROUND:
            self._crowded_at = loop.time()
            log.warning("many webhooks were not signed: Twilio's list is asked for as a whole")
            self._crowd()

    async def recall(self) -> None:
        """How many there were, as was written down last."""
        found = await self._store.read(lambda db: settings.get(db, COUNTS, {}))
        self._hours = {str(hour): [int(n) for n in counted] for hour, counted in found.get("hours", {}).items()}
        self._forged_at, self._genuine_at = _moment(found.get("forged_at")), _moment(found.get("genuine_at"))

    async def run(self) -> None:
        """Asks about what was heard of until cancelled."""
        try:
            await self.recall()
        except StoreError as error:
            log.info("earlier counts could not be read: %s", error)
        while True:
            try:
                pause = await self._ask_next()
                await self._note()
            except Exception:
                log.exception("asking about unsigned webhooks stumbled")
                pause = UNREACHED[0]
            if pause is not None:
                await asyncio.sleep(pause)
                continue
            await woken(self._wake, NOTED_EVERY if self._unnoted else None)

    async def _ask_next(self) -> float | None:
        """Seconds until the next question; None: until something is heard."""
        if not self._waiting:
            return None
        gateway, time = self._link.gateway, asyncio.get_running_loop().time()
        sid = next((sid for sid, waits in self._waiting.items() if waits.not_before <= time), None)
        known = any(line.sid is not None for line in self._lines.offered())  # else nobody can say which lines are ours
        if sid is None or gateway is None or not known:
            return EACH
        try:
            found = await gateway.find(sid)
        except GatewayError as error:
            if error.transient or isinstance(error, WrongCredentials):  # with the right ones it can be asked for yet
                self._failures += 1
                log.info("an unsigned webhook could not be looked into: %s", error)
                return UNREACHED[min(self._failures, len(UNREACHED)) - 1]
            self._waiting.pop(sid)
            log.info("Twilio does not tell what an unsigned webhook is about: %s", error)
            return EACH
        self._failures = 0
        if found is not None and not is_whole(found, now()):
            self._waiting[sid].not_before = time + REST
            return EACH
        if found is not None:
            if gateway is not self._link.gateway:  # other credentials are in use by now
                return EACH
            await self._keep(found)  # before it is let go of: what cannot be stored now is tried again
        told = self._waiting.pop(sid)
        if found is None:
            log.warning("a forged webhook: Twilio has no message %s", sid)
            _remember(self._forged, sid, None)
            self._count(forged=told.posts)
        else:
            again = sid in self._asked  # Twilio tries several times, and tells of one message more than once
            _remember(self._asked, sid, time)
            self._wrong_token = told.token
            self._count(genuine=0 if again else 1, heard=True)
        return EACH

    async def _keep(self, found: ListedMessage) -> None:
        at = now()
        wanted = at - found.at <= RECENT and bool(
            {found.line, found.service} & {*self._lines.listed(), *(line.address for line in self._lines.known())}
        )
        new = await self._store.do(lambda tx: _store_one(tx, found, at, self.replier, wanted=wanted))
        if new:
            log.info("a message came whose webhook was not signed as it should be")
        if new and found.num_media:
            self._media_arrived()

    def _count(self, *, forged: int = 0, genuine: int = 0, crowded: int = 0, heard: bool = False) -> None:
        """``heard``: a genuine one came, counted before or not."""
        at = now()
        hour = self._hours.setdefault(_hour(at), [0, 0, 0])
        for n, more in enumerate((forged, genuine, crowded)):
            hour[n] += more
        if forged:
            self._forged_at = at
        if heard:
            self._genuine_at = at
        if not self._unnoted:
            self._unnoted = True
            self._wake.set()

    async def _note(self) -> None:
        """Writes down and tells what was counted, now and then: a flood of posts is no flood of commits."""
        time = asyncio.get_running_loop().time()
        if not self._unnoted or time - self._noted_at < NOTED_EVERY:
            return
        self._noted_at = time
        since = _hour(now() - timedelta(hours=DAY - 1))
        self._hours = {hour: counted for hour, counted in self._hours.items() if hour >= since}
        genuine_at = self.counts.genuine_at
        value = {
            "hours": self._hours,
            "forged_at": self._forged_at and self._forged_at.isoformat(),
            "genuine_at": genuine_at and genuine_at.isoformat(),
        }
        counted = sum(map(sum, self._hours.values()))
        await self._store.do(lambda tx: settings.put(tx, COUNTS, value))
        self._unnoted = counted != sum(map(sum, self._hours.values()))
        self.changed()


def _store_one(tx: Tx, found: ListedMessage, at: datetime, replier: Replier | None, *, wanted: bool) -> bool:
    """Whether it is new. A message that is here already learns; another is kept only where it is ``wanted``."""
    mine = messages.by_sid(tx.db, found.sid)
    if mine is None and not wanted:
        return False
    new = take_in(tx, [found], lambda one: _origin(one, at), at, replier=replier)
    if not new and mine is not None:
        refused_before(tx, found, mine)
    return bool(new)


def _origin(one: ListedMessage, at: datetime) -> Origin | None:
    if one.direction is Direction.OUTBOUND:
        return Origin.ELSEWHERE
    return Origin.UNREACHED if at - one.at > TOLD_LATE else None


def _remember(among: OrderedDict[str, Any], sid: str, value: Any) -> None:
    among[sid] = value
    among.move_to_end(sid)
    if len(among) > KNOWN_FORGED:
        among.popitem(last=False)


def _hour(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
