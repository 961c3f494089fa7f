"""The text of an answer: written, filled with variables from a menu, given a picture, and counted."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from sms_desktop.domain.media import File
from sms_desktop.ui.composer.attachments import Attachments
from sms_desktop.ui.composer.counter import measure
from sms_desktop.ui.composer.editor import MessageEdit
from sms_desktop.ui.composer.emoji import EmojiPicker
from sms_desktop.ui.composer.offer import Offer
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.filedialog import Place, folder
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.words import plain

PICTURES = ["Pictures (*.jpg *.jpeg *.png *.gif)"]
LINES = 3
"""Lines of an empty text."""


def as_it_is(text: str) -> str:
    """Where nothing stands for something else."""
    return text


class TextBox(QWidget):
    """``filled`` gives the text as somebody would get it, which is what is counted. ``name``: what it is called."""

    changed = Signal()
    left = Signal()
    saveRequested = Signal()
    offered = Signal(object)
    """An Offer: a picture was chosen or pasted."""

    def __init__(
        self, name: str, *, filled: Callable[[str], str] = as_it_is, thumbnails: Thumbnails | None = None
    ) -> None:
        super().__init__()
        self._filled = filled
        self._picker: EmojiPicker | None = None
        self.edit = MessageEdit()
        self.edit.least_lines = LINES
        self.edit.enter_sends = False
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText("Write what they get")
        self.edit.textChanged.connect(self._changed)
        self.edit.sendPressed.connect(self.saveRequested)
        self.edit.focused.connect(self._focused)
        self.attachments = Attachments(thumbnails)
        self.attachments.removeRequested.connect(lambda file: self.show_file(None))
        self._box = QFrame()
        self._box.setProperty("role", "field")
        inside = QVBoxLayout(self._box)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.setSpacing(8)
        inside.addWidget(self.edit)
        inside.addWidget(self.attachments)
        self.counter = ElidedLabel(role="meta")
        self.counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.picture = IconButton("image", "Add a picture", size=30, icon_size=18)
        self.picture.clicked.connect(self._choose)
        self.emoji = IconButton("smile", "Emoji", "Insert an emoji", size=30, icon_size=18)
        self.emoji.clicked.connect(self._open_emoji)
        self.variables = QPushButton("Insert…")
        self.variables.setAutoDefault(False)
        self.variables.setProperty("role", "small-menu")
        self.variables.setToolTip("Puts in what differs from person to person, such as their name")
        self.variables.setAccessibleName("Insert what differs from person to person")
        self._menu = QMenu(self.variables)
        self.variables.setMenu(self._menu)
        self.variables.hide()
        if thumbnails is None:
            self.picture.hide()
        else:
            self.edit.offered.connect(self.offered)
        tools = QHBoxLayout()
        tools.setSpacing(6)
        tools.addWidget(self.variables)
        tools.addWidget(self.picture)
        tools.addWidget(self.emoji)
        tools.addWidget(self.counter, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._box)
        column.addLayout(tools)
        theme().changed.connect(self._count)
        self._count()

    @property
    def body(self) -> str:
        return self.edit.body

    @property
    def file(self) -> File | None:
        return next(iter(self.attachments.files), None)

    def show_text(self, body: str, file: File | None = None) -> None:
        """Replaces everything and tells nobody."""
        self.edit.blockSignals(True)
        self.edit.setPlainText(body)
        self.edit.blockSignals(False)
        self.attachments.set_files((file,) if file is not None else ())
        self._count()

    def show_file(self, file: File | None) -> None:
        """The one picture that goes with it."""
        self.attachments.set_files((file,) if file is not None else ())
        self._changed()
        if file is None:
            self.edit.setFocus()

    def recount(self) -> None:
        """What stands for something is another by now."""
        self._count()

    def offer_variables(self, variables: Sequence[tuple[str, str, str]]) -> None:
        """(what it is called, what is put in, the part of that which stands in where nothing is known)."""
        self._menu.clear()
        for word, text, fallback in variables:
            self._menu.addAction(plain(word)).triggered.connect(partial(self._insert, text, fallback))
        self.variables.setVisible(bool(variables))

    def _insert(self, text: str, fallback: str, checked: bool = False) -> None:
        """What stands in is selected, so that typing replaces it."""
        cursor = self.edit.textCursor()
        start = cursor.selectionStart()
        cursor.insertText(text)
        at = text.find(fallback) if fallback else -1
        if at >= 0:
            cursor.setPosition(start + at)
            cursor.setPosition(start + at + len(fallback), cursor.MoveMode.KeepAnchor)
        self.edit.setTextCursor(cursor)
        self.edit.setFocus()

    def _focused(self, on: bool) -> None:
        self._box.setProperty("lively", "true" if on else "false")
        self._box.style().unpolish(self._box)
        self._box.style().polish(self._box)
        if not on:
            self.left.emit()

    def _changed(self) -> None:
        self._count()
        self.changed.emit()

    def _count(self) -> None:
        counter = measure(self._filled(self.body), self.attachments.files)
        self.counter.setText(counter.text)
        self.counter.setAccessibleName(counter.text)
        color = theme().tokens.warn if counter.warn else theme().tokens.muted
        self.counter.setStyleSheet(f"color: {color.name()}; font-size: {theme().font('meta').pixelSize()}px")

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Add a picture", folder(Place.PicturesLocation))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(PICTURES)
        dialog.fileSelected.connect(lambda name: self.offered.emit(Offer(paths=(Path(name),))))
        dialog.open()

    def _open_emoji(self) -> None:
        if self._picker is None:
            self._picker = EmojiPicker(self)
            self._picker.picked.connect(self._take_emoji)
        self._picker.open_at(self.emoji, ())

    def _take_emoji(self, emoji: str) -> None:
        self.edit.insertPlainText(emoji)
        self.edit.setFocus()
