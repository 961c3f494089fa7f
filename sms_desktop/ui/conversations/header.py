"""The heading of the open conversation: who, their number and time, and what can be done with it as a whole."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.phone import international
from sms_desktop.ui import words
from sms_desktop.ui.widgets.avatar import Avatar
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.iconbutton import IconButton

HEIGHT = 59


class ConversationHeader(QFrame):
    """``back`` shows only where list and timeline take turns, ``phone`` only in the demo."""

    searchRequested = Signal()
    archiveRequested = Signal(Conversation, bool)
    detailsToggled = Signal(bool)
    phoneToggled = Signal(bool)
    backRequested = Signal()

    def __init__(
        self,
        now: Callable[[], datetime],
        via: words.Via = words.only_line,
        *,
        demo: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._now, self._via = now, via
        self._conversation: Conversation | None = None
        self.setProperty("role", "pane")
        self.setFixedHeight(HEIGHT)
        self.back = IconButton("arrow-left", "Back to the list")
        self.avatar = Avatar(34)
        self.name = ElidedLabel(role="title")
        self.about = ElidedLabel(role="meta")
        self.search = IconButton("search", "Search messages", shortcut=QKeySequence("Ctrl+K"))
        self.archive = IconButton("archive", "Archive")
        self.phone = IconButton("phone", "Customer’s phone", "Show or hide the customer’s phone")
        self.details = IconButton("panel", "Details", "Show or hide the details")
        self.phone.setCheckable(True)
        self.details.setCheckable(True)
        if not demo:
            self.phone.hide()
        self.back.hide()

        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addWidget(self.avatar)
        who = QVBoxLayout()
        who.setSpacing(1)
        who.addStretch(1)
        who.addWidget(self.name)
        who.addWidget(self.about)
        who.addStretch(1)
        row.addLayout(who, 1)
        for button in (self.search, self.archive, self.phone, self.details):
            row.addWidget(button)

        self.back.clicked.connect(self.backRequested)
        self.search.clicked.connect(self.searchRequested)
        self.archive.clicked.connect(self._archive)
        self.details.toggled.connect(self.detailsToggled)
        self.phone.toggled.connect(self.phoneToggled)
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self.refresh)
        self._minute.start()

    def set_conversation(self, conversation: Conversation | None) -> None:
        self._conversation = conversation
        self.refresh()

    def refresh(self) -> None:
        """Shows the same conversation as things are now."""
        shown = self._conversation
        if shown is None:
            return
        self.name.setText(words.person(shown))
        number = international(shown.peer) if shown.name else ""
        via = f"via {own}" if (own := self._via(shown)) else ""
        there = words.time_there(shown.peer, self._now(), shown.zip)
        away = "blocked" if shown.blocked else "archived" if shown.archived else ""
        # Where there is no room the number goes first, for it stands in the details too, and their time last.
        abouts = [about for about in (
            _joined(number, via, there, away), _joined(via, there, away), _joined(via, there), there,
        ) if about]  # fmt: skip
        self.about.say(*abouts or [""])
        self.about.setVisible(bool(abouts))
        self.avatar.set_person(words.initials(shown.name, shown.peer), words.avatar_color_index(shown.peer))
        verb = "Unarchive" if shown.archived else "Archive"
        self.archive.setAccessibleName(verb)
        self.archive.setToolTip(verb)
        self.archive.set_icon("unarchive" if shown.archived else "archive")

    def _archive(self) -> None:
        if self._conversation is not None:
            self.archiveRequested.emit(self._conversation, not self._conversation.archived)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
