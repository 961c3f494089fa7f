"""Searching as one types, over real services."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.hit import Hit
from sms_desktop.services.services import Services
from sms_desktop.ui.search.field import SearchField
from sms_desktop.ui.search.model import same
from sms_desktop.ui.search.presenter import SearchPresenter
from sms_desktop.ui.search.view import HitsView
from sms_desktop.ui.tasks import Tasks
from tests.rig import LINE, Rig
from tests.ui.conftest import Loop


class Searching:
    def __init__(self, services: Services) -> None:
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.field = SearchField()
        self.view = HitsView(lambda: datetime.now(UTC), "Search results")
        for widget in (self.field, self.view):
            widget.show()
        self.presenter = SearchPresenter(services, self.tasks, self.field, self.view)
        self.active: list[bool] = []
        self.presenter.active.connect(self.active.append)

    async def close(self) -> None:
        self.presenter.close()
        await self.tasks.close()
        for widget in (self.field, self.view):  # not before: qtbot would take them away, and the presenter with them
            widget.deleteLater()
        assert self.errors == []


@pytest.fixture
def searching(qtbot: QtBot, loop: Loop, rig: Rig, services: Services) -> Iterator[Searching]:
    async def play() -> None:
        for body in ("Is my order ready?", "Thanks, see you on Friday"):
            await rig.simulator.phone("+14155550150").text(LINE, body)
            await rig.inbound(body)
        await services.contacts.rename("+14155550150", "Aiko Sato")

    loop.run(play())
    searching = Searching(services)
    yield searching
    loop.run(searching.close())


def test_typing_finds_people_and_messages(loop: Loop, searching: Searching) -> None:
    QTest.keyClicks(searching.field, "ord")
    loop.until(lambda: isinstance(searching.view.current, Hit))
    found = searching.view.current
    assert isinstance(found, Hit)
    assert found.message is not None
    assert found.message.body == "Is my order ready?"
    assert searching.active == [True]
    searching.field.setText("aiko")
    loop.until(lambda: isinstance(searching.view.current, Hit) and searching.view.current.message is None)


def test_enter_chooses_the_hit(loop: Loop, qtbot: QtBot, searching: Searching) -> None:
    QTest.keyClicks(searching.field, "friday")
    loop.until(lambda: isinstance(searching.view.current, Hit))
    with qtbot.waitSignal(searching.presenter.hitChosen) as told:
        QTest.keyClick(searching.field, Qt.Key.Key_Return)
    assert told.args is not None
    assert told.args[0].message.body == "Thanks, see you on Friday"


def test_what_is_shown_stands_until_the_newest_answer(loop: Loop, searching: Searching) -> None:
    QTest.keyClicks(searching.field, "order")
    loop.until(lambda: isinstance(searching.view.current, Hit))
    before = searching.view.current
    searching.field.setText("order rea")
    assert searching.view.current == before
    searching.field.setText("no such words")
    loop.until(lambda: searching.view.model.rowCount() == 0)
    assert "no such words" in searching.view._words.text()
    assert searching.active == [True]


def test_esc_brings_the_list_back(loop: Loop, searching: Searching) -> None:
    QTest.keyClicks(searching.field, "order")
    loop.until(lambda: searching.active == [True])
    QTest.keyClick(searching.field, Qt.Key.Key_Escape)
    loop.until(lambda: searching.active == [True, False])


def test_hits_follow_what_happens_and_the_selection_stays(loop: Loop, rig: Rig, searching: Searching) -> None:
    QTest.keyClicks(searching.field, "order")
    loop.until(lambda: isinstance(searching.view.current, Hit))
    before = searching.view.current
    assert before is not None

    async def another() -> None:
        await rig.simulator.phone("+14155550151").text(LINE, "Where is the order of last week?")
        await rig.inbound("Where is the order of last week?")

    loop.run(another())
    loop.until(lambda: searching.view.model.rowCount() == 3)
    assert searching.view.current is not None and same(searching.view.current, before)
    searching.field.setText("aiko")
    loop.until(lambda: isinstance(searching.view.current, Hit) and searching.view.current.message is None)
    loop.run(searching.presenter._services.contacts.rename("+14155550150", "Aiko Tanaka"))
    loop.until(
        lambda: isinstance(searching.view.current, Hit) and searching.view.current.conversation.name == "Aiko Tanaka"
    )
