"""A round button that shows a colour and lets another be chosen."""

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from sms_desktop.ui.theme import theme

NAMES = ("Violet", "Green", "Grey", "Amber", "Blue", "Plum", "Magenta", "Petrol")
"""The avatar colours of tokens.toml, in its order."""


class Swatch(QToolButton):
    """``chosen`` carries the place in the avatar colours, or None for the one that comes by itself."""

    chosen = Signal(object)

    def __init__(self, accessible_name: str, fallback: int, color: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._fallback, self._color = accessible_name, fallback, color
        self.setFixedSize(28, 28)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.setAccessibleName(accessible_name)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)
        theme().changed.connect(self.update)
        self.set_color(color)

    @property
    def color(self) -> int | None:
        return self._color

    def set_color(self, color: int | None) -> None:
        self._color = color
        word = "Automatic" if color is None else NAMES[color % len(NAMES)]
        self.setAccessibleName(f"{self._name}: {word}")
        self.setToolTip(f"{self._name}: {word}")
        self.update()

    @property
    def shown(self) -> int:
        """The place whose colour is seen."""
        return (self._fallback if self._color is None else self._color) % len(NAMES)

    def _fill(self) -> None:
        self._menu.clear()
        for place, name in enumerate(NAMES):
            self._menu.addAction(self._choice(name, place, theme().tokens.avatar_colors[place]))
        self._menu.addSeparator()
        self._menu.addAction(self._choice("Automatic", None, None))

    def _choice(self, name: str, place: int | None, color: QColor | None) -> QAction:
        action = QAction(name, self._menu)
        action.setCheckable(color is None)
        action.setChecked(self._color is None)
        if color is not None:
            action.setIcon(QIcon(_disc(color, self.devicePixelRatioF(), ticked=place == self._color)))
        action.triggered.connect(partial(self._choose, place))
        return action

    def _choose(self, place: int | None, checked: bool = False) -> None:
        self.set_color(place)
        self.chosen.emit(place)

    def sizeHint(self) -> QSize:
        return QSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.hasFocus() or self.underMouse():
            painter.setPen(QPen(theme().tokens.accent if self.hasFocus() else theme().tokens.line, 2))
            painter.drawEllipse(area.adjusted(2, 2, -2, -2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().tokens.avatar_colors[self.shown] if self.isEnabled() else theme().tokens.line)
        painter.drawEllipse(area.adjusted(6, 6, -6, -6))
        painter.end()


def _disc(color: QColor, dpr: float, *, ticked: bool) -> QPixmap:
    picture = QPixmap(QSize(round(16 * dpr), round(16 * dpr)))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().tokens.text, 2) if ticked else Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QRectF(2, 2, 12, 12))
    painter.end()
    return picture
