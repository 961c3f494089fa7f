"""Stand-ins for the services around going live: they remember what was asked and answer as they were told."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sms_desktop.domain.account import CredentialHome, Entered, Identity, KeyringState
from sms_desktop.domain.answering import TEXTS, Answering, Keyword, LineAnswering
from sms_desktop.domain.backup import Backup, Contents, Why
from sms_desktop.domain.consent import Keywords
from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.errors import BadInput, GatewayError, SmsDesktopError
from sms_desktop.domain.events import HealthChanged, LinesChanged, ListEntered
from sms_desktop.domain.health import Check, Fix, Health
from sms_desktop.domain.hours import Hours
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.light import Light
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.media import File
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.reply import Rule
from sms_desktop.domain.roster import Progress
from sms_desktop.domain.routing import Change, Holder, HolderKind, Route, RouteState, Webhook, ours_at
from sms_desktop.services import roster
from sms_desktop.services.clock import now
from sms_desktop.services.consentpush import Pushed
from sms_desktop.services.replies import Preview
from sms_desktop.services.roster import Entering, Imported, Roster
from tests.ui.registrationsamples import FakeRegistrations
from tests.ui.samples import NOW

SHOP, TOLL_FREE = "+12125550100", "+18885550144"
OLD = "https://old-crm.example/sms"
SID = "AC" + "5d" * 16
CHAIRS = Identity(SID, "Bright Chairs", balance="$38.20")

CHECKS = (
    Check("keyring", "Keyring", Light.OK, "Secret Service, unlocked"),
    Check("account", "Twilio account", Light.OK, "Bright Chairs, full account, balance $38.20"),
    Check("line:" + SHOP, "(212) 555-0100", Light.OK, "Incoming texts come here"),
    Check(
        "line:" + TOLL_FREE,
        "(888) 555-0144",
        Light.BAD,
        f"Incoming texts go somewhere else: {OLD}",
        fix=Fix.ROUTE_HERE,
        button="Bring them here",
        subject=TOLL_FREE,
    ),
    Check(
        "registration:" + TOLL_FREE,
        "(888) 555-0144",
        Light.WARN,
        "Toll-free verification was rejected: website missing. US texts will not arrive",
        "Correct the website in the Twilio Console and send the form again.",
        Fix.OPEN_CONSOLE,
        "See what is missing",
        "https://console.twilio.com/toll-free",
    ),
    Check("address", "Public address", Light.OK, "bright-chairs.ngrok.app answered a signed test 12 s ago (84 ms)"),
    Check("pictures", "Pictures", Light.OK, "Twilio fetched your last picture at 10:41"),
    Check("complete", "Complete up to 10:44", Light.OK, "No gaps since 3 November; last catch-up found 0 messages"),
    Check(
        "alerts",
        "Twilio reported",
        Light.WARN,
        "This computer could not be reached (3 times), yesterday 22:10 to 22:14; what was missed has been caught up",
        fix=Fix.DETAILS,
        button="Details",
        details=("22:10 11200 (212) 555-0100", "22:12 11200 (212) 555-0100", "22:14 11200 (212) 555-0100"),
    ),
    Check("clock", "Clock", Light.OFF, "Not checked: Twilio could not be asked"),
    Check("database", "Database", Light.OK, "1,204,332 messages, checked 06:00, backup 06:01"),
)
SICK = Health(CHECKS, NOW)


def holder(line: str, url: str = OLD) -> Holder:
    return Holder(HolderKind.NUMBER, "PN" + line[-8:], line, Webhook(url))


def change(line: str, *more: str, url: str = OLD) -> Change:
    """What bringing the texts of ``line`` here would do."""
    found = holder(line, url)
    after = ours_at(found.webhook, "https://bright-chairs.ngrok.app/twilio/inbound")
    return Change(found, after, (line, *more))


class Asked:
    """``asked`` names what was asked, in order; ``fails`` is raised instead of the answer until it is None."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.fails: SmsDesktopError | None = None

    def note(self, *what: object) -> None:
        self.asked.append(what if len(what) > 1 else what[0])
        if self.fails is not None:
            raise self.fails


class FakeHealth(Asked):
    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self.state = SICK
        self.gate: asyncio.Event | None = None

    async def check(self) -> Health:
        self.note("check")
        if self.gate is not None:
            await self.gate.wait()
        return self.state

    def report(self) -> str:
        return "Line health\nKeyring: Secret Service, unlocked"

    def become(self, *checks: Check, at: datetime = NOW) -> None:
        self.state = Health(checks, at)
        self._hub.publish([HealthChanged(self.state)])


