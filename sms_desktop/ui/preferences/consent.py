"""Consent: keywords of other languages, importing a list, the evidence of everybody, and whether Twilio is told."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListView,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.domain.consent import Keywords
from sms_desktop.domain.line import Line
from sms_desktop.domain.roster import Trouble
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.button import button, buttons
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.widgets.keyboard import Hold
from sms_desktop.ui.widgets.still import keep_still
from sms_desktop.ui.widgets.tick import Tick, set_ticked
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.widgets.wrappedrows import WrappedRows
from sms_desktop.ui.words import line_name

WORDS_ABOUT = (
    "STOP, UNSUBSCRIBE, START and the other words that Twilio knows always count. Add words of your customers’ "
    "languages, with commas between them. They count when somebody writes nothing else, in capital or "
    "small letters, with or without accents. Where Twilio answers STOP, nobody answers a word of yours: it only stops "
    "the texts."
)
IMPORT_ABOUT = (
    "Who agreed to texts and who asked to stop, as a CSV file from another program or a spreadsheet. A list never "
    "takes back an opt-out, and each row that cannot be taken is shown. Imported for all your numbers, "
    "its opt-outs also count for numbers that you add later."
)
EVIDENCE_ABOUT = (
    "Every opt-in and opt-out of everybody, with what shows it: their texts, Twilio’s word, who entered it."
)
PUSH_ABOUT = (
    "Off, Twilio knows only who texted STOP to it. On, it is also told who opted out here or by a list. Somebody’s "
    "agreement is told only to take such an opt-out back. Not every account has Twilio’s Consent API."
)
PUSH = "Tell Twilio about opt-outs that are entered or imported here"
ALL_LINES = "All your numbers"
START_ABOUT = (
    "A word that means start counts on this computer alone: where Twilio blocks somebody, since they wrote STOP, they "
    "have to text START."
)
EVERYONE_OUT, EVERYONE_IN = "Everyone in it asked to stop", "Everyone in it agreed to texts"
CHOOSE = "Choose what holds for those in it"
TROUBLES_SHOWN = 200
"""Pixels that the list of rows takes at most."""


class ConsentPage(WorkingPage):
    """The presenter says what is there; each signal is something that the person wants."""

    keywordsChanged = Signal(str, str)
    fileRequested = Signal()
    meaningChosen = Signal()
    importRequested = Signal()
    fileLeft = Signal()
    stopRequested = Signal()
    troublesRequested = Signal()
    saveRequested = Signal(str)
    """The evidence, as “csv” or “pdf”."""
    saveStopped = Signal()
    pushChosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Consent", parent)
        self._words = "", ""
        self._writing = Hold(self)
        self._build_words()
        self.add_rule()
        self._build_import()
        self.add_rule()
        self.add_heading("Evidence")
        self.add_words("muted", EVIDENCE_ABOUT)
        self.column.addSpacing(4)
        self.csv, self.pdf = button("Save all as CSV…"), button("Save all as PDF…")
        self.csv.clicked.connect(lambda: self.saveRequested.emit("csv"))
        self.pdf.clicked.connect(lambda: self.saveRequested.emit("pdf"))
        self.add_row(self.csv, self.pdf)
        self.saved = self.add_words("ok")
        self.cease = button("Stop")
        self.cease.setAccessibleName("Stop writing the evidence")
        self.cease.clicked.connect(self.saveStopped)
        self.add_row(self.cease)
        self.cease.hide()
        self.add_rule()
        self.add_heading("Twilio’s Consent API")
        self.push = Tick(PUSH, role="body")
        self.push.check.toggled.connect(self.pushChosen)
        self.column.addWidget(self.push)
        self.add_words("muted", PUSH_ABOUT)
        self.pushed = self.add_words("muted")
        self.end()
        for label in (self.said, self.saved, self.pushed, self.words_said):
            tell(label, "")
        self.put_away()
        self.show_troubles(())

    def _build_words(self) -> None:
        self.add_heading("Words in other languages")
        self.add_words("muted", WORDS_ABOUT)
        self.column.addSpacing(4)
        self.stop_words, self.start_words = QLineEdit(), QLineEdit()
        for edit, name, example in (
            (self.stop_words, "Also mean stop", "For instance ARRET, ALTO, STOPP"),
            (self.start_words, "Also mean start", "For instance REPRENDRE, ALTA"),
        ):
            edit.setPlaceholderText(example)
            edit.editingFinished.connect(self.keep)
            self.column.addWidget(Field(name, edit))
        self.add_words("muted", START_ABOUT)
        self.words_said = self.add_words("bad")

    def _build_import(self) -> None:
        self.add_heading("Import a list")
        self.add_words("muted", IMPORT_ABOUT)
        self.column.addSpacing(4)
        self.file = button("Choose a file…")
        self.file.clicked.connect(self.fileRequested)
        self.add_row(self.file)
        self.plan = QFrame()
        self.plan.setProperty("role", "card")
        self.planned, self.columns = WrappedLabel(role="strong"), WrappedLabel(role="muted")
        self.line, self.meaning = QComboBox(), QComboBox()
        keep_still(self.line, self.meaning)
        self.line.setAccessibleName("For which of your numbers")
        self.meaning.setAccessibleName("What holds for those in the file")
        self.meaning.activated.connect(lambda _: self.meaningChosen.emit())
        self.enter, self.cancel = button("Import", "primary"), button("Cancel")
        self.enter.clicked.connect(self.importRequested)
        self.cancel.clicked.connect(self.fileLeft)
        column = QVBoxLayout(self.plan)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.planned)
        column.addWidget(self.columns)
        choices = QGridLayout()
        choices.setSpacing(8)
        choices.setColumnStretch(2, 1)
        for row, (word, choice) in enumerate((("For", self.line), ("In it", self.meaning))):
            choices.addWidget(QLabel(word), row, 0)
            choices.addWidget(choice, row, 1)
        column.addLayout(choices)
        column.addLayout(buttons(self.enter, self.cancel))
        self.column.addWidget(self.plan)
        self.said = self.add_words("muted")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setAccessibleName("Progress")
        self.column.addWidget(self.progress)
        self.halt = button("Stop")
        self.halt.clicked.connect(self.stopRequested)
        self.add_row(self.halt)
        self.troubles = QListView()
        self.troubles.setAccessibleName("Rows that were not taken as they are")
        self.troubles.setProperty("role", "panel")
        self.troubles.setStyleSheet("padding: 4px")
        self.troubles.setItemDelegate(WrappedRows(self.troubles))  # the reason stands at the end
        self.troubles.setSpacing(2)
        self.troubles.setResizeMode(QListView.ResizeMode.Adjust)
        self.troubles.setLayoutMode(QListView.LayoutMode.Batched)  # they may be very many
        self.troubles.setBatchSize(20)
        self.troubles.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.troubles.setFont(theme().font("secondary"))
        self.troubles.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.rows = QStringListModel(self.troubles)
        self.troubles.setModel(self.rows)
        self.column.addWidget(self.troubles)
        self.save_troubles = button("Save these rows as CSV…")
        self.save_troubles.clicked.connect(self.troublesRequested)
        self.add_row(self.save_troubles)

    # what it shows

    def show_keywords(self, words: Keywords) -> None:
        self._words = ", ".join(words.as_typed(words.stop)), ", ".join(words.as_typed(words.start))
        put(self.stop_words, self._words[0])
        put(self.start_words, self._words[1])
        tell(self.words_said, "")

    def show_words_trouble(self, sentence: str) -> None:
        self._words = "", ""  # so that they can be tried again as they are
        tell(self.words_said, sentence, "bad")
        self.reveal(self.words_said)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """What stays chosen is chosen still."""
        chosen = self.line.currentData()
        self.line.clear()
        self.line.addItem(ALL_LINES, "")  # also where there is one: it counts for later ones too
        for line in lines:
            self.line.addItem(line_name(line), line.address)
        self.line.setCurrentIndex(max(0, self.line.findData(chosen)))

    @property
    def chosen_line(self) -> str:
        """The address that was chosen, or "" for all."""
        return str(self.line.currentData() or "")

    @property
    def everyone(self) -> bool | None:
        """Whether everyone in the file opted out; None: as it says of each."""
        return {"out": True, "in": False}.get(self.meaning.currentData())

    def show_plan(self, planned: str, columns: str, says: str, everyone: bool | None) -> None:
        """What would be imported; ``says`` names the column that tells who agreed, "" where there is none."""
        self.planned.setText(planned)
        tell(self.columns, columns)
        with QSignalBlocker(self.meaning):
            self.meaning.clear()
            self.meaning.addItem(f"What “{says}” says" if says else CHOOSE, "")
            self.meaning.addItem(EVERYONE_OUT, "out")
            self.meaning.addItem(EVERYONE_IN, "in")
            self.meaning.setCurrentIndex({None: 0, True: 1, False: 2}[everyone])
        self.enter.setEnabled(bool(says) or everyone is not None)
        self.plan.show()
        self.reveal(self.plan)
        (self.enter if self.enter.isEnabled() else self.meaning).setFocus()

    def put_away(self) -> None:
        """No file is chosen."""
        self._put_plan_away()
        self.progress.hide()
        if self.halt.hasFocus():
            self.setFocus()
        self.halt.hide()

    def _put_plan_away(self) -> None:
        """What has the keyboard in it gives it back to where it came from."""
        at = QApplication.focusWidget()
        if at is not None and self.plan.isAncestorOf(at):
            self.file.setFocus()
        self.plan.hide()

    def show_progress(self, sentence: str, done: int, of: int) -> None:
        self.progress.setRange(0, of)
        self.progress.setValue(done)
        tell(self.said, sentence, "muted")

    def show_working(self, sentence: str, *, can_stop: bool) -> None:
        self._put_plan_away()
        self.show_troubles(())
        self.show_busy(sentence)
        self.progress.setRange(0, 0)
        self.progress.show()
        self.halt.setVisible(can_stop)
        if can_stop and self.hasFocus():
            self.halt.setFocus()
        self.reveal(self.progress)

    def show_troubles(self, troubles: Sequence[Trouble]) -> None:
        """Row by row."""
        self.rows.setStringList([trouble_said(one) for one in troubles])
        lines = 2 * self.troubles.fontMetrics().height() + 8
        self.troubles.setFixedHeight(min(TROUBLES_SHOWN, lines * len(troubles) + 16))
        for widget in (self.troubles, self.save_troubles):
            widget.setVisible(bool(troubles))

    def set_writing(self, writing: bool) -> None:
        """While a file is written no second one is begun."""
        if writing:
            self._writing.begin(self.csv, self.pdf)
        for one in (self.csv, self.pdf):
            one.setEnabled(not writing)
        if not writing:
            if self.cease.hasFocus():
                self.setFocus()
            self.cease.hide()
            self._writing.end(self.csv)

    def show_writing(self, people: int) -> None:
        """It takes its time: how far it is, and that it can be stopped."""
        self.show_saved(f"Writing: {people:,} so far…", "muted")
        if self.cease.isHidden():
            self.cease.show()
            if self.hasFocus():
                self.cease.setFocus()
            self.reveal(self.cease)

    def show_saved(self, sentence: str, role: str = "ok") -> None:
        tell(self.saved, sentence, role)
        self.reveal(self.saved)

    def show_push(self, on: bool, sentence: str, role: str = "muted", *, news: bool = False) -> None:
        """``news``: it has come to that just now, while the page stands there."""
        is_new = sentence != self.pushed.said
        set_ticked(self.push.check, on)
        tell(self.pushed, sentence, role)
        if news and is_new and role == "bad":
            self.reveal(self.pushed)

    def held(self) -> tuple[QWidget, ...]:
        return self.file, self.csv, self.pdf, self.save_troubles

    # what the person does

    def keep(self) -> None:
        words = self.stop_words.text(), self.start_words.text()
        if words != self._words:
            self._words = words
            self.keywordsChanged.emit(*words)


def trouble_said(one: Trouble) -> str:
    """“Row 12: hello. “hello” is not a phone number.”"""
    return f"Row {one.row:,}: {one.what or 'empty'} · {one.why}"
