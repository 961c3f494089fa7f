"""The part of General that is about numbers: texts at night, and looking numbers up."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.domain.lookup import PRICE
from sms_desktop.domain.night import AtNight, Rule, hour_word
from sms_desktop.ui.widgets.still import keep_still
from sms_desktop.ui.widgets.wrapped import WrappedLabel

_WISHES = (
    (AtNight.ASK, "Ask before sending"),
    (AtNight.MORNING, "Wait until their morning"),
    (AtNight.OFF, "Send at any hour"),
)
HINT = (
    "By the recipient’s own clock. Who wrote within the hour is answered at once. This holds for sms-desktop send, too."
)
LOOK_UP = "Look new numbers up before the first text"
COSTS = f"Tells landlines from mobiles. Twilio charges {PRICE} for each to your balance."


class NightsPart(QWidget):
    """Each takes effect as it is chosen."""

    ruleChosen = Signal(object)  # Rule
    lookUpChosen = Signal(bool)

    def __init__(self, rule: Rule, *, look_up_first: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wish, self.begin, self.end = QComboBox(), QComboBox(), QComboBox()
        keep_still(self.wish, self.begin, self.end)
        self.wish.setAccessibleName("Texts at night")
        self.begin.setAccessibleName("Night begins at")
        self.end.setAccessibleName("Night ends at")
        for wish, words in _WISHES:
            self.wish.addItem(words, wish)
        for hour in range(24):
            self.begin.addItem(hour_word(hour), hour)
            self.end.addItem(hour_word(hour), hour)
        self.wish.setCurrentIndex([wish for wish, _ in _WISHES].index(rule.do))
        self.begin.setCurrentIndex(rule.begin)
        self.end.setCurrentIndex(rule.end)
        wishes, hours = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (wishes, (QLabel("Texts at night"), self.wish)),
            (hours, (QLabel("Night is from"), self.begin, QLabel("to"), self.end)),
        ):
            row.setSpacing(8)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
        self.look_up = QCheckBox(LOOK_UP)
        self.look_up.setChecked(look_up_first)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(wishes)
        column.addLayout(hours)
        column.addWidget(WrappedLabel(HINT, role="meta"))
        column.addSpacing(4)
        column.addWidget(self.look_up)
        column.addWidget(WrappedLabel(COSTS, role="meta"))
        for box in (self.wish, self.begin, self.end):
            box.currentIndexChanged.connect(self._choose)
        self.look_up.toggled.connect(self.lookUpChosen)
        self._settle()

    @property
    def rule(self) -> Rule:
        return Rule(AtNight(self.wish.currentData()), self.begin.currentData(), self.end.currentData())

    def _choose(self) -> None:
        self._settle()
        self.ruleChosen.emit(self.rule)

    def _settle(self) -> None:
        for box in (self.begin, self.end):
            box.setEnabled(self.rule.do is not AtNight.OFF)
