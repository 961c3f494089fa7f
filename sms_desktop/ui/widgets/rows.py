"""A list of painted rows."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from sms_desktop.ui.theme import theme


def paint_ring(widget: QWidget) -> None:
    """The focus ring of a list as a whole, within its edges."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().tokens.accent, 2))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(3, 3, -3, -3), 6, 6)
    painter.end()


class RowsView(QListView):
    """A list of rows painted by a delegate, whose focus ring shows only to those who use the keyboard.

    The selected row is the current one, whoever moved either: a screen reader selects without moving. ``settled``
    tells of another selection once Qt has done with what caused it, so that rows may come and go then.
    """

    settled = Signal()
    _moved = Signal()

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by_keyboard = False
        self._scrolling = False
        self.setAccessibleName(accessible_name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(20)
        self._moved.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        theme().changed.connect(self._repaint)

    def _repaint(self) -> None:
        self.viewport().update()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._moved.emit()

    def _settle(self) -> None:
        selected, current = self.selectedIndexes(), self.currentIndex()
        if selected and selected[0] != current:
            self.selectionModel().setCurrentIndex(selected[0], QItemSelectionModel.SelectionFlag.NoUpdate)
        elif not selected and current.isValid():
            self.selectionModel().select(current, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.settled.emit()

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Empty while the list is not shown: Qt tells a screen reader by it alone whether a row can be seen."""
        return self.row_rect(index) if self._scrolling or self.isVisible() else QRect()

    def row_rect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Where the row is, shown or not."""
        return super().visualRect(index)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        self._scrolling = True
        super().scrollTo(index, hint)
        self._scrolling = False

    def drawn_state(self, option: QStyleOptionViewItem) -> QStyle.StateFlag:
        """A row's state as it is to be painted."""
        return option.state if self._by_keyboard else option.state & ~QStyle.StateFlag.State_HasFocus

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        if self.hasFocus() and self._by_keyboard and not self.currentIndex().isValid():  # else its row has the ring
            paint_ring(self.viewport())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_keyboard = True
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keyboard = False
        super().mousePressEvent(event)
