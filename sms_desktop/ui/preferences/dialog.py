"""The preferences: sections at the left, the chosen one beside them. What is chosen takes effect at once."""

from collections.abc import Iterator
from functools import partial
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.domain.answering import Keyword
from sms_desktop.domain.night import Rule
from sms_desktop.ui.preferences.account import AccountPage
from sms_desktop.ui.preferences.answering import AnsweringPage
from sms_desktop.ui.preferences.backups import BackupsPage
from sms_desktop.ui.preferences.consent import ConsentPage
from sms_desktop.ui.preferences.general import GeneralPage
from sms_desktop.ui.preferences.lines import LinesPage
from sms_desktop.ui.preferences.page import Page
from sms_desktop.ui.preferences.receiving import ReceivingPage
from sms_desktop.ui.preferences.registration import RegistrationPage
from sms_desktop.ui.preferences.replies import RepliesPage
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.order import step_on
from sms_desktop.ui.widgets.room import fit

Section = Literal[
    "general", "account", "receiving", "lines", "registration", "replies", "answering", "consent", "backups"
]
_SECTIONS: tuple[tuple[Section, str], ...] = (
    ("general", "General"),
    ("account", "Account"),
    ("receiving", "Receiving"),
    ("lines", "Lines"),
    ("registration", "Registration"),
    ("replies", "Automatic replies"),
    ("answering", "Who answers"),
    ("consent", "Consent"),
    ("backups", "Backups"),
)
DEFAULT_NIGHT = Rule()


