"""A field for plain text of several lines, as high as what is written."""

import math

from PySide6.QtCore import QMimeData, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QTextEdit, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.leading import LEADING, space_lines

_FRAME = 14
"""Padding and border above and below the text."""


class GrowingEdit(QTextEdit):
    """Tab leaves it; ``left`` tells when it loses the focus. The ``example`` is seen as long as nothing is written."""

    left = Signal()
    most_lines = 8
    """Up to which it grows; then it scrolls."""

    def __init__(self, least_lines: int = 2, example: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least_lines
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.example = example
        self.setProperty("role", "inset")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        space_lines(self)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        line = math.ceil(self.fontMetrics().lineSpacing()) + LEADING
        wanted = math.ceil(self.document().size().height())
        least = max(self._least * line, self._example_height())
        self.setFixedHeight(max(least, min(wanted, self.most_lines * line)) + _FRAME)
        policy = Qt.ScrollBarPolicy
        fits = wanted <= self.most_lines * line
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded)

    def _example_height(self) -> int:
        """Pixels that the example takes: what is written does not make the field lower."""
        if not self.example or self.viewport().width() <= 1:
            return 0
        area = QRect(0, 0, self.viewport().width(), 10_000)
        return self.fontMetrics().boundingRect(area, Qt.TextFlag.TextWordWrap, self.example).height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, e: QPaintEvent) -> None:
        """Qt's own placeholder is one line, cut where the field ends."""
        super().paintEvent(e)
        if not self.example or not self.document().isEmpty():
            return
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        painter.setPen(theme().tokens.muted)
        side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        flags = side | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(self.viewport().rect(), int(flags) | int(Qt.TextFlag.TextWordWrap), self.example)
        painter.end()

    def setPlainText(self, text: str) -> None:
        super().setPlainText(text)
        space_lines(self)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
