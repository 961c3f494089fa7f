"""Automatic replies: the rules in their order, trying a text, opening hours, and how many anybody gets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSpinBox, QStackedWidget, QWidget

from sms_desktop.domain.hours import Hours
from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.domain.phone import display
from sms_desktop.domain.reply import Rule
from sms_desktop.domain.replytext import BUSINESS, HOURS, LINE, NUMBER, filled, left_out
from sms_desktop.services.replying import texted
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.replies.editor import ALL_LINES, EMPTY, RuleEditor
from sms_desktop.ui.replies.example import EXAMPLE, Example
from sms_desktop.ui.replies.hours import USUAL_WEEK, WeekField
from sms_desktop.ui.replies.rulelist import RuleList
from sms_desktop.ui.replies.sentences import sketch
from sms_desktop.ui.replies.trial import TrialCard
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.choice import Choice
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.still import keep_still
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import isolated, line_name, line_word, one_line

ABOUT = (
    "The first rule that fits answers, and no other. STOP, START and HELP are not theirs to answer; see “Who answers”."
)
HOURS_ABOUT = "For the rule “We are closed”, and for what a reply says of them."
LIMIT_ABOUT = (
    "What would be more is held back, and the conversation says so. Your own numbers, short codes, senders without a "
    "number and whoever sends the same text again never get an automatic reply."
)
ALL_RULES = "All rules"
MOST = 60


class RulesPage(WorkingPage):
    """``furnish`` it. The presenter says what is there; each signal is something that the person wants."""

    switched = Signal(int, bool)
    ordered = Signal(object)
    editRequested = Signal(int)
    removeRequested = Signal(int)
    addRequested = Signal()
    exampleTaken = Signal()
    undoRequested = Signal()
    hoursChanged = Signal(object, object)
    """A line's address or None for all, and its Hours or None for none of its own."""
    limitChosen = Signal(int)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__("Automatic replies", parent)
        self._rules: Sequence[Rule] = ()
        self._business = ""
        self._lines: Sequence[Line] = ()
        self._hours: Mapping[str | None, Hours] = {}
        self._now: datetime | None = None
        self._thumbnails = thumbnails

    def furnish(self) -> Iterator[None]:
        """Builds what is on it, a part a step."""
        self._build_rules()
        yield
        self.add_rule()
        self.add_heading("Try it")
        self.add_words("muted", "Nothing is sent.")
        self.column.addSpacing(2)
        self.trial = TrialCard(self._thumbnails)
        self.column.addWidget(self.trial)
        yield
        self.add_rule()
        self._build_hours()
        self.add_rule()
        self._build_limit()
        self.end()
        yield

    def _build_rules(self) -> None:
        self.add_heading("Automatic replies")
        self.about = self.add_words("muted", ABOUT)
        self.shown = Choice()
        self.shown.setAccessibleName("Rules of")
        self.shown.currentIndexChanged.connect(self._show_rules)
        self._filter = QWidget()
        row = QHBoxLayout(self._filter)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(_muted("Rules of", self.shown))
        row.addWidget(self.shown)
        row.addStretch(1)
        self.column.addWidget(self._filter)
        self.example = Example()
        self.example.taken.connect(self.exampleTaken)
        self.example.began.connect(self.addRequested)
        self.column.addWidget(self.example)
        self.list = RuleList()
        self.list.switched.connect(self.switched)
        self.list.ordered.connect(self._order)
        self.list.editRequested.connect(self.editRequested)
        self.list.removeRequested.connect(self.removeRequested)
        self.column.addWidget(self.list)
        self.none = self.add_words("muted", "No rule answers on this number.")
        self.removed = QFrame()
        self.removed.setProperty("role", "panel")
        self._removed = WrappedLabel(role="secondary")
        self.undo = button("Undo", "small")
        self.undo.clicked.connect(self._undo)
        inside = QHBoxLayout(self.removed)
        inside.setContentsMargins(12, 6, 8, 6)
        inside.addWidget(self._removed, 1)
        inside.addWidget(self.undo)
        self.column.addWidget(self.removed)
        self.removed.hide()
        self.said = self.add_words("bad")
        tell(self.said, "")
        self.column.addSpacing(2)
        self.add = button("Add a rule")
        self.add.clicked.connect(self.addRequested)
        self.add_row(self.add)

    def _build_hours(self) -> None:
        self.add_heading("Opening hours")
        self.add_words("muted", HOURS_ABOUT)
        self.hours_of = Choice()
        self.hours_of.setAccessibleName("Opening hours of")
        self.hours_of.currentIndexChanged.connect(self._show_hours)
        self._hours_row = QWidget()
        row = QHBoxLayout(self._hours_row)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(_muted("Of", self.hours_of))
        row.addWidget(self.hours_of)
        row.addStretch(1)
        self.column.addWidget(self._hours_row)
        self.week = WeekField()
        self.week.changed.connect(self._hours_changed)
        self.column.addWidget(self.week)
        self.hours_said = self.add_words("muted")
        self.own_hours, self.same_hours = button("Set its own hours"), button("Same as for all")
        self.own_hours.clicked.connect(self._begin_own)
        self.same_hours.clicked.connect(self._end_own)
        self.add_row(self.own_hours, self.same_hours)

    def _build_limit(self) -> None:
        self.add_heading("How many at most")
        self.limit = QSpinBox()
        keep_still(self.limit)
        self.limit.setRange(1, MOST)
        self.limit.setFixedWidth(72)
        self.limit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for part in (self.limit, self.limit.lineEdit()):
            part.setAccessibleName("Most automatic replies to one person in an hour")
        self.limit.valueChanged.connect(self.limitChosen)
        row = FlowLayout(spacing=8)
        for widget in (_words("At most"), self.limit, _words("automatic replies to one person in an hour")):
            widget.setFixedHeight(34)
            row.addWidget(widget)
        self.column.addLayout(row)
        self.limit_said = self.add_words("muted", LIMIT_ABOUT)

    # what it shows

    def show_rules(self, rules: Sequence[Rule], lines: Sequence[Line], now: datetime) -> None:
        """All of them, in the order in which they are looked at."""
        self._rules, self._now = rules, now
        if tuple(lines) != tuple(self._lines):
            self._lines = tuple(lines)
            self._show_lines()
        self._show_rules()

    def _show_lines(self) -> None:
        several = len(self._lines) > 1
        for box, first in ((self.shown, ALL_RULES), (self.hours_of, ALL_LINES)):
            chosen = box.currentData()
            with QSignalBlocker(box):
                box.clear()
                box.addItem(first, None)
                for line in self._lines:
                    box.addItem(isolated(line_name(line)), line.address)
                box.setCurrentIndex(max(0, box.findData(chosen)) if chosen else 0)
        self._filter.setVisible(several)
        self._hours_row.setVisible(several)
        self.trial.show_lines(self._lines)
        self._show_hours()

    def _show_rules(self) -> None:
        if self._now is None:
            return
        address = self.shown.currentData()
        services = [line.address for line in self._lines if address in line.senders]
        shown = [rule for rule in self._rules if address is None or rule.line in (None, address, *services)]
        self.list.show_rules(shown, self._says, self._where, self._now, self._hours)
        any_rule = bool(self._rules)
        self.example.setVisible(not any_rule)
        self._filter.setVisible(any_rule and len(self._lines) > 1)
        self.add.setVisible(any_rule)
        self.none.setVisible(any_rule and not shown)

    def show_business(self, name: str) -> None:
        self._business = name
        self._show_rules()

    def _says(self, rule: Rule) -> str:
        """What it answers, as far as that is the same for everybody."""
        line = next((one for one in self._lines if rule.line == one.address or len(self._lines) == 1), None)
        known = {BUSINESS: self._business, HOURS: self._hours_said(rule)}
        if line is not None:
            known |= {LINE: line_word(line), NUMBER: display(line.address)}
        return sketch(rule.text, known)

    def _hours_said(self, rule: Rule) -> str:
        """The opening hours of the lines on which it answers; “[opening hours]” where they differ."""
        pools = {line.address: line.senders for line in self._lines if line.senders}
        on: list[str | None] = [
            line.address
            for line in self._lines
            if rule.line in (None, line.address) or line.address in pools.get(rule.line, ())
        ]
        said = set()
        for address in on or [rule.line]:
            of = (address, *(service for service, senders in pools.items() if address in senders), None)
            hours = next((self._hours[one] for one in of if one in self._hours), None)
            said.add(texted(hours) if hours is not None else "")
        return said.pop() if len(said) == 1 else f"[{HOURS}]"

    def _where(self, rule: Rule) -> str:
        """For which line a rule is, where it is not for all."""
        if rule.line is None or (len(self._lines) == 1 and rule.line == self._lines[0].address):
            return ""
        line = next((one for one in self._lines if one.address == rule.line), None)
        return line_word(line) if line is not None else f"{rule.line}, which is not in use"

    def show_removed(self, name: str) -> None:
        """A rule is gone; it can be had back."""
        self._removed.setText(f"“{one_line(name)}” is removed.")
        self.removed.show()
        self.reveal(self.removed)
        self.undo.setFocus()

    def put_removed_away(self) -> None:
        self.removed.hide()

    def show_hours(self, hours: Mapping[str | None, Hours]) -> None:
        self._hours = hours
        self._show_hours()
        self._show_rules()

    def _show_hours(self) -> None:
        address = self.hours_of.currentData()
        common, own = self._hours.get(None), self._hours.get(address)
        of_line = address is not None
        self.own_hours.setVisible(of_line and own is None)
        self.same_hours.setVisible(of_line and own is not None)
        self.week.setVisible(not of_line or own is not None)
        self.week.show_hours(own)
        if of_line and own is None:
            said = f"As for all your numbers: {common.words()}." if common is not None else "As for all your numbers."
            tell(self.hours_said, said, "muted")
        elif own is not None:
            zone = f"in {own.zone}" if own.zone else "by this computer’s clock"
            tell(self.hours_said, f"{own.words()}, {zone}.", "muted")
        else:
            tell(self.hours_said, "No day is ticked, so no rule about being closed answers.", "muted")

    def complain_of_hours(self, sentence: str) -> None:
        tell(self.hours_said, sentence, "bad")

    def show_limit(self, limit: int) -> None:
        with QSignalBlocker(self.limit):
            self.limit.setValue(limit)

    def held(self) -> tuple[QWidget, ...]:
        return self.example.take, self.example.begin

    # what the person does

    def _order(self, ids: list[int]) -> None:
        """Where only some are shown, the others stay where they are."""
        wanted = iter(ids)
        self.ordered.emit([next(wanted) if rule.id in ids else rule.id for rule in self._rules])

    def _undo(self) -> None:
        self.removed.hide()
        self.undoRequested.emit()

    def _hours_changed(self) -> None:
        self.hoursChanged.emit(self.hours_of.currentData(), self.week.hours)

    def _begin_own(self) -> None:
        self.hoursChanged.emit(self.hours_of.currentData(), self._hours.get(None) or USUAL_WEEK)

    def _end_own(self) -> None:
        self.hoursChanged.emit(self.hours_of.currentData(), None)


