"""Draws a step: its mark on a line from top to bottom, what happened, when, who said so, and what does not fit."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.history.entries import Entry
from sms_desktop.ui.history.model import EntryRole
from sms_desktop.ui.theme import theme

ICON, DISC = 16, 24
AXIS = 28
"""Pixels from the list's edge to the line."""
TEXT, EDGE = 50, 16
"""Where words begin, and the air at their far side."""
GAP, DAY, WARNING_X, WARNING_Y = 10, 24, 8, 5
DIM = 0.6
_WRAP = int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where an entry's parts lie in a row that is ``height`` high, from left to right."""

    words: QRect
    below: QRect
    reason: QRect
    warnings: tuple[QRect, ...]
    height: int


class HistoryDelegate(QStyledItemDelegate):
    """``width`` is that of the list, scroll bar included: where one appears, nothing is measured again."""

    def __init__(self, width: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._width = width
        self._lines: dict[Entry, Lines] = {}
        self.forget_measures()

    def forget_measures(self) -> None:
        """Fonts changed, or another message is shown."""
        self._lines.clear()
        self._strong, self._small = theme().font("secondary"), theme().font("meta")
        self._strong.setWeight(QFont.Weight.Medium)
        self._strong_size, self._small_size = QFontMetrics(self._strong), QFontMetrics(self._small)

    def set_width(self, width: int) -> None:
        """The list's width from now on."""
        if width != self._width:
            self._width = width
            self._lines.clear()

    def lines(self, entry: Entry) -> Lines:
        found = self._lines.get(entry)
        if found is None:
            found = self._lines[entry] = self._measured(entry)
        return found

    def _measured(self, entry: Entry) -> Lines:
        wide = self._width - TEXT - EDGE
        y = DAY if entry.day else 0

        def place(text: str, metrics: QFontMetrics, inside: int = 0, gap: int = 0) -> QRect:
            nonlocal y
            if not text:
                return QRect()
            room = QRect(0, 0, wide - 2 * inside, 10_000)
            high = metrics.boundingRect(room, _WRAP, text).height()
            rect = QRect(TEXT + inside, y + gap, wide - 2 * inside, high)
            y += gap + high
            return rect

        words = place(entry.words, self._strong_size, gap=5)
        below = place(entry.below, self._small_size, gap=1)
        reason = place(entry.reason, self._small_size, gap=2)
        warnings = []
        for text in entry.warnings:
            y += 4 + WARNING_Y
            left = TEXT + WARNING_X + ICON + 6
            room = QRect(0, 0, self._width - EDGE - WARNING_X - left, 10_000)
            high = max(ICON, self._small_size.boundingRect(room, _WRAP, text).height())
            warnings.append(QRect(left, y, room.width(), high))
            y += high + WARNING_Y
        return Lines(words, below, reason, tuple(warnings), y + GAP)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self.lines(index.data(EntryRole)).height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(EntryRole)
        area: QRect = option.rect
        side: Qt.LayoutDirection = option.direction
        state: QStyle.StateFlag = option.state
        last = index.row() == index.model().rowCount() - 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # sides are chosen here
        self._draw(painter, entry, area, side, (index.row() == 0, last))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().tokens.accent, 2))
            top = area.top() + (DAY if entry.day else 0)
            painter.drawRoundedRect(QRectF(area.left() + 7, top + 1, area.width() - 14, area.bottom() - top - 5), 8, 8)
        painter.restore()

    def _draw(
        self, painter: QPainter, entry: Entry, area: QRect, side: Qt.LayoutDirection, ends: tuple[bool, bool]
    ) -> None:
        tokens, lines = theme().tokens, self.lines(entry)

        def at(rect: QRect) -> QRect:
            return QStyle.visualRect(side, area, rect.translated(area.topLeft()))

        axis = at(QRect(AXIS, 0, 0, 0)).left() if side == Qt.LayoutDirection.LeftToRight else area.right() - AXIS
        middle = area.top() + lines.words.top() + self._strong_size.height() // 2
        first, last = ends
        painter.setPen(QPen(tokens.line, 2))
        top = middle if first else area.top()
        bottom = middle if last else area.bottom() + 1
        if bottom > top:
            painter.drawLine(QPointF(axis, top), QPointF(axis, bottom))
        self._mark(painter, entry, QPointF(axis, middle))
        flags = int(QStyle.visualAlignment(side, Qt.AlignmentFlag.AlignLeft)) | int(Qt.AlignmentFlag.AlignAbsolute)
        flags |= _WRAP

        def write(rect: QRect, text: str, font: QFont, color: QColor) -> None:
            if text:
                painter.setFont(font)
                painter.setPen(color)
                painter.drawText(at(rect), flags, text)

        if entry.day:
            write(QRect(TEXT, 2, self._width - TEXT - EDGE, DAY - 4), entry.day, self._small, tokens.muted)
        write(lines.words, entry.words, self._strong, tokens.muted if entry.dim else self._ink(entry))
        write(lines.below, entry.below, self._small, tokens.muted)
        write(lines.reason, entry.reason, self._small, tokens.muted)
        for rect, text in zip(lines.warnings, entry.warnings, strict=True):
            box = rect.adjusted(-WARNING_X - ICON - 6, -WARNING_Y, WARNING_X, WARNING_Y)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.warn_ground)
            painter.drawRoundedRect(QRectF(at(box)), 8, 8)
            icon = at(QRect(rect.left() - ICON - 6, rect.top(), ICON, ICON))
            painter.drawPixmap(icon.topLeft(), pixmap("triangle", tokens.warn, ICON, _dpr(painter)))
            write(rect, text, self._small, tokens.warn)

    def _mark(self, painter: QPainter, entry: Entry, middle: QPointF) -> None:
        """The icon on a disc that breaks the line."""
        tokens = theme().tokens
        painter.setPen(QPen(tokens.line, 1))
        painter.setBrush(tokens.pane)
        painter.drawEllipse(middle, DISC / 2, DISC / 2)
        painter.setOpacity(DIM if entry.dim else 1)
        color: QColor = getattr(tokens, entry.tone)
        corner = middle - QPointF(ICON / 2, ICON / 2)
        painter.drawPixmap(corner, pixmap(entry.icon, color, ICON, _dpr(painter)))
        painter.setOpacity(1)

    def _ink(self, entry: Entry) -> QColor:
        tokens = theme().tokens
        color: QColor = tokens.text if entry.tone == "muted" else getattr(tokens, entry.tone)
        return color


def _dpr(painter: QPainter) -> float:
    return painter.device().devicePixelRatioF()
