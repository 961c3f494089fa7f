"""The preferences: each takes effect as it is chosen, so there is nothing to apply."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.ui.theme import Preference, theme

_APPEARANCES: tuple[tuple[Preference, str], ...] = (
    ("system", "Like the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)
_ENTER = ((True, "Enter sends, Shift+Enter starts a new line"), (False, "Ctrl+Enter sends, Enter starts a new line"))


class PreferencesDialog(QDialog):
    """Open it with ``open()``."""

    appearanceChosen = Signal(str)
    enterSendsChosen = Signal(bool)
    authorChosen = Signal(str)

    def __init__(self, *, enter_sends: bool, author: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences · SMS Desktop")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(6)
        self.appearance: dict[str, QRadioButton] = {}
        self._groups = (QButtonGroup(self), QButtonGroup(self))
        column.addWidget(self._heading("Appearance"))
        for preference, word in _APPEARANCES:
            choice = QRadioButton(word)
            choice.setChecked(theme().preference == preference)
            choice.toggled.connect(partial(self._choose_appearance, preference))
            self._groups[0].addButton(choice)
            self.appearance[preference] = choice
            column.addWidget(choice)
        column.addSpacing(6)
        column.addWidget(self._rule())
        column.addSpacing(6)
        column.addWidget(self._heading("Sending"))
        self.enter: dict[bool, QRadioButton] = {}
        for sends, word in _ENTER:
            choice = QRadioButton(word)
            choice.setChecked(sends is enter_sends)
            choice.toggled.connect(partial(self._choose_enter, sends))
            self._groups[1].addButton(choice)
            self.enter[sends] = choice
            column.addWidget(choice)
        column.addSpacing(6)
        self.author = QLineEdit(author)
        self.author.setMaxLength(40)
        self.author.setPlaceholderText("Your name")
        self.author.setAccessibleName("Your name")
        self.author.setToolTip("Shown beside what is sent from this computer; customers do not see it")
        self.author.editingFinished.connect(self._choose_author)
        column.addWidget(self.author)
        column.addWidget(self._hint("Shown beside what you send. Customers do not see it."))
        column.addSpacing(14)
        row = QHBoxLayout()
        row.addStretch(1)
        done = QPushButton("Close")
        done.clicked.connect(self.accept)
        row.addWidget(done)
        column.addLayout(row)

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "section")
        return label

    def _hint(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "meta")
        return label

    def _rule(self) -> QFrame:
        rule = QFrame()
        rule.setProperty("role", "rule")
        return rule

    def _choose_appearance(self, preference: Preference, checked: bool) -> None:
        if not checked:
            return
        theme().set_preference(preference)
        self.appearanceChosen.emit(preference)

    def _choose_enter(self, sends: bool, checked: bool) -> None:
        if checked:
            self.enterSendsChosen.emit(sends)

    def _choose_author(self) -> None:
        self.authorChosen.emit(" ".join(self.author.text().split()))
