"""Leaving a session, with something left to do in it: the one way out that asks first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import MessageAdded, MessageChanged, OutboxChanged
from sms_desktop.services.outbox import Remaining
from sms_desktop.services.services import Services
from sms_desktop.services.wake import woken
from sms_desktop.ui.leaving import LeavingDialog, ReturningDialog, Way
from sms_desktop.ui.tasks import Tasks

log = logging.getLogger(__name__)

SOON = 0.3
"""Seconds in which what is done in time needs no window that says so."""
LOOK_AGAIN = 1.0
"""Seconds until somebody who waits for the outbox looks again unasked."""


class Parting:
    """``ask`` before going. ``window`` gives what the question stands over, ``flush`` writes what was just sent."""

    def __init__(
        self,
        services: Services,
        tasks: Tasks,
        window: Callable[[], QWidget | None],
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._services, self._tasks, self._window, self._flush = services, tasks, window, flush
        self._asking: asyncio.Task[Any] | None = None

    def ask(self, way: Way, go: Callable[[], Awaitable[None]]) -> None:
        """Goes at once where nothing is left to do, else as the person decides. One question at a time."""
        if self._asking is None:
            self._asking = self._tasks.spawn(self._go_when_right(way, go), way.verb)

    async def stop(self) -> None:
        """Takes the question back: what it stands over goes."""
        if (asking := self._asking) is not None:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            self._asking = None

    async def _go_when_right(self, way: Way, go: Callable[[], Awaitable[None]]) -> None:
        try:
            if await self._may_go(way) and await self._given_back(way):
                await go()
        finally:
            if self._asking is asyncio.current_task():
                self._asking = None

    async def _may_go(self, way: Way) -> bool:
        try:
            await self._flush()
            remaining = await self._services.outbox.remaining()
        except SmsDesktopError:
            return True  # a store that cannot be read must not keep anybody here
        return not remaining or await self._decided(way, remaining)

    async def _decided(self, way: Way, remaining: Remaining) -> bool:
        """Whether the person goes, or has waited until all was done. Who has not said yet is not overruled when all is
        done: a finger may be on its way to Stay.
        """
        dialog = LeavingDialog(remaining, way, self._window())
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        news = asyncio.Event()
        unsubscribe = [
            self._services.hub.subscribe(kind, lambda _: news.set())
            for kind in (OutboxChanged, MessageAdded, MessageChanged)
        ]
        dialog.goChosen.connect(lambda: _settle(answer, True))
        dialog.waitChosen.connect(lambda: dialog.begin_waiting(remaining))
        dialog.rejected.connect(lambda: self._stay(answer))
        answer.add_done_callback(lambda _: news.set())
        dialog.open()
        try:
            while not answer.done():
                await woken(news, LOOK_AGAIN)
                if answer.done():
                    break
                try:
                    remaining = await self._services.outbox.remaining()
                except SmsDesktopError:
                    continue  # somebody has the question before them: it is theirs to answer
                if dialog.is_waiting and not remaining.is_worth_waiting:
                    _settle(answer, True)
                    break
                dialog.show_remaining(remaining)
            return answer.result()
        finally:
            for end in unsubscribe:
                end()
            dialog.close()
            dialog.deleteLater()

    async def _given_back(self, way: Way) -> bool:
        """Whether the person goes: the numbers have their former addresses again, where that is wanted, or need not."""
        services = self._services
        if not (services.receiving.restores_on_quit and services.routing.diverts):
            return True
        goes: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        dialog, again = ReturningDialog(way, self._window()), asyncio.Event()
        dialog.goChosen.connect(lambda: _settle(goes, True))
        dialog.againChosen.connect(again.set)
        dialog.rejected.connect(lambda: self._stay(goes))
        goes.add_done_callback(lambda _: again.set())
        try:
            while not goes.done():
                dialog.show_busy()
                back = asyncio.ensure_future(services.routing.part())
                ends: list[asyncio.Future[Any]] = [back, goes]
                try:
                    done, _ = await asyncio.wait(ends, timeout=SOON, return_when=asyncio.FIRST_COMPLETED)
                    if not done:
                        dialog.open()
                        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    back.cancel()
                    await asyncio.wait({back})
                if goes.done():
                    break
                if not (trouble := _trouble(back)):
                    _settle(goes, True)
                    return True
                dialog.show_trouble(trouble)
                dialog.open()
                again.clear()
                await woken(again, None)
            if goes.result():
                services.receiving.spare()
            else:
                self._tasks.spawn(services.routing.follow(), "numbers here again")
            return goes.result()
        finally:
            dialog.close()
            dialog.deleteLater()

    def _stay(self, answer: "asyncio.Future[bool]") -> None:
        """From now on the next wish to go is a new one; a dialog that closes because somebody goes says nothing."""
        if not answer.done():
            answer.set_result(False)
            self._asking = None


def _trouble(back: "asyncio.Future[tuple[str, ...]]") -> tuple[str, ...]:
    """Why not all could be given back."""
    try:
        return back.result()
    except Exception as error:  # not foreseen, and no reason to keep anybody here
        log.exception("giving the numbers back stumbled")
        return (f"Something went wrong ({type(error).__name__}).",)


def _settle(answer: "asyncio.Future[bool]", goes: bool) -> None:
    if not answer.done():
        answer.set_result(goes)
