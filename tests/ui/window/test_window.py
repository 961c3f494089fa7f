"""The window's layout alone, with empty panes."""

import json
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.account import KnownAccount
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.events import ConnectionChanged, Light
from sms_desktop.ui import words
from sms_desktop.ui.conversations.header import ConversationHeader
from sms_desktop.ui.empty import EmptyPage
from sms_desktop.ui.statusline import StatusLine
from sms_desktop.ui.widgets.room import TITLE_BAR, fit
from sms_desktop.ui.window import LEAST, MainWindow, Mode, Panes
from tests.ui.samples import NOW, conversation, now
from tests.ui.seen import shows_conversation


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    header = ConversationHeader(now, demo=True)
    header.set_conversation(conversation())
    window = MainWindow(
        Panes(
            column=QWidget(),
            header=header,
            timeline=QWidget(),
            composer=QWidget(),
            details=QWidget(),
            newmessage=QWidget(),
            empty=EmptyPage(demo=True),
            statusline=StatusLine(now),
            phone=QWidget(),
        )
    )
    qtbot.addWidget(window)
    window.resize(1320, 840)
    window.show_conversation()
    with qtbot.waitActive(window):  # what has the keyboard is told of no other
        window.show()
        window.activateWindow()
    return window


def visible(window: MainWindow) -> set[str]:
    panes = window.panes
    names = ("column", "header", "timeline", "composer", "details", "newmessage", "empty", "phone")
    return {name for name in names if getattr(panes, name).isVisible()}


CENTER = {"header", "timeline", "composer"}


def test_three_panes_have_the_widths_of_the_drawing(window: MainWindow) -> None:
    assert visible(window) == {"column", "details"} | CENTER
    assert window.panes.column.width() == 324
    assert window.panes.details.width() == 284


def test_the_title_ends_with_the_name_of_the_program(window: MainWindow) -> None:
    assert window.windowTitle().endswith("SMS Desktop")
    assert (window.minimumWidth(), window.minimumHeight()) == (480, 560)


def test_details_and_phone_take_the_same_place(window: MainWindow) -> None:
    header = window.panes.header
    header.phone.click()
    assert visible(window) == {"column", "phone"} | CENTER
    assert (header.phone.isChecked(), header.details.isChecked()) == (True, False)
    header.phone.click()
    assert visible(window) == {"column"} | CENTER
    header.details.click()
    assert visible(window) == {"column", "details"} | CENTER


def test_under_900_the_details_float_and_are_put_away_by_esc(window: MainWindow) -> None:
    window.resize(800, 700)
    assert window.mode is Mode.FLOATING
    assert visible(window) == {"column"} | CENTER
    assert window.panes.column.width() == 324
    width = window.panes.timeline.width()
    window.toggle_details()
    assert visible(window) == {"column", "details"} | CENTER
    assert window.panes.timeline.width() == width
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert visible(window) == {"column"} | CENTER


def test_what_floated_goes_back_into_its_pane(window: MainWindow) -> None:
    window.resize(800, 700)
    window.toggle_details()
    window.resize(1320, 840)
    assert window.mode is Mode.WIDE
    assert visible(window) == {"column", "details"} | CENTER
    assert window.panes.details.width() == 284
    assert window.panes.details.mapTo(window, window.panes.details.rect().topRight()).x() >= 1310


def test_under_640_list_and_timeline_take_turns(window: MainWindow) -> None:
    window.show_list()
    window.resize(520, 700)
    assert window.mode is Mode.TURNS
    assert visible(window) == {"column"}
    window.show_conversation()
    assert visible(window) == CENTER
    assert shows_conversation(window)
    window.panes.header.back.click()
    assert visible(window) == {"column"}
    assert not shows_conversation(window)
    window.show_new_message()
    assert visible(window) == {"newmessage"}


@pytest.mark.parametrize("active", [True, False])
def test_the_keyboard_goes_from_the_list_that_makes_room_to_the_conversation(
    qtbot: QtBot, window: MainWindow, active: bool
) -> None:
    window.panes.column.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.panes.column.setFocus()
    if not active:
        other = QWidget()
        qtbot.addWidget(other)
        other.show()
        with qtbot.waitActive(other):
            other.activateWindow()
    window.resize(520, 700)
    assert visible(window) == CENTER
    assert window.focusWidget() is window._center.currentWidget()  # and not a button of the bar below


