"""The search field with its glass and the keys that lead to it."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from sms_desktop.ui.assets import icon, pixmap
from sms_desktop.ui.theme import theme


class SearchField(QLineEdit):
    """Arrow keys walk through the hits while the text keeps the focus; Esc clears, and leaves when it is clear."""

    walked = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "search")
        self.setAccessibleName("Search")
        self.setPlaceholderText("Search")
        self._keys = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
        self._clear = QToolButton(self)
        self._clear.setAccessibleName("Clear the search")
        self._clear.setToolTip("Clear the search (Esc)")
        self._clear.setFixedSize(22, 22)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.PointingHandCursor)
        self._clear.clicked.connect(self._leave)
        self._clear.hide()
        self.textChanged.connect(self._text_changed)
        theme().changed.connect(self._tint)
        self._tint()
        self._text_changed("")

    def _tint(self) -> None:
        self._clear.setIcon(icon("x"))

    def _text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        end = 26 if text else 58  # the cross, or the keys
        ltr = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        self.setTextMargins(26 if ltr else end, 0, end if ltr else 26, 0)

    def _leave(self) -> None:
        self.clear()
        self.left.emit()

    def _mirrored(self, rect: QRect) -> QRect:
        return (
            rect
            if self.layoutDirection() == Qt.LayoutDirection.LeftToRight
            else rect.translated(self.width() - rect.right() - 1 - rect.left(), 0)
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._text_changed(self.text())
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutDirectionChange):
            box = QRect(self.width() - 28, (self.height() - 22) // 2, 22, 22)
            self._clear.move(self._mirrored(box).topLeft())
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self.walked.emit(1)
            case Qt.Key.Key_Up:
                self.walked.emit(-1)
            case Qt.Key.Key_Escape:
                self._leave()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = theme().tokens
        painter = QPainter(self)
        box = self._mirrored(QRect(10, (self.height() - 18) // 2, 18, 18))
        painter.drawPixmap(box.topLeft(), pixmap("search", tokens.muted, 18, self.devicePixelRatioF()))
        if not self.text():
            font = theme().font("badge")
            painter.setFont(font)
            width = painter.fontMetrics().horizontalAdvance(self._keys) + 11
            cap = self._mirrored(QRect(self.width() - 11 - width, (self.height() - 18) // 2, width, 18))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(tokens.line)
            painter.setBrush(tokens.pane)
            painter.drawRoundedRect(cap, 4, 4)
            painter.setPen(tokens.muted)
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._keys)
        painter.end()


class KeysTo(QObject):
    """Lets the arrow keys of another text field walk a list: an event filter that emits ``walked``."""

    walked = Signal(int)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.walked.emit(step)
                return True
        return super().eventFilter(watched, event)
