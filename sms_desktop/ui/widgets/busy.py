"""A turning ring: something is being done."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from sms_desktop.ui.theme import theme

TICK = 60
"""Milliseconds between two steps of the ring."""
STEP = 24
"""Degrees a step."""


class Busy(QWidget):
    """Turns while it is shown; ``hold`` makes it stand still."""

    def __init__(self, size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(size, size))
        self._angle = 90
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._turn)
        theme().changed.connect(self.update)

    def hold(self) -> None:
        self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _turn(self) -> None:
        self._angle = (self._angle - STEP) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        wide = self.width() / 9
        ring = QRectF(self.rect()).adjusted(wide, wide, -wide, -wide)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        faint = QColor(tokens.muted)
        faint.setAlphaF(0.25)
        painter.setPen(QPen(faint, wide))
        painter.drawEllipse(ring)
        painter.setPen(QPen(tokens.accent, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, self._angle * 16, 100 * 16)
        painter.end()
