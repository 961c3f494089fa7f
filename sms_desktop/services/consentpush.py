"""Telling Twilio's Consent API who opted out here or by a list; off until a person switches it on.

Twilio's block list cannot be read, and an agreement that it is told lifts even a STOP. So an agreement is told only to
take back an opt-out that we have told before, and only once it is known what the peer has written since. A STOP that
becomes known after that is told again: the agreement may have lifted it.
"""

import asyncio
import logging
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import (
    GatewayError,
    NotAllowed,
    NotThere,
    StoreError,
    TestCredentials,
    TooMany,
    WrongCredentials,
)
from sms_desktop.domain.events import ConsentChanged, ConsentTold
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import display
from sms_desktop.gateway.gateway import ConsentItem, Gateway
from sms_desktop.services.absence import Absence
from sms_desktop.services.link import Link
from sms_desktop.services.wake import woken
from sms_desktop.store import consent, pushes, settings
from sms_desktop.store.pushes import Waiting
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

KEY = "consent_push"
"""The setting."""
PATIENCE = 20.0
"""Seconds for Twilio's list to tell what somebody wrote."""
NAMED = 20
"""As many of those that Twilio did not take are named."""
AT_A_TIME = 25
"""Items that Twilio takes in one call."""
MANY = 2000
"""Entries that are passed over in one transaction, which takes some 40 ms."""
PACE = 0.65
"""Seconds from one call to the next: Twilio takes 100 a minute."""
BUSY = 60.0
AGAIN = 300.0
SOON = 15.0
"""While it is not known yet what somebody wrote."""
IDLE = 3600.0
"""Seconds until what cannot be helped from here is tried again unasked."""
NOT_ENABLED = (
    "This Twilio account has no Consent API (it answers 404). Ask Twilio’s support for it, or switch this off. "
    "People who opted out are not texted from here either way."
)


