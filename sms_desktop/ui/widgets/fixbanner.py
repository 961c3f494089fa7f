"""A banner with another button: one puts it away, the other leads to where its trouble is mended, or on."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from sms_desktop.ui.widgets.banner import Banner


class FixBanner(Banner):
    """``offer`` shows or hides the button that mends; it is gone in any case where ``allow_fix`` says that it is.
    ``lead_on`` shows one that leads elsewhere.
    """

    fixClicked = Signal()
    leadClicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.fix = QPushButton("Fix")
        self.fix.setToolTip("Open line health, which says what is wrong and mends it")
        self.fix.clicked.connect(self.fixClicked)
        self.lead = QPushButton()
        self.lead.clicked.connect(self.leadClicked)
        self._offered, self._allowed = False, True
        row = self.layout()
        assert isinstance(row, QBoxLayout)
        for button in (self.fix, self.lead):
            button.hide()
            row.insertWidget(row.count() - 1, button)

    def offer(self, offered: bool) -> None:
        self._offered = offered
        self._show_fix()

    def allow_fix(self, allowed: bool) -> None:
        self._allowed = allowed
        self._show_fix()

    def lead_on(self, word: str, tip: str = "") -> None:
        """``word`` is what the button says, "" takes it away."""
        self.lead.setText(word)
        self.lead.setToolTip(tip)
        self.lead.setVisible(bool(word))

    def _show_fix(self) -> None:
        self.fix.setVisible(self._offered and self._allowed)