class FakeRouting(Asked):
    def __init__(self) -> None:
        super().__init__()
        self.plans: dict[str, tuple[Change, ...]] = {TOLL_FREE: (change(TOLL_FREE),), SHOP: (change(SHOP),)}
        self.troubles: tuple[str, ...] = ()
        self.formers = {SHOP: Webhook(OLD, "GET")}
        self.left: set[str] = set()
        self.states = {SHOP: RouteState.HERE, TOLL_FREE: RouteState.ELSEWHERE}
        self.routes: tuple[Route, ...] = ()
        self.holds, self.looked = False, False
        self.moving: tuple[Change, ...] = ()
        self.gate = asyncio.Event()
        self.gate.set()

    async def look(self) -> tuple[Route, ...]:
        self.note("look")
        self.routes, self.looked = tuple(Route(line, holder(line)) for line in self.states), True
        return self.routes

    def moves(self, url: str | None) -> tuple[Change, ...]:
        self.note("moves", url)
        return self.moving

    def state(self, route: Route) -> RouteState:
        return self.states[route.line]

    def is_left(self, line: str) -> bool:
        return line in self.left

    def plan(self, lines: Collection[str] | None = None) -> tuple[Change, ...]:
        asked = lines or [line for line in self.plans if self.states[line] is not RouteState.HERE]
        return tuple(change for line in asked for change in self.plans.get(line, ()))

    async def bring(self, changes: Sequence[Change]) -> tuple[str, ...]:
        self.note("bring", tuple(change.lines for change in changes))
        await self.gate.wait()
        return self.troubles

    async def withdrawn(self) -> bool:
        await self.gate.wait()
        return not self.troubles

    def former_of(self, route: Route) -> Webhook | None:
        return self.formers.get(route.line)

    async def give_back(self, lines: Collection[str] | None = None) -> tuple[str, ...]:
        self.note("give back", tuple(lines or ()))
        return self.troubles

    async def leave(self, line: str) -> None:
        self.note("leave", line)
        await self.gate.wait()


class FakeReceiving(Asked):
    def __init__(self) -> None:
        super().__init__()
        self.state = Receiving(WayIn.NGROK, Reach.UP, "https://bright-chairs.ngrok.app", "Connected through ngrok")
        self.own_address, self.domain, self.restores_on_quit = "", "bright-chairs.ngrok.app", False
        self.token = True
        self.fixed = self.token_fixed = False
        self.gate: asyncio.Event | None = None

    async def has_ngrok_token(self) -> bool:
        return self.token

    def address_of(self, way: WayIn, entered: str = "") -> str | None:
        if way is WayIn.POLLING:
            return None
        return entered if way is WayIn.OWN or not entered else f"https://{entered}"

    async def choose_ngrok(self, token: str | None, domain: str = "", *, keep: bool = True) -> Receiving:
        self.note("ngrok", token, domain, keep)
        if self.gate is not None:
            await self.gate.wait()
        return self.state

    async def choose_own(self, address: str) -> Receiving:
        self.note("own", address)
        self.state = Receiving(WayIn.OWN, Reach.UP, address, "Live under your own address")
        return self.state

    async def choose_polling(self) -> Receiving:
        self.note("polling")
        self.state = Receiving(WayIn.POLLING, Reach.UP, None, "Twilio is asked every few seconds")
        return self.state

    async def reconnect(self) -> None:
        self.note("reconnect")
        if self.gate is not None:
            await self.gate.wait()

    async def set_restores_on_quit(self, on: bool) -> None:
        self.note("restore", on)


class FakeCatchUp(Asked):
    def ask(self) -> None:
        self.note("ask")

    async def import_history(self, since: datetime | None) -> None:
        self.note("import_history", since)

    def resume(self) -> None:
        self.note("resume")


