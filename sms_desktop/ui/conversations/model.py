"""The rows of the conversation list: a window from the newest down, longer as one scrolls."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.ui import words

RecordRole = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


def matches(conversation: Conversation, chosen: Filter, line: str | None = None) -> bool:
    """Whether the list shows ``conversation`` under a filter, and of ``line`` alone; the same rule as the store's."""
    if line is not None and conversation.line != line:
        return False
    if chosen is Filter.OPTED_OUT:
        return conversation.opted_out_at is not None
    if chosen is Filter.BLOCKED:
        return conversation.blocked
    if conversation.blocked:
        return False
    if chosen is Filter.ARCHIVED:
        return conversation.archived
    if conversation.archived:
        return False
    match chosen:
        case Filter.UNREAD:
            return conversation.unread > 0
        case Filter.FAILED:
            return conversation.failed > 0
        case Filter.SCHEDULED:
            return False
    return True


def _place(conversation: Conversation) -> tuple[float, int]:
    """Newest first; the store's row number breaks ties."""
    return -conversation.at.timestamp(), -conversation.id


class ConversationsModel(QAbstractListModel):
    """Sorted by (at, id), newest first. Emits ``moreWanted`` when the view nears the end and the store has more."""

    moreWanted = Signal()

    def __init__(
        self, now: Callable[[], datetime], via: words.Via = words.only_line, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._via = now, via
        self._rows: list[Conversation] = []
        self._by_id: dict[int, Conversation] = {}
        self._filter = Filter.ALL
        self._line: str | None = None
        self._more = False
        self._loading = False
        self._kept: int | None = None

    @property
    def filter(self) -> Filter:
        return self._filter

    @property
    def line(self) -> str | None:
        """The one line of ours that is shown, or None for all."""
        return self._line

    @property
    def last(self) -> Conversation | None:
        """The oldest row loaded: what the next page comes after."""
        return self._rows[-1] if self._rows else None

    def record(self, row: int) -> Conversation | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def get(self, conversation_id: int) -> Conversation | None:
        return self._by_id.get(conversation_id)

    def row_of(self, conversation_id: int) -> int:
        """-1 where it is not loaded or not shown."""
        known = self._by_id.get(conversation_id)
        return -1 if known is None else bisect_left(self._rows, _place(known), key=_place)

    def reset(self, chosen: Filter, rows: Sequence[Conversation], more: bool, line: str | None = None) -> None:
        """Shows the first page of a filter, of one line or all."""
        self.beginResetModel()
        self._filter, self._line = chosen, line
        self._rows = sorted(rows, key=_place)
        self._by_id = {row.id: row for row in rows}
        self._more, self._loading = more, False
        self.endResetModel()

    def append(self, rows: Sequence[Conversation], more: bool) -> None:
        """Adds the next page; rows that events brought in the meantime are not doubled."""
        self._loading, self._more = False, more
        fresh = [row for row in rows if row.id not in self._by_id]
        if not fresh:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
        self._rows.extend(fresh)
        self._by_id |= {row.id: row for row in fresh}
        self.endInsertRows()

    def keep(self, conversation_id: int | None) -> None:
        """The open conversation stays among the unread or failed although it was read; the one before may go."""
        before, self._kept = self._kept, conversation_id
        known = self._by_id.get(before) if before is not None and before != conversation_id else None
        if known is not None and not matches(known, self._filter, self._line):
            self._remove(known)

    def upsert(self, conversation: Conversation) -> None:
        """Puts a changed conversation where it now belongs, or takes it out."""
        old = self._by_id.get(conversation.id)
        kept = old is not None and conversation.id == self._kept and self._filter in (Filter.UNREAD, Filter.FAILED)
        line = self._line
        shown = matches(conversation, self._filter, line) or (kept and matches(conversation, Filter.ALL, line))
        below = self._more and bool(self._rows) and _place(conversation) > _place(self._rows[-1])
        if not shown or below:
            if old is not None:
                self._remove(old)
            return
        if old is None:
            row = bisect_left(self._rows, _place(conversation), key=_place)
            self.beginInsertRows(QModelIndex(), row, row)
            self._rows.insert(row, conversation)
            self._by_id[conversation.id] = conversation
            self.endInsertRows()
            return
        if old == conversation:
            return
        source = bisect_left(self._rows, _place(old), key=_place)
        target = bisect_left(self._rows, _place(conversation), key=_place)
        self._by_id[conversation.id] = conversation
        if target in (source, source + 1):
            self._rows[source] = conversation
        else:
            self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), target)
            del self._rows[source]
            self._rows.insert(target - (target > source), conversation)
            self.endMoveRows()
        index = self.index(self.row_of(conversation.id))
        self.dataChanged.emit(index, index)

    def _remove(self, conversation: Conversation) -> None:
        row = self.row_of(conversation.id)
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._rows[row]
        del self._by_id[conversation.id]
        self.endRemoveRows()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self.record(index.row()) if index.isValid() else None
        if record is None:
            return None
        if role == RecordRole:
            return record
        if role == Qt.ItemDataRole.DisplayRole:  # what typing letters in the list looks for
            return words.person(record)
        if role == Qt.ItemDataRole.ToolTipRole and (via := self._via(record)):  # of which there may be but a dot
            return f"{words.person(record)}, via {via}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return words.accessible_conversation(record, self._now(), self._via(record))
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return self._more and not self._loading

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._loading = True
            self.moreWanted.emit()
