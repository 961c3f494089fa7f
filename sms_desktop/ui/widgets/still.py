"""Fields on a page that scrolls: the wheel moves the page over them, and changes nothing in them."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox

Field = QComboBox | QAbstractSpinBox


class _Still(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.Wheel:
            return super().eventFilter(watched, event)
        event.ignore()  # so that it goes on to what the field lies on
        return True


def keep_still(*fields: Field) -> None:
    """An open list still scrolls."""
    for field in fields:
        field.installEventFilter(_Still(field))
