"""The timeline over real services: opening, pages, news, trying again, files."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from sms_desktop.domain.answering import TWILIOS
from sms_desktop.domain.catchup import Origin, Progress
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.errors import NotReached, SmsDesktopError, StoreError
from sms_desktop.domain.events import CatchUpChanged, PastAdded
from sms_desktop.domain.failures import FOUND_OUT, Action, Failure
from sms_desktop.domain.message import CALLBACK, Direction, Message, Status, StatusReport
from sms_desktop.domain.night import When
from sms_desktop.domain.reply import Rule, Trigger
from sms_desktop.services.clock import now
from sms_desktop.services.services import Services
from sms_desktop.store import outbox, reports
from sms_desktop.store.store import Tx
from sms_desktop.ui.composer.asking import Decided
from sms_desktop.ui.history.view import HistoryPopover
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.model import CAP, SLACK
from sms_desktop.ui.timeline.pane import TimelinePane
from sms_desktop.ui.timeline.presenter import TimelinePresenter
from sms_desktop.ui.timeline.rows import AwayRow, HeldRow, MessageRow, NoteRow
from sms_desktop.ui.timeline.sentences import meta_of, spoken
from sms_desktop.ui.timeline.shape import Act
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.viewer.viewer import PictureViewer
from tests.rig import ANSWERS, LANDLINE, LINE, PHONE_OFF, PICTURE, SILENT, TOLL_FREE, Rig
from tests.ui.conftest import Loop


class Desk:
    """The pane and its presenter over the engine."""

    def __init__(self, loop: Loop, rig: Rig, qtbot: QtBot) -> None:
        self.loop, self.rig = loop, rig
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.pane = TimelinePane(Thumbnails(self.services.media.path_of))
        qtbot.addWidget(self.pane)
        self.pane.resize(712, 568)
        self.pane.show()
        self.pane.activateWindow()
        loop.until(self.pane.isActiveWindow)
        self.presenter = TimelinePresenter(self.services, self.tasks, self.pane)
        self.seen: list[int] = []
        self.presenter.seen.connect(self.seen.append)
        self.presenter.start()

    @property
    def services(self) -> Services:
        return self.rig.services

    def close(self) -> None:
        self.presenter.close()
        self.loop.run(self.tasks.close())
        assert self.errors == []

    def conversation(self, peer: str) -> Conversation:
        return self.loop.run(self.services.conversations.open(LINE, peer))

    def open(self, peer: str) -> Conversation:
        conversation = self.conversation(peer)
        self.loop.run(self.presenter.open(conversation))
        return conversation

    def say(self, conversation: Conversation, body: str) -> Message:
        return self.loop.run(self.services.outbox.submit(conversation.id, body))

    def until(self, fact: Callable[[], object]) -> None:
        """Lets window and engine run until ``fact`` holds; what goes wrong meanwhile is told at once."""
        self.loop.until(lambda: self.errors or fact())
        assert self.errors == []

    def status(self, message: Message) -> Status | None:
        known = self.pane.model.message(message.id)
        return known.status if known is not None else None

    def child(self, kind: type[QDialog]) -> QDialog | None:
        return next((d for d in self.pane.findChildren(QObject) if isinstance(d, kind) and d.isVisible()), None)


@pytest.fixture
def desk(loop: Loop, rig: Rig, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(loop, rig, qtbot)
    yield desk
    desk.close()


def labels(desk: Desk) -> list[str]:
    return [button.text() for button in desk.pane.buttons.shown]


def test_a_text_appears_at_once_and_its_status_follows(desk: Desk) -> None:
    conversation = desk.open(SILENT)
    message = desk.say(conversation, "hello")
    assert desk.pane.model.message(message.id) is not None
    desk.until(lambda: desk.status(message) is Status.DELIVERED)
    desk.open(SILENT)
    assert desk.status(message) is Status.DELIVERED


def test_other_conversations_are_not_heard(desk: Desk) -> None:
    other = desk.conversation(ANSWERS)
    desk.open(SILENT)
    desk.say(other, "not here")
    assert desk.pane.model.messages == ()


def test_what_is_in_view_is_seen_and_what_is_not_is_counted(desk: Desk) -> None:
    conversation = desk.open(ANSWERS)
    desk.say(conversation, "hello?")
    desk.until(lambda: desk.seen)  # the answer came, in view
    assert desk.seen == [conversation.id]
    desk.until(lambda: all(m.status in {Status.DELIVERED, Status.RECEIVED} for m in desk.pane.model.messages))
    desk.pane.resize(712, 90)
    desk.pane.view.verticalScrollBar().setValue(0)
    assert not desk.pane.bottom_in_view
    desk.say(conversation, "and again?")
    desk.until(lambda: desk.pane.view.new_count == 2)
    assert len(desk.seen) == 1
    desk.pane.jump.click()
    assert desk.pane.bottom_in_view
    assert desk.seen == [conversation.id] * 2


def test_a_failed_text_is_explained_and_tried_again_once(desk: Desk) -> None:
    conversation = desk.open(PHONE_OFF)
    message = desk.say(conversation, "hello")
    desk.until(lambda: desk.status(message) in {Status.FAILED, Status.UNDELIVERED})
    desk.until(lambda: labels(desk) == ["Try again", "Call instead", "Details"])
    desk.presenter._act(Act.TRY_AGAIN, message.id, 0)
    desk.presenter._act(Act.TRY_AGAIN, message.id, 0)
    desk.until(lambda: len(desk.pane.model.messages) == 2)
    desk.until(lambda: all(m.failed for m in desk.pane.model.messages))
    assert desk.pane.model.messages[1].retry_of == message.id


def test_a_landline_that_texts_any_of_our_lines_can_be_tried_again_from_its_card(desk: Desk) -> None:
    conversation = desk.open(LANDLINE)
    message = desk.say(conversation, "hello")
    desk.until(lambda: desk.status(message) is Status.UNDELIVERED)
    desk.until(lambda: "Try again" in labels(desk))
    [again] = [button for button in desk.pane.buttons.shown if button.text() == "Try again"]
    assert not again.isEnabled() and "none can arrive" in again.toolTip()
    desk.loop.run(desk.rig.simulator.phone(LANDLINE).text(TOLL_FREE, "This is a landline that texts."))
    desk.until(again.isEnabled)
    assert again.toolTip() == ""
    row = desk.pane.model.row_of(message.id)
    assert row is not None and sentences.failure(row)[1].endswith(sentences.WROTE_SINCE)
    again.click()
    desk.until(lambda: len(desk.pane.model.messages) == 2)
    assert desk.pane.model.messages[1].retry_of == message.id


@pytest.mark.parametrize("open_then", [True, False], ids=["open", "elsewhere"])
def test_a_first_text_that_a_look_up_stopped_says_what_it_found(desk: Desk, open_then: bool) -> None:
    mended: list[tuple[Message, Failure]] = []
    desk.presenter.mendRequested.connect(lambda *wanted: mended.append(wanted))
    desk.loop.run(desk.services.numbers.set_look_up_first(True))
    conversation = desk.open(LANDLINE)
    if not open_then:
        desk.open(PICTURE)
    message = desk.say(conversation, "hello")
    desk.loop.run(desk.rig.status(message, Status.FAILED))
    if not open_then:
        desk.open(LANDLINE)
    assert sentences.failure(MessageRow(message, 0, last=True))[0] == "Not sent: it was stopped before it left."
    desk.until(lambda: "Call instead" in labels(desk))
    row = desk.pane.model.row_of(message.id)
    assert row is not None and sentences.failure(row)[0] == "Not sent: this is a landline."
    assert sentences.failure(row)[1].startswith(FOUND_OUT)
    assert spoken(row, now()).endswith(": hello. Not sent: this is a landline")
    assert [button.label for button in desk.pane.view.shape(row).buttons] == ["Call instead", "Try again", "Details"]
    next(button for button in desk.pane.buttons.shown if button.text() == "Call instead").click()
    assert [(about.id, failure.action) for about, failure in mended] == [(message.id, Action.CALL)]


def test_a_try_that_may_arrive_twice_is_asked_about_and_then_sent(desk: Desk) -> None:
    conversation = desk.open(PHONE_OFF)
    first = desk.say(conversation, "hello")
    desk.until(lambda: desk.status(first) is Status.UNDELIVERED)
    second = desk.loop.run(desk.services.outbox.retry(first.id))
    desk.until(lambda: desk.status(second) is Status.UNDELIVERED)
    in_doubt = {"status": Status.UNCONFIRMED, "sid": None}
    desk.loop.run(desk.rig.engine.store.do(lambda tx: reports.change(tx, second, now(), **in_doubt)))
    desk.presenter._act(Act.TRY_AGAIN, first.id, 0)
    desk.until(lambda: desk.pane.model.asking == first.id)
    assert len(desk.pane.model.messages) == 2
    desk.presenter._act(Act.SEND_TWICE, first.id, 0)
    desk.until(lambda: len(desk.pane.model.messages) == 3)


def test_what_waits_unchecked_is_told_and_leaves_when_the_person_says_so(desk: Desk) -> None:
    desk.rig.simulator.faults.fail_list_page(1, 1_000_000)
    conversation = desk.open(SILENT)
    message = desk.loop.run(desk.services.outbox.submit(conversation.id, "from before", hold=30))
    desk.services.absence.begin()
    desk.until(lambda: message.id in desk.services.absence.held)
    desk.until(lambda: any(isinstance(r, MessageRow) and r.unchecked for r in desk.pane.model.rows))
    desk.open(SILENT)
    desk.until(lambda: any(isinstance(r, MessageRow) and r.unchecked for r in desk.pane.model.rows))
    desk.presenter._act(Act.SEND_UNCHECKED, message.id, 0)
    desk.until(lambda: not desk.services.absence.held)
    desk.until(lambda: not any(isinstance(r, MessageRow) and r.unchecked for r in desk.pane.model.rows))


def test_trying_again_what_did_not_fail_is_refused_with_a_sentence(desk: Desk) -> None:
    message = desk.say(desk.open(SILENT), "hello")
    desk.until(lambda: desk.status(message) is Status.DELIVERED)
    desk.presenter._act(Act.TRY_AGAIN, message.id, 0)
    desk.until(desk.pane.banner.isVisible)
    assert "did not fail" in desk.pane.banner.text
    desk.pane.banner.actionClicked.emit()
    assert not desk.pane.banner.isVisible()


def history(desk: Desk) -> list[str]:
    """The steps of the history that is open, as they are spoken."""
    found = desk.pane.findChild(HistoryPopover)
    open_ = found is not None and found.isVisible()
    return [step.spoken for step in found.panel.model.entries] if found is not None and open_ else []


def report(desk: Desk, message: Message, status: Status, code: int | None = None) -> None:
    """One more callback of Twilio's."""
    word = StatusReport(status, code, message.sid, CALLBACK, datetime.now(UTC))
    desk.loop.run(desk.services.inbox.report(message.id, word))


