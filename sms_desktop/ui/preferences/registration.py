"""Registration: how each line stands with the carriers of the United States, and what comes next."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sms_desktop.domain.registrationreport import Report
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.registration.card import RegistrationCard
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.wrapped import WrappedLabel

ABOUT = (
    "Carriers in the United States deliver a text only if they know who sends it and what for. Here is what they know "
    "of your lines. Texts to other countries need none of this."
)
NONE = "This account has no line yet."


class RegistrationPage(WorkingPage):
    """``stepWanted`` carries the Report whose next step is to be done, ``guideWanted`` one for which that is a form;
    ``lookRequested``: Twilio is to be asked.
    """

    stepWanted = Signal(object)
    guideWanted = Signal(object)
    lookRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Registration", parent)
        self.cards: dict[str, RegistrationCard] = {}
        self._wanted = ""
        self.add_heading("Texts to the United States")
        self.add_words("muted", ABOUT)
        self.column.addSpacing(4)
        self.look = button("Look again")
        self.look.setToolTip("Asks Twilio how all lines are registered")
        self.look.clicked.connect(self.lookRequested)
        self.said = WrappedLabel(role="meta")
        row = self.add_row(self.look)
        row.insertWidget(1, self.said, 1000)
        self.troubles = self.add_words("warn")
        self.column.addSpacing(4)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.column.addLayout(self._list)
        self.end()
        self.show_reports((), ())
        tell(self.said, "")

    def show_reports(self, reports: Sequence[Report], troubles: Sequence[str], *, anew: bool = False) -> None:
        """A card a line; one that asks something goes on asking. ``troubles``: what Twilio could not be asked. A card
        that is there keeps its place, so that nothing moves under the person’s eyes, unless all are laid out ``anew``.
        """
        if not anew:
            places = {address: place for place, address in enumerate(self.cards)}
            reports = sorted(reports, key=lambda one: places.get(one.line.address, len(places)))
        addresses = [report.line.address for report in reports]
        for address in [address for address in self.cards if address not in addresses]:
            card = self.cards.pop(address)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        for place, report in enumerate(reports):
            address = report.line.address
            card = self.cards.pop(address) if address in self.cards else self._card(report)
            self.cards[address] = card
            card.show_report(report)
            if self._list.indexOf(card) != place:
                self._list.insertWidget(place, card)
        tell(self.troubles, "\n".join(troubles) or ("" if reports else NONE))
        self._go_to_wanted()

    def take_up(self, order: Sequence[str]) -> None:
        """The page was left for a form only: its cards stand as they stood, and new ones come after them."""
        places = {address: place for place, address in enumerate(order)}
        self.cards = dict(sorted(self.cards.items(), key=lambda one: places.get(one[0], len(places))))
        for place, card in enumerate(self.cards.values()):
            self._list.insertWidget(place, card)

    def show_line(self, address: str) -> None:
        """Scrolls to one line's card, once it is there, and gives its button the keyboard."""
        self._wanted = address
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        card = self.cards.get(self._wanted)
        if card is not None:
            self._wanted = ""
            self.reveal(card)
            (card.act if card.act.isVisibleTo(card) else card.link).setFocus()

    def show_looked(self, sentence: str) -> None:
        """When Twilio was last asked."""
        tell(self.said, sentence, "meta")

    def show_not_looked(self, sentence: str) -> None:
        """Twilio was asked by itself and did not answer: nothing moves for that."""
        tell(self.said, sentence, "bad")

    def held(self) -> tuple[QWidget, ...]:
        return (self.look,)

    def _card(self, report: Report) -> RegistrationCard:
        card = RegistrationCard(report)
        card.stepWanted.connect(self.stepWanted)
        return card
