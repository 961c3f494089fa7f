"""The whole window over the engine and the simulator, as a person uses it."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.events import ConnectionChanged, Event, Light, MessageAdded, RegistrationsChanged
from sms_desktop.domain.message import Status
from sms_desktop.domain.phone import display
from sms_desktop.domain.registration import Known, News, Step, Tone
from sms_desktop.services import clock
from sms_desktop.ui.desk import Desk
from sms_desktop.ui.preferences.dialog import PreferencesDialog
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from tests.rig import LANDLINE, LINE, TOLL_FREE, YOURS, Rig
from tests.ui.conftest import Loop
from tests.ui.consent.stopped import stopped_at_another_number
from tests.ui.seen import shows_conversation

DAN, AIKO = "+14155550150", "+14155550151"


class Seat:
    """A desk with somebody at it."""

    def __init__(self, qtbot: QtBot, loop: Loop, rig: Rig, *, demo: bool = False) -> None:
        theme().set_preference("light")
        self.bot, self.loop, self.rig = qtbot, loop, rig
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.desk = Desk(rig.services, self.tasks, rig.simulator if demo else None)
        self.window = self.desk.window
        self.window.resize(1320, 840)

    def sit(self) -> None:
        self.loop.run(self.desk.start())
        self.window.resize(1320, 840)
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow)

    def leave(self) -> None:
        self.loop.run(self.desk.close())
        self.loop.run(self.tasks.close())
        self.window.deleteLater()
        assert self.errors == []

    def named(self, kind: type[QWidget], name: str) -> QWidget:
        """What a screen reader would find."""
        found = [w for w in self.window.findChildren(kind) if w.accessibleName() == name and w.isVisible()]
        assert found, f"no {kind.__name__} named {name}"
        return found[0]

    @property
    def messages(self) -> QWidget:
        return self.named(QWidget, "Messages")

    @property
    def rows(self) -> list[str]:
        model = self.desk._column.conversations.model
        return [record.peer for row in range(model.rowCount()) if (record := model.record(row))]

    def open(self, peer: str) -> Conversation:
        conversation = self.loop.run(self.rig.services.conversations.open(LINE, peer))
        name = conversation.name or display(peer)
        self.desk.open_conversation(conversation)
        self.wait(lambda: self.title.startswith(name) and not self.desk.timeline._opening)
        return conversation

    @property
    def title(self) -> str:
        return self.window.windowTitle()

    def wait(self, fact: Callable[[], object]) -> None:
        self.loop.until(fact)

    def text_from(self, peer: str, body: str) -> None:
        async def play() -> None:
            await self.rig.simulator.phone(peer).text(LINE, body)
            await self.rig.inbound(body)

        self.loop.run(play())


@pytest.fixture
def seat(qtbot: QtBot, loop: Loop, rig: Rig) -> Iterator[Seat]:
    loop.run(rig.until(rig.services.lines.known, "lines"))
    seat = Seat(qtbot, loop, rig)
    yield seat
    seat.leave()


def test_the_first_start_says_what_to_do(seat: Seat) -> None:
    seat.sit()
    empty = seat.desk._empty
    seat.wait(lambda: empty.title.text() == "No conversations yet")
    assert empty.isVisible()
    assert seat.title == "SMS Desktop"


@pytest.mark.parametrize("turns", [None, 0, 1, 2, 3])
def test_a_stop_that_is_heard_just_as_the_conversation_is_opened_locks_it(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, turns: int | None
) -> None:
    """``turns`` of the loop after the click; None: before it, on a record that was read earlier."""
    seat.sit()
    seat.text_from(DAN, "Hello")
    dan = seat.open(DAN)
    seat.wait(lambda: seat.desk.conversations.latest(dan).unread == 0)
    seat.open(AIKO)
    earlier = seat.loop.run(seat.rig.services.conversations.open(LINE, DAN))
    hub, held = seat.rig.engine.hub, list[Event]()
    publish, stopped = hub.publish, stopped_at_another_number(DAN, line=LINE)
    monkeypatch.setattr(seat.rig.engine.store._writer, "_publish", held.extend)
    seat.loop.run(seat.rig.engine.store.do(stopped))
    monkeypatch.undo()

    async def play() -> None:
        if turns is not None:
            seat.desk.open_conversation(earlier)
        for _ in range(turns or 0):
            await asyncio.sleep(0)
        publish(held)
        if turns is None:
            seat.desk.open_conversation(earlier)

    seat.loop.run(play())
    seat.wait(lambda: seat.title.startswith(display(DAN)) and not seat.tasks._tasks)
    assert seat.desk._composer_view.is_locked
    assert seat.desk.details._view.said()["Status"] == "Opted out"
    seat.wait(lambda: seat.desk.conversations.latest(earlier).unread == 0)  # it is looked at


def test_what_fails_before_the_panes_are_there_is_said_all_the_same(seat: Seat) -> None:
    seat.desk.show_error("The disk is full.")
    seat.sit()
    assert seat.window.banner.isVisible()
    assert "The disk is full." in seat.window.banner.text


def test_a_person_texts_a_new_number_in_one_step(seat: Seat) -> None:
    seat.sit()
    seat.named(QToolButton, "New message").click()  # type: ignore[attr-defined]
    to = seat.named(QLineEdit, "To")
    QTest.keyClicks(to, "(415) 555-0150")
    QTest.keyClick(to, Qt.Key.Key_Return)
    seat.wait(seat.desk._composer_view.editor.hasFocus)
    assert seat.title.endswith("· SMS Desktop")
    QTest.keyClicks(seat.named(QWidget, "Message"), "Hi Dan")
    QTest.keyClick(seat.desk._composer_view.editor, Qt.Key.Key_Return)
    seat.wait(lambda: [m for m in seat.rig.messages.values() if m.status is Status.DELIVERED])
    assert seat.rows == [DAN]
    assert seat.desk._composer_view.body == ""


def test_what_comes_in_is_unread_until_it_is_looked_at(seat: Seat) -> None:
    seat.sit()
    seat.text_from(DAN, "Hello?")
    model = seat.desk._column.conversations.model
    assert model.record(0).unread == 1  # type: ignore[union-attr]
    seat.open(DAN)
    seat.wait(lambda: model.record(0).unread == 0)  # type: ignore[union-attr]
    assert seat.desk._header.name.text() == "(415) 555-0150"


def test_where_this_computer_s_clock_is_wrong_all_that_is_shown_goes_by_twilio_s(seat: Seat) -> None:
    """By days: what was checked just now was not checked on another day."""
    seat.sit()
    seat.rig.simulator.clock_skew = timedelta(days=3).total_seconds()
    try:
        seat.rig.services.connection.look()
        seat.wait(lambda: clock.now() > datetime.now(UTC) + timedelta(days=2))
        seat.desk.window.panes.statusline.healthRequested.emit()
        seat.wait(lambda: seat.window.page is not None)
        seat.loop.run(seat.rig.services.health.check())
        seat.wait(lambda: re.search(r"Last checked \d\d:\d\d$", seat.desk._health_view.summary.text()))
    finally:
        clock.correct(None)


def test_keys_walk_through_the_conversations(seat: Seat) -> None:
    for peer in (DAN, AIKO):
        seat.text_from(peer, f"Hi from {peer}")
    seat.sit()
    QTest.keyClick(seat.window, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    seat.wait(lambda: "0151" in seat.title)
    QTest.keyClick(seat.window, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    seat.wait(lambda: "0150" in seat.title)
    QTest.keyClick(seat.window, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    seat.wait(lambda: "0151" in seat.title)


def click(seat: Seat, peer: str) -> None:
    view = seat.desk._column.conversations.view
    spot = view.row_rect(view.model().index(seat.rows.index(peer), 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_after_a_click_on_a_conversation_what_is_typed_is_written_to_it(seat: Seat) -> None:
    seat.sit()
    for peer in (DAN, AIKO):
        seat.text_from(peer, f"Hello from {peer}")
    seat.open(DAN)
    view, editor = seat.desk._column.conversations.view, seat.desk._composer_view.editor
    for peer in (AIKO, DAN, DAN):
        view.setFocus()
        assert view.hasFocus()
        click(seat, peer)
        seat.wait(editor.hasFocus)
        assert seat.title.startswith(display(peer))
        assert seat.desk.composer.shows(seat.loop.run(seat.rig.services.conversations.open(LINE, peer)).id)


def test_keys_in_the_list_and_a_screen_reader_that_selects_stay_there(seat: Seat) -> None:
    seat.sit()
    for peer in (DAN, AIKO):
        seat.text_from(peer, f"Hello from {peer}")
    seat.open(AIKO)
    view = seat.desk._column.conversations.view
    view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view, Qt.Key.Key_Down)
    seat.wait(lambda: seat.title.startswith(display(DAN)) and not seat.desk.timeline._opening)
    assert view.hasFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    seat.wait(lambda: seat.title.startswith(display(AIKO)) and not seat.desk.timeline._opening)
    assert view.hasFocus()
    view.selectionModel().select(view.model().index(1, 0), view.selectionModel().SelectionFlag.ClearAndSelect)
    seat.wait(lambda: seat.title.startswith(display(DAN)) and not seat.desk.timeline._opening)
    assert view.hasFocus()


def test_a_click_on_someone_who_can_be_written_to_again_gets_to_the_text_from_behind_a_lock(seat: Seat) -> None:
    seat.sit()
    seat.text_from(DAN, "STOP")
    seat.text_from(AIKO, "Hello?")
    seat.open(AIKO)
    editor = seat.desk._composer_view.editor
    click(seat, DAN)
    seat.wait(lambda: seat.desk._composer_view.is_locked)
    assert not editor.hasFocus()
    click(seat, AIKO)
    seat.wait(editor.hasFocus)
    assert seat.title.startswith(display(AIKO))


def test_what_is_sent_goes_to_the_row_that_a_screen_reader_selected(seat: Seat) -> None:
    for peer in (DAN, AIKO):
        seat.text_from(peer, f"Hi from {peer}")
    seat.sit()
    seat.open(AIKO)
    rows = QAccessible.queryAccessibleInterface(seat.named(QWidget, "Conversations"))
    rows.selectionInterface().select(rows.child(seat.rows.index(DAN)))
    seat.wait(lambda: "0150" in seat.title)
    seat.wait(lambda: not seat.desk.composer._loading)
    QTest.keyClicks(seat.named(QWidget, "Message"), "For Dan")
    QTest.keyClick(seat.desk._composer_view.editor, Qt.Key.Key_Return)
    seat.wait(lambda: [m for m in seat.rig.messages.values() if m.outbound])
    assert [m.peer for m in seat.rig.messages.values() if m.outbound] == [DAN]


def test_who_is_chosen_while_the_panes_are_built_is_opened(seat: Seat) -> None:
    for peer in (DAN, AIKO):
        seat.text_from(peer, f"Hi from {peer}")

    async def play() -> None:
        starting = asyncio.ensure_future(seat.desk.start())
        while not seat.window.isVisible():  # noqa: ASYNC110 - a widget sets no asyncio.Event
            await asyncio.sleep(0)
        seat.desk._column.conversations.view.step(1)
        await starting

    seat.loop.run(play())
    seat.wait(lambda: "0151" in seat.title)
    seat.wait(lambda: seat.desk.composer._conversation and seat.desk.composer._conversation.peer == AIKO)


def test_a_failure_stays_marked_though_it_was_looked_at(seat: Seat) -> None:
    sent = seat.loop.run(seat.rig.send(LANDLINE, "Hello?"))
    seat.loop.run(seat.rig.status(sent, Status.UNDELIVERED, Status.FAILED))
    seat.sit()
    seat.open(LANDLINE)
    seat.wait(lambda: seat.desk._timeline_pane.is_looked_at)
    seat.text_from(LANDLINE, "Try me at home")
    pane = seat.desk._column.conversations
    seat.wait(lambda: getattr(pane.model.record(0), "unread", 1) == 0)
    record = pane.model.record(0)
    assert record is not None
    assert record.failed == 1
    seat.wait(lambda: pane.filters.chips[Filter.FAILED].text() == "Failed 1")


def test_who_looks_for_failed_texts_is_shown_the_one_that_failed_and_not_the_newest(seat: Seat) -> None:
    sent = seat.loop.run(seat.rig.send(LANDLINE, "Hello?"))
    seat.loop.run(seat.rig.status(sent, Status.UNDELIVERED, Status.FAILED))
    for number in range(25):
        seat.text_from(LANDLINE, f"Line number {number}")
    seat.loop.run(seat.rig.services.conversations.mark_read(sent.conversation_id))
    seat.sit()
    pane, view = seat.desk._column.conversations, seat.desk._timeline_pane.view

    def in_sight() -> bool:
        rect = view.visualRect(view.timeline.index(view.timeline.place_of(sent.id), 0))
        return rect.isValid() and rect.top() >= 0 and rect.bottom() <= view.viewport().height()

    def choose(chosen: Filter, *, empty_too: bool) -> None:
        seat.open(DAN)
        pane.filters.chips[chosen].click()
        seat.wait(lambda: LANDLINE in seat.rows and (DAN in seat.rows) is empty_too)
        pane.view.chosen.emit(pane.model.record(seat.rows.index(LANDLINE)))
        seat.wait(lambda: not seat.desk.timeline._opening and view.timeline.place_of(sent.id) >= 0)

    choose(Filter.ALL, empty_too=True)
    seat.wait(lambda: not in_sight())
    choose(Filter.FAILED, empty_too=False)
    seat.wait(in_sight)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert not in_sight()
    pane.view.chosen.emit(pane.model.record(seat.rows.index(LANDLINE)))  # once more, while it is open
    seat.wait(in_sight)


def test_drafts_stay_with_their_conversation(seat: Seat) -> None:
    seat.sit()
    editor = seat.desk._composer_view.editor
    seat.open(DAN)
    seat.wait(lambda: not seat.desk.composer._loading)
    QTest.keyClicks(editor, "For Dan only")
    seat.open(AIKO)
    assert seat.desk._composer_view.body == ""
    seat.open(DAN)
    seat.wait(lambda: seat.desk._composer_view.body == "For Dan only")


def test_a_hit_is_shown_in_its_place(seat: Seat) -> None:
    for number in range(30):
        seat.text_from(DAN, f"Line number {number}")
    seat.text_from(AIKO, "Something else")
    seat.sit()
    seat.open(AIKO)
    QTest.keyClick(seat.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    field = seat.named(QLineEdit, "Search")
    assert field.hasFocus()
    QTest.keyClicks(field, "number 3")
    seat.wait(seat.desk._column._hits.isVisible)
    seat.wait(lambda: seat.desk._column._hits.current is not None)  # type: ignore[attr-defined]
    QTest.keyClick(field, Qt.Key.Key_Return)
    seat.wait(lambda: "0150" in seat.title)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    seat.wait(seat.desk._column.conversations.isVisible)


def test_the_search_is_reached_from_within_the_composer(seat: Seat) -> None:
    seat.sit()
    seat.open(DAN)
    seat.desk._composer_view.editor.setFocus()
    QTest.keyClick(seat.desk._composer_view.editor, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert seat.desk._field.hasFocus()
    QTest.keyClick(seat.desk._field, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert seat.named(QLineEdit, "To").hasFocus()
    QTest.keyClick(seat.named(QLineEdit, "To"), Qt.Key.Key_Escape)
    assert seat.desk._composer_view.editor.hasFocus()


def test_the_window_comes_back_as_it_was_left(qtbot: QtBot, loop: Loop, rig: Rig) -> None:
    first = Seat(qtbot, loop, rig)
    first.sit()
    first.open(DAN)
    first.window.toggle_details()
    first.leave()
    again = Seat(qtbot, loop, rig)
    again.sit()
    assert again.title.startswith("(415) 555-0150")
    assert again.window.right is None
    again.leave()


def test_a_window_that_is_closed_hears_nothing_more(qtbot: QtBot, loop: Loop, rig: Rig) -> None:
    hub = rig.services.hub

    def hearing() -> dict[type, int]:
        return {kind: len(heard) for kind, heard in hub._listeners.items() if heard}

    loop.run(rig.until(rig.services.lines.known, "lines"))
    before = hearing()
    seat = Seat(qtbot, loop, rig)
    seat.sit()
    assert hearing() != before
    seat.leave()
    assert hearing() == before


def test_how_we_stand_is_told_and_can_be_hidden(seat: Seat) -> None:
    seat.sit()
    banner = seat.window.banner
    hub = seat.rig.services.hub
    hub.publish([ConnectionChanged(Light.WARN, "Offline", "Messages <wait> in the outbox.")])
    assert banner.isVisible()
    assert "Messages &lt;wait&gt;" in banner.text
    banner.actionClicked.emit()
    assert not banner.isVisible()
    hub.publish([ConnectionChanged(Light.BAD, "Twilio does not accept this account", "Check both.")])
    assert banner.isVisible()
    seat.desk.show_error("The disk is full.")
    assert banner.text == "The disk is full."
    banner.actionClicked.emit()
    assert "Check both." in banner.text
    hub.publish([ConnectionChanged(Light.OK, "Live", "", True)])
    assert not banner.isVisible()


def test_what_carriers_have_decided_is_told_in_the_banner(seat: Seat) -> None:
    seat.sit()
    hub, banner = seat.rig.services.hub, seat.window.banner
    hub.publish([RegistrationsChanged(Known(), ())])
    assert not banner.isVisible()
    hub.publish([RegistrationsChanged(Known(), (News("Campaign of “Shop”: approved.", Tone.GOOD),))])
    assert (banner.text, banner.property("role")) == ("Campaign of “Shop”: approved.", "banner-ok")
    hub.publish([RegistrationsChanged(Known(), (News("Campaign of “Shop”: rejected.", Tone.BAD),))])
    assert (banner.text, banner.property("role")) == ("Campaign of “Shop”: rejected.", "banner-warn")
    assert not banner.fix.isVisible()


def test_what_carriers_rejected_leads_to_its_registration_and_what_is_in_review_alarms_nobody(seat: Seat) -> None:
    seat.sit()
    hub, banner = seat.rig.services.hub, seat.window.banner
    hub.publish([RegistrationsChanged(Known(), (News("Verification: in review.", Tone.WAITING, Step.WAIT, LINE),))])
    assert (banner.property("role"), banner._icon_name) == ("banner-info", "clock")
    assert not banner.lead.isVisible()
    hub.publish([RegistrationsChanged(Known(), (News("Verification: rejected.", Tone.BAD, Step.EDIT, LINE),))])
    assert (banner.lead.isVisible(), banner.lead.text()) == (True, "Registration")
    banner.lead.click()
    seat.wait(lambda: isinstance(QApplication.activeModalWidget(), PreferencesDialog))
    preferences = QApplication.activeModalWidget()
    assert isinstance(preferences, PreferencesDialog) and preferences.section == "registration"
    seat.wait(lambda: preferences.focusWidget() is preferences.registration.cards[LINE].act)
    preferences.close()
    seat.desk.standing.tell("All is well.")
    assert not banner.lead.isVisible()
    banner.actionClicked.emit()
    assert not banner.lead.isVisible()


@pytest.fixture
def tell(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has these news told, where the next steps of the shop's and the toll-free line are these."""
    seat.sit()
    registrations = seat.rig.services.registrations
    lines = [line for line in seat.rig.services.lines.known() if line.address in (LINE, TOLL_FREE)]

    def tell(*news: News, steps: tuple[Step, Step] = (Step.NONE, Step.NONE)) -> None:
        reports = [registrations.report(line) for line in lines]
        now = tuple(
            replace(one, standing=replace(one.standing, step=step)) for one, step in zip(reports, steps, strict=True)
        )
        monkeypatch.setattr(type(registrations), "reports", lambda _: now)
        seat.rig.services.hub.publish([RegistrationsChanged(Known(), news)])

    return tell


