"""What is set up now."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.outcome import How, Outcome


class DonePage(Sheet):
    """One line a thing, each with its mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("You are set up", "From now on texts to your numbers appear in the inbox.", parent)
        self._card = Card()
        self._card.column.setSpacing(10)
        self.facts: list[Outcome] = []
        self.add(self._card)
        self.set_foot("Open the inbox")

    def show_facts(self, facts: Sequence[tuple[How, str]]) -> None:
        while (item := self._card.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.facts = []
        for how, text in facts:
            fact = Outcome()
            self._card.column.addWidget(fact)
            fact.say(how, text)
            self.facts.append(fact)
