"""The hits of a search under their headings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.hit import Hit
from sms_desktop.domain.phone import Recipient
from sms_desktop.ui import words

RecordRole = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Heading:
    """“People”, “Messages”."""

    text: str


Row = Heading | Hit | Recipient


def same(one: Row, other: Row) -> bool:
    """Whether both stand for the same person, message or heading, though what is said of it may be another."""
    if isinstance(one, Hit) and isinstance(other, Hit):
        return _key(one) == _key(other)
    return one == other


def _key(hit: Hit) -> tuple[str, str, str | None]:
    place = hit.conversation
    return place.line, place.peer, hit.message.id if hit.message is not None else None


def sections(hits: Sequence[Hit]) -> list[Row]:
    """People first, then messages, each under its heading."""
    people = [hit for hit in hits if hit.message is None]
    messages = [hit for hit in hits if hit.message is not None]
    rows: list[Row] = []
    if people:
        rows += [Heading("People"), *people]
    if messages:
        rows += [Heading("Messages"), *messages]
    return rows


class HitsModel(QAbstractListModel):
    """Rows are headings, hits, and (in a new message) the number as typed."""

    def __init__(
        self, now: Callable[[], datetime], via: words.Via = words.only_line, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now, self._via = now, via
        self._rows: list[Row] = []

    def show_rows(self, rows: Sequence[Row]) -> None:
        if list(rows) == self._rows:
            return
        if len(rows) == len(self._rows) and all(map(same, rows, self._rows)):
            self._rows = list(rows)
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def record(self, row: int) -> Row | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, record: Row) -> int:
        """Where the same person or message is; -1 where it is not."""
        return next((at for at, row in enumerate(self._rows) if same(row, record)), -1)

    def next_choice(self, row: int, by: int) -> int:
        """The nearest row from ``row`` in the direction of ``by`` that can be chosen; ``row`` where there is none."""
        at = row + by
        while 0 <= at < len(self._rows):
            if not isinstance(self._rows[at], Heading):
                return at
            at += by
        return row

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.record(index.row()), Heading):
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        record = self.record(index.row()) if index.isValid() else None
        if record is None:
            return None
        if role == RecordRole:
            return record
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(record)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(record, Hit) and self._via(record.conversation):
            return self._person(record.conversation)  # there may be no room for the line
        return None

    def _spoken(self, record: Row) -> str:
        match record:
            case Heading(text):
                return text
            case Recipient(shown=shown):
                return f"New conversation with {shown}"
            case Hit(conversation=conversation, message=None):
                said = f", {conversation.peer}" if conversation.name else f": {words.preview(conversation).text}"
                return f"{self._who(conversation)}{said}"
            case Hit(conversation=conversation, message=message, snippet=snippet):
                at = message.at if message is not None else conversation.at
                said = words.one_line(snippet)
                return f"{self._who(conversation)}, {words.list_time(at, self._now())}: {said}"

    def _who(self, conversation: Conversation) -> str:
        stopped = ", opted out" if conversation.opted_out_at is not None else ""
        blocked = ", blocked" if conversation.blocked else ""
        return f"{self._person(conversation)}{stopped}{blocked}"

    def _person(self, conversation: Conversation) -> str:
        via = self._via(conversation)
        return f"{words.person(conversation)}, via {via}" if via else words.person(conversation)
