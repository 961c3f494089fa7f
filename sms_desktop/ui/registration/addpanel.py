"""Which of several campaigns a number is to be part of."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from sms_desktop.domain.registration import Campaign, SenderPool
from sms_desktop.ui.widgets.agreement import Agreement
from sms_desktop.ui.widgets.edge import set_in
from sms_desktop.ui.widgets.tick import INDENT
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import one_line

ASKS = "What do you text from this number?"
MOST = 160
"""Characters of a campaign’s description that are shown; it may have thousands."""


class AddPanel(Agreement):
    """Nothing is chosen beforehand. ``agreed`` carries the SenderPool; answered once, until ``say`` shows what went
    wrong.
    """

    agreed = Signal(object)

    def __init__(
        self, choices: Sequence[tuple[SenderPool, Campaign]], note: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("Add it", "Cancel", parent)
        self.column.addWidget(WrappedLabel(ASKS, role="strong"))
        self._group = QButtonGroup(self)
        self._pools = [pool for pool, _ in choices]
        self.radios: list[QRadioButton] = []
        for place, (pool, campaign) in enumerate(choices):
            radio = QRadioButton(one_line(pool.name) or pool.sid)
            said = one_line(campaign.description)
            about = WrappedLabel(said if len(said) <= MOST else f"{said[:MOST].rstrip()}…", role="muted")
            radio.setAccessibleName(one_line(pool.name) or pool.sid)
            radio.setAccessibleDescription(about.said)
            self._group.addButton(radio, place)
            self.radios.append(radio)
            choice = QVBoxLayout()
            choice.setSpacing(2)
            choice.addWidget(radio)
            choice.addLayout(set_in(about, INDENT))
            self.column.addLayout(choice)
        self.column.addWidget(WrappedLabel(note, role="meta"))
        self.yes.setEnabled(False)
        self._group.idToggled.connect(lambda *_: self.yes.setEnabled(True))
        self.yes.clicked.connect(self._agree)
        self.finish()

    def _agree(self) -> None:
        self.enable(False)
        self.agreed.emit(self._pools[self._group.checkedId()])

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return *self.radios, *super().parts
