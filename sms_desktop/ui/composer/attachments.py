"""The files that go with the message, as chips inside the box."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from sms_desktop.domain.media import File, size_words
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.iconbutton import IconButton

_HEIGHT = 38
_PICTURE = 26
_WIDEST_NAME = 220


class AttachmentChip(QWidget):
    """Picture or icon, name, size and a button that takes it away."""

    removeRequested = Signal(object)  # File

    def __init__(self, file: File, thumbnails: Thumbnails | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = file
        self._thumbnails = thumbnails if file.content_type.startswith("image/") else None
        self._name = ElidedLabel(f"{file.name} · {size_words(file.size)}", role="secondary")
        self._name.setStyleSheet(f"font-size: {theme().font('meta').pixelSize()}px")
        self._name.setMaximumWidth(_WIDEST_NAME)
        self.remove_button = IconButton("x", f"Remove {file.name}", size=20, icon_size=14, tone="text")
        self.remove_button.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(8 + _PICTURE + 8, 0, 6, 0)
        row.setSpacing(2)
        row.addWidget(self._name)
        row.addWidget(self.remove_button)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self._name.text())
        theme().changed.connect(self.update)
        if self._thumbnails is not None:
            self._thumbnails.ready.connect(self._picture_ready)

    def sizeHint(self) -> QSize:
        name = min(self._name.sizeHint().width() + 2, _WIDEST_NAME)
        return QSize(8 + _PICTURE + 8 + name + 2 + 20 + 6, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.line, 1))
        painter.setBrush(tokens.ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), tokens.radius, tokens.radius)
        left = 8 if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else self.width() - 8 - _PICTURE
        place = QRectF(left, (_HEIGHT - _PICTURE) / 2, _PICTURE, _PICTURE)
        clip = QPainterPath()
        clip.addRoundedRect(place, 5, 5)
        picture = self._picture()
        if picture is not None:
            painter.setClipPath(clip)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, picture)
        else:
            painter.fillPath(clip, tokens.chip)
            name = "image" if self.file.content_type.startswith("image/") else "file"
            drawn = pixmap(name, tokens.muted, 16, self.devicePixelRatioF())
            painter.drawPixmap(round(place.x()) + 5, round(place.y()) + 5, drawn)
        painter.end()

    def _picture(self) -> QImage | None:
        if self._thumbnails is None:
            return None
        return self._thumbnails.picture(self.file, QSize(_PICTURE, _PICTURE), self.devicePixelRatioF())

    def _picture_ready(self, sha256: str) -> None:
        if sha256 == self.file.sha256:
            self.update()

    def _ask(self) -> None:
        self.removeRequested.emit(self.file)


class Attachments(QWidget):
    """The chips, side by side; hidden while there are none."""

    removeRequested = Signal(object)  # File

    def __init__(self, thumbnails: Thumbnails | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._chips: list[AttachmentChip] = []
        self._flow = FlowLayout(self, spacing=6)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("Attachments")
        self.hide()

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(chip.file for chip in self._chips)

    @property
    def buttons(self) -> tuple[QWidget, ...]:
        """Those that take a file away, in order."""
        return tuple(chip.remove_button for chip in self._chips)

    def set_files(self, files: tuple[File, ...]) -> None:
        if files == self.files:
            return
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [AttachmentChip(file, self._thumbnails, self) for file in files]
        for chip in self._chips:
            chip.removeRequested.connect(self.removeRequested)
            self._flow.addWidget(chip)
        self.setVisible(bool(files))
        self.updateGeometry()
