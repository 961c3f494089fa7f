"""Steps that lead to something, one below the other: how far each is, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.disc import SIDE, State, paint_disc
from sms_desktop.ui.widgets.wrapped import WrappedLabel

GAP, BELOW = 12, 12
"""Pixels between a mark and its words, and below a step that another one follows."""
_TONES: dict[State, str] = {"done": "ok", "now": "muted", "waiting": "warn", "bad": "bad", "later": "muted"}


@dataclass(frozen=True, slots=True)
class Rung:
    """``word`` tells how it stands, ``said`` what that means; ``wrong`` are the reasons why it was rejected."""

    name: str
    state: State
    word: str
    said: str = ""
    wrong: tuple[str, ...] = ()


class Ladder(QWidget):
    """``show_rungs`` fills it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rungs: tuple[Rung, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_rungs(self, rungs: Sequence[Rung]) -> None:
        if tuple(rungs) == self.rungs:
            return
        self.rungs = tuple(rungs)
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for place, rung in enumerate(rungs, start=1):
            self._column.addWidget(_Step(rung, place, len(rungs)))


class _Step(QWidget):
    """The mark, a line down to the next one, and the words beside it."""

    def __init__(self, rung: Rung, number: int, of: int) -> None:
        super().__init__()
        self._state, self._number, self._last = rung.state, number, number == of
        self.setAccessibleName(f"Step {number} of {of}: {rung.name}, {rung.word}")
        name, word = QLabel(rung.name), WrappedLabel(rung.word, role=_TONES[rung.state])
        name.setProperty("role", "muted" if rung.state == "later" else "strong")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(word, 1)
        words = QVBoxLayout()
        words.setContentsMargins(0, 1, 0, 0 if self._last else BELOW)
        words.setSpacing(2)
        words.addLayout(head)
        if rung.said:
            words.addWidget(WrappedLabel(rung.said, role="muted"))
        for reason in rung.wrong:
            words.addWidget(WrappedLabel(reason, role="bad"))
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addSpacing(SIDE + GAP)
        row.addLayout(words, 1)
        self.setMinimumHeight(SIDE if self._last else SIDE + BELOW)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0 if self.isLeftToRight() else self.width() - SIDE
        if not self._last:
            middle = left + SIDE / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().tokens.line)
            painter.drawRect(QRectF(middle - 0.5, SIDE + 3, 1, self.height() - SIDE - 6))
        painter.setPen(QPen())
        paint_disc(painter, QRect(left, 0, SIDE, SIDE), self._state, self._number, self.devicePixelRatioF())
        painter.end()
