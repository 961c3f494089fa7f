"""The line at the window's foot: how we stand with Twilio, how complete the history is, and what waits."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QWidget

from sms_desktop.domain.account import KnownAccount, masked
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.events import ConnectionChanged, Light
from sms_desktop.ui import words
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.flatbutton import FlatButton
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.widgets.tip import tip

HEIGHT = 30
SENTENCE = 200
"""Pixels of the sentence that are kept before something else goes."""
PATIENCE = 700
"""Milliseconds: a catch-up that is over sooner, as most are, need not be told of."""
_TONES = {Light.OK: "ok", Light.WARN: "warn", Light.BAD: "bad", Light.OFF: "muted"}


def _nobody() -> Sequence[KnownAccount]:
    return ()


class StatusLine(QFrame):
    """Where it gets narrow, the account's name goes first (its menu stays), then the balance and the times."""

    healthRequested = Signal()
    cancelRequested = Signal()
    """The catch-up that runs is to stop."""
    resumeRequested = Signal()
    """The one that was stopped is to go on."""
    accountChosen = Signal(str)
    addAccountRequested = Signal()
    accountRequested = Signal()
    """The preferences of account and lines."""
    preferencesRequested = Signal()
    shortcutsRequested = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._progress = Progress()
        self._tells_run = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE)
        self._patience.timeout.connect(self._tell_run)
        self.accounts: Callable[[], Sequence[KnownAccount]] = _nobody
        """The accounts that have their messages here, asked when the menu opens."""
        self.setProperty("role", "pane")
        self.setFixedHeight(HEIGHT)
        self._sentence = FlatButton()
        self._sentence.clicked.connect(self.healthRequested)
        self._inbound, self._complete, self._outbox, self._balance = (QLabel() for _ in range(4))
        for label in (self._inbound, self._complete, self._outbox, self._balance):
            label.setProperty("role", "meta")
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._account = FlatButton(arrow=True)
        self._account.clicked.connect(partial(self._open_accounts, self._account))
        self._nameless = IconButton("user", "Account", size=24, icon_size=16)
        self._nameless.clicked.connect(partial(self._open_accounts, self._nameless))
        for told in (self._inbound, self._complete, self._outbox, self._balance, self._account):
            told.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)  # the sentence alone is cut
        self._stop = IconButton("x", "Stop catching up", size=20, icon_size=12)
        self._stop.clicked.connect(self._stop_or_go_on)
        self._after = QWidget()
        self._after.setFixedSize(16, 1)
        self.menu = QMenu(self)
        self.shortcuts = IconButton("keyboard", "Shortcuts", "Shortcuts (F1)", size=24, icon_size=16)
        self.preferences = IconButton("settings", "Preferences", size=24, icon_size=16)
        self.shortcuts.clicked.connect(self.shortcutsRequested)
        self.preferences.clicked.connect(self.preferencesRequested)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 1, 12, 0)
        row.setSpacing(0)
        row.addWidget(self._sentence)
        row.addSpacing(12)
        for label in (self._inbound, self._complete):
            row.addWidget(label)
        row.addWidget(self._stop)
        row.addWidget(self._after)
        row.addWidget(self._outbox)
        row.addStretch(1)
        row.addWidget(self._balance)
        row.addWidget(self._account)
        row.addWidget(self._nameless)
        row.addSpacing(6)
        row.addWidget(self.shortcuts)
        row.addSpacing(6)
        row.addWidget(self.preferences)
        self._show_progress()
        self.set_waiting(0)
        self.set_last_inbound(None)

    def set_connection(self, state: ConnectionChanged) -> None:
        self._sentence.say(state.sentence, f"Line health: {state.sentence}")
        self._sentence.set_dot(_TONES[state.light])
        self._sentence.setToolTip(tip("\n".join(filter(None, (state.advice, state.more)))) or "Line health")
        self._balance.setText(f"Balance {state.balance}" if state.balance else "")
        known = next((known.name or known.sid for known in self.accounts() if known.current), "")
        name = state.account or known
        self._account.say(name, f"Account: {name}")
        self._nameless.setAccessibleName(f"Account: {name}")
        self._nameless.setToolTip(tip(f"Account: {name}"))
        self._fit()

    def set_waiting(self, waiting: int) -> None:
        self._outbox.setText(f"Outbox {waiting} waiting" if waiting else "Outbox empty")
        self._fit()

    def set_last_inbound(self, at: datetime | None) -> None:
        told = "" if at is None else f"Last inbound {words.list_time(at, self._now())}"
        if told != self._inbound.text():  # in a burst the minute is nearly always the same
            self._inbound.setText(told)
            self._fit()

    def set_progress(self, progress: Progress) -> None:
        """How complete the history is; a run is told of once it has taken a while."""
        self._progress = progress
        if not progress.running:
            self._patience.stop()
            self._tells_run = False
        elif not self._tells_run:
            if not self._patience.isActive():
                self._patience.start()
            return
        self._show_progress()

    def _tell_run(self) -> None:
        self._tells_run = self._progress.running
        self._show_progress()

    def _show_progress(self) -> None:
        progress = self._progress
        self._complete.setText(words.catching_up(progress, self._now()))
        self._complete.setToolTip(tip(progress.waiting))
        stopped = progress.cancelled and not progress.running
        verb = "Go on" if stopped else "Stop fetching history" if progress.history else "Stop catching up"
        self._stop.set_icon("play" if stopped else "x")
        self._stop.setAccessibleName(verb)
        self._stop.setToolTip(verb)
        self._fit()

    def _stop_or_go_on(self) -> None:
        if self._progress.running:
            self.cancelRequested.emit()
        else:
            self.resumeRequested.emit()

    # the account's menu

    def _open_accounts(self, button: QWidget) -> None:
        self.fill_menu()
        size = self.menu.sizeHint()
        self.menu.popup(button.mapToGlobal(QPoint(button.width() - size.width(), -size.height() - 4)))

    def fill_menu(self) -> None:
        """The accounts as they are now, and what can be done about them."""
        self.menu.clear()
        for known in self.accounts():
            name = f"{known.name} · {masked(known.sid)}" if known.name else known.sid
            action = self.menu.addAction(words.plain(name))
            action.setCheckable(True)
            action.setChecked(known.current)
            action.triggered.connect(lambda checked=False, known=known: self._choose(known))
        if self.menu.actions():
            self.menu.addSeparator()
        self.menu.addAction("Add an account…").triggered.connect(self.addAccountRequested)
        self.menu.addAction("Account and lines…").triggered.connect(self.accountRequested)

    def _choose(self, known: KnownAccount) -> None:
        if not known.current:
            self.accountChosen.emit(known.sid)

    # room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shows what has something to tell, and of that what there is room for."""
        acts = self._tells_run or (self._progress.cancelled and not self._progress.running)
        for label, gap in ((self._inbound, 18), (self._complete, 2 if acts else 18), (self._outbox, 18)):
            self._trail(label, gap)
        self._trail(self._balance, 12)
        self._after.setVisible(acts)
        wanted: list[QWidget] = [w for w in (self._inbound, self._complete, self._balance) if w.text()]
        if self._account.text():
            wanted.append(self._account)
        room = self.width() - 22 - 12 - 30 - 36 - min(self._sentence.sizeHint().width(), SENTENCE)
        room -= self._outbox.sizeHint().width() + (self._stop.width() + self._after.width() if acts else 0)
        gives_way: list[QWidget] = [self._account, self._balance, self._inbound, self._complete]
        if not acts and not self._progress.waiting:  # else what is complete, or not, is the news
            gives_way[2:] = [self._complete, self._inbound]
        for widget in gives_way:
            if widget in wanted and sum(w.sizeHint().width() for w in wanted) > room:
                wanted.remove(widget)
                room -= self._nameless.width() if widget is self._account else 0
        for widget in gives_way:
            widget.setVisible(widget in wanted)
        self._nameless.setVisible(bool(self._account.text()) and self._account not in wanted)
        self._stop.setVisible(acts)

    def _trail(self, label: QLabel, gap: int) -> None:
        """Room after ``label``, which goes away with it; Qt turns margins round with nobody."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        label.setContentsMargins(gap if rtl else 0, 0, 0 if rtl else gap, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, theme().tokens.line)
        painter.end()
