"""Which older messages are brought here."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QProgressBar, QPushButton, QWidget

from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.count import counted
from sms_desktop.services import clock
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.keyboard import holds_keyboard
from sms_desktop.ui.widgets.optioncard import OptionCard
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.words import day_heading


class Depth(StrEnum):
    """How far back."""

    NOTHING = "nothing"
    MONTH = "month"
    YEAR = "year"
    EVERYTHING = "everything"


class HistoryPage(Sheet):
    """``depthChosen``: another card; ``pauseRequested`` and ``resumeRequested``: the button beside the bar."""

    depthChosen = Signal()
    pauseRequested = Signal()
    resumeRequested = Signal()

    def __init__(self, now: Callable[[], datetime] = clock.now, parent: QWidget | None = None) -> None:
        super().__init__(
            "Bring older messages here?",
            "They are read from Twilio at no cost, in the background. It can be paused.",
            parent,
        )
        self._now = now
        self.depths = {
            Depth.NOTHING: OptionCard("Nothing", "", "Start with the texts that come from now on."),
            Depth.MONTH: OptionCard("Last 30 days", "recommended", "What is still being talked about."),
            Depth.YEAR: OptionCard("Last year", "", "Regular customers, with what they wrote before."),
            Depth.EVERYTHING: OptionCard("Everything", "", "All that Twilio still has. May take hours on a busy line."),
        }
        self._group = QButtonGroup(self)
        for card in self.depths.values():
            card.chosen.connect(self.depthChosen)
            self._group.addButton(card.radio)
            self.add(card)
        self._add_progress()
        self.outcome = Outcome()
        self.add_inset(self.outcome)
        self.choose(Depth.MONTH)

    def _add_progress(self) -> None:
        self.progress = Card()
        self.said = words("", "secondary")
        self.pause = QPushButton("Pause")
        self.pause.clicked.connect(self._pause_pressed)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Older messages")
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        row.addWidget(self.pause)
        self.progress.column.addLayout(row)
        self.progress.column.addWidget(self.bar)
        self.progress.hide()
        self.add(self.progress)

    @property
    def chosen(self) -> Depth:
        return next(depth for depth, card in self.depths.items() if card.is_chosen)

    def choose(self, depth: Depth) -> None:
        self.depths[depth].choose()

    def show_progress(self, progress: Progress, said: str = "") -> None:
        """A run as it goes on, stands still or is over; ``said`` in place of what is told of it otherwise."""
        self._paused = progress.cancelled
        going = progress.running or progress.cancelled or bool(progress.waiting)
        self.said.setText(said or progress_words(progress, self._now()))
        self.said.setProperty("role", "warn" if progress.waiting else "secondary")
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        part = progress.done if going else 1.0
        self.bar.setRange(0, 0 if part is None and progress.running else 1000)
        self.bar.setValue(round((part or 0.0) * 1000))
        self.pause.setText("Resume" if progress.cancelled else "Pause")
        self.pause.setVisible(going)
        self.progress.show()
        if any(holds_keyboard(card.radio) for card in self.depths.values()):
            self.depths[self.chosen].radio.setFocus()  # what is switched off would hand the keyboard on to Pause
        for depth, card in self.depths.items():
            card.setVisible(depth is self.chosen)
            card.radio.setEnabled(depth is self.chosen)

    def show_choice(self) -> None:
        """Nothing has been begun."""
        self.progress.hide()
        for card in self.depths.values():
            card.show()
            card.radio.setEnabled(True)

    def start(self) -> QWidget | None:
        return self.depths[self.chosen].radio if self.progress.isHidden() else None

    def _pause_pressed(self) -> None:
        (self.resumeRequested if self._paused else self.pauseRequested).emit()


def progress_words(progress: Progress, now: datetime) -> str:
    """12,400 messages, back to 3 Mar."""
    count = counted(progress.listed, "message")
    if progress.waiting:
        goes_on = "" if progress.refused or progress.unkept else " It goes on by itself."
        return f"{count} so far. {progress.waiting}{goes_on}"
    if not (progress.running or progress.cancelled):
        if not progress.added:  # whether Twilio had none or all were here: a round that follows may list some
            return "Nothing older was missing here."
        return f"All there: {counted(progress.added, 'message was', 'messages were')} brought here"
    back = ""
    if progress.back_to is not None:
        day = day_heading(progress.back_to, now)
        back = f", back to {day.lower() if day in ('Today', 'Yesterday') else day}"
    return f"{'Paused at ' if progress.cancelled else ''}{count}{back}"
