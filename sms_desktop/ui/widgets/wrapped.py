"""A label of several lines that breaks long addresses, too, so that it never asks for more width than there is."""

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_JOINT = re.compile(r"(?<=[/?&=.@_-])(?=[^\s/])")
_RUN = re.compile(r"(\S{30})(?=\S)")
LEAST = 80


class WrappedLabel(QLabel):
    """``said`` gives the text as it was set; what Qt is given may be broken after strokes, dots and long runs."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, role: str = "") -> None:
        super().__init__(parent)
        self.said = ""
        if role:
            self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._align()
        self.setText(text)

    def setText(self, text: str) -> None:
        self.said = text
        parts = _JOINT.sub("\u200b", text).split("\u200b")
        super().setText("\u200b".join(_RUN.sub("\\1\u200b", part) for part in parts))
        self.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        """At the side where one begins to read in this window, whatever the language of the text."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, super().minimumSizeHint().height())

    def set_role(self, role: str) -> None:
        """Another colour."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)
