"""A layout that sets its items side by side and starts a new row where the width ends."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class FlowLayout(QLayout):
    """``spacing`` pixels lie between items and between rows; right-to-left layouts start at the right. Items stand at
    the top of their row, or, aligned so, in its middle.
    """

    def __init__(self, parent: QWidget | None = None, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    # Qt asks beyond the end and expects no item there; its stubs know no None.
    def itemAt(self, index: int) -> QLayoutItem:
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size.grownBy(margins)

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Sets the items' places, or only measures; returns the height that is needed."""
        area = rect.marginsRemoved(self.contentsMargins())
        direction = parent.layoutDirection() if (parent := self.parentWidget()) else Qt.LayoutDirection.LeftToRight
        x, y, row = area.x(), area.y(), 0
        beside: list[tuple[QLayoutItem, QRect]] = []  # of the row that is being filled
        for item in self._items:
            if item.isEmpty():  # hidden: it takes no room, nor any beside it
                continue
            size = item.sizeHint().boundedTo(QSize(max(area.width(), 1), 10_000))
            if row and x + size.width() > area.x() + area.width():
                if move:
                    _settle(beside, row, direction, area)
                x, y, row, beside = area.x(), y + row + self.spacing(), 0, []
            beside.append((item, QRect(QPoint(x, y), size)))
            x += size.width() + self.spacing()
            row = max(row, size.height())
        if move:
            _settle(beside, row, direction, area)
        margins = self.contentsMargins()
        return y + row - rect.y() + margins.bottom()


def _settle(beside: list[tuple[QLayoutItem, QRect]], row: int, direction: Qt.LayoutDirection, area: QRect) -> None:
    """Moves the items of a row, which is that high, to their places."""
    for item, place in beside:
        if item.alignment() & Qt.AlignmentFlag.AlignVCenter:
            place.translate(0, (row - place.height()) // 2)
        item.setGeometry(QStyle.visualRect(direction, area, place))
