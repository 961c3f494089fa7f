"""Scrolling that never jumps, hands and keys on the list, and what a screen reader meets."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QHelpEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.media import Media, MediaState
from sms_desktop.domain.message import Doubt, Hold, Message, Status
from sms_desktop.domain.reply import AUTHOR
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.menu import menu_of
from sms_desktop.ui.timeline.pane import TimelinePane
from sms_desktop.ui.timeline.reading import Hit
from sms_desktop.ui.timeline.rows import MessageRow
from sms_desktop.ui.timeline.shape import Act
from sms_desktop.ui.timeline.view import TimelineView
from sms_desktop.ui.words import clock
from tests.ui.timeline.sample import START, blob, message, page, picture, ready

LEFT = Qt.MouseButton.LeftButton


def fill(pane: TimelinePane, *messages: Message, older: bool = False, newer: bool = False) -> None:
    pane.model.reset(page(messages, older=older, newer=newer))
    pane.view.show_end()


def many(first: int, last: int) -> list[Message]:
    return [message(n, f"message {n} " + "word " * (n % 30), out=n % 3 == 0) for n in range(first, last + 1)]


def row_of(view: TimelineView, key: str) -> tuple[int, MessageRow]:
    place = view.timeline.place_of(key)
    row = view.timeline.row_at(place)
    assert isinstance(row, MessageRow)
    return place, row


def top_of(view: TimelineView, key: str) -> int:
    return view.visualRect(view.timeline.index(view.timeline.place_of(key), 0)).top()


def text_point(view: TimelineView, key: str, x: float, y: float = 10) -> QPoint:
    """A point ``x`` pixels into the row's text."""
    place, row = row_of(view, key)
    return (QPointF(view.origin(place)) + view.shape(row).prose_at + QPointF(x, y)).toPoint()


def drag(view: TimelineView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.viewport(), LEFT, pos=start)
    for point in ((start + end) / 2, end):
        where = QPointF(point)
        move = QMouseEvent(QEvent.Type.MouseMove, where, view.viewport().mapToGlobal(where), LEFT, LEFT, no_keys())
        QApplication.sendEvent(view.viewport(), move)
    QTest.mouseRelease(view.viewport(), LEFT, pos=end)


def tab_into(pane: TimelinePane) -> None:
    pane.view.clearFocus()
    pane.view.setFocus(Qt.FocusReason.TabFocusReason)


def no_keys() -> Qt.KeyboardModifier:
    return Qt.KeyboardModifier.NoModifier


# -- where things lie -------------------------------------------------------------------------------------------------


def test_rows_lie_one_below_the_other_without_holes(pane: TimelinePane) -> None:
    fill(pane, *many(1, 40))
    view = pane.view
    rects = [view.visualRect(pane.model.index(place, 0)) for place in range(pane.model.rowCount())]
    assert all(above.bottom() + 1 == below.top() for above, below in pairwise(rects))
    for rect in (rects[view.places_in_view()[0]], rects[-1]):
        assert view.visualRect(view.indexAt(QPoint(300, rect.center().y()))) == rect


def test_bubbles_are_at_most_460_wide_and_at_their_sides(pane: TimelinePane) -> None:
    fill(pane, message(1, "word " * 60), message(2, "word " * 60, out=True))
    view = pane.view
    for number, near in ((1, "left"), (2, "right")):
        place, row = row_of(view, f"{number:032x}")
        shape = view.shape(row)
        assert shape.bubble is not None
        bubble = shape.bubble.translated(QPointF(view.origin(place)))
        assert bubble.width() <= 460
        margin = bubble.left() if near == "left" else pane.width() - bubble.right()
        assert 27 <= margin <= 29


def test_sides_change_places_under_right_to_left(pane: TimelinePane) -> None:
    pane.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    fill(pane, message(1), message(2, out=True))
    view = pane.view
    inbound, outbound = (view.shape(row_of(view, f"{n:032x}")[1]) for n in (1, 2))
    assert inbound.right
    assert not outbound.right
    assert view.origin(row_of(view, f"{2:032x}")[0]).x() == pytest.approx(28, abs=1)


def test_a_wider_pane_measures_nothing_again_and_a_narrow_one_wraps(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, message(1, "word " * 60))
    shape = pane.view.shape(row_of(pane.view, f"{1:032x}")[1])
    pane.resize(1000, 568)
    assert pane.view.shape(row_of(pane.view, f"{1:032x}")[1]) is shape
    pane.resize(360, 568)
    narrow = pane.view.shape(row_of(pane.view, f"{1:032x}")[1])
    assert narrow.height > shape.height
    assert narrow.width < 330


