"""A look before a click does anything: where a link leads, and what a file is."""

from html import escape

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sms_desktop.domain.danger import danger
from sms_desktop.domain.media import File, safe_name
from sms_desktop.ui.timeline.links import destination_of, may_open
from sms_desktop.ui.timeline.reading import copy_text
from sms_desktop.ui.timeline.sentences import file_and_size

WIDTH = 440


def _label(text: str, role: str, *, rich: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


class _Peek(QDialog):
    """Words above a row of buttons; the last button is the way out."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(10)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        self.row.setContentsMargins(0, 6, 0, 0)
        self.row.addStretch(1)

    def showEvent(self, arg__1: QShowEvent) -> None:
        super().showEvent(arg__1)
        self.setFixedHeight(self.column.totalHeightForWidth(WIDTH))

    def button(self, words: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words)
        if primary:
            button.setProperty("role", "primary")
        button.setDefault(primary)
        button.setAutoDefault(primary)
        self.row.addWidget(button)
        return button


class LinkPeek(_Peek):
    """The whole address of a link, its host in bold, as the network spells it. ``opened(url)`` once it was opened."""

    opened = Signal(str)

    def __init__(self, url: str, parent: QWidget | None = None) -> None:
        super().__init__("Open this link?", parent)
        self._to = destination_of(url)
        self.column.addWidget(_label("This link leads to", "muted"))
        host = _label(self._to.host, "title")
        self.column.addWidget(host)
        before, name, after = (_breakable(part) for part in (self._to.before, self._to.host, self._to.after))
        self.whole = _label(f"{before}<b>{name}</b>{after}", "secondary", rich=True)
        self.whole.setAccessibleName(self._to.url)
        self.column.addWidget(self.whole)
        if self._to.warning:
            self.column.addWidget(_label(self._to.warning, "warn"))
        self.column.addLayout(self.row)
        self.open_button = self.button("Open", primary=not self._to.warning)
        self.copy_button = self.button("Copy")
        close = self.button("Cancel")
        (close if self._to.warning else self.open_button).setFocus()
        self.open_button.clicked.connect(self._open)
        self.copy_button.clicked.connect(self._copy)
        close.clicked.connect(self.reject)

    def _open(self) -> None:
        if may_open(self._to.url):
            QDesktopServices.openUrl(QUrl(self._to.url))
            self.opened.emit(self._to.url)
        self.accept()

    def _copy(self) -> None:
        copy_text(self._to.url)
        self.accept()


class FilePeek(_Peek):
    """What a file is, and what may be done with it. ``openWanted`` only for kinds that cannot do harm."""

    openWanted = Signal()
    saveWanted = Signal()

    def __init__(self, file: File, parent: QWidget | None = None) -> None:
        super().__init__("File", parent)
        warning = danger(file)
        self.column.addWidget(_label(safe_name(file.name), "title"))
        self.column.addWidget(_label(file_and_size(file), "muted"))
        if warning:
            self.column.addWidget(_label(warning, "warn"))
        self.column.addLayout(self.row)
        self.open_button: QPushButton | None = None
        if not warning:
            self.open_button = self.button("Open", primary=True)
            self.open_button.clicked.connect(self.openWanted)
            self.open_button.clicked.connect(self.accept)
        self.save_button = self.button("Save as…")
        self.save_button.clicked.connect(self.saveWanted)
        self.save_button.clicked.connect(self.accept)
        close = self.button("Cancel")
        close.clicked.connect(self.reject)
        (self.open_button or close).setFocus()


def _breakable(part: str) -> str:
    """An address may break anywhere: a zero-width space after each character that is not part of an entity."""
    return "&#8203;".join(escape(c) for c in part) if len(part) > 40 else escape(part)
