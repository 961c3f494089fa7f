"""Reading picture files that strangers sent: bounded in formats, pixels and memory. Runs on any thread."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile, QIODevice, QPoint, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader, QPainter

FORMATS = frozenset({"jpeg", "jpg", "jfif", "png", "gif", "bmp", "webp", "tiff", "tif", "heic", "heif"})
"""Raster formats by content. SVG is not among them: it is a program for drawing, and may fetch."""
MOST_PIXELS = 60_000_000
MEMORY_MB = 128
"""What Qt may allocate for one picture."""
LONGEST_SIDE = 8192
"""Of a scaled picture: an extreme aspect is not followed beyond it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """``image`` is null where the file cannot be shown, and ``reason`` says why; ``natural`` is its upright size."""

    image: QImage
    natural: QSize
    reason: str = ""


def read_picture(path: Path, box_of: Callable[[QSize], QSize], *, cover: bool) -> Picture:
    """Reads ``path`` scaled to the box, in pixels, that ``box_of`` gives for its natural size.

    ``cover`` fills the box and crops what is over; else the picture is made to fit in it.
    """
    device = QFile(str(path))
    if not device.open(QIODevice.OpenModeFlag.ReadOnly):
        return _refused("The file is not there any more.")
    reader = QImageReader(device)
    reader.setAutoTransform(True)
    if reason := _why_not(reader):
        return _refused(reason)
    stored = reader.size()
    turned = bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)
    natural = stored.transposed() if turned else stored
    box = box_of(natural)
    scaled = _scaled(natural, box, cover)
    reader.setScaledSize(scaled.transposed() if turned else scaled)
    image = reader.read()
    if image.isNull():
        return Picture(QImage(), natural, "The picture is damaged or too large to be shown.")
    return Picture(_cropped(image, box) if cover else image, natural)


def may_be_read(reader: QImageReader) -> bool:
    """Whether it is a picture of a kind and size that harms nobody. Decides by content, before a pixel is decoded."""
    return not _why_not(reader)


def _why_not(reader: QImageReader) -> str:
    QImageReader.setAllocationLimit(MEMORY_MB)
    reader.setDecideFormatFromContent(True)
    if bytes(reader.format().data()).decode("ascii", "replace").lower() not in FORMATS:
        return "The file is not a picture that can be shown."
    stored = reader.size()
    if not stored.isValid() or stored.isEmpty():
        return "The picture is damaged."
    return "The picture is too large to be shown." if stored.width() * stored.height() > MOST_PIXELS else ""


def _refused(reason: str) -> Picture:
    return Picture(QImage(), QSize(), reason)


def _scaled(natural: QSize, box: QSize, cover: bool) -> QSize:
    across, down = box.width() / natural.width(), box.height() / natural.height()
    factor = max(across, down) if cover else min(across, down, 1.0)
    factor = min(factor, LONGEST_SIDE / max(natural.width(), natural.height()))
    return QSize(max(1, round(natural.width() * factor)), max(1, round(natural.height() * factor)))


def _cropped(image: QImage, box: QSize) -> QImage:
    if image.size() == box:
        return image
    result = QImage(box, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.drawImage(
        QPoint((box.width() - image.width()) // 2, (box.height() - image.height()) // 2),
        image,
    )
    painter.end()
    return result