def test_the_status_history_shows_every_report_and_each_that_comes_while_it_is_open(desk: Desk) -> None:
    message = desk.say(desk.open(SILENT), "hello")
    desk.until(lambda: desk.status(message) is Status.DELIVERED)
    desk.presenter._act(Act.DETAILS, message.id, 0)
    desk.until(lambda: any("Delivered." in step for step in history(desk)))
    count = len(history(desk))
    report(desk, message, Status.SENT)  # it moves nothing, and is shown all the same
    desk.until(lambda: len(history(desk)) == count + 1)
    assert history(desk)[-1].endswith("It came late and changed nothing.")
    report(desk, message, Status.UNDELIVERED, 30003)
    desk.until(lambda: "the phone’s word counts" in history(desk)[-1])
    popover = desk.pane.findChild(HistoryPopover)
    assert isinstance(popover, HistoryPopover)
    assert "30003 phone unreachable" in popover.panel.facts.text()


def test_the_history_goes_with_the_conversation_and_does_not_come_back(desk: Desk) -> None:
    message = desk.say(desk.open(SILENT), "hello")
    desk.until(lambda: desk.status(message) is Status.DELIVERED)
    desk.presenter._act(Act.DETAILS, message.id, 0)
    desk.until(lambda: history(desk))
    desk.open(ANSWERS)
    assert history(desk) == []
    report(desk, message, Status.SENT)
    assert history(desk) == []