def test_the_keyboard_goes_from_the_conversation_that_makes_room_to_the_list(qtbot: QtBot, window: MainWindow) -> None:
    window.show_list()  # as it is at the start
    for pane in (window.panes.column, window.panes.composer):
        pane.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.panes.composer.setFocus()
    window.resize(520, 700)
    assert visible(window) == {"column"}
    assert window.focusWidget() is window.panes.column


def test_back_is_there_only_where_it_leads_somewhere(window: MainWindow) -> None:
    assert not window.panes.header.back.isVisible()
    window.resize(520, 700)
    assert window.panes.header.back.isVisible()


def test_with_nothing_open_the_middle_says_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    window.show_empty()
    assert visible(window) == {"column", "empty"}
    empty = window.panes.empty
    empty.show_state(any_conversation=False)
    assert empty.title.text() == "No conversations yet"
    with qtbot.waitSignal(empty.newRequested):
        empty.new.click()
    empty.phone.click()
    assert visible(window) == {"column", "empty", "phone"}


def test_the_layout_is_kept_and_taken_up(qtbot: QtBot, window: MainWindow) -> None:
    handle = window._splitter.handle(1)
    start = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(handle, start + QPoint(60, 0))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=start)
    dragged = window.panes.column.width()
    assert 375 < dragged < 390
    window.panes.header.phone.click()
    with qtbot.waitSignal(window.layoutChanged):
        window.resize(700, 600)
    kept = json.loads(json.dumps(window.layout_state()))
    window.resize(640, 560)
    window.restore_layout({"list_width": 300, "right_width": 300, "right": None})
    assert window.panes.column.width() == 300
    window.restore_layout(kept)
    assert window.size().toTuple() == (700, 600)
    window.resize(1320, 840)
    assert window.right == "phone"
    assert window.panes.column.width() == dragged
    assert window.layout_state() | {"geometry": None} == kept | {"geometry": None}


def test_a_window_stays_where_it_is_from_start_to_start(qtbot: QtBot, window: MainWindow) -> None:
    window.setGeometry(40, 60, 700, 600)
    before, kept = window.geometry(), window.layout_state()
    for _ in range(3):
        window.hide()
        window.restore_layout(kept)
        window.show()
        kept = window.layout_state()
    assert window.geometry() == before


def test_the_window_fits_on_a_small_screen(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    class Small:
        def availableGeometry(self) -> QRect:
            return QRect(0, 0, 700, 450)

    fit(window, LEAST, Small())  # type: ignore[arg-type]
    assert window.size() == QSize(700, 450 - TITLE_BAR)
    assert window.minimumSize() == QSize(480, 450 - TITLE_BAR)


def test_buttons_that_are_toggled_do_what_they_show(window: MainWindow) -> None:
    header = window.panes.header
    header.phone.toggle()
    assert visible(window) == {"column", "phone"} | CENTER
    assert (header.phone.isChecked(), header.details.isChecked()) == (True, False)
    QAccessible.queryAccessibleInterface(header.details).actionInterface().doAction("Toggle")
    assert visible(window) == {"column", "details"} | CENTER
    assert (header.phone.isChecked(), header.details.isChecked()) == (False, True)
    header.details.toggle()
    assert visible(window) == {"column"} | CENTER


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"geometry": "no"},
        {"geometry": "AdnQywADAA=="},
        {"geometry": [1]},
        {"list_width": -5, "right_width": 90000, "right": 3},
    ],
)
def test_a_layout_that_makes_no_sense_does_no_harm(window: MainWindow, kept: dict[str, object]) -> None:
    window.restore_layout(kept)
    assert window.right in ("details", None)
    assert window.width() >= 480
    assert window.panes.column.isVisible() or window.panes.header.isVisible()


def test_closing_is_told_once(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.closed):
        window.close()


def test_the_status_line_tells_how_things_stand(window: MainWindow) -> None:
    line = window.panes.statusline
    line.set_connection(ConnectionChanged(Light.OK, "Live", "", True, "$38.20", "Bright Chairs · AC…4f2a"))
    line.set_waiting(2)
    line.set_last_inbound(NOW)
    texts = [line._sentence.text(), line._outbox.text(), line._balance.text(), line._account.text()]
    assert texts == ["Live", "Outbox 2 waiting", "Balance $38.20", "Bright Chairs · AC…4f2a"]
    assert line._inbound.text().startswith("Last inbound ")
    assert line._account.isVisible()
    window.resize(600, 700)
    assert not line._account.isVisible()
    assert line._outbox.isVisible()


