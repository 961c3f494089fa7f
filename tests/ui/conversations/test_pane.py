"""The list and its filters as the person uses them."""

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation, Counts, Filter
from sms_desktop.domain.line import Line
from sms_desktop.ui import words
from sms_desktop.ui.conversations.filters import Filters
from sms_desktop.ui.conversations.header import ConversationHeader
from sms_desktop.ui.conversations.pane import ConversationsPane
from tests.ui.samples import LINE, conversation, now


@pytest.fixture
def pane(qtbot: QtBot) -> ConversationsPane:
    pane = ConversationsPane(now)
    qtbot.addWidget(pane)
    pane.resize(324, 600)
    pane.model.reset(Filter.ALL, [conversation(n, n * 10, name=f"Person {n}") for n in range(1, 6)], more=False)
    with qtbot.waitActive(pane):
        pane.show()
        pane.activateWindow()
    return pane


def settled(pane: ConversationsPane) -> None:
    """A selection is taken up once Qt has done with it."""
    QCoreApplication.sendPostedEvents(pane.view)


def heard(pane: ConversationsPane) -> list[int]:
    opened: list[int] = []
    pane.view.chosen.connect(lambda record: opened.append(record.id))
    return opened


def test_a_click_opens(qtbot: QtBot, pane: ConversationsPane) -> None:
    opened = heard(pane)
    where = pane.view.visualRect(pane.model.index(2)).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    settled(pane)
    assert set(opened) == {3}


def test_keys_open_the_next_and_the_previous(qtbot: QtBot, pane: ConversationsPane) -> None:
    opened = heard(pane)
    for by in (1, 1, -1, -1):
        pane.view.step(by)
        settled(pane)
    assert opened == [1, 2, 1]
    pane.view.setFocus()
    QTest.keyClick(pane.view, Qt.Key.Key_Down)
    settled(pane)
    assert opened[-1] == 2


def test_a_list_that_is_not_shown_follows_all_the_same(pane: ConversationsPane) -> None:
    pane.model.reset(Filter.ALL, [conversation(n, n) for n in range(1, 61)], more=False)
    pane.hide()
    for _ in range(40):
        pane.view.step(1)
    assert pane.view.visualRect(pane.view.currentIndex()).isEmpty()  # nobody sees it
    pane.show()
    row = pane.view.visualRect(pane.view.currentIndex())
    assert pane.view.currentIndex().row() == 39
    assert pane.view.viewport().rect().contains(row)


def marked(pane: ConversationsPane) -> list[int]:
    return [index.row() for index in pane.view.selectedIndexes()]


def test_a_row_that_a_screen_reader_selects_is_opened(pane: ConversationsPane) -> None:
    pane.view.select(1)
    opened = heard(pane)
    rows = QAccessible.queryAccessibleInterface(pane.view)
    rows.selectionInterface().select(rows.child(2))
    settled(pane)
    assert opened == [3]
    assert (marked(pane), pane.view.currentIndex().row()) == ([2], 2)
    rows.child(4).actionInterface().doAction("Toggle")
    settled(pane)
    assert opened == [3, 5]
    assert (marked(pane), pane.view.currentIndex().row()) == ([4], 4)
    select = QItemSelectionModel.SelectionFlag.ClearAndSelect
    pane.view.selectionModel().select(pane.model.index(0), select)
    settled(pane)
    assert opened == [3, 5, 1]


def test_what_is_open_stays_marked_whoever_takes_the_mark_away(pane: ConversationsPane) -> None:
    pane.view.select(2)
    opened = heard(pane)
    rows = QAccessible.queryAccessibleInterface(pane.view)
    rows.child(1).actionInterface().doAction("Toggle")
    rows.selectionInterface().clear()
    pane.view.clearSelection()
    settled(pane)
    where = pane.view.visualRect(pane.model.index(1)).center()
    viewport, control = pane.view.viewport(), Qt.KeyboardModifier.ControlModifier
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, control, where)
    settled(pane)
    assert marked(pane) == [1]
    assert opened == []
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, control, where)


