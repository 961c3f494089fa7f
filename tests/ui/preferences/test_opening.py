"""The preferences as they are opened: a page a step of the loop, and nothing left of what nobody gets to see."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.events import ReceivingChanged, RegistrationsChanged
from sms_desktop.services.registration import Registrations
from sms_desktop.ui.preferences.dialog import PreferencesDialog
from sms_desktop.ui.preferences.opening import Preferences
from sms_desktop.ui.preferences.page import Page
from sms_desktop.ui.registration.guide import GuideDialog
from sms_desktop.ui.tasks import Tasks
from tests.domain.test_forms import FREE
from tests.rig import LINE, TOLL_FREE, Rig
from tests.ui.conftest import Loop


class Room:
    """A window from which the preferences are opened."""

    def __init__(self, bot: QtBot, loop: Loop, rig: Rig) -> None:
        self.loop, self.services = loop, rig.services
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.window = QWidget()
        bot.addWidget(self.window)
        self.preferences = Preferences(self.services, self.tasks, self.window, self._taken, lambda: False)

    async def _taken(self) -> None:
        """No composer is here."""

    @property
    def dialogs(self) -> int:
        return len(self.window.findChildren(QDialog))

    @property
    def pages(self) -> int:
        """As far as they are built."""
        return len(self.window.findChildren(Page))

    def settle(self) -> None:
        self.loop.until(lambda: not self.tasks._tasks)


@pytest.fixture
def room(qtbot: QtBot, loop: Loop, rig: Rig) -> Iterator[Room]:
    loop.run(rig.until(rig.services.lines.known, "lines"))
    room = Room(qtbot, loop, rig)
    yield room
    room.preferences.close()
    room.settle()
    loop.run(room.tasks.close())


def test_the_loop_goes_on_between_the_pages(room: Room) -> None:
    built: list[int] = []

    async def watch() -> None:
        room.preferences.open("consent")
        while room.preferences.dialog is None:
            built.append(room.pages)
            await asyncio.sleep(0)
        built.append(room.pages)

    room.loop.run(watch())
    assert built[-1] >= 9
    assert max(after - before for before, after in pairwise(built)) <= 2
    assert room.preferences.dialog is not None
    assert room.preferences.dialog.section == "consent"


def test_of_two_wishes_while_the_pages_are_built_the_later_one_is_shown(room: Room) -> None:
    async def hurry() -> None:
        room.preferences.open()
        while not room.pages:  # noqa: ASYNC110 - a widget sets no asyncio.Event
            await asyncio.sleep(0)
        room.preferences.open("backups")

    room.loop.run(hurry())
    room.loop.until(lambda: room.preferences.dialog is not None and room.dialogs == 1)
    assert room.preferences.dialog is not None
    assert room.preferences.dialog.section == "backups"
    assert room.errors == []


def test_nothing_is_left_of_preferences_that_the_window_s_end_overtakes(room: Room) -> None:
    hub = room.services.hub
    heard = len(hub._listeners[ReceivingChanged])

    async def leave() -> None:
        room.preferences.open()
        while len(hub._listeners[ReceivingChanged]) == heard:  # noqa: ASYNC110 - a hub sets no asyncio.Event
            await asyncio.sleep(0)
        assert room.preferences.dialog is None and room.dialogs == 1
        await room.tasks.close()

    room.loop.run(leave())
    room.loop.until(lambda: room.dialogs == 0)
    assert room.preferences.dialog is None and len(hub._listeners[ReceivingChanged]) == heard


def test_the_registrations_stand_as_they_stood_when_a_form_was_opened(room: Room, rig: Rig) -> None:
    registrations = room.services.registrations

    def cards() -> list[str]:
        assert room.preferences.dialog is not None
        return list(room.preferences.dialog.registration.cards)

    def shown() -> PreferencesDialog:
        room.loop.until(lambda: room.preferences.dialog is not None)
        room.settle()
        assert room.preferences.dialog is not None
        return room.preferences.dialog

    room.preferences.open("registration")
    page = shown().registration
    assert cards() == [LINE, TOLL_FREE]
    page.guideWanted.emit(page.cards[LINE].report)
    room.loop.until(lambda: room.preferences._guiding is not None)
    asked = room.loop.run(registrations.verify(TOLL_FREE, FREE))
    rig.simulator.decide(asked.sid, "TWILIO_REJECTED", 30446)
    room.loop.run(registrations.refresh())
    [guide] = [one for one in room.window.findChildren(GuideDialog) if one.isVisible()]
    guide.close()
    dialog = shown()
    assert [one.line.address for one in registrations.reports()] == [TOLL_FREE, LINE]
    assert cards() == [LINE, TOLL_FREE]
    room.loop.until(lambda: dialog.registration.cards[LINE].y() < dialog.registration.cards[TOLL_FREE].y())
    dialog.show_section("lines")
    dialog.show_section("registration")
    assert cards() == [TOLL_FREE, LINE]


def test_nothing_is_left_of_forms_that_cannot_be_opened(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    registrations, hub = room.services.registrations, room.services.hub
    line = room.services.lines.get(LINE)
    assert line is not None
    trouble = StoreError("The disk is full.")

    async def draft(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(Registrations, "draft", draft)
    heard = len(hub._listeners[RegistrationsChanged])
    room.preferences._guide(registrations.report(line))
    room.loop.until(lambda: room.errors == [trouble] and room.dialogs == 0)
    assert len(hub._listeners[RegistrationsChanged]) == heard
