"""When a line is open, day by day; a day may have a break."""

from datetime import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.domain.hours import Hours, Span
from sms_desktop.ui.replies.moments import TimeField
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.widgets.tick import set_ticked

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL = (time(9), time(17))
AFTERNOON = (time(13), time(17))
"""What a second span begins as, where the first does not reach into it."""
NAME = 118
"""Pixels for a day's name: all times begin at the same place."""


class SpanField(QWidget):
    """From when to when."""

    changed = Signal()
    removed = Signal()

    def __init__(self, day: str, opens: time, closes: time, *, first: bool) -> None:
        super().__init__()
        again = "" if first else " again"
        self.opens, self.closes = TimeField(f"{day}, opens{again}"), TimeField(f"{day}, closes{again}")
        self.opens.put(opens)
        self.closes.put(closes)
        until = QLabel("to")
        until.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.opens, until, self.closes):
            row.addWidget(widget)
        for field in (self.opens, self.closes):
            field.timeChanged.connect(self.changed)
        if not first:
            remove = IconButton("x", f"Remove the second time of {day}", size=32, icon_size=16)
            remove.clicked.connect(self.removed)
            row.addWidget(remove)


class DayRow(QWidget):
    """A tick, and the times that hold while it is there."""

    changed = Signal()

    def __init__(self, day: int) -> None:
        super().__init__()
        self._name = DAYS[day]
        self.day = day
        self.check = QCheckBox(self._name)
        self.check.setFixedWidth(NAME)
        self.check.toggled.connect(self._toggle)
        self.closed = QLabel("Closed")
        self.closed.setProperty("role", "muted")
        self.closed.setFixedHeight(32)
        self.more = IconButton("plus", f"Add a second time on {self._name}", "Open again later the same day", size=32,
                               icon_size=16)  # fmt: skip
        self.more.clicked.connect(self._add_second)
        self.fields: list[SpanField] = []
        self._flow = FlowLayout(spacing=6)
        self._flow.addWidget(self.closed)
        self._flow.addWidget(self.more)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        named = QVBoxLayout()
        named.setContentsMargins(0, 4, 0, 0)  # beside the middle of the first time
        named.addWidget(self.check)
        named.addStretch(1)
        row.addLayout(named)
        row.addLayout(self._flow, 1)
        self.show_spans(())

    def show_spans(self, spans: tuple[Span, ...]) -> None:
        """Tells nobody."""
        set_ticked(self.check, bool(spans))
        self._set([(span.opens, span.closes) for span in spans])

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(Span(self.day, field.opens.value, field.closes.value) for field in self.fields)

    def _set(self, times: list[tuple[time, time]]) -> None:
        for field in self.fields:
            self._flow.removeWidget(field)
            field.hide()
            field.deleteLater()
        self._flow.removeWidget(self.more)
        self.fields = [SpanField(self._name, *span, first=place == 0) for place, span in enumerate(times)]
        for field in self.fields:
            field.changed.connect(self.changed)
            field.removed.connect(self._remove_second)
            self._flow.addWidget(field)
            field.show()
        self._flow.addWidget(self.more)
        self.closed.setVisible(not times)
        self.more.setVisible(len(times) == 1)
        self.updateGeometry()

    def _toggle(self, on: bool) -> None:
        self._set([USUAL] if on else [])
        self.changed.emit()

    def _add_second(self) -> None:
        [first] = self.fields
        opens, closes = first.opens.value, first.closes.value
        if opens < time(12) and closes >= AFTERNOON[1]:
            times = [(opens, time(12)), (AFTERNOON[0], closes)]  # a break at noon
        else:
            times = [(opens, closes), AFTERNOON]
        self._set(times)
        self.fields[-1].opens.setFocus()
        self.changed.emit()

    def _remove_second(self) -> None:
        first, second = self.fields
        self._set([(first.opens.value, second.closes.value if first.closes.value == time(12) else first.closes.value)])
        self.more.setFocus()
        self.changed.emit()


class WeekField(QFrame):
    """``changed`` follows each change; ``hours`` are those that are shown, None where no day is ticked."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._zone = ""
        self.rows = [DayRow(day) for day in range(len(DAYS))]
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        for row in self.rows:
            row.changed.connect(self.changed)
            column.addWidget(row)

    def show_hours(self, hours: Hours | None) -> None:
        if hours == self.hours:
            return
        self._zone = hours.zone if hours is not None else ""
        spans = hours.spans if hours is not None else ()
        for row in self.rows:
            wanted = tuple(sorted(span for span in spans if span.day == row.day))
            if wanted != row.spans:
                row.show_spans(wanted)

    @property
    def hours(self) -> Hours | None:
        spans = tuple(span for row in self.rows for span in row.spans)
        return Hours(spans, self._zone) if spans else None


USUAL_WEEK = Hours(tuple(Span(day, *USUAL) for day in range(5)))
"""Monday to Friday."""
