"""The window with a conversation open, in which somebody scrolls all the while: ``probe_busy DIRECTORY``.

Run by ``bench_webhooks`` as a process of its own, with a simulated Twilio in another. Prints its webhook address as
JSON; each line on standard input is answered with the longest time that the loop stood still since the last, and how
much of one this process had the processor, in milliseconds; ends with standard input.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from sms_desktop import garbage
from sms_desktop.app.application import make_application
from sms_desktop.app.session import Session
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from tests.benchmarks.bench_webhooks import Heartbeat

FRAME = 0.016
STEP = 60
"""Pixels that are scrolled each frame."""


class Reader:
    """Scrolls the timeline up and down and the list with it, a step a frame."""

    def __init__(self, session: Session) -> None:
        views = session.desk.window.findChildren(QAbstractItemView)
        named = {view.accessibleName(): view for view in views}
        self._people, self._messages = named["Conversations"], named["Messages"]
        self._way = -STEP

    def open_first(self) -> None:
        """Clicks on the first row of the list."""
        place = self._people.visualRect(self._people.model().index(0, 0)).center()
        QTest.mouseClick(self._people.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    async def read(self) -> None:
        while True:
            for view in (self._messages, self._people):
                bar = view.verticalScrollBar()
                bar.setValue(bar.value() + self._way)
            bar = self._messages.verticalScrollBar()
            if bar.value() in (bar.minimum(), bar.maximum()):
                self._way = -self._way
            await asyncio.sleep(FRAME)


async def live(directory: Path, url: str) -> None:
    loop = asyncio.get_running_loop()
    asked: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(asked.put_nowait, line)
        loop.call_soon_threadsafe(asked.put_nowait, "")

    account = {"TWILIO_ACCOUNT_SID": DEMO_ACCOUNT_SID, "TWILIO_AUTH_TOKEN": DEMO_AUTH_TOKEN}
    session = Session(Engine(directory, Environment(twilio_url=url, webhook_port=0), variables=account), demo=False)
    await session.open()
    await session.show_first()
    await session.connected()
    session.desk.window.resize(1320, 840)
    reader = Reader(session)
    reader.open_first()
    reading = asyncio.create_task(reader.read())
    heartbeat = Heartbeat(loop)
    print(json.dumps(session.engine.webhook_url), flush=True)
    threading.Thread(target=listen, daemon=True).start()
    while await asked.get():
        print(json.dumps(heartbeat.take_both()), flush=True)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await session.close()


if __name__ == "__main__":
    garbage.hold()
    application = make_application()
    with (
        subprocess.Popen(
            [sys.executable, "-m", "sms_desktop", "simulator", "--port", "0", "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        ) as simulator,
        qasync.QEventLoop(application) as event_loop,
    ):  # fmt: skip
        assert simulator.stdout is not None
        twilio = json.loads(simulator.stdout.readline())
        event_loop.run_until_complete(live(Path(sys.argv[1]), twilio["base_url"]))
        simulator.terminate()
