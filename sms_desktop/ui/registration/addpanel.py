"""Which of several campaigns a number is to be part of."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QRadioButton, QVBoxLayout, QWidget

from sms_desktop.domain.registration import Campaign, SenderPool
from sms_desktop.ui.preferences.page import button, buttons
from sms_desktop.ui.widgets.edge import set_in
from sms_desktop.ui.widgets.tick import INDENT
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import one_line

ASKS = "What do you text from this number?"
MOST = 160
"""Characters of a campaign’s description that are shown; it may have thousands."""


class AddPanel(QFrame):
    """Nothing is chosen beforehand. ``agreed`` carries the SenderPool; answered once, until ``say`` shows what went
    wrong.
    """

    agreed = Signal(object)
    refused = Signal()

    def __init__(
        self, choices: Sequence[tuple[SenderPool, Campaign]], note: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(WrappedLabel(ASKS, role="strong"))
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
            column.addLayout(choice)
        column.addWidget(WrappedLabel(note, role="meta"))
        self.trouble = WrappedLabel(role="bad")
        self.trouble.hide()
        column.addWidget(self.trouble)
        self.yes, self.no = button("Add it", "primary"), button("Cancel")
        self.yes.setEnabled(False)
        self._group.idClicked.connect(lambda place: self.yes.setEnabled(True))
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self._refuse)
        column.addLayout(buttons(self.yes, self.no))

    def say(self, trouble: str) -> None:
        """What could not be done; the buttons can be pressed again."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self._enable(True)

    def _agree(self) -> None:
        self._enable(False)
        self.agreed.emit(self._pools[self._group.checkedId()])

    def _refuse(self) -> None:
        self._enable(False)
        self.refused.emit()

    def _enable(self, on: bool) -> None:
        for part in (self.yes, self.no, *self.radios):
            part.setEnabled(on)
