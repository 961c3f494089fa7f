"""Registering our lines with US carriers, step by step.

Twilio knows no key by which the same request is recognised. So that nothing is registered (and billed) twice, what
there is is looked at before anything is made; that a form is about to be sent in is committed first; and where no
answer came, it is looked for until it is found, or surely was not taken.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sms_desktop.domain import brand as brands
from sms_desktop.domain import campaign as campaigns
from sms_desktop.domain import standings, tollfree
from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.campaign import CampaignForm, Problem
from sms_desktop.domain.errors import BadInput, GatewayError, NotThere, Uncertain
from sms_desktop.domain.registration import Brand, Campaign, Kind, SenderPool, Verification
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.gateway.registration import Registrar, Usecase
from sms_desktop.services import replying
from sms_desktop.services.clock import now
from sms_desktop.services.registrationwatch import (
    LISTS,
    LOOKED_FOR,
    OFF_BY,
    SURE,
    RegistrationWatch,
    of_form,
    says_the_same,
)
from sms_desktop.store import consent, registration
from sms_desktop.store import registrationforms as forms
from sms_desktop.store.registration import Record
from sms_desktop.store.registrationforms import Form

T = TypeVar("T")
R = TypeVar("R", Brand, Campaign, Verification)


@dataclass(slots=True)
class Registrations(RegistrationWatch):
    """``load`` what is known, ``run`` it. ``ours`` tells whether texts that go to an address come here."""

    ours: Callable[[str], bool] = lambda url: False
    _sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def usecases(self, service: str, brand: str) -> tuple[Usecase, ...]:
        """What a campaign of that brand may be for. Raises GatewayError."""
        return await self._registrar().usecases(service, brand)

    async def create_service(self, name: str) -> SenderPool:
        """A Messaging Service, which leaves inbound texts to each number; the one of that name, where there is one.

        Raises BadInput or GatewayError.
        """
        name = " ".join(name.split())
        if not 1 <= len(name) <= 64:
            raise BadInput("Give the Messaging Service a name of at most 64 characters.")
        async with self._sending:
            desk = self._registrar()
            found = next((one for one in await desk.pools() if one.name == name), None)
            pool = found or await desk.create_service(name)
            await self._add("pools", pool)
            return pool

    async def register_brand(self, form: BrandForm) -> Brand:
        """The brand of these profiles; the one that there is, where there is one. Raises BadInput or GatewayError, of
        which Uncertain tells that it may have been made: it is looked for.
        """
        _check(brands.problems(form))
        desk = self._registrar()

        async def there() -> Brand | None:
            return of_form(form, await desk.brands(), self._since(Kind.BRAND, ""))

        return await self._send_in(Kind.BRAND, "", form, there, lambda: desk.create_brand(form))

    async def register_campaign(self, service: str, brand: str, form: CampaignForm) -> Campaign:
        """The campaign of that Messaging Service; the one that there is, where it says the same. A rehearsal that is in
        the way of a real one is ended. Raises as ``register_brand``.
        """
        _check(campaigns.problems(form))
        desk = self._registrar()

        async def there() -> Campaign | None:
            return await self._in_the_way(desk, service, brand, form)

        return await self._send_in(
            Kind.CAMPAIGN, service, form, there, lambda: desk.create_campaign(service, brand, form), brand
        )

    async def resubmit_campaign(self, service: str, form: CampaignForm) -> Campaign:
        """Sends in again what was rejected, the campaign of that Messaging Service; what is in review again already is
        left alone. Raises as ``register_brand``; the same again is harmless.
        """
        _check(campaigns.problems(form, again=True))
        async with self._sending, self._looking:  # a look that began before would have it rejected again
            desk = self._registrar()
            known = next((one for one in self.known.campaigns or () if one.service == service), None)
            if known is None:
                raise BadInput("This campaign is not known. Look the registrations up again.")
            found = next((one for one in await desk.campaigns(service) if one.sid == known.sid), None)
            if found is None:
                raise NotThere("Twilio has this campaign no more.")
            if found.status == "FAILED":
                found = await self._uncertain(desk.update_campaign(service, found.sid, form))
                await self._drop(Kind.CAMPAIGN, service)
            await self._add("campaigns", found)
            return found

    async def add_number(self, line: str, service: str) -> None:
        """Adds our line to the pool of that Messaging Service; that it is there already is right, too.

        Raises BadInput where its inbound texts would go elsewhere then, or GatewayError.
        """
        number = await self._sid_of(line)
        async with self._sending:
            desk = self._registrar()
            pool = next((one for one in await desk.pools() if one.sid == service), None)
            if pool is None:
                raise NotThere("Twilio has this Messaging Service no more.")
            if number not in pool.senders:
                if not pool.defers and not self.ours(pool.inbound_url):
                    raise BadInput(
                        f"The Messaging Service “{pool.name}” takes in its numbers’ texts itself: they would not come "
                        "here any more. Set “Defer to sender’s webhook” on it in Twilio’s console first."
                    )
                await self._uncertain(desk.add_number(service, number))
                pool = next((one for one in await desk.pools() if one.sid == service), pool)
            await self._store.do(lambda tx: consent.set_services(tx, {line: service}))  # they share opt-outs by now
            await self._add("pools", pool)

    async def verify(self, line: str, form: TollFreeForm) -> Verification:
        """Asks for a verification of our toll-free line; the one that is under way or approved, where there is one.
        Raises as ``register_brand``.
        """
        _check(tollfree.problems(form))
        number, desk = await self._sid_of(line), self._registrar()

        async def there() -> Verification | None:
            since, found = self._since(Kind.VERIFICATION, line), await desk.verifications(number)
            open_ = next((one for one in found if one.status != "TWILIO_REJECTED"), None)
            if open_ is not None:
                return open_
            if any(standings.may_be_edited(one, now()) for one in found):
                raise BadInput("A verification of this number was rejected and can be put right. Do that instead.")
            return next((one for one in found if since and one.created and one.created >= since), None)

        return await self._send_in(Kind.VERIFICATION, line, form, there, lambda: desk.create_verification(number, form))

    async def reverify(self, sid: str, form: TollFreeForm) -> Verification:
        """Sends in again what was rejected. Raises as ``register_brand``; the same again is harmless."""
        _check(tollfree.problems(form))
        async with self._sending, self._looking:
            desk = self._registrar()
            found = next((one for one in await desk.verifications() if one.sid == sid), None)
            if found is None:
                raise NotThere("Twilio has this verification no more.")
            if found.status == "TWILIO_REJECTED":
                found = await self._uncertain(desk.update_verification(sid, form, tollfree.form_of(found)))
                await self._drop(Kind.VERIFICATION, self._address_of(found.number_sid))
            await self._add("verifications", found)
            return found

    async def draft(self, kind: Kind, key: str = "") -> Form | None:
        """What was filled in so far, or None."""
        return await self._store.read(lambda db: forms.get(db, kind, key))

    async def save_draft(self, kind: Kind, key: str, form: Form) -> None:
        """Raises StoreError."""
        at = now()
        await self._store.do(lambda tx: forms.put(tx, kind, key, form, at))

    async def drop_draft(self, kind: Kind, key: str = "") -> None:
        """The form is thrown away; one that was sent in and not answered is looked for all the same."""
        if not any((one.kind, one.key) == (kind, key) for one in self._sent):
            await self._drop(kind, key)

    async def business(self) -> str:
        """The business's name as it was entered for automatic replies, or ""."""
        return await self._store.read(replying.business)

    async def _send_in(
        self,
        kind: Kind,
        key: str,
        form: Form,
        there: Callable[[], Awaitable[R | None]],
        make: Callable[[], Awaitable[R]],
        brand: str = "",
    ) -> R:
        # A look that began before would keep what is no more, and not have what comes.
        async with self._sending, self._looking:
            found = await there()
            if found is None:
                at = now()
                if any((one.kind, one.key) == (kind, key) and at - one.at < SURE for one in self._sent):
                    raise Uncertain(LOOKED_FOR)
                await self._store.do(lambda tx: forms.send(tx, kind, key, form, at, brand))
                await self._recall()
                found = await self._made(kind, key, make)
            await self._done(kind, key, found)
            return found

    async def _made(self, kind: Kind, key: str, make: Callable[[], Awaitable[R]]) -> R:
        try:
            return await make()
        except Uncertain:
            self._wake.set()  # it is looked for from now on
            raise
        except GatewayError:
            await self._store.do(lambda tx: forms.give_up(tx, kind, key))
            await self._recall()
            raise

    async def _in_the_way(self, desk: Registrar, service: str, brand: str, form: CampaignForm) -> Campaign | None:
        """The campaign of the service that says the same. Raises BadInput for another one."""
        known = await desk.brands()
        chosen = next((one for one in known if one.sid == brand), None)
        if chosen is None:
            raise NotThere("Twilio has this brand no more.")
        for found in await desk.campaigns(service):
            if found.brand == brand and found.status != "FAILED" and says_the_same(found, form):
                return found
            if found.mock and not chosen.mock:
                await self._uncertain(desk.delete_rehearsal(service, found.sid))
                await self._remove("campaigns", found)
            elif found.status == "FAILED":
                raise BadInput(
                    "The campaign of this Messaging Service was rejected. Put it right, and send it in again."
                )
            else:
                raise BadInput("This Messaging Service has a campaign already. Choose another one.")
        return None

    def _since(self, kind: Kind, key: str) -> datetime | None:
        """From when on what is found may be what was sent in without an answer."""
        return next((one.at - OFF_BY for one in self._sent if (one.kind, one.key) == (kind, key)), None)

    async def _uncertain(self, answer: Awaitable[T]) -> T:
        """A change that may be made again without harm; where it is not clear whether it was, it is looked up soon."""
        try:
            return await answer
        except Uncertain:
            self._wake.set()
            raise

    async def _done(self, kind: Kind, key: str, made: Brand | Campaign | Verification) -> None:
        await self._drop(kind, key)
        await self._add(LISTS[kind], made)

    async def _add(self, name: str, record: Record) -> None:
        self.known = await self._store.do(lambda tx: registration.add(tx, name, record))
        self._wake.set()

    async def _remove(self, name: str, record: Record) -> None:
        self.known = await self._store.do(lambda tx: registration.remove(tx, name, record))

    async def _sid_of(self, line: str) -> str:
        found = self._lines.get(line)
        if found is None or found.sid is None:
            await self._lines.refresh()
            found = self._lines.get(line)
        if found is None or found.sid is None:
            raise BadInput("This line is not a number of the account (any more).")
        return found.sid

    def _address_of(self, number_sid: str) -> str:
        return next((line.address for line in self._lines.offered() if line.sid == number_sid), "")


def _check(problems: tuple[Problem, ...]) -> None:
    """Raises BadInput for the first that Twilio would not take."""
    found = next((problem.sentence for problem in problems if problem.stops), "")
    if found:
        raise BadInput(found)
