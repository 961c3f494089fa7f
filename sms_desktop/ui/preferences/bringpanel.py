"""The lines that can be brought to an address that has just been taken into use, and two buttons."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sms_desktop.ui.changes import ChangesCard
from sms_desktop.ui.routewords import bringing
from sms_desktop.ui.widgets.button import button, buttons
from sms_desktop.ui.widgets.keyboard import Hold


class BringPanel(QWidget):
    """``card`` has the lines, each with its tick."""

    agreed = Signal()
    refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Lines to bring here")
        self._hold = Hold(self)
        self.card = ChangesCard()
        self.yes, self.no = button("", "primary"), button("Not now")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.card)
        column.addLayout(buttons(self.yes, self.no))
        self.card.toggled.connect(self.refresh)
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self.refused)

    def refresh(self) -> None:
        """The button says how many it brings; without a tick there is nothing to agree to."""
        ticked = self.card.ticked
        self.yes.setText(bringing(ticked) if ticked else "Bring them here")
        self.yes.setEnabled(bool(ticked))

    def say(self, trouble: str) -> None:
        """What could not be done; the person may agree once more."""
        self.card.outcome.say("bad", trouble)
        self.no.setEnabled(True)
        self.refresh()
        self._hold.end(self.no)

    def _agree(self) -> None:
        self._hold.begin()
        self.yes.setEnabled(False)
        self.no.setEnabled(False)
        self.card.outcome.say("busy", "Telling Twilio…")
        self.agreed.emit()
