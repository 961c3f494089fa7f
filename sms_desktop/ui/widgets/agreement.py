"""What is asked below something: one button agrees, another refuses, and what went wrong is said above them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.button import button, buttons
from sms_desktop.ui.widgets.keyboard import Hold
from sms_desktop.ui.widgets.wrapped import WrappedLabel


class Agreement(QFrame):
    """Answered once, until ``say`` shows what went wrong. ``column`` takes what is asked; ``finish`` puts the buttons
    below it. What ``yes`` does is for whoever asks, who cannot be answered then.
    """

    refused = Signal()

    def __init__(self, yes: str, no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("Question")
        self._hold = Hold(self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 12)
        self.column.setSpacing(10)
        self.trouble = WrappedLabel(role="bad")
        self.trouble.hide()
        self.yes, self.no = button(yes, "primary"), button(no)  # in a dialog, Enter in a field is not to agree
        self.no.clicked.connect(self._refuse)

    def finish(self) -> None:
        """All that is asked stands there."""
        self.column.addWidget(self.trouble)
        self.column.addLayout(buttons(self.yes, self.no))

    def say(self, trouble: str) -> None:
        """What could not be done; the buttons can be pressed again."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self.enable(True)

    def enable(self, on: bool) -> None:
        """Whether it can be answered."""
        if not on:
            self._hold.begin()
        for part in self.parts:
            part.setEnabled(on)
        if on:
            self._hold.end()

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What it can be answered with."""
        return self.yes, self.no

    def _refuse(self) -> None:
        self.enable(False)
        self.refused.emit()
