"""A qasync loop under the real widgets, and services over a real store."""

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

import sms_desktop
from sms_desktop.services.services import Services
from tests.rig import Rig

T = TypeVar("T")
FRAME = 0.016


class _WindowLoop(qasync.QEventLoop):  # type: ignore[misc]
    """Counts as running between two runs too: pytest-qt lets Qt's events through there, and qasync's with them."""

    def run_forever(self) -> None:
        try:
            super().run_forever()
        finally:
            asyncio.events._set_running_loop(self)

    def run_until_complete(self, future: Coroutine[Any, Any, Any]) -> Any:
        task = asyncio.ensure_future(future, loop=self)
        task.add_done_callback(lambda _: self.stop())
        self.run_forever()
        return task.result()

    def close(self) -> None:
        asyncio.events._set_running_loop(None)
        super().close()


class Loop:
    """The window's own kind of loop; ``run`` drives widgets and coroutines together until ``coro`` is done."""

    def __init__(self, loop: qasync.QEventLoop) -> None:
        self._loop = loop

    def run(self, coro: Coroutine[Any, Any, T], timeout: float = 30.0) -> T:
        async def timed() -> T:
            async with asyncio.timeout(timeout):
                return await coro

        result: T = self._loop.run_until_complete(timed())
        return result

    def until(self, fact: Callable[[], object], timeout: float = 30.0) -> None:
        """Runs widgets and coroutines until ``fact`` holds; pytest-qt's waitUntil would run the widgets alone."""

        async def held() -> None:
            while not fact():  # noqa: ASYNC110 - a widget sets no asyncio.Event
                await asyncio.sleep(FRAME)

        self.run(held(), timeout)


@pytest.fixture(autouse=True)
def garbage() -> Iterator[None]:
    """Searched for here alone: widgets that a store's thread found to be garbage would be destroyed on that thread."""
    gc.disable()
    yield
    gc.collect()
    gc.freeze()  # what is left stays, and need not be looked through again
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_is_held_down(qapp: QApplication) -> None:
    """A button of the mouse that a test has left pressed, as QTest's double click does, is so for all after it."""
    nowhere = QWidget()
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
        if QApplication.mouseButtons() & button:
            QTest.mouseRelease(nowhere, button)
    assert QApplication.mouseButtons() == Qt.MouseButton.NoButton


@pytest.fixture(scope="session", autouse=True)
def nothing_flashes() -> Iterator[None]:
    """What is shown before it has its place is a window for a moment, in a corner of the screen."""
    ours = Path(sms_desktop.__file__).parent.as_posix()

    def placed(show: Callable[..., None], taken: int) -> Callable[..., None]:
        def shown(widget: QWidget, *on: bool) -> None:
            on = on[:taken]  # a signal may tell more than the slot takes
            if all(on) and widget.isWindow() and not widget.windowTitle() and not isinstance(widget, QMenu):
                by = sys._getframe(1).f_code.co_filename
                assert not Path(by).as_posix().startswith(ours), f"{type(widget).__name__} has no place yet"
            show(widget, *on)

        return shown

    with pytest.MonkeyPatch.context() as patch:
        for name, taken in (("show", 0), ("setVisible", 1)):
            patch.setattr(QWidget, name, placed(getattr(QWidget, name), taken))
        yield


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[Loop]:
    qapp.setQuitOnLastWindowClosed(False)
    event_loop = _WindowLoop(qapp)
    asyncio.set_event_loop(event_loop)
    with event_loop:
        yield Loop(event_loop)
    asyncio.set_event_loop(None)


@pytest.fixture
def rig(loop: Loop, tmp_path: Path) -> Iterator[Rig]:
    """Engine and simulator, connected."""
    rig = Rig(tmp_path / "data")
    loop.run(rig.start())
    yield rig
    loop.run(rig.stop())


@pytest.fixture
def services(rig: Rig) -> Services:
    return rig.services
