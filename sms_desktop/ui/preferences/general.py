"""Appearance, what Enter does, for how long one can undo, and under which name one sends."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QLineEdit, QRadioButton, QWidget

from sms_desktop.domain.night import Rule
from sms_desktop.ui.preferences.nights import NightsPart
from sms_desktop.ui.preferences.page import Page
from sms_desktop.ui.theme import Preference, theme

_APPEARANCES: tuple[tuple[Preference, str], ...] = (
    ("system", "Like the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)
_ENTER = ((True, "Enter sends, Shift+Enter starts a new line"), (False, "Ctrl+Enter sends, Enter starts a new line"))

_UNDO = ((0, "None"), (5, "5 seconds"), (10, "10 seconds"))


class GeneralPage(Page):
    """Each takes effect as it is chosen."""

    appearanceChosen = Signal(str)
    enterSendsChosen = Signal(bool)
    undoChosen = Signal(int)
    authorChosen = Signal(str)

    def __init__(
        self,
        *,
        enter_sends: bool,
        undo: int,
        author: str,
        night: Rule,
        look_up_first: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("General", parent)
        self.appearance: dict[str, QRadioButton] = {}
        self._groups = (QButtonGroup(self), QButtonGroup(self), QButtonGroup(self))
        self.add_heading("Appearance")
        for preference, word in _APPEARANCES:
            choice = QRadioButton(word)
            choice.setChecked(theme().preference == preference)
            choice.toggled.connect(partial(self._choose_appearance, preference))
            self._groups[0].addButton(choice)
            self.appearance[preference] = choice
            self.column.addWidget(choice)
        self.add_rule()
        self.add_heading("Sending")
        self.enter: dict[bool, QRadioButton] = {}
        for sends, word in _ENTER:
            choice = QRadioButton(word)
            choice.setChecked(sends is enter_sends)
            choice.toggled.connect(partial(self._choose_enter, sends))
            self._groups[1].addButton(choice)
            self.enter[sends] = choice
            self.column.addWidget(choice)
        self.column.addSpacing(6)
        self.undo: dict[int, QRadioButton] = {}
        times = QHBoxLayout()
        times.setSpacing(16)
        times.addWidget(QLabel("Time to undo"))
        for seconds, word in _UNDO:
            choice = QRadioButton(word)
            choice.setAccessibleName(f"Time to undo: {word}")
            choice.setChecked(seconds == undo)
            choice.toggled.connect(partial(self._choose_undo, seconds))
            self._groups[2].addButton(choice)
            self.undo[seconds] = choice
            times.addWidget(choice)
        times.addStretch(1)
        self.column.addLayout(times)
        self.add_words("meta", "What you send is kept back for so long. Ctrl+Z or Undo takes it back.")
        self.column.addSpacing(6)
        self.nights = NightsPart(night, look_up_first=look_up_first)
        self.column.addWidget(self.nights)
        self.column.addSpacing(6)
        self._author = author
        self.author = QLineEdit(author)
        self.author.setMaxLength(40)
        self.author.setAccessibleName("Your name")
        name = QLabel("Your name")
        name.setBuddy(self.author)
        self.column.addWidget(name, 0, Qt.AlignmentFlag.AlignLeft)  # which is the right under right-to-left
        self.author.setToolTip("Shown beside what is sent from this computer; customers do not see it")
        self.author.editingFinished.connect(self.keep)
        self.column.addWidget(self.author)
        self.add_words("meta", "Shown beside what you send. Customers do not see it.")
        self.end()

    def _choose_appearance(self, preference: Preference, checked: bool) -> None:
        if not checked:
            return
        theme().set_preference(preference)
        self.appearanceChosen.emit(preference)

    def _choose_enter(self, sends: bool, checked: bool) -> None:
        if checked:
            self.enterSendsChosen.emit(sends)

    def _choose_undo(self, seconds: int, checked: bool) -> None:
        if checked:
            self.undoChosen.emit(seconds)

    def keep(self) -> None:
        name = " ".join(self.author.text().split())
        if name != self._author:
            self._author = name
            self.authorChosen.emit(name)
