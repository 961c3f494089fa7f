"""The handset's list: what its owner wrote on the right, what we wrote on the left."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.rows import paint_ring
from sms_desktop.ui.words import clock

RecordRole = Qt.ItemDataRole.UserRole
PICTURE = 150
"""The longest side of a picture in a bubble."""
_SIDE, _TOP, _GAP, _PAD_X, _PAD_Y, _RADIUS = 14, 12, 6, 12, 9, 14
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the phone. ``pictures`` are decoded, at most twice ``PICTURE`` wide; ``files`` are types."""

    body: str
    mine: bool
    at: datetime
    pictures: tuple[QImage, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return "\n".join([*(f"[{kind}]" for kind in self.files), *([self.body] if self.body else [])])


class BubbleModel(QAbstractListModel):
    """The newest messages, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bubbles: list[Bubble] = []

    def reset(self, bubbles: Sequence[Bubble]) -> None:
        self.beginResetModel()
        self.bubbles = list(bubbles)
        self.endResetModel()

    def append(self, bubble: Bubble) -> None:
        row = len(self.bubbles)
        self.beginInsertRows(QModelIndex(), row, row)
        self.bubbles.append(bubble)
        self.endInsertRows()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.bubbles)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        bubble = self.bubbles[index.row()]
        if role == RecordRole:
            return bubble
        if role == Qt.ItemDataRole.DisplayRole:
            return bubble.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            who = "Customer" if bubble.mine else "Shop"
            pictures = "Photo. " if bubble.pictures else ""
            return f"{who}, {clock(bubble.at)}: {pictures}{bubble.words}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return clock(bubble.at)
        return None


class BubbleDelegate(QStyledItemDelegate):
    """Paints a Bubble on its side of the row."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        bubble = index.data(RecordRole)
        if not isinstance(bubble, Bubble):
            return
        tokens, rect = theme().tokens, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        right = bubble.mine == (option.direction == Qt.LayoutDirection.LeftToRight)
        y = float(rect.y() + _above(index))
        for picture in bubble.pictures:
            size = _shown_size(picture)
            x = float(rect.right() - _SIDE - size.width() + 1 if right else rect.x() + _SIDE)
            place = QRectF(x, y, size.width(), size.height())
            outline = QPainterPath()
            outline.addRoundedRect(place, _RADIUS, _RADIUS)
            painter.setClipPath(outline)
            painter.drawImage(place, picture)
            painter.setClipping(False)
            y += size.height() + 4
        if bubble.words:
            layout, text = _laid_out(bubble.words, rect.width())
            width = text.width() + 2 * _PAD_X
            x = rect.right() - _SIDE - width + 1 if right else rect.x() + _SIDE
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.customer if bubble.mine else tokens.inbound)
            painter.drawRoundedRect(QRectF(x, y, width, text.height() + 2 * _PAD_Y), _RADIUS, _RADIUS)
            painter.setPen(tokens.customer_text if bubble.mine else tokens.inbound_text)
            layout.draw(painter, QPointF(x + _PAD_X, y + _PAD_Y))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        bubble = index.data(RecordRole)
        if not isinstance(bubble, Bubble):
            return QSize(0, 0)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QAbstractItemView) else option.rect.width()
        height = float(sum(_shown_size(picture).height() + 4 for picture in bubble.pictures))
        if bubble.words:
            height += _laid_out(bubble.words, width)[1].height() + 2 * _PAD_Y
        return QSize(width, math.ceil(height) + _GAP + _above(index))


class BubbleList(QListView):
    """Stays at the newest message."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bubbles = BubbleModel(self)
        self.setModel(self.bubbles)
        self.setItemDelegate(BubbleDelegate(self))
        self.setAccessibleName("Customer’s messages")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setStyleSheet("background: transparent")
        self.bubbles.rowsInserted.connect(self.scrollToBottom)
        self.bubbles.modelReset.connect(self.scrollToBottom)

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        if self.hasFocus():
            paint_ring(self.viewport())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


def _above(index: QModelIndex | QPersistentModelIndex) -> int:
    """The first message stands off the top, and scrolls away under it."""
    return _TOP if index.row() == 0 else 0


def _shown_size(picture: QImage) -> QSize:
    if max(picture.width(), picture.height()) <= PICTURE:
        return picture.size()
    return picture.size().scaled(PICTURE, PICTURE, Qt.AspectRatioMode.KeepAspectRatio)


def _laid_out(text: str, row_width: int) -> tuple[QTextLayout, QSizeF]:
    """The text broken into lines, and the room that it takes."""
    font: QFont = theme().font("meta")
    font.setPixelSize(font.pixelSize() + 1)
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    most = max(row_width * 0.88 - 2 * _SIDE, 40)
    layout.beginLayout()
    x = y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(most)
        line.setPosition(QPointF(0, y))
        x, y = max(x, line.naturalTextWidth()), y + line.height()
    layout.endLayout()
    return layout, QSizeF(math.ceil(x), y)