_WRONG = {
    "INVALID_CONTACT_ID": "the person’s number",
    "INVALID_SENDER_ID": "the line",
    "INVALID_DATE_OF_CONSENT": "the date of the entry",
}
"""What Twilio finds wrong with an entry that a person can do something about."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """``waiting`` entries were not told yet, ``refused`` ones not taken; ``trouble`` is why it does not go on. ``whom``
    are the first ``people`` of whom one was not taken, and ``why`` all that Twilio said to those: “30646: ” and the
    names of what is wrong, or a sentence where it refused a call for one.
    """

    on: bool
    waiting: int = 0
    refused: int = 0
    trouble: str = ""
    whom: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    people: int = 0

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
                f" {counted(self.refused, 'entry', 'entries')} it did not take{self._of_whom}.{self._because} "
                "To try again, switch this off and on."
            )
        return said, "warn" if self.refused else "muted"

    @property
    def _because(self) -> str:
        names, sentences = [], []
        for said in self.why:
            code, _, wrong = said.partition(": ")
            if code.isdecimal():
                names += wrong.split(", ") if wrong else [code]
            else:
                sentences.append(said)
        parts = [_WRONG[name] for name in dict.fromkeys(names) if name in _WRONG]
        told = [f" Not right: {', '.join(parts)}."] if parts else []
        unknown = [name for name in dict.fromkeys(names) if name not in _WRONG]
        raw = [*sentences, ", ".join(unknown)] if unknown else sentences
        return "".join([*told, *(f" What came back: “{one}”{'' if one.endswith('.') else '.'}" for one in raw)])

    @property
    def _of_whom(self) -> str:
        if not self.whom:
            return ""
        people, more = [display(peer) for peer in self.whom], self.people - len(self.whom)
        return f", of {', '.join([*people, f'{more:,} more'] if more > 0 else people)}"


@dataclass(slots=True)
class ConsentPush:
    """``run`` it; it does nothing while it is off. ``_listed`` are the numbers that are listened to."""

    _store: Store
    _hub: Hub
    _link: Link
    _absence: Absence
    _listed: Callable[[], Collection[str]]
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
            whom, why = (pushes.not_taken(db, NAMED), pushes.not_taken_why(db)) if refused else ((), ())
            return Pushed(on, waiting, refused, self._trouble if on else "", whom, why, pushes.not_taken_of(db))

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
        gateway, after, wrong, unknown = self._link.gateway, (0, 0), "", False
        if gateway is None or not await self._is_on():
            return IDLE
        while vain := await self._store.read(lambda db: pushes.vain(db, MANY)):
            await self._store.do(partial(pushes.mark, told=dict.fromkeys(vain, pushes.NEEDLESS)))
        looked = time.monotonic()
        while True:
            if not await self._is_on():  # it may be switched off meanwhile
                return IDLE
            if unknown and time.monotonic() - looked > SOON:  # it may be known by now, long before a list ends
                after, unknown, looked = (0, after[1]), False, time.monotonic()
            some, after = await self._store.read(lambda db, after=after: _next(db, *after))  # type: ignore[misc]
            if not some:
                break
            needless = [one.number for one in some if not one.needed]
            await self._store.do(lambda tx, numbers=needless: pushes.pass_over(tx, numbers))  # type: ignore[misc]
            needed = [one for one in some if one.needed]
            due = [one for one in needed if self._is_known(one)]
            unknown |= len(due) < len(needed)
            if not all(one.event.opted_out for one in due):
                due, wrong = await self._that_still_stand(gateway, due)
            if due and (pause := await self._tell_some(gateway, due)) is not None:
                return pause
        self._trouble = wrong
        return SOON if unknown else AGAIN

    async def _is_on(self) -> bool:
        return bool(await self._store.read(lambda db: settings.get(db, KEY, False)))

    def _is_known(self, one: Waiting) -> bool:
        """Whether it is known what the peer has written, to any of its senders that are listened to here; of an opt-out
        it need not be.
        """
        if one.event.opted_out:
            return True
        listed, number_of = frozenset(self._listed()), self._absence.pool_of
        heard = (one for one in one.senders if listed.issuperset(number_of(one)))
        return all(self._absence.is_heard(sender, one.event.peer) for sender in (one.event.line, *heard))

    def _may_be_told(self, sender: str, event: ConsentEvent) -> bool:
        return event.opted_out or self._absence.is_heard(sender, event.peer)

    async def _that_still_stand(self, gateway: Gateway, due: list[Waiting]) -> tuple[list[Waiting], str]:
        """Without those agreements of which it cannot be known, and why.

        All that their peers have ever written is read on purpose: a STOP may be under way here, or be older than what
        is kept here, and the agreement would lift the block that Twilio has by it.
        """
        stand, wrong = [], ""
        for one in due:
            event = one.event
            services = [sender for sender in one.senders if is_service(sender) and self._may_be_told(sender, event)]
            try:
                async with asyncio.timeout(PATIENCE):
                    for line in () if event.opted_out else services or [event.line]:
                        await self._absence.hear(gateway, line, event.peer, event.at, all=True)
            except GatewayError as error:
                wrong = str(error)
            except TimeoutError:
                wrong = "Twilio’s list does not answer."
            else:
                stand.append(one)
        return stand, wrong

    async def _tell_some(self, gateway: Gateway, due: list[Waiting]) -> float | None:
        """Gives the seconds until it is worth going on, None: at once. An entry is taken once each sender's is."""
        told_by: dict[tuple[str, str], tuple[ConsentItem, list[int]]] = {}  # two entries of one peer are one item
        for one in due:
            for sender in one.senders:
                if self._may_be_told(sender, one.event):
                    _, numbers = told_by.get((one.event.peer, sender), (None, []))
                    told_by[one.event.peer, sender] = _item(one.event, sender), [*numbers, one.number]
        items = list(told_by.values())
        calls = [items[start : start + AT_A_TIME] for start in range(0, len(items), AT_A_TIME)]
        left = Counter(number for _, numbers in items for number in numbers)
        said: dict[int, list[str]] = defaultdict(list)
        while calls:
            if not await self._is_on():
                return IDLE
            some = calls.pop(0)
            # That Twilio may know of it is kept before it leaves: the answer may be lost, or this program end.
            wanted = {number: item.opted_out for item, numbers in some for number in numbers}
            before = await self._store.do(lambda tx, wanted=wanted: pushes.ask(tx, wanted))  # type: ignore[misc]
            some = [(item, still) for item, numbers in some if (still := [one for one in numbers if one in before])]
            if not some:
                continue
            try:
                answers = await gateway.tell_consents([item for item, _ in some])
            except GatewayError as error:
                if _told_nothing(error):
                    await self._store.do(lambda tx, before=before: pushes.unask(tx, before))  # type: ignore[misc]
                if not _is_about_one(error):
                    return self._pause_after(error)
                if len(some) > 1:  # which of them it is about, its halves tell
                    half = len(some) // 2
                    calls[:0] = [some[:half], some[half:]]
                    await asyncio.sleep(PACE)
                    continue
                answers = {some[0][0].key: str(error)}
            for item, numbers in some:
                for number in numbers if item.key in answers else ():
                    said[number].append(answers[item.key])
            told = {
                number: _upshot(said[number])
                for item, numbers in some
                for number in numbers
                if len(said[number]) == left[number]
            }
            await self._store.do(lambda tx, told=told: pushes.mark(tx, told))  # type: ignore[misc]
            self._hub.publish([ConsentTold()])
            await asyncio.sleep(PACE)
        return None

    def _pause_after(self, error: GatewayError) -> float:
        if isinstance(error, TooMany):
            return BUSY
        self._trouble = NOT_ENABLED if isinstance(error, NotThere) else str(error)
        return AGAIN if error.transient else IDLE


def _next(db: Any, others: int, lists: int) -> tuple[list[Waiting], tuple[int, int]]:
    """What is to be told next, and up to which entries all was looked at then, of what was not imported and of what
    was. A list may take an hour: what people write or enter here meanwhile does not wait for its end.
    """
    newest = consent.newest(db)
    if some := pushes.waiting(db, others, AT_A_TIME, of_lists=False):
        return some, (some[-1].number, lists)
    some = pushes.waiting(db, lists, AT_A_TIME, of_lists=True)
    return some, (newest, some[-1].number if some else lists)


def _told_nothing(error: GatewayError) -> bool:
    """Whether Twilio surely took nothing of the call."""
    return not error.left or isinstance(error, TooMany) or not error.transient


def _is_about_one(error: GatewayError) -> bool:
    """Whether it may be for one item of the call that all of it was refused: not for the account or the key."""
    return not error.transient and not isinstance(error, NotThere | NotAllowed | WrongCredentials | TestCredentials)


def _upshot(said: Sequence[str]) -> str:
    """What is kept of an entry, by what was said of it for each of its senders."""
    wrong = [one for one in said if one]
    if not wrong:
        return pushes.TAKEN
    return wrong[0] if len(wrong) == len(said) else pushes.PARTLY + wrong[0]


def _item(event: ConsentEvent, sender: str) -> ConsentItem:
    return ConsentItem(secrets.token_hex(16), event.peer, sender, event.opted_out, _source(event), event.at)


def _source(event: ConsentEvent) -> str:
    """How the consent came about, in Twilio's words."""
    if event.source is ConsentSource.IMPORT:
        return "others"
    if event.sid is not None:
        return "opt-out-message" if event.opted_out else "opt-in-message"
    return "offline"
