"""Paints hits: a heading, a person, a message with what matched made bold, a number as typed."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sms_desktop.domain.phone import Recipient, international
from sms_desktop.ui import words
from sms_desktop.ui.search.model import Heading, RecordRole, Row
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.avatar import paint_avatar
from sms_desktop.ui.widgets.listrow import AVATAR, GAP, Writer, drawn_state, paint_ground, share

HEADING_HEIGHT = 32
Marks = tuple[tuple[int, int], ...]


def window_of(text: str, marks: Marks, fits: Callable[[str], bool]) -> tuple[str, Marks]:
    """The part of ``text`` from which its first mark can be seen in the room there is; marks moved with it."""
    if not marks or fits(text[: marks[0][1]]):
        return text, marks
    start = max(0, marks[0][0] - 10)
    space = text.find(" ", start, marks[0][0])
    start = space + 1 if space >= 0 else start
    moved = tuple((max(1, a - start + 1), b - start + 1) for a, b in marks if b > start)
    return "…" + text[start:], moved


class HitDelegate(QStyledItemDelegate):
    """A pure function of (record, rect, state) and the time of day."""

    def __init__(
        self, now: Callable[[], datetime], via: words.Via = words.only_line, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._via = now, via

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        heading = isinstance(index.data(RecordRole), Heading)
        return QSize(200, HEADING_HEIGHT if heading else theme().tokens.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        record = index.data(RecordRole)
        painter.save()
        self.paint_row(painter, option.rect, option.direction, drawn_state(option), record)
        painter.restore()

    def paint_row(
        self, painter: QPainter, rect: QRect, direction: Qt.LayoutDirection, state: QStyle.StateFlag, record: Row
    ) -> None:
        look, tokens = theme(), theme().tokens
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each text runs its own way
        pad = tokens.pane_padding
        write = Writer(painter, rect, direction)

        if isinstance(record, Heading):
            box = rect.adjusted(pad, 6, -pad, 0)
            write(box, record.text, look.font("meta", True), tokens.muted)
            return
        paint_ground(painter, rect, state)
        tinted = bool(state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        muted = tokens.muted_on_tint if tinted else tokens.muted
        peer = record.address if isinstance(record, Recipient) else record.conversation.peer
        name = None if isinstance(record, Recipient) else record.conversation.name
        left, right, top = rect.left() + pad, rect.right() + 1 - pad, rect.top()
        avatar = QStyle.visualRect(direction, rect, QRect(left, top + (rect.height() - AVATAR) // 2, AVATAR, AVATAR))
        letters = words.initials(name, peer)
        paint_avatar(painter, avatar, letters, words.avatar_color_index(peer), look.font("body", True))
        x = left + AVATAR + GAP
        below = QRect(x, top + 32, right - x, 20)
        if isinstance(record, Recipient):
            write(QRect(x, top + 10, right - x, 20), record.shown, look.font("body", True), tokens.text)
            write(below, "New conversation", look.font("secondary"), muted)
            return
        conversation, message = record.conversation, record.message
        end = right
        if message is not None:
            time = words.list_time(message.at, self._now())
            small = look.font("meta")
            width = QFontMetrics(small).horizontalAdvance(time) + 2
            write(QRect(right - width, top + 10, width, 18), time, small, muted, at_end=True)
            end = right - width - 8
        who = QRect(x, top + 10, end - x, 20)
        if via := self._via(conversation):
            who, beside = share(who, words.person(conversation), via)
            write(beside, f" · {via}", look.font("secondary"), muted)
        write(who, words.person(conversation), look.font("body", True), tokens.text)
        if message is None:
            said = international(conversation.peer) if conversation.name else words.preview(conversation).text
            write(below, said, look.font("secondary"), muted)
            return
        snippet, marks = record.snippet, record.marks
        if message.outbound:
            snippet, marks = f"You: {snippet}", tuple((a + 5, b + 5) for a, b in marks)
        place = QStyle.visualRect(direction, rect, below)
        _write_marked(painter, place, direction, (snippet, marks), muted)


def _write_marked(
    painter: QPainter, box: QRect, direction: Qt.LayoutDirection, said: tuple[str, Marks], color: QColor
) -> None:
    tokens, font = theme().tokens, theme().font("secondary")
    bold = theme().font("secondary", True)
    widest = QFontMetrics(bold)
    text, marks = window_of(
        *said, lambda part: widest.horizontalAdvance(part) < box.width() - widest.horizontalAdvance("…")
    )
    shown = widest.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    found = QTextCharFormat()
    found.setFont(bold)
    found.setForeground(tokens.text)
    ranges = []
    for start, end in marks:
        if start >= len(shown):
            continue
        span = QTextLayout.FormatRange()
        span.start, span.length = start, min(end, len(shown)) - start
        span.format = found
        ranges.append(span)
    layout = QTextLayout(shown, font)
    side = QStyle.visualAlignment(direction, Qt.AlignmentFlag.AlignLeft)
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.setFormats(ranges)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(box.width())
    layout.endLayout()
    painter.setPen(color)
    layout.draw(painter, QPointF(box.left(), box.top() + (box.height() - line.height()) / 2))