def test_a_history_that_cannot_be_read_says_so_in_the_pane(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    message = desk.say(desk.open(SILENT), "hello")

    async def broken(message_id: str) -> None:
        raise StoreError("The database cannot be read.")

    monkeypatch.setattr(type(desk.services.timeline), "reports", lambda self, message_id: broken(message_id))
    desk.presenter._act(Act.DETAILS, message.id, 0)
    desk.until(lambda: desk.pane.banner.text == "The database cannot be read.")
    assert history(desk) == []


def test_an_inbound_picture_comes_in_opens_and_is_saved(desk: Desk, tmp_path: Path) -> None:
    conversation = desk.open(PICTURE)
    desk.say(conversation, "a photo, please")
    model = desk.pane.model
    desk.until(lambda: any(m.media and m.media[0].file for m in model.messages))
    message = next(m for m in model.messages if m.media)
    media = message.media[0]
    assert media.file is not None
    desk.pane.view.pictureActivated.emit(message.id, media.id)
    desk.until(lambda: desk.child(PictureViewer))
    viewer = desk.child(PictureViewer)
    assert isinstance(viewer, PictureViewer)
    desk.until(lambda: not viewer.canvas.image.isNull())
    viewer.close()
    desk.presenter.show_media(media)  # as the details pane does
    desk.until(lambda: desk.child(PictureViewer))
    again = desk.child(PictureViewer)
    assert again is not None
    again.close()
    desk.pane.view.saveWanted.emit(message.id, media.id)
    desk.until(lambda: desk.child(QFileDialog))
    dialog = desk.child(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    target = tmp_path / "kept.bin"
    name = dialog.findChild(QLineEdit)
    assert name is not None
    name.setText(str(target))
    dialog.accept()
    desk.until(target.exists)
    assert target.stat().st_size == media.file.size


def test_a_conversation_that_cannot_be_read_says_so_in_the_pane(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = desk.conversation(SILENT)

    async def broken(conversation_id: int) -> None:
        raise StoreError("The database cannot be read.")

    monkeypatch.setattr(type(desk.services.timeline), "latest", lambda self, number: broken(number))
    desk.loop.run(desk.presenter.open(conversation))
    assert desk.pane.banner.text == "The database cannot be read."


def seed(desk: Desk, conversation: Conversation, count: int) -> None:
    """``count`` inbound texts, through the same door as Twilio's."""
    from sms_desktop.store import messages
    from sms_desktop.store.tx import Tx

    start = datetime.now(UTC) - timedelta(minutes=count)

    def work(tx: Tx) -> None:
        for n in range(count):
            messages.add_inbound(
                tx,
                sid=f"SM{n:032x}",
                line=conversation.line,
                peer=conversation.peer,
                body=f"text {n}",
                at=start + timedelta(minutes=n),
            )

    desk.loop.run(desk.rig.engine.store.do(work))


def come_late(desk: Desk, conversation: Conversation, *ago: float, origin: Origin = Origin.OFF) -> None:
    """A heap of messages that were missed, so many minutes ago, told of as catch-up tells it."""
    from sms_desktop.store import conversations, messages
    from sms_desktop.store.tx import Tx

    now = datetime.now(UTC)
    past = [
        messages.PastMessage(
            id=f"{0xF0000 + round(minutes * 10):032x}",
            line=conversation.line,
            peer=conversation.peer,
            direction=Direction.INBOUND,
            body=f"late {minutes:g}",
            status=Status.RECEIVED,
            at=now - timedelta(minutes=minutes),
            unseen=True,
            origin=origin,
        )
        for minutes in ago
    ]

    def work(tx: Tx) -> None:
        messages.add_history(tx, past)
        tx.note(PastAdded((conversations.known(tx.db, conversation.id),)))

    desk.loop.run(desk.rig.engine.store.do(work))


def bodies(desk: Desk) -> list[str]:
    return [message.body for message in desk.pane.model.messages]


def away_lines(desk: Desk) -> list[tuple[int, bool]]:
    """Of each line that tells of missed messages: how many, and whether nothing is missing."""
    return [(row.count, row.complete) for row in desk.pane.model.rows if isinstance(row, AwayRow)]


def test_who_is_at_the_end_sees_the_newest_of_what_was_missed(desk: Desk) -> None:
    conversation = desk.conversation(SILENT)
    seed(desk, conversation, 100)
    desk.open(SILENT)
    desk.presenter.jump_to_latest()
    desk.until(lambda: desk.seen)
    desk.seen.clear()
    come_late(desk, conversation, 0.3, 0.2, 0.1)
    desk.until(lambda: bodies(desk)[-3:] == ["late 0.3", "late 0.2", "late 0.1"])
    desk.until(lambda: desk.pane.bottom_in_view)
    assert away_lines(desk)[-1][0] == 3
    desk.until(lambda: desk.seen == [conversation.id])


@pytest.mark.parametrize("count", [40, 300])
def test_who_has_scrolled_up_stays_there_and_finds_what_was_missed_further_down(desk: Desk, count: int) -> None:
    conversation = desk.conversation(SILENT)
    seed(desk, conversation, count)
    desk.open(SILENT)
    desk.presenter.jump_to_latest()
    desk.until(lambda: desk.seen)
    desk.seen.clear()
    view, bar = desk.pane.view, desk.pane.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    top = view.timeline.row_at(view.places_in_view()[0]).key
    place = view.visualRect(view.timeline.index(view.timeline.place_of(top), 0)).top()
    come_late(desk, conversation, 20.5, 0.3, 0.2, 0.1)
    desk.until(lambda: "late 20.5" in bodies(desk))
    assert "late 0.1" not in bodies(desk)
    assert view.visualRect(view.timeline.index(view.timeline.place_of(top), 0)).top() == place
    assert not desk.pane.bottom_in_view
    assert desk.seen == []

    def down() -> bool:
        bar.setValue(bar.maximum())
        return desk.pane.bottom_in_view

    desk.until(down)
    assert bodies(desk)[-3:] == ["late 0.3", "late 0.2", "late 0.1"]
    assert desk.seen == [conversation.id]


def test_what_was_missed_elsewhere_leaves_the_open_conversation_alone(desk: Desk) -> None:
    other = desk.conversation(ANSWERS)
    desk.open(SILENT)
    come_late(desk, other, 1)
    assert bodies(desk) == []


def test_a_gap_is_complete_as_soon_as_the_catch_up_says_so(desk: Desk) -> None:
    conversation = desk.conversation(SILENT)
    come_late(desk, conversation, 5, 4, origin=Origin.UNREACHED)
    hub, now = desk.services.hub, datetime.now(UTC)
    desk.open(SILENT)
    hub.publish([CatchUpChanged(Progress(complete_to=now - timedelta(minutes=10)))])
    assert away_lines(desk) == [(2, False)]
    hub.publish([CatchUpChanged(Progress(running=True, complete_to=now - timedelta(minutes=4.5)))])
    assert away_lines(desk) == [(2, False)]
    hub.publish([CatchUpChanged(Progress(complete_to=now))])
    assert away_lines(desk) == [(2, True)]


def test_a_gap_that_was_complete_stays_so_where_another_line_lags(desk: Desk) -> None:
    conversation = desk.conversation(SILENT)
    come_late(desk, conversation, 5, 4)
    now = datetime.now(UTC)
    lags = Progress(complete_to=now - timedelta(days=3), lines={conversation.line: now})
    desk.open(SILENT)
    desk.services.hub.publish([CatchUpChanged(lags)])
    assert away_lines(desk) == [(2, True)]


def test_pages_come_as_one_scrolls_and_the_window_stays_bounded(desk: Desk) -> None:
    conversation = desk.conversation(SILENT)
    seed(desk, conversation, 900)
    desk.open(SILENT)
    model, view = desk.pane.model, desk.pane.view
    assert len(model.messages) == 80

    def up() -> bool:
        view.verticalScrollBar().setValue(0)
        assert len(model.messages) <= CAP + SLACK
        return not model.older

    desk.until(up)
    assert model.messages[0].body == "text 0"
    assert model.newer
    desk.presenter.jump_to_latest()
    desk.until(lambda: desk.pane.bottom_in_view)
    assert model.messages[-1].body == "text 899"


def test_a_hit_is_opened_in_its_place(desk: Desk) -> None:
    conversation = desk.conversation(SILENT)
    seed(desk, conversation, 300)
    hit = desk.loop.run(desk.services.search.find("text 120"))[0]
    assert hit.message is not None
    desk.loop.run(desk.presenter.open_at(hit.conversation, hit.message))
    model, view = desk.pane.model, desk.pane.view
    place = model.place_of(hit.message.id)
    assert place in view.places_in_view()
    assert model.older
    assert model.newer


def test_the_later_of_two_openings_wins(desk: Desk) -> None:
    first, second = desk.conversation(SILENT), desk.conversation(ANSWERS)
    seed(desk, first, 5)

    async def both() -> None:
        await asyncio.gather(desk.presenter.open(first), desk.presenter.open(second))

    desk.loop.run(both())
    assert desk.presenter.conversation == second
    assert desk.pane.model.messages == ()


def test_a_stop_takes_back_what_was_offered_to_be_sent_again(desk: Desk) -> None:
    conversation = desk.conversation(SILENT)
    desk.loop.run(desk.presenter.open(conversation))
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "STOP"))
    desk.loop.until(lambda: "STOP" in bodies(desk))
    desk.loop.until(lambda: any(getattr(row, "barred", False) for row in desk.pane.model.rows))
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "START"))
    desk.loop.until(lambda: not any(getattr(row, "barred", False) for row in desk.pane.model.rows))


