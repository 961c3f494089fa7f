"""A check box that looks like a switch: what it turns takes effect at once."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from sms_desktop.ui.theme import theme

TRACK = QSize(34, 20)
KNOB, AIR = 14, 3
RING = 3
"""Pixels around the track, for the ring of focus."""


class Switch(QCheckBox):
    """To a screen reader it is a check box named ``accessible_name``."""

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return TRACK + QSize(2 * RING, 2 * RING)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, on = theme().tokens, self.isChecked()
        track = QRectF(self.rect()).adjusted(RING, RING, -RING, -RING)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(tokens.accent, 2))
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), track.height() / 2 + 2, track.height() / 2 + 2)
        edge = tokens.accent if on else tokens.muted
        painter.setPen(QPen(edge if self.isEnabled() else tokens.line, 1.5))
        painter.setBrush(edge if on and self.isEnabled() else tokens.pane)
        inside = track.adjusted(0.75, 0.75, -0.75, -0.75)
        painter.drawRoundedRect(inside, inside.height() / 2, inside.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        right = on == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
        x = track.right() - AIR - KNOB if right else track.left() + AIR
        painter.setBrush(tokens.on_accent if on else edge)
        painter.drawEllipse(QRectF(x, track.top() + AIR, KNOB, KNOB))
        painter.end()
