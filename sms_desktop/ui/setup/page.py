"""How to connect Twilio for now, and the way into the demo."""

import sys

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QPushButton, QScrollArea, QVBoxLayout, QWidget

from sms_desktop.ui.assets import icon
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.room import fit


def commands(platform: str = sys.platform) -> str:
    """What to type in a terminal of this system; the values are placeholders."""
    if platform == "win32":
        return "set TWILIO_ACCOUNT_SID=AC…your Account SID\nset TWILIO_AUTH_TOKEN=…your Auth Token\nsms-desktop"
    return 'export TWILIO_ACCOUNT_SID="AC…your Account SID"\nexport TWILIO_AUTH_TOKEN="…your Auth Token"\nsms-desktop'


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _card(*children: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(20, 18, 20, 18)
    column.setSpacing(10)
    for child in children:
        column.addWidget(child)
    return card


class SetupPage(QScrollArea):
    """Two cards: the demo, which works at once, and the account."""

    demoRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setAccessibleName("Set up SMS Desktop")
        page = QWidget()
        page.setProperty("role", "ground")
        self.demo = QPushButton("Try the demo")
        self.demo.setProperty("role", "primary")
        self.demo.setDefault(True)
        self.demo.clicked.connect(self.demoRequested)
        self._copy = QPushButton("Copy")
        self._copy.setToolTip("Copy these lines")
        self._copy.clicked.connect(self._copy_commands)
        self._code = QLabel(commands())
        self._code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._code.setAccessibleName("Commands")

        column = QVBoxLayout()
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(_label("Text from your own Twilio numbers", "heading"))
        column.addWidget(
            _label(
                "No account is set up on this computer yet. Connect yours, or look around in the demo first.", "muted"
            )
        )
        column.addSpacing(4)
        column.addWidget(
            _card(
                _label("Look around", "title"),
                _label(
                    "A pretend Twilio account with sample conversations, on this computer alone. You play the desk "
                    "and the customer's phone. Nothing is sent, nothing costs anything.",
                    "muted",
                ),
                self._row(self.demo),
            )
        )
        column.addWidget(
            _card(
                _label("Connect your account", "title"),
                _label(
                    "1.  In the Twilio Console, on the account's first page, find the Account SID and the Auth Token.",
                    "muted",
                ),
                self._terminal(),
                self._commands(),
                _label(
                    "They are read at each start and never written to disk. A guided set-up that keeps them in this "
                    "computer's keyring comes with a later version.",
                    "muted",
                ),
            )
        )
        column.addStretch(2)
        inner = QWidget()
        inner.setMaximumWidth(620)
        inner.setLayout(column)
        around = QHBoxLayout(page)
        around.setContentsMargins(24, 24, 24, 24)
        around.addStretch(1)
        around.addWidget(inner, 100)
        around.addStretch(1)
        self.setWidget(page)
        theme().changed.connect(self._dress)
        self._dress()

    def _row(self, button: QPushButton) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(button)
        layout.addStretch(1)
        return row

    def _commands(self) -> QFrame:
        self._box = QFrame()
        row = QHBoxLayout(self._box)
        row.setContentsMargins(14, 10, 10, 10)
        row.addWidget(self._code)
        return self._box

    def _terminal(self) -> QWidget:
        """Copy stands beside the sentence: the commands need the whole width where that is small."""
        step = QWidget()
        row = QHBoxLayout(step)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(_label("2.  Start SMS Desktop with both in its environment. In a terminal, that is:", "muted"), 1)
        row.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignBottom)
        return step

    def _dress(self) -> None:
        tokens = theme().tokens
        self._box.setStyleSheet(
            f"QFrame {{ background: {tokens.ground.name()}; border-radius: {tokens.radius}px; }}"
            f"QLabel {{ font-family: monospace; font-size: 12px; }}"
        )
        self._copy.setIcon(icon("copy"))

    def _copy_commands(self) -> None:
        QGuiApplication.clipboard().setText(self._code.text())
        self._copy.setText("Copied")


class SetupWindow(QMainWindow):
    """The page in a window of its own; ``closed`` ends the program."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Set up · SMS Desktop")
        theme()  # its font is to be that of every widget from the first on
        self.resize(920, 640)
        fit(self, QSize(480, 560))
        self.page = SetupPage(self)
        self.setCentralWidget(self.page)
        self.page.demo.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
