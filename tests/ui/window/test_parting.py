"""Going with something left to do: whoever has the question before them answers it."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.app.parting import Parting
from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.events import OutboxChanged
from sms_desktop.services.outbox import Outbox, Remaining
from sms_desktop.ui.leaving import QUIT, LeavingDialog
from sms_desktop.ui.tasks import Tasks
from tests.rig import Rig
from tests.ui.conftest import Loop


@pytest.fixture
def tasks(loop: Loop) -> Iterator[Tasks]:
    tasks = Tasks(lambda error: None)
    yield tasks
    loop.run(tasks.close())


def test_a_read_that_fails_while_the_question_stands_does_not_answer_it(
    qtbot: QtBot, loop: Loop, rig: Rig, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, reads, gone = QWidget(), [0], asyncio.Event()
    qtbot.addWidget(window)

    async def remaining(outbox: Outbox) -> Remaining:
        reads[0] += 1
        if reads[0] > 1:
            raise StoreError("The disk does not answer.")
        return Remaining(1, 0)

    async def flush() -> None:
        """Nothing was written."""

    async def go() -> None:
        gone.set()

    def question() -> LeavingDialog | None:
        shown = QApplication.activeModalWidget()
        return shown if isinstance(shown, LeavingDialog) else None

    monkeypatch.setattr(Outbox, "remaining", remaining)
    Parting(rig.services, tasks, lambda: window, flush).ask(QUIT, go)
    loop.until(question)
    rig.services.hub.publish([OutboxChanged(1)])
    loop.until(lambda: reads[0] > 1)
    rig.services.hub.publish([OutboxChanged(1)])
    loop.until(lambda: reads[0] > 2)
    dialog = question()
    assert dialog is not None and not gone.is_set()
    dialog.go_button.click()
    loop.until(gone.is_set)
