"""The popover: where its panel lies, and what closes it."""

from collections.abc import Callable, Sequence

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from sms_desktop.domain.message import Message, StatusReport
from sms_desktop.ui.history.panel import BEAK, WIDTH, HistoryPanel

AIR = 8
"""Pixels between the panel and the window's edges, at the least."""
LEAST, TALLEST = 180, 620
ENOUGH = 320
"""With less room than that on both sides, and more to show, it lies over what it is about."""

Anchor = Callable[[], QRect | None]
"""Where it points to, in the window; None while that is out of view."""


class HistoryPopover(QWidget):
    """Lies over the whole window, so that a click beside the panel closes it and does nothing else.

    ``show_history`` opens it or, while it is open, shows what has changed. ``closed`` tells which message it was of.
    """

    closed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._window = parent
        self.panel = HistoryPanel(self)
        self._message_id = ""
        self._anchor: Anchor = _nowhere
        self._before: QWidget | None = None
        self.panel.closeWanted.connect(self.shut)
        parent.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)

    @property
    def message_id(self) -> str:
        """The message whose history is shown, or ""."""
        return self._message_id

    def show_history(self, message: Message, reports: Sequence[StatusReport], anchor: Anchor) -> None:
        self.panel.fill(message, reports, anew=message.id != self._message_id)
        self._anchor = anchor
        if not self._message_id:
            self._before = QApplication.focusWidget()
        self._message_id = message.id
        self.setGeometry(self._window.rect())
        self.place()
        if not self.isVisible():
            self.show()
            self.raise_()
            self.panel.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def shut(self, *, by_keys: bool = False) -> None:
        """Closes it; the focus goes back to where it was, to be seen there ``by_keys``."""
        was, self._message_id = self._message_id, ""
        if not was:
            return
        inside = QApplication.focusWidget()
        self.hide()
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(before) and (inside is None or self.isAncestorOf(inside)):
            before.setFocus(Qt.FocusReason.TabFocusReason if by_keys else Qt.FocusReason.PopupFocusReason)
        self.closed.emit(was)

    def place(self) -> None:
        """On the side of its anchor where there is more room, within the window. Rather than to hide a step it reaches
        over its anchor, where the window has room for all of them.
        """
        room = self.rect().adjusted(AIR, AIR, -AIR, -AIR)
        found = self._anchor()
        target = found if found is not None else QRect(room.center(), QSize(1, 1))
        above, below = target.top() - room.top(), room.bottom() - target.bottom()
        wide = min(WIDTH, room.width())
        steps = self.panel.wanted_height()
        wanted = min(steps, TALLEST)
        beside, whole = max(above, below) - BEAK, steps <= min(TALLEST, room.height())
        over = found is None or (beside < wanted and (whole or beside < ENOUGH))
        up = above > below if over else above >= min(wanted + BEAK, below)
        free = room.height() if over else (above if up else below) - BEAK
        high = min(max(min(wanted, free), min(wanted, LEAST)), room.height())
        x = min(max(target.center().x() - wide // 2, room.left()), room.right() + 1 - wide)
        y = target.top() - BEAK - high if up else target.bottom() + BEAK
        if found is None or (over and not whole):
            y = room.center().y() - high // 2
        y = min(max(y, room.top()), max(room.top(), room.bottom() + 1 - high))
        self.panel.point(QRect(x, y, wide, high), None if over else target.center().x(), up=up)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab stays within it."""
        stops: list[QWidget] = [self.panel.list, self.panel.facts, self.panel.copy_button]
        at = QApplication.focusWidget()
        place = stops.index(at) if at in stops else -1
        stops[(place + (1 if next else -1)) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.shut()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut(by_keys=True)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
            self.place()
        return False

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Somebody went elsewhere by a shortcut: what they want now is there."""
        if self._message_id and self.isVisible() and new is not None and not self.isAncestorOf(new):
            self._before = None
            self.shut()


def _nowhere() -> QRect | None:
    return None
