"""The repair's window: what happened, cards to choose from, and a foot with two buttons."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.repair import sentences
from sms_desktop.ui.repair.sentences import Choice, Way
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.optioncard import OptionCard
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.room import fit


class RepairWindow(QWidget):
    """``chosen`` carries the Way that the person wants; ``backRequested`` and ``closed`` leave it."""

    chosen = Signal(object)
    backRequested = Signal()
    closed = Signal()

    def __init__(self, title: str, lead: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme()  # its font is to be that of every widget from the first on
        self.setWindowTitle("Repair · SMS Desktop")
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(760, 600)
        fit(self, QSize(480, 420))
        self._working = False
        self._doing, self._wanted_away = "", False
        self.choices: dict[Way, OptionCard] = {}
        self._words: dict[Way, str] = {}
        self._shown: list[Choice] = []
        self._group = QButtonGroup(self)
        self._icon = QLabel()
        self._icon.setFixedSize(36, 36)
        self.page = Sheet(title, lead)
        self.page.column.insertWidget(0, self._icon)
        self.outcome = Outcome()
        self.page.add_inset(self.outcome)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(10)
        self.page.column.addLayout(self._cards)
        self.quit, self.primary = QPushButton("Quit"), QPushButton()
        self.primary.setProperty("role", "primary")
        self.quit.clicked.connect(self._leave)
        self.primary.clicked.connect(self._go)
        self.primary.hide()
        rule = QFrame()
        rule.setProperty("role", "rule")
        foot = QHBoxLayout()
        foot.setContentsMargins(40, 14, 40, 18)
        foot.addWidget(self.quit)
        foot.addStretch(1)
        foot.addWidget(self.primary)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.page, 1)
        column.addWidget(rule)
        column.addLayout(foot)
        theme().changed.connect(self._tint)
        self._replaces = False
        self._tint()

    def replace_only(self) -> None:
        """Nothing is damaged: a backup takes the place of messages that are well, and one may go back to these."""
        self._replaces = True
        self.quit.setText(sentences.BACK)
        self._tint()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """The first is chosen, and the keyboard is at it. Where they are what is shown already, all stays."""
        if list(choices) == self._shown:
            self.show_rest()
            return
        self._clear()
        for choice in choices:
            card = OptionCard(choice.title, choice.tag, choice.description)
            card.chosen.connect(self._show_button)
            self._group.addButton(card.radio)
            self._cards.addWidget(card)
            self.choices[choice.way], self._words[choice.way] = card, choice.button
        self._shown = list(choices)
        first = self.choices[choices[0].way]
        first.choose()
        self.primary.show()
        self.show_rest()
        first.radio.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear(self) -> None:
        for card in self.choices.values():
            self._group.removeButton(card.radio)
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.choices.clear()
        self._words.clear()

    def show_working(self, sentence: str) -> None:
        """From now on until ``show_rest`` or ``show_trouble`` it cannot be closed."""
        self._enable(False)
        self.show_progress(sentence)
        self.page.reveal(self.outcome)

    def show_progress(self, sentence: str) -> None:
        """How far it is with what is being done."""
        self._doing = sentence
        self.outcome.say("busy", f"{sentence} {sentences.UNFINISHED}" if self._wanted_away else sentence)

    def say_unfinished(self) -> None:
        """Somebody wants to leave while something is being done."""
        self._wanted_away = True
        self.show_progress(self._doing)
        self.page.reveal(self.outcome)

    @property
    def is_working(self) -> bool:
        return self._working

    def show_rest(self) -> None:
        """Nothing is being done."""
        self._enable(True)
        self.outcome.clear()

    def show_trouble(self, sentence: str) -> None:
        self._enable(True)
        self.outcome.say("bad", sentence)
        self.page.reveal(self.outcome)
        (self.primary if self.primary.isVisible() else self.quit).setFocus()

    @property
    def way(self) -> Way | None:
        return next((way for way, card in self.choices.items() if card.is_chosen), None)

    def _show_button(self) -> None:
        if self.way is not None:
            self.primary.setText(self._words[self.way])

    def _enable(self, on: bool) -> None:
        self._working, self._wanted_away = not on, False
        self.primary.setEnabled(on)
        self.quit.setEnabled(on)
        for card in self.choices.values():
            card.radio.setEnabled(on)

    def _go(self) -> None:
        if self.way is not None and not self._working:
            self.chosen.emit(self.way)

    def _leave(self) -> None:
        if self._replaces:
            self.backRequested.emit()
        else:
            self.close()

    def _tint(self) -> None:
        tokens = theme().tokens
        name, color = ("archive", tokens.accent) if self._replaces else ("alert", tokens.bad)
        self._icon.setPixmap(pixmap(name, color, 30, self.devicePixelRatioF()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that the keyboard is at, and elsewhere the primary one."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        at = QApplication.focusWidget()
        (at if isinstance(at, QAbstractButton) and not at.isCheckable() else self.primary).click()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being written is not left half done."""
        if self._working:
            event.ignore()
            self.say_unfinished()
            return
        super().closeEvent(event)
        self.closed.emit()
