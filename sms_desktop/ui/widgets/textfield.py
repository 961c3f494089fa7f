"""A field for several lines, with its name above it; below it what is wrong or to be known, and how long it is."""

import math
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.edge import leading_edge
from sms_desktop.ui.widgets.leading import LEADING, space_lines

_MOST_LINES = 8
_FRAME = 14
"""Padding and border above and below the text."""


class GrowingEdit(QTextEdit):
    """Plain text, as high as what is written, within bounds. Tab leaves it; ``left`` tells when it loses the focus."""

    left = Signal()

    def __init__(self, least_lines: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least_lines
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setProperty("role", "inset")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        space_lines(self)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        line = math.ceil(self.fontMetrics().lineSpacing()) + LEADING
        wanted = math.ceil(self.document().size().height())
        self.setFixedHeight(max(self._least * line, min(wanted, _MOST_LINES * line)) + _FRAME)
        policy = Qt.ScrollBarPolicy
        fits = wanted <= _MOST_LINES * line
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def setPlainText(self, text: str) -> None:
        super().setPlainText(text)
        space_lines(self)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class TextField(QWidget):
    """``check`` gives what is wrong with a text, or "". While it is being written only what is too long is said at
    once; the rest when the field is left, or on ``complain``. ``least`` and ``most`` are characters.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        check: Callable[[str], str],
        *,
        hint: str = "",
        example: str = "",
        least: int = 0,
        most: int = 0,
        lines: int = 2,
    ) -> None:
        super().__init__()
        self.name, self._check, self._hint = name, check, hint
        self._least, self._most = least, most
        self.edit = GrowingEdit(lines)
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(example)
        label = QLabel(name)
        label.setProperty("role", "secondary")
        label.setBuddy(self.edit)
        self.said, self.counter = QLabel(), QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.counter.setProperty("role", "meta")
        for part in (label, self.said):
            part.setAlignment(leading_edge())
        self.said.setAlignment((leading_edge() & ~Qt.AlignmentFlag.AlignVCenter) | Qt.AlignmentFlag.AlignTop)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.said, 1)
        below.addWidget(self.counter, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label)
        column.addWidget(self.edit)
        column.addLayout(below)
        self.edit.textChanged.connect(self._typed)
        self.edit.left.connect(self._left)
        self._show("")
        self._count()

    @property
    def text(self) -> str:
        return self.edit.toPlainText().strip()

    @property
    def wrong(self) -> str:
        """What is wrong with it, said or not yet."""
        return self._check(self.text)

    def put(self, text: str) -> None:
        """Fills in ``text`` without telling anybody: the person did not write it."""
        with QSignalBlocker(self.edit):
            self.edit.setPlainText(text)
        self._show("")
        self._count()

    def complain(self) -> bool:
        """Says what is wrong, if anything is; gives whether something is."""
        self._show(self.wrong)
        return bool(self.wrong)

    def tell(self, sentence: str) -> None:
        """What somebody else found wrong with it."""
        self._show(sentence)

    def _typed(self) -> None:
        self._count()
        complains = self.edit.property("wrong") == "true"
        over = bool(self._most) and len(self.text) > self._most
        self._show(self.wrong if complains or over else "")
        self.changed.emit()

    def _left(self) -> None:
        if self.text:
            self._show(self.wrong)

    def _count(self) -> None:
        length = len(self.text)
        if not self._most:
            self.counter.hide()
            return
        short = length < self._least
        self.counter.setText(f"{length:,} of at least {self._least:,}" if short else f"{length:,} / {self._most:,}")
        said = f"at least {self._least:,}, " if self._least else ""
        self.counter.setAccessibleName(f"{length:,} characters; {said}at most {self._most:,}")
        self._dress(self.counter, "bad" if length > self._most else "meta")

    def _show(self, sentence: str) -> None:
        told = sentence or self._hint
        self.said.setText(told)
        self.edit.setAccessibleDescription(told)
        self.edit.setProperty("wrong", "true" if sentence else "false")
        self._dress(self.said, "bad" if sentence else "meta")
        self.edit.style().unpolish(self.edit)  # the stylesheet looks at properties only when asked to
        self.edit.style().polish(self.edit)

    def _dress(self, label: QLabel, role: str) -> None:
        if label.property("role") != role:
            label.setProperty("role", role)
            label.style().unpolish(label)
            label.style().polish(label)
