"""The page: how all is, two buttons, and the checks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.domain.health import Check, Health
from sms_desktop.ui.health.row import CheckRow
from sms_desktop.ui.health.sentences import summary
from sms_desktop.ui.widgets.leadbutton import LeadButton
from sms_desktop.ui.widgets.scrollarea import ScrollArea
from sms_desktop.ui.widgets.wrapped import WrappedLabel

WIDEST, NARROW, SIDE = 960, 680, 36
"""Pixels: of the page's content at most, where rows stack in any case, and beside the content."""
SEEN = 2000
"""Milliseconds that a button says what it did."""


class HealthView(ScrollArea):
    """``show_health`` again and again: rows stay what they are as long as their check is there."""

    fixRequested = Signal(Check)
    checkRequested = Signal()
    copyRequested = Signal()
    backRequested = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._health = Health()
        self.rows: dict[str, CheckRow] = {}
        self.setAccessibleName("Line health")
        self.back = LeadButton("arrow-left", "Inbox")
        self.back.setToolTip("Back to the inbox (Esc)")
        self.back.clicked.connect(self.backRequested)
        self.summary = WrappedLabel(role="lead")
        self.check = LeadButton("refresh", "Check again")
        self.check.clicked.connect(self.checkRequested)
        self.copy = LeadButton("clipboard", "Copy report")
        self.copy.setToolTip("Copy all of this as text, without secrets, for whoever helps you")
        self.copy.clicked.connect(self.copyRequested)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(SEEN)
        self._copied.timeout.connect(lambda: self.copy.setText("Copy report"))
        self.card = QFrame()
        self.card.setProperty("role", "card")
        self.card.setAccessibleName("Checks")
        self._list = QVBoxLayout(self.card)
        self._list.setContentsMargins(1, 1, 1, 1)
        self._list.setSpacing(0)
        self._none = WrappedLabel("The checks have not run yet. Press “Check again”.", role="muted")
        self._none.setContentsMargins(18, 16, 18, 16)
        self._list.addWidget(self._none)
        self._lay_out()
        self.setFocusProxy(self.check)
        self.show_health(self._health)

    def _lay_out(self) -> None:
        title = WrappedLabel("Line health", role="page")
        said = QVBoxLayout()
        said.setSpacing(6)
        said.addWidget(title)
        said.addWidget(self.summary)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(12)
        self._head.addLayout(said, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.check)
        buttons.addWidget(self.copy)
        buttons.addStretch(0)
        self._head.addLayout(buttons)
        page = QWidget()
        page.setProperty("role", "ground")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._head)
        column.addWidget(self.card)
        column.addStretch(1)
        self._around = QHBoxLayout(page)
        self._around.setContentsMargins(SIDE, 20, SIDE, 36)
        self._around.addStretch(1)
        self._around.addWidget(inner, 1000)
        self._around.addStretch(1)
        self.setWidget(page)

    # what it shows

    def show_health(self, health: Health) -> None:
        self._health = health
        self.refresh()
        for key in self.rows.keys() - {check.key for check in health.checks}:
            row = self.rows.pop(key)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, check in enumerate(health.checks):
            row = self.rows.get(check.key) or self._row(check)
            row.show_check(check)
            row.first = place == 0
            if self._list.indexOf(row) != place:
                self._list.insertWidget(place, row)
        rows = self._in_order
        if [child for child in self.card.children() if child in rows] != rows:
            for row in rows:
                row.raise_()  # screen readers go by the order of the children, not by where they lie
        self._none.setVisible(not self.rows)
        self._order()
        self._stack()

    def refresh(self) -> None:
        """The sentence above, as the time is now."""
        self.summary.setText(summary(self._health, self._now()))

    @property
    def age(self) -> timedelta | None:
        """How long ago the round that is shown ended; None: there was none."""
        at = self._health.checked_at
        return None if at is None else self._now() - at

    def set_busy(self, busy: bool) -> None:
        """Whether a round of checks runs."""
        if busy and self.check.hasFocus():
            self.back.setFocus()  # a button that is off would pass it on to whatever comes next
        self.check.setEnabled(not busy)
        self.check.setText("Checking…" if busy else "Check again")

    def say_copied(self) -> None:
        self.copy.setText("Copied")
        self._copied.start()

    def row(self, key: str) -> CheckRow | None:
        return self.rows.get(key)

    def _row(self, check: Check) -> CheckRow:
        row = CheckRow(check)
        row.set_narrow(self._is_narrow)
        row.fixRequested.connect(self.fixRequested)
        row.stepped.connect(lambda by, row=row: self._step(row, by))
        self.rows[check.key] = row
        return row

    # keys

    @property
    def _in_order(self) -> list[CheckRow]:
        return [self.rows[check.key] for check in self._health.checks]

    def _order(self) -> None:
        """Tab goes from the top to the bottom; of the rows themselves the first has it, arrows go on from there."""
        rows = self._in_order
        for row in rows:
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is rows[0] else Qt.FocusPolicy.ClickFocus)
        chain: list[QWidget] = [self.back, self.check, self.copy]
        for row in rows:
            chain += [row, row.more, row.button]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _step(self, row: CheckRow, by: int) -> None:
        rows = self._in_order
        place = rows.index(row) + by
        if 0 <= place < len(rows):
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(rows[place], 0, 24)

    # room

    @property
    def _is_narrow(self) -> bool:
        if self.width() < NARROW:
            return True
        return self.width() - 2 * SIDE < max((row.least_beside for row in self.rows.values()), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stack()

    def _stack(self) -> None:
        """All rows alike: one below the other as soon as one of them has no room for its button at the side."""
        narrow = self._is_narrow
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._head.setDirection(way)
        side = 16 if narrow else SIDE
        self._around.setContentsMargins(side, 20, side, 36)
        for row in self.rows.values():
            row.set_narrow(narrow)