REJECTED = News("Campaign: rejected.", Tone.BAD, Step.EDIT, LINE, "QE1")
UNVERIFIED = News("Verification: rejected.", Tone.BAD, Step.EDIT, TOLL_FREE, "HH1")
TO_EDIT = (Step.EDIT, Step.EDIT)


def test_news_of_a_registration_goes_once_it_is_acted_upon_and_no_sooner(seat: Seat, tell: Callable[..., None]) -> None:
    banner = seat.window.banner
    tell(REJECTED, UNVERIFIED, steps=TO_EDIT)
    assert banner.text == "Campaign: rejected. Verification: rejected."
    tell(steps=TO_EDIT)
    assert banner.text == "Campaign: rejected. Verification: rejected.", "nothing was done yet"
    tell(News("Brand: approved.", Tone.GOOD, about="BN1"), steps=TO_EDIT)
    assert banner.text.startswith("Campaign: rejected. ") and banner.property("role") == "banner-warn"
    tell(steps=(Step.WAIT, Step.EDIT))
    assert banner.text == "Verification: rejected. Brand: approved."
    tell(replace(UNVERIFIED, sentence="Verification: approved.", tone=Tone.GOOD, step=Step.NONE))
    assert (banner.text, banner.property("role")) == ("Brand: approved. Verification: approved.", "banner-ok")
    banner.actionClicked.emit()
    assert not banner.isVisible()


