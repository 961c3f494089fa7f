"""A square button that shows one icon and has a name for those who cannot see it."""

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from sms_desktop.ui.assets import icon
from sms_desktop.ui.theme import theme

Tone = Literal["muted", "text", "accent", "on_accent", "ok", "warn", "bad"]


class IconButton(QToolButton):
    """``shortcut`` is told in the tooltip only; whoever owns the action binds the keys. Retinted with the theme."""

    def __init__(
        self,
        icon_name: str,
        accessible_name: str,
        tooltip: str = "",
        shortcut: QKeySequence | None = None,
        parent: QWidget | None = None,
        *,
        tone: Tone = "muted",
        size: int = 32,
        icon_size: int = 20,
    ) -> None:
        super().__init__(parent)
        self._icon_name, self._tone = icon_name, tone
        self.setAccessibleName(accessible_name)
        told = tooltip or accessible_name
        if shortcut is not None:
            told += f" ({shortcut.toString(QKeySequence.SequenceFormat.NativeText)})"
        self.setToolTip(told)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor where one writes
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(size, size)
        self.setIconSize(QSize(icon_size, icon_size))
        if tone == "on_accent":
            self.setProperty("role", "primary")
        theme().changed.connect(self._tint)
        self._tint()

    def set_icon(self, icon_name: str, tone: Tone | None = None) -> None:
        self._icon_name, self._tone = icon_name, tone or self._tone
        self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._icon_name, getattr(theme().tokens, self._tone)))

    def event(self, event: QEvent) -> bool:
        # Enter presses a focused button here as Space does: what a keyboard user expects of a tool button.
        if event.type() == QEvent.Type.KeyPress and getattr(event, "key", int)() in (
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        ):
            self.click()
            return True
        return super().event(event)
