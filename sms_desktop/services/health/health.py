"""The rounds: what can be seen from here is told at once, what must be asked for is asked for every minute or so."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sms_desktop.domain.account import CredentialHome, KeyringState
from sms_desktop.domain.alert import Alert
from sms_desktop.domain.errors import GatewayError, NotConfigured, SmsDesktopError, StoreError
from sms_desktop.domain.events import (
    CatchUpChanged,
    HealthChanged,
    LinesChanged,
    MessageChanged,
    ReceivingChanged,
    RegistrationsChanged,
    RepliesChanged,
)
from sms_desktop.domain.health import Check, Health
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.light import Light
from sms_desktop.domain.line import addresses_of
from sms_desktop.domain.message import Doubt
from sms_desktop.domain.receiving import Reach, WayIn
from sms_desktop.domain.registrationreport import Report
from sms_desktop.domain.routing import Route
from sms_desktop.gateway.public_address import signed_base
from sms_desktop.services.account import AccountService
from sms_desktop.services.catchup import CatchUp
from sms_desktop.services.clock import corrected, now
from sms_desktop.services.connection import Connection
from sms_desktop.services.doubts import Doubts
from sms_desktop.services.health import registration, rows
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.receiving import ReceivingService
from sms_desktop.services.routing import RoutingService
from sms_desktop.store import condition, forgotten, messages, summary
from sms_desktop.store.condition import Condition, Room
from sms_desktop.store.forgotten import Recall
from sms_desktop.store.store import Store

T = TypeVar("T")

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between rounds."""
CLOSELY = 5.0
"""Between looks at the disk while there is little room on it."""
SELDOM = timedelta(minutes=5)
"""Between looks at what costs Twilio more: its alerts."""
LONG_AGO = 3 * SELDOM
"""What Twilio told then says nothing of now."""
DAY = timedelta(days=1)
SOON = 0.3
"""Seconds that news is gathered before rows are told anew."""


@dataclass(slots=True)
class _Found:
    """What the last looks found."""

    keyring: KeyringState | None = None
    kept: bool = True
    looped: rows.Tested | None = None
    picture: rows.Tested | None = None
    alerts: tuple[Alert, ...] = ()
    alerts_at: datetime | None = None
    condition: Condition | None = None
    messages: int = 0
    room: Room | None = None
    last_inbound: datetime | None = None
    in_doubt: int = 0
    forgotten: Recall = Recall.ALL
    entered_lost: bool = False
    nameless: tuple[str, ...] = ()


