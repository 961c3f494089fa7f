"""The card that takes the composer's place where nothing can be sent."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.composer.lock import Lift, Lock
from sms_desktop.ui.theme import theme


class LockedCard(QFrame):
    """Says why, and offers what would lift it."""

    liftRequested = Signal(object)  # Lift

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._lift = Lift.NONE
        self._icon = QLabel()
        self._icon.setFixedSize(16, 16)
        self._title = QLabel()
        self._title.setProperty("role", "secondary")
        self._title.setStyleSheet("font-weight: 600")
        self._reason = QLabel()
        self._reason.setProperty("role", "muted")
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._button = QPushButton()
        self._button.clicked.connect(self._ask)
        self.setFocusProxy(self._button)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._reason)
        row = QHBoxLayout(self)
        row.setContentsMargins(13, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        theme().changed.connect(self._tint)
        self._tint()

    def show_lock(self, lock: Lock) -> None:
        self._lift = lock.lift
        self._title.setText(lock.title)
        self._reason.setText(lock.reason)
        self._button.setText(lock.lift.value)
        self._button.setVisible(lock.lift is not Lift.NONE)
        self.setAccessibleName(f"{lock.title} {lock.reason}")

    def _ask(self) -> None:
        self.liftRequested.emit(self._lift)

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap("ban", theme().tokens.text, 16, self.devicePixelRatioF()))
