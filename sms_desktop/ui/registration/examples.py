"""Examples of the texts, as carriers want to see them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from sms_desktop.domain.campaign import SAMPLE, SAMPLES, Field, Problem
from sms_desktop.ui.registration.formsheet import FormSheet, Sent, field_sent, said_of
from sms_desktop.ui.widgets.edge import set_in
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.formfield import FormField
from sms_desktop.ui.widgets.growing import GrowingEdit
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.widgets.tick import INDENT

EXAMPLES = (
    "Hi [name], your chair is ready. You can collect it from 9 tomorrow. Bright Chairs. Reply STOP to opt out.",
    "Bright Chairs: we moved your appointment to [day] at [time]. Reply if that does not suit you.",
)


class ExamplesPage(FormSheet):
    """Two at least, five at most."""

    word = "Examples"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "What do the texts look like?",
            "Two to five examples, as they really are. Put what changes in [brackets], and name your business.",
            parent,
        )
        self._card = self.card()
        self.samples = [self._sample(place) for place in range(SAMPLES[1])]
        self.more = QPushButton("Add an example")
        self.fewer = QPushButton("Remove the last one")
        for button, act in ((self.more, self._add), (self.fewer, self._remove)):
            button.setProperty("role", "link")
            button.setAutoDefault(False)
            button.clicked.connect(act)
        row = QWidget()
        flow = FlowLayout(row, spacing=12)
        flow.addWidget(self.more)
        flow.addWidget(self.fewer)
        self._card.column.addWidget(row)
        held = self.card("What may stand in your texts")
        self._advice = {}
        for key, text in (
            (Field.LINKS, "Links to web pages"),
            (Field.PHONES, "Phone numbers"),
            ("age_gated", "Things for adults only, such as alcohol"),
            ("direct_lending", "Loans, or arranging them"),
        ):
            self.tick(held, key, text)
            advice = words("", "warn")
            advice.hide()
            held.column.addLayout(set_in(advice, INDENT))
            self._advice[key] = advice
        self._show(SAMPLES[0])

    def _sample(self, place: int) -> FormField:
        example = EXAMPLES[place] if place < len(EXAMPLES) else ""
        least, most = SAMPLE
        field = FormField(f"Example {place + 1}", GrowingEdit(2, example), least=least, most=most)
        field.changed.connect(self.changed)
        self._card.column.addWidget(field)
        return field

    @property
    def shown(self) -> int:
        return sum(not field.isHidden() for field in self.samples)

    def fill(self, form: object) -> None:
        super().fill(form)
        samples = tuple(getattr(form, "samples", ()))
        for place, field in enumerate(self.samples):
            field.put(samples[place] if place < len(samples) else "")
        self._show(max(SAMPLES[0], min(len(samples), SAMPLES[1])))

    def taken(self) -> dict[str, Any]:
        return super().taken() | {"samples": tuple(field.text for field in self.samples[: self.shown])}

    def sent(self) -> list[Sent]:
        samples = [field_sent(field) for field in self.samples[: self.shown]]
        return [one for one in samples if one is not None] + super().sent()

    def judge(self, problems: Sequence[Problem]) -> None:
        for key, label in self._advice.items():
            said = " ".join(part for part in said_of(problems, lambda one, key=key: one.field == key) if part)  # type: ignore[misc]
            label.setText(said)
            label.setVisible(bool(said))
            self.ticks[key].check.setAccessibleDescription(said)
        whole, advice = said_of(problems, lambda one: one.field == Field.SAMPLES and one.index is None)
        for place, field in enumerate(self.samples):
            own, advised = said_of(problems, lambda one, place=place: one.index == place)  # type: ignore[misc]
            missing = whole if place < SAMPLES[0] and not field.text.strip() else ""
            last = advice if place == self.shown - 1 else ""
            field.judge(own or missing, " ".join(filter(None, (advised, last))))

    def all_fields(self) -> list[FormField]:
        return [*self.samples[: self.shown], *self.fields.values()]

    def stops(self) -> list[tuple[str, QWidget]]:
        samples = [(Field.SAMPLES.value, field.edit) for field in self.samples[: self.shown]]
        return [*samples, *super().stops()]

    def owns(self, problem: Problem) -> bool:
        return problem.field == Field.SAMPLES or super().owns(problem)

    def _show(self, count: int) -> None:
        for place, field in enumerate(self.samples):
            field.setVisible(place < count)
        self.more.setVisible(count < SAMPLES[1])
        self.fewer.setVisible(count > SAMPLES[0])

    def _add(self) -> None:
        self._show(self.shown + 1)
        field = self.samples[self.shown - 1]
        field.edit.setFocus()
        self.reveal(field)
        self.changed.emit()

    def _remove(self) -> None:
        last = self.samples[self.shown - 1]
        last.put("")
        self._show(self.shown - 1)
        self.samples[self.shown - 1].edit.setFocus()
        self.changed.emit()
