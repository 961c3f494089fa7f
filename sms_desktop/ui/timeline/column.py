"""A list view whose rows' heights and scroll position are its own, so that nothing ever jumps.

QListView would ask every row for its height again at each insert. To Qt, and so to screen readers, this is a list
view like any other.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from sms_desktop.ui.timeline.delegate import SIDE, Frame, State, TimelineDelegate
from sms_desktop.ui.timeline.model import TimelineModel
from sms_desktop.ui.timeline.rows import MessageRow
from sms_desktop.ui.timeline.shape import Shape

ABOVE, BELOW = 16, 12
"""Pixels before the first row and after the last."""
NEAR = 700
"""Pixels from an end at which the next page is asked for."""
Index = QModelIndex | QPersistentModelIndex


class Column(QListView):
    """Keeps the end in view if it was in view, and else the first message in view where it was.

    ``arranged`` follows every move of rows; ``bottomInView`` tells whether the newest message has come into view or
    left it; ``newCounted`` how many have come since it left.
    """

    olderWanted = Signal()
    newerWanted = Signal()
    bottomInView = Signal(bool)
    newCounted = Signal(int)
    arranged = Signal()

    def __init__(self, model: TimelineModel, delegate: TimelineDelegate, parent: QWidget | None = None) -> None:
        self._delegate: TimelineDelegate | None = None
        super().__init__(parent)
        self._timeline = model
        self._delegate = delegate
        self._frame = delegate.state.frame
        self._heights: list[int] = []
        self._tops: list[int] = [0]
        self._lead = 0
        self._stuck = self._was_stuck = True
        self._anchor: tuple[str, int] | None = None
        self._placing = False
        self._new = 0
        self.setUniformItemSizes(True)  # QListView's own layout is not used, so let it cost nothing
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(model)
        self.setItemDelegate(delegate)
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)
        model.dataChanged.connect(self._altered)
        model.modelReset.connect(self._restarted)

    @property
    def timeline(self) -> TimelineModel:
        return self._timeline

    @property
    def at_end(self) -> bool:
        """Whether the newest message of the conversation is in view, and stays so when more come."""
        return self._stuck

    @property
    def new_count(self) -> int:
        return self._new

    def shape(self, row: MessageRow) -> Shape:
        assert self._delegate is not None
        return self._delegate.shape(row, self._frame)

    def origin(self, place: int) -> QPoint:
        """The top left of the row's shape in the viewport."""
        row = self._timeline.row_at(place)
        x = self._frame.x_of(row) if isinstance(row, MessageRow) else 0
        return QPoint(round(x), self._y(place))

    def places_in_view(self) -> range:
        """The rows of which a part is in the viewport."""
        if not self._heights:
            return range(0)
        value, high = self.verticalScrollBar().value(), self.viewport().height()
        first = self._place_at(value - self._lead - ABOVE)
        last = self._place_at(value - self._lead - ABOVE + high - 1)
        return range(first, last + 1)

    def show_end(self) -> None:
        """To the newest message of the window."""
        self._stuck = not self._timeline.newer
        self._anchor = None
        self._arrange()
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def show_row(self, key: str, *, at: float = 0.5) -> None:
        """Brings a row into view, its top at the fraction ``at`` of the viewport's height."""
        place = self._timeline.place_of(key)
        if place < 0:
            return
        self._stuck = False
        self._anchor = (key, round(self.viewport().height() * at))
        self._arrange()
        self._remember()

    def show_start(self, unread: bool) -> None:
        """As a conversation opens: at its end, or with the unread line on top if all below it does not fit."""
        self.show_end()
        place = self._timeline.place_of("unread")
        if unread and place >= 0 and self._tops[-1] - self._tops[place] > self.viewport().height() - ABOVE - BELOW:
            self.show_row("unread", at=0.04)

    def count_new(self) -> None:
        """A message came that is not in view."""
        self._set_new(self._new + 1)

    # -- geometry ------------------------------------------------------------------------------------------------------

    def visualRect(self, index: Index) -> QRect:
        """Empty while the list is not shown: Qt tells a screen reader by it alone whether a row can be seen."""
        return self._row_rect(index) if self.isVisible() else QRect()

    def _row_rect(self, index: Index) -> QRect:
        if not index.isValid() or index.row() >= len(self._heights):
            return QRect()
        return QRect(0, self._y(index.row()), self.viewport().width(), self._heights[index.row()])

    def indexAt(self, p: QPoint) -> QModelIndex:
        y = p.y() + self.verticalScrollBar().value() - self._lead - ABOVE
        if not self._heights or not 0 <= y < self._tops[-1]:
            return QModelIndex()
        return self._timeline.index(self._place_at(y), 0)

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid() or index.row() >= len(self._heights):
            return
        rect, high = self._row_rect(index), self.viewport().height()
        bar = self.verticalScrollBar()
        hints = QAbstractItemView.ScrollHint
        if hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - high // 2)
        elif hint == hints.PositionAtTop or rect.top() < 0 or rect.height() > high:
            bar.setValue(bar.value() + rect.top() - ABOVE)
        elif hint == hints.PositionAtBottom or rect.bottom() > high:
            bar.setValue(bar.value() + rect.bottom() - high + BELOW)

    def updateGeometries(self) -> None:
        if self._delegate is None:  # Qt asks while the list view is being built
            return
        frame = self._framed()
        if frame != self._frame:
            same_box = frame.box == self._frame.box and frame.mirrored == self._frame.mirrored
            self._frame = frame
            self._delegate.state = State(frame)
            if not same_box:
                self._measure_all()
        self._arrange()

    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        self.updateGeometries()  # QListView puts it off while a layout of its own is due

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        if not self._placing:
            self._remember()
            self._moved()

    def _framed(self) -> Frame:
        """The same air on both sides of the pane, whether or not a scroll bar takes some of it."""
        bar = self.width() - self.viewport().width()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left, right = (SIDE - bar, SIDE) if mirrored else (SIDE, SIDE - bar)
        side = 12 if self.width() < 420 else 0  # a narrow pane has less to give away
        return Frame(max(8.0, left - side), self.viewport().width() - max(8.0, right - side), mirrored)

    def _y(self, place: int) -> int:
        return self._tops[place] + ABOVE + self._lead - self.verticalScrollBar().value()

    def _place_at(self, y: int) -> int:
        return min(max(bisect_right(self._tops, y) - 1, 0), len(self._heights) - 1)

    def _height(self, place: int) -> int:
        assert self._delegate is not None
        return self._delegate.height(self._timeline.row_at(place), self._frame)

    def _measure_all(self) -> None:
        self._heights = [self._height(place) for place in range(self._timeline.rowCount())]
        self._tops = list(accumulate(self._heights, initial=0))

    def _splice(self, first: int, removed: int, added: Sequence[int]) -> None:
        self._heights[first : first + removed] = added
        self._tops = list(accumulate(self._heights, initial=0))

    def _arrange(self) -> None:
        """Sets the scroll range and keeps what the person looks at where it is."""
        bar, high = self.verticalScrollBar(), self.viewport().height()
        total = self._tops[-1] + (ABOVE + BELOW if self._heights else 0)
        self._lead = max(0, high - total)
        self._placing = True
        bar.setRange(0, max(0, total - high))
        bar.setPageStep(high)
        bar.setSingleStep(24)
        if self._stuck:
            bar.setValue(bar.maximum())
        elif self._anchor is not None:
            place = self._timeline.place_of(self._anchor[0])
            if place >= 0:
                bar.setValue(self._tops[place] + ABOVE + self._lead - self._anchor[1])
        self._placing = False
        self.viewport().update()
        self._moved()

    def _remember(self) -> None:
        """What the person looks at: the end, or the first message that begins in view."""
        bar = self.verticalScrollBar()
        self._stuck = bar.value() >= bar.maximum() - 2 and not self._timeline.newer
        self._anchor = None
        seen = self.places_in_view()
        for place in seen:
            row = self._timeline.row_at(place)
            if isinstance(row, MessageRow) and (self._y(place) >= 0 or place == seen[-1]):
                self._anchor = (row.key, self._y(place))
                return

    def _moved(self) -> None:
        self.arranged.emit()
        if self._stuck:
            self._set_new(0)
        if self._stuck != self._was_stuck:
            self._was_stuck = self._stuck
            self.bottomInView.emit(self._stuck)
        bar = self.verticalScrollBar()
        if self._heights and self._timeline.older and bar.value() < NEAR:
            self.olderWanted.emit()
        if self._heights and self._timeline.newer and bar.value() > bar.maximum() - NEAR:
            self.newerWanted.emit()

    def _set_new(self, count: int) -> None:
        if count != self._new:
            self._new = count
            self.newCounted.emit(count)

    # -- the model changed ---------------------------------------------------------------------------------------------

    def _inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        self._splice(first, 0, [self._height(place) for place in range(first, last + 1)])
        self._arrange()

    def _removed(self, parent: QModelIndex, first: int, last: int) -> None:
        self._splice(first, last - first + 1, ())
        self._arrange()

    def _altered(self, first: QModelIndex, last: QModelIndex) -> None:
        heights = [self._height(place) for place in range(first.row(), last.row() + 1)]
        if heights != self._heights[first.row() : last.row() + 1]:
            self._splice(first.row(), len(heights), heights)
        self._arrange()

    def _restarted(self) -> None:
        self._stuck, self._anchor = not self._timeline.newer, None
        self._frame = self._framed()
        self._measure_all()
        self._arrange()

    def measure_again(self) -> None:
        """Fonts changed."""
        if self._delegate is not None:
            self._delegate.forget_measures()
        self._measure_all()
        self._arrange()
