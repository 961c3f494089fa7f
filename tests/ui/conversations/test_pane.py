"""The list and its filters as the person uses them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation, Counts, Filter
from sms_desktop.ui.conversations.filters import Filters
from sms_desktop.ui.conversations.header import ConversationHeader
from sms_desktop.ui.conversations.pane import ConversationsPane
from tests.ui.samples import conversation, now


@pytest.fixture
def pane(qtbot: QtBot) -> ConversationsPane:
    pane = ConversationsPane(now)
    qtbot.addWidget(pane)
    pane.resize(324, 600)
    pane.model.reset(Filter.ALL, [conversation(n, n * 10, name=f"Person {n}") for n in range(1, 6)], more=False)
    pane.show()
    qtbot.waitExposed(pane)
    return pane


def heard(pane: ConversationsPane) -> list[int]:
    opened: list[int] = []
    pane.view.chosen.connect(lambda record: opened.append(record.id))
    return opened


def test_a_click_opens(qtbot: QtBot, pane: ConversationsPane) -> None:
    opened = heard(pane)
    where = pane.view.visualRect(pane.model.index(2)).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert set(opened) == {3}


def test_keys_open_the_next_and_the_previous(qtbot: QtBot, pane: ConversationsPane) -> None:
    opened = heard(pane)
    pane.view.step(1)
    pane.view.step(1)
    pane.view.step(-1)
    pane.view.step(-1)
    assert opened == [1, 2, 1]
    pane.view.setFocus()
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    assert opened[-1] == 2


def test_selecting_by_program_tells_nobody(pane: ConversationsPane) -> None:
    opened = heard(pane)
    pane.view.select(4)
    assert pane.view.currentIndex().row() == 3
    pane.view.select(None)
    assert not pane.view.currentIndex().isValid()
    assert opened == []


def test_a_row_that_goes_away_does_not_open_its_neighbour(pane: ConversationsPane) -> None:
    pane.view.select(2)
    opened = heard(pane)
    pane.model.upsert(conversation(2, 20, archived=True))
    assert opened == []


def test_what_is_read_stays_in_place_while_messages_come(qtbot: QtBot, pane: ConversationsPane) -> None:
    rows = [conversation(n, n * 10) for n in range(1, 41)]
    pane.model.reset(Filter.ALL, rows, more=False)
    bar = pane.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 1000)
    bar.setValue(620)
    seen = pane.view.indexAt(QPoint(5, 5)).data(Qt.ItemDataRole.UserRole).id
    with pane.view.held():
        pane.model.upsert(conversation(40, 0))
    assert pane.view.indexAt(QPoint(5, 5)).data(Qt.ItemDataRole.UserRole).id == seen
    bar.setValue(0)
    with pane.view.held():
        pane.model.upsert(conversation(30, -1))
    assert bar.value() == 0


def test_the_menu_of_a_row_does_what_it_says(qtbot: QtBot, pane: ConversationsPane) -> None:
    record = conversation(1, unread=1)
    menu = pane.view.menu(record)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert set(actions) == {"Mark read", "Archive", "Copy number"}
    with qtbot.waitSignal(pane.view.readRequested):
        actions["Mark read"].trigger()
    with qtbot.waitSignal(pane.view.archiveRequested) as told:
        actions["Archive"].trigger()
    assert told.args == [record, True]
    actions["Copy number"].trigger()
    assert QGuiApplication.clipboard().text() == "+1 415-555-0101"
    menu.deleteLater()


def test_the_menu_offers_what_makes_sense(pane: ConversationsPane) -> None:
    menu = pane.view.menu(conversation(1, archived=True))
    texts = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    assert texts == ["Unarchive", "Copy number"]
    menu.deleteLater()


def test_the_right_button_does_not_open_the_conversation(qtbot: QtBot, pane: ConversationsPane) -> None:
    opened = heard(pane)
    where = pane.view.visualRect(pane.model.index(2)).center()
    QTest.mousePress(pane.view.viewport(), Qt.MouseButton.RightButton, pos=where)
    assert opened == []


def test_the_focus_ring_shows_to_the_keyboard_only(qtbot: QtBot, pane: ConversationsPane) -> None:
    from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

    def ring() -> bool:
        option = QStyleOptionViewItem()
        option.state |= QStyle.StateFlag.State_HasFocus
        return bool(pane.view.drawn_state(option) & QStyle.StateFlag.State_HasFocus)

    pane.view.setFocus(Qt.FocusReason.TabFocusReason)
    pane.activateWindow()
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    by_key = ring()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert by_key
    assert not ring()


def test_an_empty_filter_says_so(pane: ConversationsPane) -> None:
    pane.model.reset(Filter.FAILED, [], more=False)
    assert not pane.view.isVisible()
    pane.model.upsert(conversation(1, failed=1))
    assert pane.view.isVisible()


def test_a_screen_reader_finds_list_and_rows(pane: ConversationsPane) -> None:
    reader = QAccessible.queryAccessibleInterface(pane.view)
    assert reader.text(QAccessible.Text.Name) == "Conversations"
    assert reader.child(0).text(QAccessible.Text.Name).startswith("Person 1, ")


def test_chips_tell_their_counts_and_what_was_chosen(qtbot: QtBot) -> None:
    filters = Filters()
    qtbot.addWidget(filters)
    filters.set_counts(Counts(all=9, unread=3, failed=0, archived=2))
    assert [chip.text() for chip in filters.chips.values()] == ["All", "Unread 3", "Failed"]
    with qtbot.waitSignal(filters.chosen) as told:
        filters.chips[Filter.UNREAD].click()
    assert told.args == [Filter.UNREAD]
    assert [chip.isChecked() for chip in filters.chips.values()] == [False, True, False]
    filters.chips[Filter.UNREAD].click()
    assert filters.chips[Filter.UNREAD].isChecked()


def test_the_chip_behind_takes_the_name_of_what_it_shows(qtbot: QtBot) -> None:
    filters = Filters()
    qtbot.addWidget(filters)
    filters.set_counts(Counts(archived=2))
    actions = {action.text(): action for action in filters.menu.actions()}
    assert set(actions) == {"Archived 2", "Opted out", "Blocked"}
    with qtbot.waitSignal(filters.chosen) as told:
        actions["Archived 2"].trigger()
    assert told.args == [Filter.ARCHIVED]
    assert (filters.more.text(), filters.more.isChecked()) == ("Archived", True)
    filters.chips[Filter.ALL].click()
    assert (filters.more.text(), filters.more.isChecked()) == ("More", False)


def test_the_heading_tells_who_and_when(qtbot: QtBot) -> None:
    header = ConversationHeader(now)
    qtbot.addWidget(header)
    shown = conversation(name="Maria Ortega", peer="+12125550187")
    header.set_conversation(shown)
    assert header.name.text() == "Maria Ortega"
    assert header.about.text() == "+1 212-555-0187 · their time 10:44 AM"
    with qtbot.waitSignal(header.archiveRequested) as told:
        header.archive.click()
    assert told.args == [shown, True]
    nameless: Conversation = conversation(peer="12345", archived=True)
    header.set_conversation(nameless)
    assert (header.name.text(), header.about.text()) == ("12345", "archived")
    assert header.archive.accessibleName() == "Unarchive"
