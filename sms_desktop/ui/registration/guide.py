"""The window of the forms: the steps at its side, a page, and the foot, as in the set-up."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.ui.registration.check import OutcomePage
from sms_desktop.ui.registration.formsheet import FormSheet
from sms_desktop.ui.registration.rail import Rail
from sms_desktop.ui.setup.foot import Foot
from sms_desktop.ui.setup.window import NARROW
from sms_desktop.ui.widgets.order import step_on
from sms_desktop.ui.widgets.room import fit


class GuideDialog(QDialog):
    """``advanced``, ``backed`` and ``stepChosen`` are what the person wants; ``show_page`` puts one up."""

    advanced = Signal()
    backed = Signal()
    stepChosen = Signal(int)

    def __init__(self, title: str, subtitle: str, pages: Sequence[FormSheet], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{title} · SMS Desktop")
        self.sheets = list(pages)
        self.outcome = OutcomePage()
        self.rail = Rail(title, subtitle, [page.word for page in pages])
        self.foot = Foot()
        self.pages = QStackedWidget()
        for sheet in (*self.sheets, self.outcome):
            self.pages.addWidget(sheet)
        rule = QFrame()
        rule.setProperty("role", "rule-vertical")
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.pages, 1)
        right.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(rule)
        row.addLayout(right, 1)
        for button in self.foot.findChildren(QAbstractButton):
            if hasattr(button, "setAutoDefault"):
                button.setAutoDefault(False)
        self.rail.chosen.connect(self.stepChosen)
        self.foot.advanced.connect(self.advanced)
        self.foot.backed.connect(self.backed)
        self.resize(920, 680)
        fit(self, QSize(480, 420))

    def show_page(self, place: int, reached: int, done: Sequence[bool], wrong: Collection[int] = ()) -> None:
        sheet = self.sheets[place]
        self.pages.setCurrentWidget(sheet)
        self.rail.show_step(place, reached, done, wrong)
        self.foot.show_sheet(sheet, last=False)
        self.foot.back.setVisible(place > 0)
        sheet.let_go()
        sheet.verticalScrollBar().setValue(0)
        primary = self.foot.primary if self.foot.primary.isEnabled() else sheet
        start = sheet.start() or primary
        start.setFocus(Qt.FocusReason.OtherFocusReason)
        if start is not sheet and sheet.isAncestorOf(start):  # of itself it is one, too
            sheet.come_to(start)  # as the dialog may not be active yet

    def show_outcome(self) -> None:
        """What comes later is told where it is, and leaves the keyboard alone."""
        if self.pages.currentWidget() is self.outcome:
            return
        self.pages.setCurrentWidget(self.outcome)
        count = len(self.sheets)
        self.rail.show_step(count, count, [True] * count)
        for button in self.rail.buttons:
            button.setEnabled(False)
        self.foot.show_sheet(self.outcome, last=True)
        self.foot.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def shown(self) -> FormSheet:
        sheet = self.pages.currentWidget()
        assert isinstance(sheet, FormSheet)
        return sheet

    # Qt

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes through the page, its foot and then the steps, as they stand there now."""
        return step_on(self, filter(None, (self.pages.currentWidget(), self.foot, self.rail)), forwards=next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self.rail.set_narrow(narrow)
        self.foot.set_narrow(narrow)
        for sheet in (*self.sheets, self.outcome):
            sheet.set_narrow(narrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and elsewhere goes on; Escape goes a step back, then closes.
        Page keys turn the page.
        """
        if event.key() == Qt.Key.Key_Escape and self.foot.back.isVisible():
            self.foot.back.click()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            at = QApplication.focusWidget()
            (at if isinstance(at, QAbstractButton) and not at.isCheckable() else self.foot.primary).click()
            event.accept()
            return
        if not self.shown.turn(event):
            super().keyPressEvent(event)