class HealthService:
    """``run`` it; ``check`` makes a round at once. Where ``demo``, nothing of the real world is looked at."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        link: Link,
        lines: Lines,
        account: AccountService,
        routing: RoutingService,
        receiving: ReceivingService,
        catchup: CatchUp,
        doubts: Doubts,
        connection: Connection,
        *,
        demo: bool = False,
    ) -> None:
        self._store, self._hub, self._link, self._lines = store, hub, link, lines
        self._account, self._routing, self._receiving = account, routing, receiving
        self._catchup, self._connection, self._demo = catchup, connection, demo
        self._doubts = doubts
        self._found = _Found()
        self._addresses: set[str] = set()
        self._wake = asyncio.Event()
        self._whole = self._counted = self._disk = False
        self._round_lock = asyncio.Lock()
        self.state = Health()
        self.backup_trouble: Callable[[], str] = str
        """Why the last backup could not be made, or ""."""
        self.reports: Callable[[], Sequence[Report]] = tuple
        """How the lines in use are registered with US carriers."""
        self.nameless: Callable[[], Awaitable[Sequence[str]]] = _none
        """The lines on which what we answer to keywords does not name the business."""
        hub.subscribe(ReceivingChanged, self._received)
        hub.subscribe(CatchUpChanged, self._caught_up)
        hub.subscribe(MessageChanged, self._message_changed)
        hub.subscribe(RegistrationsChanged, lambda event: self._count_soon())
        hub.subscribe(RepliesChanged, lambda event: self._count_soon())
        hub.subscribe(LinesChanged, lambda event: self._count_soon())

    async def run(self) -> None:
        """Rounds until cancelled, and the rows anew when something has happened in between."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            try:
                if loop.time() >= due or self._whole:
                    await self._round()
                    due = loop.time() + EVERY
                else:
                    if self._disk:
                        self._disk = False
                        await self._look_at_disk()
                    if self._counted:  # how many there are and when the last came is another by now
                        self._counted = False
                        await self._count()
                    if self._found.room is not None and self._found.room.free < rows.LITTLE_ROOM:
                        await self._look_at_disk()
                    self._tell()
            except Exception:
                log.exception("looking at line health stumbled")
                due = loop.time() + EVERY
            scarce = self._found.room is not None and self._found.room.free < rows.LITTLE_ROOM
            wait = min(due - loop.time(), CLOSELY) if scarce else due - loop.time()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.05, wait)):
                    await self._wake.wait()
            if self._wake.is_set() and not self._whole:
                await asyncio.sleep(SOON)
            self._wake.clear()

    def look_soon(self) -> None:
        """Something has happened after which a whole round is worth while."""
        self._whole = True
        self._wake.set()

    def renew(self) -> None:
        """Other credentials are in use, or none: what was known by the former ones is told no more."""
        if self.state.checked_at is not None:
            self._tell()
        self.look_soon()

    def look_at_disk_soon(self) -> None:
        """The store refused something: there may be no room any more."""
        self._disk = True
        self._wake.set()

    def tell_soon(self) -> None:
        """Something has happened that is known here already."""
        self._wake.set()

    async def check(self) -> Health:
        """A round of all checks, the account anew among them; raises nothing that Twilio or the network does."""
        await asyncio.gather(self._connection.look_once(), self._round(self._routing.look))
        self._tell()
        return self.state

    async def _round(self, look: Callable[[], Awaitable[Sequence[Route]]] | None = None) -> None:
        """What the connection does not look at every few seconds itself; ``look`` asks where texts go."""
        async with self._round_lock:
            self._whole = False
            await asyncio.gather(
                self._look_at_keyring(), self._look_at_routes(look or self._routing.glance), self._look_at_address(),
                self._look_at_alerts(), self._look_at_disk(), self._look_at_database(),
            )  # fmt: skip
            self._tell(checked_at=now())

    def report(self) -> str:
        """All rows as plain text for whoever helps; numbers are cut short and there are no secrets."""
        from sms_desktop.log import redact

        marks = {Light.OK: "ok  ", Light.WARN: "look", Light.BAD: "BAD ", Light.OFF: "-   "}
        told = []
        for check in self.state.checks:
            title = f"Line …{check.key[-4:]}" if check.key.startswith(("line:", "registration:")) else check.title
            parts = [check.sentence, *([check.advice] if check.advice else []), *check.details]
            told.append(redact(f"{marks[check.light]}  {title}: {' · '.join(parts)}"))
        return "\n".join(told)

    # -- looking -------------------------------------------------------------------------------------------------------

    async def _look_at_keyring(self) -> None:
        if not self._demo and self._account.home is not CredentialHome.ENVIRONMENT:
            self._found.keyring = await self._account.keyring()
            self._found.kept = await self._account.kept()

    async def _look_at_routes(self, look: Callable[[], Awaitable[Sequence[Route]]]) -> None:
        gateway = self._link.gateway
        if gateway is not None and not self._demo:
            try:
                routes = await look()
                if any(self._lines.is_news(route) for route in routes):
                    await self._lines.refresh()
            except GatewayError:
                pass  # told by the row of the account
            except StoreError as error:  # told by the rows of the disk and the database; Twilio has been asked
                log.warning("a line that is new could not be noted: %s", error)
            if gateway is self._link.gateway:
                self._tell()
                self._connection.routed()

    async def _look_at_address(self) -> None:
        way = self._receiving.state
        if way.public_url is None or way.way is WayIn.POLLING or self._link.credentials is None:
            self._found.looped = self._found.picture = None
            return
        self._addresses.add(signed_base(way.public_url))
        self._found.looped = await _tested(self._receiving.loop_back())
        if self._found.looped is not None and not self._found.looped.error:
            self._found.picture = await _tested(self._receiving.fetch_picture())

    async def _look_at_alerts(self) -> None:
        gateway, at = self._link.gateway, now()
        if gateway is None or self._demo:
            return
        if self._found.alerts_at is not None and at - self._found.alerts_at < SELDOM:
            return
        with contextlib.suppress(GatewayError):
            self._found.alerts = await gateway.alerts(at - DAY)
            self._found.alerts_at = at

    async def _look_at_disk(self) -> None:
        try:
            self._found.room = await asyncio.to_thread(condition.room, self._store.path)
        except OSError as error:
            log.info("the disk could not be looked at: %s", error.strerror)

    async def _look_at_database(self) -> None:
        found, last = self._found, self._found.condition
        try:
            await self._count()
            if last is None or last.trouble or datetime.now(UTC) - last.checked_at > DAY:
                found.condition = await self._store.read(condition.check)
        except StoreError as error:
            found.condition = Condition(found.messages, str(error), datetime.now(UTC))

    async def _count(self) -> None:
        self._found.messages = await self._store.read(condition.count)
        self._found.last_inbound = await self._store.read(messages.last_inbound_at)
        self._found.in_doubt = await self._store.read(summary.doubts)
        used = addresses_of(self._lines.known())
        self._found.forgotten = await self._store.read(lambda db: forgotten.recall(db, used))
        lost_words = await self._store.read(forgotten.of)
        self._found.entered_lost = lost_words is not None and lost_words.entered_lost
        self._found.nameless = tuple(await self.nameless())

    # -- telling -------------------------------------------------------------------------------------------------------

    def _caught_up(self, event: CatchUpChanged) -> None:
        progress = event.progress
        lost = self._found.forgotten is not Recall.ALL
        self._counted = self._counted or ((progress.added > 0 or lost) and not progress.running)
        self._disk = self._disk or (self._found.room is not None and self._found.room.free < rows.NO_ROOM)
        self.tell_soon()

    def _count_soon(self) -> None:
        self._counted = True
        self.tell_soon()

    def _message_changed(self, event: MessageChanged) -> None:
        if event.message.doubt is Doubt.OVER or (self._found.in_doubt and event.message.outbound):
            self._count_soon()

    def _received(self, event: ReceivingChanged) -> None:
        if event.receiving.reach is not Reach.UP:
            self._found.looped = self._found.picture = None
            self.tell_soon()
        else:
            self.look_soon()

    def _tell(self, *, checked_at: datetime | None = None) -> None:
        state = Health(tuple(self._rows()), checked_at or self.state.checked_at)
        if state != self.state:
            self.state = state
            self._hub.publish([HealthChanged(state)])

    def _rows(self) -> list[Check]:
        found, way, connection = self._found, self._receiving.state, self._connection
        at, progress, refused = now(), self._catchup.progress, connection.refuses_account
        checks: list[Check] = []
        if found.keyring is not None:
            checks.append(rows.keyring(found.keyring, self._account.home, kept=found.kept))
        checks.append(
            rows.account(
                self._account.identity,
                connection.trouble,
                connection.refusal,
                connection.refused_by,
                connection.outside,
            )
        )
        if (door := rows.door(connection.port_trouble)) is not None:
            checks.append(door)
        if not self._demo:
            checks += self._line_rows(refused=refused)
            checks += self._registration_rows()
        if found.nameless:
            checks.append(rows.nameless([self._lines.name_of(line) for line in found.nameless]))
        looped = found.looped and replace(found.looped, at=corrected(found.looped.at))
        checks.append(rows.address(way, looped, at))
        checks.append(rows.pictures(way, found.picture))
        complete_to = progress.complete_to
        checks.append(
            rows.complete(
                progress,
                found.last_inbound,
                at,
                _moment(complete_to, at),
                _when(found.last_inbound, at),
                refused=refused,
                connected=self._link.gateway is not None,
            )
        )
        if (in_doubt := rows.texts(found.in_doubt)) is not None:
            checks.append(in_doubt)
        if found.forgotten is not Recall.ALL:
            fetching = found.forgotten is Recall.FETCHED
            checks.append(rows.words(fetching=fetching, entered_lost=found.entered_lost))
        concerning = [alert for alert in found.alerts if self._concerns_us(alert)]
        if not self._demo:
            told_at = found.alerts_at
            asked = told_at is not None and at - told_at < LONG_AGO and not refused and not connection.refusal
            checks.append(
                rows.reported(
                    concerning, complete_to, _span(concerning, at), at, asked=asked, last=_last(concerning, at)
                )
            )
            checks.append(rows.unsigned(self._doubts.counts, at, self._account.set_outside()))
            gateway = self._link.gateway
            checks.append(rows.clock(gateway.clock_ahead if gateway is not None else None))
        newest = found.room.newest_backup if found.room else None
        checked = _moment(corrected(found.condition.checked_at) if found.condition else None, at)
        backup = _moment(corrected(newest) if newest else None, at)
        checks.append(
            rows.database(found.condition, found.messages, found.room, checked, backup, self.backup_trouble())
        )
        checks.append(rows.disk(found.room))
        return checks

    def _line_rows(self, *, refused: bool) -> list[Check]:
        """None where no account is connected: what was known then need not be so any more."""
        used, routing = {line.address: line for line in self._lines.known()}, self._routing
        if self._link.gateway is None:
            return []
        if not routing.looked:
            return [rows.unasked(line, self._lines.name_of(line)) for line in used]
        return [
            rows.line(route, routing.state(route), self._receiving.state, left=routing.is_left(route.line),
                      refused=refused, name=self._lines.name_of(route.line))
            for route in routing.routes
            if route.line in used
        ]  # fmt: skip

    def _registration_rows(self) -> list[Check]:
        if self._link.gateway is None:
            return []
        return [found for report in self.reports() if (found := registration.row(report)) is not None]

    def _concerns_us(self, alert: Alert) -> bool:
        """Whether it was our address that Twilio called; other programs of the account have their own troubles."""
        return any(alert.url.startswith(f"{ours}/") for ours in self._addresses) or self._routing.was_ours(alert.url)


