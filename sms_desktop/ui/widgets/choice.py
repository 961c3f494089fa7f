"""A combo box that is as wide as what is chosen in it, and gives way where there is no room."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from sms_desktop.ui.widgets.still import keep_still

LEAST = 12
"""Letters."""


class Choice(QComboBox):
    def __init__(self, accessible_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if accessible_name:
            self.setAccessibleName(accessible_name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        keep_still(self)

    def minimumSizeHint(self) -> QSize:
        letters = self.fontMetrics().averageCharWidth() * LEAST
        return QSize(min(letters, self.sizeHint().width()), super().minimumSizeHint().height())
