"""What the pages of the forms have in common: fields by the names of the domain's form, and what is wrong with each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from sms_desktop.domain.campaign import Problem
from sms_desktop.domain.rejections import Reason
from sms_desktop.ui.registration.sentences import reason_said
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.widgets.capitals import Capitals
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.formfield import FormField
from sms_desktop.ui.widgets.growing import GrowingEdit
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.widgets.still import keep_still
from sms_desktop.ui.widgets.tick import Tick, set_ticked

LOW = 2
"""Lines that a field for a short text has at least."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that will be sent: what it is, and its words."""

    name: str
    said: str


class FormSheet(Sheet):
    """``changed`` by the person. ``word`` is the page's in the rail."""

    changed = Signal()
    word = ""

    def __init__(self, title: str, lead: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, lead, parent)
        self.fields: dict[str, FormField] = {}
        self.ticks: dict[str, Tick] = {}
        self._reasons: tuple[Reason, ...] = ()
        self._rejected = Card("bad")
        self._rejected.column.setSpacing(6)
        self._rejected.hide()
        self.add(self._rejected)
        self.set_foot("Continue")

    # building

    def card(self, title: str = "", about: str = "") -> Card:
        """A new card at the end of the page."""
        card = Card()
        card.column.setSpacing(10)
        if title:
            card.column.addWidget(words(title, "strong"))
        if about:
            card.column.addWidget(words(about, "muted"))
        self.add(card)
        return card

    def line(self, card: Card, key: str, name: str, *, hint: str = "", example: str = "", most: int = 0) -> FormField:
        edit = QLineEdit()
        edit.setPlaceholderText(example)
        return self.put_in(card, key, FormField(name, edit, hint=hint, most=most))

    def country(self, card: Card, key: str, name: str) -> FormField:
        """A line for the two letters of a country."""
        field = self.line(card, key, name, example="US")
        assert isinstance(field.edit, QLineEdit)
        field.edit.setValidator(Capitals(field.edit))
        return field

    def text(
        self,
        card: Card,
        key: str,
        name: str,
        *,
        hint: str = "",
        example: str = "",
        size: tuple[int, int] = (0, 0),
        lines: int = LOW,
    ) -> FormField:
        least, most = size
        return self.put_in(card, key, FormField(name, GrowingEdit(lines, example), hint=hint, least=least, most=most))

    def choice(
        self, card: Card, key: str, name: str, choices: Sequence[tuple[str, str]], *, hint: str = ""
    ) -> FormField:
        """``choices`` are values and their words; the first one may stand for nothing chosen."""
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        keep_still(box)
        for value, word in choices:
            box.addItem(word, value)
        return self.put_in(card, key, FormField(name, box, hint=hint))

    def tick(self, card: Card, key: str, text: str) -> Tick:
        tick = Tick(text, role="body")
        tick.check.toggled.connect(self.changed)
        self.ticks[key] = tick
        card.column.addWidget(tick)
        return tick

    def put_in(self, card: Card, key: str, field: FormField) -> FormField:
        field.changed.connect(self.changed)
        self.fields[key] = field
        card.column.addWidget(field)
        return field

    # what is in it

    def fill(self, form: object) -> None:
        """Shows what was written before."""
        for key, field in self.fields.items():
            field.put(self.written(key, getattr(form, key, "")))
        for key, tick in self.ticks.items():
            set_ticked(tick.check, bool(getattr(form, key, False)))

    def taken(self) -> dict[str, Any]:
        """By the names of the form."""
        texts = {key: self.read(key, field.text) for key, field in self.fields.items()}
        return texts | {key: tick.check.isChecked() for key, tick in self.ticks.items()}

    def written(self, key: str, value: Any) -> str:
        """A value of the form as it is written in its field."""
        return ", ".join(value) if isinstance(value, tuple) else str(value)

    def read(self, key: str, text: str) -> Any:
        """A field's text as the form has it."""
        return text

    def sent(self) -> list[Sent]:
        """What of this page will be sent, in words; what is left empty is not."""
        fields = [field_sent(field) for field in self.fields.values()]
        ticks = [Sent(tick.text, "Yes" if tick.check.isChecked() else "No") for tick in self.ticks.values()]
        return [one for one in fields if one is not None] + ticks

    def judge(self, problems: Sequence[Problem]) -> None:
        """Says of each field what is wrong with it, or advised."""
        for key, field in self.fields.items():
            field.judge(*said_of(problems, lambda one, key=key: one.field == key))  # type: ignore[misc]

    def insist(self) -> QWidget | None:
        """From now on what is wrong is said at once; gives what the first thing wrong is mended in, or None."""
        wrong = [field for field in self.all_fields() if field.insist()]
        return wrong[0].edit if wrong else None

    def all_fields(self) -> list[FormField]:
        return list(self.fields.values())

    def owns(self, problem: Problem) -> bool:
        """Whether ``problem`` is this page's to mend."""
        return problem.field in self.fields or problem.field in self.ticks

    def concerns(self, reason: Reason) -> bool:
        """Whether this page can put right what was not accepted."""
        return any(self.owns(Problem(name, "")) for name in reason.fields)

    def mends(self, reason: Reason) -> bool:
        """Whether what was not accepted can still be changed here."""
        return any(key in reason.fields and stop.isEnabled() for key, stop in self.stops())

    def show_rejected(self, reasons: Sequence[Reason]) -> None:
        """Why it was not accepted the last time: what of it is to be told here."""
        self._reasons = tuple(dict.fromkeys(reasons))
        while (item := self._rejected.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for reason in self._reasons:
            self._rejected.column.addWidget(words(reason_said(reason), "bad"))
        self._rejected.setVisible(bool(self._reasons))

    def stops(self) -> list[tuple[str, QWidget]]:
        """What is written in and ticked, with its name in the form, as one reads."""
        edits = [(key, field.edit) for key, field in self.fields.items()]
        return [*edits, *((key, tick.check) for key, tick in self.ticks.items())]

    def start(self) -> QWidget | None:
        """In the first thing that was not accepted, else in the first that can be changed."""
        named = {name for reason in self._reasons for name in reason.fields}
        usable = [(key, stop) for key, stop in self.stops() if stop.isEnabled() and stop.isVisibleTo(self)]
        wanted = [stop for key, stop in usable if key in named] or [stop for _, stop in usable]
        return wanted[0] if wanted else None

    def come_to(self, widget: QWidget) -> None:
        """The whole field is seen, with what is said of it below."""
        field: QWidget | None = widget
        while field is not None and not isinstance(field, FormField):
            field = field.parentWidget()
        self.reveal(field or widget)

    # Qt

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            self.let_go()  # what the keyboard was at before need not be seen any more
        super()._follow(before, now)


def said_of(problems: Sequence[Problem], of: Callable[[Problem], bool]) -> tuple[str, str]:
    """What is wrong, and what is advised."""
    mine = [one for one in problems if of(one)]
    wrong = next((one.sentence for one in mine if one.stops), "")
    return wrong, " ".join(one.sentence for one in mine if not one.stops)


def field_sent(field: FormField) -> Sent | None:
    """None where nothing of it is sent: it is empty, or fixed since the first time."""
    said = field.edit.currentText() if isinstance(field.edit, QComboBox) and field.text else field.text.strip()
    return Sent(field.name, said) if said and field.edit.isEnabled() else None