async def _none() -> tuple[str, ...]:
    return ()


async def _tested(test: Awaitable[int]) -> rows.Tested | None:
    """Its time by this computer's clock: how wrong that is may be known only later."""
    try:
        return rows.Tested(datetime.now(UTC), await test)
    except NotConfigured:
        return None
    except SmsDesktopError as error:
        return rows.Tested(datetime.now(UTC), error=str(error))


def _moment(at: datetime | None, here: datetime) -> str:
    """A time in words, in this computer's zone: “14:32”, or with the day where that is another one."""
    if at is None:
        return ""
    local, today = at.astimezone(), here.astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%B} {local:%H:%M}"


def _when(at: datetime | None, here: datetime) -> str:
    """“at 14:32”, or “on 3 June at 14:32” where that is another day."""
    if at is None:
        return ""
    local, today = at.astimezone(), here.astimezone()
    day = "" if local.date() == today.date() else f"on {local.day} {local:%B} "
    return f"{day}at {local:%H:%M}"


def _last(alerts: list[Alert], here: datetime) -> dict[int, str]:
    """By their codes, when they last were, in words."""
    return {one.code: _when(one.at, here) for one in sorted(alerts, key=lambda one: one.at)}


def _span(alerts: list[Alert], here: datetime) -> str:
    if not alerts:
        return ""
    times = [alert.at for alert in alerts]
    first, last = _moment(min(times), here), _moment(max(times), here)
    return _when(min(times), here) if first == last else f"from {first} to {last}"
