"""Which of our lines the list shows: all of them, or one."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from sms_desktop.domain.line import Line
from sms_desktop.ui import words
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.dot import dot_icon
from sms_desktop.ui.widgets.flatbutton import FlatButton

ALL = "All lines"
KEYS = 9
"""How many lines have a key of their own."""


class LineFilter(QWidget):
    """A button with a menu: each line with its colour and what is unread on it. Hidden where there is one line."""

    chosen = Signal(object)
    """The line's address, or None for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self._unread: Mapping[str, int] = {}
        self._line: str | None = None
        self.button = FlatButton(arrow=True, font="secondary")
        self.button.clicked.connect(self._open)
        self.menu = QMenu(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 16, 0)
        row.addWidget(self.button)
        row.addStretch(1)
        self._show()

    @property
    def line(self) -> str | None:
        return self._line

    def set_lines(self, lines: Sequence[Line]) -> None:
        """The lines in use, in the order of their keys."""
        self._lines = tuple(lines)
        self._show()

    def set_unread(self, unread: Mapping[str, int]) -> None:
        """By address: how many conversations hold something unread."""
        self._unread = unread
        self._show()

    def set_line(self, address: str | None) -> None:
        """Shows which line is chosen, without telling anybody."""
        self._line = address
        self._show()

    def pick(self, number: int) -> None:
        """The first line is 1; 0 are all. What is not there is not picked."""
        if not self.isHidden() and number <= len(self._lines):
            self._pick(self._lines[number - 1].address if number else None)

    def fill_menu(self) -> None:
        """All lines, then each."""
        self.menu.clear()
        group = QActionGroup(self.menu)
        entries: list[tuple[str, str | None]] = [(ALL, None)]
        entries += [(words.line_name(line), line.address) for line in self._lines]
        for number, (name, address) in enumerate(entries):
            unread = self._unread.get(address, 0) if address else sum(self._unread.values())
            key = f"Ctrl+{number}" if number <= KEYS else ""
            said = f"{words.isolated(words.plain(name))}  ({unread} unread)" if unread else words.plain(name)
            action = self.menu.addAction(f"{said}\t{key}")
            action.setCheckable(True)
            chosen = address == self._line
            action.setChecked(chosen)
            action.setFont(theme().font("body", chosen))
            if (color := words.line_color(address or "", self._lines)) is not None:
                action.setIcon(dot_icon(color, chosen=chosen))
            action.triggered.connect(lambda checked=False, address=address: self._pick(address))
            group.addAction(action)

    def _pick(self, address: str | None) -> None:
        if address == self._line:
            return
        self.set_line(address)
        self.chosen.emit(address)

    def _open(self) -> None:
        self.fill_menu()
        self.menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 2)))

    def _show(self) -> None:
        self.setVisible(len(self._lines) > 1)
        line = next((line for line in self._lines if line.address == self._line), None)
        elsewhere = sum(count for address, count in self._unread.items() if address != self._line) if line else 0
        name = words.line_word(line) if line else ALL
        self.button.set_dot(place=words.line_color(line.address, self._lines) if line else None)
        told = f"{name}, {elsewhere} unread on other lines" if elsewhere else name
        self.button.say(f"{name} · {elsewhere} unread elsewhere" if elsewhere else name, f"Line: {told}")
        self.button.setToolTip("Choose the line whose conversations are shown")
