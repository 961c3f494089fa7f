"""One line: what it is, what it may do and how fast, how far its registration is, and the one next thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.domain.registration import Step
from sms_desktop.domain.registrationreport import Report, for_real
from sms_desktop.ui import words
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.registration import sentences
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.below import put_below
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.keyboard import holds_keyboard
from sms_desktop.ui.widgets.ladder import Ladder
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.wrapped import WrappedLabel

ICON = 16


class RegistrationCard(QFrame):
    """``stepWanted`` tells that its button was pressed; where that is Twilio's alone, the button leads there."""

    stepWanted = Signal(object)  # Report

    def __init__(self, report: Report, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.report = report
        self._panel: QWidget | None = None
        self._icon, self.word = QLabel(), QLabel()
        self._icon.setFixedSize(ICON, ICON)
        self._name = WrappedLabel(role="strong")
        self._tag = QLabel(sentences.REHEARSAL)
        self._tag.setProperty("role", "tag")
        self.about, self.pace = WrappedLabel(role="muted"), WrappedLabel(role="muted")
        self.said, self.advice = WrappedLabel(role="secondary"), WrappedLabel(role="secondary")
        self.rehearsal = WrappedLabel(sentences.ABOUT_REHEARSAL, role="meta")
        self.ladder = Ladder()
        self.act = QPushButton()
        self.act.setAutoDefault(False)
        self.act.clicked.connect(lambda: self.stepWanted.emit(self.report))
        self.real = QPushButton(sentences.FOR_REAL)
        self.real.setAutoDefault(False)
        self.real.clicked.connect(lambda: self.stepWanted.emit(for_real(self.report)))
        self.link = LinkButton(sentences.CONSOLE, "")
        self.link.setAutoDefault(False)
        self.trouble = WrappedLabel(role="bad")
        self.trouble.hide()
        self._lay_out()
        theme().changed.connect(self._tint)
        self.show_report(report)

    def _lay_out(self) -> None:
        status = QHBoxLayout()
        status.setSpacing(6)
        status.addWidget(self._tag)
        status.addWidget(self._icon)
        status.addWidget(self.word)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._name, 1)
        head.addLayout(status)
        said = QVBoxLayout()
        said.setSpacing(2)
        for label in (self.about, self.pace):
            said.addWidget(label)
        acts = FlowLayout(spacing=12)
        acts.addWidget(self.act)
        acts.addWidget(self.real)
        acts.addWidget(self.link)
        acts.setAlignment(self.link, Qt.AlignmentFlag.AlignVCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 14, 16, 14)
        self._column.setSpacing(10)
        top = QVBoxLayout()
        top.setSpacing(4)
        top.addLayout(head)
        top.addLayout(said)
        self._column.addLayout(top)
        self._column.addWidget(self.ladder)
        for label in (self.said, self.rehearsal, self.advice):
            self._column.addWidget(label)
        self._column.addLayout(acts)
        self._column.addWidget(self.trouble)

    def show_report(self, report: Report) -> None:
        """The same line as things are now; what is asked below stays."""
        self.report = report
        standing = report.standing
        name = words.line_name(report.line)
        self.setAccessibleName(f"{name}, {report.what}: {standing.word}{', a rehearsal' if report.rehearsed else ''}")
        self._name.setText(words.isolated(name))
        self._name.setAccessibleName(name)
        self._tag.setVisible(report.rehearsed and sentences.REHEARSAL not in standing.word)
        self.rehearsal.setVisible(report.rehearsed)
        self.word.setText(standing.word)
        self.word.setProperty("role", sentences.TONES[standing.tone][1])
        self.word.style().unpolish(self.word)  # the stylesheet looks at properties only when asked to
        self.word.style().polish(self.word)
        self.about.setText(f"{report.what}. {report.can}")
        self.pace.setText(report.pace)
        rungs = sentences.rungs_of(report)
        self.ladder.show_rungs(rungs)
        self.ladder.setVisible(bool(rungs))
        said = standing.sentence not in {rung.said for rung in rungs}
        self.said.setText(standing.sentence)
        self.said.setVisible(said)
        self.advice.setText(standing.advice)
        self.advice.setVisible(bool(standing.advice))
        self._offer()
        self._tint()

    def _offer(self) -> None:
        standing = self.report.standing
        console = standing.step is Step.CONSOLE
        self.link.lead_to(standing.url)
        word, name = sentences.NEXT.get(standing.step, ""), words.line_name(self.report.line)
        self.act.setText(words.isolated(word))
        self.act.setAccessibleName(f"{word}: {name}")
        self.real.setAccessibleName(f"{sentences.FOR_REAL}: {name}")
        self.link.setAccessibleName(f"{sentences.CONSOLE}: {name}")
        asks = self._panel is not None
        offered = {
            self.act: standing.step is not Step.NONE and not console and not asks,
            self.real: self.report.rehearsed and standing.step is not Step.BRAND and not asks,
            self.link: bool(standing.url),
        }
        if any(holds_keyboard(one) and not stays for one, stays in offered.items()):
            self.setFocus()  # Qt would pass the keyboard on to wherever
        for one, stays in offered.items():
            one.setVisible(stays)

    @property
    def panel(self) -> QWidget | None:
        """What it asks below."""
        return self._panel

    def set_panel(self, panel: QWidget | None) -> None:
        """Asks below the card, instead of its button; None asks nothing any more."""
        put_below(self._column, panel, self._panel)
        self._panel = panel
        self._offer()

    def say(self, sentence: str) -> None:
        """What could not be done."""
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))

    def _tint(self) -> None:
        icon, tone = sentences.TONES[self.report.standing.tone]
        self._icon.setPixmap(pixmap(icon, getattr(theme().tokens, tone), ICON, self.devicePixelRatioF()))
