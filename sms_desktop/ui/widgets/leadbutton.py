"""A button with an icon before its words, as far from them as the drawings have it."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QPushButton, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme

ICON, GAP = 16, 5


class LeadButton(QPushButton):
    """Retinted with the theme and turned round with the layout."""

    def __init__(self, icon_name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_name = icon_name
        self.setIconSize(QSize(ICON + GAP, ICON))
        theme().changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        icon = QIcon()
        for ratio in (1, 2):
            picture = QPixmap((ICON + GAP) * ratio, ICON * ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            drawn = pixmap(self._icon_name, theme().tokens.text, ICON * ratio)
            painter.drawPixmap(GAP * ratio if rtl else 0, 0, drawn)
            painter.end()
            picture.setDevicePixelRatio(ratio)
            icon.addPixmap(picture)
        self.setIcon(icon)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._tint()
