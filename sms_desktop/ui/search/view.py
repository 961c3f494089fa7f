"""The list of hits, and the words where there are none."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from sms_desktop.ui import words
from sms_desktop.ui.search.delegate import HitDelegate
from sms_desktop.ui.search.model import Heading, HitsModel, RecordRole, Row
from sms_desktop.ui.widgets.rows import RowsView


class HitsView(QWidget):
    """``chosen`` carries a Hit or, in a new message, a Recipient."""

    chosen = Signal(object)

    def __init__(
        self,
        now: Callable[[], datetime],
        accessible_name: str,
        via: words.Via = words.only_line,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = HitsModel(now, via, self)
        self.list = RowsView(accessible_name)
        self.list.setUniformItemSizes(False)
        self.list.setModel(self.model)
        self.list.setItemDelegate(HitDelegate(now, via, self.list))
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setContentsMargins(24, 48, 24, 24)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def show_rows(self, rows: Sequence[Row], *, nothing: str = "", anew: bool = True) -> None:
        """Replaces what is shown in one step; ``nothing`` is said where there are no rows. Unless they are found
        ``anew`` the selection stays where it was, and so does what is in sight.
        """
        selected, bar = self.current, self.list.verticalScrollBar()
        height = bar.value()
        self.model.show_rows(rows)
        if not anew and selected is not None and not self.list.currentIndex().isValid():
            index = self.model.index(self.model.row_of(selected))
            if index.isValid():
                self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                bar.setValue(height)
        self._words.setText(nothing)
        self._stack.setCurrentWidget(self.list if rows else self._words)
        if not self.list.currentIndex().isValid():
            self.walk(1)

    def walk(self, by: int) -> None:
        """Moves the selection to the next row that can be chosen."""
        row = self.model.next_choice(self.list.currentIndex().row(), by)
        index = self.model.index(row)
        if index.isValid():
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(self.model.index(0) if row == 1 else index)

    @property
    def current(self) -> Row | None:
        return self.model.record(self.list.currentIndex().row())

    def choose(self) -> None:
        """Chooses the selected row, if there is one."""
        self._choose(self.list.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        record = index.data(RecordRole)
        if record is not None and not isinstance(record, Heading):
            self.chosen.emit(record)
