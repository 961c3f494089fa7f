"""Our own numbers, as the account has them."""

from collections.abc import Collection
from functools import partial

from sms_desktop.domain.events import LinesChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import Line, addresses_of, is_service
from sms_desktop.domain.phone import can_be_texted, display, home_region
from sms_desktop.domain.routing import Route
from sms_desktop.services.link import Link
from sms_desktop.store import consent, forall, lines
from sms_desktop.store.store import Store, Tx

AT_A_TIME = 200
"""Entries in one transaction."""


class Lines:
    """Known from the store at once, refreshed from the account when it can be reached."""

    def __init__(self, store: Store, hub: Hub, link: Link) -> None:
        self._store = store
        self._link = link
        self._all: tuple[Line, ...] = ()
        self._entered: set[str] = set()  # lines for which ``_enter_lists`` is done since the start
        self._shared: tuple[tuple[Line, ...], str | None, dict[str, tuple[str, ...]]] = ((), None, {})
        self.account_sid: str | None = None
        """The account in use; lines of others are left out. None: not known yet."""
        hub.subscribe(LinesChanged, self._changed)

    async def load(self) -> None:
        self._all = await self._store.read(lines.all)

    async def refresh(self) -> None:
        """Asks the account. Raises GatewayError where it does not answer; what was known stays known."""
        if self._link.gateway is None:
            return
        found = await self._link.gateway.lines()

        def work(tx: Tx) -> set[str]:
            known = {line.address for line in lines.all(tx.db)}
            lines.save(tx, found)
            services = [line for line in found if line.is_service]
            consent.set_services(tx, {one: line.address for line in services for one in line.senders})
            for line in services:
                if line.address not in known:
                    consent.join(tx, line.address)
            return lines.in_use(tx.db) - (self._entered & known)

        await self._enter_lists(await self._store.do(work))

    def known(self) -> tuple[Line, ...]:
        """The lines in use; what is for calls only is none, however it became known."""
        return tuple(line for line in self.offered() if line.watched and line.can_text)

    def offered(self) -> tuple[Line, ...]:
        """Every line of the account, in use or not; what cannot text included."""
        return _of_the_account(self._all, self.account_sid)

    def get(self, address: str) -> Line | None:
        return next((line for line in self.offered() if line.address == address), None)

    def name_of(self, address: str) -> str:
        """What a person is told of that line: a number as people write it, a Messaging Service by its name."""
        line = self.get(address) if is_service(address) else None
        return display(address) if line is None else line.name or display(address)

    def pool_of(self, address: str) -> tuple[str, ...]:
        """The numbers that a line texts by: itself, or the pool of a Messaging Service. For any thread."""
        line = self.get(address) if is_service(address) else None
        return (address,) if line is None else line.senders

    def answered_by(self, address: str) -> tuple[str, ...]:
        """Those of its numbers that people can write to: nobody answers a sender's name. For any thread."""
        return tuple(one for one in self.pool_of(address) if can_be_texted(one))

    def service_of(self, address: str) -> str | None:
        """The Messaging Service that it is, or that has it in its pool; None: none of the account's. For any thread."""
        if is_service(address):
            return address
        return next((line.address for line in self.offered() if address in line.senders), None)

    def sharing(self, address: str) -> tuple[str, ...]:
        """The numbers that are listed here and whose STOPs count for that line as well: itself, and those that share a
        Messaging Service with it. For any thread.
        """
        lines, account, known = self._shared  # asked of each text that waits
        if lines is not self._all or account != self.account_sid:
            lines, account, known = self._shared = (self._all, self.account_sid, {})
        if address not in known:
            known[address] = self._sharing(address)
        return known[address]

    def _sharing(self, address: str) -> tuple[str, ...]:
        service = self.service_of(address)
        if service is None or service == address:
            return self.answered_by(address)
        here = self.listed()
        return (address, *(one for one in self.answered_by(service) if one != address and one in here))

    def is_news(self, route: Route) -> bool:
        """Whether a line was bought since, or numbers have joined a Messaging Service that concerns lines in use, or
        left it.
        """
        line = self.get(route.line)
        if line is None or not line.is_service:
            return line is None
        before, here = set(self.answered_by(route.line)), set(self.listed())
        return set(route.pool) != before and (line.watched or not here.isdisjoint(before | set(route.pool)))

    def listed(self) -> tuple[str, ...]:
        """What Twilio is to list messages by: the numbers in use, and the pools of the services in use."""
        return addresses_of(line for line in self.known() if line.sid is not None)

    async def choose(self, addresses: Collection[str]) -> None:
        """These lines are in use, no others."""
        before = await self._store.read(lines.in_use)
        await self._store.do(lambda tx: lines.choose(tx, addresses))
        await self._enter_lists(await self._store.read(lines.in_use) - before)

    async def _enter_lists(self, addresses: Collection[str]) -> None:
        """What lists for all numbers say is entered for these as well, for Twilio's Consent API and the evidence; that
        it counts there does not hang on it. A little at a time, so that no webhook need wait long.
        """
        for address in sorted(addresses):
            found = await self._store.read(partial(forall.missing, line=address))
            for start in range(0, len(found), AT_A_TIME):
                some = found[start : start + AT_A_TIME]
                await self._store.do(partial(consent.import_many, line=address, wanted=some))
            self._entered.add(address)

    async def paint(self, address: str, color: int | None) -> None:
        """``color``: a place in the palette of avatars, or None for none of its own."""
        await self._store.do(lambda tx: lines.paint(tx, address, color))

    async def unread(self) -> dict[str, int]:
        """How many conversations of each line hold something unread."""
        return await self._store.read(lines.unread)

    def home_region(self) -> str:
        """The region that numbers without a country code are read in."""
        return home_region(line.address for line in self.known())

    def _changed(self, event: LinesChanged) -> None:
        self._all = event.lines


def _of_the_account(found: tuple[Line, ...], account_sid: str | None) -> tuple[Line, ...]:
    """Once the account has told its lines, an address that only stands in a conversation is none of them."""
    told = tuple(line for line in found if line.sid is not None)
    own = tuple(line for line in told if account_sid in (None, line.account_sid))
    return own or told or found
