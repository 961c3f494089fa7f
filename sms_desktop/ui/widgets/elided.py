"""A one-line label that ends in … where it must, and then tells the whole in its tooltip."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

from sms_desktop.ui.widgets.tip import tip

ABSOLUTE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


class ElidedLabel(QLabel):
    """Shrinks to a few letters. Style it like any QLabel, by its role."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, role: str = "") -> None:
        super().__init__(parent)
        if role:
            self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._shorter: tuple[str, ...] = ()
        self.setText(text)

    def say(self, text: str, *shorter: str) -> None:
        """The first of these that there is room for; the last ends in … where there is room for none."""
        self._shorter = shorter
        self.setText(text)
        self.update()

    @property
    def shown(self) -> str:
        """As much as there is room for."""
        room, metrics = self.contentsRect().width(), self.fontMetrics()
        for text in (self.text(), *self._shorter):
            if (shown := metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)) == text:
                break
        return shown

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        painter.setFont(self.font())
        area = self.contentsRect()
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a number runs its own way
        side = self.alignment() & Qt.AlignmentFlag.AlignHorizontal_Mask
        self.style().drawItemText(
            painter,
            area,
            int(QStyle.visualAlignment(self.layoutDirection(), side) | ABSOLUTE),
            option.palette,
            self.isEnabled(),
            self.shown,
            self.foregroundRole(),
        )
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
            self.setToolTip(tip(self.text()) if cut else "")
        return super().event(event)
