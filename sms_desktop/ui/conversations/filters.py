"""The row of filter chips above the list."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from sms_desktop.domain.conversation import Counts, Filter
from sms_desktop.ui.widgets.chip import Chip
from sms_desktop.ui.widgets.flow import FlowLayout

FRONT = {Filter.ALL: "All", Filter.UNREAD: "Unread", Filter.FAILED: "Failed"}
BEHIND = {Filter.ARCHIVED: "Archived", Filter.OPTED_OUT: "Opted out", Filter.BLOCKED: "Blocked"}


class Filters(QWidget):
    """All, Unread 3, Failed 1, and a chip whose menu holds the rest and which takes the name of the one chosen."""

    chosen = Signal(Filter)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = Counts()
        self._filter = Filter.ALL
        row = FlowLayout(self, spacing=6)  # where the column is narrow, no word is cut
        row.setContentsMargins(16, 10, 16, 9)
        self.chips: dict[Filter, Chip] = {}
        for filter_, word in FRONT.items():
            chip = Chip(word)
            self.chips[filter_] = chip
            chip.toggled.connect(partial(self._toggled, filter_))
            row.addWidget(chip)
        self.more = Chip("More")
        self.more.setToolTip("Archived, opted out and blocked conversations")
        self.menu = QMenu(self)
        for filter_, word in BEHIND.items():
            action = self.menu.addAction(word)
            action.setData(filter_)
            action.triggered.connect(partial(self._pick, filter_))
        self.menu.aboutToHide.connect(self._show)
        self.more.toggled.connect(partial(self._toggled, None))
        self.more.clicked.connect(self._open_menu)
        row.addWidget(self.more)
        self._show()

    def set_counts(self, counts: Counts) -> None:
        self._counts = counts
        self._show()

    def set_filter(self, chosen: Filter) -> None:
        """Shows which filter is on, without telling anybody."""
        self._filter = chosen
        self._show()

    def _toggled(self, chosen: Filter | None, on: bool) -> None:
        """One chip is on, whatever toggled it: a click, a key, a screen reader. None stands for those behind."""
        if not on or chosen is self._filter or (chosen is None and self._filter in BEHIND):
            self._show()
        elif chosen is None:
            self._open_menu()
        else:
            self._pick(chosen)

    def _pick(self, chosen: Filter, checked: bool = False) -> None:
        self.set_filter(chosen)
        self.chosen.emit(chosen)

    def _open_menu(self) -> None:
        self._show()
        if not self.menu.isVisible():
            self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _show(self) -> None:
        behind = self._filter in BEHIND
        for filter_, chip in self.chips.items():
            chip.setChecked(filter_ is self._filter)
        self.more.setChecked(behind)
        self.chips[Filter.UNREAD].set_count(self._counts.unread)
        self.chips[Filter.FAILED].set_count(self._counts.failed)
        self.more.set_word(BEHIND[self._filter] if behind else "More")
        numbers = {
            Filter.ARCHIVED: self._counts.archived,
            Filter.OPTED_OUT: self._counts.opted_out,
            Filter.BLOCKED: self._counts.blocked,
        }
        for action in self.menu.actions():
            filter_ = action.data()
            count = numbers[filter_]
            action.setText(f"{BEHIND[filter_]} {count}" if count else BEHIND[filter_])