def test_new_messages_keep_the_end_in_view_if_it_was_there(pane: TimelinePane) -> None:
    fill(pane, *many(1, 40))
    assert pane.bottom_in_view
    pane.model.add(message(41, "new"), at_end=pane.view.at_end)
    bar = pane.view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert pane.view.visualRect(pane.model.index(pane.model.rowCount() - 1, 0)).bottom() < pane.view.viewport().height()
    assert not pane.jump.isVisible()


def test_away_from_the_end_nothing_moves_and_new_messages_are_counted(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, *many(1, 40))
    view = pane.view
    with qtbot.waitSignal(pane.bottomInView, check_params_cb=lambda seen: not seen):
        view.verticalScrollBar().setValue(200)
    key = pane.model.row_at(view.places_in_view()[1]).key
    before = top_of(view, key)
    for n in (41, 42, 43):
        pane.model.add(message(n, "new"), at_end=view.at_end)
        view.count_new()
    assert top_of(view, key) == before
    assert pane.jump.isVisible()
    assert pane.jump.text() == "3 new ↓"
    with qtbot.waitSignal(pane.bottomInView, check_params_cb=bool):
        view.show_end()
    assert not pane.jump.isVisible()
    assert view.new_count == 0


def test_older_pages_do_not_move_what_is_read(pane: TimelinePane) -> None:
    everything = many(1, 240)
    fill(pane, *everything[160:], older=True)
    view = pane.view
    view.verticalScrollBar().setValue(30)
    key = next(row.key for place in view.places_in_view() if isinstance(row := pane.model.row_at(place), MessageRow))
    before = top_of(view, key)
    pane.model.prepend(page(everything[80:160], older=True))
    pane.model.prepend(page(everything[:80]))
    assert top_of(view, key) == before


def test_rows_that_grow_above_do_not_move_what_is_read(pane: TimelinePane) -> None:
    messages = many(1, 60)
    fill(pane, *messages)
    view = pane.view
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 300)
    seen = view.places_in_view()
    key = pane.model.row_at(seen[1]).key
    before = top_of(view, key)
    failed = messages[2].at + timedelta(seconds=1)
    pane.model.change(message(3, "much longer " * 50, out=True, status=Status.FAILED, code=30003, updated_at=failed))
    assert top_of(view, key) == before


def test_the_next_page_is_asked_for_near_either_end(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, *many(100, 200), older=True, newer=True)
    with qtbot.waitSignal(pane.view.olderWanted):
        pane.view.verticalScrollBar().setValue(100)
    with qtbot.waitSignal(pane.view.newerWanted):
        pane.view.verticalScrollBar().setValue(pane.view.verticalScrollBar().maximum())
    assert not pane.bottom_in_view  # what is newer is not loaded, so this is not the end


def test_a_conversation_opens_at_its_unread_line_if_the_rest_does_not_fit(pane: TimelinePane) -> None:
    pane.model.reset(page(many(1, 60)), unread=25)
    pane.view.show_start(unread=True)
    assert 0 <= top_of(pane.view, "unread") < 40
    pane.model.reset(page(many(1, 60)), unread=1)
    pane.view.show_start(unread=True)
    assert pane.bottom_in_view


def test_a_hit_is_shown_in_its_place_and_lights_up(pane: TimelinePane) -> None:
    fill(pane, *many(1, 100))
    key = f"{50:032x}"
    pane.view.show_row(key, at=0.4)
    assert 200 < top_of(pane.view, key) < 260
    pane.view.flash(key)
    rect = pane.view.visualRect(pane.model.index(pane.model.place_of(key), 0))
    image = pane.view.viewport().grab().toImage()
    assert image.pixelColor(4, rect.center().y()) != theme().tokens.ground


# -- hands ------------------------------------------------------------------------------------------------------------


def test_text_is_selected_by_dragging_within_its_bubble(pane: TimelinePane) -> None:
    fill(pane, message(1, "Hello there, good day"))
    view, key = pane.view, f"{1:032x}"
    drag(view, text_point(view, key, 1), text_point(view, key, 400, 200))
    assert view.reading.selected_text() == "Hello there, good day"
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Hello there, good day"


