"""The rounded box around text and attachments: focus ring, drop state."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sms_desktop.ui.composer.attachments import Attachments
from sms_desktop.ui.composer.editor import MessageEdit
from sms_desktop.ui.theme import theme

RING = 3
"""Pixels of soft ring outside the border; the box keeps them free on all sides."""
_RADIUS = 10


class Box(QWidget):
    """Paints the frame; its editor keeps the focus. ``set_dropping`` shows where files would land."""

    def __init__(self, editor: MessageEdit, attachments: Attachments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._dropping = False
        column = QVBoxLayout(self)
        column.setContentsMargins(RING + 13, RING + 11, RING + 13, RING + 10)
        column.setSpacing(9)
        column.addWidget(editor)
        column.addWidget(attachments)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        editor.focused.connect(self.update)
        theme().changed.connect(self.update)

    def set_dropping(self, dropping: bool) -> None:
        if dropping != self._dropping:
            self._dropping = dropping
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._editor.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(RING + 0.5, RING + 0.5, -RING - 0.5, -RING - 0.5)
        lively = self._editor.hasFocus() or self._dropping
        if lively:
            soft = QColor(tokens.accent)
            soft.setAlphaF(0.16)
            half = RING / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(soft, RING))
            painter.drawRoundedRect(frame.adjusted(-half, -half, half, half), _RADIUS + half, _RADIUS + half)
        pen = QPen(tokens.accent if lively else tokens.line, 1)
        if self._dropping:
            pen = QPen(tokens.accent, 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(tokens.selection if self._dropping else tokens.pane)
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)
        painter.end()
