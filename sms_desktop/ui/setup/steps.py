"""The list of steps at the side: which are done, which is the one, which come later."""

from enum import StrEnum
from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QStyle, QVBoxLayout, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.disc import SIDE, State, paint_disc
from sms_desktop.ui.widgets.leadbutton import LeadButton


class Step(StrEnum):
    """The pages in their order; the first and the last are not in the list."""

    WELCOME = "welcome"
    ACCOUNT = "account"
    LINES = "lines"
    RECEIVING = "receiving"
    HISTORY = "history"
    TEST = "test"
    DONE = "done"

    @property
    def place(self) -> int:
        return ORDER.index(self)


ORDER = tuple(Step)
LISTED = ORDER[1:-1]
WIDE, NARROW = 220, 68


class StepButton(QAbstractButton):
    """A ring with a number or a check, and a word."""

    def __init__(self, number: int, word: str, of: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number, self.word, self.of = number, word, of
        self.current = self.done = self.wrong = self.bare = False
        self.setText(word)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_state(self, *, current: bool, done: bool, reachable: bool, wrong: bool = False) -> None:
        """``wrong``: filled in or not, it was rejected as it stands."""
        self.current, self.done, self.wrong = current, done, wrong
        self.setEnabled(reachable)
        self.setCursor(Qt.CursorShape.PointingHandCursor if reachable and not current else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if reachable and not current else Qt.FocusPolicy.NoFocus)
        how = "current step" if current else "rejected" if wrong else "done" if done else "not yet done"
        self.setAccessibleName(f"{self.word}, step {self.number} of {self.of}, {how}")
        self.setToolTip(f"Back to {self.word}" if reachable and not current else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDE - 36, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(34, 34)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = self.rect()
        if self.hasFocus() or (self.underMouse() and self.isEnabled() and not self.current):
            painter.setPen(QPen(tokens.accent, 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(Qt.BrushStyle.NoBrush if self.hasFocus() else tokens.hover)
            painter.drawRoundedRect(QRectF(whole).adjusted(1, 1, -1, -1), tokens.radius, tokens.radius)
        disc = QStyle.visualRect(self.layoutDirection(), whole, QRect(6, (self.height() - SIDE) // 2, SIDE, SIDE))
        state: State = "now" if self.current else "bad" if self.wrong else "done" if self.done else "later"
        paint_disc(painter, disc, state, self.number, self.devicePixelRatioF())
        if not self.bare:
            painter.setFont(theme().font("body", bold=self.current))
            painter.setPen(tokens.text if self.current else tokens.muted)
            words = QStyle.visualRect(self.layoutDirection(), whole, whole.adjusted(38, 0, -6, 0))
            side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
            shown = QFontMetrics(painter.font()).elidedText(self.word, Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


class StepList(QWidget):
    """``chosen`` carries the step that was clicked: one that was reached before."""

    chosen = Signal(Step)
    left = Signal()
    """The person wants to be where they came from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Steps")
        self.title = QLabel("Set up SMS Desktop")
        self.title.setProperty("role", "title")
        self.title.setContentsMargins(6, 0, 0, 0)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 28, 16, 16)
        self._column.setSpacing(4)
        self._column.addWidget(self.title)
        self._column.addSpacing(10)
        self.buttons: dict[Step, StepButton] = {}
        for number, step in enumerate(LISTED, start=1):
            button = StepButton(number, step.value.capitalize(), len(LISTED))
            button.clicked.connect(partial(self._choose, step))
            self.buttons[step] = button
            self._column.addWidget(button)
        self._column.addStretch(1)
        self.leave = LeadButton("arrow-left", "")
        self.leave.clicked.connect(self.left)
        self.leave.hide()
        self._column.addWidget(self.leave)
        self._back = ""
        self.set_narrow(False)
        self.show_step(Step.WELCOME, Step.WELCOME)

    def show_step(self, current: Step, reached: Step) -> None:
        """All before ``reached`` are done; those up to it can be gone to."""
        self._current = current
        self.leave.setVisible(bool(self._back) and current is not Step.DONE)  # which has a button to the inbox itself
        for step, button in self.buttons.items():
            button.show_state(
                current=step is current,
                done=step.place < reached.place,
                reachable=step.place <= max(current.place, reached.place) and reached is not Step.WELCOME,
            )

    def show_back(self, words: str) -> None:
        """What the way back is called, where there is one."""
        self._back = words
        self.leave.setAccessibleName(words)
        self.set_narrow(self._narrow)
        self.leave.setVisible(bool(words))

    def set_narrow(self, narrow: bool) -> None:
        """Leaves the words away."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        self.title.setVisible(not narrow)
        for button in self.buttons.values():
            button.bare = narrow
            button.update()
        self.leave.setText("" if narrow else self._back)
        self.leave.setToolTip(self._back if narrow else "")

    def _choose(self, step: Step) -> None:
        if step is not self._current:
            self.chosen.emit(step)
