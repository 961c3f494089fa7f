"""One rule in the list: on or off, what it waits for, what it answers, and what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.domain.reply import Rule
from sms_desktop.ui.replies.sentences import NO_HOURS, cooldown_word
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.widgets.switch import Switch
from sms_desktop.ui.widgets.tick import set_ticked
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import one_line

BUTTON, ICON = 28, 16


Look = tuple[Rule, str, str, str, bool]
"""The rule, what it waits for, what it says, for which line ("": all), and whether its days are over."""


class RuleRow(QFrame):
    """``look`` is all that it shows; each signal carries the rule's id."""

    switched = Signal(int, bool)
    moved = Signal(int, int)
    """One up (-1) or down (1)."""
    editRequested = Signal(int)
    removeRequested = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        rule, waits, says, where, past = look
        self.rule = rule
        name = one_line(rule.name)
        self.switch = Switch(f"{name} answers")
        set_ticked(self.switch, rule.enabled)
        self.switch.toggled.connect(lambda on: self.switched.emit(rule.id, on))
        self._title = ElidedLabel(name, role="strong")
        never = rule.enabled and waits == NO_HOURS
        self.waits = WrappedLabel(f"{waits} · {where}" if where else waits, role="warn" if never else "muted")
        said = one_line(says) or "A picture"
        picture = " · with a picture" if rule.picture is not None and rule.text.strip() else ""
        pace = f" · {cooldown_word(rule.cooldown).lower()}" if rule.cooldown else ""
        self.answer = ElidedLabel(f"“{said}”{picture}{pace}", role="meta")
        tag = QLabel("Over" if past else "Off")
        tag.setProperty("role", "tag")
        if rule.enabled and not past:  # to show what has no parent yet would open a window
            tag.hide()
        self.up = IconButton("chevron-up", f"Move up: {name}", "Move up (Alt+Up)", size=BUTTON, icon_size=ICON)
        self.down = IconButton(
            "chevron-down", f"Move down: {name}", "Move down (Alt+Down)", size=BUTTON, icon_size=ICON
        )
        self.edit = IconButton("edit", f"Edit: {name}", "Edit", size=BUTTON, icon_size=ICON)
        self.remove = IconButton("trash", f"Remove: {name}", "Remove", size=BUTTON, icon_size=ICON)
        self.up.clicked.connect(lambda: self.moved.emit(rule.id, -1))
        self.down.clicked.connect(lambda: self.moved.emit(rule.id, 1))
        self.edit.clicked.connect(lambda: self.editRequested.emit(rule.id))
        self.remove.clicked.connect(lambda: self.removeRequested.emit(rule.id))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(tag, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addLayout(head)
        words.addWidget(self.waits)
        words.addWidget(self.answer)
        buttons = QHBoxLayout()
        buttons.setSpacing(0)
        for button in (self.up, self.down, self.edit, self.remove):
            buttons.addWidget(button)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 8, 10)
        row.setSpacing(12)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(buttons)
        self.setAccessibleName(f"{name}: {self.waits.said}")
        self._bind()

    def allow_moves(self, *, up: bool, down: bool) -> None:
        self.up.setEnabled(up)
        self.down.setEnabled(down)

    def _bind(self) -> None:
        """The same by keys, wherever in the row the keyboard is: buttons would keep the arrows to themselves."""
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Alt+Up", self.up.click),
            ("Alt+Down", self.down.click),
            ("Delete", self.remove.click),
        )
        for key, pressed in keys:
            QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut).activated.connect(
                pressed
            )

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.editRequested.emit(self.rule.id)
