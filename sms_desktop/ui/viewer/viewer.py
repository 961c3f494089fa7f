"""The picture viewer: a conversation's pictures, one at a time. Open it with ``open()``."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from sms_desktop.domain.media import File, safe_name, size_words
from sms_desktop.ui.viewer.canvas import STEP, PictureCanvas
from sms_desktop.ui.viewer.picture import Picture, read_picture
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.iconbutton import IconButton

DETAIL = 2
"""A picture is read at most this many times the screen's size, so that enlarging it shows more."""


class PictureViewer(QDialog):
    """``pictures`` oldest first, ``start`` the one to begin with. ``saveWanted(File)``."""

    saveWanted = Signal(object)
    _read = Signal(int, object)

    def __init__(
        self,
        pictures: Sequence[File],
        start: int,
        path_of: Callable[[File], Path],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pictures, self._place, self._path_of = tuple(pictures), start, path_of
        self._turn = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._read.connect(self._arrived)
        self.canvas = PictureCanvas()
        self._name = ElidedLabel(role="title")
        self._facts = ElidedLabel(role="muted")
        self._back = IconButton("chevron-left", "Previous picture", "Previous picture (←)")
        self._forth = IconButton("chevron-right", "Next picture", "Next picture (→)")
        self._closer = IconButton("zoom-in", "Zoom in", "Zoom in (+)")
        self._farther = IconButton("zoom-out", "Zoom out", "Zoom out (−)")
        self._fit = IconButton("fit", "Fit", "Show the whole picture (0)")
        self._save = IconButton("download", "Save as…", "Save as… (Ctrl+S)")
        self._close = IconButton("x", "Close", "Close (Esc)")
        self._build()
        self._go(0)
        available = self.screen().availableGeometry()
        self.resize(round(available.width() * 0.8), round(available.height() * 0.8))

    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 8, 8, 8)
        bar.setSpacing(4)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._facts)
        bar.addLayout(names, 1)
        for button in (self._back, self._forth, self._closer, self._farther, self._fit, self._save, self._close):
            bar.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.canvas, 1)
        self._back.clicked.connect(self.previous)
        self._forth.clicked.connect(self.following)
        self._closer.clicked.connect(self._enlarge)
        self._farther.clicked.connect(self._reduce)
        self._fit.clicked.connect(self.canvas.fit)
        self._save.clicked.connect(self._ask_save)
        self._close.clicked.connect(self.close)
        self.canvas.setFocus()

    @property
    def file(self) -> File:
        """The picture that is shown."""
        return self._pictures[self._place]

    def previous(self) -> None:
        self._go(-1)

    def following(self) -> None:
        self._go(1)

    def _go(self, by: int) -> None:
        place = self._place + by
        if not 0 <= place < len(self._pictures):
            return
        self._place = place
        name = safe_name(self.file.name)
        self._name.setText(name)
        self._facts.setText(f"{place + 1} of {len(self._pictures)} · {size_words(self.file.size)}")
        self.setWindowTitle(f"{name} · SMS Desktop")
        self.canvas.setAccessibleName(f"Picture {name}")
        self._back.setEnabled(place > 0)
        self._forth.setEnabled(place + 1 < len(self._pictures))
        self.canvas.show_words("Opening…")
        self._turn += 1
        turn, path = self._turn, self._path_of(self.file)
        room = self.screen().size() * self.devicePixelRatioF() * DETAIL
        self._pool.clear()
        self._pool.start(lambda: self._load(turn, path, room))

    def _load(self, turn: int, path: Path, room: QSize) -> None:
        if turn == self._turn:  # else the person has gone on already
            self._read.emit(turn, read_picture(path, lambda natural: room, cover=False))

    def _arrived(self, turn: int, picture: Picture) -> None:
        if turn != self._turn:
            return
        if picture.image.isNull():
            self.canvas.show_words(picture.reason)
            return
        size = picture.natural
        self._facts.setText(f"{self._facts.text()} · {size.width()} × {size.height()}")
        self.canvas.show_picture(picture.image)

    def _enlarge(self) -> None:
        self.canvas.zoom_by(STEP)

    def _reduce(self) -> None:
        self.canvas.zoom_by(1 / STEP)

    def _ask_save(self) -> None:
        self.saveWanted.emit(self.file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, event.key()
        by = {keys.Key_Left: (60, 0), keys.Key_Right: (-60, 0), keys.Key_Up: (0, 60), keys.Key_Down: (0, -60)}
        if key in by and self.canvas.zoom > 1:
            self.canvas.pan(QPointF(*by[keys(key)]))
        elif key in (keys.Key_Left, keys.Key_PageUp):
            self.previous()
        elif key in (keys.Key_Right, keys.Key_PageDown, keys.Key_Space):
            self.following()
        elif key in (keys.Key_Plus, keys.Key_Equal):
            self.canvas.zoom_by(STEP)
        elif key == keys.Key_Minus:
            self.canvas.zoom_by(1 / STEP)
        elif key == keys.Key_0:
            self.canvas.fit()
        elif key == keys.Key_S and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._ask_save()
        else:
            super().keyPressEvent(event)  # Esc closes

    def closeEvent(self, arg__1: QCloseEvent) -> None:
        self._end()
        super().closeEvent(arg__1)

    def done(self, arg__1: int) -> None:
        self._end()
        super().done(arg__1)

    def _end(self) -> None:
        self._turn += 1
        self._pool.clear()
        self._pool.waitForDone(5000)
