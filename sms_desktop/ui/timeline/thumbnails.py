"""Thumbnails, decoded on threads of their own and kept within bounds."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QThreadPool, Signal
from PySide6.QtGui import QImage

from sms_desktop.domain.media import File
from sms_desktop.ui.timeline.shape import Look, tile_size
from sms_desktop.ui.viewer.picture import Picture, read_picture

MEMORY = 24 * 1024 * 1024
"""Bytes of decoded thumbnails that are kept."""
THREADS = 2

Key = tuple[str, int, int, float]
"""sha256, width and height of the place (0 by 0: the picture's own), device pixel ratio."""


class Thumbnails(QObject):
    """Asked while painting, so it answers at once with what it has, and tells ``ready(sha256)`` when it has more.

    ``path_of`` tells where a file lies. Lives on the GUI thread.
    """

    ready = Signal(str)
    _decoded = Signal(tuple, object)

    def __init__(self, path_of: Callable[[File], Path], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path_of = path_of
        self._kept: OrderedDict[Key, QImage] = OrderedDict()
        self._bytes = 0
        self._looks: dict[str, QSize | bool] = {}
        self._wanted: set[Key] = set()
        self._closed = threading.Event()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(THREADS)
        self._decoded.connect(self._keep)

    def look(self, file: File) -> Look:
        """The picture's upright size; None while unknown; False if it cannot be shown."""
        return self._looks.get(file.sha256)

    def picture(self, file: File, place: QSize | None, dpr: float) -> QImage | None:
        """The picture cropped to fill ``place`` (None: the tile of its own aspect), in device pixels; or None yet."""
        key = (file.sha256, place.width() if place else 0, place.height() if place else 0, dpr)
        image = self._kept.get(key)
        if image is not None:
            self._kept.move_to_end(key)
            return image
        if key not in self._wanted and self._looks.get(file.sha256) is not False and not self._closed.is_set():
            self._wanted.add(key)
            path = self._path_of(file)
            self._pool.start(lambda: self._decode(key, path))
        return None

    @property
    def kept_bytes(self) -> int:
        return self._bytes

    def close(self) -> None:
        """Drops what waits and waits for what runs (at most one picture a thread)."""
        self._closed.set()
        self._pool.clear()
        self._pool.waitForDone(5000)

    def _decode(self, key: Key, path: Path) -> None:
        if self._closed.is_set():
            return
        _, width, height, dpr = key

        def box_of(natural: QSize) -> QSize:
            place = QSize(width, height) if width else tile_size(natural).toSize()
            return QSize(round(place.width() * dpr), round(place.height() * dpr))

        picture = read_picture(path, box_of, cover=True)
        if not self._closed.is_set():
            self._decoded.emit(key, picture)

    def _keep(self, key: Key, picture: Picture) -> None:
        self._wanted.discard(key)
        if self._closed.is_set():
            return
        if picture.image.isNull():
            self._looks[key[0]] = False
        else:
            self._looks[key[0]] = picture.natural
            self._kept[key] = picture.image
            self._bytes += picture.image.sizeInBytes()
            while self._bytes > MEMORY and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.sizeInBytes()
        self.ready.emit(key[0])
