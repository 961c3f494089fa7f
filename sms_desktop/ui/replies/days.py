"""The dates of a rule: chosen one by one, shown as chips that take them away."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.assets import icon
from sms_desktop.ui.replies.moments import DayField
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.words import short_date


class DateChip(QPushButton):
    """A date; pressed, it is taken away."""

    def __init__(self, day: date, today: date) -> None:
        said = short_date(day, today)
        super().__init__(said)
        self.day = day
        self.setProperty("role", "small")
        self.setAutoDefault(False)
        self.setAccessibleName(f"Remove {said}")
        self.setToolTip("Take this date away")
        theme().changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self.setIcon(icon("x"))


class DatesField(QWidget):
    """``dates`` in their order, each once."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.dates: tuple[date, ...] = ()
        self._today = date.today()  # noqa: DTZ011 - the calendar on the wall
        self.day = DayField("Date to add")
        self.day.setMinimumDate(QDate(2000, 1, 1))
        self.day.put(self._today)
        self.add = QPushButton("Add this date")
        self.add.setAutoDefault(False)
        self.add.clicked.connect(self._add)
        row = FlowLayout(spacing=8)
        row.addWidget(self.day)
        row.addWidget(self.add)
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, spacing=6)
        self.chips: list[DateChip] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self._chips)
        self.show_dates(())

    def show_dates(self, dates: tuple[date, ...]) -> None:
        self.dates = tuple(sorted(set(dates)))
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [DateChip(day, self._today) for day in self.dates]
        for chip in self.chips:
            chip.clicked.connect(lambda _=False, day=chip.day: self._remove(day))
            self._flow.addWidget(chip)
            chip.show()
        self._chips.setVisible(bool(self.chips))
        self.updateGeometry()

    def _add(self) -> None:
        """The next one is most likely the day after."""
        self.show_dates((*self.dates, self.day.value))
        self.day.put(self.day.value + timedelta(days=1))
        self.changed.emit()

    def _remove(self, day: date) -> None:
        place = self.dates.index(day)
        self.show_dates(tuple(other for other in self.dates if other != day))
        following = [*self.chips[place:], *reversed(self.chips[:place])]
        (following[0] if following else self.day).setFocus()
        self.changed.emit()