class PreferencesDialog(QDialog):
    """``furnish`` it, and open it with ``open()``; ``PreferencesPresenter`` fills all sections but the first."""

    appearanceChosen = Signal(str)
    enterSendsChosen = Signal(bool)
    undoChosen = Signal(int)
    authorChosen = Signal(str)
    nightChosen = Signal(object)  # Rule
    lookUpChosen = Signal(bool)
    setupRequested = Signal()
    addAccountRequested = Signal()
    accountChosen = Signal(str)
    """Another account is to be shown, by its SID."""
    entryRequested = Signal()
    """The account's credentials are to be entered at once."""
    sectionShown = Signal(str)
    guideRequested = Signal(object)
    """The next step of a Report’s registration is to be done."""
    playRequested = Signal(str, str, str)
    """Line, customer’s number and text: it is to be played on the phone on the screen."""
    restoreRequested = Signal(object)
    """The person has agreed that a Backup, or the file at a Path, takes the place of what is here."""

    def __init__(
        self,
        *,
        enter_sends: bool,
        undo: int = 5,
        author: str = "",
        night: Rule = DEFAULT_NIGHT,
        look_up_first: bool = False,
        section: Section = "general",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences · SMS Desktop")
        self.sections = QListWidget()
        self.sections.setProperty("role", "sections")
        self.sections.setAccessibleName("Sections")
        self.sections.setFixedWidth(166)
        self.sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for _, word in _SECTIONS:
            item = QListWidgetItem(word, self.sections)
            item.setSizeHint(QSize(0, 34))
        self._stack = QStackedWidget()
        self._done = button("Close")
        self._done.clicked.connect(self._leave)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 14)
        foot.addStretch(1)
        foot.addWidget(self._done)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(_rule("rule"))
        right.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sections)
        row.addWidget(_rule("rule-vertical"))
        row.addLayout(right, 1)
        self.resize(700, 580)
        fit(self, QSize(640, 420))
        self._general = partial(
            GeneralPage, enter_sends=enter_sends, undo=undo, author=author, night=night, look_up_first=look_up_first
        )
        self._first: Section = section

    def furnish(self) -> Iterator[None]:
        """Builds the pages, at most one a step: all at once they take longer than many frames. Each is built where it
        stands, for a widget that is moved is styled anew with all that it holds.
        """
        stack = self._stack
        self.general = self._general(parent=stack)
        yield
        self.account = AccountPage(stack)
        yield
        self.receiving = ReceivingPage(stack)
        yield
        self.lines = LinesPage(stack)
        self.registration = RegistrationPage(stack)
        yield
        self.replies = RepliesPage(stack)
        yield from self.replies.furnish()
        self.answering = AnsweringPage(stack)
        yield from self.answering.furnish()
        self.consent = ConsentPage(stack)
        yield
        self.backups = BackupsPage(stack)
        yield
        for page in (
            self.general, self.account, self.receiving, self.lines, self.registration, self.replies, self.answering,
            self.consent, self.backups,
        ):  # fmt: skip
            stack.addWidget(page)
        self._wire()
        self.show_section(self._first)
        yield

    def _wire(self) -> None:
        self.appearance, self.enter, self.author = self.general.appearance, self.general.enter, self.general.author
        self.general.appearanceChosen.connect(self.appearanceChosen)
        self.general.enterSendsChosen.connect(self.enterSendsChosen)
        self.general.undoChosen.connect(self.undoChosen)
        self.general.authorChosen.connect(self.authorChosen)
        self.general.nights.ruleChosen.connect(self.nightChosen)
        self.general.nights.lookUpChosen.connect(self.lookUpChosen)
        self.account.setupRequested.connect(partial(self._leave_for, self.setupRequested))
        self.account.addRequested.connect(partial(self._leave_for, self.addAccountRequested))
        self.replies.playRequested.connect(self._leave_to_play)
        self.backups.restoreAgreed.connect(self._leave_to_restore)
        self.registration.guideWanted.connect(self._leave_to_register)
        self.lines.registrationRequested.connect(self.show_registration)
        self.sections.currentRowChanged.connect(self._show)
        self.sections.itemSelectionChanged.connect(self._follow)

    def show_section(self, section: Section) -> None:
        self.sections.setCurrentRow([name for name, _ in _SECTIONS].index(section))

    def show_registration(self, line: str = "") -> None:
        """One line’s registration, or all of them."""
        self.show_section("registration")
        self.registration.show_line(line)

    def enter_credentials(self) -> None:
        """Shows the account with its form open, ready to be typed into."""
        self.show_section("account")
        self.entryRequested.emit()

    @property
    def section(self) -> Section:
        return _SECTIONS[self._stack.currentIndex()][0]

    def _show(self, row: int) -> None:
        self._stack.setCurrentIndex(row)
        self.sectionShown.emit(self.section)

    def _follow(self) -> None:
        """A screen reader selects, and leaves what is current as it was."""
        for chosen in self.sections.selectedIndexes():
            if chosen.row() != self.sections.currentRow():
                self.sections.setCurrentRow(chosen.row())

    def _leave(self) -> None:
        if not self._stays():
            self.accept()

    def _stays(self) -> bool:
        """A rule that was being written is asked about first, and a text that cannot be kept is said to be lost."""
        if self.replies.is_writing:
            self.show_section("replies")
            self.replies.step_back()
        elif self.answering.complains():
            self.show_section("answering")
        else:
            return False
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """The person’s own closing asks the same; the program’s does not."""
        if event.spontaneous() and self._stays():
            event.ignore()
        else:
            super().closeEvent(event)

    def _leave_for(self, asked: SignalInstance) -> None:
        if not self._stays():
            self.accept()
            asked.emit()

    def _leave_to_register(self, report: object) -> None:
        if not self._stays():
            self.accept()
            self.guideRequested.emit(report)

    def open_rule(self, name: str) -> None:
        """The rule that had a message sent, or who answers the keyword of that name."""
        if name in {keyword.upper() for keyword in Keyword}:
            self.show_section("answering")
        else:
            self.show_section("replies")
            self.replies.ruleRequested.emit(name)

    def _leave_to_play(self, line: str, peer: str, text: str) -> None:
        self.accept()
        self.playRequested.emit(line, peer, text)

    def _leave_to_restore(self, source: object) -> None:
        self.accept()
        self.restoreRequested.emit(source)

    # Qt

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes from the sections through the chosen one, as it stands there now, to the foot."""
        return step_on(self, (self.sections, self._stack, self._done), forwards=next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and never another one; Escape goes one step back. Page keys turn
        the page.
        """
        asks = {
            "account": self.account.step_back,
            "receiving": self.receiving.step_back,
            "replies": self.replies.step_back,
        }.get(self.section)
        if event.key() == Qt.Key.Key_Escape:
            if asks is None or not asks():
                self._leave()
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = QApplication.focusWidget()
            if isinstance(focused, QAbstractButton):
                focused.click()
            event.accept()
            return
        page = self._stack.currentWidget()
        if not (isinstance(page, Page) and page.turn(event)):
            super().keyPressEvent(event)


def _rule(role: str) -> QFrame:
    rule = QFrame()
    rule.setProperty("role", role)
    return rule
