"""Air between the lines of a text field, as much as between those of a bubble."""

from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

LEADING = 3
"""Pixels below each line."""


def space_lines(field: QTextEdit) -> None:
    """Spaces what is there and what will be typed; not to be undone, so what could be undone is forgotten."""
    document = field.document()
    document.setUndoRedoEnabled(False)
    spaced = QTextBlockFormat()
    spaced.setLineHeight(LEADING, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.mergeBlockFormat(spaced)
    document.setUndoRedoEnabled(True)
