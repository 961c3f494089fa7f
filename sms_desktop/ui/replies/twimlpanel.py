"""The answer as Twilio will be given it: folded away until somebody wants to see it, and to be copied."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.fold import FoldButton
from sms_desktop.ui.widgets.iconbutton import IconButton

MOST_LINES = 12


class TwimlPanel(QWidget):
    """``show_xml`` fills it; hidden where there is nothing to be sent."""

    copied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fold = FoldButton("TwiML as it will be sent")
        self.copy = IconButton("copy", "Copy TwiML", size=28, icon_size=16)
        self.copy.clicked.connect(self._copy)
        self.xml = QPlainTextEdit()
        self.xml.setReadOnly(True)
        self.xml.setTabChangesFocus(True)
        self.xml.setAccessibleName("TwiML")
        self.xml.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.xml.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.fold)
        head.addStretch(1)
        head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.xml)
        self.fold.toggled.connect(self._unfold)
        theme().changed.connect(self._set_font)
        self._set_font()
        self._unfold(False)
        self.show_xml("")

    def show_xml(self, xml: str) -> None:
        if xml != self.xml.toPlainText():
            self.xml.setPlainText(xml)
        self._fit()
        self.setVisible(bool(xml))

    def _unfold(self, on: bool) -> None:
        self.xml.setVisible(on)
        self.copy.setVisible(on)
        self._fit()

    def _set_font(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme().font("meta").pixelSize())
        self.xml.setFont(font)
        self.xml.setStyleSheet(f"font-family: '{font.family()}'; font-size: {font.pixelSize()}px")
        self._fit()

    def _fit(self) -> None:
        lines = min(max(1, int(self.xml.document().size().height())), MOST_LINES)
        self.xml.setFixedHeight(lines * self.xml.fontMetrics().lineSpacing() + 24)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.xml.toPlainText())
        self.copied.emit()
