"""Who answers STOP, START and HELP on each line, and what we say where it is us."""

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from sms_desktop.domain.answering import TEXTS, Answering, Keyword, LineAnswering, check_texts
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.line import Line
from sms_desktop.domain.replytext import BUSINESS, filled, uses
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.replies.lineanswering import AnsweringRow
from sms_desktop.ui.replies.text import TextBox
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import one_line

ABOUT = (
    "Carriers ask that whoever texts STOP, START or HELP gets exactly one answer. Whoever gives it, STOP always counts "
    "here."
)
TEXTS_ABOUT = (
    "Each has to name your business. The answer to START tells of STOP and HELP, the one to HELP tells of STOP."
)
NOT_OURS = "Twilio answers on all your numbers, in its own words, so there is nothing to write here."
NAME_HINT = "Stands where a text has {business}, in automatic replies too."
KNOWN_AS = "Until you enter it, “{name}” stands there, as Twilio knows you."
NAMELESS = (
    "Carriers require that these answers name your business, and its name is not known here: they begin with “This "
    "number”. Enter the name."
)


class AnsweringPage(WorkingPage):
    """``furnish`` it. The presenter says what is there; each signal is something that the person wants."""

    chosen = Signal(str, object)
    businessChanged = Signal(str)
    textsChanged = Signal(object)
    """All of them, by their keyword; they say what they have to."""
    usualWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Who answers", parent)
        self.rows: dict[str, AnsweringRow] = {}
        self._business = self._known_as = ""
        self._ours = False
        self._kept: dict[Keyword, str] = dict(TEXTS)
        self._complained_of: dict[Keyword, str] = {}

    def furnish(self) -> Iterator[None]:
        """Builds what is on it, a part a step."""
        self.add_heading("Who answers STOP, START and HELP")
        self.add_words("muted", ABOUT)
        self.column.addSpacing(4)
        self.card, self._list = self.add_list()
        self.said = self.add_words("bad")
        self.add_rule()
        self.add_heading("Your business")
        self._name = QLineEdit()
        self._name.editingFinished.connect(self._name_left)
        self.name = Field("Name of your business", self._name, hint=NAME_HINT)
        self.column.addWidget(self.name)
        self.known_as = self.add_words("muted")
        self.nameless = self.add_words("warn")
        yield
        self.add_rule()
        self.add_heading("What we answer")
        self.texts_about = self.add_words("muted", TEXTS_ABOUT)
        self.boxes: dict[Keyword, TextBox] = {}
        self.sent: dict[Keyword, WrappedLabel] = {}
        """Each as it is sent."""
        self.wrong: dict[Keyword, WrappedLabel] = {}
        self._texts = QWidget()
        inside = QVBoxLayout(self._texts)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.setSpacing(6)
        for keyword in Keyword:
            box = TextBox(f"Answer to {keyword.upper()}", filled=self._filled)
            box.offer_variables([("Name of your business", f"{{{BUSINESS}}}", "")])
            box.left.connect(self._texts_left)
            box.saveRequested.connect(self._texts_left)
            box.changed.connect(self._show_sent)
            label = QLabel(f"To {keyword.upper()}")
            label.setProperty("role", "secondary")
            label.setBuddy(box.edit)
            sent, wrong = WrappedLabel(role="muted"), WrappedLabel(role="bad")
            if self.boxes:
                inside.addSpacing(8)
            inside.addWidget(label, 0, Qt.AlignmentFlag.AlignLeft)
            inside.addWidget(box)
            inside.addWidget(sent)
            inside.addWidget(wrong)
            self.boxes[keyword], self.sent[keyword], self.wrong[keyword] = box, sent, wrong
            tell(wrong, "")
        self.column.addWidget(self._texts)
        self.usual = button("Back to the usual texts")
        self.usual.clicked.connect(self._want_usual)
        self.add_row(self.usual)
        self.end()
        tell(self.said, "")
        self.show_lines((), {})
        self.show_texts(TEXTS)
        yield

    # what it shows

    def show_lines(self, lines: Sequence[Line], answering: Mapping[str, LineAnswering]) -> None:
        """The lines in use, and what is known of each."""
        lines = [line for line in lines if line.address in answering]
        if [line.address for line in lines] != list(self.rows):
            self._fill(lines)
        for line in lines:
            self.rows[line.address].show_answering(answering[line.address])
        self.card.setVisible(bool(lines))
        self._ours = any(one.who is Answering.WE for one in answering.values())
        self.texts_about.setText(TEXTS_ABOUT if self._ours else NOT_OURS)
        self._texts.setVisible(self._ours)
        self._show_usual()
        self._show_sent()

    def _fill(self, lines: Sequence[Line]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = {}
        for line in lines:
            if self.rows:
                rule = QFrame()
                rule.setProperty("role", "rule")
                self._list.addWidget(rule)
            row = AnsweringRow(line)
            row.chosen.connect(self.chosen)
            self.rows[line.address] = row
            self._list.addWidget(row)

    def show_business(self, name: str, known_as: str = "") -> None:
        """``name`` as it was entered; ``known_as`` is what stands in its place while none is."""
        self._business, self._known_as = name, known_as
        if not self._name.hasFocus():
            put(self._name, name)
        self.name.complain("")
        for box in self.boxes.values():
            box.recount()
        self._show_sent()
        if not any(box.edit.hasFocus() for box in self.boxes.values()):
            self._texts_left()  # what waited for that name may be kept now

    def complain_of_name(self, sentence: str) -> None:
        self.name.complain(sentence)

    def show_texts(self, texts: Mapping[Keyword, str]) -> None:
        """As they are kept; what was written and cannot be kept yet stays."""
        before, self._kept = self._kept, dict(texts)
        for keyword, box in self.boxes.items():
            if box.body.strip() in ("", before[keyword]) and not box.edit.hasFocus():
                box.show_text(texts[keyword])
        self._show_sent()
        self._look_at_texts()
        self._show_usual()

    def _show_usual(self) -> None:
        self.usual.setVisible(not self._texts.isHidden() and self.texts != TEXTS)

    # what the person does

    @property
    def texts(self) -> dict[Keyword, str]:
        return {keyword: box.body.strip() for keyword, box in self.boxes.items()}

    def _want_usual(self) -> None:
        for keyword, box in self.boxes.items():
            box.show_text(TEXTS[keyword])
        self._show_sent()
        self.usualWanted.emit()

    def _texts_left(self) -> None:
        self._show_usual()
        before = {keyword: wrong.said for keyword, wrong in self.wrong.items()}
        if self._look_at_texts() and self.texts != self._kept:
            self.textsChanged.emit(self.texts)
        for keyword, wrong in self.wrong.items():
            if wrong.said not in ("", before[keyword]):
                self.reveal(wrong)

    def complains(self) -> bool:
        """Whether a text here cannot be kept, which is said once before it is lost."""
        if self._texts.isHidden():  # nobody gets them
            return False
        self._texts_left()
        wrong = next((wrong for wrong in self.wrong.values() if wrong.said), None)
        if wrong is None or self.texts in (self._kept, self._complained_of):
            return False
        self._complained_of = self.texts
        self.reveal(wrong)
        return True

    def keep(self) -> None:
        if self.texts != self._kept:
            self._texts_left()
        self._name_left()

    def _name_left(self) -> None:
        if self._name.text() != self._business:
            self.businessChanged.emit(self._name.text())

    def _look_at_texts(self) -> bool:
        """Whether all say what they have to; what one lacks is said below it."""
        good = True
        for keyword, text in self.texts.items():
            wrong = self._wrong(keyword, text)
            tell(self.wrong[keyword], wrong, "bad")
            good = good and not wrong
        return good

    def _wrong(self, keyword: Keyword, text: str) -> str:
        """Why that cannot be the answer; "" where it can."""
        try:
            check_texts({keyword: text}, self._called)
        except BadInput as error:
            return str(error)
        return ""

    def _filled(self, text: str) -> str:
        return filled(text, {BUSINESS: self._called})

    @property
    def _called(self) -> str:
        """The name that stands for the business."""
        return self._business or self._known_as

    def _show_sent(self) -> None:
        """What people get, and by which name."""
        for keyword, box in self.boxes.items():
            cannot = self._wrong(keyword, box.body.strip())
            still, text = ("still ", self._kept[keyword]) if cannot else ("", box.body)
            tell(self.sent[keyword], f"They {still}get “{one_line(self._filled(text), 400)}”")
        known = self._known_as if not self._business else ""
        tell(self.known_as, KNOWN_AS.format(name=known) if known else "")
        lacks = self._ours and not self._called and any(uses(text, BUSINESS) for text in self.texts.values())
        tell(self.nameless, NAMELESS if lacks else "")
