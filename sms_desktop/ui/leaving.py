"""Quitting, or going elsewhere, with something left to do: what that is, and whether to wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from sms_desktop.domain.count import counted
from sms_desktop.services.outbox import Remaining

WIDTH = 460
NOTHING_LEFT = "Everything has left."
FETCHING = "That takes seconds as a rule, and is waited for at most ten minutes."


UNRETURNED = "Until this account is open here again their texts reach nobody; then they are read from Twilio’s list."


@dataclass(frozen=True, slots=True)
class Way:
    """Where somebody goes: the window's ``title``, the ``verb`` on its buttons, ``when`` what is left is sent if it is
    not waited for, and what comes by itself ``then``, if it is.
    """

    title: str
    verb: str
    when: str
    then: str


QUIT = Way("Quit SMS Desktop?", "Quit", "SMS Desktop runs again", "SMS Desktop quits by itself when that is done.")
QUIT_ONE = replace(QUIT, when="SMS Desktop runs again and shows this account")
SWITCH = Way(
    "Show the other account?",
    "Switch",
    "this account is shown again",
    "The other account is shown by itself when that is done.",
)
ADD = Way(
    "Add another account?",
    "Add",
    "this account is shown again",
    "The new account can be set up as soon as that is done.",
)
SETUP = Way(
    "Set up again?",
    "Set up",
    "this account is connected again",
    "The set-up begins by itself when that is done.",
)
DEMO = Way(
    "Try the demo?",
    "Try",
    "this account is shown again",
    "The demo opens by itself when that is done.",
)
REPAIR = Way(
    "Repair the database?",
    "Repair",
    "you ask for it after the repair, which marks what waits as unconfirmed",
    "The repair begins by itself when that is done.",
)
RESTORE = Way(
    "Restore the backup?",
    "Restore",
    "the backup is in place",
    "The backup is restored by itself when that is done.",
)


def quitting(accounts: int) -> Way:
    """With so many accounts on this computer: only the one that is shown sends."""
    return QUIT if accounts < 2 else QUIT_ONE


def what_is_left(remaining: Remaining, way: Way = QUIT) -> tuple[str, str]:
    """Title and advice; where all has left while one was asked, what is still to be decided."""
    if not remaining:
        return NOTHING_LEFT, way.title
    waiting, unfetched = remaining.waiting, remaining.unfetched
    later = "They are" if waiting > 1 else "It is"
    kept = f"{later} sent when {way.when}."
    if remaining.why is not None and remaining.why.lasts:
        kept = f"{remaining.why.sentence} {kept if way is REPAIR else f'{later} kept here meanwhile.'}"
    elif remaining.why is not None:
        kept = f"{kept} {remaining.why.sentence}"
    if 0 < remaining.asleep < waiting:
        unwaited = "That one is" if remaining.asleep == 1 else "Those are"
        some = "One of them waits" if remaining.asleep == 1 else f"{remaining.asleep:,} of them wait"
        kept = f"{kept} {some} for a morning, or for your answer. {unwaited} not waited for."
    pictures = (
        "Twilio has accepted one more, but has not fetched its pictures from this computer yet."
        if unfetched == 1
        else f"Twilio has accepted {unfetched} more, but has not fetched their pictures from this computer yet."
    )
    if waiting and unfetched:
        return _not_left(waiting), f"{kept} {pictures}"
    if waiting:
        return _not_left(waiting), kept
    which = "a message" if unfetched == 1 else f"{unfetched} messages"
    return (
        "Pictures are still on their way.",
        f"Twilio has not fetched the pictures of {which} from this computer yet. Without them it cannot deliver.",
    )


def progress_of(remaining: Remaining, way: Way = QUIT) -> tuple[str, str]:
    """What is waited for; why that takes so long, and what comes then."""
    if not remaining.waiting:
        return "Twilio is fetching pictures…", f"{FETCHING} {way.then}"
    title = f"Waiting for {counted(remaining.waiting, 'message')} to leave…"
    if remaining.why is None:
        return title, way.then
    then = "Nothing leaves until that is put right." if remaining.why.lasts else way.then
    return title, f"{remaining.why.sentence} {then}"


def _not_left(count: int) -> str:
    return "1 message has not left yet." if count == 1 else f"{count:,} messages have not left yet."


class _Asking(QDialog):
    """What is to be known before one goes, a bar, and three buttons: go, ``better``, and stay, which Esc does too."""

    goChosen = Signal()

    def __init__(self, way: Way, better: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._way = way
        self.setWindowTitle(way.title)
        self.setFixedWidth(WIDTH)
        self.title, self.advice = _label("title"), _label("muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.hide()
        self.go_button, self.better_button, self.stay_button = (
            QPushButton(words) for words in (way.verb, better, "Stay")
        )
        self.better_button.setProperty("role", "primary")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 8, 0, 0)
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.go_button, self.better_button, self.stay_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        for widget in (self.title, self.advice, self.bar):
            column.addWidget(widget)
        column.addLayout(buttons)
        self._column = column
        self.go_button.clicked.connect(self.goChosen)
        self.stay_button.clicked.connect(self.reject)

    def _offer_better(self, sense: bool, *, done: bool = False) -> None:
        """Not where nothing would come of it; the keyboard goes to what changes nothing then, or where that is
        ``done``, to what would have followed.
        """
        self.better_button.setVisible(sense)
        default = self.better_button if sense else self.go_button if done else self.stay_button
        if not default.isDefault():
            default.setDefault(True)
            default.setFocus()

    def _say(self, title: str, advice: str) -> None:
        self.title.setText(title)
        self.advice.setText(advice)
        self.setAccessibleDescription(f"{title} {advice}")
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._column.totalHeightForWidth(WIDTH))

    def showEvent(self, arg__1: QShowEvent) -> None:
        super().showEvent(arg__1)
        self._fit()

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard; Qt would press the one that had it first."""
        focused = self.focusWidget()
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(arg__1)


