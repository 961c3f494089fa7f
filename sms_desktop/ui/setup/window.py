"""The set-up's window: the steps at its side, a page, and the foot."""

from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.ui.actions import bind
from sms_desktop.ui.setup.account import AccountPage
from sms_desktop.ui.setup.done import DonePage
from sms_desktop.ui.setup.foot import Foot
from sms_desktop.ui.setup.history import HistoryPage
from sms_desktop.ui.setup.lines import LinesPage
from sms_desktop.ui.setup.receiving import ReceivingPage
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.setup.steps import Step, StepList
from sms_desktop.ui.setup.testing import TestPage
from sms_desktop.ui.setup.welcome import WelcomePage
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.order import step_on
from sms_desktop.ui.widgets.room import fit

S = TypeVar("S", bound=Sheet)
NARROW = 720


class SetupWindow(QMainWindow):
    """``closed`` tells that the person closed it, ``demoRequested`` that the demo is wanted. Where it
    ``asks_before_closing``, somebody hears ``closeRequested`` instead and decides.

    Pages are built when they are first asked for. ``advanced``, ``backed``, ``skipped`` are the foot's buttons.
    """

    closed = Signal()
    closeRequested = Signal()
    demoRequested = Signal()
    advanced = Signal()
    backed = Signal()
    skipped = Signal()
    stepChosen = Signal(Step)

    def __init__(self) -> None:
        super().__init__()
        self.asks_before_closing = False
        self.setWindowTitle("Set up · SMS Desktop")
        theme()  # its font is to be that of every widget from the first on
        self.resize(920, 680)
        fit(self, QSize(480, 420))
        self.steps = StepList()
        self.foot = Foot()
        self.pages = QStackedWidget()
        rule = QFrame()
        rule.setProperty("role", "rule-vertical")
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.pages, 1)
        right.addWidget(self.foot)
        central = QWidget()
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.steps)
        row.addWidget(rule)
        row.addLayout(right, 1)
        self.setCentralWidget(central)
        self.steps.chosen.connect(self.stepChosen)
        self.foot.advanced.connect(self.advanced)
        self.foot.backed.connect(self.backed)
        self.foot.skipped.connect(self.skipped)
        self.welcome.demoRequested.connect(self.demoRequested)
        bind(self, {"quit": self.close})
        self.show_step(Step.WELCOME, Step.WELCOME)

    # The pages

    @cached_property
    def welcome(self) -> WelcomePage:
        return self._new(WelcomePage())

    @cached_property
    def account(self) -> AccountPage:
        return self._new(AccountPage())

    @cached_property
    def lines(self) -> LinesPage:
        return self._new(LinesPage())

    @cached_property
    def receiving(self) -> ReceivingPage:
        return self._new(ReceivingPage())

    @cached_property
    def history(self) -> HistoryPage:
        return self._new(HistoryPage())

    @cached_property
    def test(self) -> TestPage:
        return self._new(TestPage())

    @cached_property
    def done(self) -> DonePage:
        return self._new(DonePage())

    def _new(self, sheet: S) -> S:
        sheet.set_narrow(self._is_narrow)
        self.pages.addWidget(sheet)
        return sheet

    def sheet(self, step: Step) -> Sheet:
        found = getattr(self, step.value)
        assert isinstance(found, Sheet)
        return found

    # What is shown

    def show_step(self, current: Step, reached: Step) -> None:
        """Puts up a page; ``reached`` is the furthest that has been come to."""
        sheet = self.sheet(current)
        self.pages.setCurrentWidget(sheet)
        self.steps.show_step(current, reached)
        self.foot.setVisible(current is not Step.WELCOME)
        self.foot.show_sheet(sheet, last=current is Step.DONE)
        sheet.verticalScrollBar().setValue(0)
        self._give_keyboard(sheet)

    def take_keyboard(self) -> None:
        """Once a page has filled itself: the keyboard goes to its first thing, unless it is at work already."""
        sheet = self.pages.currentWidget()
        if isinstance(sheet, Sheet) and self.focusWidget() in (None, sheet, self.foot.primary):
            self._give_keyboard(sheet)

    def _give_keyboard(self, sheet: Sheet) -> None:
        """To the page's first thing, else to the primary button; a page that has neither yet holds it for them."""
        primary = self.foot.primary if self.foot.primary.isEnabled() else sheet
        (sheet.start() or primary).setFocus(Qt.FocusReason.OtherFocusReason)

    def complain(self, sentence: str) -> None:
        """Something went wrong that no page knows about."""
        self.foot.trouble.say("bad", sentence or "Something went wrong inside SMS Desktop. The log file says more.")

    def tell(self, sentence: str) -> None:
        """Something that is to be known beside this page."""
        self.foot.trouble.say("warn", sentence)

    @property
    def _is_narrow(self) -> bool:
        return self.width() < NARROW

    # Qt

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes through the page, its foot and then the steps, as they stand there now."""
        return step_on(self, filter(None, (self.pages.currentWidget(), self.foot, self.steps)), forwards=next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self._is_narrow
        self.steps.set_narrow(narrow)
        self.foot.set_narrow(narrow)
        for place in range(self.pages.count()):
            sheet = self.pages.widget(place)
            if isinstance(sheet, Sheet):
                sheet.set_narrow(narrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that the keyboard is at, and elsewhere the primary one. Escape goes a step back,
        page keys turn the page.
        """
        if event.key() == Qt.Key.Key_Escape and self.foot.back.isVisible():
            self.foot.back.click()
            return
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            sheet = self.pages.currentWidget()
            if not (isinstance(sheet, Sheet) and sheet.turn(event)):
                super().keyPressEvent(event)
            return
        at = QApplication.focusWidget()
        pressed = at if isinstance(at, QAbstractButton) and not at.isCheckable() else self._primary
        pressed.click()

    @property
    def _primary(self) -> QPushButton:
        return self.welcome.connect_button if self.foot.isHidden() else self.foot.primary

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.asks_before_closing:
            event.ignore()
            self.closeRequested.emit()
            return
        super().closeEvent(event)
        self.closed.emit()
