"""Filters and list, or what to say where the list is empty."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from sms_desktop.domain.conversation import Filter
from sms_desktop.ui import words
from sms_desktop.ui.conversations.delegate import ConversationDelegate
from sms_desktop.ui.conversations.filters import Filters
from sms_desktop.ui.conversations.linefilter import LineFilter
from sms_desktop.ui.conversations.model import ConversationsModel
from sms_desktop.ui.conversations.view import ConversationsView

_EMPTY = {
    Filter.ALL: "No conversations yet.\nThose you start and those who text you appear here.",
    Filter.UNREAD: "Nothing unread.",
    Filter.FAILED: "No new failed messages.",
    Filter.SCHEDULED: "Nothing scheduled.",
    Filter.ARCHIVED: "No archived conversations.",
    Filter.OPTED_OUT: "Nobody has opted out.",
    Filter.BLOCKED: "Nobody is blocked.",
}


class ConversationsPane(QWidget):
    """``now`` gives the UTC time; rows are repainted each minute so that “10:42” becomes “Yesterday”.

    ``via`` names the line of a conversation where that needs to be told, ``tint`` says its colour.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        via: words.Via = words.only_line,
        tint: words.Tint = words.untinted,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.lines = LineFilter()
        self.filters = Filters()
        self.model = ConversationsModel(now, via, self)
        self.view = ConversationsView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(ConversationDelegate(now, via, tint, self.view))
        self._empty = QLabel()
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(24, 48, 24, 24)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.lines)
        column.addWidget(self.filters)
        column.addWidget(self._stack, 1)
        self.model.modelReset.connect(self._show_emptiness)
        self.model.rowsInserted.connect(self._show_emptiness)
        self.model.rowsRemoved.connect(self._show_emptiness)
        self._minute = QTimer(self)
        self._minute.setInterval(60_000)
        self._minute.timeout.connect(self.view.viewport().update)
        self._minute.start()

    def _show_emptiness(self) -> None:
        empty = self.model.rowCount() == 0
        of_line = self.model.filter is Filter.ALL and self.model.line is not None
        self._empty.setText("No conversations on this line yet." if of_line else _EMPTY[self.model.filter])
        self._stack.setCurrentWidget(self._empty if empty else self.view)
