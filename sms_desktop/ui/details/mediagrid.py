"""Shared pictures and files, three in a row."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from sms_desktop.domain.media import Media, safe_name
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.tip import tip
from sms_desktop.ui.words import media_word

COLUMNS = 3
_HEIGHT = 70


class Tile(QAbstractButton):
    """One picture, or a file's icon and suffix; a button, so that keys and screen readers reach it."""

    def __init__(self, media: Media, thumbnails: Thumbnails | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.media = media
        self._thumbnails = thumbnails
        name = safe_name(media.file.name) if media.file is not None else ""
        self.setAccessibleName(f"{media_word(media.content_type)} {name}".strip())
        self.setToolTip(tip(name))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)
        if thumbnails is not None:
            thumbnails.ready.connect(self._ready)

    def sizeHint(self) -> QSize:
        return QSize(80, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), tokens.radius, tokens.radius)
        painter.fillPath(outline, tokens.chip)
        image = None
        if self.media.is_image and self.media.file is not None and self._thumbnails is not None:
            image = self._thumbnails.picture(self.media.file, self.size(), self.devicePixelRatioF())
        if image is not None:
            painter.setClipPath(outline)
            painter.drawImage(self.rect(), image)
            painter.setClipping(False)
        else:
            self._paint_file(painter)
        if self.isDown() or self.underMouse():
            painter.fillPath(outline, QColor(0, 0, 0, 50 if self.isDown() else 24))
        if self.hasFocus():
            painter.setPen(QPen(tokens.accent, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), tokens.radius - 1, tokens.radius - 1)
        painter.end()

    def _paint_file(self, painter: QPainter) -> None:
        tokens = theme().tokens
        icon = {"image": "image", "video": "play"}.get(self.media.content_type.split("/")[0], "file")
        drawn = pixmap(icon, tokens.muted_on_tint, 20, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - 20) // 2, 14, drawn)
        painter.setPen(tokens.muted_on_tint)
        painter.setFont(theme().font("badge"))
        words = QRect(4, 38, self.width() - 8, 18)
        name = self.media.file.name if self.media.file is not None else media_word(self.media.content_type)
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, shown)

    def _ready(self, sha256: str) -> None:
        if self.media.file is not None and self.media.file.sha256 == sha256:
            self.update()


class MediaGrid(QWidget):
    """``chosen`` gives the Media that was clicked."""

    chosen = Signal(object)

    def __init__(self, thumbnails: Thumbnails | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._media: tuple[Media, ...] = ()
        self.tiles: list[Tile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def show_media(self, media: Sequence[Media]) -> None:
        if tuple(media) == self._media:
            return
        self._media = tuple(media)
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = [Tile(item, self._thumbnails, self) for item in media]
        for place, tile in enumerate(self.tiles):
            tile.clicked.connect(self._clicked)
            tile.setFixedHeight(_HEIGHT)
            self._grid.addWidget(tile, place // COLUMNS, place % COLUMNS)

    def _clicked(self) -> None:
        tile = self.sender()
        if isinstance(tile, Tile):
            self.chosen.emit(tile.media)
