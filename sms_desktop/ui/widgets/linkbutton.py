"""A link that opens a page in the browser."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from sms_desktop.ui.assets import icon
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.tip import tip


class LinkButton(QPushButton):
    """Its tooltip tells where it leads."""

    def __init__(self, text: str, url: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "link")
        self.lead_to(url)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._open)
        theme().changed.connect(self._tint)
        self._tint()

    def lead_to(self, url: str) -> None:
        """Another page from now on."""
        self.url = url
        self.setToolTip(tip(url))
        self.setAccessibleDescription(f"Opens {url} in the browser")

    def _tint(self) -> None:
        self.setIcon(icon("external", theme().tokens.link))

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self.url))
