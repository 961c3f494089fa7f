"""The program's life: one session after the other, until the person or the system has it end."""

import asyncio
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

import qasync
from PySide6.QtGui import QGuiApplication

from sms_desktop import environment, garbage, log, paths
from sms_desktop.app.application import make_application
from sms_desktop.app.front import Front
from sms_desktop.app.page import trouble
from sms_desktop.app.place import Map, Place, Wish
from sms_desktop.app.session import Session
from sms_desktop.app.single import Single, raise_other
from sms_desktop.domain.account import Identity
from sms_desktop.domain.errors import DatabaseDamaged, SmsDesktopError
from sms_desktop.ending import Ending
from sms_desktop.engine import Engine
from sms_desktop.gateway.vault import Vault
from sms_desktop.services.settings import APPEARANCE
from sms_desktop.services.uptime import Uptime
from sms_desktop.store.preferences import Preferences
from sms_desktop.ui.look import put_on

if TYPE_CHECKING:
    from sms_desktop.domain.backup import Backup

logger = logging.getLogger(__name__)


def run(root: Path, *, demo: bool, log_level: str) -> int:
    """Shows the window until it is closed; returns the exit code. A second window only raises the first.

    ``root`` is the data directory, of the demo if ``demo``; the one of the other kind is where it always is.
    """
    application = make_application()
    real, sandbox = (paths.data_directory(), root) if demo else (root, paths.demo_directory())
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(Program(Map(real, sandbox, os.environ), log_level).live(demo=demo))
    return 0


class Program:
    """``live`` it. What is kept only until the program ends outlives the sessions; so does what listens outside."""

    def __init__(self, map: Map, log_level: str) -> None:
        self._map, self._log_level = map, log_level
        self._vault, self._uptime, self._ending = Vault(), Uptime(), Ending()
        self._front: Front | None = None
        self._single: Single | None = None
        self._from: tuple[bool, str | None] = False, None
        """Whether the last session was the demo, and its account."""
        self._came: tuple[Wish | None, str | None] = None, None
        """How the set-up was come to, and from which account."""
        self._successor: tuple[str | None, Identity | None, str] = None, None, ""
        """The account of the last session, the one that takes its place, and what is to be said of that."""

    async def live(self, *, demo: bool = False) -> None:
        """Returns when the program is to end."""
        place, wish = self._map.sandbox() if demo else self._map.shown(), Wish.HERE
        application = cast(QGuiApplication, QGuiApplication.instance())
        with self._ending:
            self._ending.tell(self._end)
            application.commitDataRequest.connect(self._ending.ask)  # the end of the desktop's session
            try:
                first = True
                while wish is not Wish.QUIT and not self._ending.asked and self._is_alone(place.root):
                    wish = await self._session(place, wish, first=first)
                    if wish is not Wish.QUIT:  # else the system takes all of it
                        garbage.take_out()
                    place, first = await self._lead(wish, place), False
            finally:
                application.commitDataRequest.disconnect(self._ending.ask)
                self._leave_alone()

    async def _lead(self, wish: Wish, place: Place) -> Place:
        former, successor, told = self._successor
        if wish is Wish.REPLACED and successor is not None:
            from sms_desktop.app.handing import hand_on

            try:
                return await hand_on(place, former, successor, told)
            except SmsDesktopError as error:  # the set-up asks for the account once more
                logger.warning("%s could not be handed on: %s", place.directory.name, error)
        return self._map.lead(wish, place)

    async def _session(self, place: Place, wish: Wish, *, first: bool) -> Wish:
        """One engine and one window, until the window closes or the person wants another."""
        put_on((await asyncio.to_thread(Preferences(place.root).all)).get(APPEARANCE))  # for every page that may come
        try:
            session = Session(
                Engine(
                    place.directory,
                    environment.read(),
                    demo=place.demo,
                    root=place.root,
                    vault=self._vault,
                    uptime=self._uptime,
                ),
                demo=place.demo,
            )
            await session.open()
        except DatabaseDamaged as error:
            return await self._mend(place, wish, what=error.what)
        except SmsDesktopError as error:
            return wish if await trouble(error, self._comes) else Wish.QUIT
        session.gives_way = first and not place.demo
        log.set_up(place.directory / "logs", self._log_level)
        self._comes(session)
        damage = ""
        try:
            guided = wish in {Wish.ADD, Wish.SETUP}
            if session.next is None and not place.demo and (guided or await session.wants_set_up()):
                demo, account = self._from
                came = None if not guided else Wish.DEMO if demo else Wish.SHOWN if wish is Wish.ADD else Wish.HERE
                if wish is Wish.REPLACED:
                    came, account = self._came
                self._came = came, account
                await session.set_up(welcome=wish is not Wish.SETUP, came=came, account=account)
            if session.next is None:
                await session.show_first()
                await session.closed.wait()
            lost = session.engine.store.lost
            if lost is not None and session.next is Wish.REPAIR:
                raise lost
        except DatabaseDamaged as error:  # in a place that opening it does not look at
            damage = error.what
        finally:
            self._front = None
            ended = session.engine.services.account
            self._from = place.demo, ended.sid
            self._successor = ended.sid, ended.successor, ended.left_behind
            if session.next is Wish.QUIT:
                self._comes(None)
            await session.close()
        if damage:
            return await self._mend(place, Wish.HERE, what=damage)
        if session.next is Wish.REPAIR:
            return await self._mend(place, Wish.HERE, source=session.source)
        return session.next or Wish.QUIT

    async def _mend(
        self, place: Place, wish: Wish, *, what: str = "is damaged", source: "Path | Backup | None" = None
    ) -> Wish:
        """``wish``: what is wanted once it is mended."""
        from sms_desktop.app.mending import mend

        return wish if await mend(place, self._comes, what=what, source=source) else Wish.QUIT

    # What comes from outside

    def _comes(self, front: Front | None) -> None:
        """``front`` is what the system and a second start have to do with from now on; None: nothing comes any more,
        and who starts it again starts it anew.
        """
        self._front = front
        if front is None:
            self._leave_alone()
        elif self._ending.asked:
            front.end()

    def _end(self) -> None:
        if self._front is not None:
            self._front.end()

    def _knocked(self) -> None:
        if self._front is not None:
            self._front.show()

    def _is_alone(self, root: Path) -> bool:
        """Whether no other window has ``root`` open; from then on a second start comes to us."""
        if self._single is not None and self._single.root == root:
            return True
        self._leave_alone()
        if raise_other(root):
            return False
        self._single = Single(root, self._knocked)
        return True

    def _leave_alone(self) -> None:
        if self._single is not None:
            self._single.close()
            self._single = None
