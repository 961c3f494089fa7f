"""The window, started as a person starts it, that says when its list was painted and what it weighs; then it quits.

Run by ``bench_start`` as a process of its own: ``probe_start DIRECTORY`` for the app, ``probe_start --bare`` for a bare
window of the same toolkit. Each line on standard output is one JSON object.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

SETTLE = 3.0
"""Seconds after connecting until all is running and memory is read."""


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def resident() -> float:
    """Megabytes of this process that are in memory."""
    import psutil

    return float(psutil.Process(os.getpid()).memory_info().rss / 1_000_000)


def bare() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, self.painted)

        def painted(self) -> None:
            say(event="painted")
            say(event="settled", resident=resident(), stall=0.0)
            application.quit()

    application = QApplication([])
    window = Window()
    window.resize(1320, 840)
    window.show()
    application.exec()


def program(directory: Path) -> None:
    import qasync
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QAbstractItemView, QWidget

    from sms_desktop import garbage

    garbage.hold()
    import sms_desktop.ui  # noqa: F401 - first, as the command does
    from sms_desktop import environment
    from sms_desktop.app.application import make_application
    from sms_desktop.app.session import Session
    from sms_desktop.engine import Engine

    class Watch(QObject):
        """Says so at the end of the step of the loop in which the list was first painted with rows in it."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
                view = watched.parent()
                if isinstance(view, QAbstractItemView) and view.accessibleName() == "Conversations":
                    rows = view.model().rowCount()
                    if rows:
                        application.removeEventFilter(self)
                        asyncio.get_running_loop().call_soon(lambda: say(event="painted", rows=rows))
                        beating.append(asyncio.get_running_loop().create_task(beat()))
            return False

    stalls: list[float] = []
    beating: list[asyncio.Task[None]] = []

    async def beat() -> None:
        """From the first paint on, how long the loop was away at a time, in milliseconds."""
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(0.001)
            stalls.append((time.perf_counter() - begin - 0.001) * 1000)

    async def live() -> None:
        session = Session(Engine(directory, environment.read()), demo=False)
        await session.open()
        await session.show_first()
        await session.connected()
        await asyncio.sleep(SETTLE)
        say(event="settled", resident=resident(), stall=max(stalls))
        for task in beating:
            task.cancel()
        await asyncio.gather(*beating, return_exceptions=True)
        await session.close()

    application = make_application()
    watch = Watch()
    application.installEventFilter(watch)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(live())


if __name__ == "__main__":
    if sys.argv[1] == "--bare":
        bare()
    else:
        program(Path(sys.argv[1]))
