"""A text field with its name above it, and below it what is wrong with what it holds."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.edge import leading_edge


class Field(QWidget):
    """``button`` stands at the field's end. ``hint`` is said below as long as nothing is wrong."""

    def __init__(
        self, name: str, edit: QLineEdit, *, hint: str = "", button: QPushButton | None = None, named: bool = True
    ) -> None:
        super().__init__()
        self.edit = edit
        self._hint = hint
        edit.setAccessibleName(name)
        edit.setProperty("role", "inset")
        self._name = QLabel(name)
        self._name.setProperty("role", "secondary")
        self._name.setBuddy(edit)
        if not named:
            self._name.hide()
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        for label in (self._name, self.said):
            label.setAlignment(leading_edge())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(edit, 1)
        if button is not None:
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._name)
        column.addLayout(row)
        column.addWidget(self.said)
        self.complain("")

    def set_hint(self, hint: str) -> None:
        """Another hint; what is wrong is still said first."""
        self._hint = hint
        if self.edit.property("wrong") != "true":
            self.complain("")

    def complain(self, sentence: str) -> None:
        """Says what is wrong and what to do; "" takes it back."""
        told = sentence or self._hint
        self.edit.setAccessibleDescription(told)
        self.edit.setProperty("wrong", "true" if sentence else "false")
        self.said.setProperty("role", "bad" if sentence else "meta")
        self.said.setText(told)
        self.said.setVisible(bool(told))
        for widget in (self.edit, self.said):  # the stylesheet looks at properties only when asked to
            widget.style().unpolish(widget)
            widget.style().polish(widget)


def put(edit: QLineEdit, text: str) -> None:
    """Fills in ``text`` without telling anybody: the person did not write it."""
    with QSignalBlocker(edit):
        edit.setText(text)
