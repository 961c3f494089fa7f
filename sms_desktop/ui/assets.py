"""The window's icons: 24-grid line drawings from resources/icons, tinted."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from sms_desktop.paths import resources

_SIZES = (16, 20, 24)


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=1024)
def _pixmap(name: str, color: str, size: int, dpr: float) -> QPixmap:
    pixels = max(1, round(size * dpr))
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing = QByteArray(_drawing(name).replace("currentColor", color).encode())
    QSvgRenderer(drawing).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def pixmap(name: str, color: QColor, size: int, dpr: float = 1.0) -> QPixmap:
    """The icon ``name`` in ``color``, ``size`` device-independent pixels square, sharp at ``dpr``; cached."""
    return _pixmap(name, color.name(), size, dpr)


def icon(name: str, color: QColor | None = None) -> QIcon:
    """The icon as a QIcon, muted where no colour is given; ask again on ``theme().changed``."""
    from sms_desktop.ui.theme import theme

    tint = color or theme().tokens.muted
    result = QIcon()
    for dpr in (1.0, 2.0):
        for size in _SIZES:
            result.addPixmap(pixmap(name, tint, size, dpr))
    return result