def test_a_double_click_selects_a_word_and_a_third_one_everything(pane: TimelinePane) -> None:
    fill(pane, message(1, "Hello there, good day"))
    view, key = pane.view, f"{1:032x}"
    at = text_point(view, key, 8)
    QTest.mouseDClick(view.viewport(), LEFT, pos=at)
    assert view.reading.selected_text() == "Hello"
    QTest.mouseClick(view.viewport(), LEFT, pos=at)
    assert view.reading.selected_text() == "Hello there, good day"


def test_a_click_on_a_link_asks_and_a_drag_across_it_selects(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, message(1, "https://example.com/a and more"))
    view, key = pane.view, f"{1:032x}"
    with qtbot.waitSignal(view.linkActivated) as clicked:
        QTest.mouseClick(view.viewport(), LEFT, pos=text_point(view, key, 20))
    assert clicked.args == ["https://example.com/a"]
    with qtbot.assertNotEmitted(view.linkActivated):
        drag(view, text_point(view, key, 2), text_point(view, key, 60))
    assert view.reading.has_selection


def test_without_a_selection_the_focused_message_is_copied_without_nul(pane: TimelinePane) -> None:
    fill(pane, message(1, "one"), message(2, "t\0wo"))
    tab_into(pane)
    QTest.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "two"


def test_the_menu_offers_what_can_be_done(pane: TimelinePane, tmp_path: Path) -> None:
    failed = message(1, "call www.example.org", out=True, status=Status.FAILED, code=30003)
    shown = message(2, "", media=[ready(picture(tmp_path))])
    landline = message(3, "hi", out=True, status=Status.FAILED, code=30006)
    fill(pane, failed, shown, landline)

    def words(key: str) -> list[str]:
        menu = menu_of(pane.view, Hit(row_of(pane.view, key)[1]))
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        menu.deleteLater()
        return texts

    assert words(failed.id) == [
        "Copy text",
        "Open link to www.example.org…",
        "Copy link",
        "Try again",
        "Call instead",
        "Status history",
    ]
    assert words(shown.id) == ["Open picture", "Save picture as…", "Status history"]
    assert words(landline.id) == ["Copy text", "Call instead", "Status history"]


def test_pictures_and_files_answer_a_click_once_they_are_there(
    pane: TimelinePane, tmp_path: Path, qtbot: QtBot
) -> None:
    pdf = blob(tmp_path, "a.pdf", b"%PDF-1.7", "application/pdf")
    pending = Media(7, 0, "image/jpeg", MediaState.PENDING)
    fill(pane, message(1, "", media=[ready(picture(tmp_path), 5)]), message(2, "", media=[ready(pdf, 6)]),
         message(3, "", media=[pending]))  # fmt: skip
    view = pane.view

    def click(key: str) -> None:
        place, row = row_of(view, key)
        rect = view.shape(row).media[0][0]
        QTest.mouseClick(view.viewport(), LEFT, pos=(QPointF(view.origin(place)) + rect.center()).toPoint())

    with qtbot.waitSignal(view.pictureActivated) as seen:
        click(f"{1:032x}")
    assert seen.args == [f"{1:032x}", 5]
    with qtbot.waitSignal(view.fileActivated) as seen:
        click(f"{2:032x}")
    assert seen.args == [f"{2:032x}", 6]
    with qtbot.assertNotEmitted(view.pictureActivated):
        click(f"{3:032x}")


def status_point(pane: TimelinePane, key: str) -> QPoint:
    found = pane.view.status_rect(key)
    assert found is not None
    return found.center()


def test_a_click_on_the_status_opens_its_history_and_one_beside_it_does_not(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, message(1, out=True, author="Priya"))
    view, key = pane.view, f"{1:032x}"
    word = status_point(pane, key)
    with qtbot.waitSignal(view.acted) as acted:
        QTest.mouseClick(view.viewport(), LEFT, pos=word)
    assert acted.args == [Act.DETAILS, key, 0]
    with qtbot.assertNotEmitted(view.acted):
        QTest.mouseClick(view.viewport(), LEFT, pos=word - QPoint(90, 0))
    QTest.mouseMove(view.viewport(), word)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_a_delivery_that_a_failure_contradicts_shows_a_warning_and_says_so(pane: TimelinePane) -> None:
    plain = message(1, out=True)
    fill(pane, plain)
    meta = pane.view.shape(row_of(pane.view, plain.id)[1]).meta
    doubtful = replace(plain, error_code=30003)
    fill(pane, doubtful)
    warned = pane.view.shape(row_of(pane.view, plain.id)[1]).meta
    assert meta is not None and warned is not None and meta.status is not None and warned.status is not None
    assert (meta.doubted, warned.doubted) == (False, True)
    assert warned.status.width() > meta.status.width()
    picture = pane.view.viewport().grab().toImage()
    at = pane.view.status_rect(plain.id)
    assert at is not None
    warn = theme().tokens.warn
    corner = [(x, y) for x in range(at.right() - 14, at.right()) for y in range(at.top(), at.bottom())]
    assert any(picture.pixelColor(x, y) == warn for x, y in corner)
    spoken = pane.model.index(pane.model.place_of(plain.id), 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Delivered, though a failure was reported, too" in spoken


def test_pointing_at_the_status_tells_of_the_contradiction(pane: TimelinePane) -> None:
    fill(pane, message(1, out=True, code=30003))
    at = status_point(pane, f"{1:032x}")
    viewport = pane.view.viewport()
    help_event = QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, help_event)
    assert QToolTip.text().startswith("It arrived, though a failure was reported, too.")
    QToolTip.hideText()