def test_a_page_takes_the_place_of_the_panes_until_esc(qtbot: QtBot, window: MainWindow) -> None:
    button, page = QPushButton("Fix"), QWidget()
    QVBoxLayout(page).addWidget(button)
    page.setFocusProxy(button)
    window.panes.header.search.setFocus()
    window.activateWindow()
    window.banner.offer(True)
    window.banner.show()
    window.show_page(page)
    assert window.page is page
    assert not window.banner.fix.isVisible()  # it leads here
    window.banner.offer(True)
    assert not window.banner.fix.isVisible()
    assert visible(window) == set()
    assert not shows_conversation(window)
    assert window.panes.statusline.isVisible()
    assert button.hasFocus()
    with qtbot.waitSignal(window.pageLeft):
        QTest.keyClick(button, Qt.Key.Key_Escape)
    assert window.page is None
    assert visible(window) == {"column", "details"} | CENTER
    assert window.panes.header.search.hasFocus()
    assert window.banner.fix.isVisible()
    window.leave_page()
    assert window.page is None


def test_the_status_line_s_light_is_a_button(qtbot: QtBot, window: MainWindow) -> None:
    line = window.panes.statusline
    line.set_connection(ConnectionChanged(Light.BAD, "Smith & Sons cannot be reached", "Do this."))
    reader = QAccessible.queryAccessibleInterface(line._sentence)
    assert reader.role() is QAccessible.Role.Button
    assert reader.text(QAccessible.Text.Name) == "Line health: Smith & Sons cannot be reached"
    assert line._sentence.toolTip() == "Do this."
    with qtbot.waitSignal(line.healthRequested):
        line._sentence.click()
    with qtbot.waitSignal(line.healthRequested):
        QTest.keyClick(line._sentence, Qt.Key.Key_Return)


def test_the_status_line_tells_how_complete_the_history_is(qtbot: QtBot, window: MainWindow) -> None:
    line = window.panes.statusline
    complete, stop = line._complete, line._stop
    assert not complete.isVisible()
    line.set_progress(Progress(complete_to=NOW))
    assert complete.text() == f"Complete up to {words.clock(NOW)}"
    line.set_progress(Progress(complete_to=NOW - timedelta(days=1)))
    assert complete.text() == f"Complete up to yesterday {words.clock(NOW)}"
    line.set_progress(Progress(running=True, complete_to=NOW))
    assert complete.text().startswith("Complete up to yesterday")  # most runs are over before one could read of them
    line.set_progress(Progress(running=True, listed=1500, added=1200, complete_to=NOW))
    line._patience.timeout.emit()
    assert complete.text() == "Catching up… 1,200 messages"
    assert (stop.isVisible(), stop.accessibleName()) == (True, "Stop catching up")
    with qtbot.waitSignal(line.cancelRequested):
        stop.click()
    line.set_progress(Progress(cancelled=True, history=True))
    assert (complete.text(), stop.accessibleName()) == ("Fetching history was stopped", "Go on")
    with qtbot.waitSignal(line.resumeRequested):
        stop.click()
    line.set_progress(Progress(waiting="Twilio cannot be reached.", complete_to=NOW))
    assert (complete.text(), complete.toolTip(), stop.isVisible()) == (
        "Catching up is interrupted; it goes on by itself",
        "Twilio cannot be reached.",
        False,
    )
    line.set_progress(Progress(waiting="Twilio does not accept it.", refused=True, complete_to=NOW))
    assert complete.text() == "Catching up waits until Twilio accepts the account"
    line.set_progress(Progress(gaps=True, complete_to=NOW))
    assert complete.text() == "Catching up…"
    line.set_progress(Progress(running=True, complete_to=NOW))
    line.set_progress(Progress(complete_to=NOW))
    line._patience.timeout.emit()
    assert complete.text().startswith("Complete")


