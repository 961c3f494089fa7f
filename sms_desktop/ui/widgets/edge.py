"""Where words begin, at the side from which the window runs, and where they may break."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

_NUMBER = re.compile(r"(\(\d+\)) (\d)")


def leading_edge() -> Qt.AlignmentFlag:
    """For a QLabel, which would otherwise go by the direction of its own letters."""
    rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def unbroken(text: str) -> str:
    """(212) 555-0100 stays on one line."""
    return _NUMBER.sub("\\1\u00a0\\2", text)


def set_in(what: QWidget | QLayout, by: int) -> QHBoxLayout:
    """``what`` moved in from the leading edge: a layout's own margins stay where they are when the window turns."""
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addSpacing(by)
    if isinstance(what, QWidget):
        row.addWidget(what, 1)
    else:
        row.addLayout(what, 1)
    return row
