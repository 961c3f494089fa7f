"""What is asked above the text: a sentence, and a button for each answer. Nothing is decided without a click."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.wrapped import WrappedLabel

BESIDE = 300
"""Pixels that the words need beside the buttons; else these stand below, in as many rows as they take."""
_ICON, _GAP = 20, 10
_ANY = 16_777_215


class QuestionCard(QFrame):
    """Hidden while there is nothing to ask. ``answered`` names the answer that was pressed. ``refuge`` gets a keyboard
    that is at a button which goes: Qt would pass it on to whatever comes next.
    """

    answered = Signal(str)
    built = Signal()
    """There are other buttons."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.refuge: QWidget | None = None
        self._icon_name = icon
        self.setObjectName("question")
        self.setProperty("role", "banner-warn")
        self.setStyleSheet(f"#question {{ border-radius: {theme().tokens.radius}px }}")
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self._words = WrappedLabel(role="secondary")
        self._indent, self._answers = QWidget(), QWidget()
        self._indent.setFixedWidth(_ICON + _GAP)
        self._indent.hide()
        self._flow = FlowLayout(self._answers)
        self.buttons: list[QPushButton] = []
        self._held = False
        self._said = self._more = ""
        self._answers_asked: list[tuple[str, str]] = []
        said = QHBoxLayout()
        said.setSpacing(_GAP)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self._words, 1)
        middle = QVBoxLayout()  # not an alignment, which gives words no more height than their hint's
        middle.setSpacing(0)
        middle.addStretch(1)
        middle.addLayout(said)
        middle.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self._indent)
        below.addWidget(self._answers)
        self._beside = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._beside.setContentsMargins(16, 8, 16, 8)  # as a banner's, which may stand below it
        self._beside.addLayout(middle, 1)
        self._beside.addLayout(below)
        theme().changed.connect(self._tint)
        self._tint()
        self.hide()

    def ask(self, said: str, answers: Sequence[tuple[str, str]], more: str = "") -> None:
        """``answers`` are names and the words of their buttons; buttons that stand there already stay as they are.

        ``more`` can be seen beside the buttons only: where these stand below, the room is needed for the messages.
        """
        self._said, self._more = said, more
        words = f"{said} {more}".strip()
        self._say(shortly=self._beside.direction() is QBoxLayout.Direction.TopToBottom)
        self.setAccessibleName(words)
        self.setToolTip(more)
        if not self.isHidden() and list(answers) == self._answers_asked:  # one may be under the pointer just now
            for button in self.buttons:
                button.setAccessibleDescription(words)
            return
        former, names = self.buttons, [name for name, _ in self._answers_asked]
        self._answers_asked, self.buttons = list(answers), []
        for name, label in answers:
            button = QPushButton(label)
            button.setEnabled(not self._held)
            button.setAccessibleDescription(words)
            button.clicked.connect(partial(self._answer, name))
            self._flow.addWidget(button)
            self.buttons.append(button)
        for name, button in zip(names, former, strict=True):
            self._take_away(name, button)
        self._arrange()
        self.show()
        self.built.emit()

    def _take_away(self, name: str, button: QPushButton) -> None:
        """The keyboard goes on to the button of the same answer, if there is one."""
        if self.window().focusWidget() is button:
            same = next(
                (new for (of, _), new in zip(self._answers_asked, self.buttons, strict=True) if of == name), None
            )
            if same is not None:
                same.show()
                same.setFocus()
            else:
                self._give_keyboard()
        self._flow.removeWidget(button)
        button.hide()
        button.deleteLater()

    def hold(self, held: bool) -> None:
        """While ``held``, what was pressed is being done, and nothing else can be pressed."""
        self._held = held
        if held:
            self._give_keyboard()
        for button in self.buttons:
            button.setEnabled(not held)

    def setVisible(self, visible: bool) -> None:
        if not visible:
            self._give_keyboard()
        super().setVisible(visible)

    def _give_keyboard(self) -> None:
        at = self.window().focusWidget()
        if self.refuge is not None and at is not None and self.isAncestorOf(at):
            self.refuge.setFocus()

    @property
    def asked(self) -> str:
        """The sentence that is shown, or ""."""
        return "" if self.isHidden() else self.accessibleName()

    def button(self, label: str) -> QPushButton:
        """The one that says ``label``. Raises LookupError."""
        for button in self.buttons:
            if button.text() == label:
                return button
        raise LookupError(label)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        gaps = self._flow.spacing() * max(len(self.buttons) - 1, 0)
        wide = sum(button.sizeHint().width() for button in self.buttons) + gaps
        beside = self.width() - wide >= BESIDE
        self._answers.setMinimumWidth(wide if beside else 0)
        self._answers.setMaximumWidth(wide if beside else _ANY)
        self._indent.setVisible(not beside)
        self._beside.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._beside.setSpacing(10 if beside else 6)
        self._say(shortly=not beside)

    def _say(self, *, shortly: bool) -> None:
        words = self._said if shortly else f"{self._said} {self._more}".strip()
        if words != self._words.said:
            self._words.setText(words)

    def _answer(self, name: str, checked: bool = False) -> None:
        self.answered.emit(name)

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, theme().tokens.warn, _ICON, self.devicePixelRatioF()))
