"""The button that has a number looked up, and says what that costs before it does."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu

from sms_desktop.domain.lookup import PRICE
from sms_desktop.ui.widgets.iconbutton import IconButton

VALID = "Is it a number at all? (free)"
LINE_TYPE = f"Mobile or landline? ({PRICE}, from your Twilio balance)"


class LookUpButton(IconButton):
    """``chosen``: whether the kind of line is to be found out, which costs, or only whether it is a number."""

    chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__("search", "Look up number", "Look the number up at Twilio", size=22, icon_size=14)
        self.menu_of_prices = QMenu(self)
        for words, pays in ((VALID, False), (LINE_TYPE, True)):
            self.menu_of_prices.addAction(words).triggered.connect(
                lambda checked=False, pays=pays: self.chosen.emit(pays)
            )
        self.clicked.connect(self._open)

    def _open(self) -> None:
        ltr = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        corner = self.rect().bottomLeft() if ltr else self.rect().bottomRight()
        self.menu_of_prices.popup(self.mapToGlobal(corner))