def test_twilios_own_answer_to_a_stop_is_told_apart_from_texts_of_other_programs(desk: Desk) -> None:
    desk.open(SILENT)
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "STOP"))
    desk.loop.until(lambda: "STOP" in bodies(desk))
    desk.loop.run(desk.rig.simulator.idle())
    desk.services.catchup.ask()

    def answer() -> MessageRow | None:
        rows = (row for row in desk.pane.model.rows if isinstance(row, MessageRow) and row.message.outbound)
        return next(rows, None)

    desk.loop.until(answer)
    row = answer()
    assert row is not None and "Twilio’s automatic answer" in meta_of(row.message)
    shown = desk.pane.model.as_shown(row.key)
    assert shown is not None and shown.author == TWILIOS


def rule(desk: Desk, name: str = "Opening hours") -> None:
    made = Rule(name, Trigger.CONTAINS, "From 9 to 17.", words=("open",))
    desk.loop.run(desk.services.replies.add(made))


def lines_held(desk: Desk) -> list[str]:
    return [spoken(row, now()) for row in desk.pane.model.rows if isinstance(row, HeldRow)]


def test_a_copy_that_is_taken_back_since_the_first_went_out_says_so_below_itself(desk: Desk) -> None:
    conversation = desk.open(SILENT)
    first = desk.loop.run(desk.services.outbox.submit(conversation.id, "hello", hold=3600))

    async def doubtful() -> Message:
        def work(tx: Tx) -> None:
            outbox.release(tx, conversation.id, now())
            outbox.sending(tx, first.id, now())
            outbox.unconfirmed(tx, first.id, "no answer", now())

        await desk.rig.engine.store.do(work)
        again = await desk.services.outbox.retry(first.id, when=When.MORNING)
        morning = now() + timedelta(hours=9)
        await desk.rig.engine.store.do(lambda tx: outbox.until_morning(tx, again.id, morning, now()))
        await desk.services.inbox.report(first.id, StatusReport(Status.SENT, None, "SM" + "9" * 32, CALLBACK, now()))
        return again

    copy = desk.loop.run(doubtful())
    desk.until(lambda: desk.status(copy) is Status.CANCELED)
    desk.until(lambda: any(isinstance(row, NoteRow) and row.message_id == copy.id for row in desk.pane.model.rows))


