"""Paints a row of the timeline: a pure function of (row, rectangle, state). Measuring is ``shape``'s."""

from dataclasses import dataclass, fields
from operator import attrgetter

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from sms_desktop.domain.media import Media
from sms_desktop.services import clock
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.bubbles import paint_bubble, paint_meta, paint_notice
from sms_desktop.ui.timeline.canvas import CARD_CORNER, Canvas
from sms_desktop.ui.timeline.model import RecordRole
from sms_desktop.ui.timeline.prose import one_line
from sms_desktop.ui.timeline.rows import DayRow, HeldRow, Line, MessageRow, NoteRow, Row, UnreadRow
from sms_desktop.ui.timeline.shape import NARROWEST, WIDEST, Hands, Look, Shape, shape_of
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.timeline.tiles import paint_file, paint_tile
from sms_desktop.ui.widgets.tip import tip

LINE_HEIGHT = 38
"""Of a day's separator and its like."""
SIDE = 28
"""Pixels between the pane's edges and the bubbles."""
RULE = 60
SHAPES_KEPT = 1200


@dataclass(frozen=True, slots=True)
class Frame:
    """Where bubbles may be: from ``left`` to ``right`` in the viewport; ``mirrored`` under right-to-left."""

    left: float
    right: float
    mirrored: bool = False

    @property
    def box(self) -> float:
        """The width of shapes: no more than a bubble's, and with air at the far side where the pane is narrow."""
        return min(WIDEST, max(NARROWEST, (self.right - self.left) * 0.88))

    def on_right(self, row: MessageRow) -> bool:
        return row.message.outbound != self.mirrored

    def x_of(self, row: MessageRow) -> float:
        """The left edge of the row's box."""
        return self.right - self.box if self.on_right(row) else self.left


@dataclass(frozen=True, slots=True)
class State:
    """What is true of a row just now. ``highlight`` fades from 1 to 0; ``selection`` in the text's positions."""

    frame: Frame
    dpr: float = 1.0
    focused: bool = False
    highlight: float = 0.0
    selection: tuple[int, int] | None = None


_of_row = attrgetter(*(field.name for field in fields(MessageRow) if field.name != "message"))
"""All that a row shows besides its message."""


class TimelineDelegate(QStyledItemDelegate):
    """Keeps the shapes it measured, by message, version and width."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._shapes: dict[tuple[object, ...], Shape] = {}
        self._hands = Hands(theme())
        self.state = State(Frame(SIDE, SIDE + WIDEST))

    def forget_measures(self) -> None:
        """Fonts changed."""
        self._shapes.clear()
        self._hands = Hands(theme())

    def shape(self, row: MessageRow, frame: Frame) -> Shape:
        """The row's shape in ``frame``; measured once for each version and width."""
        message = row.message
        looks = tuple(self._look_key(m) for m in message.media) if message.media else ()
        right = frame.on_right(row)
        key = (
            message.id,
            message.updated_at,
            message.status,
            message.error_code,
            frame.box,
            right,
            *_of_row(row),
            looks,
        )
        found = self._shapes.get(key)
        if found is None:
            if len(self._shapes) >= SHAPES_KEPT:
                for old in list(self._shapes)[: SHAPES_KEPT // 4]:
                    del self._shapes[old]
            found = self._shapes[key] = shape_of(row, frame.box, right, self._hands, self._look)
        return found

    def height(self, row: Row, frame: Frame) -> int:
        if isinstance(row, MessageRow):
            return round(self.shape(row, frame).height)
        return LINE_HEIGHT

    def _look(self, media: Media) -> Look:
        return self._thumbnails.look(media.file) if media.file is not None else None

    def _look_key(self, media: Media) -> object:
        look = self._look(media)
        size = (look.width(), look.height()) if isinstance(look, QSize) else look
        return media.state, media.error, size

    # -- Qt's questions ----------------------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(int(NARROWEST), self.height(index.data(RecordRole), self.state.frame))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect = QRectF(option.rect)
        self.paint_row(painter, rect, index.data(RecordRole), self.state)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """The status word says more where one points at it."""
        row = index.data(RecordRole)
        if event.type() != QEvent.Type.ToolTip:
            return False
        if isinstance(row, HeldRow | NoteRow):
            QToolTip.showText(event.globalPos(), tip(sentences.spoken(row, clock.now())), view.viewport())
            return True
        if not isinstance(row, MessageRow):
            return False
        line = self.shape(row, self.state.frame).meta
        rect: QRect = view.visualRect(index)
        if line is None or line.status is None:
            return False
        word = line.status.translated(self.state.frame.x_of(row), rect.y()).toAlignedRect()
        if not word.contains(event.pos()):
            QToolTip.hideText()
            return False
        QToolTip.showText(event.globalPos(), sentences.status_tip(row.message), view.viewport(), word)
        return True

    # -- painting ----------------------------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, rect: QRectF, row: Row, state: State) -> None:
        """Paints ``row`` in ``rect``, which spans the viewport's width."""
        tokens = theme().tokens
        canvas = Canvas(painter, tokens, self._hands, state.dpr)
        painter.save()
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # sides were chosen by the frame already
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state.highlight > 0:
            glow = QColor(tokens.accent)
            glow.setAlphaF(0.16 * state.highlight)
            painter.fillRect(rect, glow)
        if isinstance(row, MessageRow):
            painter.translate(state.frame.x_of(row), rect.y())
            self._message(canvas, row, state)
        else:
            _line(canvas, rect, row, state)
        painter.restore()

    def _message(self, canvas: Canvas, row: MessageRow, state: State) -> None:
        shape = self.shape(row, state.frame)
        for tile in shape.tiles:
            paint_tile(canvas, tile, self._thumbnails)
        for card in shape.files:
            paint_file(canvas, card)
        paint_bubble(canvas, shape, row.message.outbound, row.last, state.selection)
        paint_meta(canvas, shape)
        if shape.notice is not None:
            paint_notice(canvas, shape.notice)
        if state.focused:
            canvas.ring(shape.body, canvas.tokens.bubble_radius + 2.0)


def _line(canvas: Canvas, rect: QRectF, row: Line, state: State) -> None:
    """A day, the beginning of what is unread, or an opt-out: centred between rules."""
    painter, tokens, frame = canvas.painter, canvas.tokens, state.frame
    metrics = canvas.hands.line_width
    text = one_line(sentences.line_of(row, clock.now()))
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, frame.right - frame.left - 4)
    wide = metrics.horizontalAdvance(text)
    unread = isinstance(row, UnreadRow)
    painter.setFont(canvas.hands.line.font)
    painter.setPen(tokens.link if unread else tokens.muted)
    place = QRectF((frame.left + frame.right - wide) / 2 - 1, rect.y(), wide + 2, rect.height())
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
    room = (frame.right - frame.left - wide) / 2 - 10
    if not isinstance(row, DayRow) and room > 0:
        rule = room if unread else min(room, RULE)
        painter.setPen(QPen(tokens.link if unread else tokens.line, 1))
        y = round(rect.center().y()) + 0.5
        painter.drawLine(QPointF(place.left() - 9 - rule, y), QPointF(place.left() - 9, y))
        painter.drawLine(QPointF(place.right() + 9, y), QPointF(place.right() + 9 + rule, y))
    if state.focused:
        canvas.ring(place.adjusted(-8, 10, 8, -10), CARD_CORNER)
