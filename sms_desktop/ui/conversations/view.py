"""The list itself: keys, mouse and the menu of a row."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.phone import international
from sms_desktop.ui.conversations.model import ConversationsModel, RecordRole
from sms_desktop.ui.widgets.rows import RowsView


class ConversationsView(RowsView):
    """Emits ``chosen`` when the person selects a row, by whatever means, or asks again for the one that is open.

    The row that is marked and the conversation that is open are the same one: what is written goes there.
    """

    chosen = Signal(Conversation)
    writeRequested = Signal(Conversation)
    """A row was clicked with the mouse: what is typed next is meant for it. Keys and screen readers stay here."""
    readRequested = Signal(Conversation)
    archiveRequested = Signal(Conversation, bool)
    blockRequested = Signal(Conversation, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Conversations", parent)
        self._open: int | None = None
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu_at)
        self.activated.connect(self._choose)
        self.clicked.connect(self._choose)
        self.settled.connect(self._follow)

    def _follow(self) -> None:
        for index in self.selectedIndexes():
            record = index.data(RecordRole)
            if isinstance(record, Conversation) and record.id != self._open:
                self._choose(index)

    def _choose(self, index: QModelIndex) -> None:
        record = index.data(RecordRole)
        if isinstance(record, Conversation):
            self._open = record.id
            self.chosen.emit(record)

    def select(self, conversation_id: int | None) -> None:
        """Marks a row as the open one, without telling anybody; None marks none."""
        model = self.model()
        assert isinstance(model, ConversationsModel)
        self._open = conversation_id
        row = -1 if conversation_id is None else model.row_of(conversation_id)
        if row < 0:
            self._unmark()
            return
        index = model.index(row, 0)
        if index != self.currentIndex() or not self.selectionModel().isSelected(index):
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _unmark(self) -> None:
        self.selectionModel().clearCurrentIndex()
        self.clearSelection()

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        """Qt would move on to the neighbour of a row that goes away: that would open it and mark it read."""
        if start <= self.currentIndex().row() <= end:
            self._unmark()
        super().rowsAboutToBeRemoved(parent, start, end)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Rows may come, go and move within; what the person reads stays where it is, unless that is the top."""
        bar = self.verticalScrollBar()
        at = bar.value()
        top = QPersistentModelIndex(self.indexAt(QPoint(0, 0))) if at else QPersistentModelIndex()
        before = self.row_rect(top).top() if top.isValid() else 0
        yield
        bar.setValue(at)
        if top.isValid():
            bar.setValue(at + self.row_rect(top).top() - before)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt would make the first row the current one when the list gets the focus, though it is not open."""
        before = self.currentIndex().isValid()
        super().focusInEvent(event)
        if not before:
            self._unmark()

    def step(self, by: int) -> None:
        """Chooses the row ``by`` below (or above) the current one; the first where there is none."""
        current = self.currentIndex()
        row = current.row() + by if current.isValid() else (0 if by > 0 else -1)
        index = self.model().index(row, 0)
        if index.isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def menu(self, record: Conversation) -> QMenu:
        """What can be done with a row; it deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        read = menu.addAction("Mark read")
        read.setEnabled(record.unread > 0)
        read.triggered.connect(lambda: self.readRequested.emit(record))
        archive = menu.addAction("Unarchive" if record.archived else "Archive")
        archive.triggered.connect(lambda: self.archiveRequested.emit(record, not record.archived))
        block = menu.addAction("Unblock" if record.blocked else "Block")
        block.triggered.connect(lambda: self.blockRequested.emit(record, not record.blocked))
        menu.addSeparator()
        copy = menu.addAction("Copy number")
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(international(record.peer)))
        return menu

    def _menu_at(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if not index.isValid():  # the menu key asks at a point of its own
            index = self.currentIndex()
            point = self.visualRect(index).center()
        record = index.data(RecordRole)
        if isinstance(record, Conversation):
            self.menu(record).popup(self.viewport().mapToGlobal(point))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:  # a menu is asked for, the row is not opened
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        record = index.data(RecordRole)
        if event.button() == Qt.MouseButton.LeftButton and index == self.currentIndex() and record is not None:
            self.writeRequested.emit(record)
