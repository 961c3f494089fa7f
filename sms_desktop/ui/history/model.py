"""The steps of one message as a list, so that screen readers meet one."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sms_desktop.ui.history.entries import Entry

EntryRole = Qt.ItemDataRole.UserRole


class HistoryModel(QAbstractListModel):
    """Steps come at the end; where an earlier one changed, they are shown anew."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    def show_entries(self, entries: Sequence[Entry]) -> None:
        new, count = tuple(entries), len(self._entries)
        if new == self._entries:
            return
        if count and new[:count] == self._entries:
            self.beginInsertRows(QModelIndex(), count, len(new) - 1)
            self._entries = new
            self.endInsertRows()
            self.dataChanged.emit(self.index(count - 1, 0), self.index(count - 1, 0))  # the line goes on below it
            return
        self.beginResetModel()
        self._entries = new
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's way
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == EntryRole:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.spoken
        return None
