"""Signals from outside: heard at once, however long Qt waits, and any number of them."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sms_desktop.app.session import Session
from sms_desktop.app.single import raise_other
from sms_desktop.ending import NUMBERS, Ending
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from tests.journeys.commands.program import argv, surroundings

PATIENCE = 30.0


class Listener(QObject):
    heard = Signal()


@pytest.fixture
def ending(qapp: QApplication) -> Iterator[Ending]:
    with Ending() as ending:
        yield ending


def send(number: int) -> None:
    """From beside, as the system does: this thread is in Qt's loop, where nothing else goes on."""
    sender = threading.Timer(0.1, os.kill, (os.getpid(), number))
    sender.start()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_wakes_a_loop_that_waits(ending: Ending, qtbot: QtBot, number: int) -> None:
    listener = Listener()
    ending.tell(listener.heard.emit)
    with qtbot.waitSignal(listener.heard, timeout=5000):
        send(number)
    assert ending.asked


def test_who_asks_later_is_told_of_an_earlier_signal(ending: Ending, qtbot: QtBot) -> None:
    send(signal.SIGTERM)
    qtbot.waitUntil(lambda: ending.asked)
    told: list[str] = []
    ending.tell(lambda: told.append("at once"))
    assert told == ["at once"]


def test_afterwards_signals_are_whose_they_were(qapp: QApplication) -> None:
    before = [signal.getsignal(number) for number in NUMBERS]
    with Ending():
        assert [signal.getsignal(number) for number in NUMBERS] != before
    assert [signal.getsignal(number) for number in NUMBERS] == before


def test_two_signals_end_the_program_in_good_order(tmp_path: Path, qapp: QApplication) -> None:
    variables = {"QT_QPA_PLATFORM": "offscreen", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    process = subprocess.Popen(
        argv("--data-dir", tmp_path), stderr=subprocess.PIPE, encoding="utf-8", env=surroundings(variables)
    )
    try:
        for _ in range(int(PATIENCE / 0.1)):
            if raise_other(tmp_path):
                break
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.1)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Traceback" not in said


async def test_a_second_start_before_the_window_is_there_harms_nothing(tmp_path: Path, qapp: QApplication) -> None:
    session = Session(Engine(tmp_path, Environment()), demo=False)
    await session.open()
    try:
        session.show()  # which raises nothing, and shows nothing
    finally:
        await session.close()
