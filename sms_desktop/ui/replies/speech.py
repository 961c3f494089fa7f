"""One bubble in a column of widgets: what a customer writes, or what is answered."""

import math
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sms_desktop.domain.media import File
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.prose import Hand, Prose, shown
from sms_desktop.ui.timeline.shape import BUBBLE_X, BUBBLE_Y, NARROWEST, WIDEST
from sms_desktop.ui.timeline.thumbnails import Thumbnails

Side = Literal["inbound", "outbound"]
PICTURE = QSize(160, 110)
GAP = 4
SHARE = 0.82
"""Of the column that a bubble takes at most."""


class Speech(QWidget):
    """As the timeline paints it: theirs begin at the reading side, ours end at the other. Hidden while it is empty."""

    def __init__(self, side: Side, thumbnails: Thumbnails | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side: Side = side
        self._thumbnails = thumbnails
        self.text = ""
        self.file: File | None = None
        self._prose: tuple[float, Prose] | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme().changed.connect(self._restyle)
        if thumbnails is not None:
            thumbnails.ready.connect(lambda sha256: self.update())
        self.say("")

    def say(self, text: str, file: File | None = None) -> None:
        self.text, self.file = text, file
        self._prose = None
        who = "Customer" if self._side == "inbound" else "You"
        picture = "Photo. " if file is not None else ""
        self.setAccessibleName(f"{who}: {picture}{text}")
        self.setVisible(bool(text or file))
        self.updateGeometry()
        self.update()

    def _restyle(self) -> None:
        self._prose = None
        self.updateGeometry()
        self.update()

    def _set(self, width: int) -> Prose:
        most = min(WIDEST, max(NARROWEST, width * SHARE)) - 2 * BUBBLE_X
        if self._prose is None or self._prose[0] != most:
            self._prose = most, Prose(shown(self.text), Hand.of(theme().font("body"), 20), most, links=True)
        return self._prose[1]

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        height = PICTURE.height() + GAP if self.file is not None else 0
        if self.text:
            height += math.ceil(self._set(width).size.height() + 2 * BUBBLE_Y)
        return height

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        return QSize(int(NARROWEST), self.heightForWidth(max(self.width(), int(NARROWEST))))

    def _at(self, width: float, top: float, height: float) -> QRectF:
        ours = self._side == "outbound"
        right = ours == (self.layoutDirection() == Qt.LayoutDirection.LeftToRight)
        return QRectF(self.width() - width if right else 0, top, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, top = theme().tokens, 0.0
        ours = self._side == "outbound"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.file is not None:
            place = self._at(PICTURE.width(), top, PICTURE.height())
            clip = QPainterPath()
            clip.addRoundedRect(place, tokens.bubble_radius, tokens.bubble_radius)
            painter.fillPath(clip, tokens.chip)
            picture = (
                self._thumbnails.picture(self.file, PICTURE, self.devicePixelRatioF()) if self._thumbnails else None
            )
            if picture is not None:
                painter.save()
                painter.setClipPath(clip)
                painter.drawImage(place, picture)
                painter.restore()
            top += PICTURE.height() + GAP
        if self.text:
            prose = self._set(self.width())
            size = prose.size
            bubble = self._at(max(size.width() + 2 * BUBBLE_X, 36), top, size.height() + 2 * BUBBLE_Y)
            painter.setBrush(tokens.outbound if ours else tokens.inbound)
            painter.drawRoundedRect(bubble, tokens.bubble_radius, tokens.bubble_radius)
            at = QPointF(bubble.center().x() - size.width() / 2, bubble.y() + BUBBLE_Y)
            ink = tokens.outbound_text if ours else tokens.inbound_text
            prose.draw(painter, at, ink, None, (tokens.pane, tokens.text))
        painter.end()