def test_the_history_points_to_the_status_the_card_or_the_bubble(pane: TimelinePane) -> None:
    middle, last = message(1, out=True), message(2, out=True, at=START + timedelta(minutes=11))
    failed = message(3, out=True, status=Status.UNDELIVERED, code=30003)
    fill(pane, middle, last, failed)
    where = {m.id: pane.view.status_rect(m.id) for m in (middle, last, failed)}
    rects = {m.id: pane.view.visualRect(pane.model.index(pane.model.place_of(m.id), 0)) for m in (middle, last, failed)}
    for key, found in where.items():
        assert found is not None and rects[key].contains(found.center())
    assert pane.view.status_rect("unknown") is None


# -- keys -------------------------------------------------------------------------------------------------------------


def test_the_timeline_is_walked_by_keys(pane: TimelinePane) -> None:
    fill(pane, *many(1, 60))
    view = pane.view
    tab_into(pane)
    assert view.currentIndex().row() == pane.model.rowCount() - 1
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.currentIndex().row() == pane.model.rowCount() - 2
    bottom = view.verticalScrollBar().value()
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.verticalScrollBar().value() < bottom - 300
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.verticalScrollBar().value() == 0
    assert view.currentIndex().row() == 0
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1
    QTest.keyClick(view, Qt.Key.Key_End)
    assert pane.bottom_in_view


def test_the_row_with_the_focus_is_seen_to_have_it(pane: TimelinePane) -> None:
    fill(pane, *many(1, 5))
    pane.view.viewport().grab()
    without = pane.view.viewport().grab().toImage()
    tab_into(pane)
    assert pane.view.hasFocus()
    assert pane.view.viewport().grab().toImage() != without


def test_end_beyond_the_window_asks_for_the_latest(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, *many(1, 60), newer=True)
    with qtbot.waitSignal(pane.latestWanted):
        QTest.keyClick(pane.view, Qt.Key.Key_End)


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_space_or_enter_on_a_message_opens_its_history(pane: TimelinePane, qtbot: QtBot, key: Qt.Key) -> None:
    fill(pane, message(1, out=True))
    tab_into(pane)
    with qtbot.waitSignal(pane.view.acted) as acted:
        QTest.keyClick(pane.view, key)
    assert acted.args == [Act.DETAILS, f"{1:032x}", 0]


def test_space_opens_the_history_of_a_message_that_enter_tries_again(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, message(1, out=True, status=Status.UNDELIVERED, code=30003))
    tab_into(pane)
    with qtbot.waitSignal(pane.view.acted) as acted:
        QTest.keyClick(pane.view, Qt.Key.Key_Space)
    assert acted.args == [Act.DETAILS, f"{1:032x}", 0]


def test_enter_on_a_failed_message_tries_again(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, message(1, out=True, status=Status.UNDELIVERED, code=30003))
    tab_into(pane)
    with qtbot.waitSignal(pane.view.acted) as acted:
        QTest.keyClick(pane.view, Qt.Key.Key_Return)
    assert acted.args == [Act.TRY_AGAIN, f"{1:032x}", 0]


# -- buttons and screen readers ---------------------------------------------------------------------------------------


def labels(pane: TimelinePane) -> list[str]:
    return [button.text() for button in pane.buttons.shown]


def test_only_what_can_help_is_offered(pane: TimelinePane) -> None:
    fill(pane, message(1, out=True, status=Status.FAILED, code=30003))
    assert labels(pane) == ["Try again", "Call instead", "Details"]
    fill(pane, message(1, out=True, status=Status.FAILED, code=21602))
    assert labels(pane) == ["Change the message", "Details"]
    fill(pane, message(1, out=True, status=Status.FAILED, code=30003), message(2, out=True, retry_of=f"{1:032x}"))
    assert labels(pane) == ["Details"]


