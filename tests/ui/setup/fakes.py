"""Services that answer as they are told to, and remember what they were asked."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sms_desktop.domain.account import CredentialHome, Entered, Identity, KeyringState, KnownAccount
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import CatchUpChanged, MessageAdded, ReceivingChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.message import Message
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Change, Holder, HolderKind, Route, RouteState, Webhook, ours_at, state_of
from sms_desktop.gateway.tunnel.address import bare_domain
from tests.ui import samples

SID, TOKEN = "AC" + "5d" * 14 + "4f2a", "b4" * 16
KEY, SECRET = "SK" + "7c" * 16, "s3cret" * 5
SHOP, FREE, THIRD, VOICE = "+12125550100", "+18885550144", "+12125550177", "+12125550999"
DOMAIN = "bright-chairs.ngrok.app"
NOW = datetime(2026, 4, 15, 14, 44, tzinfo=UTC)
CHAIRS = Identity(SID, "Bright Chairs", balance="$38.20")
OPEN = KeyringState("Secret Service", True, "Secret Service, unlocked")
LOCKED = KeyringState(
    "Secret Service", False, "The keyring is locked.", "Unlock it in “Passwords and Keys”, then press Try again."
)
LINES = (
    Line(SHOP, "Shop", LineKind.LOCAL, sid="PN1"),
    Line(FREE, "", LineKind.TOLL_FREE, sid="PN2"),
    Line(THIRD, "Workshop", LineKind.LOCAL, mms=False, sid="PN3"),
    Line(VOICE, "Fax", LineKind.LOCAL, sms=False, mms=False, sid="PN4"),
)
OLD = Webhook("https://demo.twilio.com/welcome/sms/reply")
ROUTES = (
    Route(SHOP, Holder(HolderKind.NUMBER, "PN1", "Shop", OLD)),
    Route(FREE, Holder(HolderKind.SERVICE, "MG1", "Campaigns", Webhook("https://old-crm.example/sms?team=1"))),
    Route(THIRD, Holder(HolderKind.SERVICE, "MG1", "Campaigns", Webhook("https://old-crm.example/sms?team=1"))),
)


class Answers:
    """``fails`` raises at the next call of that name; ``gate``, while cleared, keeps every call waiting."""

    def __init__(self) -> None:
        self.failing: dict[str, list[SmsDesktopError]] = {}
        self.calls: list[tuple[Any, ...]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    def fails(self, name: str, *errors: SmsDesktopError) -> None:
        self.failing.setdefault(name, []).extend(errors)

    async def answer(self, name: str, *given: Any) -> None:
        self.calls.append((name, *given))
        await self.gate.wait()
        if waiting := self.failing.get(name):
            raise waiting.pop(0)

    def called(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]


class FakeAccount(Answers):
    def __init__(self) -> None:
        super().__init__()
        self.home = CredentialHome.NONE
        self.identity: Identity | None = None
        self.says = CHAIRS
        self.state = OPEN
        self.holds = False
        self.sid = ""
        self.key = ""
        self.key_fixed = False
        self.successor: Identity | None = None
        self.makes_way = False
        """Whether the next account that is connected takes this one's place."""
        self.accounts: tuple[KnownAccount, ...] = ()

    async def verify(self, entered: Entered) -> Identity:
        await self.answer("verify", entered)
        return self.says

    async def connect(self, entered: Entered, *, keep: bool, accepted: Callable[[], None] = lambda: None) -> Identity:
        await self.answer("connect", entered, keep)
        accepted()
        if self.makes_way:
            self.successor = self.says
            return self.says
        self.use(CredentialHome.KEYRING if keep else CredentialHome.MEMORY)
        return self.says

    async def remove_key(self) -> None:
        await self.answer("remove_key")
        self.key = ""

    async def open_keyring(self) -> bool:
        await self.answer("open_keyring")
        if self.holds:
            self.use(CredentialHome.KEYRING)
        return self.holds

    async def keyring(self) -> KeyringState:
        await self.answer("keyring")
        return self.state

    def known(self) -> tuple[KnownAccount, ...]:
        return self.accounts

    def masked(self) -> str:
        sid = self.sid or ("" if self.home is CredentialHome.NONE else self.says.sid)
        return f"{sid[:2]}…{sid[-4:]}" if sid else ""

    def use(self, home: CredentialHome) -> None:
        self.home, self.identity = home, self.says


class FakeLines(Answers):
    def __init__(self) -> None:
        super().__init__()
        self.at_twilio: tuple[Line, ...] = LINES
        self.here: tuple[Line, ...] = ()

    def known(self) -> tuple[Line, ...]:
        return tuple(line for line in self.here if line.watched)

    def offered(self) -> tuple[Line, ...]:
        return self.here

    async def refresh(self) -> None:
        await self.answer("refresh")
        self.here = self.here or self.at_twilio

    async def choose(self, addresses: Collection[str]) -> None:
        await self.answer("choose", tuple(addresses))
        self.here = tuple(replace(line, watched=line.address in addresses) for line in self.here)

    async def paint(self, address: str, color: int | None) -> None:
        await self.answer("paint", address, color)
        self.here = tuple(replace(line, color=color) if line.address == address else line for line in self.here)


