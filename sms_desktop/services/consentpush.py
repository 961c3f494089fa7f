"""Telling Twilio's Consent API who opted out here or by a list; off until a person switches it on.

Twilio's block list cannot be read, and an agreement that it is told lifts even a STOP. So an agreement is told only to
take back an opt-out that we have told before, and only once it is known what the peer has written since. A STOP that
becomes known after that is told again: the agreement may have lifted it.
"""

import asyncio
import logging
import secrets
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import GatewayError, NotThere, StoreError, TooMany
from sms_desktop.domain.events import ConsentChanged, ConsentTold
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import display
from sms_desktop.gateway.gateway import ConsentItem, Gateway
from sms_desktop.services.absence import Absence
from sms_desktop.services.link import Link
from sms_desktop.services.wake import woken
from sms_desktop.store import pushes, settings
from sms_desktop.store.pushes import Waiting
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

KEY = "consent_push"
"""The setting."""
PATIENCE = 20.0
"""Seconds for Twilio's list to tell what somebody wrote."""
NAMED = 5
"""As many of those that Twilio did not take are named."""
AT_A_TIME = 25
"""Items that Twilio takes in one call."""
PACE = 0.65
"""Seconds from one call to the next: Twilio takes 100 a minute."""
BUSY = 60.0
AGAIN = 300.0
IDLE = 3600.0
"""Seconds until what cannot be helped from here is tried again unasked."""
NOT_ENABLED = (
    "This Twilio account has no Consent API (it answers 404). Ask Twilio’s support for it, or switch this off. "
    "Nobody who opted out is texted from here all the same."
)


@dataclass(frozen=True, slots=True)
class Pushed:
    """``waiting`` entries were not told yet, ``refused`` ones not taken; ``trouble`` is why it does not go on. ``whom``
    are the numbers of the first that were not taken.
    """

    on: bool
    waiting: int = 0
    refused: int = 0
    trouble: str = ""
    whom: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[str, str]:
        """In a sentence or two, and the colour that they are said in; "" while it is off."""
        if not self.on:
            return "", "muted"
        if self.trouble:
            return self.trouble, "bad"
        rest = "Twilio knows all else." if self.refused else "Twilio knows all of it."
        said = f"{counted(self.waiting, 'entry', 'entries')} to be told." if self.waiting else rest
        if self.refused:
            said += (
                f" {counted(self.refused, 'entry', 'entries')} it did not take{self._of_whom}: the number or the line "
                "is not right. To try again, switch this off and on."
            )
        return said, "warn" if self.refused else "muted"

    @property
    def _of_whom(self) -> str:
        if not self.whom:
            return ""
        people = list(dict.fromkeys(display(peer) for peer in self.whom))
        more = self.refused - len(self.whom)
        return f", of {', '.join([*people, f'{more:,} more'] if more > 0 else people)}"