def test_the_card_of_an_automatic_reply_that_failed_says_that_it_was_one(pane: TimelinePane) -> None:
    by_hand, by_itself = (
        replace(message(n, out=True, status=Status.UNDELIVERED, code=30007), author=author)
        for n, author in ((1, "Ada"), (2, AUTHOR))
    )
    fill(pane, by_hand, by_itself)
    rows = [row for row in pane.model.rows if isinstance(row, MessageRow)]
    told = [pane.view.shape(row).notice for row in rows]
    assert [sentences.AUTOMATIC in notice.prose.text for notice in told if notice is not None] == [False, True]
    assert [AUTHOR in sentences.spoken(row, START) for row in rows] == [False, True]


def test_the_card_of_a_new_try_that_failed_says_that_it_is_one(pane: TimelinePane) -> None:
    first = message(1, out=True, status=Status.FAILED, code=30003)
    fill(pane, first, message(2, out=True, status=Status.FAILED, code=30003, retry_of=first.id))
    before, again = (row for row in pane.model.rows if isinstance(row, MessageRow))
    told = [pane.view.shape(row).notice for row in (before, again)]
    assert [sentences.NEW_TRY in notice.prose.text for notice in told if notice is not None] == [False, True]
    assert [sentences.NEW_TRY in sentences.spoken(row, START) for row in (before, again)] == [False, True]


@pytest.mark.parametrize(("body", "end"), [("See you", "See you."), ("See you.", "See you."), ("Really?", "Really?")])
def test_a_screen_reader_hears_each_sentence_end_once(pane: TimelinePane, body: str, end: str) -> None:
    fill(pane, replace(message(1, out=True), body=body, author=AUTHOR))
    (row,) = (row for row in pane.model.rows if isinstance(row, MessageRow))
    assert sentences.spoken(row, START).endswith(f": {end} {AUTHOR}")


def test_an_unconfirmed_message_is_sent_again_only_after_a_question(pane: TimelinePane) -> None:
    fill(pane, message(1, out=True, status=Status.UNCONFIRMED))
    assert labels(pane) == ["Send again", "Details"]
    pane.model.ask(f"{1:032x}")
    assert labels(pane) == ["Yes, send again", "No, wait"]
    pane.model.ask(None)
    assert labels(pane) == ["Send again", "Details"]


@pytest.mark.parametrize(
    ("status", "more", "left"),
    [
        (Status.FAILED, {"code": 30003}, ["Details"]),
        (Status.UNCONFIRMED, {}, ["Details"]),
        (Status.UNCONFIRMED, {"doubt": Doubt.ASKING, "asked_at": START}, ["Ask now"]),
        (Status.UNCONFIRMED, {"doubt": Doubt.OVER, "asked_at": START}, ["Leave it"]),
    ],
)
def test_to_a_person_who_said_stop_nothing_is_offered_to_be_sent_again(
    pane: TimelinePane, status: Status, more: dict[str, Any], left: list[str]
) -> None:
    fill(pane, message(1, out=True, status=status, **more))
    pane.model.ask(f"{1:032x}")
    pane.model.set_barred(True)
    assert labels(pane) == left
    [row] = [row for row in pane.model.rows if isinstance(row, MessageRow)]
    notice = pane.view.shape(row).notice
    assert notice is not None and notice.prose.text.endswith(sentences.BARRED)
    assert "later" not in notice.prose.text
    entries = [entry.text() for entry in menu_of(pane.view, Hit(row)).actions()]
    assert not {"Try again", "Send again…"} & set(entries)
    pane.model.set_barred(False)
    assert len(labels(pane)) > len(left)


@pytest.mark.parametrize("status", [Status.UNCONFIRMED, Status.UNDELIVERED])
def test_what_is_asked_about_below_offers_no_other_try_until_that_is_answered(
    pane: TimelinePane, status: Status
) -> None:
    one = message(1, out=True, status=status, code=30003 if status is Status.UNDELIVERED else None)
    fill(pane, one)
    before = labels(pane)
    again = {"Try again", "Send again"} & set(before)
    assert again
    pane.model.set_asked_below(one.id)
    assert set(labels(pane)) == set(before) - again
    pane.model.set_asked_below(None)
    assert sorted(labels(pane)) == sorted(before)