class FakeAccount(Asked):
    def __init__(self) -> None:
        super().__init__()
        self.home = CredentialHome.KEYRING
        self.identity: Identity | None = CHAIRS
        self.state = KeyringState("Secret Service", True, "Unlocked")
        self.holds = True
        self.sid: str | None = SID
        self.key = ""
        self.key_fixed = False
        self.outside = ""
        self.next: str | None = None
        self.asking, self.keeping = asyncio.Event(), asyncio.Event()
        """Each, while cleared, keeps a connecting, or a removal, waiting: at Twilio, then at the keyring."""
        self.asking.set()
        self.keeping.set()

    async def verify(self, entered: Entered) -> Identity:
        self.note("verify", entered)
        return CHAIRS

    async def connect(self, entered: Entered, *, keep: bool, accepted: Callable[[], None] = lambda: None) -> Identity:
        self.note("connect", entered, keep)
        await self.asking.wait()
        accepted()
        await self.keeping.wait()
        self.identity, self.home = CHAIRS, CredentialHome.KEYRING if keep else CredentialHome.MEMORY
        return CHAIRS

    async def open_keyring(self) -> bool:
        self.note("open keyring")
        return self.holds

    async def keyring(self) -> KeyringState:
        return self.state

    async def remove(self) -> str | None:
        self.note("remove")
        await self.keeping.wait()
        self.identity, self.home = None, CredentialHome.NONE
        return self.next

    def set_outside(self, trouble: GatewayError | None = None) -> str:
        return self.outside

    async def remove_key(self) -> None:
        self.note("remove key")
        self.key = ""

    def masked(self) -> str:
        return "AC…5d5d" if self.home is not CredentialHome.NONE else ""


class FakeLines(Asked):
    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self.gate = asyncio.Event()
        self.gate.set()
        self.lines: tuple[Line, ...] = (
            Line(SHOP, "Shop", LineKind.LOCAL, sid="PN1", color=4),
            Line(TOLL_FREE, "Toll-free", LineKind.TOLL_FREE, sid="PN2"),
        )

    def offered(self) -> tuple[Line, ...]:
        return self.lines

    def known(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.watched)

    def home_region(self) -> str:
        return "US"

    async def refresh(self) -> None:
        self.note("refresh")

    async def choose(self, addresses: Collection[str]) -> None:
        self.note("choose", tuple(addresses))
        await self.gate.wait()
        self._become(*(replace(line, watched=line.address in addresses) for line in self.lines))

    async def paint(self, address: str, color: int | None) -> None:
        self.note("paint", address, color)
        self._become(*(replace(line, color=color) if line.address == address else line for line in self.lines))

    def _become(self, *lines: Line) -> None:
        self.lines = lines
        self._hub.publish([LinesChanged(lines)])


class FakeBackups(Asked):
    def __init__(self) -> None:
        super().__init__()
        self.trouble = ""
        self.gate = asyncio.Event()
        self.gate.set()
        self.there = [
            Backup(Path("a.db"), now(), Why.DAILY, 12_431, 3_355_443),
            Backup(Path("b.db"), now() - timedelta(days=1), Why.UPDATE, 1, 90_000),
            Backup(Path("c.db"), now() - timedelta(days=2), Why.HAND, 0, 9, "This backup is damaged."),
        ]

    async def all(self) -> list[Backup]:
        return self.there

    async def make(self) -> Path:
        self.note("make")
        await self.gate.wait()
        self.there = [Backup(Path("n.db"), now(), Why.HAND, 12_440, 3_355_443), *self.there]
        return Path("n.db")

    async def save_copy(self, target: Path) -> int | None:
        self.note("copy", target)
        return 3 if target.suffix == ".zip" else None

    async def inspect(self, source: Path, account: str | None) -> Contents:
        self.note("inspect", source, account)
        return Contents(12_431, "0002", account, now() - timedelta(hours=3))


class FakeOutbox(Asked):
    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, float] = {}

    async def paces(self) -> dict[str, float]:
        return dict(self.kept)

    async def set_pace(self, line: str, rate: float | None) -> None:
        self.note("pace", line, rate)
        self.kept.pop(line, None)
        if rate is not None:
            self.kept[line] = rate


@dataclass
class FakeConnection:
    trouble: GatewayError | None = None


class FakeConsents:
    """An account without words of its own."""

    def __init__(self) -> None:
        self.words = Keywords()
        self.directory = Path()
        self.fails: SmsDesktopError | None = None

    async def keywords(self) -> Keywords:
        return self.words

    async def set_keywords(self, stop: Collection[str], start: Collection[str]) -> Keywords:
        if self.fails is not None:
            raise self.fails
        self.words = Keywords.of(stop, start)
        return self.words


