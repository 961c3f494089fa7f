"""Qt's calendar in the window's colours."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QSpinBox, QToolButton, QWidget

from sms_desktop.ui.assets import icon
from sms_desktop.ui.theme import theme

_TURNS = {
    "qt_calendar_prevmonth": ("chevron-left", "chevron-right", "Previous month"),
    "qt_calendar_nextmonth": ("chevron-right", "chevron-left", "Next month"),
}


class Calendar(QCalendarWidget):
    """Weekends are days like others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        for year in self.findChildren(QSpinBox):
            year.setAccessibleName("Year")
            year.lineEdit().setAccessibleName("Year")
        theme().changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        tokens, rtl = theme().tokens, self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for name, (forward, backward, word) in _TURNS.items():
            turn = self.findChild(QToolButton, name)
            if turn is not None:
                turn.setIcon(icon(backward if rtl else forward, tokens.text))
                turn.setAccessibleName(word)
                turn.setToolTip(word)
        head, day = QTextCharFormat(), QTextCharFormat()
        head.setForeground(tokens.muted)
        head.setBackground(tokens.pane)
        day.setForeground(tokens.text)
        self.setHeaderTextFormat(head)
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(weekend, day)