class RepliesPage(QStackedWidget):
    """``furnish`` it. The rules, or the one that is being written. ``path_of`` tells where a picture lies; ``values``
    are those of somebody whose text is counted.
    """

    playRequested = Signal(str, str, str)
    """Line, customer’s number and text, for the phone on the screen."""
    ruleRequested = Signal(str)
    """The rule of that name is to be opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path_of: Callable[[File], Path] = lambda file: Path(file.name)
        self.values: Mapping[str, str] = {}
        self.thumbnails = Thumbnails(self._lies_at, self)

    def furnish(self) -> Iterator[None]:
        """Builds what is on it, a part a step."""
        self.rules = RulesPage(self.thumbnails, self)
        yield from self.rules.furnish()
        self.editor = RuleEditor(self._filled, self._left_out, self.thumbnails, self)
        yield from self.editor.furnish()
        self.addWidget(self.rules)
        self.addWidget(self.editor)
        self.editor.left.connect(self.show_list)
        self.show_values({})

    def show_values(self, values: Mapping[str, str]) -> None:
        """What stands for variables, of an example person."""
        self.values = values
        self.rules.show_business(values.get(BUSINESS, ""))
        self.rules.example.show_answer(self._filled(EXAMPLE.text))
        self.editor.recount()

    def open_editor(self, rule: Rule = EMPTY, lines: Sequence[Line] = ()) -> None:
        self.editor.show_rule(rule, lines)
        self.setCurrentWidget(self.editor)
        self.editor.start()

    def show_list(self) -> None:
        """The keyboard goes to the rule that was written, or to where it was asked for."""
        before = self.editor.rule.id
        self.setCurrentWidget(self.rules)
        if (row := self.rules.list.row(before)) is not None:
            self.rules.list.focus(before)
            self.rules.reveal(row)
        else:
            (self.rules.add if self.rules.add.isVisible() else self.rules.example.begin).setFocus()

    @property
    def is_writing(self) -> bool:
        """Whether a rule is open that has not been saved."""
        return self.currentWidget() is self.editor and self.editor.is_changed

    def step_back(self) -> bool:
        """Whether there was a step to go back."""
        return self.currentWidget() is self.editor and self.editor.step_back()

    def _lies_at(self, file: File) -> Path:
        return self.path_of(file)

    def _filled(self, text: str) -> str:
        return filled(text, self.values)

    def _left_out(self, text: str) -> tuple[str, ...]:
        return left_out(text, self.values)


def _muted(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setBuddy(buddy)
    return label


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
    return label
