"""The handset over the real simulator, which satisfies the pane's own protocol."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtTest import QTest

from sms_desktop.domain.conversation import Conversation
from sms_desktop.simulator import Simulator
from sms_desktop.ui.phone.bubbles import PICTURE, Bubble
from sms_desktop.ui.phone.presenter import PhonePresenter, Sandbox
from sms_desktop.ui.phone.view import Phone
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from tests.rig import ANSWERS, LINE, PATIENCE, SILENT, TOLL_FREE, YOURS, Rig
from tests.ui.conftest import Loop

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def _sandbox(simulator: Simulator) -> Sandbox:
    return simulator


class Hand:
    """A handset with its presenter."""

    def __init__(self, loop: Loop, rig: Rig) -> None:
        theme()
        self.loop, self.rig = loop, rig
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.view = Phone()
        self.presenter = PhonePresenter(_sandbox(rig.simulator), self.tasks, self.view, lambda: LINE)

    async def stop(self) -> None:
        self.presenter.close()
        await self.tasks.close()
        self.view.close()
        self.view.deleteLater()

    async def start(self) -> None:
        self.presenter.start()
        self.view.show()

    @property
    def bubbles(self) -> list[Bubble]:
        return self.view.bubbles.bubbles.bubbles

    async def shows(self, fact: Callable[[], bool]) -> None:
        """Waits until ``fact`` can be seen in the list; looked at whenever a bubble comes."""
        seen = asyncio.Event()
        self.view.bubbles.bubbles.rowsInserted.connect(seen.set)
        async with asyncio.timeout(PATIENCE):
            while not fact():
                seen.clear()
                await seen.wait()

    async def settled(self) -> None:
        """Waits for what the presenter has started."""
        own = {"handset", "customer sends", "handset message"}
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() in own))


def _conversation(peer: str, line: str = LINE) -> Conversation:
    return Conversation(1, line, peer, NOW)


@pytest.fixture
def hand(loop: Loop, rig: Rig) -> Iterator[Hand]:
    hand = Hand(loop, rig)
    loop.run(hand.start())
    yield hand
    loop.run(hand.stop())
    assert hand.errors == []


def test_before_any_conversation_it_is_the_first_persons_phone(hand: Hand) -> None:
    async def play() -> None:
        await hand.settled()
        assert hand.view.title == "Maya Chen’s phone"
        assert hand.view.number == "+1 415 555 0110 · sandbox"

    hand.loop.run(play())


def test_it_follows_the_open_conversation_and_its_line(hand: Hand) -> None:
    async def play() -> None:
        await hand.rig.simulator.phone(YOURS).text(LINE, "To the shop")
        await hand.rig.simulator.phone(YOURS).text(TOLL_FREE, "To the other")
        await hand.presenter.open(_conversation(YOURS))
        assert (hand.view.title, [b.body for b in hand.bubbles]) == ("Customer’s phone", ["To the shop"])
        await hand.presenter.open(_conversation(YOURS, TOLL_FREE))
        assert [b.body for b in hand.bubbles] == ["To the other"]
        await hand.presenter.open(_conversation("FEDEX"))
        assert hand.view.title == "Maya Chen’s phone"
        await hand.presenter.open(None)
        assert hand.view.title == "Maya Chen’s phone"

    hand.loop.run(play())


def test_texts_go_both_ways_in_order(hand: Hand) -> None:
    async def play() -> None:
        await hand.presenter.open(_conversation(YOURS))
        QTest.keyClicks(hand.view.text_edit, "Is Saturday still fine?")
        hand.view.text_edit.returnPressed.emit()
        inbound = await hand.rig.inbound("Is Saturday still fine?")
        await hand.rig.services.outbox.submit(inbound.conversation_id, "Yes, from 10 on.")
        await hand.shows(lambda: len(hand.bubbles) == 2)
        assert [(b.body, b.mine) for b in hand.bubbles] == [
            ("Is Saturday still fine?", True),
            ("Yes, from 10 on.", False),
        ]

    hand.loop.run(play())


def test_a_photo_is_shown_small_and_arrives(hand: Hand) -> None:
    async def play() -> None:
        await hand.presenter.open(_conversation(YOURS))
        hand.view.photo_button.click()
        await hand.shows(lambda: len(hand.bubbles) == 1)
        (picture,) = hand.bubbles[0].pictures
        assert 0 < max(picture.width(), picture.height()) <= 2 * PICTURE
        await hand.rig.until(lambda: next((m for m in hand.rig.messages.values() if m.media), None))

    hand.loop.run(play())


def test_stop_and_start_are_heard_by_the_desk(hand: Hand) -> None:
    async def play() -> None:
        await hand.presenter.open(_conversation(YOURS))
        hand.view.stop_button.click()
        message = await hand.rig.inbound("STOP")
        conversations = hand.rig.services.conversations
        conversation = await conversations.get(message.conversation_id)
        assert conversation is not None and conversation.opted_out_at is not None
        hand.view.start_button.click()
        await hand.rig.inbound("START")
        conversation = await conversations.get(message.conversation_id)
        assert conversation is not None and conversation.opted_out_at is None

    hand.loop.run(play())


def test_weather_is_turned_and_shown(hand: Hand) -> None:
    async def play() -> None:
        weather = hand.rig.simulator.weather
        toggles = {toggle.name: toggle for toggle in hand.view.weather.toggles}
        assert tuple(toggles) == weather.NAMES
        toggles["30007"].click()
        assert weather.is_on("30007")
        toggles["30007"].click()
        assert not weather.is_on("30007")
        weather.turn("slow", True)
        hand.presenter.refresh_weather()
        assert toggles["slow"].isChecked()
        weather.clear()

    hand.loop.run(play())


def test_another_customer_can_be_chosen(hand: Hand) -> None:
    async def play() -> None:
        await hand.presenter.open(_conversation(ANSWERS))
        hand.view.customerChosen.emit(SILENT)
        await hand.settled()
        assert hand.view.title == "Oliver Grant’s phone"
        hand.view.textSent.emit("Hello from Oliver")
        message = await hand.rig.inbound("Hello from Oliver")
        assert (message.peer, message.line) == (SILENT, LINE)

    hand.loop.run(play())


def test_a_line_that_the_sandbox_does_not_have_is_told(hand: Hand) -> None:
    async def play() -> None:
        await hand.presenter.open(_conversation(YOURS, "+13105550199"))
        hand.view.textSent.emit("Anyone?")
        await hand.settled()
        assert "is not a line of the sandbox" in hand.view.notice

    hand.loop.run(play())