class LeavingDialog(_Asking):
    """Open it with ``open()``. ``goChosen``: at once; ``waitChosen``: as soon as all is done; Esc stays."""

    waitChosen = Signal()

    def __init__(self, remaining: Remaining, way: Way = QUIT, parent: QWidget | None = None) -> None:
        super().__init__(way, f"Wait and {way.verb.lower()} when sent", parent)
        self._most = 0
        self.wait_button = self.better_button
        self.wait_button.clicked.connect(self.waitChosen)
        self.show_remaining(remaining)

    @property
    def is_waiting(self) -> bool:
        """Whether the person waits for what is left."""
        return not self.bar.isHidden()

    def show_remaining(self, remaining: Remaining) -> None:
        """What is left to do now."""
        if self.is_waiting:
            self._show_progress(remaining)
        else:
            lasts = remaining.why is not None and remaining.why.lasts
            self._offer_better(remaining.is_worth_waiting and not lasts, done=not remaining)
            self._say(*what_is_left(remaining, self._way))

    def begin_waiting(self, remaining: Remaining) -> None:
        """From now on it tells how that goes on, and the person may still change their mind."""
        self._most = max(1, remaining.waiting + remaining.unfetched)
        self.wait_button.hide()
        self.go_button.setText(f"{self._way.verb} now")
        self.bar.show()
        self.stay_button.setFocus()
        self._show_progress(remaining)

    def _show_progress(self, remaining: Remaining) -> None:
        left = remaining.waiting + remaining.unfetched
        self._most = max(self._most, left)
        self.bar.setRange(0, self._most)
        self.bar.setValue(self._most - left)
        self._say(*progress_of(remaining, self._way))


class ReturningDialog(_Asking):
    """The numbers' former addresses are put back before one goes, or could not be. ``againChosen``: once more."""

    againChosen = Signal()

    def __init__(self, way: Way = QUIT, parent: QWidget | None = None) -> None:
        super().__init__(way, "Try again", parent)
        self.bar.setRange(0, 0)
        self.better_button.clicked.connect(self.againChosen)
        self.show_busy()

    def show_busy(self) -> None:
        self.bar.show()
        self.go_button.setText(f"{self._way.verb} now")
        self._offer_better(False)
        self._say("Giving your numbers back…", "Twilio is told where their texts went before.")

    def show_trouble(self, trouble: Sequence[str]) -> None:
        """What could not be put back, a sentence each."""
        self.bar.hide()
        self.go_button.setText(f"{self._way.verb} all the same")
        self._offer_better(True)
        self._say("Not all of your numbers could be given back.", f"{' '.join(trouble)} {UNRETURNED}")


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
