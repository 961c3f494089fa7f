"""Eyes and hands on any window of the program: what stands there is read, its keys and buttons are pressed."""

import re
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from sms_desktop.smoke import Person, StepFailed

T = TypeVar("T")

_COUNT = re.compile(r" \d+$")
_LOOKS = str.maketrans({"\u200b": "", "\u2060": "", "\u2068": "", "\u2069": "", "\u00a0": " "})
"""What a label holds for its looks alone."""
MOST_STOPS = 80
"""Presses of Tab after which a thing counts as out of the keyboard's reach."""


class Hands(Person):
    """``window`` is the one that is looked at, dialogs above it included."""

    # what there is to see

    def sentences(self) -> list[str]:
        """All that can be read now: labels and buttons."""
        labels = [label.text() for label in self.window.findChildren(QLabel) if label.isVisible()]
        buttons = [button.text() for button in self.window.findChildren(QAbstractButton) if button.isVisible()]
        return [text.translate(_LOOKS) for text in (*labels, *buttons)]

    def says(self, words: str) -> bool:
        """Whether those words stand somewhere on the window."""
        return any(words in text for text in self.sentences())

    async def until(self, fact: Callable[[], T | None], what: str) -> T:
        """Waits for ``fact``; where it does not come about, what stands there instead is told."""
        try:
            return await super().until(fact, what)
        except StepFailed:
            names = [called(b) for b in self.window.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
            raise AssertionError(f"{what}\nthere is: {self.sentences()}\nto press: {names}") from None

    async def told(self, words: str) -> None:
        """Waits until those words stand there."""
        await self.until(lambda: self.says(words), f"“{words}” is said")

    def offers(self, name: str, kind: type[QAbstractButton] = QAbstractButton) -> bool:
        """Whether there is a button with that name that can be pressed; a number may follow the name."""
        return self.button(name, kind) is not None

    def button(self, name: str, kind: type[QAbstractButton] = QAbstractButton) -> QAbstractButton | None:
        """By what a screen reader calls it, else by what is written on it."""
        buttons = [b for b in self.window.findChildren(kind) if b.isVisible() and b.isEnabled()]
        return next((b for b in buttons if name in (called(b), _COUNT.sub("", called(b)))), None)

    def shows(self, name: str) -> bool:
        """Whether there is something with that name."""
        return any(called(widget) == name for widget in self.window.findChildren(QWidget) if widget.isVisible())

    def is_ticked(self, name: str) -> bool:
        """Whether the box, or the choice, with that name is on."""
        return self.named(name, QAbstractButton).isChecked()

    # what there is to do

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the keyboard is."""
        QTest.keyClick(self._keyboard() or self.window, key, modifiers)

    def control(self, key: Qt.Key) -> None:
        self.key(key, Qt.KeyboardModifier.ControlModifier)

    def fill(self, name: str, text: str) -> None:
        """Types into the field with that name, over what it holds."""
        field = self.named(name, QLineEdit)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)

    def paste_into(self, name: str, text: str) -> None:
        """Pastes into the field with that name, over what it holds."""
        field = self.named(name, QLineEdit)
        field.setFocus()
        field.selectAll()
        self.paste_text(text)

    def paste_text(self, text: str) -> None:
        """Pastes where the focus is."""
        QGuiApplication.clipboard().setText(text)
        self.control(Qt.Key.Key_V)

    def press(self, name: str, kind: type[QAbstractButton] = QAbstractButton) -> None:
        found = self.button(name, kind)
        assert found is not None, f"the window offers no “{name}”; there is: {self.sentences()}"
        bring_into_view(found)
        if isinstance(found, QCheckBox | QRadioButton):  # its words may be shorter than it
            at = QPoint(10 if found.isLeftToRight() else found.width() - 10, found.height() // 2)
            QTest.mouseClick(found, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        else:
            QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    async def tick(self, name: str, on: bool = True) -> None:
        """Has the box with that name be on or off."""
        await self.until(lambda: self.offers(name), f"there is a box “{name}”")
        if self.is_ticked(name) is not on:
            self.press(name)

    async def click(self, name: str, kind: type[QAbstractButton] = QAbstractButton) -> None:
        """Presses that button as soon as it can be pressed."""
        await self.until(lambda: self.offers(name, kind), f"“{name}” can be pressed")
        self.press(name, kind)

    def walk_to(self, name: str) -> None:
        """Goes by Tab to the thing with that name."""
        seen = []
        for _ in range(MOST_STOPS):
            at = self._keyboard()
            if at is not None and name == called(at):
                return
            seen.append(called(at) if at is not None else "nothing")
            self.key(Qt.Key.Key_Tab)
        raise AssertionError(f"the keyboard does not come to “{name}”, only to {sorted(set(seen))}")

    @property
    def focus(self) -> str:
        """What the keyboard is at."""
        at = self._keyboard()
        return called(at) if at is not None else ""

    def _keyboard(self) -> QWidget | None:
        """What has the keyboard. A window that is not active yet keeps a place for it too, and beside a dialog nobody
        can type, however late another window became the active one.
        """
        at, modal = QApplication.focusWidget(), QApplication.activeModalWidget()
        if at is not None and at.isVisible() and (modal is None or _stands_in(at, modal)):
            return at
        return (modal or self.window).focusWidget()


def called(widget: QWidget) -> str:
    """As a screen reader calls it."""
    written = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName() or written).translate(_LOOKS)


def bring_into_view(widget: QWidget) -> None:
    """Scrolls as far as one has to, to get at it."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()


def _stands_in(widget: QWidget, dialog: QWidget) -> bool:
    """Whether it is part of the dialog, or of what the dialog opened."""
    around: QWidget | None = widget
    while around is not None and around is not dialog:
        around = around.parentWidget()
    return around is dialog
