"""Rows of a list that are read to their end."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.listrow import paint_ground

BESIDE = 3
"""Pixels at either side of the words."""
_FLAGS = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeading)
_ENDLESS = 1 << 20


class WrappedRows(QStyledItemDelegate):
    """Each row of the ``view`` is as high as its words need. A style that wraps them ends them with “…” all the same
    where a line is too long by less than a pixel.
    """

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = self._view.viewport().width() - 2 * self._view.spacing()
        box = QRect(0, 0, max(1, width - 2 * BESIDE), _ENDLESS)
        return QSize(width, option.fontMetrics.boundingRect(box, _FLAGS, _text(index)).height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        paint_ground(painter, option.rect, option.state)
        painter.setFont(option.font)
        painter.setLayoutDirection(option.direction)
        painter.setPen(theme().tokens.text)
        painter.drawText(option.rect.adjusted(BESIDE, 0, -BESIDE, 0), _FLAGS, _text(index))
        painter.restore()


def _text(index: QModelIndex | QPersistentModelIndex) -> str:
    return str(index.data(Qt.ItemDataRole.DisplayRole) or "")
