"""The timeline as the window holds it: a banner for what went wrong, the list, and the way back to the newest."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.buttons import RowButtons
from sms_desktop.ui.timeline.model import TimelineModel
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.timeline.view import TimelineView
from sms_desktop.ui.widgets.banner import Banner

TICK = 200
"""Milliseconds."""


class JumpButton(QPushButton):
    """“3 new ↓”, or “Latest ↓” far from the end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.say(0)

    def say(self, count: int) -> None:
        self.setText(f"{count} new ↓" if count else "Latest ↓")
        self.setAccessibleName(f"{count} new, to the latest" if count else "To the latest message")
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 36, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(tokens.link if self.hasFocus() else tokens.line, 2 if self.hasFocus() else 1))
        painter.setBrush(tokens.hover if self.underMouse() else tokens.pane)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        painter.setFont(theme().font("secondary", bold=True))
        painter.setPen(tokens.link)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class TimelinePane(QWidget):
    """``bottomInView(bool)``: the newest message came into view or left it. ``looked``: the window became active."""

    bottomInView = Signal(bool)
    latestWanted = Signal()
    looked = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.thumbnails = thumbnails
        self.model = TimelineModel(self)
        self._ticking = QTimer(self)
        self._ticking.setInterval(TICK)
        self._ticking.timeout.connect(self.model.tick)
        for changed in (self.model.rowsInserted, self.model.dataChanged, self.model.modelReset):
            changed.connect(self._note_waiting)
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self.view = TimelineView(self.model, thumbnails, self)
        self.buttons = RowButtons(self.view, self)
        self.jump = JumpButton(self)
        self.jump.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.view, 1)
        self.banner.actionClicked.connect(self.banner.hide)
        self.jump.clicked.connect(self.latestWanted)
        self.view.latestWanted.connect(self.latestWanted)
        self.view.bottomInView.connect(self.bottomInView)
        self.view.newCounted.connect(self._counted)
        self.view.arranged.connect(self._place_jump)

    @property
    def bottom_in_view(self) -> bool:
        return self.view.at_end

    @property
    def is_looked_at(self) -> bool:
        """Whether a person can be supposed to see the newest message: it is in view in the window they use."""
        return self.view.at_end and self.isVisible() and self.isActiveWindow()

    def complain(self, sentence: str) -> None:
        """Shows why something could not be done, until it is dismissed or works."""
        self.banner.show_text("bad", sentence, "Dismiss")
        self.banner.show()

    def calm(self) -> None:
        self.banner.hide()

    def _note_waiting(self) -> None:
        """While something waits to leave, time is told."""
        if not self.model.anything_waits:
            self._ticking.stop()
        elif not self._ticking.isActive():
            self._ticking.start()

    def _counted(self, count: int) -> None:
        self.jump.say(count)
        self._place_jump()

    def _place_jump(self) -> None:
        bar = self.view.verticalScrollBar()
        far = bar.maximum() - bar.value() > 2 * self.view.viewport().height() or self.model.newer
        show = not self.view.at_end and (self.view.new_count > 0 or far)
        if show:
            area = self.view.geometry()
            self.jump.move(area.center().x() - self.jump.width() // 2, area.bottom() - self.jump.height() - 12)
            self.jump.raise_()
        self.jump.setVisible(show)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.looked.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.looked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_jump()
        self.buttons.place()
