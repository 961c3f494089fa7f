"""The Messaging Service that a campaign is for: one that is there, or a new one."""

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from sms_desktop.domain.registration import SenderPool
from sms_desktop.ui.registration.formsheet import FormSheet, Sent
from sms_desktop.ui.widgets.field import Field
from sms_desktop.ui.widgets.optioncard import OptionCard
from sms_desktop.ui.words import one_line

ABOUT = (
    "Twilio ties a campaign to a Messaging Service, a group of numbers. Your number becomes part of it; texts to the "
    "number still come in as they do now."
)


class SenderPage(FormSheet):
    """``show_pools`` fills it. ``chosen`` is a service’s SID, or "" where ``name`` is to be a new one’s."""

    word = "Service"

    def __init__(self, number: str, parent: QWidget | None = None) -> None:
        super().__init__(f"Where does {number} belong?", ABOUT, parent)
        self._group = QButtonGroup(self)
        self.pools: dict[str, OptionCard] = {}
        self.new = OptionCard("A new Messaging Service", "costs nothing", "It is made when you go on.")
        self.name = Field("Name", QLineEdit(), hint="Only you see it, at Twilio and here.")
        self.new.add(self.name)
        self._join(self.new)
        self.add(self.new)
        self.new.choose()

    def show_pools(self, pools: Sequence[SenderPool], name: str) -> None:
        """``pools`` have no campaign yet; ``name`` is what a new one would be called."""
        for pool in pools:
            count = len(pool.senders)
            numbers = "no number yet" if not count else "1 number" if count == 1 else f"{count} numbers"
            self._offer(pool, f"It is there already, with {numbers}.")
        self.name.edit.setText(name)

    def show_made(self, pool: SenderPool) -> None:
        """The new one is there by now: no second one is made."""
        if pool.sid not in self.pools:
            self._offer(pool, "It was made just now.")
        self.pools[pool.sid].choose()
        self.new.hide()

    def _offer(self, pool: SenderPool, said: str) -> None:
        card = OptionCard(one_line(pool.name) or pool.sid, "", said)
        self.pools[pool.sid] = card
        self._join(card)
        self.column.insertWidget(self.column.indexOf(self.new), card)

    def _join(self, card: OptionCard) -> None:
        self._group.addButton(card.radio)
        card.chosen.connect(self.changed)

    @property
    def chosen(self) -> str:
        return next((sid for sid, card in self.pools.items() if card.is_chosen), "")

    def sent(self) -> list[Sent]:
        return []  # it is there by then

    def insist(self) -> QWidget | None:
        missing = not self.chosen and not self.name.edit.text().strip()
        self.name.complain("Give it a name." if missing else "")
        return self.name.edit if missing else None

    def start(self) -> QWidget | None:
        return self._group.checkedButton()
