"""Twilio is asked again by itself while somebody sees that something is in review."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.hub import Hub
from sms_desktop.ui.registration.looking import GENTLY, SILENT, SOON, Looking, pauses_of
from sms_desktop.ui.tasks import Tasks
from tests.ui.conftest import Loop
from tests.ui.registrationsamples import FakeRegistrations


class Room:
    """A page that is seen, and the pauses by hand."""

    def __init__(self, loop: Loop) -> None:
        self.loop, self.page = loop, QWidget()
        self.registrations = FakeRegistrations(Hub())
        self.tasks = Tasks(lambda error: None)
        self.is_busy = False
        self.looking = Looking(self.registrations, self.tasks.spawn, self.page, lambda: self.is_busy)
        self.told: list[str] = []
        self.looking.looked.connect(lambda: self.told.append("looked"))
        self.looking.missed.connect(self.told.append)
        self.page.show()

    @property
    def pause(self) -> float:
        """Seconds until the next look; 0: there is to be none."""
        rest = self.looking._rest
        return rest.interval() / 1000 if rest.isActive() else 0.0

    def let_it_pass(self) -> None:
        assert self.pause
        self.looking._rest.stop()
        self.looking._rest.timeout.emit()
        self.loop.until(lambda: not self.tasks._tasks)

    def pauses(self, count: int) -> list[float]:
        found = []
        for _ in range(count):
            found.append(self.pause)
            self.let_it_pass()
        return found


@pytest.fixture
def room(qtbot: QtBot, loop: Loop) -> Iterator[Room]:
    room = Room(loop)
    yield room
    room.looking.stop()
    room.page.deleteLater()


def test_how_soon_goes_by_whether_a_rehearsal_is_in_review() -> None:
    assert pauses_of([]) == ()
    assert pauses_of([False, False]) == GENTLY
    assert pauses_of([False, True]) == SOON


def test_a_rehearsal_is_looked_for_at_once_and_then_less_often(room: Room) -> None:
    room.looking.follow(SOON)
    assert room.pauses(6) == [2, 4, 8, 15, 15, 15]
    assert room.told == ["looked"] * 6


def test_what_takes_days_is_looked_for_gently_and_nothing_once_it_is_decided(room: Room) -> None:
    room.looking.follow(GENTLY)
    assert room.pauses(3) == [60, 60, 60]
    room.looking.follow(())
    assert room.pause == 0


def test_that_the_same_is_still_shown_puts_off_no_look(room: Room) -> None:
    room.looking.follow(SOON)
    room.let_it_pass()
    room.looking._rest.stop()
    room.looking._rest.start(1_000_000)
    room.looking.follow(SOON)
    assert room.pause == 1000


def test_where_twilio_does_not_answer_it_is_asked_ever_less_often_until_it_does(room: Room) -> None:
    room.registrations.fails = GatewayError("Twilio cannot be reached.")
    room.looking.follow(SOON)
    assert room.pauses(6) == [2, *SILENT, SILENT[-1]]
    assert room.told == ["Twilio cannot be reached."] * 6
    room.registrations.fails = None
    room.let_it_pass()
    assert room.pause == SOON[-1]


def test_where_twilio_tells_a_part_only_it_is_asked_less_often_as_well(room: Room) -> None:
    room.registrations.trouble = "Twilio did not tell the campaigns."
    room.looking.follow(SOON)
    assert room.pauses(2) == [2, SILENT[0]]


def test_nobody_is_asked_for_a_page_that_is_not_seen(room: Room) -> None:
    room.looking.follow(SOON)
    room.pauses(2)
    room.page.hide()
    assert room.pause == 0
    room.looking.follow(GENTLY)
    assert room.pause == 0
    room.looking.follow(SOON)
    room.page.show()
    assert room.pause == SOON[0]


def test_a_look_is_never_beside_another_one(room: Room) -> None:
    room.looking.follow(SOON)
    for which in ("is_busy", "busy"):
        setattr(room if which == "is_busy" else room.registrations, which, True)
        room.let_it_pass()
        assert room.registrations.asked == [] and room.pause == SOON[0]
        setattr(room if which == "is_busy" else room.registrations, which, False)
    room.registrations.gate = asyncio.Event()
    room.looking._rest.timeout.emit()
    room.loop.until(lambda: room.registrations.asked)
    room.looking._rest.stop()
    room.looking.follow(GENTLY)
    room.page.hide()
    room.page.show()
    assert room.pause == 0, "the next one begins to wait once this one has ended"
    room.registrations.gate.set()
    room.loop.until(lambda: not room.tasks._tasks)
    assert room.registrations.asked == [("refresh",)] and room.pause == GENTLY[0]


def test_what_is_stopped_in_the_middle_of_a_look_tells_nothing_and_looks_no_more(room: Room) -> None:
    room.registrations.gate = asyncio.Event()
    room.looking.follow(SOON)
    room.looking._rest.timeout.emit()
    room.loop.until(lambda: room.registrations.asked)
    room.looking.stop()
    room.registrations.gate.set()
    room.loop.until(lambda: not room.tasks._tasks)
    room.looking.follow(GENTLY)
    assert room.told == [] and room.pause == 0
