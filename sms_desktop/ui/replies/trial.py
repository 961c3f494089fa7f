"""Trying a text: what it would be answered, by which rule, and why the others do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from sms_desktop.domain.line import Line
from sms_desktop.domain.phone import display
from sms_desktop.domain.reply import Verdict
from sms_desktop.services.clock import now
from sms_desktop.services.replies import Preview
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.replies import sentences
from sms_desktop.ui.replies.moments import MomentField
from sms_desktop.ui.replies.speech import Speech
from sms_desktop.ui.replies.twimlpanel import TwimlPanel
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.choice import Choice
from sms_desktop.ui.widgets.edge import leading_edge
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.field import Field
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import isolated, line_name, one_line

NEWCOMER = ""
"""In place of a number: somebody who has never written."""
NAME, LABEL = 150, 40
"""Pixels for the names of rules, and for what stands before a choice."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tried: ``peer`` is typed or chosen, ``at`` None: now."""

    body: str
    line: str
    peer: str
    at: datetime | None


class VerdictRow(QWidget):
    """A rule, whether it answers, and why not."""

    def __init__(self) -> None:
        super().__init__()
        self._answers = self._held = False
        self._icon = QLabel()
        self._icon.setFixedSize(16, 18)
        self._name = ElidedLabel(role="secondary")
        self._name.setFixedWidth(NAME)
        self._why = WrappedLabel(role="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._why, 1)
        theme().changed.connect(self._paint)

    def show_verdict(self, verdict: Verdict, at: datetime, *, held: bool) -> None:
        name, why = one_line(verdict.rule.name), sentences.why_not(verdict, at, held=held)
        self._held = held
        self._answers = verdict.miss is None
        self._name.setText(name)
        self._why.setText(why)
        self._why.set_role(("warn" if held else "ok") if self._answers else "muted")
        self._why.setAccessibleName(f"{name}: {why}")
        self._paint()

    def _paint(self) -> None:
        tokens = theme().tokens
        name, color = ("check-circle", tokens.ok) if self._answers else ("minus-circle", tokens.muted)
        if self._answers and self._held:
            name, color = "ban", tokens.warn
        self._icon.setPixmap(pixmap(name, color, 16, self.devicePixelRatioF()))

    @property
    def said(self) -> str:
        return self._why.accessibleName()


class TrialCard(QFrame):
    """``asked`` whenever something else is to be tried; ``show_preview`` answers it."""

    asked = Signal()
    playRequested = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        self._playable = False
        self._body = QLineEdit()
        self._body.setPlaceholderText("Hi! When are you open?")
        self._body.textChanged.connect(self.asked)
        self.body = Field("A text as a customer would write it", self._body)
        self.who, self.line, self.when = Choice(), Choice(), Choice()
        self.who.setEditable(True)
        self.who.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.who.setMinimumContentsLength(22)
        self.when.addItem("Now", True)
        self.when.addItem("At another time", False)
        self.at = MomentField("Time of the text")
        self.at.put(now() + timedelta(days=1))
        self.at.hide()
        self._line_choice = _labelled("To", self.line)
        choices = QVBoxLayout()
        choices.setSpacing(6)
        for choice in (_labelled("From", self.who), self._line_choice, _labelled("When", self.when, self.at)):
            choices.addWidget(choice)
        self.who.currentTextChanged.connect(self.asked)
        self.line.currentIndexChanged.connect(self.asked)
        self.when.currentIndexChanged.connect(self._time_chosen)
        self.at.dateTimeChanged.connect(self.asked)
        self.theirs, self.ours = Speech("inbound"), Speech("outbound", thumbnails)
        self.said = WrappedLabel(role="muted")
        self._rules = QVBoxLayout()
        self._rules.setSpacing(2)
        self.rows: list[VerdictRow] = []
        self.twiml = TwimlPanel()
        self.play = button("Play it on the phone")
        self.play.setToolTip("Closes the preferences and has the customer’s phone send this text")
        self.play.clicked.connect(self.playRequested)
        self.result = QWidget()
        inside = QVBoxLayout(self.result)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.setSpacing(8)
        for part in (self.theirs, self.ours, self.said):
            inside.addWidget(part)
        inside.addLayout(self._rules)
        inside.addWidget(self.twiml)
        played = QHBoxLayout()
        played.addWidget(self.play)
        played.addStretch(1)
        inside.addLayout(played)
        column.addWidget(self.body)
        column.addLayout(choices)
        column.addWidget(self.result)
        self.result.hide()
        self.play.hide()

    # what is tried

    @property
    def trial(self) -> Trial:
        text = self.who.currentText()
        place = self.who.findText(text)
        peer = str(self.who.itemData(place)) if place >= 0 else text.strip()
        return Trial(
            self._body.text(), str(self.line.currentData() or ""), peer, self.at.value if self._later else None
        )

    @property
    def _later(self) -> bool:
        return not self.when.currentData()

    def show_people(self, people: Sequence[tuple[str, str]]) -> None:
        """(name, number) of those that may be chosen; any number may be typed. What is chosen stays."""
        kept = self.who.currentText()
        with QSignalBlocker(self.who):
            self.who.clear()
            self.who.addItem("Somebody new", NEWCOMER)
            for name, number in people:
                written = display(number)
                self.who.addItem(isolated(name if name == written else f"{name} · {written}"), number)
            self.who.setCurrentText(kept or self.who.itemText(0))
        line = self.who.lineEdit()
        if line is not None:
            line.setCursorPosition(0)

    def show_lines(self, lines: Sequence[Line]) -> None:
        chosen = self.line.currentData()
        with QSignalBlocker(self.line):
            self.line.clear()
            for line in lines:
                self.line.addItem(isolated(line_name(line)), line.address)
            self.line.setCurrentIndex(max(0, self.line.findData(chosen)))
        self._line_choice.setVisible(len(lines) > 1)

    def offer_play(self, on: bool) -> None:
        """There is a phone on the screen that it can be played on."""
        self._playable = on

    # what came of it

    def clear(self) -> None:
        """There is nothing to be tried."""
        self.result.hide()

    def show_trouble(self, sentence: str) -> None:
        self._show("", "", sentence, "bad")
        self._show_verdicts((), now(), held=False)
        self.twiml.show_xml("")
        self.play.hide()

    def show_preview(self, trial: Trial, preview: Preview, *, plays: bool = False) -> None:
        """``plays``: a phone can send it."""
        sent = preview.held is None
        self.theirs.say(one_line(trial.body, 1600))
        self.ours.say(preview.text if sent else "", preview.picture if sent else None)
        outcome = sentences.outcome(preview.rule, preview.keyword, preview.held, preview.unsent)
        left_out = sentences.left_out_said(preview.left_out) if sent else ""
        self.said.setText(f"{outcome} {left_out}".rstrip())
        self.said.set_role("warn" if preview.held or preview.unsent or left_out else "muted")
        self._show_verdicts(preview.verdicts, trial.at or now(), held=preview.held is not None)
        self.twiml.show_xml(preview.twiml)
        self.play.setVisible(self._playable and plays)
        self.result.show()

    def _show(self, theirs: str, ours: str, said: str, role: str) -> None:
        self.theirs.say(theirs)
        self.ours.say(ours)
        self.said.setText(said)
        self.said.set_role(role)
        self.result.show()

    def _show_verdicts(self, verdicts: Sequence[Verdict], at: datetime, *, held: bool) -> None:
        while len(self.rows) < len(verdicts):
            row = VerdictRow()
            self.rows.append(row)
            self._rules.addWidget(row)
        for place, row in enumerate(self.rows):
            if place < len(verdicts):
                row.show_verdict(verdicts[place], at, held=held)
            row.setVisible(place < len(verdicts))

    def _time_chosen(self) -> None:
        self.at.setVisible(self._later)
        self.asked.emit()


def _labelled(word: str, field: QComboBox, *more: QWidget) -> QWidget:
    whole = QWidget()
    label = QLabel(word)
    label.setProperty("role", "muted")
    label.setBuddy(field)
    label.setFixedWidth(LABEL)
    label.setAlignment(leading_edge())
    field.setAccessibleName(word)
    if (edit := field.lineEdit()) is not None:
        edit.setAccessibleName(word)
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    label.setFixedHeight(theme().tokens.control_height)
    flow = FlowLayout(spacing=6)
    for one in (field, *more):
        flow.addWidget(one)
    row.addLayout(flow, 1)
    return whole