def test_news_that_no_line_has_a_step_for_stays_until_it_is_dismissed(seat: Seat, tell: Callable[..., None]) -> None:
    banner = seat.window.banner
    tell(News("Brand: suspended.", Tone.BAD, Step.CONSOLE, "", "BN1"))
    tell()
    assert banner.text == "Brand: suspended."


def test_the_registration_that_is_led_to_has_been_read_and_no_other(seat: Seat, tell: Callable[..., None]) -> None:
    banner = seat.window.banner
    tell(REJECTED, UNVERIFIED, steps=TO_EDIT)
    banner.lead.click()
    assert banner.text == "Verification: rejected." and banner.lead.isVisible()
    seat.wait(lambda: isinstance(QApplication.activeModalWidget(), PreferencesDialog))
    preferences = QApplication.activeModalWidget()
    assert isinstance(preferences, PreferencesDialog)
    preferences.close()
    seat.desk.standing.complain("The disk is full.")
    assert banner.text == "The disk is full." and not banner.lead.isVisible()
    banner.actionClicked.emit()
    assert banner.text == "Verification: rejected.", "what was not read is told still"


def test_good_news_waits_until_nothing_is_the_matter(seat: Seat) -> None:
    seat.sit()
    hub, banner = seat.rig.services.hub, seat.window.banner
    hub.publish([RegistrationsChanged(Known(), (News("Campaign: approved.", Tone.GOOD),))])
    hub.publish([ConnectionChanged(Light.BAD, "Twilio does not accept this account", "Check both.")])
    assert "Check both." in banner.text
    seat.desk.standing.tell("The numbers are given back.")
    assert banner.text == "The numbers are given back.", "what somebody has just done is told at once"
    banner.actionClicked.emit()
    assert "Check both." in banner.text
    banner.actionClicked.emit()
    assert banner.text == "Campaign: approved."
    hub.publish([ConnectionChanged(Light.OK, "Live", "", True)])
    banner.actionClicked.emit()
    assert not banner.isVisible()


