"""One check: its light, its name, what it found, what to do, and the button that does it."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QGroupBox, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.domain.health import Check, Fix
from sms_desktop.domain.light import Light
from sms_desktop.ui import words
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.health.sentences import spoken
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.below import put_below
from sms_desktop.ui.widgets.wrapped import WrappedLabel

ICON, TITLE = 20, 184
PAD, GAP, LEAST = 18, 16, 50
SENTENCE = 260
"""Pixels that a sentence has at least beside its button; below that they stand one below the other."""
_ICONS = {
    Light.OK: ("check-circle", "ok"),
    Light.WARN: ("triangle", "warn"),
    Light.BAD: ("alert", "bad"),
    Light.OFF: ("minus-circle", "muted"),
}


class CheckRow(QGroupBox):
    """A group for those who cannot see it. ``panel`` takes what a fix asks before it is done."""

    fixRequested = Signal(Check)
    stepped = Signal(int)
    """The row below (1) or above (-1) is to have the focus."""

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = check
        self.first = False
        self._narrow: bool | None = None
        self._panel: QWidget | None = None
        self.setProperty("role", "row")
        self.ensurePolished()
        self.changeEvent(QEvent(QEvent.Type.StyleChange))  # else it keeps the room that other styles give a group
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._icon = QLabel()
        self._icon.setFixedSize(ICON, ICON)
        self._title = WrappedLabel(role="strong")
        self._sentence = WrappedLabel()
        self._advice = WrappedLabel(role="muted")
        self.button = QPushButton()
        self.button.clicked.connect(self._press)
        self.more = QPushButton()
        self.more.setProperty("role", "link")
        self.more.clicked.connect(self.toggle_details)
        self._details = WrappedLabel(role="muted")
        self._details.hide()
        self._said = WrappedLabel(role="bad")
        self._said.hide()
        self._text = QWidget()
        text = QVBoxLayout(self._text)
        text.setContentsMargins(0, 0, 0, 0)
        text.setSpacing(3)
        text.addWidget(self._sentence)
        text.addWidget(self._advice)
        text.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._below = QWidget()
        self._column = QVBoxLayout(self._below)
        self._column.setContentsMargins(0, 8, 0, 6)
        self._column.setSpacing(8)
        self._column.addWidget(self._details)
        self._column.addWidget(self._said)
        self._below.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(PAD, 11, PAD, 11)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(0)
        self.setMinimumHeight(LEAST)
        theme().changed.connect(self._tint)
        self.set_narrow(False)
        self.show_check(check)

    def show_check(self, check: Check) -> None:
        """The same row as things are now; what it asks or has unfolded stays."""
        if check.light is not self.check.light or check.fix is not self.check.fix:
            self.say("")  # that was of how things stood before
        self.check = check
        calm = check.light in (Light.OK, Light.OFF)
        self.setAccessibleName(spoken(check))
        self._title.setText(words.isolated(check.title))
        self._sentence.setText(check.sentence)
        self._sentence.set_role("muted" if calm else "body")
        self._advice.setText(check.advice)
        self._advice.setVisible(bool(check.advice))
        self._offer_button()
        self._details.setText("\n".join(check.details))
        self.more.setVisible(bool(check.details) and check.fix is not Fix.DETAILS)
        if not check.details:
            self._details.hide()
        self._name_more()
        self._show_below()
        self._tint()

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room, title, sentence and button stand one below the other."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        grid, left = self._grid, Qt.AlignmentFlag.AlignLeft
        for widget in (self._icon, self._title, self._text, self.button, self._below):
            grid.removeWidget(widget)
        self._title.setFixedWidth(TITLE) if not narrow else self._title.setMaximumWidth(16777215)
        if narrow:
            self._title.setMinimumWidth(0)
            grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._title, 0, 1)
            grid.addWidget(self._text, 1, 1)
            grid.addWidget(self.button, 2, 1, left)
            grid.addWidget(self._below, 3, 1)
        else:
            grid.addWidget(self._icon, 0, 0)
            grid.addWidget(self._title, 0, 1)
            grid.addWidget(self._text, 0, 2)
            grid.addWidget(self.button, 0, 3)
            grid.addWidget(self._below, 1, 2, 1, 2)
        grid.setColumnStretch(1, 1 if narrow else 0)
        grid.setColumnStretch(2, 0 if narrow else 1)
        grid.setVerticalSpacing(6 if narrow else 0)

    @property
    def least_beside(self) -> int:
        """Pixels that the row needs for its button at the side of a sentence that can still be read."""
        beside = self._button_width() + GAP if self._button_offered else 0
        return 2 * PAD + ICON + TITLE + 2 * GAP + SENTENCE + beside

    def _button_width(self) -> int:
        self.button.ensurePolished()
        return self.button.sizeHint().width()

    def toggle_details(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self._name_more()
        self._show_below()

    def say(self, sentence: str, role: str = "bad") -> None:
        """What came of the button; "" says nothing."""
        self._said.setText(sentence)
        self._said.set_role(role)
        self._said.setVisible(bool(sentence))
        self._show_below()

    def set_panel(self, panel: QWidget | None) -> None:
        """Asks below the row, instead of its button; None asks nothing any more."""
        put_below(self._column, panel, self._panel)
        self._panel = panel
        self._offer_button()
        self._show_below()

    @property
    def panel(self) -> QWidget | None:
        """What it asks below."""
        return self._panel

    @property
    def asks(self) -> bool:
        return self._panel is not None

    @property
    def details_shown(self) -> bool:
        return not self._details.isHidden()

    def _press(self) -> None:
        if self.check.fix is Fix.DETAILS:
            self.toggle_details()
        else:
            self.fixRequested.emit(self.check)

    def _offer_button(self) -> None:
        self.button.setVisible(self._button_offered and self._panel is None)

    @property
    def _button_offered(self) -> bool:
        return self.check.fix is not None and bool(self.check.button)

    def _name_more(self) -> None:
        unfolds = self.check.fix is Fix.DETAILS and self.details_shown
        self.button.setText("Hide details" if unfolds else words.plain(self.check.button))
        self.button.setAccessibleName(f"{self.button.text()}: {self.check.title}")
        self.more.setText("Hide details" if self.details_shown else "Details")
        self.more.setAccessibleName(f"{self.more.text()}: {self.check.title}")

    def _show_below(self) -> None:
        self._below.setVisible(self.details_shown or not self._said.isHidden() or self._panel is not None)

    def _tint(self) -> None:
        icon, tone = _ICONS[self.check.light]
        self._icon.setPixmap(pixmap(icon, getattr(theme().tokens, tone), ICON, self.devicePixelRatioF()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        if not self.first:
            painter.fillRect(0, 0, self.width(), 1, tokens.line)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(tokens.accent, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 6, 6)
        painter.end()
