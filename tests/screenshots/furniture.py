"""Draws the pictures of the demo's sample conversations: `python -m tests.screenshots.furniture resources/demo`."""

import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
)

WIDE, HIGH = 1200, 900


@dataclass(frozen=True, slots=True)
class Room:
    """Colours: of the wall from its lit corner to the other, of the floor, of cloth and of wood."""

    light: str
    wall: str
    floor: str
    cloth: str
    wood: str


def _shade(color: str, by: int) -> QColor:
    """100 is the same, 130 darker, 80 lighter."""
    return QColor(color).darker(by)


def _room(painter: QPainter, room: Room) -> None:
    wall = QLinearGradient(QPointF(0, 0), QPointF(WIDE, HIGH))
    wall.setColorAt(0, QColor(room.light))
    wall.setColorAt(0.75, QColor(room.wall))
    painter.fillRect(QRectF(0, 0, WIDE, HIGH), wall)
    floor = QLinearGradient(QPointF(0, 680), QPointF(0, HIGH))
    floor.setColorAt(0, _shade(room.floor, 112))
    floor.setColorAt(1, QColor(room.floor))
    painter.fillRect(QRectF(0, 680, WIDE, HIGH - 680), floor)
    painter.fillRect(QRectF(0, 668, WIDE, 14), _shade(room.wall, 116))
    beam = QPainterPath(QPointF(120, 0))
    for x, y in ((470, 0), (820, 680), (420, 680)):
        beam.lineTo(x, y)
    painter.fillPath(beam, QColor(255, 255, 255, 34))


def _shadow(painter: QPainter, x: float, wide: float, y: float = 806) -> None:
    soft = QRadialGradient(QPointF(0, 0), 1)
    soft.setColorAt(0, QColor(20, 14, 24, 120))
    soft.setColorAt(1, QColor(20, 14, 24, 0))
    painter.save()
    painter.translate(x, y)
    painter.scale(wide, 46)
    painter.setBrush(soft)
    painter.drawEllipse(QPointF(0, 0), 1, 1)
    painter.restore()


def _leg(painter: QPainter, top: QPointF, foot: QPointF, color: str) -> None:
    painter.setPen(QPen(_shade(color, 118), 26, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(top, foot)
    painter.setPen(QPen(QColor(color), 14, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(top, foot)
    painter.setPen(Qt.PenStyle.NoPen)


def _cushion(
    painter: QPainter, box: QRectF, radius: float, cloth: str, *, buttons: int = 0, worn: bool = False
) -> None:
    fill = QLinearGradient(box.topLeft(), box.bottomRight())
    fill.setColorAt(0, _shade(cloth, 84))
    fill.setColorAt(1, _shade(cloth, 132))
    painter.setBrush(_shade(cloth, 150))
    painter.drawRoundedRect(box.translated(0, 7), radius, radius)
    painter.setBrush(fill)
    painter.drawRoundedRect(box, radius, radius)
    seam = QPen(QColor(255, 255, 255, 60), 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(seam)
    painter.drawRoundedRect(box.adjusted(14, 14, -14, -14), radius - 12, radius - 12)
    painter.setPen(Qt.PenStyle.NoPen)
    for place in range(buttons):
        x = box.x() + box.width() * (place + 1) / (buttons + 1)
        painter.setBrush(_shade(cloth, 165))
        painter.drawEllipse(QPointF(x, box.center().y()), 9, 9)
        painter.setBrush(_shade(cloth, 96))
        painter.drawEllipse(QPointF(x - 2, box.center().y() - 2), 4, 4)
    if worn:
        painter.setBrush(QColor(238, 226, 200, 190))
        tear = QPainterPath(box.center() + QPointF(-70, -8))
        for x, y in ((-20, -22), (40, -6), (86, -20), (56, 16), (-10, 10), (-48, 20)):
            tear.lineTo(box.center() + QPointF(x, y))
        tear.closeSubpath()
        painter.drawPath(tear)


def _chair(painter: QPainter, room: Room, *, worn: bool = False) -> None:
    _shadow(painter, 600, 300)
    for top, foot in ((470, 430), (730, 770)):
        _leg(painter, QPointF(top, 560), QPointF(foot, 800), room.wood)
    for top, foot in ((500, 488), (700, 712)):
        _leg(painter, QPointF(top, 560), QPointF(foot, 744), room.wood)
    _leg(painter, QPointF(462, 210), QPointF(470, 560), room.wood)
    _leg(painter, QPointF(738, 210), QPointF(730, 560), room.wood)
    _cushion(painter, QRectF(452, 170, 296, 270), 56, room.cloth, buttons=3)
    _cushion(painter, QRectF(420, 500, 360, 96), 44, room.cloth, worn=worn)


def _stool(painter: QPainter, room: Room) -> None:
    _shadow(painter, 600, 260)
    for top, foot in ((500, 440), (700, 760), (560, 544), (640, 656)):
        _leg(painter, QPointF(top, 520), QPointF(foot, 800 if abs(foot - 600) > 100 else 752), room.wood)
    _leg(painter, QPointF(476, 690), QPointF(724, 690), room.wood)
    _cushion(painter, QRectF(408, 430, 384, 112), 52, room.cloth, worn=True)


def _sofa(painter: QPainter, room: Room) -> None:
    _shadow(painter, 600, 470)
    for x in (300, 900):
        _leg(painter, QPointF(x, 690), QPointF(x + (600 - x) * -0.05, 800), room.wood)
    _cushion(painter, QRectF(250, 290, 345, 280), 60, room.cloth, buttons=2)
    _cushion(painter, QRectF(605, 290, 345, 280), 60, room.cloth, buttons=2)
    _cushion(painter, QRectF(290, 540, 620, 150), 40, room.cloth)
    for x in (180, 880):
        _cushion(painter, QRectF(x, 430, 140, 270), 58, room.cloth)


EVENING = Room("#ffe0ae", "#f0a183", "#a86a5c", "#3566c8", "#8a5a3c")
MORNING = Room("#e8f3ea", "#9cc7b4", "#6f9482", "#7c8f52", "#7a5236")
NOON = Room("#e3efff", "#9cc0f2", "#6e8fc4", "#c2674a", "#6b4a34")
DUSK = Room("#f1e3f5", "#b79ad2", "#7f6a9c", "#2e8068", "#6b4a34")


def draw(folder: Path) -> None:
    """Writes the four JPEGs, 20 to 40 KB each."""
    for name, room, furnish in (
        ("seat.jpg", EVENING, _chair),
        ("chair-old.jpg", MORNING, lambda p, r: _chair(p, r, worn=True)),
        ("IMG_2214.jpg", NOON, _stool),
        ("sofa.jpg", DUSK, _sofa),
    ):
        image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        _room(painter, room)
        furnish(painter, room)
        painter.end()
        if not image.save(str(folder / name), quality=86):
            raise RuntimeError(f"{folder / name} could not be written")


if __name__ == "__main__":
    application = QGuiApplication(sys.argv[:1])
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    draw(Path(sys.argv[1]))
