"""A check box whose words wrap, as Qt's own do not."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from sms_desktop.ui.widgets.edge import leading_edge, unbroken
from sms_desktop.ui.words import isolated

INDENT = 26
"""Pixels from the box's edge to its words."""


def set_ticked(box: QAbstractButton, on: bool) -> None:
    """Ticks ``box``, or takes the tick away, without telling anybody: it was not the person."""
    with QSignalBlocker(box):
        box.setChecked(on)


class Tick(QWidget):
    """``check`` is the box; a click on the words ticks it too."""

    def __init__(self, text: str, *, role: str = "strong", accessible_name: str = "") -> None:
        super().__init__()
        self.check = QCheckBox()
        self.check.setAccessibleName(accessible_name or text)
        self.check.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._label = QLabel(isolated(unbroken(text)))
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setProperty("role", role)
        self._label.setWordWrap(True)
        self._label.setMinimumHeight(24)
        self._label.setAlignment(leading_edge())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.check.setFixedWidth(INDENT)
        row.addWidget(self.check, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._label, 1)

    @property
    def text(self) -> str:
        return self.check.accessibleName()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.check.isEnabled() and self.rect().contains(event.position().toPoint()):
            self.check.click()
