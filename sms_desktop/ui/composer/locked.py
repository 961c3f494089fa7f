"""The card that takes the composer's place where nothing can be sent."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.composer.lock import Lift, Lock
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.wrapped import WrappedLabel

NARROW = 400
"""Pixels of the card under which its button stands below the words."""


class LockedCard(QFrame):
    """Says why, and offers what would lift it."""

    liftRequested = Signal(object)  # Lift

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._lift = Lift.NONE
        self._icon = QLabel()
        self._icon.setFixedSize(16, 16)
        self._title = WrappedLabel(role="secondary")
        self._title.setStyleSheet("font-weight: 600")
        self._reason = WrappedLabel(role="muted")
        self._button = QPushButton()
        self._button.clicked.connect(self._ask)
        self.setFocusProxy(self._button)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._reason)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(12)
        self._beside.addLayout(words, 1)
        self._beside.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(13, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(self._beside, 1)
        theme().changed.connect(self._tint)
        self._tint()

    def show_lock(self, lock: Lock) -> None:
        self._lift = lock.lift
        self._title.setText(lock.title)
        self._reason.setText(lock.reason)
        self._button.setText(lock.lift.value)
        self._button.setVisible(lock.lift is not Lift.NONE)
        self.setAccessibleName(f"{lock.title} {lock.reason}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._beside.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _ask(self) -> None:
        self.liftRequested.emit(self._lift)

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap("ban", theme().tokens.text, 16, self.devicePixelRatioF()))
