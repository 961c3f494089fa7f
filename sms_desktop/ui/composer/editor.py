"""The text of the message: plain, growing to eight lines, sent by a key."""

import math

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from sms_desktop.ui.composer.offer import Offer, cleaned, offer_of, offers_files
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.leading import LEADING, space_lines

WRITE = "Write a message"
MOST_LINES = 8
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MessageEdit(QTextEdit):
    """``enter_sends`` turns Enter and Shift+Enter round; Ctrl+Enter always sends. Tab leaves the field."""

    sendPressed = Signal()
    undoPressed = Signal()  # and nothing that was typed here is left to undo
    offered = Signal(object)  # Offer: files or a picture were pasted
    focused = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enter_sends = True
        self.least_lines = 1
        self.setAccessibleName("Message")
        self.setPlaceholderText(WRITE)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("border: 0; padding: 0; background: transparent")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.setFont(theme().font("body"))
        space_lines(self)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    @property
    def body(self) -> str:
        """What would be sent: cleaned, for text may also come in by input methods and screen readers."""
        return cleaned(self.toPlainText())

    def _fit(self) -> None:
        line = math.ceil(self.fontMetrics().lineSpacing()) + LEADING
        wanted = math.ceil(self.document().size().height())
        height = max(self.least_lines * line, min(wanted, MOST_LINES * line))
        bar = (
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if wanted > MOST_LINES * line
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setVerticalScrollBarPolicy(bar)
        if height != self.height():
            self.setFixedHeight(height)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        if event.size().height() != event.oldSize().height():
            self.ensureCursorVisible()

    def setPlainText(self, text: str) -> None:
        super().setPlainText(text)
        space_lines(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            plain = modifiers == Qt.KeyboardModifier.NoModifier
            if control or (plain and self.enter_sends):
                if not event.isAutoRepeat():  # a key held down asks once
                    self.sendPressed.emit()
                event.accept()
                return
            self.insertPlainText("\n")  # Qt's own would be a line separator with Shift
            self.ensureCursorVisible()
            event.accept()
            return
        if event.matches(QKeySequence.StandardKey.Undo) and not self.document().isUndoAvailable():
            self.undoPressed.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or offers_files(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        offer: Offer | None = offer_of(source)
        if offer is not None:
            self.offered.emit(offer)
        elif source.hasText():
            self.insertPlainText(cleaned(source.text()))
            self.ensureCursorVisible()

    # Files that are dragged over the text are the whole composer's business.
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offers_files(event.mimeData()):
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if offers_files(event.mimeData()):
            event.ignore()
        else:
            super().dragMoveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)