class FakeReceiving(Answers):
    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self.state = Receiving()
        self.own_address = ""
        self.domain = ""
        self.token: str | None = None
        self.lender = ""
        self.milliseconds = 84
        self.own_reach: Receiving | None = None

    async def has_ngrok_token(self) -> bool:
        return self.token is not None

    async def ngrok_lender(self) -> str:
        return "" if self.token else self.lender

    async def choose_ngrok(self, token: str | None, domain: str = "", *, keep: bool = True) -> Receiving:
        domain = bare_domain(domain)
        await self.answer("choose_ngrok", token, domain, keep)
        self.token, self.domain = token or self.token, domain
        shown = domain or "3f2a-81-2.ngrok-free.app"
        return self.become(Receiving(WayIn.NGROK, Reach.UP, f"https://{shown}", reserved=bool(domain)))

    async def choose_own(self, address: str) -> Receiving:
        await self.answer("choose_own", address)
        self.own_address = address
        return self.become(self.own_reach or Receiving(WayIn.OWN, Reach.UP, address.rstrip("/")))

    async def choose_polling(self) -> Receiving:
        await self.answer("choose_polling")
        return self.become(Receiving(WayIn.POLLING, Reach.UP))

    async def loop_back(self) -> int:
        await self.answer("loop_back")
        return self.milliseconds

    def become(self, state: Receiving) -> Receiving:
        self.state = state
        self._hub.publish([ReceivingChanged(state)])
        return state


class FakeRouting(Answers):
    def __init__(self, receiving: FakeReceiving) -> None:
        super().__init__()
        self._receiving = receiving
        self.at_twilio: tuple[Route, ...] = ROUTES
        self.routes: tuple[Route, ...] = ()
        self.cannot: tuple[str, ...] = ()
        self.left: set[str] = set()
        self.moving: tuple[Change, ...] = ()
        self.own: dict[str, Webhook] = {}

    async def look(self) -> tuple[Route, ...]:
        await self.answer("look")
        self.routes = self.at_twilio
        return self.routes

    def plan(self, lines: Collection[str] | None = None) -> tuple[Change, ...]:
        url = self._receiving.state.public_url
        if url is None:
            return ()
        held: dict[str, list[Route]] = {}
        for route in self.routes:
            held.setdefault(route.holder.sid, []).append(route)
        return tuple(
            Change(
                routes[0].holder,
                ours_at(routes[0].holder.webhook, f"{url}/twilio/inbound"),
                tuple(route.line for route in routes),
                self.own.get(routes[0].holder.sid),
            )
            for routes in held.values()
        )

    def state(self, route: Route) -> RouteState:
        url = self._receiving.state.public_url
        return state_of(route.holder.webhook, url and f"{url}/twilio/inbound", ())

    def moves(self, url: str | None) -> tuple[Change, ...]:
        return self.moving

    def is_left(self, line: str) -> bool:
        return line in self.left

    async def bring(self, changes: Sequence[Change]) -> tuple[str, ...]:
        await self.answer("bring", tuple(changes))
        self.routes = self.at_twilio
        if not self.cannot:
            after = {change.holder.sid: change.after for change in changes}
            self.at_twilio = self.routes = tuple(
                replace(
                    route,
                    holder=replace(route.holder, webhook=after.get(route.holder.sid, route.holder.webhook)),
                )
                for route in self.routes
            )
        return self.cannot

    async def leave(self, line: str) -> None:
        await self.answer("leave", line)
        self.left.add(line)


class FakeCatchUp(Answers):
    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self.progress = Progress()
        self.open = self.whole = False

    async def imports(self) -> bool:
        return self.open or (self.progress.history and self.progress.running)

    async def import_history(self, since: datetime | None) -> None:
        """``whole``: all of it is here already, and nothing begins."""
        await self.answer("import_history", since)
        if not self.whole:
            self.become(Progress(running=True, since=since, complete_to=NOW, history=True))

    def cancel(self) -> None:
        self.become(replace(self.progress, running=False, cancelled=True))

    def resume(self) -> None:
        self.become(replace(self.progress, running=True, cancelled=False))

    def become(self, progress: Progress) -> None:
        self.progress = progress
        self._hub.publish([CatchUpChanged(progress)])


class FakeSettings:
    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def get(self, key: str, default: Any = None) -> Any:
        return self.kept.get(key, default)

    async def put(self, key: str, value: Any) -> None:
        self.kept[key] = value


@dataclass
class FakeServices:
    hub: Hub = field(default_factory=Hub)
    account: FakeAccount = field(default_factory=FakeAccount)
    lines: FakeLines = field(default_factory=FakeLines)
    settings: FakeSettings = field(default_factory=FakeSettings)

    def __post_init__(self) -> None:
        self.receiving = FakeReceiving(self.hub)
        self.routing = FakeRouting(self.receiving)
        self.catchup = FakeCatchUp(self.hub)

    def connected(self, home: CredentialHome = CredentialHome.KEYRING) -> None:
        """As it is after the second page."""
        self.account.use(home)
        self.lines.here = LINES[:3]
        self.routing.routes = ROUTES

    def brought(self, *lines: str) -> None:
        """The texts of these lines come to the address there is."""
        at = f"{self.receiving.state.public_url}/twilio/inbound"
        self.routing.at_twilio = self.routing.routes = tuple(
            replace(route, holder=replace(route.holder, webhook=ours_at(route.holder.webhook, at)))
            if route.line in lines
            else route
            for route in self.routing.at_twilio
        )

    def arrive(self, message: Message) -> None:
        self.hub.publish([MessageAdded(message, samples.conversation())])
