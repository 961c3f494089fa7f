"""The desktop program: composition root of the window, and its life from first paint to quitting."""

import asyncio
import hashlib
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import qasync
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

from sms_desktop import __version__, environment, garbage, log, paths
from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import DatabaseDamaged, NoAccount, NotConfigured, SmsDesktopError, StoreError
from sms_desktop.domain.events import MessageAdded, MessageChanged, OutboxChanged
from sms_desktop.ending import Ending
from sms_desktop.engine import Engine, take
from sms_desktop.gateway.vault import Vault
from sms_desktop.services.account import NOT_CONNECTED, show_ready
from sms_desktop.services.outbox import Remaining
from sms_desktop.services.settings import APPEARANCE
from sms_desktop.services.uptime import Uptime
from sms_desktop.services.wake import woken
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.preferences import Preferences
from sms_desktop.ui.desk import Desk
from sms_desktop.ui.leaving import QUIT, SWITCH, LeavingDialog, Way
from sms_desktop.ui.look import put_on
from sms_desktop.ui.setup.trouble import TroubleWindow
from sms_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from sms_desktop.demo import Demo
    from sms_desktop.domain.backup import Backup
    from sms_desktop.ui.setup.window import SetupWindow

T = TypeVar("T")

logger = logging.getLogger(__name__)

RAISE_TIMEOUT_MS = 2000
ODD = "Something went wrong inside SMS Desktop; nothing was replaced. The log file says more."
LOOK_AGAIN = 1.0
TURN = 0.0005
"""Seconds for which a thread of the store may keep Python while the window wants it; Python's own 5 ms, several times
a frame, are what people see as jerks, and what every answer to Twilio waits for."""
"""Seconds until somebody who waits for the outbox looks again unasked."""


class Next(Enum):
    """What the person wants after the window that was shown."""

    QUIT = 0
    AGAIN = 1
    DEMO = 2
    ADD = 3
    SETUP = 4
    REPAIR = 5


def run(directory: Path, *, demo: bool, log_level: str) -> int:
    """Shows the window until it is closed; returns the exit code. A second window only raises the first."""
    application = make_application()
    if raise_other(directory):
        return 0
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(_live(directory, demo=demo, log_level=log_level))
    return 0


