"""A burst of news is one change of a view; what comes alone is shown at once."""

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from sms_desktop.ui.frame import OncePerFrame


class View:
    """Notes how much was new each time that it was changed."""

    def __init__(self) -> None:
        self.owner = QObject()
        self.news = 0
        self.shown: list[int] = []
        self.frame = OncePerFrame(self._show, self.owner)

    def hear(self) -> None:
        self.news += 1
        self.frame.ask()

    def _show(self) -> None:
        self.shown.append(self.news)
        self.news = 0


@pytest.fixture
def view(qtbot: QtBot) -> View:
    return View()


def test_what_comes_alone_is_shown_at_once(view: View) -> None:
    view.hear()
    assert view.shown == [1]


def test_a_burst_is_shown_together_a_frame_later(view: View, qtbot: QtBot) -> None:
    for _ in range(100):
        view.hear()
    assert view.shown == [1]
    qtbot.waitUntil(lambda: view.news == 0)
    assert view.shown == [1, 99]


def test_what_comes_while_it_is_shown_has_its_turn_after_it(qtbot: QtBot) -> None:
    owner, shown = QObject(), [0]

    def show() -> None:
        shown[0] += 1
        if shown[0] < 3:
            frame.ask()
            assert shown[0] < 3

    frame = OncePerFrame(show, owner)
    frame.ask()
    assert shown == [1]
    qtbot.waitUntil(lambda: shown == [3])


def test_who_cannot_wait_has_it_shown_now(view: View, qtbot: QtBot) -> None:
    for _ in range(3):
        view.hear()
    view.frame.catch_up()
    view.frame.catch_up()
    assert view.shown == [1, 2]


def test_what_has_ended_shows_nothing_more(view: View) -> None:
    view.hear()
    view.hear()
    view.frame.stop()
    view.frame.catch_up()
    assert view.shown == [1]