def test_a_click_opens_its_row_though_the_one_before_leaves_the_list(pane: ConversationsPane) -> None:
    pane.model.reset(Filter.UNREAD, [conversation(n, n, unread=1) for n in range(1, 6)], more=False)
    pane.view.chosen.connect(lambda record: pane.view.select(record.id))
    pane.view.chosen.connect(lambda record: pane.model.keep(record.id))
    pane.view.step(1)
    settled(pane)
    pane.model.upsert(conversation(1, 1, unread=0))
    opened = heard(pane)
    where = pane.view.visualRect(pane.model.index(1)).center()
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    settled(pane)
    assert set(opened) == {2}
    assert pane.model.row_of(1) == -1
    assert marked(pane) == [pane.model.row_of(2)]


def test_the_focus_alone_marks_nothing(pane: ConversationsPane) -> None:
    opened = heard(pane)
    pane.view.select(99)
    pane.activateWindow()
    pane.view.setFocus(Qt.FocusReason.TabFocusReason)
    settled(pane)
    assert (opened, marked(pane), pane.view.currentIndex().isValid()) == ([], [], False)


def test_selecting_by_program_tells_nobody(pane: ConversationsPane) -> None:
    opened = heard(pane)
    pane.view.select(4)
    settled(pane)
    assert pane.view.currentIndex().row() == 3
    pane.view.select(None)
    assert not pane.view.currentIndex().isValid()
    assert opened == []


def test_a_row_that_goes_away_does_not_open_its_neighbour(pane: ConversationsPane) -> None:
    pane.view.select(2)
    opened = heard(pane)
    pane.model.upsert(conversation(2, 20, archived=True))
    settled(pane)
    assert opened == []
    assert marked(pane) == []


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
    assert list(actions) == ["Mark read", "Archive", "Block", "Copy number"]
    with qtbot.waitSignal(pane.view.readRequested):
        actions["Mark read"].trigger()
    with qtbot.waitSignal(pane.view.archiveRequested) as told:
        actions["Archive"].trigger()
    assert told.args == [record, True]
    with qtbot.waitSignal(pane.view.blockRequested) as told:
        actions["Block"].trigger()
    assert told.args == [record, True]
    actions["Copy number"].trigger()
    assert QGuiApplication.clipboard().text() == "+1 415-555-0101"
    menu.deleteLater()


def test_the_menu_offers_what_makes_sense(qtbot: QtBot, pane: ConversationsPane) -> None:
    menu = pane.view.menu(conversation(1, archived=True))
    texts = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    assert texts == ["Unarchive", "Block", "Copy number"]
    menu.deleteLater()
    blocked = conversation(1, blocked=True)
    menu = pane.view.menu(blocked)
    with qtbot.waitSignal(pane.view.blockRequested) as told:
        next(action for action in menu.actions() if action.text() == "Unblock").trigger()
    assert told.args == [blocked, False]
    menu.deleteLater()


def test_the_right_button_does_not_open_the_conversation(qtbot: QtBot, pane: ConversationsPane) -> None:
    opened = heard(pane)
    where = pane.view.visualRect(pane.model.index(2)).center()
    QTest.mousePress(pane.view.viewport(), Qt.MouseButton.RightButton, pos=where)
    assert opened == []
    QTest.mouseRelease(pane.view.viewport(), Qt.MouseButton.RightButton, pos=where)


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
    # Failed ones there may be: what was written afterwards has dealt with them.
    assert [label.text() for label in pane.findChildren(QLabel) if label.isVisible() and "failed" in label.text()] == [
        "No new failed messages."
    ]
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


def test_no_chip_s_word_is_cut_where_the_column_is_narrow(qtbot: QtBot) -> None:
    column = QWidget()
    qtbot.addWidget(column)
    filters = Filters()
    filters.set_counts(Counts(unread=12, failed=3))
    within = QVBoxLayout(column)
    within.setContentsMargins(0, 0, 0, 0)
    within.addWidget(filters)
    within.addStretch(1)
    for width in (220, 340):
        column.setFixedSize(width, 200)
        with qtbot.waitExposed(column):
            column.show()
        for chip in (*filters.chips.values(), filters.more):
            assert chip.width() >= chip.sizeHint().width()
            assert filters.rect().contains(chip.geometry())


