"""Hits under their headings, walked by keys, painted with what matched in bold."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QAccessible, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle
from pytestqt.qtbot import QtBot

from sms_desktop.domain.hit import Hit
from sms_desktop.domain.phone import parse_recipient
from sms_desktop.ui.search.delegate import HitDelegate, window_of
from sms_desktop.ui.search.field import SearchField
from sms_desktop.ui.search.model import Heading, Row, sections
from sms_desktop.ui.search.view import HitsView
from sms_desktop.ui.theme import theme
from tests.ui.samples import conversation, message, now

PERSON = Hit(conversation(1, name="Aiko Sato"), None, "Aiko Sato", ((0, 4),))
SAID = Hit(conversation(2, name="Dan"), message(2, "the order is ready"), "the order is ready", ((4, 9),))
OURS = Hit(conversation(3), message(3, "Your order", ours=True), "Your order", ((5, 10),))


@pytest.fixture
def view(qtbot: QtBot) -> HitsView:
    view = HitsView(now, "Search results")
    qtbot.addWidget(view)
    view.resize(324, 500)
    view.show()
    return view


def test_people_come_first_each_section_under_its_heading() -> None:
    assert sections([SAID, PERSON, OURS]) == [Heading("People"), PERSON, Heading("Messages"), SAID, OURS]
    assert sections([SAID]) == [Heading("Messages"), SAID]
    assert sections([]) == []


def test_the_first_hit_is_selected_and_headings_are_walked_over(view: HitsView) -> None:
    view.show_rows(sections([PERSON, SAID, OURS]))
    seen = [view.current]
    for by in (1, 1, 1, -1, -1, -1):
        view.walk(by)
        seen.append(view.current)
    assert seen == [PERSON, SAID, OURS, OURS, SAID, PERSON, PERSON]


def test_choosing_tells_the_hit_and_never_a_heading(qtbot: QtBot, view: HitsView) -> None:
    view.show_rows(sections([SAID]))
    with qtbot.waitSignal(view.chosen) as told:
        view.choose()
    assert told.args == [SAID]
    with qtbot.assertNotEmitted(view.chosen, wait=20):
        heading = view.list.visualRect(view.model.index(0)).center()
        QTest.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=heading)


def test_no_hits_are_told_in_words(view: HitsView) -> None:
    view.show_rows([], nothing="Nothing found for “zzz”.")
    assert not view.list.isVisible()
    assert view._words.text() == "Nothing found for “zzz”."


def test_the_same_hits_again_keep_the_selection(view: HitsView) -> None:
    view.show_rows(sections([PERSON, SAID]))
    view.walk(1)
    view.show_rows(sections([PERSON, SAID]))
    assert view.current == SAID


def test_what_is_said_of_a_hit_changes_in_its_place(view: HitsView) -> None:
    view.show_rows(sections([PERSON, SAID]))
    view.walk(1)
    renamed = replace(SAID, conversation=replace(SAID.conversation, name="Dan Kessler"))
    view.model.modelReset.connect(lambda: pytest.fail("a screen reader would begin anew"))
    view.show_rows(sections([PERSON, renamed]), anew=False)
    assert view.current == renamed


def test_the_selection_stays_with_its_hit_where_others_come(view: HitsView) -> None:
    view.show_rows(sections([SAID, OURS]))
    view.walk(1)
    view.show_rows(sections([PERSON, SAID, OURS]), anew=False)
    assert view.current == OURS
    view.show_rows(sections([SAID, OURS]))
    assert view.current == SAID  # found anew, the first is the one that is meant


def test_a_hit_says_that_the_person_opted_out_and_what_is_drawn_below_a_number(view: HitsView) -> None:
    nameless = replace(PERSON.conversation, name=None, opted_out_at=now(), opted_out_words="STOP")
    named = replace(SAID.conversation, opted_out_at=now())
    view.show_rows([Hit(nameless, None, "", ()), replace(SAID, conversation=named)])
    spoken = [view.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert spoken[0] == "(415) 555-0101, opted out: Opted out with STOP"
    assert spoken[1].startswith("Dan, opted out, ")


def test_a_hit_says_that_the_person_is_blocked(view: HitsView) -> None:
    view.show_rows([replace(PERSON, conversation=replace(PERSON.conversation, blocked=True))])
    spoken = view.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Aiko Sato, blocked, +14155550101"


def test_rows_speak(view: HitsView) -> None:
    number = parse_recipient("(212) 555-0199")
    view.show_rows([number, *sections([PERSON, SAID])])
    spoken = [view.model.index(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(view.model.rowCount())]
    assert spoken[0] == "New conversation with (212) 555-0199"
    assert spoken[2] == "Aiko Sato, +14155550101"
    assert spoken[4].endswith(": the order is ready")


@pytest.mark.parametrize(
    ("text", "marks", "room", "shown", "moved"),
    [
        ("the order", ((4, 9),), 50, "the order", ((4, 9),)),
        ("a b c d e f g h i j k l order", ((24, 29),), 10, "…i j k l order", ((9, 14),)),
        ("", (), 10, "", ()),
    ],
)
def test_the_first_match_is_brought_into_view(
    text: str, marks: tuple[tuple[int, int], ...], room: int, shown: str, moved: tuple[tuple[int, int], ...]
) -> None:
    found, at = window_of(text, marks, lambda part: len(part) < room)
    assert (found, at) == (shown, moved)
    for (a, b), (c, d) in zip(marks, at, strict=True):
        assert text[a:b] == found[c:d]


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
@pytest.mark.parametrize("row", [Heading("People"), PERSON, SAID, OURS, parse_recipient("+12125550199")])
def test_every_kind_of_row_is_painted(qtbot: QtBot, row: Row, direction: Qt.LayoutDirection) -> None:
    image = QImage(324, 62, QImage.Format.Format_RGB32)
    image.fill(theme().tokens.pane)
    blank = image.copy()
    painter = QPainter(image)
    HitDelegate(now).paint_row(painter, QRect(0, 0, 324, 62), direction, QStyle.StateFlag.State_Enabled, row)
    painter.end()
    assert image != blank


def test_arrows_walk_while_one_types_and_esc_leaves(qtbot: QtBot) -> None:
    field = SearchField()
    qtbot.addWidget(field)
    field.show()
    steps: list[int] = []
    field.walked.connect(steps.append)
    QTest.keyClicks(field, "order")
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert (field.text(), steps) == ("order", [1, -1])
    with qtbot.waitSignal(field.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert field.accessibleName() == "Search"


def test_enter_means_the_row_that_a_screen_reader_selected(qtbot: QtBot, view: HitsView) -> None:
    view.show_rows(sections([PERSON, SAID, OURS]))
    rows = QAccessible.queryAccessibleInterface(view.list)
    rows.selectionInterface().select(rows.child(4))
    QCoreApplication.sendPostedEvents(view.list)
    assert view.current == OURS
    view.list.clearSelection()
    QCoreApplication.sendPostedEvents(view.list)
    assert [index.row() for index in view.list.selectedIndexes()] == [4]


def test_a_hit_tells_a_line_that_is_not_the_first(qtbot: QtBot) -> None:
    view = HitsView(now, "Search results", lambda _: "Toll-free")
    qtbot.addWidget(view)
    view.show_rows([PERSON, SAID])
    spoken = [view.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert spoken[0].startswith("Aiko Sato, via Toll-free, ")
    assert spoken[1].startswith("Dan, via Toll-free, ")
