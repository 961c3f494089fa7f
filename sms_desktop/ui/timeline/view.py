"""The list named Messages: painting, keys and the mouse."""

from PySide6.QtCore import QEasingCurve, QModelIndex, QPointF, QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.column import Column
from sms_desktop.ui.timeline.delegate import SIDE, State, TimelineDelegate
from sms_desktop.ui.timeline.menu import open_menu
from sms_desktop.ui.timeline.model import TimelineModel
from sms_desktop.ui.timeline.reading import Reading
from sms_desktop.ui.timeline.rows import MessageRow
from sms_desktop.ui.timeline.shape import Act, tries_of
from sms_desktop.ui.timeline.thumbnails import Thumbnails

FLASH_MS = 1800


class TimelineView(Column):
    """Signals name what the person did: ``acted(Act, message id, media id)``, the others by ids too, a link by URL."""

    latestWanted = Signal()
    linkActivated = Signal(str)
    pictureActivated = Signal(str, int)
    fileActivated = Signal(str, int)
    saveWanted = Signal(str, int)
    acted = Signal(str, str, int)

    def __init__(self, model: TimelineModel, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        self._painting = TimelineDelegate(thumbnails)
        super().__init__(model, self._painting, parent)
        self._painting.setParent(self)
        self.setAccessibleName("Messages")
        self.setProperty("role", "ground")
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)
        self.viewport().setMouseTracking(True)
        self._flashed = ""
        self._by_keys = False
        self.placeholder = ""
        self.reading = Reading(self)
        self._flash = QVariantAnimation(self)
        self._flash.setStartValue(1.0)
        self._flash.setEndValue(0.0)
        self._flash.setDuration(FLASH_MS)
        self._flash.setEasingCurve(QEasingCurve.Type.InQuad)
        self._flash.valueChanged.connect(self._flashing)
        model.modelReset.connect(self.reading.clear)
        thumbnails.ready.connect(self._picture_ready)
        theme().changed.connect(self.measure_again)

    def flash(self, key: str) -> None:
        """Lights a row up for a moment."""
        self._flashed = key
        self._flash.start()

    def _flashing(self) -> None:
        self.viewport().update()

    def _picture_ready(self, sha256: str) -> None:
        for place, row in enumerate(self._timeline.rows):
            if isinstance(row, MessageRow) and any(m.file and m.file.sha256 == sha256 for m in row.message.media):
                index = self._timeline.index(place, 0)
                self._altered(index, index)

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, e: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self.viewport())
        painter.fillRect(e.rect(), tokens.ground)
        if not self._heights:
            painter.setFont(theme().font("secondary"))
            painter.setPen(tokens.muted)
            room = self.viewport().rect().adjusted(SIDE, 0, -SIDE, 0)
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(room, flags, self.placeholder)
        focused = self.currentIndex().row() if self.hasFocus() and self._by_keys else -1
        glowing = self._flash.state() == QVariantAnimation.State.Running
        dpr = self.devicePixelRatioF()
        for place in self.places_in_view():
            rect = QRectF(0, self._y(place), self.viewport().width(), self._heights[place])
            if not rect.intersects(QRectF(e.rect())):
                continue
            row = self._timeline.row_at(place)
            highlight = float(self._flash.currentValue()) if glowing and row.key == self._flashed else 0.0
            state = State(self._frame, dpr, place == focused, highlight, self.reading.selection_in(row.key))
            self._painting.paint_row(painter, rect, row, state)
        painter.end()

    # -- keys ----------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_keys = True
        bar, key = self.verticalScrollBar(), event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.reading.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.reading.select_all()
        elif key == Qt.Key.Key_Home:
            bar.setValue(0)
            self._focus_place(0)
        elif key == Qt.Key.Key_End:
            if self._timeline.newer:
                self.latestWanted.emit()
            else:
                bar.setValue(bar.maximum())
                self._focus_place(len(self._heights) - 1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            up = key == Qt.Key.Key_PageUp
            bar.setValue(bar.value() + (-1 if up else 1) * (bar.pageStep() - 40))
            seen = self.places_in_view()
            if seen:
                self._focus_place(seen[0] if up else seen[-1])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Space:
            self._open_history()
        elif key == Qt.Key.Key_Escape and self.reading.has_selection:
            self.reading.clear()
        else:
            event.ignore()
            return
        event.accept()
        self.viewport().update()

    def _step(self, by: int) -> None:
        """To the neighbouring row; within one that is taller than the view, a little on."""
        current = self.currentIndex()
        if not current.isValid():
            self._focus_place(self.places_in_view()[-1] if self._heights else -1)
            return
        rect, high = self.visualRect(current), self.viewport().height()
        if rect.height() > high and (rect.bottom() > high if by > 0 else rect.top() < 0):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + by * 80)
            return
        place = min(max(current.row() + by, 0), len(self._heights) - 1)
        self._focus_place(place)
        self.scrollTo(self.currentIndex())

    def _focus_place(self, place: int) -> None:
        if 0 <= place < len(self._heights):
            self.setCurrentIndex(self._timeline.index(place, 0))

    def _enter(self) -> None:
        """The one thing to do about the row: try again, ask, look at what it holds, or at what became of it."""
        row = self.current_row()
        if row is None:
            return
        message = row.message
        if row.held is not None:
            self.acted.emit(Act.UNDO, message.id, 0)
        elif sentences.can_try_again(row):
            self.acted.emit(tries_of(message)[0][0], message.id, 0)
        elif message.outbound and message.failed and sentences.mend_of(row):
            self.acted.emit(Act.MEND, message.id, 0)
        elif sentences.may_be_sent_again(row):
            self.acted.emit(Act.SEND_AGAIN, message.id, 0)
        elif message.media:
            self.reading.open_media(row, message.media[0])
        else:
            self._open_history()

    def _open_history(self) -> None:
        row = self.current_row()
        if row is not None:
            self.acted.emit(Act.DETAILS, row.message.id, 0)

    def status_rect(self, message_id: str) -> QRect | None:
        """Where the message's status stands in the viewport, or its lower edge; None where that is out of view."""
        place = self._timeline.place_of(message_id)
        row = self._timeline.row_at(place) if place >= 0 else None
        if not isinstance(row, MessageRow):
            return None
        shape = self.shape(row)
        found = shape.status
        if found is None:
            body = shape.body
            found = QRectF(body.left(), body.bottom() - 4, body.width(), 4)
        rect = found.translated(QPointF(self.origin(place))).toRect()
        return rect if self.viewport().rect().intersects(rect) else None

    def current_row(self) -> MessageRow | None:
        """The message that has the keyboard's focus."""
        index = self.currentIndex()
        row = self._timeline.row_at(index.row()) if index.isValid() else None
        return row if isinstance(row, MessageRow) else None

    def moveCursor(self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Asked when the list gets the focus with no row that has it: the last one in view."""
        current = self.currentIndex()
        seen = self.places_in_view()
        return current if current.isValid() or not seen else self._timeline.index(seen[-1], 0)

    def keyboardSearch(self, search: str) -> None:
        """Letters typed here are not a search among messages."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keys = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        seen = self.places_in_view()
        if self._by_keys and seen and self.currentIndex().row() not in seen:
            self.setCurrentIndex(self._timeline.index(seen[-1], 0))  # Qt would take the first, wherever that is
        super().focusInEvent(event)
        self.viewport().update()

    # -- the mouse -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keys = False
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.setCurrentIndex(index)
        self.reading.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.reading.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.reading.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reading.double(event)

    def contextMenuEvent(self, arg__1: QContextMenuEvent) -> None:
        open_menu(self, arg__1)
