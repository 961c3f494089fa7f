"""How our lines are registered with US carriers: looked up at start, daily and on demand, kept, and told."""

import asyncio
import logging
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sms_desktop.domain import standings
from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.campaign import CampaignForm
from sms_desktop.domain.errors import GatewayError, NotAllowed, NotConfigured
from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.line import Line
from sms_desktop.domain.registration import UNSEEN, Brand, Campaign, Kind, Known, Tone, Unsettled, Verification
from sms_desktop.domain.registrationreport import Caution, Report, caution_of, report_of
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.gateway.registration import Registrar
from sms_desktop.services import registrationnews
from sms_desktop.services.clock import now
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.wake import woken
from sms_desktop.store import registration
from sms_desktop.store import registrationforms as forms
from sms_desktop.store.registration import Record, Told
from sms_desktop.store.registrationforms import Form, Sent
from sms_desktop.store.store import Store

log = logging.getLogger(__name__)

FIRST = 20.0
"""Seconds after the start until the first look: there is enough to do before."""
DAILY, WAITING, AGAIN = 86400.0, 3600.0, 600.0
"""Seconds from one look to the next, where something is in review, and after one that failed."""
AT_ONCE = 4
"""Services that are asked about at the same time: texts leave by the same connections."""
LOST = (5.0, 20.0, 60.0, 120.0, 300.0, 600.0)
"""Seconds after which it is looked for what was sent in and not answered."""
SURE = timedelta(minutes=10)
"""How long after it was sent in what is still not there surely was not taken."""
OFF_BY = timedelta(minutes=2)
"""Up to which something may seem to be older than the request that made it."""
LISTS = {Kind.BRAND: "brands", Kind.CAMPAIGN: "campaigns", Kind.VERIFICATION: "verifications"}
"""In which of Twilio's lists each is found, by the fields of ``Known``."""
_UNUSED = frozenset({"FAILED", "DELETION_PENDING", "DELETION_FAILED"})
LOOKED_FOR = "Twilio’s answer was lost. It may have been registered; Twilio is asked until that is clear."


