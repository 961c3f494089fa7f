"""A filter chip: a small round button that is on or off and may show a count."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget


class Chip(QPushButton):
    """``set_count(3)`` shows “Unread 3”; 0 shows the word alone."""

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(word, parent)
        self._word = word
        self.setProperty("role", "chip")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(word)

    @property
    def word(self) -> str:
        return self._word

    def set_word(self, word: str) -> None:
        self._word = word
        self.setText(word)
        self.setAccessibleName(word)

    def set_count(self, count: int) -> None:
        text = f"{self._word} {count}" if count else self._word
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
