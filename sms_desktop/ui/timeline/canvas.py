"""What every painting of a row needs at hand."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from sms_desktop.ui.theme import Tokens
from sms_desktop.ui.timeline.shape import Hands

CARD_CORNER = 10.0


@dataclass(frozen=True, slots=True)
class Canvas:
    """``dpr`` device pixels a pixel."""

    painter: QPainter
    tokens: Tokens
    hands: Hands
    dpr: float

    def ring(self, rect: QRectF, radius: float) -> None:
        """The focus ring around ``rect``."""
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(self.tokens.link, 2))
        self.painter.drawRoundedRect(rect.adjusted(-3, -3, 3, 3), radius, radius)