def test_a_list_whose_import_outlasts_the_preferences_is_told_in_the_window(seat: Seat, tmp_path: Path) -> None:
    seat.sit()
    rosters, banner = seat.rig.services.rosters, seat.window.banner

    async def enter(consent: str) -> None:
        path = tmp_path / "people.csv"
        path.write_text(f"Phone,Consent\n(212) 555-0187,{consent}\n", encoding="utf-8")
        await rosters.enter(await rosters.read(path, "US"), [LINE], [LINE])

    seat.loop.run(enter("no"))
    seat.wait(lambda: banner.text == "people.csv: 1 row was taken.")
    seat.loop.run(enter("yes"))
    told = "people.csv: 0 rows were taken. 1 was not, or not just as the file says: see Preferences, Consent."
    seat.wait(lambda: banner.text == told)
    banner.actionClicked.emit()
    assert rosters.latest is not None, "its rows are still to be read under Consent"


def test_what_is_caught_up_late_does_not_turn_the_last_inbound_back(seat: Seat) -> None:
    seat.sit()
    seat.text_from(DAN, "Hello?")
    shown = seat.desk.standing._line._inbound
    before = shown.text()
    assert before.startswith("Last inbound ")
    hub, message = seat.rig.services.hub, next(iter(seat.rig.messages.values()))
    conversation = seat.loop.run(seat.rig.services.conversations.open(LINE, DAN))
    for hours, moves in ((-30, False), (30, True)):
        other = replace(message, id=f"{hours}", at=message.at + timedelta(hours=hours))
        hub.publish([MessageAdded(other, conversation)])
        assert (shown.text() != before) is moves