def test_an_unconfirmed_text_that_was_tried_again_says_when(pane: TimelinePane) -> None:
    first = message(1, out=True, status=Status.UNCONFIRMED, doubt=Doubt.LEFT)
    again = message(2, out=True, retry_of=first.id)
    fill(pane, first, again)
    for number, told in ((1, True), (2, False)):
        meta = pane.view.shape(row_of(pane.view, f"{number:032x}")[1]).meta
        assert meta is not None and (f"tried again at {clock(again.at)} · " in meta.text) is told
    for author, whole in (("Ann", True), ("Maria Magdalena Ortega " * 3, False)):  # the longer has no room beside it
        other = message(3 + whole, out=True, status=Status.UNCONFIRMED, doubt=Doubt.LEFT, author=author)
        fill(pane, other, replace(again, retry_of=other.id))
        meta = pane.view.shape(row_of(pane.view, other.id)[1]).meta
        assert meta is not None and meta.rect.left() >= 0
        assert (author in meta.text) is whole and f"tried again at {clock(again.at)} · " in meta.text


def test_what_an_opt_out_refused_can_be_tried_again_once_it_is_known_that_they_agreed(pane: TimelinePane) -> None:
    """Their START may stand in another conversation: the ledger is all that tells of it here."""
    pane.model.set_barred(True)
    refused = message(1, out=True, status=Status.FAILED, code=21610)
    fill(pane, refused)
    [row] = [row for row in pane.model.rows if isinstance(row, MessageRow)]
    assert [button.why != "" for button in pane.view.shape(row).buttons if button.act is Act.TRY_AGAIN] == [True]
    pane.model.set_barred(False)
    pane.view.shape(next(row for row in pane.model.rows if isinstance(row, MessageRow)))
    later = refused.at + timedelta(hours=1)
    agreed = ConsentEvent("+12125550177", refused.peer, False, ConsentSource.INBOUND, "START", "SM2", later)
    pane.model.set_ledger((agreed,))
    [row] = [row for row in pane.model.rows if isinstance(row, MessageRow)]
    shape = pane.view.shape(row)
    assert [button.why for button in shape.buttons if button.act is Act.TRY_AGAIN] == [""]
    assert shape.notice is not None and sentences.AGREED_SINCE in shape.notice.prose.text
    assert labels(pane) == ["Try again", "Details"]


@pytest.mark.parametrize(
    ("doubt", "offered", "said"),
    [
        (Doubt.ASKING, ["Ask now", "Send again"], "We keep asking for 10 minutes"),
        (Doubt.OVER, ["Send again", "Leave it"], "Twilio never confirmed this one."),
        (Doubt.LEFT, [], ""),
    ],
)
def test_a_doubt_says_how_far_it_is_settled_and_offers_what_helps(
    pane: TimelinePane, doubt: Doubt, offered: list[str], said: str
) -> None:
    fill(pane, message(1, out=True, status=Status.UNCONFIRMED, doubt=doubt, asked_at=START))
    assert labels(pane) == offered
    [row] = [row for row in pane.model.rows if isinstance(row, MessageRow)]
    assert (pane.view.shape(row).notice is not None) is bool(said)
    assert said in " ".join(sentences.doubt(row.message))
    assert {entry.text() for entry in menu_of(pane.view, Hit(row)).actions()} >= {"Ask Twilio now", "Send again…"}


def test_what_is_kept_back_counts_down_and_can_be_undone(pane: TimelinePane, qtbot: QtBot) -> None:
    clock = [START]
    pane.model.now = lambda: clock[0]
    kept = message(1, out=True, status=Status.QUEUED, at=START, held_until=START + timedelta(seconds=5))
    fill(pane, kept)
    assert labels(pane) == ["Undo"]
    seconds = []
    for passed in (0.0, 0.9, 1.1, 4.9, 5.0, 7.0):
        clock[0] = START + timedelta(seconds=passed)
        pane.model.tick()
        [row] = [row for row in pane.model.rows if isinstance(row, MessageRow)]
        seconds.append(row.held)
    assert seconds == [5, 5, 4, 1, None, None]
    assert labels(pane) == ["Cancel"]
    with qtbot.waitSignal(pane.buttons.pressed) as pressed:
        pane.buttons.shown[0].click()
    assert pressed.args == [Act.CANCEL, kept.id, 0]


def test_what_leaves_within_a_moment_offers_nothing_to_press(pane: TimelinePane) -> None:
    clock = [START]
    pane.model.now = lambda: clock[0]
    fill(pane, message(1, out=True, status=Status.QUEUED, at=START))
    assert labels(pane) == []
    clock[0] += timedelta(seconds=2)
    pane.model.tick()
    assert labels(pane) == ["Cancel"]


