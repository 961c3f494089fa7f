"""A session: one engine and the window over it, until the person wants to be elsewhere."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from sms_desktop import garbage
from sms_desktop.app.front import bring
from sms_desktop.app.parting import Parting
from sms_desktop.app.place import PATIENCE, Wish
from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import DatabaseDamaged, NoAccount, NotConfigured, SmsDesktopError, StoreError
from sms_desktop.domain.events import DatabaseLost
from sms_desktop.engine import Engine
from sms_desktop.services.account import NOT_CONNECTED, SETUP
from sms_desktop.services.settings import APPEARANCE
from sms_desktop.ui import leaving
from sms_desktop.ui.desk import Desk
from sms_desktop.ui.look import put_on
from sms_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from sms_desktop.demo import Demo
    from sms_desktop.domain.backup import Backup
    from sms_desktop.ui.setup.window import SetupWindow

logger = logging.getLogger(__name__)


class Session:
    """An engine, the desk over it and, in the demo, the simulator behind it.

    ``gives_way``: where its account has no credentials, one that has them is shown instead, if nobody has touched the
    window yet.
    """

    def __init__(self, engine: Engine, *, demo: bool, pace: float = 1.0) -> None:
        self.engine = engine
        self.gives_way = False
        self.closed = asyncio.Event()
        self.next: Wish | None = None
        """What the person wants after this session; None while it goes on."""
        self.source: Path | Backup | None = None
        """What is to be restored after it."""
        self.tasks = Tasks(self._failed)
        self.demo: Demo | None = None
        self.setup: SetupWindow | None = None
        self._desk: Desk | None = None
        self._parting = Parting(engine.services, self.tasks, lambda: self.window, self._flush)
        self._connecting: asyncio.Task[None] | None = None
        # Nothing that is typed or done from now on would be kept: the page that helps comes at once.
        engine.hub.subscribe(DatabaseLost, lambda event: self.leave(Wish.REPAIR))
        if demo:
            from sms_desktop import demo as sandbox

            self.demo = sandbox.Demo(pace)

    @property
    def desk(self) -> Desk:
        """Only once ``show_first`` was called."""
        assert self._desk is not None
        return self._desk

    @property
    def window(self) -> QWidget | None:
        """The one that is there now; none between set-up and desk, and at the beginning."""
        if self.setup is not None:
            return self.setup
        return self._desk.window if self._desk is not None else None

    async def open(self) -> None:
        """Opens the store; the demo's sample history is written into an empty one."""
        await self.engine.open(PATIENCE)
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
        kept = await services.settings.get(SETUP, {})
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

    async def set_up(self, *, welcome: bool, came: Wish | None = None, account: str | None = None) -> None:
        """Shows the guided set-up until it is finished or left; all that it needs runs beside it.

        ``came`` is the way back to where the person came from: HERE is this account's own inbox, SHOWN that of
        ``account``, DEMO the demo; None where they come from nowhere.
        """
        from sms_desktop.ui.setup.presenter import SetupPresenter
        from sms_desktop.ui.setup.window import SetupWindow

        self.gives_way = False
        put_on(await self.engine.services.settings.get(APPEARANCE))
        self.setup = window = SetupWindow()
        tasks = Tasks(self._failed)  # of its own: what a page was asking must not come back to a page that is gone
        presenter = SetupPresenter(
            self.engine.services,
            tasks,
            window,
            start_at=None if welcome else "account",
            back="" if came is None else "Back to the demo" if came is Wish.DEMO else "Back to the inbox",
            from_inbox=came is Wish.HERE,
        )
        done = asyncio.Event()
        presenter.finished.connect(done.set)
        presenter.demoRequested.connect(lambda: self.want(Wish.DEMO, leaving.DEMO))
        presenter.accountChosen.connect(self._switch)
        presenter.replaced.connect(lambda: self.leave(Wish.REPLACED))
        presenter.left.connect(lambda: self._go_back(came, account))
        window.closed.connect(lambda: self.leave(Wish.QUIT))
        window.asks_before_closing = True
        window.closeRequested.connect(lambda: self.want(Wish.QUIT, self._quitting()))
        try:
            window.show()
            await self._connect()
            await presenter.start()
            await _first(done.wait(), self.closed.wait())
        finally:
            presenter.close()
            window.hide()
            await self._parting.stop()
            await tasks.close()
            self.setup = None
            window.deleteLater()

    async def show_first(self) -> None:
        """Paints the window and its first page, then reaches out."""
        self._desk = desk = Desk(self.engine.services, self.tasks, self.demo.simulator if self.demo else None)
        desk.window.closed.connect(lambda: self.leave(Wish.QUIT))
        desk.window.asks_before_closing = True
        desk.window.closeRequested.connect(lambda: self.want(Wish.QUIT, self._quitting()))
        desk.accountChosen.connect(self._switch)
        desk.addAccountRequested.connect(lambda: self.want(Wish.ADD, leaving.ADD))
        desk.setupRequested.connect(lambda: self.want(Wish.SETUP, leaving.SETUP))
        desk.repairRequested.connect(self._repair)
        await desk.start()
        if not self.engine.running:
            self._connecting = asyncio.create_task(self._connect(), name="connect")
        self.tasks.spawn(garbage.sweep(), "garbage")

    def want(self, wish: Wish, way: leaving.Way, first: Callable[[], Awaitable[None]] | None = None) -> None:
        """Leaves once nothing is left to do here, or the person goes all the same; ``first`` is done just before."""

        async def go() -> None:
            if first is not None:
                await first()
            self.leave(wish)

        asks = wish is Wish.QUIT or way is leaving.REPAIR  # which tell what becomes of it
        if not asks and self.engine.services.link.gateway is None:  # nothing could leave while one waits
            self.tasks.spawn(go(), way.verb)
        else:
            self._parting.ask(way, go)

    def _quitting(self) -> leaving.Way:
        return leaving.quitting(len(self.engine.services.account.known()))

    def leave(self, wish: Wish) -> None:
        """Ends the session; the first wish counts."""
        self.next = self.next or wish
        self.closed.set()

    def _switch(self, sid: str) -> None:
        self.want(Wish.SHOWN, leaving.SWITCH, lambda: self.engine.services.account.choose(sid))

    def _go_back(self, came: Wish | None, account: str | None) -> None:
        if came is Wish.DEMO:
            self.want(Wish.DEMO, leaving.DEMO)
        elif account is not None:
            self._switch(account)
        else:
            self.want(Wish.SHOWN, leaving.SWITCH)

    def _repair(self, source: "Path | Backup | None") -> None:
        async def note() -> None:
            self.source = source

        self.want(Wish.REPAIR, leaving.REPAIR if source is None else leaving.RESTORE, note)

    async def _flush(self) -> None:
        if self._desk is not None:
            await self._desk.flush()

    def end(self) -> None:
        """Ends the session and asks nobody: what has not left is in the outbox."""
        if self.setup is not None:
            self.setup.asks_before_closing = False
        if self._desk is not None:
            self._desk.window.asks_before_closing = False
        self.leave(Wish.QUIT)

    def show(self) -> None:
        """Brings the window to the front; where there is none just now, the next one comes up there by itself."""
        if self.window is not None:
            bring(self.window)

    async def connected(self) -> None:
        """Returns once the attempt to connect has ended."""
        if self._connecting is not None:
            await self._connecting

    async def close(self) -> None:
        """Keeps drafts, lets sends under way end, closes all."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._desk is not None:
            try:
                await self._desk.close()
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
            if self.gives_way:
                self.tasks.spawn(self._give_way(), "give way")
        except SmsDesktopError as error:
            self.engine.services.connection.refuse(str(error), error)
        except Exception as error:
            logger.exception("connecting failed")
            self.engine.services.connection.refuse(f"Connecting failed ({type(error).__name__}); the log has more.")
        finally:
            garbage.leave_out_what_exists()

    async def _give_way(self) -> None:
        """The keyring may take its time; who has begun to do something here meanwhile is left alone."""
        watch = _Watch(self.desk.window)
        other = await self.engine.services.account.stand_in()
        if other is not None and not watch.touched:
            await self.engine.services.account.step_aside(other)
            self.leave(Wish.SHOWN)

    def _failed(self, error: BaseException) -> None:
        sentence = str(error) if isinstance(error, SmsDesktopError) else ""
        if isinstance(error, DatabaseDamaged):
            sentence = f"{error} Open line health, below at the left, and press “Repair…”."
        if self.setup is not None:
            self.setup.complain(sentence)
        elif self._desk is not None:
            self._desk.show_error(sentence)
        else:  # between two windows
            logger.warning("what was begun before failed: %s", sentence or type(error).__name__)


class _Watch(QObject):
    """Whether a key or a button was pressed in the window since."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.touched = False
        if (handle := window.windowHandle()) is not None:  # of the window alone: few events come to it
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin):
            self.touched = True
        return False


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Returns when one of them has come about."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
