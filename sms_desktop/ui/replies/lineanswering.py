"""Who answers the keywords on one line, what was found out of it, and what speaks against choosing otherwise."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from sms_desktop.domain.answering import Answering, LineAnswering
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.phone import AddressKind, is_toll_free, kind_of
from sms_desktop.ui.preferences.page import tell
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.tick import set_ticked
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import isolated, line_name, plain

WORDS = {Answering.TWILIO: "Twilio answers", Answering.WE: "We answer"}


class AnsweringRow(QFrame):
    """``chosen`` carries the line's address and who is to answer; None: as was found out."""

    chosen = Signal(str, object)

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self._found: LineAnswering | None = None
        name = line_name(line)
        self.name = WrappedLabel(isolated(name), role="strong")
        self.why = WrappedLabel(role="muted")
        self.warning = WrappedLabel(role="warn")
        self._group = QButtonGroup(self)
        self.choices: dict[Answering, QRadioButton] = {}
        row = FlowLayout(spacing=18)
        for who, word in WORDS.items():
            choice = QRadioButton(plain(word))
            choice.setAccessibleName(f"{word}: {name}")
            choice.toggled.connect(lambda on, who=who: self._choose(who) if on else None)
            self._group.addButton(choice)
            self.choices[who] = choice
            row.addWidget(choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(3)
        column.addWidget(self.name)
        column.addWidget(self.why)
        column.addLayout(row)
        column.addWidget(self.warning)

    def show_answering(self, found: LineAnswering) -> None:
        self._found = found
        for who, choice in self.choices.items():
            set_ticked(choice, found.who is who)
        self.why.setText(found_out(self.line, found))
        tell(self.warning, against(self.line, found), "warn")

    def _choose(self, who: Answering) -> None:
        """What was found out is no choice of anybody's: if the line changes, so does that."""
        if self._found is not None and who is not self._found.who:
            self.chosen.emit(self.line.address, None if who is self._found.usual else who)


def found_out(line: Line, found: LineAnswering) -> str:
    """What the line is, and who therefore answers on it."""
    if found.advanced:
        return "Advanced Opt-Out is on: Twilio answers STOP, START and HELP in the words that are set there."
    if kind_of(line.address) is AddressKind.SHORT_CODE:
        if found.usual is Answering.WE:
            return "A short code on its own: Twilio leaves STOP, START and HELP to you."
        return "A short code in a Messaging Service: Twilio answers for all its numbers."
    if line.kind is LineKind.SERVICE:
        return "A Messaging Service: Twilio answers for all its numbers."
    if is_toll_free(line.address):
        return "A toll-free number: the network answers STOP and START, and holds back texts after STOP."
    return "An ordinary number: Twilio answers STOP, START and HELP, and holds back texts after STOP."


def against(line: Line, found: LineAnswering) -> str:
    """What comes of a choice that is not as was found out, or ""."""
    if found.advanced:
        alone = found.who is Answering.TWILIO
        return "" if alone else "Twilio answers all the same, as Advanced Opt-Out is on: nothing is answered from here."
    if found.who is found.usual:
        return ""
    if found.who is Answering.WE:
        others = "The network" if is_toll_free(line.address) else "Twilio"
        return (
            f"{others} still answers first: after STOP your own answer is refused (21610), after START and HELP people "
            "get two answers. Choose this only if the other answers are switched off for your account."
        )
    return (
        "Nobody answers then, unless you have set up Advanced Opt-Out at Twilio. Carriers ask for an answer: if you "
        "have not, choose “We answer”."
    )
