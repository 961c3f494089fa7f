"""The program on somebody's own computer, started as it is from the menu: an empty home, a keyring, ngrok, and Twilio
at the far end of the wire.

    async with at_home(tmp_path, monkeypatch, simulator, ngrok) as home:
        guide = await home.guide()          # starts the program, and waits for the set-up
        …
        seat = await home.seat()            # the inbox
        await home.quit()                   # and either again
"""

import asyncio
import base64
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from PySide6.QtWidgets import QWidget

from sms_desktop import paths
from sms_desktop.app import program
from sms_desktop.app.place import Map
from sms_desktop.app.session import Session
from sms_desktop.domain.receiving import WayIn
from sms_desktop.engine import Engine
from sms_desktop.gateway.credentials import Credentials, Stored, ngrok_name
from sms_desktop.gateway.vault import Vault
from sms_desktop.services import clock, receiving
from sms_desktop.simulator import Simulator
from sms_desktop.smoke import Person
from sms_desktop.store import settings
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.store import Store
from sms_desktop.ui.composer import presenter as composing
from sms_desktop.ui.setup.window import SetupWindow
from tests.journeys.window.hands import Hands, called
from tests.journeys.window.seat import Seat, quits_all_the_same
from tests.ngrok import Standin

T = TypeVar("T")

NGROK_TOKEN = "2hTokenOfTheShop_7Qx41mZr9"
VARIABLES = ("TWILIO_", "SMS_DESKTOP_", "NGROK_")


class Guide(Hands):
    """Somebody in front of the set-up."""

    window: SetupWindow

    @property
    def page(self) -> str:
        """The heading of the page that is shown."""
        sheet = self.window.pages.currentWidget()
        return sheet.accessibleName() if sheet is not None else ""

    async def comes_to(self, heading: str) -> None:
        """Waits for the page with that heading, until it has filled itself."""
        await self.until(lambda: self.page == heading, f"the page “{heading}” comes up")

    def watch(self, words: str) -> list[str]:
        """A list that fills with each sentence holding ``words`` that the history's page tells of its progress."""
        shown: list[str] = []

        def look(*_: object) -> None:
            shown.extend(text for text in self.sentences() if words in text)

        self.window.history.bar.valueChanged.connect(look)
        return shown

    async def go_on(self) -> None:
        """Presses the button that leads on, whatever it says, as soon as it can be pressed."""
        primary = self.window.foot.primary
        await self.until(primary.isEnabled, "one can go on")
        self.press(called(primary))

    async def enter_account(self, sid: str, token: str) -> None:
        """Pastes both, as they come from a browser, and goes on."""
        self.paste_into("Account SID", sid)
        self.paste_into("Auth Token", token)
        await self.go_on()


