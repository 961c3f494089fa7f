"""The From line: which of our numbers it goes out by."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from sms_desktop.domain.line import Line
from sms_desktop.domain.phone import display
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.theme import theme
from sms_desktop.ui.words import isolated, line_name


class LineButton(QPushButton):
    """Opens a menu of the lines that can text; choosing the present one again says nothing."""

    lineChosen = Signal(object)  # Line

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._picked)
        self._chosen = ""
        self._several = False
        self._shown: tuple[tuple[Line, ...], str] | None = None
        self.setStyleSheet(f"font-size: {theme().font('secondary').pixelSize()}px; min-height: 23px; padding: 0 8px")
        self.setFixedHeight(25)
        self.clicked.connect(self._open)
        theme().changed.connect(self.update)

    def show_lines(self, lines: Sequence[Line], chosen: str) -> None:
        """``chosen`` is the address that the conversation has; it need not be among ``lines``."""
        if (tuple(lines), chosen) == self._shown:
            return
        self._shown = (tuple(lines), chosen)
        self._chosen = chosen
        self._menu.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        for line in lines:
            action = QAction(isolated(line_name(line) if line.sms else f"{line_name(line)} (no texts)"), self._menu)
            action.setCheckable(True)
            action.setChecked(line.address == chosen)
            action.setEnabled(line.sms)
            action.setData(line)
            self._group.addAction(action)
            self._menu.addAction(action)
        self._several = any(line.sms and line.address != chosen for line in lines)
        present = next((line_name(line) for line in lines if line.address == chosen), display(chosen))
        self.setText(isolated(present) + ("     " if self._several else ""))  # room for the arrow
        self.setAccessibleName(f"From {present}")
        self.setToolTip("Choose the line to send from" if self._several else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._several else Qt.CursorShape.ArrowCursor)

    def open_menu(self, anchor: QWidget) -> None:
        """Shows the lines at ``anchor``, where there is something to choose."""
        if self._several:
            height = self._menu.sizeHint().height()
            self._menu.popup(anchor.mapToGlobal(QPoint(0, -height - 4)))  # upwards: the composer is at the bottom

    def actions_of_lines(self) -> list[QAction]:
        """The menu's entries, in the order of the lines."""
        return self._group.actions()

    def _open(self) -> None:
        self.open_menu(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._several:
            return
        arrow = pixmap("chevron-down", theme().tokens.text, 12, self.devicePixelRatioF())
        ltr = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        painter = QPainter(self)
        painter.drawPixmap(self.width() - 20 if ltr else 8, (self.height() - 12) // 2, arrow)
        painter.end()

    def _picked(self, action: QAction) -> None:
        line = action.data()
        if isinstance(line, Line) and line.address != self._chosen:
            self.lineChosen.emit(line)
