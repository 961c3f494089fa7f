"""A place in a layout for a widget that is built later."""

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Holder(QWidget):
    """Empty until ``fill``; from then on as large as what it holds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def fill(self, widget: QWidget) -> None:
        self._column.addWidget(widget)
