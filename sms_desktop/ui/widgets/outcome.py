"""One line that says how something went, or that it still goes on."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.busy import Busy
from sms_desktop.ui.widgets.edge import leading_edge, unbroken
from sms_desktop.ui.words import isolated

How = Literal["busy", "ok", "warn", "bad", "info"]
_ICONS = {"ok": "check-circle", "warn": "triangle", "bad": "alert", "info": "info"}
_ROLES = {"busy": "muted", "ok": "ok", "warn": "warn", "bad": "bad", "info": "muted"}


class Outcome(QWidget):
    """Hidden until it says something; spoken by screen readers when it does. ``action`` is one link below it."""

    actionClicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._how: How = "info"
        self._icon = QLabel()
        self._icon.setFixedSize(16, 18)
        self._busy = Busy(16)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setAlignment(leading_edge())
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress")
        self.bar.hide()
        self.action = QPushButton()
        self.action.setProperty("role", "link")
        self.action.setCursor(Qt.CursorShape.PointingHandCursor)
        self.action.clicked.connect(self.actionClicked)
        self.action.hide()
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.label)
        words.addWidget(self.bar)
        words.addWidget(self.action, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._busy, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        theme().changed.connect(self._paint)
        self.hide()

    def say(self, how: How, text: str, *, action: str = "", part: float | None = None) -> None:
        """``part`` from 0 to 1 shows how far it is."""
        new = text != self.text
        self._how = how
        self.label.setText(isolated(unbroken(text)))
        self.setAccessibleName(text)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.bar.setVisible(part is not None)
        self.bar.setValue(round((part or 0.0) * 1000))
        self._paint()
        self.setVisible(bool(text))
        if new and text:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self) -> None:
        self.say("info", "")

    @property
    def how(self) -> How:
        return self._how

    @property
    def text(self) -> str:
        """What is said now, or ""."""
        return self.accessibleName()

    def _paint(self) -> None:
        self._busy.setVisible(self._how == "busy")
        self._icon.setVisible(self._how != "busy")
        tokens = theme().tokens
        color = {"ok": tokens.ok, "warn": tokens.warn, "bad": tokens.bad}.get(self._how, tokens.muted)
        if self._how != "busy":
            self._icon.setPixmap(pixmap(_ICONS[self._how], color, 16, self.devicePixelRatioF()))
        role = _ROLES[self._how]
        if self.label.property("role") != role:
            self.label.setProperty("role", role)
            self.label.style().unpolish(self.label)
            self.label.style().polish(self.label)