def test_what_waits_unchecked_says_why_and_may_be_sent_all_the_same(pane: TimelinePane, qtbot: QtBot) -> None:
    clock = [START + timedelta(seconds=9)]
    pane.model.now = lambda: clock[0]
    waiting, other = (message(n, out=True, status=Status.QUEUED, at=START) for n in (1, 2))
    fill(pane, waiting, other)
    assert labels(pane) == ["Cancel", "Cancel"]
    pane.model.set_unchecked(frozenset({waiting.id}))
    assert sorted(labels(pane)) == ["Cancel", "Cancel", "Send anyway"]
    place, row = row_of(pane.view, waiting.id)
    assert pane.view.shape(row).notice is not None
    assert sentences.UNCHECKED in pane.model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Send without checking" in {entry.text() for entry in menu_of(pane.view, Hit(row)).actions()}
    with qtbot.waitSignal(pane.buttons.pressed) as pressed:
        next(button for button in pane.buttons.shown if button.text() == "Send anyway").click()
    assert pressed.args == [Act.SEND_UNCHECKED, waiting.id, 0]
    pane.model.set_unchecked(frozenset())
    assert labels(pane) == ["Cancel", "Cancel"]


def test_a_button_that_goes_out_of_view_leaves_the_keyboard_in_the_list(pane: TimelinePane, qtbot: QtBot) -> None:
    fill(pane, message(1, "hello", out=True, status=Status.UNDELIVERED, code=30003))
    elsewhere = QPushButton("elsewhere", pane)
    elsewhere.show()
    button = next(one for one in pane.buttons.shown if one.text() == "Try again")
    for one in pane.buttons.shown:
        QWidget.setTabOrder(one, elsewhere)
    button.setFocus()
    assert button.hasFocus()
    pane.resize(pane.width(), pane.height() - 60)  # for a moment it lies below what is in view
    qtbot.waitUntil(lambda: pane.view.at_end and not button.hasFocus())
    assert pane.view.hasFocus() and not elsewhere.hasFocus()


def test_what_failed_for_want_of_its_picture_can_go_without_or_be_written_anew(pane: TimelinePane) -> None:
    gone = Media(9, 0, "image/jpeg", MediaState.FAILED, error="This file is not on this computer any more.")
    fill(
        pane,
        message(1, "See picture", out=True, status=Status.FAILED, media=(gone,)),
        message(2, "", out=True, status=Status.FAILED, media=(replace(gone, id=10),)),
    )
    assert sorted(labels(pane)) == ["Attach it anew", "Attach it anew", "Send without it"]
    title, advice = sentences.failure(row_of(pane.view, f"{1:032x}")[1])
    assert (title, advice) == (sentences.FILE_GONE, sentences.WITHOUT_OR_ANEW)
    assert sentences.failure(row_of(pane.view, f"{2:032x}")[1])[1] == sentences.ONLY_ANEW


def test_a_failed_message_whose_other_try_was_never_confirmed_asks_first(pane: TimelinePane) -> None:
    fill(pane, message(1, out=True, status=Status.FAILED, code=30003))
    pane.model.ask(f"{1:032x}")
    assert labels(pane) == ["Yes, send again", "No, wait"]


def test_what_was_undone_is_no_message_any_more(pane: TimelinePane) -> None:
    kept = message(2, "too soon", out=True, status=Status.QUEUED, held_until=START + timedelta(days=9))
    fill(pane, message(1, "before"), kept)
    pane.model.change(replace(kept, status=Status.CANCELED, updated_at=kept.at + timedelta(seconds=1)))
    assert [row.message.body for row in pane.model.rows if isinstance(row, MessageRow)] == ["before"]


def test_a_try_again_that_was_canceled_does_not_count(pane: TimelinePane) -> None:
    failed = message(1, out=True, status=Status.FAILED, code=30003)
    fill(pane, failed, message(2, out=True, status=Status.CANCELED, retry_of=failed.id))
    assert labels(pane) == ["Try again", "Call instead", "Details"]


def test_buttons_follow_their_rows_and_leave_with_them(pane: TimelinePane) -> None:
    fill(pane, *many(1, 40), message(41, out=True, status=Status.FAILED, code=30003))
    (again, _call, _details) = pane.buttons.shown
    before = again.y()
    bar = pane.view.verticalScrollBar()
    bar.setValue(bar.value() - 50)
    assert again.y() == before + 50 or not again.isVisible()
    bar.setValue(0)
    assert labels(pane) == []


