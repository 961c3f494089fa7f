"""The weather toggles: small words that can be switched on."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.flow import FlowLayout

_WHAT = {
    "lost callbacks": "Delivery reports never arrive",
    "out of order": "Delivery reports arrive last first",
    "twice": "Everything arrives twice",
    "answer lost": "Twilio takes the message, but its answer is lost",
    "30007": "Carriers filter every message",
    "slow": "Twilio answers three seconds late",
    "429": "Twilio says: too many requests",
    "500 before": "Twilio fails before it takes the message",
    "500 after": "Twilio takes the message, then fails",
}


class Toggle(QAbstractButton):
    """A word that is on (accent, underlined) or off (muted)."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setText(name)
        self.setCheckable(True)
        self.setAccessibleName(f"Weather {name}")
        self.setToolTip(_WHAT.get(name, ""))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(theme().font("meta"))
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 8, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        font = self.font()
        font.setUnderline(self.isChecked())
        painter.setFont(font)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # “500 before” runs its own way
        painter.setPen(tokens.link if self.isChecked() else tokens.text if self.underMouse() else tokens.muted)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.accent, 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.end()


class WeatherRow(QWidget):
    """``turned`` gives a toggle's name and whether it is on."""

    turned = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toggles: list[Toggle] = []
        self._flow = FlowLayout(self, spacing=4)
        title = QLabel("Weather")
        title.setFont(theme().font("meta", bold=True))
        title.setStyleSheet(f"font-size: {theme().font('meta').pixelSize()}px; font-weight: 600; padding: 2px 0")
        self._flow.addWidget(title)

    def show_names(self, names: Sequence[str], is_on: Callable[[str], bool]) -> None:
        """Makes the toggles once; afterwards only sets them."""
        if not self.toggles:
            for name in names:
                toggle = Toggle(name, self)
                toggle.toggled.connect(self._turned)
                self.toggles.append(toggle)
                self._flow.addWidget(toggle)
        for toggle in self.toggles:
            toggle.blockSignals(True)
            toggle.setChecked(is_on(toggle.name))
            toggle.blockSignals(False)
            toggle.update()

    def _turned(self, on: bool) -> None:
        toggle = self.sender()
        if isinstance(toggle, Toggle):
            self.turned.emit(toggle.name, on)