@pytest.mark.parametrize("width", [480, 640, 800, 1000, 1320])
def test_the_status_line_gives_up_what_there_is_no_room_for(qtbot: QtBot, window: MainWindow, width: int) -> None:
    line = window.panes.statusline
    line.set_connection(ConnectionChanged(Light.OK, "Live " * 12, "", True, "$38.20", "Bright Chairs · AC…4f2a"))
    line.set_last_inbound(NOW)
    line.set_progress(Progress(complete_to=NOW))
    window.resize(width, 700)
    shown = [w for w in (line._inbound, line._complete, line._outbox, line._balance, line._account) if w.isVisible()]
    assert line._outbox in shown
    assert line.preferences.isVisible()
    qtbot.waitUntil(lambda: all(widget.width() >= widget.sizeHint().width() for widget in shown))
    assert (line._account in shown) is (width >= 1000)
    assert line._nameless.isVisible() is (width < 1000)
    line.fill_menu()
    assert line._nameless.accessibleName() == "Account: Bright Chairs · AC…4f2a"


def test_a_catch_up_that_is_interrupted_is_told_in_full_where_the_last_message_gives_way(window: MainWindow) -> None:
    line = window.panes.statusline
    line.set_connection(
        ConnectionChanged(Light.WARN, "Offline · Twilio cannot be reached", "", False, "$38.20", "Shop")
    )
    line.set_last_inbound(NOW)
    line.set_progress(Progress(waiting="Twilio cannot be reached.", complete_to=NOW))
    window.resize(800, 700)
    assert line._complete.isVisible() and line._complete.width() >= line._complete.sizeHint().width()
    assert not line._inbound.isVisible()


@pytest.mark.parametrize("waiting", [0, 12])
def test_the_parts_of_the_status_line_never_run_together(qtbot: QtBot, waiting: int) -> None:
    line = StatusLine(now)
    qtbot.addWidget(line)
    line.set_connection(
        ConnectionChanged(Light.BAD, "(888) 555-0144: incoming texts go elsewhere", "", True, "$38.01", "Bright Chairs")
    )
    line.set_last_inbound(NOW)
    line.set_progress(Progress(complete_to=NOW - timedelta(days=1)))
    line.set_waiting(waiting)
    line.show()
    for width in range(480, 1400, 7):
        line.resize(width, line.height())
        labels = [w for w in (line._inbound, line._complete, line._outbox, line._balance) if w.isVisible()]
        assert line._outbox in labels
        ends = [w.x() + w.fontMetrics().horizontalAdvance(w.text()) for w in labels]
        after = [w.x() for w in labels[1:]] + [(line._account if line._account.isVisible() else line._nameless).x()]
        assert all(end + 12 <= start for end, start in zip(ends, after, strict=True)), width
        assert line.preferences.geometry().right() < width


def test_the_account_s_menu_opens_from_its_icon_where_the_name_has_no_room(window: MainWindow) -> None:
    line = window.panes.statusline
    line.set_connection(ConnectionChanged(Light.OK, "Live", "", True, "$38.20", "Bright Chairs · AC…4f2a"))
    window.resize(640, 700)
    window.activateWindow()
    line._nameless.setFocus()
    QTest.keyClick(line._nameless, Qt.Key.Key_Return)
    assert line.menu.isVisible()
    assert [action.text() for action in line.menu.actions()] == ["Add an account…", "Account and lines…"]
    line.menu.close()
    line.set_connection(ConnectionChanged(Light.BAD, "Not connected"))
    assert not line._nameless.isVisible()


def test_the_account_s_menu_changes_to_another(qtbot: QtBot, window: MainWindow) -> None:
    line = window.panes.statusline
    line.accounts = lambda: (KnownAccount("AC" + "1" * 32, "Bright & Co", True), KnownAccount("AC" + "2" * 32, ""))
    line.set_connection(ConnectionChanged(Light.OFF, "Connecting…"))
    assert line._account.text() == "Bright & Co"
    line.fill_menu()
    texts = [action.text() for action in line.menu.actions() if action.text()]
    assert texts == ["Bright && Co · AC…1111", "AC" + "2" * 32, "Add an account…", "Account and lines…"]
    first, second, _, add, lines = line.menu.actions()
    assert (first.isChecked(), second.isChecked()) == (True, False)
    told: list[str] = []
    line.accountChosen.connect(told.append)
    first.trigger()
    second.trigger()
    assert told == ["AC" + "2" * 32]
    with qtbot.waitSignal(line.addAccountRequested):
        add.trigger()
    with qtbot.waitSignal(line.accountRequested):
        lines.trigger()


def test_the_list_keeps_its_width_while_nothing_is_shown_at_the_right(window: MainWindow) -> None:
    window.toggle_details()
    assert "details" not in visible(window)
    assert window.panes.column.width() == 324
    window.show_empty()
    assert window.panes.column.width() == 324