def test_a_failed_fetch_can_be_asked_for_again(pane: TimelinePane, qtbot: QtBot) -> None:
    lost = Media(9, 0, "image/jpeg", MediaState.FAILED, error="Twilio no longer has it.")
    fill(pane, message(1, "", media=[lost]))
    (button,) = pane.buttons.shown
    with qtbot.waitSignal(pane.buttons.pressed) as pressed:
        button.click()
    assert pressed.args == [Act.FETCH_AGAIN, f"{1:032x}", 9]


def test_a_screen_reader_finds_the_list_its_rows_and_try_again(pane: TimelinePane) -> None:
    fill(pane, message(1, "hello"), message(2, "lost", out=True, status=Status.FAILED, code=30003))
    QAccessible.setActive(True)
    root = QAccessible.queryAccessibleInterface(pane)
    children = [root.child(i) for i in range(root.childCount())]
    names = {child.text(QAccessible.Text.Name): child for child in children}
    messages = names["Messages"]
    assert messages.role() == QAccessible.Role.List
    spoken = [messages.child(i).text(QAccessible.Text.Name) for i in range(messages.childCount())]
    assert len(spoken) == 3
    assert spoken[1].startswith("Inbound, Received, ")
    assert names["Try again"].role() == QAccessible.Role.Button
    assert "lost" in names["Try again"].text(QAccessible.Text.Description)


# -- looks ------------------------------------------------------------------------------------------------------------


def painted(pane: TimelinePane) -> QImage:
    return pane.grab().toImage()


def test_every_kind_of_row_is_painted_light_and_dark(
    pane: TimelinePane, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: theme().set_preference("system"))
    states = [s for s in Status if s not in (Status.RECEIVED, Status.RECEIVING)]
    media = [Media(1, 0, "image/png", MediaState.PENDING), Media(2, 1, "text/vcard", MediaState.FAILED, error="Gone.")]
    rows = [message(n, f"{s}", out=True, status=s, author="Priya") for n, s in enumerate(states, 1)]
    rows += [message(30, "", media=media), message(31, "\0 \u202eabc שלום 👋", at=START + timedelta(days=2))]
    rows += [message(32, "STOP", at=START + timedelta(days=2)), message(33, "")]
    pane.resize(712, 2600)
    theme().set_preference("light")
    fill(pane, *rows)
    light = painted(pane)
    theme().set_preference("dark")
    assert painted(pane) != light


def test_an_empty_conversation_says_what_to_do(pane: TimelinePane) -> None:
    pane.model.reset(page([]))
    blank = painted(pane)
    pane.view.placeholder = "No messages yet."
    assert painted(pane) != blank


def test_what_sleeps_of_a_person_who_opted_out_since_can_only_be_taken_back(pane: TimelinePane) -> None:
    later = START + timedelta(hours=9)
    waits = message(1, out=True, status=Status.QUEUED, held_until=later)
    fill(pane, replace(waits, held_for=Hold.NIGHT))
    assert labels(pane) == ["Send now", "Take back"]
    pane.model.set_barred(True)
    assert labels(pane) == ["Take back"]
    [row] = [row for row in pane.model.rows if isinstance(row, MessageRow)]
    entries = [entry.text() for entry in menu_of(pane.view, Hit(row)).actions()]
    assert "Take back" in entries and "Send now" not in entries
    assert "It will not leave: they have opted out since." in sentences.spoken(row, START)


def test_what_sleeps_waits_for_what_they_asked_since_and_says_so(pane: TimelinePane) -> None:
    waits = message(1, out=True, status=Status.QUEUED, held_until=START + timedelta(hours=9))
    fill(pane, replace(waits, held_for=Hold.NIGHT))
    at_night, by_day = START, START + timedelta(hours=10)
    for now, asked_at, asks in (
        (at_night, START - timedelta(hours=1), False),
        (by_day, START - timedelta(hours=1), True),  # it came here later, else the text would have left
        (at_night, START + timedelta(hours=1), True),
        (at_night, None, False),
    ):
        pane.model.now = repeat(now).__next__
        pane.model.set_ledger((), None)
        pane.model.set_ledger((), asked_at)
        assert labels(pane) == ["Send now", "Take back"]
        [row] = [row for row in pane.model.rows if isinstance(row, MessageRow)]
        said = sentences.spoken(row, START)
        assert ("It does not leave yet: they seem to ask you to stop. Say below whether they do." in said) is asks
        assert ("It leaves" in said) is not asks
