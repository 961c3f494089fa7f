"""The last page before something is sent to Twilio: word for word what, what it costs, and the consent to that."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLayout, QVBoxLayout, QWidget

from sms_desktop.domain.registration import FEES_PAGE
from sms_desktop.ui.registration.formsheet import FormSheet, Sent
from sms_desktop.ui.widgets.button import buttons
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.edge import leading_edge, set_in
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.widgets.tick import Tick
from sms_desktop.ui.widgets.wrapped import WrappedLabel

SEND = "Send to Twilio"
REJECTED_OFTEN = "Carriers often reject this"
AGREE = "Twilio may charge this to the account"
TO_AGREE = "First tick the box at the end"
TO_MEND = "Something is still missing"
FREE = "This costs nothing."
NAMES = 150
"""Pixels of the column of names."""


class CheckPage(FormSheet):
    """``show_all`` fills it, under its question; what is ``missing`` keeps it from being sent."""

    word = "Check"

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(question, "This is sent to Twilio, word for word, and nothing else.", parent)
        self._facts = Card()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, NAMES)
        self._facts.column.addLayout(self._grid)
        self._advised = Card("warn")
        self._advised.column.setSpacing(6)
        self._advised.column.addWidget(words(REJECTED_OFTEN, "strong"))
        self.advice = words("", "warn")
        self._advised.column.addWidget(self.advice)
        self._costs = Card()
        self._costs.column.addWidget(words("What it costs", "strong"))
        self.costs = words("", "secondary")
        self.agree = Tick(AGREE, role="body")
        self.agree.check.toggled.connect(self._refresh)
        self._costs.column.addWidget(self.costs)
        self._costs.column.addWidget(self.agree)
        self.fees = LinkButton("Twilio’s list of fees", FEES_PAGE)
        self.fees.setAutoDefault(False)
        self._costs.column.addLayout(buttons(self.fees))
        self.outcome = Outcome()
        self._missing = ""
        self._working = False
        self._asks = False
        self.shown: tuple[Sent, ...] = ()
        # Advice is above what it is about: where nothing costs, “Send to Twilio” can be pressed at once.
        for part in (self._advised, self._facts, self._costs):
            self.add(part)
        self.add_inset(self.outcome)
        self._refresh()

    def show_all(
        self, question: str, sent: Sequence[Sent], costs: str, missing: str, advice: Sequence[str] = ()
    ) -> None:
        """``costs`` is what Twilio charges, "" where it is nothing; ``missing`` what must be put right first;
        ``advice`` what had better be another, a sentence each.
        """
        self.title.setText(question)
        self.setAccessibleName(question)
        while (item := self._grid.takeAt(0)) is not None:
            for old in (item.widget(), *_widgets_of(item.layout())):
                if old is not None:
                    old.hide()
                    old.deleteLater()
        self.shown = tuple(sent)
        for place, one in enumerate(sent):
            name = QLabel(one.name)
            name.setProperty("role", "muted")
            name.setWordWrap(True)
            name.setAlignment(leading_edge())
            said = WrappedLabel(one.said, role="secondary")
            said.setAccessibleName(f"{one.name}: {one.said}")
            self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            cell = QVBoxLayout()  # else the words would stand in the middle of a row that is higher
            cell.addWidget(said)
            cell.addStretch(1)
            self._grid.addLayout(cell, place, 1)
        self.advice.setText("\n".join(advice))
        self._advised.setVisible(bool(advice))
        self.costs.setText(costs or FREE)
        self._asks = bool(costs)
        self.agree.setVisible(self._asks)
        self.fees.setVisible(self._asks)
        self._missing = missing
        if missing:
            self.outcome.say("warn", missing)
        elif self.outcome.how == "warn":
            self.outcome.clear()
        self._refresh()

    def set_working(self, working: bool) -> None:
        self._working = working
        if working:
            self.outcome.say("busy", "Sending it to Twilio…")
            self.reveal(self.outcome)
        self._refresh()

    def complain(self, sentence: str) -> None:
        """What kept it from being sent just now."""
        self.outcome.say("bad", sentence)
        self.reveal(self.outcome)

    def _refresh(self) -> None:
        agreed = not self._asks or self.agree.check.isChecked()
        todo = TO_MEND if self._missing else "" if agreed else TO_AGREE
        self.set_foot(SEND, ready=not todo and not self._working, todo=todo)

    def sent(self) -> list[Sent]:
        return []

    def start(self) -> QWidget | None:
        """What is read first has the keyboard itself: page keys turn it, and Tab goes to what is to be ticked."""
        return None if self.ready else self

    def come_to(self, widget: QWidget) -> None:
        self.reveal(self._costs)


ICON = 22
"""Pixels of an outcome’s mark and the room beside it."""


class OutcomePage(FormSheet):
    """What has become of what was sent."""

    word = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What became of it", "", parent)
        self._card = Card()
        self.outcome = Outcome()
        self.advice = words("", "muted")
        self._card.column.addWidget(self.outcome)
        self._card.column.addLayout(set_in(self.advice, ICON))
        self.lead.hide()
        self.add(self._card)
        self.set_foot("Close")


def _widgets_of(layout: QLayout | None) -> list[QWidget]:
    if layout is None:
        return []
    items = [layout.itemAt(place) for place in range(layout.count())]
    return [found for item in items if item is not None and (found := item.widget()) is not None]
