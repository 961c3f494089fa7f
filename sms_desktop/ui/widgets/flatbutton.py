"""A button that reads like a label until one points at it: an optional dot, words that may be cut, an arrow."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import FontSize, theme

HEIGHT, PAD, DOT, ARROW, GAP = 25, 6, 8, 12, 6
_LEAST = 4
"""Letters that are left of the words where room is short."""


class FlatButton(QPushButton):
    """``say`` sets the words; ``set_dot`` a colour, by its name among the tokens or its place in the palette."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, *, arrow: bool = False, font: FontSize = "meta"
    ) -> None:
        super().__init__(parent)
        self._text, self._dot, self._arrow, self._size = "", "", arrow, font
        self._place: int | None = None
        self.setProperty("role", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)
        self.say(text)

    def say(self, text: str, accessible_name: str = "") -> None:
        """Shows ``text``; a screen reader says ``accessible_name`` where that is given."""
        self._text = text
        self.setAccessibleName(accessible_name or text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What it shows. Never Qt's own text, in which & is no letter."""
        return self._text

    def set_dot(self, tone: str = "", place: int | None = None) -> None:
        """A dot before the words: of the token ``tone`` or at ``place`` in the palette of avatars."""
        self._dot, self._place = tone, place
        self.updateGeometry()
        self.update()

    @property
    def _has_dot(self) -> bool:
        return bool(self._dot) or self._place is not None

    def _around(self) -> int:
        return 2 * PAD + (DOT + GAP if self._has_dot else 0) + (ARROW + 2 if self._arrow else 0)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(theme().font(self._size)).horizontalAdvance(self._text) + 1
        return QSize(words + self._around(), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        letters = QFontMetrics(theme().font(self._size)).averageCharWidth() * _LEAST
        return QSize(min(letters + self._around(), self.sizeHint().width()), HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        cut = self.sizeHint().width() > self.width()
        if cut and not self.toolTip():
            self.setToolTip(self._text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # as Space does
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area = self.rect()
        pointed = self.underMouse() and self.isEnabled()
        if pointed or self.isDown():
            painter.setBrush(tokens.hover)
            painter.drawRoundedRect(QRectF(area), 6, 6)
        left, right = PAD, self.width() - PAD
        if self._has_dot:
            palette = tokens.avatar_colors
            color = getattr(tokens, self._dot) if self._place is None else palette[self._place % len(palette)]
            painter.setBrush(color)
            dot = QRect(left, (self.height() - DOT) // 2, DOT, DOT)
            painter.drawEllipse(QRectF(QStyle.visualRect(self.layoutDirection(), area, dot)))
            left += DOT + GAP
        ink = tokens.text if pointed else tokens.muted
        if self._arrow:
            right -= ARROW
            box = QStyle.visualRect(
                self.layoutDirection(), area, QRect(right, (self.height() - ARROW) // 2, ARROW, ARROW)
            )
            painter.drawPixmap(box.topLeft(), pixmap("chevron-down", ink, ARROW, self.devicePixelRatioF()))
            right -= 2
        font = theme().font(self._size)
        painter.setFont(font)
        painter.setPen(ink)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        shown = QFontMetrics(font).elidedText(self._text, Qt.TextElideMode.ElideRight, right - left)
        words = QStyle.visualRect(self.layoutDirection(), area, QRect(left, 0, right - left, self.height()))
        side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
        painter.drawText(words, int(flags), shown)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.accent, 2))
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
