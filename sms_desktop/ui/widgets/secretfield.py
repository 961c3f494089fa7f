"""A field for what nobody looking on should read."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from sms_desktop.ui.assets import icon
from sms_desktop.ui.theme import theme

SIDE, EDGE = 26, 3
"""Pixels of the eye's focus ring, and those between it and the field's edge."""


class SecretField(QLineEdit):
    """Shows dots; the eye at its end shows the letters and hides them again."""

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = accessible_name
        self.setAccessibleName(accessible_name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.eye = QAction(self)
        self.eye.triggered.connect(self._turn)
        self.addAction(self.eye, QLineEdit.ActionPosition.TrailingPosition)
        self._button = next(b for b in self.findChildren(QToolButton) if b.defaultAction() is self.eye)
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.installEventFilter(self)
        theme().changed.connect(self._tint)
        self._tint()

    @property
    def is_shown(self) -> bool:
        return self.echoMode() is QLineEdit.EchoMode.Normal

    def hide_letters(self) -> None:
        if self.is_shown:
            self._turn()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt paints nothing of the eye but its icon, whatever the style sheet says: its ring is painted here."""
        super().paintEvent(event)
        if not self._button.hasFocus():
            return
        side = min(self.height() - 2 * EDGE, SIDE)
        area = QRectF(0, 0, side, side)
        area.moveCenter(QRectF(self._button.geometry()).center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().tokens.accent, 2))
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _turn(self) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Password if self.is_shown else QLineEdit.EchoMode.Normal)
        self._tint()

    def _tint(self) -> None:
        word = f"{'Hide' if self.is_shown else 'Show'} {self._name}"
        self.eye.setIcon(icon("eye-off" if self.is_shown else "eye"))
        self.eye.setToolTip(word)
        self._button.setAccessibleName(word)
