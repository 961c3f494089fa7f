"""The buttons in failure and doubt cards: real ones, so that keyboard and screen readers reach them.

They lie over the list, not in it, because Qt tells screen readers nothing of a list's child widgets.
"""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.rows import MessageRow
from sms_desktop.ui.timeline.shape import Act, Button
from sms_desktop.ui.timeline.view import TimelineView
from sms_desktop.ui.words import accessible_message

Key = tuple[str, Act, int]


class LinkButton(QPushButton):
    """Looks like underlined text in the colour ``tone`` of the theme."""

    def __init__(self, label: str, tone: str, parent: QWidget) -> None:
        super().__init__(label, parent)
        self.setProperty("role", "link")
        self.setAccessibleName(label)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._tone = tone

    def show_as(self, button: Button, about: str) -> None:
        """As ``button`` now is, ``about`` a row; one that cannot be pressed says why where one points at it."""
        self._tone = button.tone
        if self.text() != button.label:
            self.setText(button.label)
            self.setAccessibleName(button.label)
        self.setEnabled(not button.why)
        self.setToolTip(button.why)
        self.setAccessibleDescription(button.why or about)

    def minimumSizeHint(self) -> QSize:
        return QSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        font = theme().font("meta" if self._tone == "muted" else "secondary")
        font.setUnderline(self.isEnabled())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setPen(getattr(theme().tokens, self._tone))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(theme().tokens.link, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


class RowButtons(QObject):
    """Keeps one button for each place in the visible rows' shapes. ``pressed(Act, message id, media id)``."""

    pressed = Signal(str, str, int)

    def __init__(self, view: TimelineView, pane: QWidget) -> None:
        super().__init__(pane)
        self._view, self._pane = view, pane
        self._buttons: dict[Key, LinkButton] = {}
        self._in_order: list[LinkButton] = []
        view.arranged.connect(self.place)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)

    @property
    def shown(self) -> list[LinkButton]:
        return [button for button in self._buttons.values() if button.isVisibleTo(self._pane)]

    def place(self) -> None:
        """Puts buttons where their rows now are; those that are not wholly in view are not there."""
        wanted: set[Key] = set()
        for place in self._view.places_in_view():
            row = self._view.timeline.row_at(place)
            if isinstance(row, MessageRow):
                for button in self._view.shape(row).buttons:
                    wanted.add(self._put(place, row, button))
        self._chain()
        for key in [key for key in self._buttons if key not in wanted]:
            gone = self._buttons.pop(key, None)
            if gone is None:  # hiding another one has had them placed anew
                continue
            if gone.hasFocus():
                self._view.setFocus(Qt.FocusReason.OtherFocusReason)
            gone.hide()
            gone.deleteLater()

    def _chain(self) -> None:
        """Tab goes from the list through its buttons from top to bottom, whichever was made first."""
        in_order = sorted(self._buttons.values(), key=lambda button: (button.y(), button.x()))
        if in_order == self._in_order:
            return
        self._in_order = in_order
        for before, after in pairwise([self._view, *in_order]):
            QWidget.setTabOrder(before, after)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Move:  # a banner appeared, or the scroll bar changed sides
            self.place()
        return False

    def _put(self, place: int, row: MessageRow, button: Button) -> Key:
        key = row.message.id, button.act, button.media_id
        widget = self._buttons.get(key)
        if widget is None:
            widget = self._buttons[key] = LinkButton(button.label, button.tone, self._pane)
            widget.clicked.connect(partial(self._press, key))
        widget.show_as(button, accessible_message(row.message))
        viewport = self._view.viewport()
        within = button.rect.translated(self._view.origin(place)).toRect()
        corner = viewport.mapTo(self._pane, within.topLeft())
        widget.setGeometry(QRect(corner, within.size()))
        shown = viewport.rect().contains(within)
        if not shown and widget.hasFocus():  # else Qt would choose who has it
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        widget.setVisible(shown)
        widget.raise_()
        return key

    def _press(self, key: Key, checked: bool = False) -> None:
        message_id, act, media_id = key
        self.pressed.emit(act, message_id, media_id)
