"""A button that unfolds what stands below it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from sms_desktop.ui.assets import icon
from sms_desktop.ui.theme import theme


class FoldButton(QPushButton):
    """Checked while it is unfolded, which a screen reader says."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "fold")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self._tint)
        theme().changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        ltr = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        folded = "chevron-right" if ltr else "chevron-left"
        self.setIcon(icon("chevron-down" if self.isChecked() else folded, theme().tokens.muted))
        self.setAccessibleDescription("Unfolded" if self.isChecked() else "Folded")
