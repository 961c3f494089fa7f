"""A round spot of colour for menus and swatches."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap

from sms_desktop.ui.theme import theme


def dot_icon(place: int, *, chosen: bool = False, size: int = 16) -> QIcon:
    """A spot in the middle of ``size`` pixels, of the colour at ``place`` in the palette, which wraps.

    ``chosen`` draws a ring around it: a menu shows no tick beside an icon.
    """
    colors = theme().tokens.avatar_colors
    spot = 8 if chosen else 10
    icon = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(size * ratio, size * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors[place % len(colors)])
        edge = (size - spot) * ratio / 2
        painter.drawEllipse(QRectF(edge, edge, spot * ratio, spot * ratio))
        if chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().tokens.text, 1.5 * ratio))
            painter.drawEllipse(QRectF(ratio, ratio, (size - 2) * ratio, (size - 2) * ratio))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        icon.addPixmap(pixmap)
    return icon
