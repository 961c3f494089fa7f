"""The composer's widget: it shows what it is given and tells what the person did."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QIcon,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPixmap,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.composer.attachments import Attachments
from sms_desktop.ui.composer.box import RING, Box
from sms_desktop.ui.composer.counter import measure
from sms_desktop.ui.composer.editor import WRITE, MessageEdit
from sms_desktop.ui.composer.emoji import EmojiPicker
from sms_desktop.ui.composer.linebutton import LineButton
from sms_desktop.ui.composer.lock import Lift, Lock
from sms_desktop.ui.composer.locked import LockedCard
from sms_desktop.ui.composer.offer import Offer, offer_of, offers_files
from sms_desktop.ui.composer.question import QuestionCard
from sms_desktop.ui.composer.registration import RegistrationButton
from sms_desktop.ui.composer.sendbutton import SendButton
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.banner import Banner, Kind
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.filedialog import Place, folder
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.widgets.order import chain

ATTACH_KEYS = QKeySequence(Qt.Modifier.CTRL | Qt.Modifier.SHIFT | Qt.Key.Key_A)
DROP = "Drop to attach"
_PADDING = 16
_ARROW = QSize(23, 18)


class Composer(QWidget):
    """Text, attachments and Send; or, where a lock is set, the card that says why not.

    ``refusal`` decides whether Send is there: it is given body and files and answers "" or the reason. ``refuge`` is
    the widget that gets the focus when a lock takes it from the text and offers nothing to press.
    """

    edited = Signal()
    filled = Signal()  # something is written or attached where nothing was, or nothing any more, by whomever
    sendRequested = Signal()
    undoRequested = Signal()
    offered = Signal(object)  # Offer: files chosen, dropped or pasted, or a pasted picture
    lineChosen = Signal(object)  # Line: another one than the conversation's
    liftRequested = Signal(object)  # Lift: the locked card's button
    emojiPicked = Signal(str)
    left = Signal()  # the focus went elsewhere, or the composer was hidden

    def __init__(self, thumbnails: Thumbnails | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.refusal: Callable[[str, Sequence[File]], str] = _nothing_to_send
        self.refuge: QWidget | None = None
        self._recent_emoji: Sequence[str] = ()
        self._picker: EmojiPicker | None = None
        self._busy = ""
        self._refusing = False
        self._folder = folder(Place.PicturesLocation)
        self._quiet = False
        self._was_empty = True
        self.setAcceptDrops(True)
        self.editor = MessageEdit()
        self.editor.textChanged.connect(self._edited)
        self.editor.sendPressed.connect(self.request_send)
        self.editor.undoPressed.connect(self._undo)
        self.editor.offered.connect(self.offered)
        self.editor.focused.connect(self._focused)
        self._attachments = Attachments(thumbnails)
        self._attachments.removeRequested.connect(self.remove_file)
        self._box = Box(self.editor, self._attachments)
        self.line_button = LineButton()
        self.line_button.lineChosen.connect(self.lineChosen)
        self.registration = RegistrationButton()
        self._banner = Banner("bad")
        self._banner.setObjectName("notice")
        self._banner.setStyleSheet(f"#notice {{ border-radius: {theme().tokens.radius}px }}")
        self._banner.actionClicked.connect(self.clear_notice)
        self._banner.hide()
        self._standing = Banner("warn")
        self._standing.setObjectName("standing")
        self._standing.setStyleSheet(f"#standing {{ border-radius: {theme().tokens.radius}px }}")
        self._standing.hide()
        self.consent = QuestionCard("alert")
        self.obstacle = QuestionCard("alert")
        self.night = QuestionCard("moon")
        self.caution = QuestionCard("alert")
        for card in (self.consent, self.obstacle, self.night, self.caution):
            card.refuge = self.editor
            card.built.connect(lambda: chain(self))
        self._counter = ElidedLabel(role="meta")
        self._counter.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._counter.setStyleSheet(f"font-size: {theme().font('meta').pixelSize()}px")
        self.attach_button = IconButton("paperclip", "Attach", "Attach pictures or files", ATTACH_KEYS, size=34)
        self.attach_button.clicked.connect(self.choose_files)
        self.emoji_button = IconButton("smile", "Emoji", "Insert an emoji", size=34)
        self.emoji_button.clicked.connect(self.open_emoji)
        self.send_button = SendButton()
        self.send_button.setFixedSize(80, 32)
        self.send_button.setIconSize(_ARROW)
        self.send_button.setStyleSheet("padding: 0 6px")
        self.send_button.asked.connect(self.request_send)
        self._card = LockedCard()
        self._card.liftRequested.connect(self._lift)
        self._form, self._locked = self._laid_out(), self._card_page()
        self._locked.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, 0)  # the line on top
        column.addWidget(self._form)
        column.addWidget(self._locked)
        QShortcut(ATTACH_KEYS, self, self.choose_files)
        theme().changed.connect(self._tint)
        self._tint()
        self._measure()

    def _laid_out(self) -> QWidget:
        sender = QLabel("From")
        sender.setProperty("role", "muted")
        first = QHBoxLayout()
        first.setContentsMargins(RING, 0, RING, 0)
        first.setSpacing(8)
        first.addWidget(sender)
        first.addWidget(self.line_button)
        first.addWidget(self.registration)
        first.addStretch(1)
        tools = QHBoxLayout()
        tools.setContentsMargins(RING, 0, RING, 0)
        tools.setSpacing(8)
        tools.addWidget(self.attach_button)
        tools.addWidget(self.emoji_button)
        tools.addWidget(self._counter, 1)
        tools.addWidget(self.send_button)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(_PADDING - RING, 10, _PADDING - RING, 12)
        column.setSpacing(0)
        column.addLayout(first)
        column.addWidget(self._notices())
        column.addSpacing(6 - RING)
        column.addWidget(self._box)
        column.addSpacing(9 - RING)
        column.addLayout(tools)
        return page

    def _notices(self) -> QWidget:
        """All that may be said above the text; what is not said takes no room."""
        notices, top = QWidget(), QWidget()
        top.setFixedHeight(0)  # below it stands the first one’s distance from the From line, and only if there is one
        inside = QVBoxLayout(notices)
        inside.setContentsMargins(RING, 0, RING, 0)
        inside.setSpacing(6)
        for part in (top, self.consent, self._standing, self.obstacle, self.caution, self.night, self._banner):
            inside.addWidget(part)
        return notices

    def _card_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(_PADDING, 12, _PADDING, 14)
        column.addWidget(self._card)
        return page

    # What is in it

    @property
    def body(self) -> str:
        return self.editor.body

    @property
    def files(self) -> tuple[File, ...]:
        return self._attachments.files

    def set_content(self, body: str, files: Sequence[File] = ()) -> None:
        """Replaces everything, says nothing; the cursor stands at the end."""
        self._quiet = True
        try:
            if body != self.body:
                self.editor.setPlainText(body)
                self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
            self._show_files(files)
        finally:
            self._quiet = False
        self._measure()

    def _show_files(self, files: Sequence[File]) -> None:
        self._attachments.set_files(tuple(files))
        chain(self)

    def add_file(self, file: File) -> None:
        self._show_files((*self.files, file))
        self._edited()

    def remove_file(self, file: File) -> None:
        """Takes the first such file away."""
        files = list(self.files)
        if file in files:
            files.remove(file)
            self._show_files(files)
            self._edited()
            self.editor.setFocus()

    def insert(self, text: str) -> None:
        self.editor.insertPlainText(text)
        self.editor.setFocus()

    # What is said

    def show_lock(self, lock: Lock | None) -> None:
        """Puts the card in the composer's place, or takes it away; what was written stays underneath.

        A focus that would be hidden goes to the card's button or to ``refuge``, and from the card to the text.
        """
        focus = self.window().focusWidget()
        held = self._locked if self.is_locked else self._form
        holds = focus is not None and held.isAncestorOf(focus)
        if lock is None:
            self._form.show()
            if holds and held is self._locked:
                self.editor.setFocus()
            self._locked.hide()
        else:
            self._locked.show()
            if holds and lock.lift is Lift.NONE and self.refuge is not None:
                self.refuge.setFocus()  # before anything is hidden, or Qt would choose
            self._card.show_lock(lock)
            if holds and lock.lift is not Lift.NONE:
                self._card.setFocus()
            self._form.hide()
        self.update()

    @property
    def is_locked(self) -> bool:
        return not self._locked.isHidden()

    def show_lines(self, lines: Sequence[Line], chosen: str) -> None:
        self.line_button.show_lines(lines, chosen)
        self._measure()

    def show_notice(self, text: str, kind: Kind = "bad") -> None:
        """A sentence above the text; ``text`` may hold names that strangers gave."""
        self._refusing = False
        self._banner.show_text(kind, text, "Dismiss")
        self._banner.setAccessibleName(text)
        self._banner.show()

    def show_standing(self, text: str) -> None:
        """What holds for all that is written here, above the text for as long as it does; "" where nothing does."""
        self._standing.show_text("warn", text)
        self._standing.setAccessibleName(text)
        self._standing.setVisible(bool(text))

    @property
    def standing(self) -> str:
        """The sentence of ``show_standing`` that is shown, or ""."""
        return self._standing.accessibleName()

    def clear_notice(self) -> None:
        if not self._banner.isHidden():
            self._banner.hide()

    @property
    def notice(self) -> str:
        """The sentence that is shown, or ""."""
        return "" if self._banner.isHidden() else self._banner.accessibleName()

    def measure(self) -> None:
        """What ``refusal`` says may have changed."""
        self._measure()

    def set_busy(self, reason: str) -> None:
        """While ``reason`` is not empty nothing can be sent; it is Send's tooltip."""
        self._busy = reason
        self._measure()

    def set_recent_emoji(self, recent: Sequence[str]) -> None:
        self._recent_emoji = recent

    @property
    def counted(self) -> str:
        return self._counter.text()

    # What the person does

    def request_send(self) -> None:
        """Asks for what is written to be sent; where it cannot be, says why until that no longer holds."""
        if self.is_locked:
            return
        reason = self._reason()
        if not reason:
            self.sendRequested.emit()
        elif self._busy or not self.is_empty:
            self.show_notice(reason)
            self._refusing = True

    def _undo(self) -> None:
        """With nothing written, what was sent just now is what is to be undone."""
        if self.is_empty and not self.is_locked:
            self.undoRequested.emit()

    def _reason(self) -> str:
        return self._busy or self.refusal(self.body, self.files)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written and nothing attached."""
        return not self.body.strip() and not self.files

    def choose_files(self) -> None:
        """Asks for files; the dialog is opened, never executed, so that the loop goes on."""
        if self.is_locked or not self.isVisible():
            return
        dialog = QFileDialog(self, "Attach")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(["Pictures (*.jpg *.jpeg *.png *.gif *.heic *.heif *.bmp *.tif *.tiff)", "All files (*)"])
        dialog.selectNameFilter("All files (*)")
        dialog.setDirectory(self._folder)
        dialog.filesSelected.connect(self._files_chosen)
        dialog.open()

    def open_emoji(self) -> None:
        if self._picker is None:
            self._picker = EmojiPicker(self)
            self._picker.picked.connect(self._emoji)
        self._picker.open_at(self.emoji_button, self._recent_emoji)

    def _files_chosen(self, names: list[str]) -> None:
        self._folder = str(Path(names[0]).parent)
        self.offered.emit(Offer(paths=tuple(Path(name) for name in names)))

    def _emoji(self, emoji: str) -> None:
        self.insert(emoji)
        self.emojiPicked.emit(emoji)

    def _lift(self, lift: Lift) -> None:
        if lift is Lift.OTHER_LINE:
            self.line_button.open_menu(self._card)
        else:
            self.liftRequested.emit(lift)

    def _focused(self, focused: bool) -> None:
        if not focused:
            self.left.emit()

    def _edited(self) -> None:
        if not self._quiet:
            self._measure()
            self.edited.emit()

    def _measure(self) -> None:
        body, files = self.body, self.files
        counter = measure(body, files)
        self._counter.setText(counter.text)
        role = "warn" if counter.warn else "meta"
        if self._counter.property("role") != role:
            self._counter.setProperty("role", role)
            self._counter.style().unpolish(self._counter)
            self._counter.style().polish(self._counter)
        reason = self._reason()
        self.send_button.setEnabled(not reason)
        self.send_button.setToolTip(reason or "Send")
        if self._refusing and self.notice not in ("", reason):
            self._keep_refusing(reason)
        if self.is_empty is not self._was_empty:
            self._was_empty = self.is_empty
            self.filled.emit()

    def _keep_refusing(self, reason: str) -> None:
        """The reason why nothing was sent has changed, or there is none any more."""
        if reason and (self._busy or not self.is_empty):
            self.show_notice(reason)
            self._refusing = True
        else:
            self.clear_notice()

    def _tint(self) -> None:
        ltr = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        self.send_button.setIcon(_arrow(self.devicePixelRatioF(), not ltr))
        self.send_button.setLayoutDirection(  # the arrow comes after the word
            Qt.LayoutDirection.RightToLeft if ltr else Qt.LayoutDirection.LeftToRight
        )
        self.update()

    # Files dropped anywhere on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.is_locked and offers_files(event.mimeData()):
            self._set_dropping(True)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def _set_dropping(self, dropping: bool) -> None:
        self._box.set_dropping(dropping)
        self.editor.setPlaceholderText(DROP if dropping else WRITE)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_dropping(False)
        offer = offer_of(event.mimeData())
        if offer is not None and not self.is_locked:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.offered.emit(offer)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens.pane if not self.is_locked else tokens.ground)
        if not self.is_locked:
            painter.fillRect(0, 0, self.width(), 1, tokens.line)
        painter.end()


def _arrow(dpr: float, mirrored: bool) -> QIcon:
    """Send's arrow with air between it and the word, in the colours of an enabled and a disabled button."""
    tokens, drawn = theme().tokens, QIcon()
    for color, mode in ((tokens.on_accent, QIcon.Mode.Normal), (tokens.muted_on_tint, QIcon.Mode.Disabled)):
        aired = QPixmap(_ARROW * dpr)
        aired.setDevicePixelRatio(dpr)
        aired.fill(Qt.GlobalColor.transparent)
        painter = QPainter(aired)
        if mirrored:
            painter.translate(_ARROW.width(), 0)
            painter.scale(-1, 1)
        painter.drawPixmap(_ARROW.width() - 18, 0, pixmap("send", color, 18, dpr))
        painter.end()
        drawn.addPixmap(aired, mode)
    return drawn


def _nothing_to_send(body: str, files: Sequence[File]) -> str:
    return "" if body.strip() or files else "There is nothing to send yet."