class FakeRosters:
    """Reads the real file; what is entered is told as ``imported``, once ``may_end`` is set."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.latest: Entering | None = None
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.imported = Imported(0, ())
        self.for_all = False
        self.asked: list[tuple[tuple[str, ...], bool | None]] = []
        self.stopped = False
        self.everyone: bool | None = None

    async def read(
        self, path: Path, region: str, *, everyone: bool | None = None, progress: Progress = lambda done, of: None
    ) -> Roster:
        self.everyone = everyone
        return roster.read(path, region, now(), everyone=everyone, progress=progress)

    async def enter(
        self,
        found: Roster,
        lines: Sequence[str],
        ours: Collection[str],
        *,
        for_all: bool = False,
        progress: Progress = lambda done, of: None,
    ) -> Imported:
        self.for_all = for_all
        self.asked.append((tuple(lines), self.everyone))
        for self.latest in (Entering(found.name), Entering(found.name, 1, len(found.entries))):
            self._hub.publish([ListEntered()])
        await self.may_end.wait()
        self.latest = Entering(found.name, imported=self.imported)
        self._hub.publish([ListEntered()])
        return self.imported

    def seen(self) -> None:
        self.latest = None

    def stop(self) -> None:
        self.stopped = True


class FakePush:
    """Off until it is switched on."""

    def __init__(self) -> None:
        self.now = Pushed(on=False)
        self.fails: SmsDesktopError | None = None

    async def set_on(self, on: bool) -> None:
        if self.fails is not None:
            raise self.fails
        self.now = replace(self.now, on=on)

    async def state(self) -> Pushed:
        return self.now


class FakeReplies(Asked):
    """No rule, usual texts; nothing answers."""

    async def rules(self) -> tuple[Rule, ...]:
        return ()

    async def add(self, rule: Rule) -> Rule:
        self.note("add", rule)
        return replace(rule, id=1)

    async def change(self, rule: Rule) -> None:
        self.note("change", rule)

    async def enable(self, id: int, on: bool) -> None:
        self.note("enable", id, on)

    async def remove(self, id: int) -> None:
        self.note("remove", id)

    async def order(self, ids: Sequence[int]) -> None:
        self.note("order", tuple(ids))

    async def hours(self) -> dict[str | None, Hours]:
        return {}

    async def set_hours(self, line: str | None, hours: Hours | None) -> None:
        self.note("hours", line, hours)

    async def limit(self) -> int:
        return 3

    async def set_limit(self, wanted: int) -> None:
        self.note("limit", wanted)

    async def business(self) -> str:
        return ""

    def known_as(self) -> str:
        return ""

    async def set_business(self, name: str) -> None:
        self.note("business", name)

    async def who_answers(self) -> tuple[LineAnswering, ...]:
        return ()

    async def set_who_answers(self, line: str, who: Answering | None) -> None:
        self.note("who", line, who)

    async def texts(self) -> dict[Keyword, str]:
        return dict(TEXTS)

    async def set_texts(self, texts: Mapping[Keyword, str]) -> None:
        self.note("texts", dict(texts))

    async def preview(
        self, line: str, body: str, *, peer: str = "", at: datetime | None = None, first: bool | None = None
    ) -> Preview:
        self.note("preview", line, body, peer, first)
        return Preview((), None, None, None, "", "")


class FakeConversations:
    async def page(
        self, chosen: Filter, after: Conversation | None = None, limit: int = 60, line: str | None = None
    ) -> list[Conversation]:
        return []


class FakeMedia:
    async def attach(self, path: Path, already: Sequence[File] = ()) -> File:
        raise BadInput("Nothing can be attached here.")

    async def attach_bytes(self, data: bytes, name: str, already: Sequence[File] = ()) -> File:
        raise BadInput("Nothing can be attached here.")

    def path_of(self, file: File) -> Path:
        return Path(file.name)


@dataclass
class Live:
    """All of them over one hub."""

    hub: Hub = field(default_factory=Hub)
    health: FakeHealth = field(init=False)
    routing: FakeRouting = field(default_factory=FakeRouting)
    receiving: FakeReceiving = field(default_factory=FakeReceiving)
    catchup: FakeCatchUp = field(default_factory=FakeCatchUp)
    account: FakeAccount = field(default_factory=FakeAccount)
    connection: FakeConnection = field(default_factory=FakeConnection)
    lines: FakeLines = field(init=False)
    backups: FakeBackups = field(default_factory=FakeBackups)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    consents: FakeConsents = field(default_factory=FakeConsents)
    rosters: FakeRosters = field(init=False)
    consentpush: FakePush = field(default_factory=FakePush)
    registrations: FakeRegistrations = field(init=False)
    replies: FakeReplies = field(default_factory=FakeReplies)
    conversations: FakeConversations = field(default_factory=FakeConversations)
    media: FakeMedia = field(default_factory=FakeMedia)

    def __post_init__(self) -> None:
        self.health, self.lines = FakeHealth(self.hub), FakeLines(self.hub)
        self.registrations, self.rosters = FakeRegistrations(self.hub), FakeRosters(self.hub)