def test_an_automatic_reply_tells_its_rule_and_leads_there_and_the_second_is_held_back(desk: Desk) -> None:
    rule(desk)
    desk.open(SILENT)
    phone = desk.rig.simulator.phone(SILENT)
    desk.loop.run(phone.text(LINE, "Are you open?"))
    desk.loop.until(lambda: "Opening hours" in labels(desk))
    asked: list[str] = []
    desk.presenter.ruleRequested.connect(asked.append)
    [button] = [one for one in desk.pane.buttons.shown if one.text() == "Opening hours"]
    button.click()
    assert asked == ["Opening hours"]
    assert lines_held(desk) == []
    desk.loop.run(phone.text(LINE, "Are you open?"))
    desk.loop.until(lambda: lines_held(desk))
    [line] = lines_held(desk)
    assert line.startswith("No automatic reply, because they keep sending the same text")
    assert line.endswith("“Opening hours” would have answered.")
    desk.open(PICTURE)
    desk.loop.until(lambda: not desk.tasks._tasks)
    assert lines_held(desk) == []
    desk.open(SILENT)
    desk.loop.until(lambda: lines_held(desk) and "Opening hours" in labels(desk))


def test_a_first_text_that_a_look_up_stops_is_asked_about_where_it_is_open(desk: Desk) -> None:
    asked: list[tuple[Message, SmsDesktopError, Decided]] = []
    desk.presenter.undecided.connect(lambda *question: asked.append(question))
    desk.loop.run(desk.services.numbers.set_look_up_first(True))
    conversation = desk.open(LANDLINE)
    message = desk.say(conversation, "hello")
    desk.until(lambda: asked)
    assert desk.status(message) is Status.FAILED
    [(about, error, then)] = asked
    assert about.id == message.id and isinstance(error, NotReached) and not error.final
    then(anyway=True)
    desk.until(lambda: len(desk.rig.simulator.account.log) == 1)
