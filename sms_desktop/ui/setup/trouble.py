"""What stands on screen when the program cannot start: why, and a way out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.actions import bind
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme


class TroubleWindow(QWidget):
    """``retryRequested`` tries again; ``closed`` ends the program."""

    closed = Signal()
    retryRequested = Signal()

    def __init__(self, sentence: str) -> None:
        super().__init__()
        theme()  # its font is to be that of every widget from the first on
        self.setWindowTitle("Cannot start · SMS Desktop")
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(560, 300)
        self._icon = QLabel()
        theme().changed.connect(self._tint)
        self._tint()
        title = QLabel("SMS Desktop cannot start")
        title.setProperty("role", "title")
        self.text = QLabel(sentence)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setProperty("role", "muted")
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        retry = QPushButton("Try again")
        retry.setProperty("role", "primary")
        retry.setDefault(True)
        retry.clicked.connect(self.retryRequested)
        leave = QPushButton("Quit")
        leave.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 24)
        column.setSpacing(8)
        for part in (self._icon, title, self.text):
            column.addWidget(part)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(retry)
        column.addLayout(row)
        bind(self, {"quit": self.close})
        retry.setFocus()

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap("alert", theme().tokens.bad, 32, self.devicePixelRatioF()))

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