class Home:
    """Look at the program through ``guide`` or ``seat``, which start it where it does not run, and ``quit`` it.

    ``root`` is its data directory.
    """

    def __init__(self, root: Path, simulator: Simulator, ngrok: Standin) -> None:
        self.root, self.simulator, self.ngrok = root, simulator, ngrok
        self.sessions: list[Session] = []
        self._life: asyncio.Task[None] | None = None

    def start(self) -> None:
        """From the menu of the desktop."""
        assert self._life is None
        life = program.Program(Map(self.root, paths.demo_directory(), os.environ), "debug").live()
        self._life = asyncio.create_task(life, name="the program")

    @property
    def session(self) -> Session:
        """The one that goes on."""
        return self.sessions[-1]

    @property
    def is_running(self) -> bool:
        return self._life is not None and not self._life.done()

    async def guide(self) -> Guide:
        """Waits for the set-up."""
        if self._life is None:
            self.start()
        window = await self._until(
            lambda: setup if self.sessions and (setup := self.session.setup) and setup.isVisible() else None,
            "the set-up comes up",
        )
        guide = Guide(window)
        await self._front(guide, window)
        return guide

    async def seat(self, session: Session | None = None) -> Seat:
        """Waits for the inbox of the session that goes on, or of one other than ``session``."""
        if self._life is None:
            self.start()

        def there() -> Session | None:
            if not self.sessions or self.session is session or self.session.setup is not None:
                return None
            desk = self.session._desk
            return self.session if desk is not None and desk._furnished and desk.window.isVisible() else None

        found = await self._until(there, "the inbox comes up")
        seat = Seat(found, self.simulator)
        seat.window.resize(1320, 840)
        await self._front(seat, seat.window)
        return seat

    async def quit(self) -> None:
        """Closes the window, and waits for the program to end."""
        life, self._life = self._life, None
        if life is None:
            return
        if not life.done():
            assert self.session.window is not None
            self.session.window.close()
        while not life.done():
            quits_all_the_same()
            await asyncio.wait({life}, timeout=0.05)
        await life

    async def _front(self, hands: Hands, window: QWidget) -> None:
        window.activateWindow()
        await hands.until(window.isActiveWindow, "the window is in front")

    async def _until(self, fact: Callable[[], T | None], what: str) -> T:
        def look() -> T | None:
            assert self.is_running, f"the program ended before this: {what}"
            return fact()

        return await Person(QWidget()).until(look, what)

    async def settle(self, way: WayIn, address: str = "") -> None:
        """Everything is set up already, as the set-up leaves it: with credentials in the keyring, and no line yet."""
        account, vault = self.simulator.account, Vault()
        await Stored(vault).save(Credentials(account.sid, account.auth_token))
        await vault.save(ngrok_name(account.sid), NGROK_TOKEN)
        Accounts(self.root).add(account.sid, account.friendly_name, self.root)
        kept = {
            receiving.WAY: {"way": way.value, "address": address, "domain": ""},
            "account": account.sid,
            "setup": {"step": "done", "done": True, "history": "nothing"},
        }
        store = Store(self.root, lambda events: None)
        await store.open()
        for name, value in kept.items():
            await store.do(partial(settings.put, key=name, value=value))
        await store.close()

    async def live(self, way: WayIn = WayIn.NGROK, light: str = "ok") -> Seat:
        """The inbox as it is on any day: set up, every line brought here, all caught up, and the light as it says."""
        await self.settle(way)
        seat = await self.seat()
        await seat.until(lambda: len(seat.services.lines.known()) > 1, "the lines are known")
        if way is not WayIn.POLLING:
            await seat.until(lambda: seat.services.link.public_url, "there is a public address")
            await seat.services.routing.look()
            assert await seat.services.routing.bring(seat.services.routing.plan()) == ()
            await seat.services.health.check()
        await seat.until(lambda: seat.light == light and seat.says("Complete up to"), f"it is live, and {light}")
        return seat

    # what is left behind

    def processes(self) -> list[list[str]]:
        """The command lines of all that runs of ours."""
        ours = psutil.Process()
        found: list[list[str]] = []
        for process in (ours, *ours.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # it has just ended
                found.append(process.cmdline())
        return found


def files_with(secrets: Iterable[str], *folders: Path) -> list[str]:
    """The files below ``folders`` that hold one of the secrets, in any shape that they might have there."""
    shapes = []
    for secret in secrets:
        shapes += [secret.encode(), base64.b64encode(secret.encode()).rstrip(b"="), secret.encode("utf-16-le")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    return [str(path) for path in files if any(shape in path.read_bytes() for shape in shapes)]


House = Callable[..., AbstractAsyncContextManager[Home]]


@asynccontextmanager
async def at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulator: Simulator, ngrok: Standin, **variables: str
) -> AsyncIterator[Home]:
    """A home of one's own, in which the program is started; at the end it quits and all is as before."""
    for name in [name for name in os.environ if name.startswith(VARIABLES)]:
        monkeypatch.delenv(name)
    folders = {"HOME": "home", "XDG_DATA_HOME": "home/data", "XDG_CACHE_HOME": "home/cache"}
    for name, folder in folders.items():
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(tmp_path / folder))
    settings = {
        "SMS_DESKTOP_TWILIO_URL": simulator.base_url,
        "SMS_DESKTOP_WEBHOOK_PORT": "0",
        "SMS_DESKTOP_NGROK": ngrok.path,
    } | variables
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    home = Home(tmp_path / "data", simulator, ngrok)

    def session(engine: Engine, *, demo: bool) -> Session:
        home.sessions.append(Session(engine, demo=demo, pace=0.02))
        return home.session

    monkeypatch.setattr(program, "Session", session)
    monkeypatch.setattr(composing, "UNDO_SECONDS", 0)  # here nobody waits to change their mind
    root = logging.getLogger()
    level = root.level
    try:
        yield home
    finally:
        await home.quit()
        clock.correct(None)
        for sink in [sink for sink in root.handlers if sink.get_name() == "sms-desktop"]:
            root.removeHandler(sink)
            sink.close()
        root.setLevel(level)
