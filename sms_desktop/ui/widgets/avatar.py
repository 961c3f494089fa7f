"""The round avatar: initials on a colour."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from sms_desktop.ui.theme import theme


def paint_avatar(painter: QPainter, rect: QRect, text: str, color_index: int, font: QFont) -> None:
    """Paints ``text`` (one or two letters) on a disc that fills ``rect``; the index wraps around the colours."""
    colors = theme().tokens.avatar_colors
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors[color_index % len(colors)])
    painter.drawEllipse(QRectF(rect))
    painter.setPen(Qt.GlobalColor.white)
    painter.setFont(font)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class Avatar(QWidget):
    """An avatar of ``size`` pixels in a layout."""

    def __init__(self, size: int = 34, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._index, self._size = "", 0, size
        self.setFixedSize(size, size)

    def set_person(self, initials: str, color_index: int) -> None:
        self._text, self._index = initials, color_index
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        font = theme().font("body", bold=True)
        font.setPixelSize(round(self._size * 0.38))
        painter = QPainter(self)
        paint_avatar(painter, self.rect(), self._text, self._index, font)
        painter.end()
