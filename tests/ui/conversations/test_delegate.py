"""What a row paints: the right mark, inside its rectangle, mirrored where people read from the right."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation, Filter, Last
from sms_desktop.domain.message import Status
from sms_desktop.ui.conversations.delegate import KEPT, ConversationDelegate, mark_of
from sms_desktop.ui.conversations.model import ConversationsModel
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.listrow import share
from tests.ui.samples import NOW, conversation, last, now

LTR, RTL = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


def painted(
    record: Conversation,
    state: QStyle.StateFlag = QStyle.StateFlag.State_Enabled,
    direction: Qt.LayoutDirection = LTR,
    ratio: float = 1.0,
    via: str = "",
) -> QImage:
    theme().set_preference("light")
    image = QImage(round(324 * ratio), round(82 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(theme().tokens.pane)
    painter = QPainter(image)
    ConversationDelegate(now, lambda _: via).paint_row(painter, QRect(0, 10, 324, 62), direction, state, record)
    painter.end()
    return image


def colors(image: QImage, box: QRect) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(box.left(), box.right() + 1)
        for y in range(box.top(), box.bottom() + 1)
    }


@pytest.mark.parametrize(
    ("newest", "more", "mark"),
    [
        (last(), {}, None),
        (last(ours=True, status=Status.SENT), {}, None),
        *(
            (last(ours=True, status=waits), {}, ("clock", "muted"))
            for waits in (
                Status.QUEUED,
                Status.ACCEPTED,
                Status.SCHEDULED,
                Status.SENDING,
            )
        ),
        (last(ours=True, status=Status.CANCELED), {}, None),
        (last(ours=True, status=Status.QUEUED), {"draft": "x"}, None),
        (last(ours=True, status=Status.QUEUED), {"failed": 1}, ("alert", "bad")),
        (last(ours=True, status=Status.DELIVERED), {}, ("check-double", "ok")),
        (last(ours=True, status=Status.READ), {}, ("check-double-filled", "ok")),
        (last(ours=True, status=Status.UNCONFIRMED), {}, ("question", "warn")),
        (last(ours=True, status=Status.FAILED), {}, ("alert", "bad")),
        (last(), {"failed": 1}, ("alert", "bad")),
        (last(ours=True, status=Status.UNCONFIRMED), {"failed": 1}, ("alert", "bad")),
        (last(ours=True, status=Status.DELIVERED), {"failed": 1}, ("alert", "bad")),
        (last(), {"opted_out_at": NOW}, ("ban", "bad")),
        (last(), {"opted_out_at": NOW, "failed": 1}, ("alert", "bad")),
        (last(), {"blocked": True}, ("ban", "bad")),
        (last(ours=True), {"blocked": True, "failed": 1}, ("ban", "bad")),
        (last(ours=True), {"draft": "x"}, None),
        (last(ours=True, status=Status.UNCONFIRMED), {"draft": "x"}, ("question", "warn")),
        (None, {}, None),
    ],
)
def test_the_mark_at_the_right(newest: Last | None, more: dict[str, Any], mark: tuple[str, str] | None) -> None:
    assert mark_of(conversation(last=newest, **more)) == mark


def test_unread_shows_its_count_in_the_accent_colour(qtbot: QtBot) -> None:
    badge = QRect(280, 44, 30, 18)
    unread, accent = colors(painted(conversation(unread=3)), badge), theme().tokens.accent.name()
    assert accent in unread
    assert accent not in colors(painted(conversation()), badge)


def test_a_failure_is_told_in_the_bad_colour(qtbot: QtBot) -> None:
    failed = conversation(failed=1, last=last(ours=True, status=Status.UNDELIVERED, error_code=30006))
    seen = colors(painted(failed), QRect(68, 40, 200, 24))
    bad = theme().tokens.bad
    assert any(abs(QColor(c).red() - bad.red()) < 12 and abs(QColor(c).green() - bad.green()) < 12 for c in seen)


def test_a_failure_is_marked_beside_the_unread_count(qtbot: QtBot) -> None:
    beside = QRect(262, 42, 20, 20)

    def is_red(record: Conversation) -> bool:
        return any(QColor(c).red() > QColor(c).green() + 100 for c in colors(painted(record), beside))

    assert is_red(conversation(unread=1, failed=1))
    assert not is_red(conversation(unread=1))
    assert theme().tokens.accent.name() in colors(painted(conversation(unread=1, failed=1)), QRect(285, 44, 25, 18))


def test_who_is_blocked_is_marked_beside_what_they_wrote_since(qtbot: QtBot) -> None:
    beside = QRect(262, 42, 20, 20)
    pane = {theme().tokens.pane.name()}
    assert colors(painted(conversation(unread=1, blocked=True)), beside) != pane
    assert colors(painted(conversation(unread=1, opted_out_at=NOW)), beside) == pane  # the words say it


@pytest.mark.parametrize("tinted", [False, True])
def test_what_waits_to_leave_has_a_clock_as_muted_as_its_words(qtbot: QtBot, tinted: bool) -> None:
    state = QStyle.StateFlag.State_Selected if tinted else QStyle.StateFlag.State_Enabled
    place = QRect(292, 43, 16, 16)
    tokens = theme().tokens
    waits = colors(painted(conversation(last=last(ours=True, status=Status.QUEUED)), state), place)
    darkest = min(QColor(c).red() for c in waits)
    assert abs(darkest - (tokens.muted_on_tint if tinted else tokens.muted).red()) < 3
    assert len(colors(painted(conversation(last=last(ours=True, status=Status.SENT)), state), place)) == 1


@pytest.mark.parametrize("direction", [LTR, RTL])
def test_the_line_stands_after_the_name(qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    after = QRect(92, 22, 60, 14) if direction is LTR else QRect(324 - 152, 22, 60, 14)
    row = conversation(name="Al", last=last("x"))
    pane = {theme().tokens.pane.name()}
    assert colors(painted(row, direction=direction, via="Toll-free"), after) != pane
    assert colors(painted(row, direction=direction), after) == pane


def test_the_peer_comes_before_the_line(qtbot: QtBot) -> None:
    number = "(415) 555-0132"
    whole = QFontMetrics(theme().font("body", True)).horizontalAdvance(number)
    for width in range(whole + 30, 300):
        box = QRect(68, 10, width, 20)
        name, beside = share(box, number, "A line with a name that goes on", 19)
        assert name.width() > whole
        assert beside.width() >= 19
        assert (name.left(), name.right() + 1) == (box.left(), beside.left())
        assert beside.right() <= box.right()
    assert beside.width() > 100


def test_a_number_that_leaves_no_room_has_the_dot_at_its_avatar(qtbot: QtBot) -> None:
    theme().set_preference("light")
    corner = QRect(16 + 40 - 7, 10 + 11 + 40 - 7, 5, 5)

    def dotted(width: int, name: str | None) -> bool:
        image = QImage(324, 82, QImage.Format.Format_RGB32)
        image.fill(theme().tokens.pane)
        painter = QPainter(image)
        delegate = ConversationDelegate(now, lambda _: "", lambda _: 1)
        record = conversation(name=name, last=last("x"))
        delegate.paint_row(painter, QRect(0, 10, width, 62), LTR, QStyle.StateFlag.State_Enabled, record)
        painter.end()
        return theme().tokens.avatar_colors[1].name() in colors(image, corner)

    assert dotted(240, None)
    assert not dotted(324, None)
    assert not dotted(240, "A name that goes on and on and on")


def test_without_room_for_a_word_of_it_the_line_is_a_dot_alone(qtbot: QtBot) -> None:
    box = QRect(68, 10, 200, 20)
    name, beside = share(box, "A name that goes on " * 9, "Toll-free", 19)
    assert (name.width(), beside.width()) == (181, 19)
    name, beside = share(box, "A name that goes on " * 9, "Toll-free")
    assert (name.width(), beside.width()) == (200, 0)


def test_selection_hover_and_focus_can_be_told_apart(qtbot: QtBot) -> None:
    flag = QStyle.StateFlag
    tokens = theme().tokens
    corner = QRect(1, 11, 1, 1)
    assert colors(painted(conversation(), flag.State_Selected), corner) == {tokens.selection.name()}
    assert colors(painted(conversation(), flag.State_MouseOver), corner) == {tokens.hover.name()}
    ring = colors(painted(conversation(), flag.State_Selected | flag.State_HasFocus), QRect(100, 11, 1, 6))
    assert tokens.accent.name() in ring


def test_nothing_is_painted_outside_the_row(qtbot: QtBot) -> None:
    flag = QStyle.StateFlag
    long = conversation(name="A name that goes on " * 20, unread=1200, last=last("👋 words " * 300))
    image = painted(long, flag.State_Selected | flag.State_HasFocus)
    pane = {theme().tokens.pane.name()}
    assert colors(image, QRect(0, 0, 324, 10)) == pane
    assert colors(image, QRect(0, 72, 324, 10)) == pane


def test_the_row_is_mirrored_from_right_to_left(qtbot: QtBot) -> None:
    pane = {theme().tokens.pane.name()}
    right = QRect(268, 21, 40, 40)
    mirrored = painted(conversation(), direction=RTL)
    assert colors(mirrored, QRect(324 - 34, 38, 8, 8)) & {c.name() for c in theme().tokens.avatar_colors}
    assert colors(painted(conversation()), QRect(16, 21, 40, 40)) != pane
    assert colors(mirrored, right) != pane


def test_it_paints_at_twice_the_scale(qtbot: QtBot) -> None:
    sharp = painted(conversation(unread=1), ratio=2.0)
    assert sharp.width() == 648
    assert theme().tokens.accent.name() in colors(sharp, QRect(560, 88, 60, 36))


def test_a_name_stands_beside_its_avatar_from_right_to_left_too(qtbot: QtBot) -> None:
    pane = {theme().tokens.pane.name()}
    mirrored = painted(conversation(name="Al", last=last("x")), direction=RTL)
    assert colors(mirrored, QRect(324 - 68 - 14, 22, 14, 14)) != pane
    assert colors(mirrored, QRect(100, 22, 100, 14)) == pane


class Canvas:
    """A list's place for one row, painted as a view would."""

    def __init__(self, delegate: ConversationDelegate) -> None:
        self._delegate = delegate
        self._model = ConversationsModel(now)

    def row(self, record: Conversation, *, selected: bool = False, ratio: float = 1.0, width: int = 324) -> QImage:
        self._model.reset(Filter.ALL, [record], False)
        image = QImage(round(width * ratio), round(62 * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(theme().tokens.pane)
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, width, 62)
        chosen = QStyle.StateFlag.State_Selected if selected else QStyle.StateFlag.State_None
        option.state = QStyle.StateFlag.State_Enabled | chosen
        painter = QPainter(image)
        self._delegate.paint(painter, option, self._model.index(0))
        painter.end()
        return image


def test_a_row_that_is_kept_shows_whatever_has_changed(qtbot: QtBot) -> None:
    moment, vias, tints = [NOW], [""], [None, 1]

    def made() -> ConversationDelegate:
        return ConversationDelegate(lambda: moment[0], lambda _: vias[0], lambda _: tints[0])

    theme().set_preference("light")
    kept, record = Canvas(made()), conversation(unread=2)
    seen = [kept.row(record)]

    def look(record: Conversation, **more: Any) -> None:
        image = kept.row(record, **more)
        assert image == Canvas(made()).row(record, **more)  # as one paints it who keeps nothing
        assert image not in seen
        seen.append(image)

    assert kept.row(record) == seen[0]
    look(replace(record, unread=0))
    look(replace(record, unread=0, last=last(ours=True, status=Status.QUEUED)))
    look(replace(record, unread=0, last=last(ours=True, status=Status.DELIVERED)))
    look(record, selected=True)
    look(record, width=300)
    look(record, ratio=2.0)
    look(record, ratio=1.5)
    vias[0] = "Workshop"
    look(record)
    tints.reverse()
    look(record)
    moment[0] = NOW + timedelta(days=1)
    look(record)
    theme().set_preference("dark")
    look(record)
    theme().set_preference("light")


def test_no_more_rows_are_kept_than_a_window_shows(qtbot: QtBot) -> None:
    delegate = ConversationDelegate(now)
    canvas = Canvas(delegate)
    for number in range(1, 3 * KEPT):
        canvas.row(conversation(number))
    assert len(delegate._kept) == KEPT
