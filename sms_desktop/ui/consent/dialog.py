"""One person's consent: what it comes to, every entry with its evidence, and a form for what people here know."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.domain.consent import Consent, ConsentEvent, Standing
from sms_desktop.services.consent import LONGEST_NAME, LONGEST_REASON, only_they_can
from sms_desktop.ui.consent import sentences
from sms_desktop.ui.preferences.page import tell
from sms_desktop.ui.widgets.button import button, buttons
from sms_desktop.ui.widgets.field import Field
from sms_desktop.ui.widgets.room import fit
from sms_desktop.ui.widgets.scrollarea import ScrollArea
from sms_desktop.ui.widgets.wrapped import WrappedLabel

SHOWN = 100
"""Entries at most; a file that is saved has them all."""


class ConsentDialog(QDialog):
    """``show_known`` fills it; ``entered`` is what a person enters: whether they opted out, who says so, and why."""

    entered = Signal(bool, str, str)
    saveRequested = Signal(str)
    """The evidence is to be saved as “csv” or “pdf”."""

    def __init__(
        self, name: str, line: str, author: str, parent: QWidget | None = None, *, line_called: str = ""
    ) -> None:
        """``line_called``: what a sentence calls the line, where that is not its number."""
        super().__init__(parent)
        self.setWindowTitle(f"Consent · {name}")
        self._line, self._called, self._out = line, line_called, False
        self.standing, self.said = WrappedLabel(role="strong"), WrappedLabel(role="muted")
        self.standing.setStyleSheet("font-weight: 600")
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        self.rows: list[QFrame] = []
        self.none = WrappedLabel("No entries yet.", role="muted")
        self.agree, self.stop = button(sentences.AGREED), button(sentences.STOPPED)
        self.agree.clicked.connect(lambda: self._begin(out=False))
        self.stop.clicked.connect(lambda: self._begin(out=True))
        self.barred = WrappedLabel(role="muted")
        self.form = self._form(author)
        self.trouble = WrappedLabel(role="bad")
        self.csv, self.pdf, self.leave = button("Save as CSV…"), button("Save as PDF…"), button("Close")
        self.csv.clicked.connect(lambda: self.saveRequested.emit("csv"))
        self.pdf.clicked.connect(lambda: self.saveRequested.emit("pdf"))
        self.leave.clicked.connect(self.accept)
        tell(self.trouble, "")
        self._lay_out()
        self.resize(540, 560)
        fit(self, QSize(420, 360))
        self.leave.setFocus()

    def _lay_out(self) -> None:
        body = QWidget()
        body.setProperty("role", "ground")
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(6)
        column.addWidget(self.standing)
        column.addWidget(self.said)
        column.addSpacing(8)
        column.addLayout(buttons(self.agree, self.stop))
        column.addWidget(self.barred)
        column.addWidget(self.form)
        column.addWidget(self.trouble)
        column.addSpacing(8)
        column.addWidget(_rule())
        column.addSpacing(8)
        heading = QLabel("How it is known")
        heading.setProperty("role", "section")
        column.addWidget(heading, 0, Qt.AlignmentFlag.AlignLeft)  # which is the right under right-to-left
        column.addSpacing(4)
        column.addWidget(self.none)
        column.addLayout(self._column)
        column.addStretch(1)
        self.page = ScrollArea()
        self.page.setAccessibleName("Consent")
        self.page.setWidget(body)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 12, 24, 14)
        foot.setSpacing(8)
        foot.addWidget(self.csv)
        foot.addWidget(self.pdf)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.page, 1)
        whole.addWidget(_rule())
        whole.addLayout(foot)

    def _form(self, author: str) -> QFrame:
        form = QFrame()
        form.setProperty("role", "card")
        self.asked = WrappedLabel(role="strong")
        self.who, self.why = QLineEdit(author), QLineEdit()
        self.who.setMaxLength(LONGEST_NAME)
        self.why.setMaxLength(LONGEST_REASON)
        self.enter, self.cancel = button("Enter", "primary"), button("Cancel")
        self.enter.clicked.connect(self._enter)
        self.cancel.clicked.connect(self._put_away)
        self.wrong = WrappedLabel(role="bad")
        column = QVBoxLayout(form)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.asked)
        column.addWidget(Field(sentences.WHO, self.who))
        column.addWidget(Field(sentences.WHY, self.why, hint=sentences.WHY_HINT))
        column.addWidget(self.wrong)
        column.addLayout(buttons(self.enter, self.cancel))
        form.hide()
        return form

    # what it shows

    def show_known(
        self,
        consent: Consent,
        events: Sequence[ConsentEvent],
        now: datetime,
        called: Mapping[str, str],
        *,
        wrote: bool = False,
    ) -> None:
        """``wrote``: they have texted us, so that they can be messaged while nothing else is known; ``called`` has the
        names of Messaging Services.
        """
        agreeable = wrote and consent.standing is Standing.UNKNOWN
        word, tone = sentences.WORDS[Standing.ALLOWED if agreeable else consent.standing]
        self.standing.setText(word)
        self.standing.set_role(tone if tone in ("bad", "ok") else "strong")
        tell(self.said, sentences.WROTE if agreeable else sentences.standing_said(consent, now))
        self.agree.setVisible(not consent.is_final)
        self.stop.setVisible(not consent.is_out)
        tell(self.barred, only_they_can(self._line, consent) if consent.is_final else "")
        if consent.is_final and not self._out and not self.form.isHidden():
            self._put_away()
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [_row(event, now, called) for event in reversed(events[-SHOWN:])]
        for row in self.rows:
            self._column.addWidget(row)
        self.none.setVisible(not events)

    def show_done(self) -> None:
        """What was entered stands in the ledger."""
        self._put_away()
        self.why.clear()

    def show_wrong(self, sentence: str) -> None:
        """Why it was not entered: a field that is empty has the keyboard."""
        tell(self.wrong, sentence)
        empty = next((field for field in (self.who, self.why) if not field.text().strip()), None)
        if empty is not None:
            empty.setFocus()

    def show_saved(self, sentence: str) -> None:
        tell(self.trouble, sentence, "ok")

    def show_trouble(self, sentence: str) -> None:
        tell(self.trouble, sentence, "bad")

    # what the person does

    def _begin(self, *, out: bool) -> None:
        from sms_desktop.domain.phone import display

        self._out = out
        asked = sentences.ASK_STOPPED if out else sentences.ASK_AGREED
        self.asked.setText(asked.format(line=self._called or display(self._line)))
        tell(self.wrong, "")
        tell(self.trouble, "")
        self.form.show()
        (self.why if self.who.text().strip() else self.who).setFocus()

    def _put_away(self) -> None:
        self.form.hide()
        next((one for one in (self.agree, self.stop, self.leave) if one.isVisibleTo(self)), self.leave).setFocus()

    def _enter(self) -> None:
        tell(self.wrong, "")
        self.entered.emit(self._out, self.who.text(), self.why.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, or enters what is written; Escape goes one step back.
        Page keys turn what is known.
        """
        if event.key() == Qt.Key.Key_Escape and not self.form.isHidden():
            self._put_away()
            event.accept()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = QApplication.focusWidget()
            if isinstance(focused, QAbstractButton):
                focused.click()
            elif focused in (self.who, self.why):
                self._enter()
            event.accept()
            return
        if not self.page.turn(event):
            super().keyPressEvent(event)


def _row(event: ConsentEvent, now: datetime, called: Mapping[str, str]) -> QFrame:
    row = QFrame()
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    column.addWidget(WrappedLabel(sentences.event_title(event, now), role="strong"))
    column.addWidget(WrappedLabel(sentences.event_said(event), role="secondary"))
    if proof := sentences.event_proof(event, called):
        column.addWidget(WrappedLabel(proof, role="meta"))
    return row


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("role", "rule")
    return rule
