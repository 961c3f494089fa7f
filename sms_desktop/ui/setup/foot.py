"""Back, the way past, and the one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sms_desktop.ui.setup.sheet import MARGIN, WIDEST, Sheet
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.keyboard import holds_keyboard
from sms_desktop.ui.widgets.outcome import Outcome

LATER = "You can finish later; nothing is lost"


class Foot(QWidget):
    """``set_working`` locks the primary button while what it began goes on."""

    advanced = Signal()
    backed = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = QPushButton("Back")
        self.skip = QPushButton()
        self.primary = QPushButton()
        self.primary.setProperty("role", "primary")
        self.note: QLabel = ElidedLabel(LATER, role="muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.trouble = Outcome()
        self._sheet: Sheet | None = None
        self._working = False
        self._last = self._narrow = False
        self.rule = QFrame()
        self.rule.setProperty("role", "rule")
        kept = self.rule.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.rule.setSizePolicy(kept)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addWidget(self.note, 1)
        row.addWidget(self.skip)
        row.addWidget(self.primary)
        column = QVBoxLayout(inner)
        column.setContentsMargins(3, 0, 3, 0)
        column.setSpacing(10)
        column.addWidget(self.trouble)
        column.addLayout(row)
        self._around = QVBoxLayout()
        self._around.addWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rule)
        whole.addLayout(self._around)
        self.set_narrow(False)
        self.back.clicked.connect(self.backed)
        self.skip.clicked.connect(self.skipped)
        self.primary.clicked.connect(self.advanced)

    def show_sheet(self, sheet: Sheet, *, last: bool) -> None:
        """``last``: nothing is left to go back to or to finish later."""
        if self._sheet is not None:
            self._sheet.footChanged.disconnect(self._refresh)
            self._sheet.overflowed.disconnect(self.rule.setVisible)
        self._sheet = sheet
        sheet.footChanged.connect(self._refresh)
        sheet.overflowed.connect(self.rule.setVisible)
        self.rule.setVisible(sheet.overflows)
        self._last = last
        self.back.setVisible(not last)
        self.trouble.clear()
        self._refresh()

    def set_working(self, working: bool) -> None:
        self._working = working
        self._refresh()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        side = (16 if narrow else MARGIN) - 3
        self._around.setContentsMargins(side, 12, side, 12 if narrow else 28)
        self._refresh()

    def _refresh(self) -> None:
        if self._sheet is None:
            return
        self.note.setText(self._sheet.todo or ("" if self._narrow or self._last else LATER))
        ready = self._sheet.ready and not self._working
        if not ready and holds_keyboard(self.primary):
            self._sheet.setFocus()  # a button that is switched off loses the keyboard; the page holds it meanwhile
        self.primary.setText(self._sheet.primary)
        self.primary.setAccessibleDescription(self._sheet.todo)
        self.primary.setEnabled(ready)
        self.skip.setText(self._sheet.skip)
        self.skip.setVisible(bool(self._sheet.skip))
        if ready and holds_keyboard(self._sheet):
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
