"""Several lines in one list: their colours, their filter, what is unread on each."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyle
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.events import LinesChanged, PastAdded
from sms_desktop.domain.line import Line
from sms_desktop.ui import words
from sms_desktop.ui.conversations.delegate import ConversationDelegate
from sms_desktop.ui.conversations.linefilter import LineFilter
from sms_desktop.ui.conversations.model import ConversationsModel, matches
from sms_desktop.ui.theme import theme
from tests.rig import LINE, TOLL_FREE, Rig
from tests.ui.conftest import Loop
from tests.ui.conversations.test_presenter import Desk, peer
from tests.ui.samples import conversation, now

SHOP_LINE, FREE_LINE = Line(LINE, "Shop", color=4), Line(TOLL_FREE, "Toll-free", color=1)
BOTH = (SHOP_LINE, FREE_LINE)


@pytest.mark.parametrize(
    ("address", "lines", "color"),
    [
        (LINE, BOTH, 4),
        (TOLL_FREE, BOTH, 1),
        (TOLL_FREE, (SHOP_LINE, Line(TOLL_FREE)), 2),  # by its number alone, whatever others there are
        (TOLL_FREE, (Line(TOLL_FREE), *BOTH), 2),
        (LINE, (SHOP_LINE,), None),
        ("+19995550100", BOTH, None),
        (TOLL_FREE, (), None),
    ],
)
def test_a_line_has_its_colour_where_there_are_several(
    address: str, lines: tuple[Line, ...], color: int | None
) -> None:
    assert words.line_color(address, lines) == color


def test_lines_are_given_colours_that_no_other_has_and_keep_their_own() -> None:
    bare = [Line(f"+1212555{number:04}") for number in range(6)]
    given = words.colors_for([*bare, SHOP_LINE])
    assert given[LINE] == 4
    assert len(set(given.values())) == len(given) == 7
    assert {1, 6} - set(given.values()) == {6}, "green and teal look alike"
    assert set(words.colors_for([Line(f"+1212555{number:04}") for number in range(12)]).values()) == set(range(8))


def test_a_line_is_named_with_its_number() -> None:
    assert words.line_name(SHOP_LINE) == "(212) 555-0100 · Shop"
    assert words.line_name(Line(LINE, "(212) 555-0100")) == "(212) 555-0100"


def painted(record: Conversation, direction: Qt.LayoutDirection) -> QImage:
    theme().set_preference("light")
    image = QImage(324, 62, QImage.Format.Format_RGB32)
    image.fill(theme().tokens.pane)
    painter = QPainter(image)
    delegate = ConversationDelegate(
        now,
        partial(words.via, lines=BOTH),
        lambda shown: words.line_color(shown.line, BOTH),
    )
    delegate.paint_row(painter, QRect(0, 0, 324, 62), direction, QStyle.StateFlag.State_Enabled, record)
    painter.end()
    return image


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize(("line", "place"), [(LINE, 4), (TOLL_FREE, 1)])
def test_a_row_shows_a_dot_in_the_colour_of_its_line(
    qtbot: QtBot, direction: Qt.LayoutDirection, line: str, place: int
) -> None:
    record = replace(conversation(name="Al"), line=line)
    image, colors = painted(record, direction), theme().tokens.avatar_colors
    avatar = words.avatar_color_index(record.peer) % len(colors)
    assert avatar not in (4, 1)

    def seen(color: QColor) -> list[int]:
        return [x for x in range(324) for y in range(10, 30) if image.pixelColor(x, y) == color]

    dot = seen(colors[place])
    assert dot
    assert max(dot) - min(dot) < 8
    assert (min(dot) > 80) if direction is Qt.LayoutDirection.LeftToRight else (max(dot) < 244)
    assert not seen(colors[5 - place])


@pytest.fixture
def chooser(qtbot: QtBot) -> LineFilter:
    chooser = LineFilter()
    chooser.setWindowTitle("The list alone")
    qtbot.addWidget(chooser)
    chooser.set_lines(BOTH)
    return chooser


def test_the_filter_is_there_only_where_there_are_several_lines(chooser: LineFilter) -> None:
    assert not chooser.isHidden()
    chooser.set_lines((SHOP_LINE,))
    assert chooser.isHidden()
    chooser.pick(1)
    assert chooser.line is None


def test_the_menu_tells_each_line_with_what_is_unread_and_its_key(chooser: LineFilter) -> None:
    chooser.set_unread({LINE: 2})
    chooser.fill_menu()
    assert [action.text() for action in chooser.menu.actions()] == [
        "All lines  (2 unread)\tCtrl+0",
        "(212) 555-0100 · Shop  (2 unread)\tCtrl+1",
        "(888) 555-0144 · Toll-free\tCtrl+2",
    ]
    assert [action.isChecked() for action in chooser.menu.actions()] == [True, False, False]
    assert [action.icon().isNull() for action in chooser.menu.actions()] == [True, False, False]


def test_choosing_is_told_once(qtbot: QtBot, chooser: LineFilter) -> None:
    told: list[object] = []
    chooser.chosen.connect(told.append)
    chooser.fill_menu()
    chooser.menu.actions()[2].trigger()
    chooser.pick(2)
    chooser.pick(7)
    chooser.pick(0)
    assert told == [TOLL_FREE, None]


def test_the_button_names_the_line_and_what_waits_elsewhere(chooser: LineFilter) -> None:
    chooser.set_unread({LINE: 2, TOLL_FREE: 1})
    assert chooser.button.text() == "All lines"
    chooser.set_line(TOLL_FREE)
    assert chooser.button.text() == "Toll-free · 2 unread elsewhere"
    assert chooser.button.accessibleName() == "Line: Toll-free, 2 unread on other lines"


def test_a_line_s_name_may_hold_an_ampersand(chooser: LineFilter) -> None:
    chooser.set_lines((Line(LINE, "Smith & Sons"), FREE_LINE))
    chooser.fill_menu()
    assert chooser.menu.actions()[1].text().startswith("(212) 555-0100 · Smith && Sons")
    chooser.set_line(LINE)
    assert chooser.button.text() == "Smith & Sons"


def test_the_list_shows_one_line_alone(qtbot: QtBot) -> None:
    model = ConversationsModel(now)
    shop, free = conversation(1), replace(conversation(2), line=TOLL_FREE)
    assert matches(free, Filter.ALL)
    assert not matches(free, Filter.ALL, LINE)
    model.reset(Filter.ALL, [shop], False, LINE)
    model.upsert(free)
    assert model.rowCount() == 1
    model.reset(Filter.ALL, [shop, free], False)
    model.upsert(replace(free, unread=1))
    assert model.rowCount() == 2


@pytest.fixture
def desk(loop: Loop, rig: Rig) -> Iterator[Desk]:
    loop.run(rig.until(lambda: len(rig.services.lines.known()) > 1, "both lines"))
    desk = Desk(rig.services)
    yield desk
    loop.run(desk.close())


async def one_on_each(rig: Rig) -> None:
    for number, line in ((151, LINE), (152, TOLL_FREE)):
        await rig.simulator.phone(peer(number)).text(line, f"Hi {number}")
        await rig.inbound(f"Hi {number}")


def test_a_line_is_picked_and_what_comes_in_on_another_is_only_counted(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        await one_on_each(rig)
        await desk.presenter.start()

    loop.run(play())
    assert desk.peers() == [peer(152), peer(151)]
    places = [line.address for line in rig.services.lines.known()]
    desk.presenter.pick_line(places.index(LINE) + 1)
    loop.until(lambda: desk.peers() == [peer(151)])
    loop.until(lambda: desk.pane.filters.chips[Filter.UNREAD].text() == "Unread 1")

    async def more() -> None:
        await rig.simulator.phone(peer(153)).text(TOLL_FREE, "And me?")
        await rig.inbound("And me?")

    loop.run(more())
    loop.until(lambda: "2 unread elsewhere" in desk.pane.lines.button.text())
    assert desk.peers() == [peer(151)]
    desk.presenter.pick_line(0)
    loop.until(lambda: desk.peers() == [peer(153), peer(152), peer(151)])
    loop.until(lambda: desk.pane.filters.chips[Filter.UNREAD].text() == "Unread 3")


def test_a_filter_and_a_line_hold_together(loop: Loop, rig: Rig, desk: Desk) -> None:
    loop.run(one_on_each(rig))
    loop.run(desk.presenter.start(TOLL_FREE))
    assert desk.peers() == [peer(152)]
    desk.pane.filters.chips[Filter.UNREAD].click()
    loop.until(lambda: desk.pane.model.filter is Filter.UNREAD)
    assert desk.peers() == [peer(152)]
    desk.pane.lines.pick(0)
    loop.until(lambda: desk.peers() == [peer(152), peer(151)])
    assert desk.pane.model.filter is Filter.UNREAD


def test_the_list_begins_with_the_line_of_last_time_if_it_is_still_ours(loop: Loop, rig: Rig, desk: Desk) -> None:
    loop.run(one_on_each(rig))
    loop.run(desk.presenter.start("+19995550100"))
    assert (desk.presenter.line, desk.peers()) == (None, [peer(152), peer(151)])
    loop.run(desk.presenter.start(TOLL_FREE))
    assert (desk.presenter.line, desk.peers()) == (TOLL_FREE, [peer(152)])


def test_a_line_that_is_ours_no_more_filters_no_more(loop: Loop, rig: Rig, desk: Desk) -> None:
    loop.run(one_on_each(rig))
    loop.run(desk.presenter.start(TOLL_FREE))
    told: list[bool] = []
    desk.presenter.lined.connect(lambda: told.append(True))
    loop.run(rig.services.lines.choose([LINE]))
    loop.until(lambda: desk.peers() == [peer(152), peer(151)])
    assert desk.pane.lines.isHidden()
    assert told == [True]


def test_an_empty_line_is_no_empty_inbox(loop: Loop, rig: Rig, desk: Desk) -> None:
    emptied: list[bool] = []
    desk.presenter.emptied.connect(emptied.append)

    async def play() -> None:
        await rig.simulator.phone(peer(151)).text(LINE, "Hi")
        await rig.inbound("Hi")
        await desk.presenter.start(TOLL_FREE)

    loop.run(play())
    loop.until(lambda: emptied)
    assert emptied[-1] is False
    assert desk.pane._empty.text() == "No conversations on this line yet."


def test_many_messages_at_once_move_their_conversations_up(loop: Loop, rig: Rig, desk: Desk) -> None:
    async def play() -> None:
        await desk.services.conversations.open(LINE, peer(150))
        await asyncio.sleep(0.002)
        await desk.services.conversations.open(LINE, peer(151))
        await desk.presenter.start()

    loop.run(play())
    newest = desk.pane.model.record(0)
    old = desk.pane.model.record(1)
    assert newest is not None
    assert old is not None
    fresh = replace(old, id=99, peer=peer(199), at=newest.at.replace(year=newest.at.year + 1))
    moved = replace(old, at=newest.at.replace(year=newest.at.year + 1, microsecond=1))
    rig.services.hub.publish([PastAdded((moved, fresh))])
    assert desk.peers()[2] == peer(151)
    assert set(desk.peers()) == {peer(150), peer(151), peer(199)}


def test_new_lines_are_offered_as_they_come(loop: Loop, rig: Rig, desk: Desk) -> None:
    loop.run(desk.presenter.start())
    third = Line("+13105550123", "Workshop", sid="PN3", account_sid=rig.services.lines.known()[0].account_sid)
    rig.services.hub.publish([LinesChanged((*rig.services.lines.offered(), third))])
    desk.pane.lines.fill_menu()
    assert any("Workshop" in action.text() for action in desk.pane.lines.menu.actions())
