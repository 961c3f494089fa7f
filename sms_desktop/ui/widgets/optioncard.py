"""A card that is one of several choices."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.card import RING, Card
from sms_desktop.ui.widgets.edge import leading_edge, set_in

INDENT = 34
"""Pixels from the radio button's edge to its words, and so to all that stands below them."""
CHOSEN, FOCUSED = 0.18, 0.5


class OptionCard(Card):
    """A radio button with a word about it, a sentence, and a ``body`` that is there only while it is chosen.

    The buttons of a group go into one QButtonGroup; a click anywhere on the card chooses it.
    """

    chosen = Signal()

    def __init__(self, title: str, tag: str = "", description: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.radio = QRadioButton(title)
        self.radio.setProperty("role", "option")
        self.radio.setAccessibleName(title)
        self._tagged = tag
        self.radio.setCursor(Qt.CursorShape.PointingHandCursor)
        self.radio.toggled.connect(self._toggled)
        self.radio.installEventFilter(self)
        self._tag = _label(tag, "meta")
        self._tag.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.body = QWidget()
        self.inside = QVBoxLayout(self.body)
        self.inside.setContentsMargins(0, 4, 0, 0)
        self.inside.setSpacing(6)
        self.body.hide()
        self._empty = True

        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.radio)
        head.addWidget(self._tag, 1)
        below = QVBoxLayout()
        below.setSpacing(4)
        self._description = _label(description, "muted")
        self.describe(description)
        below.addWidget(self._description)
        below.addWidget(self.body)
        self.column.setContentsMargins(RING + 16, RING + 12, RING + 16, RING + 14)
        self.column.setSpacing(2)
        self.column.addLayout(head)
        self.column.addLayout(set_in(below, INDENT))

    def add(self, widget: QWidget) -> None:
        """Puts ``widget`` into the body."""
        self.inside.addWidget(widget)
        self._empty = False
        self.body.setVisible(self.radio.isChecked())

    def choose(self) -> None:
        self.radio.setChecked(True)

    def describe(self, description: str) -> None:
        """The sentence below the title is another one from now on."""
        self._description.setText(description)
        self.radio.setAccessibleDescription(". ".join(part for part in (self._tagged, description) if part))

    @property
    def is_chosen(self) -> bool:
        return self.radio.isChecked()

    def _toggled(self, on: bool) -> None:
        self.body.setVisible(on and not self._empty)
        self._draw_ring()
        if on:
            self.chosen.emit()

    def _draw_ring(self) -> None:
        focused = self.radio.hasFocus()
        self.ring = FOCUSED if focused else CHOSEN if self.radio.isChecked() else 0.0
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._draw_ring()
        return False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.radio.isEnabled() and self.rect().contains(event.position().toPoint()):
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self.choose()


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(role == "muted")
    label.setAlignment(leading_edge())
    if not text:  # to show what has no parent yet would open a window
        label.hide()
    return label
