"""Paints one row of the conversation list."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.message import Direction, Status
from sms_desktop.ui import words
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.conversations.model import RecordRole
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.avatar import paint_avatar
from sms_desktop.ui.widgets.listrow import AVATAR, GAP, Writer, drawn_state, paint_ground, share

MARK = 16
SPOT = 7
"""Across the dot in the colour of the line; it stands where a middle dot would."""
SEEN = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus
"""Of a row's state, what one sees."""
KEPT = 48
"""Rows kept as they were painted: more than the tallest window shows."""
_UNTOLD = frozenset({Status.SENT, Status.CANCELED})
"""What needs no mark: it has left and nothing more is known yet, or nothing is to come of it."""


def mark_of(conversation: Conversation) -> tuple[str, str] | None:
    """The icon and colour name at a row's right: blocked, failed, opted out, or how the last outbound message fared."""
    last = conversation.last
    if conversation.blocked:  # the Failed filter shows none of these
        return "ban", "bad"
    if conversation.failed:  # above all: the Failed filter shows these rows; the opt-out is in the preview's words
        return "alert", "bad"
    if conversation.opted_out_at is not None:
        return "ban", "bad"
    if last is None or last.direction is not Direction.OUTBOUND:
        return None
    if conversation.draft is not None and last.status is not Status.UNCONFIRMED:
        return None  # a text that may be lost is not to be forgotten over the next one
    mark = words.receipt(last.status)
    if mark is None or last.status in _UNTOLD:
        return None
    return mark.icon, mark.tone


class ConversationDelegate(QStyledItemDelegate):
    """A pure function of (record, rect, state), the time of day and our lines.

    Rows are kept as they were painted: a list that is scrolled, or in which rows move, paints none anew.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        via: words.Via = words.only_line,
        tint: words.Tint = words.untinted,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._now, self._via, self._tint = now, via, tint
        self._kept: dict[int, tuple[tuple[object, ...], QPixmap]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, theme().tokens.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        record = index.data(RecordRole)
        if not isinstance(record, Conversation):
            return
        rect, direction, state = option.rect, option.direction, drawn_state(option)
        ratio = painter.device().devicePixelRatioF()
        if ratio.is_integer():
            painter.drawPixmap(rect.topLeft(), self._row(rect.size(), direction, state, record, ratio))
            return
        painter.save()  # between two pixels a picture would be blurred
        self.paint_row(painter, rect, direction, state, record)
        painter.restore()

    def _row(
        self,
        size: QSize,
        direction: Qt.LayoutDirection,
        state: QStyle.StateFlag,
        record: Conversation,
        ratio: float,
    ) -> QPixmap:
        """The row as it was painted last, if all that it depends on is as it was then."""
        time = words.list_time(record.at, self._now())
        seen = state & SEEN
        tokens = theme().tokens
        key = (record, size.toTuple(), direction, seen, time, self._via(record), self._tint(record), ratio, tokens)
        kept = self._kept.pop(record.id, None)
        if kept is None or kept[0] != key:
            row = QPixmap(size * ratio)
            row.setDevicePixelRatio(ratio)
            row.fill(tokens.pane)
            painter = QPainter(row)
            self.paint_row(painter, QRect(QPoint(), size), direction, state, record)
            painter.end()
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]  # that was not painted for the longest time
            kept = key, row
        self._kept[record.id] = kept
        return kept[1]

    def paint_row(
        self,
        painter: QPainter,
        rect: QRect,
        direction: Qt.LayoutDirection,
        state: QStyle.StateFlag,
        record: Conversation,
    ) -> None:
        look, tokens = theme(), theme().tokens
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each text runs its own way
        tinted = bool(state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver))
        muted = tokens.muted_on_tint if tinted else tokens.muted
        paint_ground(painter, rect, state)

        def place(box: QRect) -> QRect:
            return QStyle.visualRect(direction, rect, box)

        write = Writer(painter, rect, direction)

        pad = tokens.pane_padding
        left, right, top = rect.left() + pad, rect.right() + 1 - pad, rect.top()
        avatar = QRect(left, top + (rect.height() - AVATAR) // 2, AVATAR, AVATAR)
        mark_text = words.initials(record.name, record.peer)
        paint_avatar(painter, place(avatar), mark_text, words.avatar_color_index(record.peer), look.font("body", True))

        x = left + AVATAR + GAP
        time = words.list_time(record.at, self._now())
        small = look.font("meta")
        time_width = QFontMetrics(small).horizontalAdvance(time) + 2
        write(QRect(right - time_width, top + 10, time_width, 18), time, small, muted, at_end=True)
        name, bold = QRect(x, top + 10, right - time_width - 8 - x, 20), look.font("body", True)
        via, color_of_line = self._via(record), self._tint(record)
        if color_of_line is not None:
            whole = name
            name, beside = share(name, words.person(record), via, SPOT + 12)
            spot = QRect(beside.left() + 6, beside.center().y() - SPOT // 2 + 1, SPOT, SPOT)
            if not record.name and QFontMetrics(bold).horizontalAdvance(words.person(record)) > name.width():
                name = whole  # a number is told from others by its end
                spot = QRect(avatar.right() - SPOT, avatar.bottom() - SPOT, SPOT, SPOT)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            if name is whole:
                painter.setBrush(tokens.selection if state & QStyle.StateFlag.State_Selected else tokens.pane)
                painter.drawEllipse(QRectF(place(spot)).adjusted(-2, -2, 2, 2))
            painter.setBrush(tokens.avatar_colors[color_of_line % len(tokens.avatar_colors)])
            painter.drawEllipse(QRectF(place(spot)))
            write(beside.adjusted(SPOT + 12, 0, 0, 0), via, look.font("secondary"), muted)
        elif via:
            name, beside = share(name, words.person(record), via)
            write(beside, f" · {via}", look.font("secondary"), muted)
        write(name, words.person(record), bold, tokens.text)

        end = right
        if record.unread:
            end = self._badge(painter, place, right, top + 34, str(min(record.unread, 999))) - 8
        mark = mark_of(record)
        colors = {"muted": muted, "text": tokens.text}
        if mark is not None and (record.failed or record.blocked or not record.unread):
            icon, tone = mark
            ratio = painter.device().devicePixelRatio()
            box = QRect(end - MARK, top + 33, MARK, MARK)
            painter.drawPixmap(
                place(box).topLeft(), pixmap(icon, colors.get(tone) or getattr(tokens, tone), MARK, ratio)
            )
            end -= MARK + 8
        said = words.preview(record)
        color = colors.get(said.tone) or getattr(tokens, said.tone)
        font = look.font("secondary")
        if record.unread:
            font.setWeight(QFont.Weight.Medium if said.tone != "text" else QFont.Weight.DemiBold)
        write(QRect(x, top + 32, end - x, 20), said.text, font, color)

    def _badge(self, painter: QPainter, place: Callable[[QRect], QRect], right: int, top: int, text: str) -> int:
        """Paints the unread count; gives back its left edge."""
        look, tokens = theme(), theme().tokens
        font = look.font("badge", True)
        width = max(18, QFontMetrics(font).horizontalAdvance(text) + 13)
        box = QRect(right - width, top, width, 18)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.accent)
        painter.drawRoundedRect(QRectF(place(box)), 9, 9)
        painter.setPen(tokens.on_accent)
        painter.setFont(font)
        painter.drawText(place(box), Qt.AlignmentFlag.AlignCenter, text)
        return box.left()
