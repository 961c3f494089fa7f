"""The To row, what is wrong with what was typed, and suggestions below."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.line import Line
from sms_desktop.domain.phone import display
from sms_desktop.ui.search.field import KeysTo
from sms_desktop.ui.search.view import HitsView
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.words import Via, isolated, line_name, only_line

HEIGHT = 59
NARROW = 600
WIDEST = 280
"""Pixels of the line's box beside the To field."""


def line_words(line: Line) -> str:
    """(212) 555-0100 · Shop."""
    if line.is_service:
        return line_name(line)
    shown = display(line.address)
    return f"{shown} · {line.label}" if line.label and line.label not in (shown, line.address) else shown


class LineBox(QComboBox):
    """Our lines. A name that is too long for it ends in “…”."""

    walked = Signal()  # another one by keys or wheel while the list is closed: the person may go on
    picked = Signal()  # one from the open list

    def __init__(self) -> None:
        super().__init__()
        self._walking = False
        self.activated.connect(lambda _: (self.walked if self._walking else self.picked).emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._walking = True
        super().keyPressEvent(event)
        self._walking = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._walking = True
        super().wheelEvent(event)
        self._walking = False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, field.width()
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class NewMessagePanel(QFrame):
    """``via`` names the line of a conversation where there are several; rows of ``own_line`` go without.

    ``accepted`` is Enter in the To field; ``lineChosen`` is emitted when the person picks a line from the list,
    ``lineChanged`` when they walk to one and may go on.
    """

    typed = Signal(str)
    accepted = Signal()
    dismissed = Signal()
    lineChosen = Signal()
    lineChanged = Signal()

    def __init__(self, now: Callable[[], datetime], via: Via = only_line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self.close_button = IconButton("x", "Close", "Close (Esc)")
        self.to = QLineEdit()
        self.to.setAccessibleName("To")
        self.to.setPlaceholderText("Name or phone number")
        self.line = LineBox()
        self.line.setAccessibleName("From")
        self.line.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._from = QLabel("From")
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setContentsMargins(16, 8, 16, 8)
        self.said.hide()
        self._via, self._own_line = via, ""
        self.suggestions = HitsView(now, "Suggestions", self._other_line)
        self._below = False
        self._keys = KeysTo(self)
        self.to.installEventFilter(self._keys)

        head = QFrame()
        head.setMinimumHeight(HEIGHT)
        column = QVBoxLayout(head)
        column.setContentsMargins(16, 0, 16, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 12, 0, 12)
        row.setSpacing(10)
        to = QLabel("To")
        for label in (to, self._from):
            label.setProperty("role", "muted")
        to.setBuddy(self.to)
        self._from.setBuddy(self.line)
        row.addWidget(to)
        row.addWidget(self.to, 1)
        row.addWidget(self._from)
        row.addWidget(self.line)
        row.addWidget(self.close_button)
        column.addLayout(row)
        self._row, self._second = row, QHBoxLayout()
        self._second.setSpacing(10)
        column.addLayout(self._second)
        rule = QFrame()
        rule.setProperty("role", "rule")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(rule)
        column.addWidget(self.said)
        column.addWidget(self.suggestions, 1)

        self._keys.walked.connect(self.suggestions.walk)
        self.to.textChanged.connect(self.typed)
        self.to.returnPressed.connect(self.accepted)
        self.close_button.clicked.connect(self.dismissed)
        self.line.picked.connect(self.lineChosen)
        self.line.walked.connect(self.lineChanged)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where it is narrow, the line has a row of its own: two lines of one area are told by their ends."""
        below, several = self.width() < NARROW, self.line.count() > 1
        if below is not self._below:
            self._below = below
            widgets: tuple[QWidget, ...] = (self._from, self.line)
            for place, widget in enumerate(widgets):
                (self._row if below else self._second).removeWidget(widget)
                if below:
                    self._second.addWidget(widget, place)
                else:
                    self._row.insertWidget(2 + place, widget)
        self.line.setMaximumWidth(16777215 if below else WIDEST)
        self._second.setContentsMargins(0, 0, 0, 12 if below and several else 0)
        self._from.setVisible(several)

    def show_lines(self, lines: Sequence[Line], chosen: str | None) -> None:
        """One line needs no choice, so none is offered."""
        self.line.clear()
        for line in lines:
            self.line.addItem(isolated(line_words(line)), line.address)
        self.line.setCurrentIndex(max(0, self.line.findData(chosen)))
        self.line.setVisible(len(lines) > 1)
        self._fit()
        for before, after in pairwise((self.to, self.line, self.close_button, self.suggestions.list)):
            QWidget.setTabOrder(before, after)  # from field to field, wherever the line stands

    def set_own_line(self, address: str | None) -> None:
        """The line that From shows unless a row says another."""
        self._own_line = address or ""
        self.suggestions.list.viewport().update()

    def _other_line(self, conversation: Conversation) -> str:
        return "" if conversation.line == self._own_line else self._via(conversation)

    @property
    def lines(self) -> frozenset[str]:
        """The addresses of those that can be chosen."""
        return frozenset(self.line.itemData(at) for at in range(self.line.count()))

    def show_line(self, address: str | None) -> None:
        """Shows another one of them, without telling anybody."""
        if (at := self.line.findData(address)) >= 0:
            self.line.setCurrentIndex(at)

    @property
    def chosen_line(self) -> str | None:
        address = self.line.currentData()
        return address if isinstance(address, str) else None

    def say(self, role: str, text: str) -> None:
        """Below the field: ``role`` is muted, warn or bad; an empty text says nothing."""
        self.said.setProperty("role", role)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.to.setAccessibleDescription(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)
