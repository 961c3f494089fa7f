"""The notes field: plain text that grows with what is written."""

import math

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.leading import LEADING, space_lines

_LEAST_LINES, _MOST_LINES = 2, 12
_FRAME = 14
"""Padding and border above and below the text."""


class NotesEdit(QTextEdit):
    """Looks like text until it has the focus. ``left`` tells when it loses it."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Notes")
        self.setPlaceholderText("Add a note")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.setStyleSheet(
            f"QTextEdit {{ font-size: {theme().font('secondary').pixelSize()}px; border-color: transparent;"
            " background: transparent } QTextEdit:hover { background: palette(alternate-base) }"
            " QTextEdit:focus { border-color: palette(highlight); background: transparent }"
        )
        space_lines(self)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        line = math.ceil(self.fontMetrics().lineSpacing()) + LEADING
        wanted = math.ceil(self.document().size().height())
        self.setFixedHeight(max(_LEAST_LINES * line, min(wanted, _MOST_LINES * line)) + _FRAME)
        fits = wanted <= _MOST_LINES * line
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def setPlainText(self, text: str) -> None:
        super().setPlainText(text)
        space_lines(self)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
