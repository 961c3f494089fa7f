"""The first page: connect an account, or look around in the demo."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.domain.account import KnownAccount, masked
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.words import one_line


class WelcomePage(Sheet):
    """``accountChosen`` carries the SID of an account whose messages are here already, or ""."""

    accountChosen = Signal(str)
    demoRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Text from your own Twilio numbers",
            "It takes about ten minutes. You can stop anywhere and go on later.",
            parent,
        )
        self.connect_button = QPushButton("Connect Twilio")
        self.connect_button.setProperty("role", "primary")
        self.connect_button.clicked.connect(partial(self._choose, ""))
        self.demo = QPushButton("Try the demo")
        self.demo.clicked.connect(self.demoRequested)
        self._known = Card()
        self._known.hide()
        self._icons: list[tuple[QLabel, str]] = []
        self.add(
            self._card(
                "link",
                "Connect your account",
                "You need your Twilio account’s SID and Auth Token, both on the first page of the Twilio Console. They "
                "are kept in this computer’s keyring; messages stay on this computer.",
                self.connect_button,
            )
        )
        self.add(
            self._card(
                "play",
                "Look around first",
                "A pretend Twilio account with sample conversations. You play the desk and the customer’s phone. "
                "Nothing is sent, nothing costs anything.",
                self.demo,
            )
        )
        self.add(self._known)
        theme().changed.connect(self._tint)
        self._tint()

    def show_known(self, accounts: Sequence[KnownAccount]) -> None:
        """Accounts whose messages are on this computer."""
        while (item := self._known.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        if accounts:
            self._known.column.addWidget(words("Already on this computer", "section"))
        for account in accounts:
            name = one_line(account.name) or masked(account.sid)
            button = QPushButton("Go on" if account.current else "Connect again")
            button.setAccessibleName(f"{button.text()} with {name}")
            button.clicked.connect(partial(self._choose, account.sid))
            row = QWidget()
            inside = QHBoxLayout(row)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(words(f"{name} · {masked(account.sid)}", "secondary"), 1)
            inside.addWidget(button)
            self._known.column.addWidget(row)
        self._known.setVisible(bool(accounts))

    def start(self) -> QWidget:
        return self.connect_button

    def _choose(self, sid: str) -> None:
        self.accountChosen.emit(sid)

    def _card(self, icon_name: str, title: str, text: str, button: QPushButton) -> Card:
        picture = QLabel()
        picture.setFixedSize(24, 24)
        self._icons.append((picture, icon_name))
        beside = QVBoxLayout()
        beside.setSpacing(4)
        beside.addWidget(words(title, "title"))
        beside.addWidget(words(text, "muted"))
        below = QHBoxLayout()
        below.setContentsMargins(0, 8, 0, 2)
        below.addWidget(button)
        below.addStretch(1)
        beside.addLayout(below)
        row = QHBoxLayout()
        row.setSpacing(14)
        column = QVBoxLayout()
        column.addWidget(picture)
        column.addStretch(1)
        row.addLayout(column)
        row.addLayout(beside, 1)
        card = Card()
        card.column.addLayout(row)
        return card

    def _tint(self) -> None:
        for label, name in self._icons:
            label.setPixmap(pixmap(name, theme().tokens.accent, 24, self.devicePixelRatioF()))
