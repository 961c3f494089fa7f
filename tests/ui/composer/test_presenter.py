"""The composer over real services: what is written lasts, and is sent once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.events import LinesChanged
from sms_desktop.domain.line import Line
from sms_desktop.domain.message import Message, Status
from sms_desktop.services.services import Services
from sms_desktop.ui.composer.lock import Lift
from sms_desktop.ui.composer.offer import Offer
from sms_desktop.ui.composer.presenter import ComposerPresenter
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from tests.rig import ANSWERS, LINE, PATIENCE, SILENT, TOLL_FREE, YOURS, Rig
from tests.ui.conftest import Loop


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

    async def messages(self, conversation: Conversation) -> tuple[Message, ...]:
        return (await self.services.timeline.latest(conversation.id)).messages


@pytest.fixture
def desk(loop: Loop, rig: Rig, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(loop, rig)  # closed here, for qtbot would before the presenter is done with it
    loop.run(desk.start())
    yield desk
    loop.run(desk.stop())
    assert desk.errors == []


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
        began = asyncio.get_running_loop().time()
        wanted = "Your order is ready"
        await desk.rig.until(lambda: any(getattr(e, "conversation", desk.dan).draft == wanted for e in desk.rig.events))
        assert asyncio.get_running_loop().time() - began < 2  # 250 ms on an idle machine
        assert await desk.draft(desk.maria) == (wanted, 0)

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
        QTest.mouseClick(desk.view.send_button, Qt.MouseButton.LeftButton)
        desk.view.sendRequested.emit()
        await desk.presenter.flush()
        assert [m.body for m in await desk.messages(desk.maria)] == ["Once"]

    desk.loop.run(play())


def test_what_is_typed_while_it_is_submitted_stays(desk: Desk) -> None:
    async def play() -> None:
        desk.type("First")
        desk.press_enter()
        desk.type(" Second")
        await desk.presenter.flush()
        assert [m.body for m in await desk.messages(desk.maria)] == ["First"]
        assert desk.view.body == " Second"
        assert await desk.draft(desk.maria) == (" Second", 0)

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
        assert desk.view.notice == "That is the line's own number."
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
        assert [str(e) for e in desk.errors] == ["That is the line's own number."]
        assert await desk.draft(other) == ("To myself", 0)
        desk.errors.clear()

    desk.loop.run(play())


def test_over_the_limit_send_says_why_and_sends_nothing(desk: Desk) -> None:
    async def play() -> None:
        desk.view.set_content("a" * 1601)
        assert not desk.view.send_button.isEnabled()
        assert "1,601 characters" in desk.view.send_button.toolTip()
        desk.press_enter()
        await desk.presenter.flush()
        assert await desk.messages(desk.maria) == ()

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


def test_enter_while_the_draft_is_still_read_counts_once_it_is_here(loop: Loop, desk: Desk) -> None:
    async def play() -> None:
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("Hi Dan")
        desk.press_enter()
        assert desk.view.body == "Hi Dan"
        await opening
        await desk.presenter.flush()
        assert [message.body for message in await desk.messages(desk.dan)] == ["Hi Dan"]
        assert desk.view.body == ""

    loop.run(play())


def test_enter_does_not_send_a_draft_that_was_not_seen_yet(loop: Loop, desk: Desk) -> None:
    async def play() -> None:
        await desk.services.drafts.save(desk.dan.id, "Not finished. ", ())
        opening = asyncio.create_task(desk.presenter.open(desk.dan))
        await asyncio.sleep(0)
        desk.type("Hi Dan")
        desk.press_enter()
        await opening
        await desk.presenter.flush()
        assert await desk.messages(desk.dan) == ()
        assert desk.view.body == "Not finished. Hi Dan"

    loop.run(play())
