"""The rules in the order in which they are looked at."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from sms_desktop.domain.reply import Rule
from sms_desktop.ui.replies.rulerow import Look, RuleRow
from sms_desktop.ui.replies.sentences import is_past, waits_for
from sms_desktop.ui.widgets.tick import set_ticked

PARTS = ("switch", "up", "down", "edit", "remove")


class RuleList(QFrame):
    """``says`` gives a rule's words as they are sent, ``where`` for which line it is, or "". The keyboard stays at the
    same part of the same rule.
    """

    switched = Signal(int, bool)
    ordered = Signal(object)
    """All ids that are shown, in their new order."""
    editRequested = Signal(int)
    removeRequested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("Rules")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 3, 1, 3)
        self._column.setSpacing(0)
        self.rows: list[RuleRow] = []

    def show_rules(
        self,
        rules: Sequence[Rule],
        says: Callable[[Rule], str],
        where: Callable[[Rule], str],
        now: datetime,
        hours: Collection[str | None],
    ) -> None:
        """Rows that say the same as before stay what they are. ``hours``: the lines that have some; None: all do."""
        at = self._at()
        former = {row.look: row for row in self.rows}
        while (item := self._column.takeAt(0)) is not None:
            if isinstance(rule_ := item.widget(), QFrame) and not isinstance(rule_, RuleRow):
                rule_.hide()
                rule_.deleteLater()
        self.rows = []
        for place, rule in enumerate(rules):
            if place:
                rule_ = QFrame()
                rule_.setProperty("role", "rule")
                self._column.addWidget(rule_)
            look = (rule, waits_for(rule, now, hours), says(rule), where(rule), is_past(rule, now))
            row = former.pop(look, None) or self._made(look)
            set_ticked(row.switch, rule.enabled)  # a switch that could not be kept goes back
            row.allow_moves(up=place > 0, down=place + 1 < len(rules))
            self._column.addWidget(row)
            row.show()  # what is not seen yet takes no keyboard
            self.rows.append(row)
        for row in former.values():
            row.hide()
            row.deleteLater()
        self.setVisible(bool(rules))
        self._go_to(at)

    def _made(self, look: Look) -> RuleRow:
        row = RuleRow(look)
        row.switched.connect(self.switched)
        row.moved.connect(self._move)
        row.editRequested.connect(self.editRequested)
        row.removeRequested.connect(self.removeRequested)
        return row

    def row(self, id: int) -> RuleRow | None:
        return next((row for row in self.rows if row.rule.id == id), None)

    def focus(self, id: int, part: str = "edit") -> None:
        """The keyboard goes to that part of that rule."""
        self._go_to((id, part, 0))

    def _at(self) -> tuple[int, str, int] | None:
        """The rule and its part that have the keyboard, and the place in the list."""
        at = QApplication.focusWidget()
        for place, row in enumerate(self.rows):
            for part in PARTS:
                if getattr(row, part) is at:
                    return row.rule.id, part, place
        return None

    def _go_to(self, at: tuple[int, str, int] | None) -> None:
        """Where that part cannot be pressed any more, its neighbour; where the rule is gone, the one in its place."""
        if at is None or not self.rows:
            return
        id, part, place = at
        row = self.row(id) or self.rows[min(place, len(self.rows) - 1)]
        wanted = getattr(row, part)
        if not wanted.isEnabled():
            wanted = row.down if part == "up" else row.up
        (wanted if wanted.isEnabled() else row.edit).setFocus()

    def _move(self, id: int, by: int) -> None:
        ids = [row.rule.id for row in self.rows]
        place = ids.index(id)
        ids.insert(place + by, ids.pop(place))
        self.ordered.emit(ids)
