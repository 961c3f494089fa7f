"""What is asked before a text leaves, above it: a sentence, and a button for each answer."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.wrapped import WrappedLabel


class Question(QFrame):
    """Hidden while there is nothing to ask. ``answered`` names the answer that was pressed."""

    answered = Signal(str)

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self.setObjectName("question")
        self.setProperty("role", "banner-warn")
        self.setStyleSheet(f"#question {{ border-radius: {theme().tokens.radius}px }}")
        self._icon = QLabel()
        self._icon.setFixedSize(20, 20)
        self._text = WrappedLabel(role="secondary")
        self._answers = FlowLayout()
        self.buttons: list[QPushButton] = []
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self._text)
        words.addLayout(self._answers)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        theme().changed.connect(self._tint)
        self._tint()
        self.hide()

    def ask(self, text: str, answers: Sequence[tuple[str, str]]) -> None:
        """``answers`` are names and the words of their buttons; none of them: it is only said."""
        self._text.setText(text)
        self.setAccessibleName(text)
        for button in self.buttons:
            self._answers.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for name, label in answers:
            button = QPushButton(label)
            button.setAccessibleDescription(text)
            button.clicked.connect(partial(self._answer, name))
            self._answers.addWidget(button)
            self.buttons.append(button)
        self.show()

    @property
    def asked(self) -> str:
        """The sentence that is shown, or ""."""
        return "" if self.isHidden() else self.accessibleName()

    def _answer(self, name: str, checked: bool = False) -> None:
        self.answered.emit(name)

    def _tint(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, theme().tokens.warn, 20, self.devicePixelRatioF()))
