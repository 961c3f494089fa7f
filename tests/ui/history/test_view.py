"""The popover over a window: where it lies, what closes it, how it is read and walked."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.message import CALLBACK, Status, StatusReport
from sms_desktop.ui.history.panel import SHADOW
from sms_desktop.ui.history.view import HistoryPopover
from sms_desktop.ui.theme import theme
from tests.ui.conftest import Loop
from tests.ui.timeline.sample import START, message

LEFT = Qt.MouseButton.LeftButton
ours = message(1, "hi", out=True)
BELOW = QRect(500, 540, 60, 15)


def words(count: int) -> list[StatusReport]:
    return [StatusReport(Status.SENT, None, "SM1", CALLBACK, START + timedelta(seconds=n)) for n in range(count)]


class Window(QWidget):
    """A field, a button that counts its clicks, and the popover."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.button = QLineEdit(), QPushButton("Send")
        self.clicks: list[bool] = []
        self.button.clicked.connect(self.clicks.append)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.button)
        self.popover = HistoryPopover(self)
        self.anchor: QRect | None = BELOW
        self.gone: list[str] = []
        self.popover.closed.connect(self.gone.append)

    def open(self, reports: Sequence[StatusReport]) -> None:
        self.popover.show_history(ours, reports, lambda: self.anchor)

    @property
    def card(self) -> QRect:
        return self.popover.panel.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.resize(900, 600)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.field.setFocus()
    return window


def at_the_end(window: Window) -> bool:
    bar = window.popover.panel.list.verticalScrollBar()
    return bar.value() == bar.maximum()


def test_it_stands_above_or_below_what_it_points_to_and_covers_it_not(window: Window) -> None:
    window.open(words(3))
    assert window.card.bottom() < BELOW.top()
    assert window.card.left() <= BELOW.center().x() <= window.card.right()
    window.anchor = QRect(880, 20, 60, 15)
    window.popover.place()
    assert window.card.top() > 35
    assert window.rect().contains(window.card)


@pytest.mark.parametrize("anchor", [None, QRect(-40, -90, 60, 15), QRect(100, 590, 60, 15)])
@pytest.mark.parametrize("size", [QSize(900, 600), QSize(320, 300)])
def test_it_stays_within_the_window_wherever_it_points(window: Window, size: QSize, anchor: QRect | None) -> None:
    window.anchor = anchor
    window.open(words(30))
    window.resize(size)
    QApplication.processEvents()
    assert window.rect().contains(window.card)
    assert window.popover.size() == size


def test_where_there_is_little_room_it_lies_over_what_it_is_about(window: Window) -> None:
    window.resize(700, 410)
    QApplication.processEvents()
    window.anchor = QRect(600, 210, 60, 15)
    window.open(words(8))
    QApplication.processEvents()
    panel = window.popover.panel
    assert window.card.height() == 410 - 16
    assert panel.list.height() > 150
    assert panel.facts.height() >= panel.facts.sizeHint().height()
    window.open(words(8))  # and stays there
    assert window.card.height() == 410 - 16


@pytest.mark.parametrize("y", [280, 320], ids=["more room below", "more room above"])
def test_it_reaches_over_what_it_is_about_rather_than_to_hide_a_step(window: Window, y: int) -> None:
    window.anchor = QRect(600, y, 60, 15)
    window.open(words(8))
    QApplication.processEvents()
    panel = window.popover.panel
    assert panel.list.verticalScrollBar().maximum() == 0, "all steps are in view"
    assert window.card.height() == panel.wanted_height() > 320
    assert window.card.bottom() == 600 - 8 - 1 if y == 280 else window.card.top() == 8, "at the side with more room"


def test_a_history_that_scrolls_in_any_case_covers_nothing_for_it(window: Window) -> None:
    window.resize(900, 900)
    QApplication.processEvents()
    window.anchor = QRect(600, 630, 60, 15)
    window.open(words(50))
    assert window.card.bottom() < 630


def test_once_it_is_closed_no_step_is_told_to_a_screen_reader(window: Window) -> None:
    window.open(words(3))
    assert window.popover.panel.model.rowCount() == 4
    window.popover.shut()
    assert window.popover.panel.model.rowCount() == 0
    window.open(words(3))
    assert window.popover.panel.model.rowCount() == 4


def test_a_long_history_scrolls_and_begins_at_the_newest(window: Window) -> None:
    window.open(words(50))
    assert window.popover.panel.list.verticalScrollBar().maximum() > 0
    assert at_the_end(window)


@pytest.mark.parametrize("was_at_end", [True, False])
def test_a_new_word_appears_at_once_and_moves_nobody_who_reads_above(window: Window, was_at_end: bool) -> None:
    window.open(words(50))
    QApplication.processEvents()
    panel = window.popover.panel
    if not was_at_end:
        panel.list.verticalScrollBar().setValue(40)
    window.open(words(51))
    QApplication.processEvents()
    assert panel.model.rowCount() == 52
    assert at_the_end(window) is was_at_end
    assert was_at_end or panel.list.verticalScrollBar().value() == 40


