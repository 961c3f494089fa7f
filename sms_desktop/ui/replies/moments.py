"""Fields for a time of day, a day, and a moment, as people here write them."""

from datetime import UTC, date, datetime, time

from PySide6.QtCore import QDate, QDateTime, QSignalBlocker, Qt, QTime
from PySide6.QtWidgets import QDateEdit, QDateTimeEdit, QTimeEdit

from sms_desktop.ui.widgets.calendar import Calendar
from sms_desktop.ui.widgets.still import keep_still
from sms_desktop.ui.words import twelve_hours

DAY = "ddd d MMM yyyy"


def clock_format() -> str:
    """Of Qt: 14:30, or 2:30 PM where the system counts to twelve."""
    return "h:mm AP" if twelve_hours() else "HH:mm"


class TimeField(QTimeEdit):
    """A time of day, typed or turned with the arrow keys."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as digits are read everywhere
        self.setAccessibleName(accessible_name)
        self.lineEdit().setAccessibleName(accessible_name)
        self.setDisplayFormat(clock_format())
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setKeyboardTracking(False)
        keep_still(self)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("00:00" if not twelve_hours() else "12:00 AM") + 34)

    @property
    def value(self) -> time:
        found = self.time()
        return time(found.hour(), found.minute())

    def put(self, value: time) -> None:
        """Shows it and tells nobody."""
        with QSignalBlocker(self):
            self.setTime(QTime(value.hour, value.minute))


class DayField(QDateEdit):
    """A day, typed or chosen from a calendar."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as digits are read everywhere
        self.setAccessibleName(accessible_name)
        self.lineEdit().setAccessibleName(accessible_name)
        self.setCalendarPopup(True)
        self.setCalendarWidget(Calendar())
        self.setDisplayFormat(DAY)
        keep_still(self)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("Wed 30 Sept 2026") + 48)

    @property
    def value(self) -> date:
        found = self.date()
        return date(found.year(), found.month(), found.day())

    def put(self, value: date) -> None:
        """Shows it and tells nobody."""
        with QSignalBlocker(self):
            self.setDate(QDate(value.year, value.month, value.day))


class MomentField(QDateTimeEdit):
    """A local day and time, given and taken in UTC."""

    def __init__(self, accessible_name: str) -> None:
        super().__init__()
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as digits are read everywhere
        self.setAccessibleName(accessible_name)
        self.lineEdit().setAccessibleName(accessible_name)
        self.setCalendarPopup(True)
        self.setCalendarWidget(Calendar())
        keep_still(self)
        self.setDisplayFormat(f"{DAY}  {clock_format()}")
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("Wed 30 Sept 2026  12:00 AM") + 48)

    @property
    def value(self) -> datetime:
        return datetime.fromtimestamp(self.dateTime().toSecsSinceEpoch(), UTC)

    def put(self, value: datetime) -> None:
        """Shows it and tells nobody."""
        with QSignalBlocker(self):
            self.setDateTime(QDateTime.fromSecsSinceEpoch(int(value.timestamp())))
