"""One picture, fitted or enlarged."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from sms_desktop.ui.theme import theme

STEP = 1.25
CLOSEST = 8.0


class PictureCanvas(QWidget):
    """``zoom`` is relative to fitting: 1 shows all of the picture. The point under the mouse stays under it."""

    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(240, 180)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._image = QImage()
        self._words = ""
        self._zoom = 1.0
        self._shift = QPointF()
        self._held: QPointF | None = None

    @property
    def zoom(self) -> float:
        return self._zoom

    @property
    def words(self) -> str:
        return self._words

    @property
    def image(self) -> QImage:
        return self._image

    def show_picture(self, image: QImage) -> None:
        self._image, self._words = image, ""
        self.fit()

    def show_words(self, words: str) -> None:
        """Instead of a picture: that it is being read, or why it cannot be shown."""
        self._image, self._words = QImage(), words
        self.fit()

    def fit(self) -> None:
        self._shift = QPointF()
        self._set_zoom(1.0)

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Enlarges by ``factor``, keeping the point ``around`` (default: the middle) where it is."""
        zoom = min(CLOSEST, max(1.0, self._zoom * factor))
        point = (around if around is not None else QRectF(self.rect()).center()) - QRectF(self.rect()).center()
        self._shift = point - (point - self._shift) * (zoom / self._zoom)
        self._set_zoom(zoom)

    def pan(self, by: QPointF) -> None:
        self._shift += by
        self._hold_within()
        self.update()

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = zoom
        self._hold_within()
        self.setCursor(Qt.CursorShape.OpenHandCursor if zoom > 1 else Qt.CursorShape.ArrowCursor)
        self.update()
        self.zoomed.emit(zoom)

    def _size(self) -> QSizeF:
        """The picture's size on screen; small ones are not enlarged to fit."""
        natural = QSizeF(self._image.size()) / self.devicePixelRatioF()
        room = QSizeF(self.size())
        if natural.width() > room.width() or natural.height() > room.height():
            natural.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
        return natural * self._zoom

    def _hold_within(self) -> None:
        size = self._size()
        across = max(0.0, (size.width() - self.width()) / 2)
        down = max(0.0, (size.height() - self.height()) / 2)
        self._shift = QPointF(
            min(across, max(-across, self._shift.x())),
            min(down, max(-down, self._shift.y())),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme().tokens
        painter.fillRect(self.rect(), tokens.viewer)
        if self._image.isNull():
            painter.setPen(tokens.viewer_text)
            painter.setFont(theme().font("body"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self._size()
            center = QRectF(self.rect()).center() + self._shift
            corner = center - QPointF(size.width() / 2, size.height() / 2)
            painter.drawImage(QRectF(corner, size), self._image)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hold_within()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if turned:
            self.zoom_by(STEP ** (turned / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._zoom > 1:
            self._held = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.pan(event.position() - self._held)
            self._held = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom > 1:
            self.fit()
        else:
            self.zoom_by(2.5, event.position())