@dataclass(slots=True)
class RegistrationWatch:
    """``trouble`` is why the last look or a part of it failed, or ""; ``busy``: Twilio is being asked."""

    _store: Store
    _link: Link
    _lines: Lines
    known: Known = UNSEEN
    busy: bool = False
    trouble: str = ""
    _sent: tuple[Sent, ...] = ()
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self) -> None:
        """What was known when the program ran last."""
        self.known, self._sent = await self._store.read(lambda db: (registration.read(db), forms.sent(db)))

    def report(self, line: Line) -> Report:
        """How that line is registered, as far as is known."""
        return report_of(line, self.known, now())

    def reports(self) -> tuple[Report, ...]:
        """Of all lines in use; those that need something come first, and before these what went wrong."""
        order = (Tone.BAD, Tone.WAITING, Tone.NONE, Tone.GOOD)
        found = [self.report(line) for line in self._lines.known()]
        return tuple(sorted(found, key=lambda one: (order.index(one.standing.tone), not one.standing.went_wrong)))

    def caution(self, line: str, peer: str) -> Caution | None:
        """What is to be said before a text from ``line`` to ``peer``; None: nothing, as where nothing is known."""
        found = self._lines.get(line)
        return None if found is None else caution_of(self.report(found), peer)

    @property
    def unsettled(self) -> tuple[Unsettled, ...]:
        """What was sent in, and whose answer was lost."""
        return tuple(Unsettled(one.kind, one.key, one.at, LOOKED_FOR) for one in self._sent)

    def came_of(self, kind: Kind, key: str, form: Form, at: datetime) -> Record | None:
        """What came of a form that was sent in at that time and not answered, as far as is known by now."""
        return self._found(Sent(kind, key, form, at))

    def told(self, event: RegistrationsChanged) -> None:
        """The store has it: whoever hears of it as well, and later, asks here how it is."""
        self.known = event.known

    def account_changed(self) -> None:
        """There is an account to ask, or another one."""
        self._wake.set()

    def returned(self) -> None:
        """Twilio can be reached again: what could not be asked is asked now."""
        if self.trouble or self._sent:
            self._wake.set()

    async def run(self) -> None:
        """Looks at start, daily, more often while something is in review or in doubt, until cancelled."""
        self._wake.clear()
        await woken(self._wake, None if self._link.gateway is None else 0.0 if self._sent else FIRST)
        while True:
            try:
                pause = await self._look()
            except Exception:  # a full disk must not end it for good
                log.exception("looking up the registrations stumbled")
                pause = AGAIN
            await woken(self._wake, pause)

    async def refresh(self) -> Known:
        """Asks Twilio. Raises GatewayError where it did not answer at all; what was known stays known."""
        async with self._looking:
            self.busy = True
            try:
                told = await self._ask(self._registrar())
            finally:
                self.busy = False
            before, at = self.known, now()
            failed = [one.trouble for one in told.values() if one.kept]
            self.trouble = failed[0] if failed else ""
            if len(failed) == len(told):
                raise GatewayError(self.trouble)
            news = registrationnews.between(before, told, self._lines.known(), self._lines.name_of)
            self.known = await self._store.do(lambda tx: registration.save(tx, told, at, news))
            await self._settle(told)
        return self.known

    def _registrar(self) -> Registrar:
        if self._link.gateway is None:
            raise NotConfigured("Connect a Twilio account first.")
        return self._link.gateway.registrar

    async def _look(self) -> float:
        """Gives the seconds until the next look."""
        if self._link.gateway is None:
            return DAILY
        try:
            await self.refresh()
        except (GatewayError, NotConfigured) as error:  # the account may go while one waits for one's turn
            log.info("the registrations could not be looked up: %s", type(error).__name__)
            return LOST[2] if self._sent else AGAIN
        if self._sent:
            age = (now() - self._sent[0].at).total_seconds()
            return next((at - age for at in LOST if at > age), LOST[-1])
        return WAITING if self._waits() else DAILY

    def _waits(self) -> bool:
        standing = [
            *map(standings.of_brand, self.known.brands or ()),
            *map(standings.of_campaign, self.known.campaigns or ()),
            *(standings.of_verification(one, now()) for one in self.known.verifications or ()),
        ]
        return any(one.tone is Tone.WAITING for one in standing)

    async def _ask(self, desk: Registrar) -> dict[str, Told]:
        brands_, pools, verifications = await asyncio.gather(
            _told(desk.brands()), _told(desk.pools()), _told(desk.verifications())
        )
        found: list[Campaign] = []
        gate = asyncio.Semaphore(AT_ONCE)

        async def campaigns_of(pool: Record) -> Told:
            async with gate:
                return await _told(desk.campaigns(pool.sid))

        of_services = await asyncio.gather(*map(campaigns_of, pools.records or ()))
        campaigns_ = Told(None, pools.trouble, pools.kept)
        if pools.records is not None:
            failed = next((one for one in of_services if one.records is None), None)
            for one in of_services:
                found += [record for record in one.records or () if isinstance(record, Campaign)]
            campaigns_ = failed or Told(tuple(found))
        return {"brands": brands_, "pools": pools, "campaigns": campaigns_, "verifications": verifications}

    async def _settle(self, told: Mapping[str, Told]) -> None:
        """What was sent in without an answer: found, or surely not taken. A list that was not told now, and is kept as
        it was, says neither.
        """
        for one in self._sent:
            if told[LISTS[one.kind]].records is None:
                continue
            if self._found(one) is not None:
                await self._drop(one.kind, one.key)
            elif now() - one.at >= SURE:
                await self._store.do(lambda tx, one=one: forms.give_up(tx, one.kind, one.key))  # type: ignore[misc]
                await self._recall()

    def _found(self, sent: Sent) -> Record | None:
        since = sent.at - OFF_BY
        match sent.form:
            case BrandForm():
                return of_form(sent.form, self.known.brands or (), since)
            case CampaignForm():
                mine = [
                    one
                    for one in self.known.campaigns or ()
                    if one.service == sent.key and sent.brand in {"", one.brand}
                ]
                return next((one for one in mine if says_the_same(one, sent.form) and _is_new(one, since)), None)
            case TollFreeForm():
                line = self._lines.get(sent.key)
                mine_ = [one for one in self.known.verifications or () if line and one.number_sid == line.sid]
                return next((one for one in mine_ if _is_new(one, since)), None)

    async def _drop(self, kind: Kind, key: str) -> None:
        await self._store.do(lambda tx: forms.drop(tx, kind, key))
        await self._recall()

    async def _recall(self) -> None:
        self._sent = await self._store.read(forms.sent)


def of_form(form: BrandForm, found: Iterable[Brand], since: datetime | None) -> Brand | None:
    """The brand that was made by the form: one in use, or one that was made since then."""
    for one in found:
        same = (one.profile, one.a2p_profile) == (form.profile.strip(), form.a2p_profile.strip())
        new = since is not None and one.created is not None and one.created >= since
        if same and (one.kind, one.mock) == (form.kind, form.mock) and (new or one.status not in _UNUSED):
            return one
    return None


def says_the_same(campaign: Campaign, form: CampaignForm) -> bool:
    """Whether the campaign was made by that form, as far as can be told."""
    told = (form.usecase, form.description.strip(), form.flow.strip())
    return (campaign.usecase, campaign.description.strip(), campaign.flow.strip()) == told


def _is_new(one: Campaign | Verification, since: datetime) -> bool:
    return one.created is None or one.created >= since


async def _told(answer: Awaitable[Iterable[Record]]) -> Told:
    try:
        return Told(tuple(await answer))
    except NotAllowed as error:
        return Told(None, str(error))
    except GatewayError as error:
        return Told(None, str(error), kept=True)
