"""A question before something that cannot be undone; the button that leaves things as they are has the keyboard."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from sms_desktop.ui.preferences.page import tell
from sms_desktop.ui.widgets.button import button, buttons
from sms_desktop.ui.widgets.wrapped import WrappedLabel


class Question(QFrame):
    """Hidden until ``ask``. ``warning`` says what will be gone; ``yes`` and ``no`` are on the buttons."""

    agreed = Signal()
    refused = Signal()

    def __init__(self, warning: str, yes: str, no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.asked = WrappedLabel(role="strong")
        self.trouble = WrappedLabel(role="bad")
        self.agree, self.keep = button(yes, "danger"), button(no)
        self.agree.clicked.connect(self.agreed)
        self.keep.clicked.connect(self.refused)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.asked)
        column.addWidget(WrappedLabel(warning, role="muted"))
        column.addWidget(self.trouble)
        column.addLayout(buttons(self.agree, self.keep))
        tell(self.trouble, "")
        self.hide()

    def ask(self, sentence: str) -> None:
        self.asked.setText(sentence)
        self.say("")
        self.show()
        self.keep.setFocus()

    def show_busy(self, sentence: str) -> None:
        """What was agreed to is being done, and cannot be taken back any more."""
        self.setFocus()  # else the keyboard would pass on to whatever comes next
        self._offer(False)
        tell(self.trouble, sentence, "muted")

    def say(self, trouble: str) -> None:
        """What could not be done; the person may agree once more."""
        self._offer(True)
        tell(self.trouble, trouble, "bad")
        if self.hasFocus():
            self.keep.setFocus()

    @property
    def is_busy(self) -> bool:
        return not self.keep.isEnabled()

    def _offer(self, on: bool) -> None:
        self.agree.setEnabled(on)
        self.keep.setEnabled(on)