def make_application() -> QApplication:
    """The one QApplication, with the names that desktops show. Raises SmsDesktopError where there is no screen."""
    _check_screen()
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("SMS Desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("sms-desktop")
    application.setWindowIcon(QIcon(str(paths.resources() / "app.svg")))
    # Closing the last dialog must not stop the loop under a running coroutine: the window's own signal ends us.
    application.setQuitOnLastWindowClosed(False)
    sys.setswitchinterval(TURN)
    return application


def _check_screen() -> None:
    """Qt ends the whole process where an X server or compositor does not answer; a sentence is kinder."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY", "")
    host, colon, number = display.rpartition(":")
    number = number.partition(".")[0]
    if not colon or not number.isdecimal():
        raise SmsDesktopError("There is no screen here. Start SMS Desktop on a desktop, or run “sms-desktop serve”.")
    if host in {"", "unix"}:
        for address in (f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"):  # noqa: S108 - X's own place
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
                if server.connect_ex(address) == 0:
                    return
        raise SmsDesktopError(f"The screen {display} does not answer. Is DISPLAY right?")


async def _live(root: Path, *, demo: bool, log_level: str) -> None:
    """One session after the other; what is kept only until the program ends outlives them all."""
    chosen, vault, uptime = Next.DEMO if demo else Next.AGAIN, Vault(), Uptime()
    with Ending() as ending:
        if not demo:
            await _show_ready(root, vault)
        while chosen is not Next.QUIT and not ending.asked:
            if chosen is Next.DEMO and not demo:
                demo, root = True, paths.demo_directory()
            put_on((await asyncio.to_thread(Preferences(root).all)).get(APPEARANCE))  # for every page that may come
            accounts = Accounts(root)
            directory = accounts.free_folder() if chosen is Next.ADD else root if demo else accounts.shown(os.environ)
            chosen = await _session(root, directory, chosen, vault, uptime, ending, log_level=log_level)


async def _show_ready(root: Path, vault: Vault) -> None:
    """Only at the start: one who goes to an account without credentials wants its history."""
    try:
        await show_ready(Accounts(root), vault, os.environ)
    except SmsDesktopError as error:  # a directory that cannot be written is told by the session
        logger.warning("%s", error)


async def _session(
    root: Path, directory: Path, chosen: Next, vault: Vault, uptime: Uptime, ending: Ending, *, log_level: str
) -> Next:
    """One engine and one window, until the window closes or the person wants another."""
    demo = chosen is Next.DEMO
    try:
        surroundings = environment.read()
        session = Session(Engine(directory, surroundings, demo=demo, root=root, vault=vault, uptime=uptime), demo=demo)
        await session.open()
    except DatabaseDamaged as error:
        return await _repair(root, directory, ending, what=error.what)
    except SmsDesktopError as error:
        return await _trouble(str(error), ending)
    log.set_up(directory / "logs", log_level)
    door, damage = Door(root), ""
    # The system's own end waits for nobody; what has not left is in the outbox.
    application = cast(QGuiApplication, QGuiApplication.instance())
    application.commitDataRequest.connect(session.end)
    try:
        ending.tell(lambda: session.leave(Next.QUIT))
        door.knocked.connect(session.show)
        if session.next is None and not demo and (chosen in {Next.ADD, Next.SETUP} or await session.wants_set_up()):
            await session.set_up(welcome=chosen is not Next.SETUP)
        if session.next is None:
            await session.show_first()
            await session.closed.wait()
    except DatabaseDamaged as error:  # in a place that opening it does not look at
        damage = error.what
    finally:
        application.commitDataRequest.disconnect(session.end)
        door.close()
        await session.close()
    if damage:
        return await _repair(root, directory, ending, what=damage)
    if session.next is Next.REPAIR:
        return await _repair(root, directory, ending, source=session.source)
    return session.next or Next.QUIT


async def _repair(
    root: Path, directory: Path, ending: Ending, *, what: str = "is damaged", source: "Path | Backup | None" = None
) -> Next:
    """While no engine runs: offers what can be done for a damaged database, or restores ``source`` at once."""
    from sms_desktop.domain.backup import Backup
    from sms_desktop.services.repair import Repair
    from sms_desktop.ui.repair import sentences
    from sms_desktop.ui.repair.asking import ask_source
    from sms_desktop.ui.repair.presenter import RepairPresenter
    from sms_desktop.ui.repair.window import RepairWindow

    try:
        lock = await asyncio.to_thread(take, directory)
    except SmsDesktopError as error:
        return await _trouble(str(error), ending)
    tasks = Tasks(lambda error: window.show_trouble(str(error) if isinstance(error, SmsDesktopError) else ODD))
    try:
        lead = sentences.KEPT if source is not None else sentences.happened(what)
        window = RepairWindow(sentences.REPLACING if source is not None else sentences.TITLE, lead)
        answer: asyncio.Future[Next] = asyncio.get_running_loop().create_future()
        repair = Repair(directory, Accounts(root).sid_of(directory))
        presenter = RepairPresenter(repair, tasks, window, lambda: ask_source(window))
        presenter.finished.connect(lambda: _answer(answer, Next.AGAIN))
        window.backRequested.connect(lambda: _answer(answer, Next.AGAIN))
        window.closed.connect(lambda: _answer(answer, Next.QUIT))
        if source is None:
            tasks.spawn(presenter.start(), "look")
        else:
            window.replace_only()
            backup = source if isinstance(source, Backup) else None
            path = source.path if isinstance(source, Backup) else source
            tasks.spawn(presenter.restore(path, backup), "restore")
        return await _asked(window, answer)
    finally:
        await tasks.close()
        lock.release()


async def _trouble(sentence: str, ending: Ending) -> Next:
    window = TroubleWindow(sentence)
    answer: asyncio.Future[Next] = asyncio.get_running_loop().create_future()
    window.retryRequested.connect(lambda: _answer(answer, Next.AGAIN))
    window.closed.connect(lambda: _answer(answer, Next.QUIT))
    ending.tell(lambda: _answer(answer, Next.QUIT))
    print(sentence, file=sys.stderr)  # noqa: T201 - where it was started from a terminal
    return await _asked(window, answer)


def _answer(future: "asyncio.Future[T]", chosen: T) -> None:
    """The first answer counts."""
    if not future.done():
        future.set_result(chosen)


async def _asked(window: QWidget, answer: asyncio.Future[Next]) -> Next:
    window.show()
    chosen = await answer
    window.hide()
    window.deleteLater()
    return chosen


class Session:
    """An engine, the desk over it and, in the demo, the simulator behind it."""

    def __init__(self, engine: Engine, *, demo: bool, pace: float = 1.0) -> None:
        self.engine = engine
        self.closed = asyncio.Event()
        self.next: Next | None = None
        """What the person wants after this session; None while it goes on."""
        self.source: Path | Backup | None = None
        """What is to be restored after it."""
        self.tasks = Tasks(self._failed)
        self.demo: Demo | None = None
        self.desk: Desk
        self.setup: SetupWindow | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._leaving: asyncio.Task[Any] | None = None
        if demo:
            from sms_desktop import demo as sandbox

            self.demo = sandbox.Demo(pace)

    async def open(self) -> None:
        """Opens the store; the demo's sample history is written into an empty one."""
        await self.engine.open()
        if self.demo is not None:
            from sms_desktop.demo import seed

            try:
                await seed(self.engine)
            except BaseException:
                await self.engine.close()
                raise

    async def wants_set_up(self) -> bool:
        """Whether there is neither an account nor any history to show, or setting up was left unfinished."""
        services = self.engine.services
        kept = await services.settings.get("setup", {})
        if isinstance(kept, dict) and kept.get("step") and not kept.get("done"):
            return True
        if services.account.sid is not None or await services.conversations.page(Filter.ALL, limit=1):
            return False
        try:
            await services.account.find()
        except NotConfigured:
            return True
        except SmsDesktopError:
            pass  # told by the window's banner
        return False

    async def set_up(self, *, welcome: bool) -> None:
        """Shows the guided set-up until it is finished or left; all that it needs runs beside it."""
        from sms_desktop.ui.setup.presenter import SetupPresenter
        from sms_desktop.ui.setup.window import SetupWindow

        put_on(await self.engine.services.settings.get(APPEARANCE))
        self.setup = window = SetupWindow()
        presenter = SetupPresenter(self.engine.services, self.tasks, window, start_at=None if welcome else "account")
        done = asyncio.Event()
        presenter.finished.connect(done.set)
        presenter.demoRequested.connect(lambda: self.leave(Next.DEMO))
        window.closed.connect(lambda: self.leave(Next.QUIT))
        window.show()
        await self._connect()
        await presenter.start()
        await _first(done.wait(), self.closed.wait())
        presenter.close()
        window.hide()
        await self.tasks.close()  # what a page was asking must not come back to a page that is gone
        window.deleteLater()
        self.setup = None

    async def show_first(self) -> None:
        """Paints the window and its first page, then reaches out."""
        self.desk = desk = Desk(self.engine.services, self.tasks, self.demo.simulator if self.demo else None)
        desk.window.closed.connect(lambda: self.leave(Next.QUIT))
        desk.window.asks_before_closing = True
        desk.window.closeRequested.connect(self._want_to_quit)
        desk.accountChosen.connect(self._switch)
        desk.addAccountRequested.connect(lambda: self.leave(Next.ADD))
        desk.setupRequested.connect(lambda: self.leave(Next.SETUP))
        desk.repairRequested.connect(self._repair)
        await desk.start()
        if not self.engine.running:
            self._connecting = asyncio.create_task(self._connect(), name="connect")
        self.tasks.spawn(garbage.sweep(), "garbage")

    def leave(self, wanted: Next) -> None:
        """Ends the session; the first wish counts."""
        self.next = self.next or wanted
        self.closed.set()

    def _repair(self, source: "Path | Backup | None") -> None:
        self.source = source
        self.leave(Next.REPAIR)

    def _want_to_quit(self) -> None:
        async def quit() -> None:
            self.leave(Next.QUIT)

        self._want(QUIT, quit)

    def _switch(self, sid: str) -> None:
        async def switch() -> None:
            await self.engine.services.account.choose(sid)
            self.leave(Next.AGAIN)

        if self.engine.services.link.gateway is None:  # nothing could leave here while one waits
            self.tasks.spawn(switch(), "switch account")
        else:
            self._want(SWITCH, switch)

    def _want(self, way: Way, go: Callable[[], Awaitable[None]]) -> None:
        if self._leaving is None:
            self._leaving = self.tasks.spawn(self._go_when_right(way, go), way.verb)

    async def _go_when_right(self, way: Way, go: Callable[[], Awaitable[None]]) -> None:
        """At once where nothing is left to do, else as the person decides."""
        try:
            if await self._may_go(way):
                await go()
        finally:
            if self._leaving is asyncio.current_task():
                self._leaving = None

    async def _may_go(self, way: Way) -> bool:
        try:
            if hasattr(self.desk, "composer"):
                await self.desk.composer.flush()  # what was just sent counts
            remaining = await self.engine.services.outbox.remaining()
            return not remaining or await self._decided(way, remaining)
        except SmsDesktopError:
            return True  # a store that cannot be read must not keep anybody here

    async def _decided(self, way: Way, remaining: Remaining) -> bool:
        """Whether the person goes, or has waited until all was done."""
        dialog = LeavingDialog(remaining, way, self.desk.window)
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        news = asyncio.Event()
        unsubscribe = [
            self.engine.hub.subscribe(kind, lambda _: news.set())
            for kind in (OutboxChanged, MessageAdded, MessageChanged)
        ]
        dialog.goChosen.connect(lambda: _answer(answer, True))
        dialog.waitChosen.connect(lambda: dialog.begin_waiting(remaining))
        dialog.rejected.connect(lambda: self._stay(answer))
        answer.add_done_callback(lambda _: news.set())
        dialog.open()
        try:
            while not answer.done():
                await woken(news, LOOK_AGAIN)
                if answer.done():
                    break
                remaining = await self.engine.services.outbox.remaining()
                if not remaining:  # whether it was waited for or not: nothing is to be asked any more
                    return answer.result() if answer.done() else True
                dialog.show_remaining(remaining)
            return answer.result()
        finally:
            for end in unsubscribe:
                end()
            dialog.close()
            dialog.deleteLater()

    def _stay(self, answer: "asyncio.Future[bool]") -> None:
        """From now on the next wish to quit is a new one."""
        _answer(answer, False)
        self._leaving = None

    def end(self) -> None:
        """Ends the session and asks nobody."""
        if hasattr(self, "desk"):
            self.desk.window.asks_before_closing = False
        self.leave(Next.QUIT)

    def show(self) -> None:
        """Brings the window to the front; where there is none yet, it is about to come by itself."""
        if self.setup is None and not hasattr(self, "desk"):
            return
        window = self.setup or self.desk.window
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()

    async def connected(self) -> None:
        """Returns once the attempt to connect has ended."""
        if self._connecting is not None:
            await self._connecting

    async def close(self) -> None:
        """Keeps drafts, lets sends under way end, closes all."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if hasattr(self, "desk"):
            try:
                await self.desk.close()
            except StoreError as error:  # what must be done next may be to mend just that
                logger.warning("the window's state was not kept: %s", error)
        await self.tasks.close()
        await self.engine.close()
        if self.demo is not None:
            await self.demo.close()

    async def _connect(self) -> None:
        try:
            if self.demo is not None:
                await self.demo.connect(self.engine)
            else:
                await self.engine.connect(patient=True)
        except NoAccount as error:  # whose own sentence is for a terminal
            self.engine.services.connection.refuse(NOT_CONNECTED, error)
        except SmsDesktopError as error:
            self.engine.services.connection.refuse(str(error), error)
        except Exception as error:
            logger.exception("connecting failed")
            self.engine.services.connection.refuse(f"Connecting failed ({type(error).__name__}); the log has more.")
        finally:
            garbage.leave_out_what_exists()

    def _failed(self, error: BaseException) -> None:
        sentence = str(error) if isinstance(error, SmsDesktopError) else ""
        if isinstance(error, DatabaseDamaged):
            sentence = "The database is damaged. Open line health, below at the left, and press “Repair…”."
        if self.setup is not None:
            self.setup.complain(sentence)
        else:
            self.desk.show_error(sentence)


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Returns when one of them has come about."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


class Door(QObject):
    """Where a second window of the same data directory knocks instead of opening."""

    knocked = Signal()

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._open)
        name = _door_name(directory)
        QLocalServer.removeServer(name)  # left by a crash: we hold the directory's lock, so nobody else listens
        if not self._server.listen(name):
            logger.warning("a second window will not find this one: %s", self._server.errorString())

    def close(self) -> None:
        self._server.close()

    def _open(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.disconnectFromServer()
            self.knocked.emit()


def raise_other(directory: Path) -> bool:
    """Whether another window has this data directory open; it has come to the front then."""
    socket = QLocalSocket()
    socket.connectToServer(_door_name(directory))
    found = socket.waitForConnected(RAISE_TIMEOUT_MS)
    if found:
        socket.waitForDisconnected(RAISE_TIMEOUT_MS)
    return found


def _door_name(directory: Path) -> str:
    return "sms-desktop-" + hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:24]
