"""Telling Twilio's Consent API who opted out here or by a list; off until a person switches it on.

Twilio's block list cannot be read, and an agreement that it is told lifts even a STOP. So an agreement is told only to
take back an opt-out that we have told before, and only once it is known what the peer has written since.
"""

import asyncio
import logging
import secrets
from dataclasses import dataclass, field

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import GatewayError, NotThere, StoreError, TooMany
from sms_desktop.domain.events import ConsentChanged
from sms_desktop.domain.hub import Hub
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
    """``waiting`` entries were not told yet, ``refused`` ones not taken; ``trouble`` is why it does not go on."""

    on: bool
    waiting: int = 0
    refused: int = 0
    trouble: str = ""

    @property
    def said(self) -> tuple[str, str]:
        """In a sentence or two, and the colour that they are said in; "" while it is off."""
        if not self.on:
            return "", "muted"
        if self.trouble:
            return self.trouble, "bad"
        said = f"{counted(self.waiting, 'entry', 'entries')} to be told." if self.waiting else "Twilio knows all of it."
        if self.refused:
            said += (
                f" {counted(self.refused, 'entry', 'entries')} it did not take: the number or the line is not right. "
                "To try again, switch this off and on."
            )
        return said, "warn" if self.refused else "muted"


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
        on, (waiting, refused) = await self._store.read(
            lambda db: (bool(settings.get(db, KEY, False)), pushes.counts(db))
        )
        return Pushed(on, waiting, refused, self._trouble if on else "")

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
                await woken(self._wake, pause)
        finally:
            unsubscribe()

    async def _tell(self) -> float:
        gateway, after = self._link.gateway, 0
        if gateway is None:
            return IDLE
        while True:
            on, some = await self._store.read(
                lambda db, after=after: (settings.get(db, KEY, False), pushes.waiting(db, after, AT_A_TIME))  # type: ignore[misc]
            )
            if not on:  # it may have been switched off meanwhile
                return IDLE
            if not some:
                break
            if wrong := await self._hear(gateway, some):
                self._trouble = wrong
                return AGAIN
            if any(one.needed and not one.event.opted_out for one in some):  # a STOP may have been heard of
                some = await self._store.read(lambda db, after=after: pushes.waiting(db, after, AT_A_TIME))  # type: ignore[misc]
            after = some[-1].number
            needless = {one.number: pushes.NEEDLESS for one in some if not one.needed}
            await self._store.do(lambda tx, told=needless: pushes.mark(tx, told))  # type: ignore[misc]
            due = [one for one in some if one.needed and self._may_be_told(one.event)]
            if due and (pause := await self._tell_some(gateway, due)) is not None:
                return pause
        self._trouble = ""
        return AGAIN

    async def _hear(self, gateway: Gateway, some: list[Waiting]) -> str:
        """Asks Twilio's list what those have written whose agreement is to be told, for it would lift a STOP. Gives
        why that is not possible, or "".
        """
        try:
            for one in some:
                if one.needed and self._may_be_told(one.event) and not one.event.opted_out:
                    await self._absence.hear(gateway, one.event.line, one.event.peer, one.event.at)
        except GatewayError as error:
            return str(error)
        return ""

    def _may_be_told(self, event: ConsentEvent) -> bool:
        return event.opted_out or self._absence.is_over(event.line, event.peer)

    async def _tell_some(self, gateway: Gateway, due: list[Waiting]) -> float | None:
        """Gives the seconds until it is worth going on, None: at once."""
        numbers = {secrets.token_hex(16): one for one in due}
        items = [
            ConsentItem(key, one.event.peer, one.event.line, one.event.opted_out, _source(one.event), one.event.at)
            for key, one in numbers.items()
        ]
        try:
            answered = await gateway.tell_consents(items)
        except NotThere:
            self._trouble = NOT_ENABLED
            return IDLE
        except TooMany:
            return BUSY
        except GatewayError as error:
            self._trouble = str(error)
            return AGAIN if error.transient else IDLE
        told = {numbers[key].number: wrong or pushes.TAKEN for key, wrong in answered.items() if key in numbers}
        await self._store.do(lambda tx: pushes.mark(tx, told))
        await asyncio.sleep(PACE)
        return None


def _source(event: ConsentEvent) -> str:
    """How the consent came about, in Twilio's words."""
    if event.source is ConsentSource.IMPORT:
        return "others"
    if event.sid is not None:
        return "opt-out-message" if event.opted_out else "opt-in-message"
    return "offline"
