"""The keys of the window, in one list that the F1 dialog shows too."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


@dataclass(frozen=True, slots=True)
class Shortcut:
    """``keys`` in Qt's portable notation; ``action`` names what the window does, "" where a pane binds the keys.

    Neighbours with the same ``words`` are shown as one, from the first of their keys to the last.
    """

    keys: str
    words: str
    action: str = ""


SHORTCUTS = (
    Shortcut("Ctrl+K", "Search conversations and messages", "search"),
    Shortcut("Ctrl+N", "New message", "new"),
    Shortcut("Alt+Down", "Next conversation", "next"),
    Shortcut("Alt+Up", "Previous conversation", "previous"),
    Shortcut("Ctrl+0", "Conversations of all lines", "line 0"),
    *(Shortcut(f"Ctrl+{n}", "Only those of the first line, the second …", f"line {n}") for n in range(1, 10)),
    Shortcut("Ctrl+Return", "Send"),
    Shortcut("Ctrl+Z", "Take back what was just sent, with nothing written"),
    Shortcut("Space", "What became of the message that one is at"),
    Shortcut("Ctrl+Shift+A", "Attach pictures or files"),
    Shortcut("Esc", "Leave the search, the new message or line health"),
    Shortcut("Ctrl+L", "Line health", "health"),
    Shortcut("Ctrl+I", "Show or hide the details", "details"),
    Shortcut("Ctrl+,", "Preferences", "preferences"),
    Shortcut("F1", "These shortcuts", "shortcuts"),
    Shortcut("Ctrl+Q", "Quit", "quit"),
)


def bind(window: QWidget, doings: dict[str, Callable[[], object]]) -> dict[str, QAction]:
    """Adds an action for each shortcut that ``doings`` knows; gives them back by name."""
    actions = {}
    for shortcut in SHORTCUTS:
        doing = doings.get(shortcut.action)
        if doing is None:
            continue
        action = QAction(shortcut.words, window)
        action.setShortcut(QKeySequence(shortcut.keys))
        action.triggered.connect(lambda checked=False, doing=doing: doing())
        window.addAction(action)
        actions[shortcut.action] = action
    return actions


class ShortcutsDialog(QDialog):
    """Open it with ``open()``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts · SMS Desktop")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(16)
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(10)
        for row, (words, same) in enumerate(groupby(SHORTCUTS, lambda shortcut: shortcut.words)):
            shown = [QKeySequence(s.keys).toString(QKeySequence.SequenceFormat.NativeText) for s in same]
            keys = QLabel(shown[0] if len(shown) == 1 else f"{shown[0]} … {shown[-1]}")
            keys.setProperty("role", "muted")
            grid.addWidget(QLabel(words), row, 0)
            grid.addWidget(keys, row, 1)
        column.addLayout(grid)
        row_ = QHBoxLayout()
        row_.addStretch(1)
        close = QPushButton("Close")
        close.clicked.connect(self.accept)
        row_.addWidget(close)
        column.addLayout(row_)
