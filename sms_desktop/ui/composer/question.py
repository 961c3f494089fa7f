"""The card above the text that asks whether the peer wants us to stop: one click, and never decided without it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.consent.sentences import NOT_MEANT, OPT_OUT
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.wrapped import WrappedLabel

NARROW = 540
"""Pixels of the card under which its buttons stand below the words."""


class QuestionCard(QFrame):
    """Hidden until ``ask``. ``answered(bool)``: whether they did ask us to stop."""

    answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner-warn")
        self.setObjectName("question")
        self.setStyleSheet(f"#question {{ border-radius: {theme().tokens.radius}px }}")
        self._icon = QLabel()
        self._icon.setFixedSize(20, 20)
        self.asked = WrappedLabel(role="warn")
        self.stop, self.no = QPushButton(OPT_OUT), QPushButton(NOT_MEANT)
        self.stop.clicked.connect(lambda: self.answered.emit(True))
        self.no.clicked.connect(lambda: self.answered.emit(False))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.no)
        self._beside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._beside.setSpacing(10)
        self._beside.addWidget(self.asked, 1)
        self._beside.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._beside, 1)
        theme().changed.connect(self._tint)
        self._tint()
        self.hide()

    def ask(self, sentence: str) -> None:
        """Asks it, or with "" takes the card away."""
        self.asked.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self._beside.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap("alert", theme().tokens.warn, 20, self.devicePixelRatioF()))
