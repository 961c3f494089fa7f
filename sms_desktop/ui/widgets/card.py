"""A rounded ground for what belongs together."""

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from sms_desktop.ui.theme import theme

Ground = Literal["plain", "warn", "bad"]
RING = 3
"""Pixels around the card that are kept for the ring of a chosen one; what stands above and below is set in as far."""


class Card(QWidget):
    """Fill ``column``. ``warn`` and ``bad`` tint it; a ring is drawn where ``ring`` says how strong (0 to 1)."""

    def __init__(self, ground: Ground = "plain", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ground: Ground = ground
        self.ring = 0.0
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(RING + 16, RING + 14, RING + 16, RING + 14)
        self.column.setSpacing(8)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        edge = QRectF(self.rect()).adjusted(RING + 0.5, RING + 0.5, -RING - 0.5, -RING - 0.5)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = float(tokens.bubble_radius - 2)
        if self.ring:
            soft = QColor(tokens.accent)
            soft.setAlphaF(self.ring)
            painter.setPen(QPen(soft, RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(edge.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
        ground = {"plain": tokens.pane, "warn": tokens.warn_ground, "bad": tokens.bad_ground}[self._ground]
        line = tokens.accent if self.ring else tokens.line if self._ground == "plain" else ground
        painter.setPen(QPen(line, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(edge, radius, radius)
        painter.end()
