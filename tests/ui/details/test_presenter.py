"""The details pane over real services."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.events import ContactChanged, PastAdded
from sms_desktop.domain.message import Direction, Status
from sms_desktop.services import clock
from sms_desktop.store import conversations, messages
from sms_desktop.store.tx import Tx
from sms_desktop.ui.details.presenter import DetailsPresenter
from sms_desktop.ui.details.view import Details
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from tests.rig import LINE, PATIENCE, SILENT, YOURS, Rig
from tests.ui.conftest import Loop


class Pane:
    """A details pane with its presenter, and the two conversations that the tests go between."""

    def __init__(self, loop: Loop, rig: Rig) -> None:
        theme()
        self.loop, self.rig = loop, rig
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.view = Details()
        self.presenter = DetailsPresenter(rig.services, self.tasks, self.view)
        self.maria: Conversation
        self.dan: Conversation

    async def start(self) -> None:
        self.maria = await self.rig.services.conversations.open(LINE, YOURS)
        self.dan = await self.rig.services.conversations.open(LINE, SILENT)
        self.presenter.start()
        self.view.show()
        await self.presenter.open(self.maria)

    async def stop(self) -> None:
        await self.presenter.flush()
        self.presenter.close()
        await self.tasks.close()
        self.view.close()
        self.view.deleteLater()

    async def shows(self, fact: Callable[[], bool]) -> None:
        """Waits until ``fact`` can be seen in the pane; looked at whenever it was read afresh."""
        seen = asyncio.Event()
        self.presenter.refreshed.connect(seen.set)
        async with asyncio.timeout(PATIENCE):
            while not fact():
                seen.clear()
                await seen.wait()

    async def notes_of(self, conversation: Conversation) -> str:
        contact = await self.rig.services.contacts.for_peer(conversation.peer)
        return contact.notes if contact is not None else ""


@pytest.fixture
def pane(loop: Loop, rig: Rig) -> Iterator[Pane]:
    pane = Pane(loop, rig)
    loop.run(pane.start())
    yield pane
    loop.run(pane.stop())
    assert pane.errors == []


def test_totals_and_media_follow_what_happens(pane: Pane) -> None:
    async def play() -> None:
        assert pane.view.said()["Messages"] == "0"
        message = await pane.rig.services.outbox.submit(pane.maria.id, "Hello")
        await pane.rig.status(message, Status.DELIVERED)
        await pane.rig.simulator.phone(YOURS).send_photo(LINE, "Here")
        await pane.shows(lambda: pane.view.said().get("Messages") == "2")
        await pane.shows(lambda: pane.view.said().get("Delivered") == "100 %")
        await pane.shows(lambda: len(pane.view.media_grid.tiles) == 1)
        assert pane.view.said()["Since"] == "Today"

    pane.loop.run(play())


def test_what_is_under_way_has_not_failed_to_arrive(pane: Pane) -> None:
    async def play() -> None:
        services, weather = pane.rig.services, pane.rig.simulator.weather
        weather.turn("429", True)
        first = await services.outbox.submit(pane.maria.id, "Hello")
        await pane.shows(lambda: pane.view.said().get("Delivered") == "–")
        weather.clear()
        services.outbox.hurry()
        await pane.rig.status(first, Status.DELIVERED)
        await pane.shows(lambda: pane.view.said().get("Delivered") == "100 %")
        weather.turn("429", True)
        second = await services.outbox.submit(pane.maria.id, "And this")
        await pane.shows(lambda: pane.view.said().get("Messages") == "2")
        assert pane.view.said().get("Delivered") == "100 %"
        messages = pane.rig.messages
        await pane.rig.until(lambda: messages[second.id].updated_at != second.updated_at, "it was tried")
        await pane.rig.until(lambda: messages[second.id].waits, "it waits again")
        await services.conversations.block(pane.maria.id, True)
        weather.clear()
        services.outbox.hurry()
        await pane.rig.status(second, Status.CANCELED)
        assert (await services.conversations.facts(pane.maria.id)).ended == 1

    pane.loop.run(play())


def test_what_a_large_catch_up_brings_is_counted(pane: Pane) -> None:
    async def play() -> None:
        assert pane.view.said()["Messages"] == "0"
        store = pane.rig.engine.store
        listed = [
            messages.PastMessage(
                id=f"{0xF0000 + number:032x}",
                line=LINE,
                peer=YOURS,
                direction=Direction.INBOUND,
                body="Before",
                status=Status.RECEIVED,
                at=clock.now(),
            )
            for number in range(1, 11)
        ]

        def work(tx: Tx) -> None:
            messages.add_history(tx, listed)
            tx.note(PastAdded((conversations.known(tx.db, pane.maria.id),)))

        await store.do(work)
        await pane.shows(lambda: pane.view.said().get("Messages") == "10")

    pane.loop.run(play())


def test_a_stop_turns_the_consent_at_once(pane: Pane) -> None:
    async def play() -> None:
        assert pane.view.said()["Status"] == "Not known yet"
        await pane.rig.simulator.phone(YOURS).text(LINE, "STOP")
        await pane.rig.until(lambda: pane.view.said()["Status"] == "Opted out")
        assert pane.view.said()["Since"] == "Today, wrote STOP"

    pane.loop.run(play())


def test_a_name_given_here_is_kept_and_comes_back(pane: Pane) -> None:
    async def play() -> None:
        pane.view.renamed.emit("Maria Ortega")
        await pane.presenter.flush()
        contact = await pane.rig.services.contacts.for_peer(YOURS)
        assert contact is not None and contact.name == "Maria Ortega"
        conversation = await pane.rig.services.conversations.get(pane.maria.id)
        assert conversation is not None and conversation.name == "Maria Ortega"

    pane.loop.run(play())


def test_notes_are_saved_as_they_are_written_and_belong_to_their_person(pane: Pane) -> None:
    async def play() -> None:
        QTest.keyClicks(pane.view.notes_edit, "Second chair due in May.")
        await pane.presenter.open(pane.dan)
        assert pane.view.notes == ""
        await pane.presenter.flush()
        assert await pane.notes_of(pane.maria) == "Second chair due in May."
        assert await pane.notes_of(pane.dan) == ""
        await pane.presenter.open(pane.maria)
        assert pane.view.notes == "Second chair due in May."

    pane.loop.run(play())


def test_notes_are_saved_after_a_pause_without_leaving(pane: Pane) -> None:
    async def play() -> None:
        saved: asyncio.Future[ContactChanged] = asyncio.get_running_loop().create_future()
        pane.rig.services.hub.subscribe(ContactChanged, saved.set_result)
        QTest.keyClicks(pane.view.notes_edit, "Likes blue.")
        async with asyncio.timeout(PATIENCE):
            assert (await saved).contact.notes == "Likes blue."

    pane.loop.run(play())


def test_a_hidden_pane_reads_nothing_until_it_is_shown(pane: Pane) -> None:
    async def play() -> None:
        pane.view.hide()
        await pane.presenter.open(pane.dan)
        assert "Messages" not in pane.view.said()
        pane.view.show()
        await pane.shows(lambda: pane.view.said().get("Messages") == "0")

    pane.loop.run(play())
