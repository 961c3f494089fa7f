"""What the sections have in common: a column that scrolls, headings, hints, rules."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.button import buttons
from sms_desktop.ui.widgets.keyboard import Hold
from sms_desktop.ui.widgets.reveal import Reveal
from sms_desktop.ui.widgets.scrollarea import ScrollArea
from sms_desktop.ui.widgets.wrapped import WrappedLabel


class Page(ScrollArea):
    """``column`` takes the widgets; ``end`` comes after the last."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, sideways=True)
        self.setAccessibleName(name)
        inner = QWidget()
        inner.setProperty("role", "ground")
        self._reveal = Reveal(self)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(6)
        self.setWidget(inner)

    def reveal(self, widget: QWidget, least: QWidget | None = None) -> None:
        """Scrolls to what has just been said or asked; where that is too high, ``least`` of it is seen in any case."""
        self._reveal.show(widget, least)

    def end(self) -> None:
        self.column.addStretch(1)

    def keep(self) -> None:
        """The page goes out of sight: what an assistive tool has written without going there is to be kept as well."""

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # who puts the window aside may be in the middle of a word
            self.keep()

    def add_rule(self) -> None:
        rule = QFrame()
        rule.setProperty("role", "rule")
        self.column.addSpacing(8)
        self.column.addWidget(rule)
        self.column.addSpacing(8)

    def add_list(self) -> tuple[QFrame, QVBoxLayout]:
        """A card of rows, edge to edge, and the column that takes them."""
        card = QFrame()
        card.setProperty("role", "card")
        rows = QVBoxLayout(card)
        rows.setContentsMargins(1, 4, 1, 4)
        rows.setSpacing(0)
        self.column.addWidget(card)
        return card, rows

    def add_heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "section")
        self.column.addWidget(label, 0, Qt.AlignmentFlag.AlignLeft)  # which is the right under right-to-left
        return label

    def add_words(self, role: str, text: str = "") -> WrappedLabel:
        """A paragraph; hidden by whoever has nothing to say with it."""
        label = WrappedLabel(text, role=role)
        self.column.addWidget(label)
        return label

    def add_row(self, *widgets: QWidget) -> QHBoxLayout:
        row = buttons(*widgets)
        self.column.addLayout(row)
        return row


class WorkingPage(Page):
    """One that has something done which takes a while, one thing at a time; ``said`` tells how it stands."""

    said: WrappedLabel
    is_busy = False

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._keyboard = Hold(self)

    def held(self) -> Iterable[QWidget]:
        """What cannot be used until it is done; nothing unless a page says so."""
        return ()

    def show_busy(self, sentence: str) -> None:
        self._tell(sentence, "muted", done=False)

    def show_trouble(self, sentence: str) -> None:
        self._tell(sentence, "bad")

    def show_done(self, sentence: str = "") -> None:
        self._tell(sentence, "ok")

    def complain(self, sentence: str) -> None:
        """What could not be done beside it; what is being done goes on."""
        tell(self.said, sentence, "bad")
        self.reveal(self.said)

    def _tell(self, sentence: str, role: str, *, done: bool = True) -> None:
        self.is_busy, held = not done, tuple(self.held())
        if held and not done:
            self._keyboard.begin(*held)
        for widget in held:
            widget.setEnabled(done)
        if held and done:
            self._keyboard.end(held[0])
        tell(self.said, sentence, role)
        if role == "bad" and sentence:
            self.reveal(self.said)


def tell(label: WrappedLabel, text: str, role: str = "") -> None:
    """Says ``text`` in the colour of ``role``, or nothing."""
    label.setText(text)
    label.setVisible(bool(text))
    if role:
        label.set_role(role)
