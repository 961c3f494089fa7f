"""Does it work? Twilio's way here, tried by ourselves, and then a text from a real phone."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.edge import unbroken
from sms_desktop.ui.widgets.keyboard import holds_keyboard
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.plain import words

TRIAL_NOTE = (
    "Trial account: your text arrives from any phone, but an answer reaches only phones that you verified at Twilio."
)


class TestPage(Sheet):
    """``triedAgain`` and ``fixRequested`` are the buttons of a failure."""

    __test__ = False  # not one of pytest's
    triedAgain = Signal()
    fixRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Does it work?", "Two tries: one by this computer, one by you.", parent)
        self.loop = Outcome()
        self.again = QPushButton("Try again")
        self.again.clicked.connect(self.triedAgain)
        self.fix = QPushButton("Change how messages come in")
        self.fix.clicked.connect(self.fixRequested)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 4, 0, 0)
        for button in (self.again, self.fix):
            row.addWidget(button)
        row.addStretch(1)
        self._buttons.hide()
        first = Card()
        first.column.setSpacing(6)
        first.column.addWidget(words("Can this computer be reached?", "strong"))
        first.column.addWidget(
            words("A signed message goes out to the public address and has to come back in here.", "muted")
        )
        first.column.addWidget(self.loop)
        first.column.addWidget(self._buttons)
        self.add(first)

        self.set_foot("Continue", ready=False, skip="Skip")

        self._before = words("Now text anything to", "strong")
        self.number = QLabel()
        self.number.setProperty("role", "number")
        self.number.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.others = words("", "muted")
        self.arrival = Outcome()
        self.trial = words(TRIAL_NOTE, "meta")
        self.trial.hide()
        second = Card()
        second.column.setSpacing(6)
        for part in (self._before, self.number, self.others, self.arrival, self.trial):
            second.column.addWidget(part)
        self.add(second)

    def show_number(self, number: str, others: str) -> None:
        """``number`` is "" where there is none to be texted."""
        for part in (self._before, self.number, self.others):
            part.setVisible(bool(number))
        self.number.setText(number)
        self.number.setAccessibleName(f"Text anything to {number}")
        said = f"from your own phone. {others} will do as well." if others else "from your own phone."
        self.others.setText(unbroken(said))
        self.others.setAccessibleName(said)

    def show_loop(self, outcome: str, *, well: bool | None, skipped: bool = False) -> None:
        """``well`` None: it is still under way."""
        self.loop.say("info" if skipped else "busy" if well is None else "ok" if well else "bad", outcome)
        if well is not False and any(holds_keyboard(button) for button in (self.again, self.fix)):
            self.setFocus()  # what is hidden would hand the keyboard on to the button that skips this
        self._buttons.setVisible(well is False)