def test_escape_closes_it_and_the_focus_goes_back(window: Window) -> None:
    window.open(words(2))
    assert window.popover.panel.list.hasFocus()
    QTest.keyClick(window.popover.panel.list, Qt.Key.Key_Escape)
    assert not window.popover.isVisible()
    assert window.field.hasFocus()
    assert window.gone == [ours.id]


def test_a_click_beside_it_closes_it_and_presses_nothing(window: Window) -> None:
    window.open(words(2))
    there = window.button.mapTo(window, window.button.rect().center())
    there.setX(20)
    assert not window.card.contains(there)
    top = window.childAt(there)
    assert top is window.popover
    QTest.mouseClick(top, LEFT, pos=there)
    assert not window.popover.isVisible()
    assert window.clicks == []


def test_a_click_in_its_shadow_closes_it_and_one_on_it_does_not(window: Window) -> None:
    window.open(words(2))
    panel = window.popover.panel
    QTest.mouseClick(panel, LEFT, pos=QPoint(panel.width() // 2, SHADOW + 6))
    assert window.popover.isVisible()
    QTest.mouseClick(panel, LEFT, pos=QPoint(3, panel.height() // 2))
    assert not window.popover.isVisible()


def test_tab_stays_within_it(window: Window) -> None:
    window.open(words(2))
    panel = window.popover.panel
    assert panel.list.hasFocus()
    stops: list[QWidget] = [panel.list, panel.facts, panel.copy_button, panel.list]
    for here, there in pairwise(stops):
        QTest.keyClick(here, Qt.Key.Key_Tab)
        assert there.hasFocus()
    for here, there in pairwise(reversed(stops)):
        QTest.keyClick(here, Qt.Key.Key_Backtab)
        assert there.hasFocus()


def test_who_goes_elsewhere_by_a_shortcut_is_not_held_back(window: Window) -> None:
    window.open(words(2))
    window.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert not window.popover.isVisible()
    assert window.field.hasFocus()


def test_a_screen_reader_meets_a_list_of_sentences(window: Window) -> None:
    failed = StatusReport(Status.UNDELIVERED, 30003, "SM1", CALLBACK, START)
    window.open([failed, StatusReport(Status.DELIVERED, None, "SM1", CALLBACK, START)])
    seen = QAccessible.queryAccessibleInterface(window.popover.panel.list)
    assert seen.role() == QAccessible.Role.List
    assert seen.text(QAccessible.Text.Name) == "Status history"
    said = [seen.child(n).text(QAccessible.Text.Name) for n in range(seen.childCount())]
    assert len(said) == 3
    assert "Not delivered: 30003 phone unreachable." in said[1]
    assert said[2].endswith("Delivered. " + window.popover.panel.model.entries[2].warnings[0])
    assert "Key: " in window.popover.panel.facts.accessibleName()


def test_the_arrow_keys_walk_through_it_and_the_step_is_seen(window: Window) -> None:
    window.open(words(3))
    steps = window.popover.panel.list
    assert steps.currentIndex().row() == 3
    QTest.keyClick(steps, Qt.Key.Key_Up)
    assert steps.currentIndex().row() == 2


def test_all_of_it_is_copied(window: Window) -> None:
    window.open(words(2))
    button = window.popover.panel.copy_button
    QTest.mouseClick(button, LEFT)
    assert QGuiApplication.clipboard().text().startswith("Status: Delivered\n")
    assert button.text() == "Copied"
    window.popover.shut()
    window.open(words(2))
    assert button.text() == "Copy all"


def test_light_and_dark_differ_and_what_changed_nothing_is_dimmer(window: Window) -> None:
    before = theme().preference
    theme().set_preference("light")
    window.open(words(1))
    light = window.grab().toImage()
    theme().set_preference("dark")
    assert window.grab().toImage() != light
    theme().set_preference("light")
    window.open([*words(1), *words(1)])
    steps = window.popover.panel.list
    once, again = (steps.visualRect(steps.model().index(n, 0)) for n in (1, 2))
    picture = steps.viewport().grab().toImage()

    def darkest(rect: QRect) -> int:
        inside = rect.adjusted(50, 0, -40, -30)
        spots = [(x, y) for x in range(inside.left(), inside.right()) for y in range(inside.top(), inside.bottom())]
        return min(picture.pixelColor(x, y).lightness() for x, y in spots)

    assert darkest(once) < darkest(again)
    theme().set_preference(before)


def test_it_closes_though_what_had_the_focus_before_is_gone(window: Window, loop: Loop) -> None:
    window.button.setFocus()
    window.open(words(3))
    window.button.deleteLater()
    loop.until(lambda: not shiboken6.isValid(window.button))
    QTest.keyClick(window.popover, Qt.Key.Key_Escape)
    assert window.gone == [ours.id]
    assert not window.popover.isVisible()
