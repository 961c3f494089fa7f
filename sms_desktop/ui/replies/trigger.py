"""What a rule waits for: its kind, and the fields that this kind has."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from sms_desktop.domain.reply import WORDY, Rule, Trigger
from sms_desktop.services.clock import now
from sms_desktop.ui.replies.days import DatesField
from sms_desktop.ui.replies.moments import MomentField
from sms_desktop.ui.replies.sentences import ABOUT_TRIGGER, TRIGGERS
from sms_desktop.ui.widgets.choice import Choice
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.widgets.wrapped import WrappedLabel

WEEK = timedelta(days=7)
MORNING = 8


class TriggerField(QWidget):
    """``show_rule`` fills it; ``into`` puts what it holds into a rule."""

    changed = Signal()
    patternTyped = Signal(str)
    """It is to be looked at beside the loop, and what is wrong with it told to ``complain_of``."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = Choice()
        self.kind.setAccessibleName("Answers when")
        for trigger, word in TRIGGERS:
            self.kind.addItem(word, trigger)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.about = WrappedLabel(role="muted")
        self._words = QLineEdit()
        self._words.setPlaceholderText("hours, open, closed")
        self.words = Field("Words", self._words, hint="Several with commas between them.")
        self._pattern = QLineEdit()
        self._pattern.setPlaceholderText(r"order\s*#?\d{4,}")
        self.pattern = Field("Pattern", self._pattern)
        self.dates = DatesField()
        self.until = MomentField("Away until")
        self._bodies: Mapping[QWidget, frozenset[Trigger]] = {
            self.words: WORDY - {Trigger.PATTERN},
            self.pattern: frozenset({Trigger.PATTERN}),
            self.dates: frozenset({Trigger.HOLIDAY}),
            self.until: frozenset({Trigger.AWAY}),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.kind)
        column.addWidget(self.about)
        for body in self._bodies:
            column.addWidget(body)
        self._words.textChanged.connect(self.changed)
        self._pattern.textChanged.connect(self._pattern_changed)
        self.dates.changed.connect(self.changed)
        self.until.dateTimeChanged.connect(self.changed)
        self._show_kind()

    @property
    def trigger(self) -> Trigger:
        return Trigger(self.kind.currentData())

    def show_rule(self, rule: Rule) -> None:
        self.kind.blockSignals(True)
        self.kind.setCurrentIndex([trigger for trigger, _ in TRIGGERS].index(rule.trigger))
        self.kind.blockSignals(False)
        put(self._words, ", ".join(rule.words) if rule.trigger is not Trigger.PATTERN else "")
        put(self._pattern, "".join(rule.words[:1]) if rule.trigger is Trigger.PATTERN else "")
        self.dates.show_dates(rule.dates)
        morning = (now() + WEEK).astimezone().replace(hour=MORNING, minute=0, second=0, microsecond=0)
        self.until.put(rule.until or morning)
        self._ask_pattern()
        self._show_kind()

    def into(self, rule: Rule) -> Rule:
        """What another kind had is not kept."""
        trigger = self.trigger
        words: tuple[str, ...] = ()
        if trigger is Trigger.PATTERN:
            words = (self._pattern.text(),) if self._pattern.text() else ()
        elif trigger in WORDY:
            words = words_of(self._words.text())
        dates = self.dates.dates if trigger is Trigger.HOLIDAY else ()
        until = self.until.value if trigger is Trigger.AWAY else None
        return replace(rule, trigger=trigger, words=words, dates=dates, until=until)

    def first(self) -> QWidget:
        """What is to be filled in first."""
        bodies = {self.words: self._words, self.pattern: self._pattern, self.dates: self.dates.day}
        return next(
            (bodies.get(body, body) for body, kinds in self._bodies.items() if self.trigger in kinds), self.kind
        )

    def _kind_changed(self) -> None:
        self._show_kind()
        self.changed.emit()

    def _show_kind(self) -> None:
        trigger = self.trigger
        self.about.setText(ABOUT_TRIGGER[trigger])
        for body, kinds in self._bodies.items():
            body.setVisible(trigger in kinds)

    def _pattern_changed(self) -> None:
        self._ask_pattern()
        self.changed.emit()

    def _ask_pattern(self) -> None:
        if not self._pattern.text():
            self.pattern.complain("")
        else:
            self.patternTyped.emit(self._pattern.text())

    def complain_of(self, pattern: str, sentence: str) -> None:
        """What is wrong with the pattern, or "", unless it is another one by now."""
        if pattern == self._pattern.text():
            self.pattern.complain(sentence)


def words_of(typed: str) -> tuple[str, ...]:
    """Keywords as they were typed: apart by commas, Arabic and Chinese ones too, or line ends; each once."""
    for mark in "،，、;\n":
        typed = typed.replace(mark, ",")
    words = (" ".join(word.split()) for word in typed.split(","))
    return tuple(dict.fromkeys(word for word in words if word))
