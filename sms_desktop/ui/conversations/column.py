"""The left column: search and New message on top, and below them the list or the hits."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtGui import QFocusEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from sms_desktop.ui import words
from sms_desktop.ui.conversations.header import HEIGHT
from sms_desktop.ui.conversations.pane import ConversationsPane
from sms_desktop.ui.widgets.iconbutton import IconButton


class ListColumn(QFrame):
    """``field`` and ``hits`` are the search's widgets; ``compose`` is the New message button."""

    def __init__(
        self,
        now: Callable[[], datetime],
        field: QWidget,
        hits: QWidget,
        via: words.Via = words.only_line,
        tint: words.Tint = words.untinted,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self.compose = IconButton(
            "edit", "New message", shortcut=QKeySequence("Ctrl+N"), tone="on_accent", size=34, icon_size=18
        )
        self.conversations = ConversationsPane(now, via, tint)
        self._hits = hits
        self._stack = QStackedWidget()
        self._stack.addWidget(self.conversations)
        self._stack.addWidget(hits)
        head = QWidget()
        head.setFixedHeight(HEIGHT)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(10)
        field.setFixedHeight(34)
        row.addWidget(field, 1)
        row.addWidget(self.compose)
        rule = QFrame()
        rule.setProperty("role", "rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(rule)
        column.addWidget(self._stack, 1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Where the keyboard comes to the column as a whole it is for the list; a proxy would disturb Tab's order."""
        super().focusInEvent(event)
        self.conversations.view.setFocus(event.reason())

    def show_hits(self, searching: bool) -> None:
        self._stack.setCurrentWidget(self._hits if searching else self.conversations)
