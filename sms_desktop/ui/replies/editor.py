"""One rule, written or changed: nothing of it counts before it is saved."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.domain.reply import LONGEST_NAME, Rule, Trigger, pictureless
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.preferences.question import Question
from sms_desktop.ui.replies.sentences import COOLDOWNS, VARIABLES, cooldown_word, left_out_said, without_picture
from sms_desktop.ui.replies.text import TextBox
from sms_desktop.ui.replies.trigger import TriggerField
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.choice import Choice
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.words import isolated, line_name

ALL_LINES = "All your numbers"
EMPTY = Rule("", Trigger.CONTAINS, "")
UNSAVED = "What you wrote here is not saved."


class RuleEditor(WorkingPage):
    """``furnish`` it. ``show_rule`` fills it; ``rule`` is what it holds now."""

    saveRequested = Signal(object)
    left = Signal()
    """Nothing is wanted of it any more."""
    changed = Signal()

    def __init__(
        self,
        filled: Callable[[str], str],
        left_out: Callable[[str], Sequence[str]],
        thumbnails: Thumbnails,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Rule", parent)
        self._filled, self._left_out, self._thumbnails = filled, left_out, thumbnails
        self._before = EMPTY
        self._lines: Sequence[Line] = ()

    def furnish(self) -> Iterator[None]:
        """Builds what is on it, a part a step."""
        self.heading = self.add_heading("New rule")
        self._name = QLineEdit()
        self._name.setMaxLength(LONGEST_NAME)
        self._name.setPlaceholderText("Opening hours")
        self.name = Field("Name", self._name, hint="For you and your colleagues; customers do not see it.")
        self.column.addWidget(self.name)
        self.column.addSpacing(6)
        self.trigger = TriggerField()
        self._add_labelled("Answers when", self.trigger.kind, self.trigger)
        self.line = Choice()
        self.line.setAccessibleName("For")
        self.column.addSpacing(6)
        self._add_labelled("For", self.line, self.line)
        self.column.addSpacing(6)
        yield
        self.text = TextBox("Reply", filled=self._filled, thumbnails=self._thumbnails)
        self.text.offer_variables(
            [
                (word, f"{{{name}|{fallback}}}" if fallback else f"{{{name}}}", fallback)
                for word, name, fallback in VARIABLES
            ]
        )
        self._add_labelled("Replies with", self.text.edit, self.text)
        self.left_out, self.pictureless = self.add_words("warn"), self.add_words("warn")
        self.column.addSpacing(6)
        self.cooldown = Choice()
        self.cooldown.setAccessibleName("How often to the same person")
        for time, word in COOLDOWNS:
            self.cooldown.addItem(word, int(time.total_seconds()))
        self._add_labelled("How often to the same person", self.cooldown, self.cooldown)
        self.column.addSpacing(8)
        self.said = self.add_words("bad")
        self.question = Question(UNSAVED, "Leave without saving", "Go on writing")
        self.question.agreed.connect(self._leave)
        self.question.refused.connect(self._stay)
        self.column.addWidget(self.question)
        self.save, self.cancel = button("Save rule", "primary"), button("Cancel")
        self.save.clicked.connect(self._ask_save)
        self.cancel.clicked.connect(self.step_back)
        self.add_row(self.save, self.cancel)
        self.end()
        self._name.textChanged.connect(self.changed)
        self.trigger.changed.connect(self.changed)
        self.text.changed.connect(self.changed)
        self.text.changed.connect(self.show_left_out)
        self.line.currentIndexChanged.connect(self.show_left_out)
        self.text.saveRequested.connect(self._ask_save)
        self.changed.connect(lambda: tell(self.said, ""))
        tell(self.said, "")
        yield

    def _add_labelled(self, name: str, buddy: QWidget, widget: QWidget) -> None:
        label = QLabel(name)
        label.setProperty("role", "secondary")
        label.setBuddy(buddy)
        self.column.addWidget(label, 0, Qt.AlignmentFlag.AlignLeft)  # which is the right under right-to-left
        self.column.addWidget(widget)

    def show_rule(self, rule: Rule, lines: Sequence[Line]) -> None:
        """One with id 0 is a new one."""
        self._before = rule
        self.heading.setText("Change a rule" if rule.id else "New rule")
        put(self._name, rule.name)
        self.name.complain("")
        self.trigger.show_rule(rule)
        self._lines = lines
        self._show_lines(rule, lines)
        self.text.show_text(rule.text, rule.picture)
        self.show_left_out()
        seconds = int(rule.cooldown.total_seconds())
        place = self.cooldown.findData(seconds)
        if place < 0:
            self.cooldown.addItem(cooldown_word(rule.cooldown), seconds)
            place = self.cooldown.count() - 1
        self.cooldown.setCurrentIndex(place)
        self.question.hide()
        tell(self.said, "")
        self._before = replace(self.rule, enabled=rule.enabled)  # what it can hold of it
        self.verticalScrollBar().setValue(0)

    def _show_lines(self, rule: Rule, lines: Sequence[Line]) -> None:
        self.line.clear()
        self.line.addItem(ALL_LINES, None)
        for line in lines:
            self.line.addItem(isolated(line_name(line)), line.address)
        if rule.line is not None and self.line.findData(rule.line) < 0:
            self.line.addItem(isolated(rule.line), rule.line)  # one that is not in use any more
        self.line.setCurrentIndex(max(0, self.line.findData(rule.line)) if rule.line else 0)

    @property
    def rule(self) -> Rule:
        held = replace(
            self._before,
            name=" ".join(self._name.text().split()),
            text=self.text.body.strip(),
            picture=self.text.file,
            line=self.line.currentData(),
            cooldown=timedelta(seconds=self.cooldown.currentData()),
        )
        return self.trigger.into(held)

    @property
    def is_changed(self) -> bool:
        return self.rule != self._before

    def show_picture(self, file: File) -> None:
        self.text.show_file(file)

    def recount(self) -> None:
        """What stands for something is another by now."""
        self.text.recount()
        self.show_left_out()

    def show_left_out(self) -> None:
        """What of the text stands for nothing, and from which numbers its picture does not leave."""
        tell(self.left_out, left_out_said(self._left_out(self.text.body)))
        mute = pictureless(self._lines, self.line.currentData()) if self.text.file is not None else ()
        tell(self.pictureless, without_picture(mute, words=bool(self.text.body.strip())))

    def start(self) -> None:
        """The keyboard goes to what is to be filled in first."""
        (self.trigger.first() if self._name.text() else self._name).setFocus()

    def step_back(self) -> bool:
        """Asks first where something would be lost."""
        if self.question.isVisible():
            self._stay()
        elif self.is_changed:
            self.question.ask("Leave this rule as it was?" if self._before.id else "Leave without this rule?")
            self.reveal(self.question)
        else:
            self.left.emit()
        return True

    def complain_of_rule(self, sentence: str) -> None:
        """Why it cannot be saved."""
        self.show_trouble(sentence)
        self.reveal(self.said)

    def held(self) -> tuple[QWidget, ...]:
        return self.save, self.cancel

    def _ask_save(self) -> None:
        if self.save.isEnabled():
            self.saveRequested.emit(self.rule)

    def _leave(self) -> None:
        self.question.hide()
        self.left.emit()

    def _stay(self) -> None:
        self.question.hide()
        self.start()
