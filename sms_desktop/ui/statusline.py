"""The line at the window's foot: how we stand with Twilio, and what waits."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from sms_desktop.domain.events import ConnectionChanged, Light
from sms_desktop.ui import words
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.iconbutton import IconButton

HEIGHT = 30
_TONES = {Light.OK: "ok", Light.WARN: "warn", Light.BAD: "bad", Light.OFF: "muted"}


class Dot(QWidget):
    """The light."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._light = Light.OFF
        self.setFixedSize(8, 8)

    def set_light(self, light: Light) -> None:
        self._light = light
        self.setAccessibleName(light.value)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(getattr(theme().tokens, _TONES[self._light]))
        painter.drawEllipse(QRectF(self.rect()))
        painter.end()


class StatusLine(QFrame):
    """Where it gets narrow, the account goes first, then the times."""

    preferencesRequested = Signal()
    shortcutsRequested = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.setProperty("role", "pane")
        self.setFixedHeight(HEIGHT)
        self._dot = Dot()
        self._sentence = ElidedLabel(role="meta")
        self._inbound, self._outbox, self._balance, self._account = (QLabel() for _ in range(4))
        for label in (self._inbound, self._outbox, self._balance, self._account):
            label.setProperty("role", "meta")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.shortcuts = IconButton("keyboard", "Shortcuts", "Shortcuts (F1)", size=24, icon_size=16)
        self.preferences = IconButton("settings", "Preferences", size=24, icon_size=16)
        self.shortcuts.clicked.connect(self.shortcutsRequested)
        self.preferences.clicked.connect(self.preferencesRequested)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 12, 0)
        row.setSpacing(6)
        row.addWidget(self._dot)
        row.addWidget(self._sentence)
        for label in (self._inbound, self._outbox):
            row.addSpacing(12)
            row.addWidget(label)
        row.addStretch(1)
        for label in (self._balance, self._account):
            row.addWidget(label)
            row.addSpacing(12)
        row.addWidget(self.shortcuts)
        row.addWidget(self.preferences)
        self.set_waiting(0)
        self.set_last_inbound(None)

    def set_connection(self, state: ConnectionChanged) -> None:
        self._dot.set_light(state.light)
        self._sentence.setText(state.sentence)
        self._sentence.setToolTip(state.advice)
        self._balance.setText(f"Balance {state.balance}" if state.balance else "")
        self._account.setText(state.account or "")
        self._fit()

    def set_waiting(self, waiting: int) -> None:
        self._outbox.setText(f"Outbox {waiting} waiting" if waiting else "Outbox empty")

    def set_last_inbound(self, at: datetime | None) -> None:
        self._inbound.setText("" if at is None else f"Last inbound {words.list_time(at, self._now())}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.width()
        self._account.setVisible(width >= 860 and bool(self._account.text()))
        self._balance.setVisible(width >= 620 and bool(self._balance.text()))
        self._inbound.setVisible(width >= 700 and bool(self._inbound.text()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, theme().tokens.line)
        painter.end()
