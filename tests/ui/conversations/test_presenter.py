"""The list over real services: pages, events, filters."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.events import ConversationChanged, MessageChanged
from sms_desktop.services.services import Services
from sms_desktop.ui.conversations.pane import ConversationsPane
from sms_desktop.ui.conversations.presenter import PAGE, ConversationsPresenter
from sms_desktop.ui.tasks import Tasks
from tests.rig import LINE, Rig
from tests.ui.conftest import Loop
from tests.ui.samples import message


class Desk:
    def __init__(self, services: Services) -> None:
        self.services = services
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.pane = ConversationsPane(lambda: datetime.now(UTC))
        self.pane.resize(324, 620)
        self.pane.show()
        self.presenter = ConversationsPresenter(services, self.tasks, self.pane)
        self.opened: list[int] = []
        self.presenter.opened.connect(lambda conversation: self.opened.append(conversation.id))

    async def close(self) -> None:
        self.presenter.close()
        await self.tasks.close()
        self.pane.deleteLater()  # not before: qtbot would take it away, and the presenter with it, at the test's end
        assert self.errors == []

    def peers(self) -> list[str]:
        model = self.pane.model
        return [record.peer for row in range(model.rowCount()) if (record := model.record(row))]


@pytest.fixture
def desk(loop: Loop, services: Services) -> Iterator[Desk]:
    desk = Desk(services)
    yield desk
    loop.run(desk.close())


def peer(number: int) -> str:
    return f"+1415555{number:04}"


def test_a_text_that_comes_in_stands_on_top_unread(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        await desk.services.conversations.open(LINE, peer(150))
        await desk.presenter.start()
        await rig.simulator.phone(peer(151)).text(LINE, "Hello?")
        await rig.inbound("Hello?")

    loop.run(play())
    loop.until(lambda: desk.peers() == [peer(151), peer(150)])
    top = desk.pane.model.record(0)
    assert top is not None
    assert top.unread == 1
    loop.until(lambda: desk.pane.filters.chips[Filter.UNREAD].text() == "Unread 1")


def test_what_was_heard_while_a_page_was_given_up_takes_the_place_of_nothing_newer(
    loop: Loop, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play() -> None:
        place = await desk.services.conversations.open(LINE, peer(150))
        await desk.presenter.start()
        begun = asyncio.Event()

        async def never(*_: object, **__: object) -> list[Conversation]:
            begun.set()
            await asyncio.Event().wait()
            return []

        with monkeypatch.context() as patch:
            patch.setattr(desk.services.conversations, "page", never)
            reading = desk.tasks.spawn(desk.presenter._load(), "conversations")
            await begun.wait()
            desk.services.hub.publish([ConversationChanged(place)])
            reading.cancel()
            await asyncio.wait([reading])
        await desk.services.conversations.archive(place.id, True)
        await desk.presenter._load()

    loop.run(play())
    assert desk.peers() == []


def test_scrolling_down_brings_every_conversation_once(loop: Loop, desk: Desk) -> None:
    async def play() -> None:
        for number in range(PAGE * 2 + 7):
            await desk.services.conversations.open(LINE, peer(number))
        await desk.presenter.start()

    loop.run(play())
    assert desk.pane.model.rowCount() == PAGE
    for shown in (PAGE * 2, PAGE * 2 + 7):
        desk.pane.view.scrollToBottom()
        loop.until(lambda shown=shown: desk.pane.model.rowCount() == shown)  # type: ignore[misc]
    assert len(set(desk.peers())) == PAGE * 2 + 7


def test_the_unread_filter_keeps_what_is_open_until_one_moves_on(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        for number in (151, 152):
            await rig.simulator.phone(peer(number)).text(LINE, f"Hi {number}")
            await rig.inbound(f"Hi {number}")
        await desk.presenter.start()

    loop.run(play())
    desk.pane.filters.chips[Filter.UNREAD].click()
    loop.until(lambda: desk.pane.model.filter is Filter.UNREAD)
    desk.presenter.step(1)
    loop.until(lambda: desk.opened)
    first = desk.pane.model.record(0)
    assert first is not None
    assert desk.opened == [first.id]
    desk.presenter.select(first)
    loop.run(desk.services.conversations.mark_read(first.id))
    assert desk.peers() == [peer(152), peer(151)]
    desk.presenter.step(1)
    desk.presenter.select(desk.pane.model.record(1))
    assert desk.peers() == [peer(151)]


def test_the_menu_archives_and_marks_read(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        await rig.simulator.phone(peer(151)).text(LINE, "Hi")
        await rig.inbound("Hi")
        await desk.presenter.start()

    loop.run(play())
    record = desk.pane.model.record(0)
    assert record is not None
    desk.pane.view.readRequested.emit(record)
    loop.until(lambda: getattr(desk.pane.model.record(0), "unread", 1) == 0)
    desk.pane.view.archiveRequested.emit(record, True)
    loop.until(lambda: desk.pane.model.rowCount() == 0)


def test_the_menu_blocks_and_lets_in_again(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        await desk.services.conversations.open(LINE, peer(151))
        await desk.presenter.start()

    loop.run(play())
    desk.pane.view.blockRequested.emit(desk.pane.model.record(0), True)
    loop.until(lambda: desk.pane.model.rowCount() == 0)
    filters = {action.data(): action for action in desk.pane.filters.menu.actions()}
    loop.until(lambda: filters[Filter.BLOCKED].text() == "Blocked 1")
    filters[Filter.BLOCKED].trigger()
    loop.until(lambda: desk.peers() == [peer(151)])
    record = desk.pane.model.record(0)
    assert record is not None and record.blocked
    desk.pane.view.blockRequested.emit(record, False)
    loop.until(lambda: desk.pane.model.rowCount() == 0)


def test_what_is_heard_while_a_page_is_read_is_not_lost(loop: Loop, desk: Desk) -> None:
    async def play() -> None:
        conversation = await desk.services.conversations.open(LINE, peer(151))
        loading = desk.tasks.spawn(desk.presenter.start())
        await desk.services.conversations.archive(conversation.id, True)
        await loading

    loop.run(play())
    assert desk.peers() == []


def test_the_open_conversation_s_changes_are_told(qtbot: QtBot, loop: Loop, rig: Rig, desk: Desk) -> None:
    conversation = loop.run(desk.services.conversations.open(LINE, peer(151)))
    loop.run(desk.presenter.start())
    desk.presenter.select(conversation)
    with qtbot.waitSignal(desk.presenter.changed) as told:
        loop.run(desk.services.contacts.rename(peer(151), "Dan"))
    assert told.args is not None
    assert told.args[0].name == "Dan"
    desk.services.hub.publish([ConversationChanged(told.args[0])])
    assert desk.opened == []


def test_a_burst_of_texts_changes_the_list_once_a_frame_to_what_is_newest(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        for number in range(20):
            await desk.services.conversations.open(LINE, peer(number))
        await desk.presenter.start()

    loop.run(play())
    told: list[Conversation] = []
    known = [record for row in range(20) if (record := desk.pane.model.record(row)) is not None]
    desk.presenter.select(known[5])
    desk.presenter.changed.connect(told.append)
    moves: list[int] = []
    desk.pane.model.dataChanged.connect(lambda first, last: moves.append(first.row()))
    rounds = [[replace(one, unread=unread) for one in known] for unread in range(1, 6)]
    rig.services.hub.publish([MessageChanged(message(), one) for round_ in rounds for one in round_])
    assert len(moves) <= 1
    loop.until(lambda: len(moves) >= 20)
    shown = [desk.pane.model.get(one.id) for one in known]
    assert shown == rounds[-1]
    assert len(moves) <= 21
    assert told == [rounds[-1][5]]


def test_what_is_opened_is_shown_as_it_was_last_heard_of(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        for number in range(3):
            await desk.services.conversations.open(LINE, peer(number))
        await desk.presenter.start()

    loop.run(play())
    known = [record for row in range(3) if (record := desk.pane.model.record(row)) is not None]
    rig.services.hub.publish([MessageChanged(message(), replace(one, name="Ann")) for one in known])
    desk.presenter.select(known[2])
    shown = [desk.pane.model.get(one.id) for one in known]
    assert [one.name for one in shown if one is not None] == ["Ann"] * 3