@dataclass(slots=True)
class ConsentPush:
    """``run`` it; it does nothing while it is off."""

    _store: Store
    _hub: Hub
    _link: Link
    _absence: Absence
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _trouble: str = ""

    async def set_on(self, on: bool) -> None:
        """What Twilio did not take is told again. Raises StoreError."""

        def work(tx: Tx) -> None:
            settings.put(tx, KEY, on)
            if on:
                pushes.again(tx)

        await self._store.do(work)
        self._trouble = ""
        self._wake.set()

    async def state(self) -> Pushed:
        def read(db: Any) -> Pushed:
            on, (waiting, refused) = bool(settings.get(db, KEY, False)), pushes.counts(db)
            whom = tuple(peer for _, peer in pushes.not_taken(db, NAMED)) if refused else ()
            return Pushed(on, waiting, refused, self._trouble if on else "", whom)

        return await self._store.read(read)

    async def run(self) -> None:
        """Tells what is entered, until cancelled."""
        unsubscribe = self._hub.subscribe(ConsentChanged, lambda _: self._wake.set())
        try:
            while True:
                try:
                    pause = await self._tell()
                except StoreError as error:  # told where it is read
                    log.warning("telling Twilio about consent is not possible: %s", error)
                    pause = AGAIN
                except Exception:  # which must not end it for good
                    log.exception("telling Twilio about consent stumbled")
                    pause = AGAIN
                self._hub.publish([ConsentTold()])
                await woken(self._wake, pause)
        finally:
            unsubscribe()

    async def _tell(self) -> float:
        gateway, after, wrong = self._link.gateway, 0, ""
        if gateway is None:
            return IDLE
        while True:
            if not await self._store.read(lambda db: settings.get(db, KEY, False)):  # or switched off meanwhile
                return IDLE
            some = await self._store.read(lambda db, after=after: pushes.waiting(db, after, AT_A_TIME))  # type: ignore[misc]
            if not some:
                break
            after = some[-1].number
            needless = {one.number: pushes.NEEDLESS for one in some if not one.needed}
            await self._store.do(lambda tx, told=needless: pushes.mark(tx, told))  # type: ignore[misc]
            due = [one for one in some if one.needed and self._may_be_told(one.event.line, one.event)]
            if not all(one.event.opted_out for one in due):
                due, wrong = await self._that_still_stand(gateway, due)
            if due and (pause := await self._tell_some(gateway, due)) is not None:
                return pause
        self._trouble = wrong
        return AGAIN

    def _may_be_told(self, sender: str, event: ConsentEvent) -> bool:
        return event.opted_out or self._absence.is_over(sender, event.peer)

    async def _that_still_stand(self, gateway: Gateway, due: list[Waiting]) -> tuple[list[Waiting], str]:
        """Without those agreements of which it cannot be known, and why.

        What their peers have written until now is read on purpose: a STOP may be under way here, and the agreement
        would lift the block that Twilio has by it.
        """
        stand, wrong = [], ""
        for one in due:
            event = one.event
            services = [sender for sender in one.senders if is_service(sender) and self._may_be_told(sender, event)]
            try:
                async with asyncio.timeout(PATIENCE):
                    for line in () if event.opted_out else services or [event.line]:
                        await self._absence.hear(gateway, line, event.peer, event.at)
            except GatewayError as error:
                wrong = str(error)
            except TimeoutError:
                wrong = "Twilio’s list does not answer."
            else:
                look = partial(pushes.look, number=one.number)
                if event.opted_out or (await self._store.read(look)).needed:
                    stand.append(one)
        return stand, wrong

    async def _tell_some(self, gateway: Gateway, due: list[Waiting]) -> float | None:
        """Gives the seconds until it is worth going on, None: at once. An entry is taken once each sender's is."""
        items = [
            (one.number, _item(one.event, sender))
            for one in due
            for sender in one.senders
            if self._may_be_told(sender, one.event)
        ]
        left = Counter(number for number, _ in items)
        said: dict[int, str] = {}
        for start in range(0, len(items), AT_A_TIME):
            some = items[start : start + AT_A_TIME]
            if not await self._store.read(lambda db: settings.get(db, KEY, False)):
                return IDLE
            try:
                answered = await gateway.tell_consents([item for _, item in some])
            except NotThere:
                self._trouble = NOT_ENABLED
                return IDLE
            except TooMany:
                return BUSY
            except GatewayError as error:
                self._trouble = str(error)
                return AGAIN if error.transient else IDLE
            for number, item in some:
                if item.key in answered:
                    left[number] -= 1
                    said[number] = said.get(number) or answered[item.key]
            told = {number: said.pop(number) or pushes.TAKEN for number in list(said) if not left[number]}
            await self._store.do(lambda tx, told=told: pushes.mark(tx, told))  # type: ignore[misc]
            self._hub.publish([ConsentTold()])
            await asyncio.sleep(PACE)
        return None


def _item(event: ConsentEvent, sender: str) -> ConsentItem:
    return ConsentItem(secrets.token_hex(16), event.peer, sender, event.opted_out, _source(event), event.at)


def _source(event: ConsentEvent) -> str:
    """How the consent came about, in Twilio's words."""
    if event.source is ConsentSource.IMPORT:
        return "others"
    if event.sid is not None:
        return "opt-out-message" if event.opted_out else "opt-in-message"
    return "offline"
