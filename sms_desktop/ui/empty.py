"""What stands in the middle where there is nothing to show: why, and what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme


class EmptyPage(QWidget):
    """An icon, a title, a sentence, and New message; in the demo the customer's phone as well."""

    newRequested = Signal()
    phoneRequested = Signal()

    def __init__(self, *, demo: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._demo = demo
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text = QLabel()
        self.text.setProperty("role", "muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        self.text.setMaximumWidth(440)
        self.new = QPushButton("New message")
        self.new.setProperty("role", "primary")
        self.phone = QPushButton("Show the customer’s phone")
        self.new.clicked.connect(self.newRequested)
        self.phone.clicked.connect(self.phoneRequested)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._icon)
        column.addSpacing(4)
        column.addWidget(self.title)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.text, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.new)
        buttons.addWidget(self.phone)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(3)
        theme().changed.connect(self._tint)
        self._tint()
        self.show_state(any_conversation=True)
        self.offer_phone(True)

    def show_state(self, *, any_conversation: bool) -> None:
        """Nothing is open; or there is nothing yet that could be."""
        if any_conversation:
            self.title.setText("No conversation is open")
            self.text.setText("Choose one from the list, or start a new one.")
        elif self._demo:
            self.title.setText("No conversations yet")
            self.text.setText("Text a number, or take the customer’s phone\nand write from there: it arrives here.")
        else:
            self.title.setText("No conversations yet")
            self.text.setText("Text a number, or wait for the first text\nto one of yours: it appears here.")

    def offer_phone(self, offered: bool) -> None:
        """Whether the demo's phone is put away, so that there is reason to show it."""
        self.phone.setVisible(self._demo and offered)

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap("message", theme().tokens.muted, 44, self.devicePixelRatioF()))
