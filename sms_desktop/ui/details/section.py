"""A titled part of the pane: rows of a word and its value, and a line below."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.elided import ElidedLabel

_PADDING = 16
ROW = 23
"""Pixels from one row to the next."""


class Section(QFrame):
    """``column`` takes what is no row; ``inset`` lets it stand out so far on both sides; ``add_row`` adds a row."""

    def __init__(self, title: str, parent: QWidget | None = None, *, inset: int = 0) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(_PADDING - inset, 15, _PADDING - inset, 13)
        self.column.setSpacing(0)
        outer.addLayout(self.column)
        rule = QFrame()
        rule.setProperty("role", "rule")
        outer.addWidget(rule)
        heading = QLabel(title)
        heading.setProperty("role", "section")
        heading.setContentsMargins(inset, 0, inset, 0)
        self.column.addWidget(heading, 0, Qt.AlignmentFlag.AlignLeft)  # which is the right under right-to-left
        self.column.addSpacing(8 - inset // 2)

    def add_row(self, word: str, *extra: QWidget, value: QWidget | None = None) -> "Row":
        row = Row(word, value or ElidedLabel(role="secondary"), *extra)
        self.column.addWidget(row)
        if value is None:
            row.say("")
        return row


class Row(QWidget):
    """A muted word on the left, its value on the right, ``extra`` before it; hidden while there is no value."""

    def __init__(self, word: str, value: QWidget, *extra: QWidget) -> None:
        super().__init__()
        self._word = word
        self.value = value
        name = QLabel(word)
        name.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(name)
        if isinstance(value, QLabel):
            row.addStretch(1)
        for widget in extra:
            row.addWidget(widget)
        row.addWidget(value, 0 if isinstance(value, QLabel) else 1)
        self.setFixedHeight(ROW)
        if isinstance(value, QLabel):
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def say(self, text: str, role: str = "secondary", *, bold: bool = False) -> None:
        """Shows ``text`` in the colour of ``role`` (secondary, muted, ok, warn, bad)."""
        self.setVisible(bool(text))
        value = self.value
        if not isinstance(value, QLabel):
            return
        value.setText(text)
        value.setAccessibleName(f"{self._word}: {text}")
        if value.property("role") != role:
            value.setProperty("role", role)
            value.style().unpolish(value)
            value.style().polish(value)
        value.setStyleSheet("font-weight: 600" if bold else "")

    @property
    def said(self) -> str:
        """The value that is shown, or ""."""
        return self.value.text() if isinstance(self.value, QLabel) and not self.isHidden() else ""
