"""The composer over real services: what is written lasts, and is sent once."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from sms_desktop.domain.consent import Question
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.errors import BadInput, StoreError
from sms_desktop.domain.events import LinesChanged
from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Message, Status
from sms_desktop.domain.night import When
from sms_desktop.domain.phone import display
from sms_desktop.services.consent import Consents
from sms_desktop.services.services import Services
from sms_desktop.ui.composer.lock import Lift
from sms_desktop.ui.composer.offer import Offer
from sms_desktop.ui.composer.presenter import WORKS_AGAIN, ComposerPresenter
from sms_desktop.ui.composer.question import QuestionCard
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.consent.sentences import NOT_MEANT, OPT_OUT
from sms_desktop.ui.proof import find_proof
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from tests.rig import ANSWERS, LINE, PATIENCE, SILENT, TOLL_FREE, YOURS, Rig
from tests.ui.conftest import Loop
from tests.ui.consent.stopped import stopped_at_another_number


class Desk:
    """A composer with its presenter, and the two conversations that the tests go between."""

    def __init__(self, loop: Loop, rig: Rig) -> None:
        theme()
        self.loop, self.rig = loop, rig
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.view = Composer()
        self.presenter = ComposerPresenter(rig.services, self.tasks, self.view)
        self.maria: Conversation
        self.dan: Conversation

    async def start(self) -> None:
        await self._lines()
        self.maria = await self.services.conversations.open(LINE, YOURS)
        self.dan = await self.services.conversations.open(LINE, SILENT)
        await self.services.settings.put("undo_seconds", 0)
        self.presenter.start()
        await self.presenter.apply_settings()
        await self.presenter.open(self.maria)
        self.view.show()

    async def _lines(self) -> None:
        """Waits until the account was asked for its lines."""
        changed = asyncio.Event()
        unsubscribe = self.services.hub.subscribe(LinesChanged, lambda _: changed.set())
        async with asyncio.timeout(PATIENCE):
            while self.services.lines.get(TOLL_FREE) is None:
                await changed.wait()
                changed.clear()
        unsubscribe()

    async def stop(self) -> None:
        await self.presenter.flush()
        self.presenter.close()
        await self.tasks.close()
        self.view.close()
        self.view.deleteLater()

    @property
    def services(self) -> Services:
        return self.rig.services

    def type(self, text: str) -> None:
        QTest.keyClicks(self.view.editor, text)

    def press_enter(self) -> None:
        QTest.keyClick(self.view.editor, Qt.Key.Key_Return)

    async def draft(self, conversation: Conversation) -> tuple[str, int]:
        draft = await self.services.drafts.load(conversation.id)
        return (draft.body, len(draft.files)) if draft is not None else ("", 0)

    async def named(self, name: str) -> None:
        """Returns when the tasks of that name have ended."""
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == name))

    async def bodies(self, conversation: Conversation) -> list[str]:
        return [message.body for message in await self.messages(conversation)]

    async def messages(self, conversation: Conversation) -> tuple[Message, ...]:
        return (await self.services.timeline.latest(conversation.id)).messages


@pytest.fixture
def desk(loop: Loop, rig: Rig, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(loop, rig)  # closed here, for qtbot would before the presenter is done with it
    loop.run(desk.start())
    yield desk
    loop.run(desk.stop())
    assert desk.errors == []


class Gate:
    """Stands before the real outbox and drafts: holds messages up while ``shut``, and refuses what it is told to."""

    def __init__(self, services: Services, patch: pytest.MonkeyPatch) -> None:
        self._submit, self._save = services.outbox.submit, services.drafts.save
        self._refused: dict[str, Exception] = {}
        self._full: Exception | None = None
        self._open = asyncio.Event()
        self._open.set()
        self.reached = asyncio.Event()
        patch.setattr(services.outbox, "submit", self._submitted)
        patch.setattr(services.drafts, "save", self._saved)

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def refuse(self, body: str, error: Exception) -> None:
        self._refused[body] = error

    def fill_disk(self, sentence: str) -> None:
        """Until ``free_disk`` nothing is taken."""
        self._full = StoreError(sentence)

    def free_disk(self) -> None:
        self._full = None

    async def _submitted(
        self,
        conversation_id: int,
        body: str,
        files: Sequence[File] = (),
        *,
        hold: float = 0,
        keep_draft: bool = False,
        anyway: bool = False,
        when: When | None = None,
    ) -> Message:
        self.reached.set()
        await self._open.wait()
        refused = self._full or self._refused.pop(body, None)
        if refused is not None:
            raise refused
        return await self._submit(
            conversation_id, body, files, hold=hold, keep_draft=keep_draft, anyway=anyway, when=when
        )

    async def _saved(self, conversation_id: int, body: str, files: Sequence[File]) -> None:
        if self._full is not None:
            raise self._full
        await self._save(conversation_id, body, files)


@pytest.fixture
def gate(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(desk.services, monkeypatch)


@pytest.fixture
def picture(tmp_path: Path, qapp: object) -> Path:
    image = QImage(32, 24, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    path = tmp_path / "chair front.png"
    assert image.save(str(path))
    return path


def test_what_is_typed_is_saved_shortly_after_the_last_key(desk: Desk) -> None:
    async def play() -> None:
        desk.type("Your order is ready")
        wanted = "Your order is ready"
        await desk.rig.until(lambda: any(getattr(e, "conversation", desk.dan).draft == wanted for e in desk.rig.events))
        assert await desk.draft(desk.maria) == (wanted, 0)

    desk.loop.run(play())


def test_an_account_that_is_not_connected_is_told_above_what_is_written(desk: Desk) -> None:
    async def play() -> None:
        desk.type("Hello")
        assert desk.view.standing == ""
        account, connection = desk.services.account, desk.services.connection
        credentials, home = desk.services.link.credentials, account.home
        await account.remove()
        await desk.rig.until(lambda: connection.refusal, "removed")
        said = "This account is not connected. Messages wait in the outbox until it is."
        assert desk.view.standing == said
        assert any(label.text() == said and label.isVisible() for label in desk.view.findChildren(QLabel))
        await desk.presenter.open(desk.dan)
        assert desk.view.standing == said
        assert credentials is not None
        await account.use(credentials, home)
        assert desk.view.standing == ""

    desk.loop.run(play())


def test_going_elsewhere_keeps_each_draft_with_its_files(desk: Desk, picture: Path) -> None:
    async def play() -> None:
        desk.type("For Maria")
        desk.view.offered.emit(Offer(paths=(picture,)))
        await desk.presenter.flush()
        desk.type(" only")
        await desk.presenter.open(desk.dan)
        assert (desk.view.body, desk.view.files) == ("", ())
        desk.type("For Dan")
        await desk.presenter.open(desk.maria)
        assert (desk.view.body, len(desk.view.files)) == ("For Maria only", 1)
        await desk.presenter.open(desk.dan)
        assert (desk.view.body, desk.view.files) == ("For Dan", ())
        assert await desk.draft(desk.maria) == ("For Maria only", 1)

    desk.loop.run(play())


def test_hopping_to_and_fro_without_waiting_mixes_nothing_up(desk: Desk) -> None:
    async def play() -> None:
        desk.type("one")
        opened = [asyncio.ensure_future(desk.presenter.open(c)) for c in (desk.dan, desk.maria, desk.dan, desk.maria)]
        await asyncio.gather(*opened)
        assert desk.view.body == "one"
        await desk.presenter.flush()
        assert await desk.draft(desk.dan) == ("", 0)

    desk.loop.run(play())


def test_keys_that_come_while_a_draft_is_read_follow_it(desk: Desk) -> None:
    async def play() -> None:
        await desk.services.drafts.save(desk.dan.id, "Before. ", ())
        opening = asyncio.ensure_future(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("After.")
        await opening
        assert desk.view.body == "Before. After."
        await desk.presenter.flush()
        assert await desk.draft(desk.dan) == ("Before. After.", 0)

    desk.loop.run(play())


def test_keys_that_come_while_a_draft_is_read_survive_going_elsewhere(desk: Desk) -> None:
    async def play() -> None:
        await desk.services.drafts.save(desk.dan.id, "Before. ", ())
        opening = asyncio.ensure_future(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("After.")
        await asyncio.gather(desk.presenter.open(desk.maria), opening)
        await desk.presenter.flush()
        assert desk.view.body == ""
        assert await desk.draft(desk.dan) == ("Before. After.", 0)

    desk.loop.run(play())


def test_enter_sends_it_empties_the_field_and_clears_the_draft(desk: Desk) -> None:
    async def play() -> None:
        desk.type("It is ready.")
        desk.press_enter()
        await desk.presenter.flush()
        (message,) = await desk.messages(desk.maria)
        assert message.body == "It is ready."
        assert (desk.view.body, desk.view.notice) == ("", "")
        assert await desk.draft(desk.maria) == ("", 0)
        await desk.rig.status(message, Status.DELIVERED)

    desk.loop.run(play())


def test_enter_twice_and_a_double_click_send_once(desk: Desk) -> None:
    async def play() -> None:
        desk.type("Once")
        desk.press_enter()
        desk.press_enter()
        QTest.mouseClick(desk.view.send_button, Qt.MouseButton.LeftButton)
        QTest.mouseDClick(desk.view.send_button, Qt.MouseButton.LeftButton)
        desk.view.sendRequested.emit()
        assert desk.view.notice == ""
        await desk.presenter.flush()
        assert [m.body for m in await desk.messages(desk.maria)] == ["Once"]

    desk.loop.run(play())


def test_what_is_typed_while_it_is_submitted_stays(desk: Desk) -> None:
    async def play() -> None:
        desk.type("First")
        desk.press_enter()
        assert desk.view.body == ""
        desk.type(" Second")
        await desk.presenter.flush()
        assert [m.body for m in await desk.messages(desk.maria)] == ["First"]
        assert desk.view.body == " Second"
        assert await desk.draft(desk.maria) == (" Second", 0)

    desk.loop.run(play())


def test_four_quick_enters_are_four_messages_in_their_order(desk: Desk) -> None:
    async def play() -> None:
        for text in ("r1", "r2", "r3", "r4"):
            desk.type(text)
            desk.press_enter()
            assert desk.view.body == ""
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["r1", "r2", "r3", "r4"]
        assert await desk.draft(desk.maria) == ("", 0)
        assert desk.view.notice == ""

    desk.loop.run(play())


def test_quick_messages_go_to_the_conversations_they_were_written_in(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.shut()
        for text in ("m1", "m2"):
            desk.type(text)
            desk.press_enter()
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("d1")
        desk.press_enter()
        gate.open()
        await opening
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["m1", "m2"]
        assert await desk.bodies(desk.dan) == ["d1"]

    desk.loop.run(play())


def test_the_saved_draft_stands_until_the_message_is_in_the_outbox(desk: Desk, gate: Gate) -> None:
    """The program may be killed in between; then what was written is there again."""

    async def play() -> None:
        desk.type("Hello")
        await desk.presenter.flush()
        gate.shut()
        desk.press_enter()
        await gate.reached.wait()
        desk.view.left.emit()  # saves what is unsaved, were it not for the message
        assert await desk.draft(desk.maria) == ("Hello", 0)
        desk.type("Next")
        desk.view.left.emit()
        assert await desk.draft(desk.maria) == ("Hello", 0)
        gate.open()
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["Hello"]
        assert desk.view.body == "Next"
        assert await desk.draft(desk.maria) == ("Next", 0)

    desk.loop.run(play())


def test_what_is_written_behind_a_message_is_kept_when_the_person_goes_on(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.shut()
        desk.type("Hello")
        desk.press_enter()
        desk.type("Next")
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await gate.reached.wait()
        gate.open()
        await opening
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["Hello"]
        assert await desk.draft(desk.maria) == ("Next", 0)
        assert desk.view.body == ""

    desk.loop.run(play())


def test_a_refused_message_comes_back_with_those_behind_it_and_before_what_is_typed(
    desk: Desk, gate: Gate, picture: Path
) -> None:
    async def play() -> None:
        gate.refuse("r2", StoreError("The disk is full."))
        desk.type("r1")
        desk.press_enter()
        desk.view.offered.emit(Offer(paths=(picture,)))
        await desk.presenter.flush()
        for text in ("r2", "r3"):
            desk.type(text)
            desk.press_enter()
            assert (desk.view.body, desk.view.files) == ("", ())
        desk.type("typed since")
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["r1"]
        assert (desk.view.body, len(desk.view.files)) == ("r2\nr3\ntyped since", 1)
        assert is_of_that_try(desk.view.notice)
        assert await desk.draft(desk.maria) == ("r2\nr3\ntyped since", 1)
        desk.press_enter()
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["r1", "r2\nr3\ntyped since"]
        assert desk.view.notice == ""

    desk.loop.run(play())


def test_what_comes_back_elsewhere_becomes_the_draft_and_holds_up_nobody_else(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.shut()
        gate.refuse("m1", BadInput("Not like this."))
        for text in ("m1", "m2"):
            desk.type(text)
            desk.press_enter()
        desk.type("m3")
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("d1")
        desk.press_enter()
        gate.open()
        await opening
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == []
        assert await desk.draft(desk.maria) == ("m1\nm2\nm3", 0)
        assert await desk.bodies(desk.dan) == ["d1"]
        assert (desk.view.body, desk.view.notice) == ("", "")
        assert [str(error) for error in desk.errors] == ["Not like this."]
        desk.errors.clear()
        await desk.presenter.open(desk.maria)
        assert desk.view.body == "m1\nm2\nm3"

    desk.loop.run(play())


def test_files_that_are_read_after_leaving_survive_a_message_on_its_way(desk: Desk, gate: Gate, picture: Path) -> None:
    async def play() -> None:
        gate.shut()
        desk.type("Hello")
        desk.press_enter()
        desk.view.offered.emit(Offer(paths=(picture,)))
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await desk.named("attach")
        gate.open()
        await opening
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["Hello"]
        assert await desk.draft(desk.maria) == ("", 1)

    desk.loop.run(play())


def test_an_error_that_nobody_foresaw_gives_the_text_back(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.refuse("Hello", RuntimeError("a bug"))
        desk.type("Hello")
        desk.press_enter()
        await desk.presenter.flush()
        assert desk.view.body == "Hello"
        assert desk.view.notice == "The message could not be put into the outbox."
        assert [str(error) for error in desk.errors] == ["a bug"]
        desk.errors.clear()

    desk.loop.run(play())


@pytest.mark.parametrize("change", ["open another conversation", "write something else"])
def test_a_press_by_a_screen_reader_sends_what_stood_there_to_whom_it_stood(desk: Desk, change: str) -> None:
    async def play() -> None:
        button = desk.view.send_button
        desk.type("For Maria")
        button.animateClick()
        if change == "write something else":
            desk.view.editor.setPlainText("Never meant to go")
        else:
            await desk.presenter.open(desk.dan)
            desk.type("For Dan")
        clicked = asyncio.Event()
        button.clicked.connect(clicked.set)
        if button.isDown():  # Qt's own click, of the press that has been acted on
            await clicked.wait()
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["For Maria"]
        assert await desk.bodies(desk.dan) == []

    desk.loop.run(play())


def test_a_full_disk_is_told_once_and_no_longer_once_there_is_room(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.fill_disk("The disk is full.")
        desk.type("Hello")
        await desk.presenter.flush()
        assert desk.view.notice == "The disk is full."
        desk.press_enter()
        await desk.presenter.flush()
        assert (desk.view.body, desk.view.notice) == ("Hello", "The disk is full.")
        assert desk.errors == []  # nor in another banner
        gate.free_disk()
        desk.type("!")
        await desk.presenter.flush()
        assert desk.view.notice == ""
        desk.press_enter()
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["Hello!"]
        await desk.presenter.open(desk.dan)
        await desk.presenter.open(desk.maria)
        assert desk.view.body == ""

    desk.loop.run(play())


@asynccontextmanager
async def locked(desk: Desk) -> AsyncIterator[None]:
    """Another program holds the database, and ours has little patience."""
    store = desk.rig.engine.store
    await store.do(lambda tx: tx.db.exec_driver_sql("PRAGMA busy_timeout = 20"))
    with closing(sqlite3.connect(store.path, isolation_level=None, timeout=PATIENCE)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def on_disk(desk: Desk) -> dict[int, str]:
    """What would be there after a kill -9: the drafts by conversation."""
    with closing(sqlite3.connect(desk.rig.engine.store.path)) as db:
        return dict(db.execute("SELECT conversation_id, body FROM drafts"))


def test_what_could_not_be_saved_is_saved_by_itself_once_the_database_can_be_written(desk: Desk) -> None:
    async def play() -> None:
        async with locked(desk):
            desk.type("Not to be lost")
            await desk.rig.until(lambda: desk.view.notice, "told")
            assert "locked by another program" in desk.view.notice
        await desk.rig.until(lambda: on_disk(desk) == {desk.maria.id: "Not to be lost"}, "saved")
        await desk.rig.until(lambda: desk.view.notice == "", "calm")

    desk.loop.run(play())


def test_a_text_that_comes_back_from_a_locked_database_is_saved_by_itself_and_says_why_it_came(desk: Desk) -> None:
    async def play() -> None:
        async with locked(desk):
            desk.type("Refused")
            desk.press_enter()
            await desk.rig.until(lambda: desk.view.body == "Refused" and desk.view.notice, "it came back")
            desk.type(" and more")
        await desk.rig.until(lambda: on_disk(desk) == {desk.maria.id: "Refused and more"}, "saved")
        assert await desk.bodies(desk.maria) == []

    desk.loop.run(play())


def is_of_that_try(notice: str) -> bool:
    """Whether it says when it was, and that it is over."""
    return bool(re.fullmatch(WORKS_AGAIN.format(clock=r"\d{1,2}:\d\d( [AP]M)?"), notice))


def test_saving_what_a_full_disk_refused_says_that_it_was_not_sent_and_that_it_can_be_now(
    desk: Desk, gate: Gate
) -> None:
    async def play() -> None:
        gate.fill_disk("The disk is full.")
        desk.type("Refused")
        desk.press_enter()
        await desk.presenter.flush()
        assert (desk.view.body, desk.view.notice) == ("Refused", "The disk is full.")
        gate.free_disk()
        await desk.rig.until(lambda: on_disk(desk) == {desk.maria.id: "Refused"}, "saved")
        await desk.rig.until(lambda: is_of_that_try(desk.view.notice), "told that it works again")
        assert desk.view.body == "Refused"
        desk.press_enter()
        await desk.presenter.flush()
        assert (desk.view.body, desk.view.notice) == ("", "")
        assert await desk.bodies(desk.maria) == ["Refused"]

    desk.loop.run(play())


def test_a_lock_that_is_gone_is_not_complained_of_any_more(desk: Desk) -> None:
    async def play() -> None:
        async with locked(desk):
            desk.type("Refused")
            desk.press_enter()
            desk.type("typed since")
            await desk.rig.until(lambda: "locked by another program" in desk.view.notice, "it came back")
        await desk.rig.until(lambda: is_of_that_try(desk.view.notice), "told that it works again")
        assert desk.view.body == "Refused\ntyped since"
        desk.view.clear_notice()
        desk.type("!")
        await desk.presenter.flush()
        assert desk.view.notice == ""

    desk.loop.run(play())


def test_what_was_dismissed_does_not_come_back_with_the_next_save(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.fill_disk("The disk is full.")
        desk.type("Refused")
        desk.press_enter()
        await desk.presenter.flush()
        desk.view.clear_notice()
        gate.free_disk()
        await desk.rig.until(lambda: on_disk(desk) == {desk.maria.id: "Refused"}, "saved")
        await desk.presenter.flush()
        assert desk.view.notice == ""

    desk.loop.run(play())


def test_what_was_left_unsaved_elsewhere_is_saved_by_itself_too(desk: Desk) -> None:
    async def play() -> None:
        async with locked(desk):
            desk.type("For Maria")
            await desk.presenter.open(desk.dan)
            desk.type("For Dan")
            await desk.rig.until(lambda: desk.errors and desk.view.notice, "both were told")
        await desk.rig.until(
            lambda: on_disk(desk) == {desk.maria.id: "For Maria", desk.dan.id: "For Dan"}, "both are saved"
        )
        desk.errors.clear()

    desk.loop.run(play())


def test_a_save_that_is_tried_again_brings_back_nothing_that_was_sent_meanwhile(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.fill_disk("The disk is full.")
        desk.type("Sent in the end")
        await desk.rig.until(lambda: desk.view.notice, "told")
        gate.free_disk()
        desk.press_enter()
        await desk.named("save drafts again")
        await desk.presenter.flush()
        assert await desk.bodies(desk.maria) == ["Sent in the end"]
        assert on_disk(desk) == {}

    desk.loop.run(play())


def test_saving_a_refused_text_does_not_hide_why_it_was_refused(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        gate.refuse("Hello", BadInput("Not like this."))
        desk.type("Hello")
        desk.press_enter()
        await desk.presenter.flush()
        desk.type("!")
        await desk.presenter.flush()
        assert desk.view.notice == "Not like this."
        desk.press_enter()
        await desk.presenter.flush()
        assert desk.view.notice == ""

    desk.loop.run(play())


def test_leaving_at_once_after_enter_sends_and_leaves_no_ghost(desk: Desk) -> None:
    async def play() -> None:
        desk.type("Sent")
        desk.press_enter()
        await desk.presenter.open(desk.dan)
        await desk.presenter.flush()
        assert [m.body for m in await desk.messages(desk.maria)] == ["Sent"]
        assert await desk.draft(desk.maria) == ("", 0)
        assert await desk.draft(desk.dan) == ("", 0)

    desk.loop.run(play())


def test_a_refused_message_stays_written_with_the_reason(desk: Desk) -> None:
    async def play() -> None:
        other = await desk.services.conversations.open(LINE, LINE)  # the line's own number
        await desk.presenter.open(other)
        desk.type("To myself")
        desk.press_enter()
        await desk.presenter.flush()
        assert desk.view.notice == "That is the line’s own number."
        assert desk.view.body == "To myself"
        assert desk.view.send_button.isEnabled()
        assert await desk.draft(other) == ("To myself", 0)

    desk.loop.run(play())


def test_a_refusal_after_leaving_is_told_and_keeps_the_draft(desk: Desk) -> None:
    async def play() -> None:
        other = await desk.services.conversations.open(LINE, LINE)
        await desk.presenter.open(other)
        desk.type("To myself")
        desk.press_enter()
        await desk.presenter.open(desk.dan)
        await desk.presenter.flush()
        assert (desk.view.notice, desk.view.body) == ("", "")
        assert [str(e) for e in desk.errors] == ["That is the line’s own number."]
        assert await desk.draft(other) == ("To myself", 0)
        desk.errors.clear()

    desk.loop.run(play())


def test_over_the_limit_send_says_why_and_sends_nothing(desk: Desk) -> None:
    async def play() -> None:
        desk.view.set_content("a" * 1601)
        assert not desk.view.send_button.isEnabled()
        assert "1,601 characters" in desk.view.send_button.toolTip()
        desk.press_enter()
        assert desk.view.notice.startswith("The text has 1,601 characters")
        await desk.presenter.flush()
        assert await desk.messages(desk.maria) == ()

    desk.loop.run(play())


def test_the_card_names_the_number_to_which_they_wrote_stop(desk: Desk) -> None:
    async def play() -> None:
        await desk.rig.engine.store.do(stopped_at_another_number(YOURS))
        await desk.rig.until(lambda: desk.view.is_locked)

        def says() -> str:
            return desk.view._card.accessibleName()

        await desk.rig.until(lambda: f"wrote STOP to {display(TOLL_FREE)}" in says(), says())
        found = await find_proof(desk.rig.services, desk.maria)
        assert found is not None and (found.line, found.body) == (TOLL_FREE, "STOP")

    desk.loop.run(play())


def test_a_stop_locks_and_a_start_unlocks_while_the_conversation_is_open(desk: Desk) -> None:
    async def play() -> None:
        phone = desk.rig.simulator.phone(YOURS)
        desk.type("Half a")
        await phone.text(LINE, "STOP")
        await desk.rig.until(lambda: desk.view.is_locked)
        proofs: list[object] = []
        desk.presenter.proofRequested.connect(proofs.append)
        desk.view.liftRequested.emit(Lift.PROOF)
        assert [getattr(c, "id", None) for c in proofs] == [desk.maria.id]
        await phone.text(LINE, "START")
        await desk.rig.until(lambda: not desk.view.is_locked)
        assert desk.view.body == "Half a"

    desk.loop.run(play())


def test_unblocking_from_the_card_gives_the_composer_back(desk: Desk) -> None:
    async def play() -> None:
        await desk.services.conversations.block(desk.maria.id, True)
        await desk.rig.until(lambda: desk.view.is_locked)
        desk.view.liftRequested.emit(Lift.UNBLOCK)
        await desk.rig.until(lambda: not desk.view.is_locked)

    desk.loop.run(play())


def test_of_several_files_the_good_ones_stay_and_the_others_are_told_of(
    desk: Desk, picture: Path, tmp_path: Path
) -> None:
    async def play() -> None:
        page = tmp_path / "page.html"
        page.write_text("<!doctype html><html><body>hello</body></html>")
        desk.type("Words")
        desk.view.offered.emit(Offer(paths=(picture, page, tmp_path / "gone.png")))
        assert not desk.view.send_button.isEnabled()
        desk.press_enter()  # nothing goes out half read
        assert desk.view.notice == "The attachments are being read."
        await desk.presenter.flush()
        assert [file.name for file in desk.view.files] == ["chair front.png"]
        assert "“page.html” is" in desk.view.notice and "“gone.png” does not exist" in desk.view.notice
        assert desk.view.body == "Words" and desk.view.send_button.isEnabled()
        assert await desk.draft(desk.maria) == ("Words", 1)
        assert await desk.messages(desk.maria) == ()

    desk.loop.run(play())


def test_a_pasted_picture_goes_out_as_one(desk: Desk) -> None:
    async def play() -> None:
        image = QImage(20, 20, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.blue)
        mime = QMimeData()
        mime.setImageData(image)
        desk.view.editor.insertFromMimeData(mime)
        await desk.presenter.flush()
        (file,) = desk.view.files
        assert (file.name, file.content_type) == ("picture.png", "image/png")
        assert desk.view.counted.startswith("MMS · ")
        desk.press_enter()
        await desk.presenter.flush()
        (message,) = await desk.messages(desk.maria)
        assert len(message.media) == 1 and desk.view.files == ()
        await desk.rig.status(message, Status.DELIVERED)

    desk.loop.run(play())


def test_files_offered_just_before_leaving_go_to_where_they_were_offered(desk: Desk, picture: Path) -> None:
    async def play() -> None:
        desk.type("See:")
        desk.view.offered.emit(Offer(paths=(picture,)))
        await desk.presenter.open(desk.dan)
        await desk.presenter.flush()
        assert desk.view.files == ()
        assert await desk.draft(desk.maria) == ("See:", 1)

    desk.loop.run(play())


def test_another_line_is_another_conversation_and_takes_the_text_along(desk: Desk) -> None:
    async def play() -> None:
        chosen: list[Conversation] = []
        desk.presenter.conversationChosen.connect(chosen.append)
        desk.type("From the other line")
        free = desk.services.lines.get(TOLL_FREE)
        assert isinstance(free, Line)
        moved = asyncio.get_running_loop().create_future()
        desk.presenter.conversationChosen.connect(moved.set_result)
        desk.view.lineChosen.emit(free)
        await moved
        (other,) = chosen
        assert (other.line, other.peer) == (TOLL_FREE, YOURS)
        await desk.presenter.open(other)
        assert desk.view.body == "From the other line"
        assert await desk.draft(desk.maria) == ("", 0)

    desk.loop.run(play())


def test_the_preference_for_enter_is_taken_up(desk: Desk) -> None:
    async def play() -> None:
        assert desk.view.editor.enter_sends
        await desk.services.settings.put("enter_sends", False)
        await desk.presenter.apply_settings()
        assert not desk.view.editor.enter_sends

    desk.loop.run(play())


def test_recent_emoji_are_remembered(desk: Desk) -> None:
    async def play() -> None:
        desk.view.emojiPicked.emit("🪑")
        desk.view.emojiPicked.emit("👍")
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "recent emoji"))
        assert await desk.services.settings.get("emoji_recent") == ["👍", "🪑"]

    desk.loop.run(play())


def test_opening_the_same_conversation_again_changes_nothing(desk: Desk) -> None:
    async def play() -> None:
        desk.type("Here")
        await desk.presenter.open(desk.maria)
        assert desk.view.body == "Here"
        answers = await desk.services.conversations.open(LINE, ANSWERS)
        await desk.presenter.open(answers)
        assert desk.view.body == ""

    desk.loop.run(play())


def test_enter_while_the_draft_is_still_read_sends_what_was_typed_at_once(desk: Desk) -> None:
    async def play() -> None:
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        for text in ("Hi Dan", "How are you?"):
            desk.type(text)
            desk.press_enter()
            assert desk.view.body == ""
        await opening
        await desk.presenter.flush()
        assert await desk.bodies(desk.dan) == ["Hi Dan", "How are you?"]
        assert desk.view.body == ""

    desk.loop.run(play())


def test_enter_does_not_send_a_draft_that_was_not_seen_yet(desk: Desk) -> None:
    async def play() -> None:
        await desk.services.drafts.save(desk.dan.id, "Not finished. ", ())
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("Hi Dan")
        desk.press_enter()
        desk.type("More")
        await opening
        await desk.presenter.flush()
        assert await desk.bodies(desk.dan) == ["Hi Dan"]
        assert desk.view.body == "Not finished. More"
        assert await desk.draft(desk.dan) == ("Not finished. More", 0)

    desk.loop.run(play())


def test_what_is_refused_while_a_draft_is_read_follows_the_draft(desk: Desk, gate: Gate) -> None:
    async def play() -> None:
        await desk.services.drafts.save(desk.dan.id, "Not finished. ", ())
        gate.refuse("Hi Dan", StoreError("The disk is full."))
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("Hi Dan")
        desk.press_enter()
        await asyncio.gather(desk.presenter.open(desk.maria), opening)
        await desk.presenter.flush()
        assert await desk.draft(desk.dan) == ("Not finished. Hi Dan", 0)
        assert [str(error) for error in desk.errors] == ["The disk is full."]
        desk.errors.clear()

    desk.loop.run(play())


async def _undo_ready(desk: Desk) -> Message:
    """A text was sent that is kept back."""
    await desk.services.settings.put("undo_seconds", 30)
    await desk.presenter.apply_settings()
    desk.type("too soon")
    desk.press_enter()
    await desk.named("send")
    [message] = await desk.messages(desk.maria)
    return message


def test_ctrl_z_in_an_empty_box_takes_back_what_was_just_sent(desk: Desk) -> None:
    async def work() -> None:
        message = await _undo_ready(desk)
        QTest.keyClick(desk.view.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await desk.named("undo")
        assert desk.view.body == "too soon"
        [now] = await desk.messages(desk.maria)
        assert now.withdrawn
        assert await desk.draft(desk.maria) == ("too soon", 0)
        QTest.keyClick(desk.view.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert desk.view.body == "too soon"
        assert message.id == now.id

    desk.loop.run(work())


def test_what_is_taken_back_stands_before_what_is_written_by_then(desk: Desk) -> None:
    async def work() -> None:
        message = await _undo_ready(desk)
        desk.type("next")
        desk.presenter.undo(message.id)
        await desk.named("undo")
        assert desk.view.body == "too soon\nnext"
        await desk.presenter.flush()
        assert await desk.draft(desk.maria) == ("too soon\nnext", 0)

    desk.loop.run(work())


def test_what_is_taken_back_elsewhere_is_that_conversations_draft(desk: Desk) -> None:
    async def work() -> None:
        message = await _undo_ready(desk)
        await desk.presenter.open(desk.dan)
        desk.type("to Dan")
        desk.presenter.undo(message.id)
        await desk.named("undo")
        assert desk.view.body == "to Dan"
        assert await desk.draft(desk.maria) == ("too soon", 0)
        await desk.presenter.open(desk.maria)
        assert desk.view.body == "too soon"

    desk.loop.run(work())


def test_what_waits_no_more_is_not_taken_back_and_that_is_said(desk: Desk) -> None:
    async def work() -> None:
        message = await _undo_ready(desk)
        await desk.services.outbox.cancel(message.id)
        desk.presenter.undo(message.id)
        await desk.named("undo")
        assert desk.view.body == ""
        assert desk.view.notice == "It was taken back already."

    desk.loop.run(work())


def test_a_text_that_asks_to_stop_raises_a_question_in_its_own_conversation(desk: Desk) -> None:
    card = desk.view.consent

    async def play() -> None:
        await desk.rig.simulator.phone(YOURS).text(LINE, "Please stop texting me")
        await desk.rig.inbound("Please stop texting me")

    desk.loop.run(play())
    desk.loop.until(card.isVisible)
    assert card.asked == "(415) 555-0132 seems to ask you to stop: “Please stop texting me”"
    assert not desk.view.is_locked
    desk.loop.run(desk.presenter.open(desk.dan))
    assert not card.isVisible()
    desk.loop.run(desk.presenter.open(desk.maria))
    desk.loop.until(card.isVisible)
    card.button(NOT_MEANT).click()
    desk.loop.until(lambda: not card.isVisible())
    desk.type("Is that all right?")
    assert desk.view.send_button.isEnabled()


def test_nobody_is_asked_about_under_another_one_s_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    ask = QuestionCard.ask

    def heard(card: QuestionCard, words: str, answers: Sequence[tuple[str, str]], more: str = "") -> None:
        said.append(words)
        ask(card, words, answers, more)

    async def play() -> None:
        await desk.rig.simulator.phone(YOURS).text(LINE, "Please stop texting me")
        await desk.rig.inbound("Please stop texting me")

    monkeypatch.setattr(QuestionCard, "ask", heard)
    desk.loop.run(play())
    desk.loop.until(lambda: desk.view.consent.asked)
    desk.loop.run(desk.presenter.open(desk.dan))
    assert desk.view.consent.asked == "" and set(said) == {
        "(415) 555-0132 seems to ask you to stop: “Please stop texting me”"
    }


def test_while_an_answer_is_kept_no_other_can_be_given_and_the_text_has_the_keyboard(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, gate = desk.view.consent, asyncio.Event()
    kept: list[bool] = []
    answer = Consents.answer

    async def slowly(consents: Consents, question: Question, *, stop: bool) -> None:
        kept.append(stop)
        await gate.wait()
        await answer(consents, question, stop=stop)

    async def play() -> None:
        await desk.rig.simulator.phone(YOURS).text(LINE, "Please stop texting me")
        await desk.rig.inbound("Please stop texting me")

    monkeypatch.setattr(Consents, "answer", slowly)
    desk.loop.run(play())
    desk.loop.until(card.isVisible)
    card.button(NOT_MEANT).setFocus()
    card.button(NOT_MEANT).click()
    desk.loop.until(lambda: kept)
    assert desk.view.focusWidget() is desk.view.editor
    assert not any(button.isEnabled() for button in card.buttons)
    card.button(OPT_OUT).click()
    gate.set()
    desk.loop.until(lambda: not card.isVisible())
    desk.loop.run(desk.named("answer"))
    assert kept == [False] and not desk.view.is_locked


def test_an_answer_that_cannot_be_kept_can_be_given_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        await desk.rig.simulator.phone(YOURS).text(LINE, "Please stop texting me")
        await desk.rig.inbound("Please stop texting me")

    async def full(*_: object, stop: bool) -> None:
        raise StoreError("The disk is full.")

    desk.loop.run(play())
    desk.loop.until(desk.view.consent.isVisible)
    with monkeypatch.context() as patch:
        patch.setattr(Consents, "answer", full)
        desk.view.consent.button(OPT_OUT).click()
        desk.loop.until(lambda: desk.view.notice == "The disk is full.")
    desk.view.consent.button(OPT_OUT).click()
    desk.loop.until(lambda: desk.view.is_locked)


def test_a_key_has_what_is_written_measured_once(desk: Desk) -> None:
    measured = [0]
    refusal = desk.view.refusal

    def counted(body: str, files: Sequence[File]) -> str:
        measured[0] += 1
        return refusal(body, files)

    desk.type("H")
    desk.view.refusal = counted
    desk.type("ell")
    assert measured == [3]


def test_one_click_opts_them_out_and_the_reason_takes_the_texts_place(desk: Desk) -> None:
    async def play() -> None:
        await desk.rig.simulator.phone(YOURS).text(LINE, "no more texts")
        await desk.rig.inbound("no more texts")

    desk.type("Half a thou")
    desk.loop.run(play())
    desk.loop.until(desk.view.consent.isVisible)
    desk.view.consent.button(OPT_OUT).click()
    desk.loop.until(lambda: desk.view.is_locked)
    reason = next(label.text() for label in desk.view.findChildren(QLabel) if "entered here" in label.text())
    assert "they want no texts from (212) 555-0100" in reason.replace("\u200b", "")
    asked: list[Conversation] = []
    desk.presenter.consentRequested.connect(asked.append)
    desk.view.liftRequested.emit(Lift.CONSENT)
    assert [one.id for one in asked] == [desk.maria.id]