def test_a_chip_that_is_toggled_filters_and_cannot_be_left_without_another(qtbot: QtBot) -> None:
    filters = Filters()
    qtbot.addWidget(filters)
    told: list[Filter] = []
    filters.chosen.connect(told.append)

    def on() -> list[str]:
        return [chip.word for chip in (*filters.chips.values(), filters.more) if chip.isChecked()]

    QAccessible.queryAccessibleInterface(filters.chips[Filter.FAILED]).actionInterface().doAction("Toggle")
    assert (told, on()) == ([Filter.FAILED], ["Failed"])
    filters.chips[Filter.FAILED].toggle()
    assert (told, on()) == ([Filter.FAILED], ["Failed"])
    filters.more.toggle()
    assert filters.menu.isVisible()
    assert (told, on()) == ([Filter.FAILED], ["Failed"])
    filters.menu.hide()
    filters.menu.actions()[0].trigger()
    assert on() == ["Archived"]
    filters.more.toggle()
    assert on() == ["Archived"]
    filters.chips[Filter.ALL].toggle()
    assert (told, on()) == ([Filter.FAILED, Filter.ARCHIVED, Filter.ALL], ["All"])


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
    header.set_conversation(conversation(name="Maria Ortega", peer="+18885550187", zip="94105"))
    assert header.about.text() == "+1 888-555-0187 · their time 7:44 AM"
    nameless: Conversation = conversation(peer="12345", archived=True)
    header.set_conversation(nameless)
    assert (header.name.text(), header.about.text()) == ("12345", "archived")
    assert header.archive.accessibleName() == "Unarchive"
    header.set_conversation(replace(nameless, blocked=True))  # which is why it is not under Archived
    assert header.about.text() == "blocked"


def test_where_there_is_no_room_the_heading_leaves_out_the_number_before_their_time(qtbot: QtBot) -> None:
    header = ConversationHeader(now, lambda shown: "Toll-free")
    qtbot.addWidget(header)
    header.set_conversation(conversation(name="Maria Ortega", peer="+12125550187", archived=True))
    header.show()
    whole = "+1 212-555-0187 · via Toll-free · their time 10:44 AM · archived"
    assert header.about.text() == whole
    shown: list[str] = []
    row = header.layout()
    assert row is not None
    for width in range(900, 150, -2):
        header.resize(width, header.height())
        row.activate()
        if header.about.shown not in shown:
            shown.append(header.about.shown)
    assert shown[:4] == [
        whole,
        "via Toll-free · their time 10:44 AM · archived",
        "via Toll-free · their time 10:44 AM",
        "their time 10:44 AM",
    ]


def test_row_and_heading_tell_a_line_that_is_not_the_first(qtbot: QtBot) -> None:
    lines = (Line(LINE, "Shop"), Line("+18885550144", "Toll-free"))
    via = partial(words.via, lines=lines)
    pane, header = ConversationsPane(now, via), ConversationHeader(now, via)
    qtbot.addWidget(pane)
    qtbot.addWidget(header)
    shop = conversation(1, name="Maria Ortega")
    toll_free = replace(shop, id=2, line="+18885550144")
    pane.model.reset(Filter.ALL, [shop, toll_free], more=False)
    spoken = [pane.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole).split(", ")[:2] for row in (0, 1)]
    assert ["Maria Ortega", "via Toll-free"] in spoken
    assert sum("via Toll-free" in words for words in spoken) == 1
    tips = {pane.model.index(row).data(Qt.ItemDataRole.ToolTipRole) for row in (0, 1)}
    assert tips == {None, "Maria Ortega, via Toll-free"}
    header.set_conversation(toll_free)
    assert "via Toll-free" in header.about.text()
    header.set_conversation(shop)
    assert "via" not in header.about.text()
