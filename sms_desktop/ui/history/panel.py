"""The panel of a message's history: rounded, with a shadow and a beak; steps, the facts at the foot, and Copy all."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListView, QPushButton, QVBoxLayout, QWidget

from sms_desktop.domain.message import Message, StatusReport
from sms_desktop.services import clock
from sms_desktop.ui.history.delegate import HistoryDelegate
from sms_desktop.ui.history.entries import as_text, entries_of, facts_of
from sms_desktop.ui.history.model import HistoryModel
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.reading import copy_text

WIDTH = 380
SHADOW, BEAK = 18, 8
"""Pixels that the shadow reaches, and the beak stands out."""
LOW = 3
"""By so much it falls downwards."""
PAD = 16


class HistoryPanel(QFrame):
    """Its margins hold the shadow and the beak."""

    closeWanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Status history")
        self._message: Message | None = None
        self._beak: int | None = None
        self._up = False
        title = QLabel("Status history")
        title.setProperty("role", "title")
        self.title = title
        self.model = HistoryModel(self)
        self.list = QListView()
        self.list.setAccessibleName("Status history")
        self.list.setModel(self.model)
        self._painting = HistoryDelegate(WIDTH - 2, self.list)
        self.list.setItemDelegate(self._painting)
        self.list.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        rule = QFrame()
        rule.setProperty("role", "rule")
        self.names, self.facts = QLabel(), QLabel()
        for label in (self.names, self.facts):
            label.setProperty("role", "meta")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.facts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.facts.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.copy_button = QPushButton("Copy all")
        self.copy_button.setProperty("role", "link")
        self.copy_button.setStyleSheet(f"font-size: {theme().font('secondary').pixelSize()}px")
        self.copy_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.copy_button.clicked.connect(self._copy)
        head = QHBoxLayout()
        head.setContentsMargins(PAD, 0, PAD, 8)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.copy_button)
        foot = QHBoxLayout()
        foot.setContentsMargins(PAD, 8, PAD, 0)
        foot.setSpacing(12)
        foot.addWidget(self.names)
        foot.addWidget(self.facts, 1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        self._column.addWidget(self.list, 1)
        self._column.addWidget(rule)
        self._column.addLayout(foot)
        self._margins()
        theme().changed.connect(self._painting.forget_measures)

    def fill(self, message: Message, reports: Sequence[StatusReport], *, anew: bool) -> None:
        """Shows the message's steps; the newest is in view at first, and stays so if it was."""
        bar = self.list.verticalScrollBar()
        at_end = anew or bar.value() >= bar.maximum()
        self._message = message
        if anew:
            self._painting.forget_measures()
            self.copy_button.setText("Copy all")
        self.model.show_entries(entries_of(message, reports, clock.now()))
        facts = facts_of(message)
        self.names.setText("\n".join(name for name, _ in facts))
        self.facts.setText("\n".join(value for _, value in facts))
        self.facts.setAccessibleName("; ".join(f"{name}: {value}" for name, value in facts))
        if anew or not self.list.currentIndex().isValid():
            newest = self.model.index(self.model.rowCount() - 1, 0)
            self.list.selectionModel().setCurrentIndex(newest, QItemSelectionModel.SelectionFlag.NoUpdate)
        if at_end:
            self.list.scrollToBottom()

    def wanted_height(self) -> int:
        """Without shadow; all steps in view."""
        steps = sum(self._painting.lines(entry).height for entry in self.model.entries)
        margins = 2 * PAD - 4
        return steps + margins + 8 + self.copy_button.sizeHint().height() + 9 + self.names.sizeHint().height() + 4

    def point(self, card: QRect, beak: int | None, *, up: bool) -> None:
        """``card`` is the panel without its shadow, in the window; ``up``: it stands above what it points to."""
        self._up = up
        self._beak = None if beak is None else beak - card.left()
        self.setGeometry(card.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))
        self._painting.set_width(card.width() - 2)
        self.update()

    def _margins(self) -> None:
        self._column.setContentsMargins(SHADOW + 1, SHADOW + PAD - 2, SHADOW + 1, SHADOW + PAD - 2)

    def _copy(self) -> None:
        if self._message is not None:
            copy_text(as_text(self._message, self.model.entries))
            self.copy_button.setText("Copied")

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt tells screen readers that a list's rows are shown even where the list is not."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.model.show_entries(())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """In the shadow it is a click beside the panel."""
        if not QRectF(self._card()).contains(event.position()):
            self.closeWanted.emit()

    def _card(self) -> QRect:
        return self.rect().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self._card())
        radius = tokens.bubble_radius
        painter.setPen(Qt.PenStyle.NoPen)
        shade = QColor(0, 0, 0)
        deep = 0.055 if theme().dark else 0.014
        inner = self._card().adjusted(radius, radius, -radius, -radius)
        painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(inner)))  # there is no shadow, but its cost
        for reach in range(SHADOW - LOW, 0, -1):
            shade.setAlphaF(deep * (1 - reach / SHADOW))  # they add up: soft outside, dark at the edge
            painter.setBrush(shade)
            soft = card.adjusted(-reach, -reach + LOW, reach, reach + LOW)
            painter.drawRoundedRect(soft, radius + reach, radius + reach)
        painter.setClipping(False)
        outline = QPainterPath()
        outline.addRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        outline = outline.united(self._pointer(card, radius))
        painter.setPen(QPen(tokens.line, 1))
        painter.setBrush(tokens.pane)
        painter.drawPath(outline)
        painter.end()

    def _pointer(self, card: QRectF, radius: float) -> QPainterPath:
        path = QPainterPath()
        if self._beak is None:
            return path
        x = min(max(card.left() + self._beak, card.left() + radius + BEAK), card.right() - radius - BEAK)
        base, tip = (
            (card.bottom() - 1, card.bottom() + BEAK - 2) if self._up else (card.top() + 1, card.top() - BEAK + 2)
        )
        path.moveTo(QPointF(x - BEAK, base))
        path.lineTo(QPointF(x, tip))
        path.lineTo(QPointF(x + BEAK, base))
        path.closeSubpath()
        return path
