"""A line across a pane that says what is the matter, and at most one thing to do about it."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme

Kind = Literal["info", "ok", "warn", "bad"]
_ICONS = {"info": "info", "ok": "check", "warn": "alert", "bad": "alert"}


class Banner(QFrame):
    """``text`` is plain, whatever it holds (names that strangers gave, say); the button is there when ``action`` is."""

    actionClicked = Signal()

    def __init__(
        self, kind: Kind = "info", text: str = "", action: str = "", parent: QWidget | None = None, *, icon: str = ""
    ) -> None:
        super().__init__(parent)
        self._kind: Kind = kind
        self._icon_name = icon
        self._icon = QLabel()
        self._icon.setFixedSize(20, 20)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setProperty("role", "secondary")
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton()
        self._button.clicked.connect(self.actionClicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(10)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        theme().changed.connect(self._paint)
        self.show_text(kind, text, action, icon=icon)

    def show_text(self, kind: Kind, text: str, action: str = "", *, icon: str = "", rich: bool = False) -> None:
        """Says something else; ``rich``: in Qt's rich text, all that is not ours escaped."""
        self._kind, self._icon_name = kind, icon
        self._text.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
        self._text.setText(text)
        self.setAccessibleName(QTextDocumentFragment.fromHtml(text).toPlainText() if rich else text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._paint()

    @property
    def text(self) -> str:
        return self._text.text()

    def _paint(self) -> None:
        tokens = theme().tokens
        color = {"info": tokens.muted_on_tint, "ok": tokens.ok, "warn": tokens.warn, "bad": tokens.bad}[self._kind]
        self._icon.setPixmap(pixmap(self._icon_name or _ICONS[self._kind], color, 20, self.devicePixelRatioF()))
        role = f"banner-{self._kind}"
        if self.property("role") != role:
            self.setProperty("role", role)
            for widget in (self, self._text):  # the stylesheet looks at properties only when asked to
                self.style().unpolish(widget)
                self.style().polish(widget)