def test_trouble_leads_to_line_health_and_esc_back(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    seat.sit()
    seat.open(DAN)
    first = seat.desk._column.conversations.model.record
    seat.wait(lambda: getattr(first(0), "unread", 1) == 0)
    seat.rig.services.hub.publish([ConnectionChanged(Light.BAD, "Texts go elsewhere", "Bring them here.")])
    assert seat.window.banner.fix.isVisible()
    seat.window.banner.fix.click()
    seat.wait(lambda: seat.window.page is not None)
    assert seat.title == "Line health · SMS Desktop"
    seat.wait(lambda: seat.desk._health_view.rows)
    seat.wait(seat.desk._health_view.check.isEnabled)
    seat.text_from(DAN, "Are you there?")
    assert seat.title == "Line health · SMS Desktop"
    first = seat.desk._column.conversations.model.record
    seat.wait(lambda: getattr(first(0), "unread", 0) == 1)  # nobody looks at it now
    QTest.keyClick(seat.desk._health_view.back, Qt.Key.Key_Escape)
    assert seat.title.startswith("(415) 555-0150")
    seat.wait(lambda: getattr(first(0), "unread", 1) == 0)
    seat.desk.show_error("The disk is full.")
    assert not seat.window.banner.fix.isVisible()


def rows_shown(seat: Seat) -> list[bool]:
    """Of every conversation and every line of the timeline, whether a screen reader is told that it can be seen."""
    found = []
    for view in (seat.desk._column.conversations.view, seat.desk._timeline_pane.view):
        reader = QAccessible.queryAccessibleInterface(view)
        found += [not reader.child(place).state().invisible for place in range(reader.childCount())]
    return found


def test_what_is_behind_line_health_is_not_shown_to_a_screen_reader_either(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    seat.sit()
    seat.open(DAN)
    seat.wait(lambda: len(rows_shown(seat)) >= 2)
    assert all(rows_shown(seat))
    seat.desk.open_health()
    seat.wait(lambda: seat.window.page is not None)
    seat.wait(seat.desk._health_view.check.isEnabled)
    assert not any(rows_shown(seat))
    seat.window.leave_page()
    assert all(rows_shown(seat))


def test_what_one_asks_for_leaves_line_health(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    seat.sit()
    conversation = seat.open(DAN)
    for leave in (
        seat.desk.begin_search,
        seat.desk.begin_message,
        lambda: seat.desk.open_conversation(conversation),
        lambda: seat.desk._health_view.back.click(),  # noqa: PLW0108 - it is built by the first round
    ):
        seat.desk.window.panes.statusline._sentence.click()
        seat.wait(lambda: seat.window.page is not None)
        leave()
        assert seat.window.page is None
    seat.wait(seat.desk._health_view.check.isEnabled)


def test_line_health_leads_to_the_preferences_that_mend_it(seat: Seat) -> None:
    seat.sit()
    seat.desk.open_health()
    seat.wait(lambda: seat.desk.health)
    assert seat.desk.health is not None
    seat.desk.health.receivingRequested.emit()
    seat.wait(lambda: isinstance(QApplication.activeModalWidget(), PreferencesDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PreferencesDialog)
    assert dialog.receiving.isVisible()
    seat.desk.health.credentialsRequested.emit()
    assert dialog.account.isVisible()
    told: list[str] = []
    seat.desk.setupRequested.connect(lambda: told.append("set up"))
    seat.desk.addAccountRequested.connect(lambda: told.append("add"))
    seat.desk.accountChosen.connect(told.append)
    seat.window.panes.statusline.addAccountRequested.emit()
    seat.window.panes.statusline.accountChosen.emit("AC1")
    dialog.account.again.click()
    assert told == ["add", "AC1", "set up"]
    seat.wait(lambda: QApplication.activeModalWidget() is None)
    seat.window.panes.statusline.accountRequested.emit()
    seat.wait(lambda: isinstance(QApplication.activeModalWidget(), PreferencesDialog))
    again = QApplication.activeModalWidget()
    assert again is not dialog
    assert isinstance(again, PreferencesDialog)
    assert again.section == "account"
    seat.wait(seat.desk._health_view.check.isEnabled)


def test_the_line_that_is_shown_is_picked_by_a_key_and_lasts(qtbot: QtBot, loop: Loop, rig: Rig) -> None:
    loop.run(rig.until(lambda: len(rig.services.lines.known()) > 1, "both lines"))
    first = Seat(qtbot, loop, rig)
    first.text_from(DAN, "Hello")
    first.sit()
    place = [line.address for line in rig.services.lines.known()].index(TOLL_FREE)
    QTest.keyClick(first.window, Qt.Key(Qt.Key.Key_1.value + place), Qt.KeyboardModifier.ControlModifier)
    first.wait(lambda: first.rows == [])
    first.leave()
    again = Seat(qtbot, loop, rig)
    again.sit()
    assert again.desk.conversations.line == TOLL_FREE
    assert again.rows == []
    QTest.keyClick(again.window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    again.wait(lambda: again.rows == [DAN])
    again.leave()


def test_an_error_without_words_is_told_all_the_same(seat: Seat) -> None:
    seat.sit()
    seat.desk.show_error("")
    assert "log file" in seat.window.banner.text


def test_the_proof_of_an_opt_out_is_shown(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    seat.text_from(DAN, "STOP")
    seat.text_from(DAN, "Did it work?")
    seat.sit()
    conversation = seat.open(DAN)
    conversation = seat.loop.run(seat.rig.services.conversations.get(conversation.id)) or conversation
    seat.desk.composer.proofRequested.emit(conversation)
    view = seat.desk._timeline_pane.view
    stop = next(m.id for m in seat.rig.messages.values() if m.body == "STOP")
    seat.wait(lambda: view._flashed == stop)


def test_the_proof_of_an_opt_out_from_another_number_is_shown_there(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    stop = seat.loop.run(seat.rig.engine.store.do(stopped_at_another_number(DAN)))
    seat.sit()
    seat.desk.composer.proofRequested.emit(seat.open(DAN))
    seat.wait(lambda: stop is not None and seat.desk._timeline_pane.view._flashed == stop.id)


def test_archiving_from_the_header_keeps_the_conversation_open(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    seat.sit()
    seat.open(DAN)
    seat.desk._header.archive.click()
    seat.wait(lambda: seat.rows == [])
    assert "archived" in seat.desk._header.about.text()
    assert shows_conversation(seat.window)


def test_preferences_last(qtbot: QtBot, loop: Loop, rig: Rig) -> None:
    first = Seat(qtbot, loop, rig)
    first.sit()
    first.desk.open_preferences()
    first.wait(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PreferencesDialog)
    dialog.appearance["dark"].click()
    dialog.enter[False].click()
    dialog.close()
    first.wait(lambda: first.desk._composer_view.editor.enter_sends is False)
    first.leave()
    theme().set_preference("light")
    again = Seat(qtbot, loop, rig)
    again.sit()
    assert theme().dark
    again.leave()
    theme().set_preference("light")


def test_f1_shows_the_keys(seat: Seat) -> None:
    seat.sit()
    QTest.keyClick(seat.window, Qt.Key.Key_F1)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    assert dialog.windowTitle().startswith("Shortcuts")
    dialog.close()


def test_every_control_has_a_name_for_screen_readers(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    seat.sit()
    seat.open(DAN)
    kinds = (QToolButton, QPushButton, QLineEdit, QComboBox, QPlainTextEdit, QTextEdit)
    for kind in kinds:
        for widget in seat.window.findChildren(kind):
            if not widget.isVisible() or widget.objectName().startswith("qt_"):
                continue
            reader = QAccessible.queryAccessibleInterface(widget)
            assert reader.text(QAccessible.Text.Name), f"{widget} in {widget.parent()}"
    for name in ("Conversations", "Messages", "Message", "Search"):
        seat.named(QWidget, name)
    for name in ("Send", "New message", "Attach"):
        seat.named(QWidget, name)


def test_the_demo_s_phone_stands_at_the_right_and_texts(qtbot: QtBot, loop: Loop, rig: Rig) -> None:
    loop.run(rig.until(rig.services.lines.known, "lines"))
    seat = Seat(qtbot, loop, rig, demo=True)
    seat.sit()
    assert seat.window.right == "phone"
    assert seat.window.panes.empty.isVisible()
    seat.open(YOURS)
    customer = seat.named(QLineEdit, "Customer text")
    QTest.keyClicks(customer, "Hi, it is me")
    QTest.keyClick(customer, Qt.Key.Key_Return)
    seat.wait(lambda: [m for m in seat.rig.messages.values() if m.body == "Hi, it is me"])
    seat.wait(lambda: seat.rows == [YOURS])
    seat.leave()


def test_the_demo_opens_the_first_conversation_and_an_account_none(qtbot: QtBot, loop: Loop, rig: Rig) -> None:
    loop.run(rig.until(rig.services.lines.known, "lines"))
    for demo, title in ((False, "SMS Desktop"), (True, "(415) 555-0151 · SMS Desktop")):
        seat = Seat(qtbot, loop, rig, demo=demo)
        for peer in () if demo else (DAN, AIKO):
            seat.text_from(peer, f"Hi from {peer}")
        seat.sit()
        assert seat.title == title
        seat.leave()


def test_filters_show_what_they_say(seat: Seat) -> None:
    seat.text_from(DAN, "Hello")
    seat.text_from(AIKO, "Hi")
    seat.sit()
    seat.open(AIKO)
    pane = seat.desk._column.conversations
    seat.wait(lambda: pane.filters.chips[Filter.UNREAD].text() == "Unread 1")
    pane.filters.chips[Filter.UNREAD].click()
    seat.wait(lambda: seat.rows == [DAN])


def test_a_narrow_window_takes_turns(seat: Seat, tmp_path: Path) -> None:
    seat.text_from(DAN, "Hello")
    seat.sit()
    seat.window.resize(520, 700)
    assert not shows_conversation(seat.window)
    seat.desk._column.conversations.view.step(1)
    seat.wait(lambda: shows_conversation(seat.window))
    seat.desk._header.back.click()
    assert seat.desk._column.isVisible()
    seat.desk._column.conversations.view.activated.emit(seat.desk._column.conversations.model.index(0))
    seat.wait(lambda: shows_conversation(seat.window))


def test_tab_goes_from_the_top_to_the_status_line_and_starts_again(seat: Seat) -> None:
    seat.text_from(DAN, "Hello?")
    seat.sit()
    seat.open(DAN)
    first = seat.named(QWidget, "Search")
    first.setFocus()
    order: list[str] = []
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        if order and focused is first:
            break
        order.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    told = ["Search", "New message", "Conversations", "Details", "Messages", "Message", "Attach", "Emoji", "Notes"]
    assert [name for name in order if name in told] == told
    assert order[-2:] == ["Shortcuts", "Preferences"]
    chips = ["New message", "Line: All lines", "All", "Unread", "Failed", "More", "Conversations"]
    start = order.index("New message")
    assert [name.split(" 1")[0] for name in order[start : start + len(chips)]] == chips


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_that_has_the_keyboard_as_space_does(seat: Seat, key: Qt.Key) -> None:
    seat.text_from(DAN, "Please stop texting me")
    seat.sit()
    seat.open(DAN)
    question = seat.desk.composer._view.consent
    seat.wait(lambda: question.asked)
    button = question.button("They did not")
    button.setFocus()
    QTest.keyClick(button, key)
    seat.wait(lambda: not question.asked)


def test_tab_comes_from_a_question_to_the_text_that_it_stands_above(seat: Seat) -> None:
    seat.text_from(DAN, "Please stop texting me")
    seat.sit()
    seat.open(DAN)
    view = seat.desk.composer._view
    seat.wait(lambda: view.consent.asked)
    first, second = view.consent.buttons
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Tab)
    assert view.editor.hasFocus()
    QTest.keyClick(view.editor, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert second.hasFocus()


@pytest.mark.parametrize("wide", [1320, 700, 520], ids=str)
@pytest.mark.parametrize("writes", [False, True], ids=["nothing written", "suggestions"])
def test_in_a_new_message_shift_tab_goes_back_the_way_that_tab_came(seat: Seat, wide: int, writes: bool) -> None:
    seat.text_from(DAN, "Hello?")
    seat.sit()
    seat.open(DAN)
    seat.window.resize(wide, 760)
    seat.desk.begin_message()
    seat.desk.window.order_focus()  # as when a page has been built meanwhile
    seat.desk.begin_message()
    panel = seat.desk.new_message._panel
    seat.wait(panel.to.hasFocus)
    if writes:
        QTest.keyClicks(panel.to, DAN[:-2])
        seat.wait(lambda: panel.suggestions.model.rowCount() > 0)
    QTest.keyClick(panel.to, Qt.Key.Key_Tab)
    assert panel.line.hasFocus()
    QTest.keyClick(panel.line, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert panel.to.hasFocus()
    QTest.keyClick(panel.to, Qt.Key.Key_Tab)
    QTest.keyClick(panel.line, Qt.Key.Key_Tab)
    assert panel.close_button.hasFocus()
    QTest.keyClick(panel.close_button, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert panel.line.hasFocus()
