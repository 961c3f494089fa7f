"""A banner with a second button: one puts it away, the other leads to where its trouble is mended."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from sms_desktop.ui.widgets.banner import Banner


class FixBanner(Banner):
    """``offer`` shows or hides the second button; it is gone in any case where ``allow_fix`` says that it is."""

    fixClicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.fix = QPushButton("Fix")
        self.fix.setToolTip("Open line health, which says what is wrong and mends it")
        self.fix.clicked.connect(self.fixClicked)
        self.fix.hide()
        self._offered, self._allowed = False, True
        row = self.layout()
        assert isinstance(row, QBoxLayout)
        row.insertWidget(row.count() - 1, self.fix)

    def offer(self, offered: bool) -> None:
        self._offered = offered
        self._show_fix()

    def allow_fix(self, allowed: bool) -> None:
        self._allowed = allowed
        self._show_fix()

    def _show_fix(self) -> None:
        self.fix.setVisible(self._offered and self._allowed)
