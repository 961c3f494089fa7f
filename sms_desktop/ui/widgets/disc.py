"""The round mark of a step: its number in a ring, a check once it is done, a sign where it waits or went wrong."""

from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme

State = Literal["done", "now", "waiting", "bad", "later"]
SIDE = 22
_ICONS = {"waiting": ("clock", "warn"), "bad": ("alert", "bad")}


def paint_disc(painter: QPainter, disc: QRect, state: State, number: int, ratio: float) -> None:
    """Into ``disc``, which is ``SIDE`` pixels wide and high; ``ratio``: the device's pixels for one of ours."""
    tokens = theme().tokens
    if state == "done":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.ok)
        painter.drawEllipse(QRectF(disc))
        painter.drawPixmap(QPointF(disc.x() + 4, disc.y() + 4), pixmap("check", tokens.pane, 14, ratio))
        return
    if state in _ICONS:
        icon, tone = _ICONS[state]
        painter.drawPixmap(QPointF(disc.x(), disc.y()), pixmap(icon, getattr(tokens, tone), SIDE, ratio))
        return
    now = state == "now"
    painter.setPen(QPen(tokens.accent if now else tokens.line, 1.5 if now else 1))
    painter.setBrush(tokens.pane)
    painter.drawEllipse(QRectF(disc).adjusted(0.75, 0.75, -0.75, -0.75))
    painter.setFont(theme().font("meta"))
    painter.setPen(tokens.link if now else tokens.muted)
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(number))
