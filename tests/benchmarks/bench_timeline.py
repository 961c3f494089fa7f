"""The timeline: opening conversations of 100,000 and of 100, painted, and appending to an open one.

`python -m tests.benchmarks.bench_timeline [--data DIR]`. Baselines of the same run: a plain QListView over a
QStandardItemModel with the same rows, painted by Qt's own delegate. Offscreen, so no display's speed is in it. Prints
a table, writes bench/timeline.json.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QListView

from sms_desktop import garbage
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.message import Message, Status, StatusReport
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.services.services import Services
from sms_desktop.ui.history.view import HistoryPopover
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.model import CAP
from sms_desktop.ui.timeline.pane import TimelinePane
from sms_desktop.ui.timeline.presenter import TimelinePresenter
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from tests.benchmarks.report import Report
from tests.benchmarks.seed import SMALL, place_of_size, seed

SIZE = (712, 566)
OPENINGS, APPENDS, WORDS = 25, 200, 50


class Plain:
    """What one would write first: every row an item, every height Qt's own."""

    def __init__(self) -> None:
        self.model = QStandardItemModel()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setWordWrap(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.resize(*SIZE)
        self.view.show()

    def show(self, messages: Sequence[Message]) -> None:
        self.model.clear()
        for message in messages:
            self.append(message)
        self.paint()

    def append(self, message: Message) -> None:
        item = QStandardItem(message.body)
        item.setData(message, Qt.ItemDataRole.UserRole)
        self.model.appendRow(item)

    def paint(self) -> None:
        self.view.doItemsLayout()
        self.view.scrollToBottom()
        self.view.viewport().repaint()


class Heart:
    """How long the loop stood still, by a callback that is due every 2 ms."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.longest = 0.0
        self._due = self._loop.time()
        self._handle = self._loop.call_soon(self._beat)

    def _beat(self) -> None:
        now = self._loop.time()
        self.longest = max(self.longest, (now - self._due) * 1000)
        self._due = now + 0.002
        self._handle = self._loop.call_at(self._due, self._beat)

    def stop(self) -> float:
        self._handle.cancel()
        return self.longest


@dataclass(frozen=True, slots=True)
class Bench:
    """The pane over a seeded store."""

    services: Services
    pane: TimelinePane
    presenter: TimelinePresenter
    plain: Plain

    async def open(self, conversation: Conversation) -> tuple[float, float]:
        """Median milliseconds from asking to painted, and the longest stall of the loop meanwhile."""
        times = []
        heart = Heart()
        for _ in range(OPENINGS):
            self.presenter.clear()
            await asyncio.sleep(0)
            begin = time.perf_counter()
            await self.presenter.open(conversation)
            self.pane.view.viewport().repaint()
            times.append((time.perf_counter() - begin) * 1000)
            await asyncio.sleep(0)
        return statistics.median(times), heart.stop()

    async def open_plain(self, conversation: Conversation) -> float:
        """The same page of the same store in the plain view."""
        times = []
        for _ in range(OPENINGS):
            begin = time.perf_counter()
            page = await self.services.timeline.latest(conversation.id)
            self.plain.show(page.messages)
            times.append((time.perf_counter() - begin) * 1000)
        return statistics.median(times)

    async def fill(self) -> None:
        """Pages older messages in until the window is as full as it gets."""
        model = self.pane.model
        while model.older and len(model.messages) < CAP:
            page = await self.services.timeline.before(model.messages[0])
            model.prepend(replace(page, messages=page.messages[-(CAP - len(model.messages)) :], older=True))
        self.pane.view.show_end()


def appended(last: Message, append: Callable[[Message], None]) -> list[float]:
    """Milliseconds on the loop of each of many messages that come after ``last``, painted."""
    times = []
    for n in range(1, APPENDS + 1):
        body = f"{last.body} {n} " * (1 + n % 3)
        at = last.at + timedelta(seconds=40 * n)
        message = replace(last, id=f"{n:032x}", seq=last.seq + n, at=at, updated_at=at, body=body)
        begin = time.perf_counter()
        append(message)
        times.append((time.perf_counter() - begin) * 1000)
    return times


async def measure(bench: Bench, large: Conversation, small: Conversation, report: Report) -> None:
    # What the first of anything costs (fonts, icons, SQL) belongs to the start, not to an opening.
    for conversation in (small, large):
        await bench.presenter.open(conversation)
        bench.pane.view.viewport().repaint()
        await bench.open_plain(conversation)
    garbage.leave_out_what_exists()  # as the window does after its start
    of_small, small_stall = await bench.open(small)
    of_large, large_stall = await bench.open(large)
    plain = await bench.open_plain(large)
    report.add("largest conversation, painted", of_large, "ms", baseline=plain, of="plain list", target="≤ 100")
    report.add(f"conversation of {SMALL}, painted", of_small, "ms")
    report.add("largest beside smallest", of_large, "ms", baseline=of_small, of=f"of {SMALL}", target="≤ × 1.5")
    report.add("longest stall while opening", max(of_large, large_stall, small_stall), "ms")

    await bench.presenter.open(large)
    await bench.fill()
    model, view = bench.pane.model, bench.pane.view
    rows = list(model.messages)
    last = rows[-1]

    def append(message: Message) -> None:
        model.add(message, at_end=True)
        view.viewport().repaint()

    times = appended(last, append)
    bench.plain.show(rows)

    def append_plain(message: Message) -> None:
        bench.plain.append(message)
        bench.plain.paint()

    plain_times = appended(last, append_plain)
    report.add(
        f"appending to {len(rows)} rows, painted: median",
        statistics.median(times),
        "ms",
        baseline=statistics.median(plain_times),
        of="plain list",
        target="≤ 8",
    )
    report.add("appending: slowest", max(times), "ms", baseline=max(plain_times), of="plain list", target="≤ 8")


def measure_history(pane: TimelinePane, message: Message, report: Report) -> None:
    """The popover of a message with ``WORDS`` reports, on the loop: opened, and after one more; painted."""
    at = pane.view.viewport().rect().center()
    words = [StatusReport(Status.SENT, None, "SM1", "callback", message.at + timedelta(hours=n)) for n in range(WORDS)]
    begin = time.perf_counter()
    popover = HistoryPopover(pane)
    report.add("status history: building it, once", (time.perf_counter() - begin) * 1000, "ms", target="≤ 16")
    opened: list[float] = []
    updated: list[float] = []
    for _ in range(OPENINGS):
        for shown, times in ((words, opened), ([*words, words[0]], updated)):
            begin = time.perf_counter()
            popover.show_history(message, shown, lambda: QRect(at, QSize(60, 15)))
            QApplication.processEvents()
            times.append((time.perf_counter() - begin) * 1000)
        popover.shut()
        QApplication.processEvents()
    report.add(f"status history of {WORDS} reports, painted", statistics.median(opened), "ms", target="≤ 16")
    report.add("status history: the very first time", opened[0], "ms")
    report.add("status history: one more report, painted", statistics.median(updated), "ms", target="≤ 16")


async def run(directory: Path) -> None:
    report = Report("timeline")
    engine = Engine(directory, Environment())
    await engine.open_beside()
    services, store = engine.services, engine.store
    try:
        errors: list[BaseException] = []
        tasks = Tasks(errors.append)
        theme()
        pane = TimelinePane(Thumbnails(services.media.path_of))
        pane.resize(*SIZE)
        pane.show()
        presenter = TimelinePresenter(services, tasks, pane)
        presenter.start()
        large, small = [
            await services.conversations.get(await store.read(lambda db, size=size: place_of_size(db, size)))  # type: ignore[misc]
            for size in (None, SMALL)
        ]
        assert large is not None
        assert small is not None
        await measure(Bench(services, pane, presenter, Plain()), large, small, report)
        measure_history(pane, pane.model.messages[-1], report)
        presenter.close()
        await tasks.close()
        if errors:
            raise errors[0]
    finally:
        await store.close()
    report.write()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a seeded store; without it a small one is made for the run")
    arguments = parser.parse_args()
    app = QApplication([])
    with qasync.QEventLoop(app) as loop:
        if arguments.data is not None:
            loop.run_until_complete(run(arguments.data))
            return
        with tempfile.TemporaryDirectory() as folder:
            loop.run_until_complete(seed(Path(folder), 20_000, 200, 10_000))
            loop.run_until_complete(run(Path(folder)))


if __name__ == "__main__":
    main()
