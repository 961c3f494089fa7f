"""The details pane's widget."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolTip, QVBoxLayout, QWidget

from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.domain.contact import Contact
from sms_desktop.domain.conversation import Conversation, ConversationFacts
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.media import Media
from sms_desktop.domain.reception import CannotReceive, sentence
from sms_desktop.ui.details.facts import (
    consent_of,
    delivered_words,
    overtaken,
    phone_words,
    reception_words,
    region_words,
    spent_words,
)
from sms_desktop.ui.details.lookup import LookUpButton
from sms_desktop.ui.details.mediagrid import MediaGrid
from sms_desktop.ui.details.namefield import NameField
from sms_desktop.ui.details.notes import NotesEdit
from sms_desktop.ui.details.section import Row, Section
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.widgets.scrollarea import ScrollArea
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import day_and_time, unbroken

NOT_LOOKED_UP = "Not looked up"
HAS_TEXTED = "Has texted us"


class Details(QWidget):
    """Shows what it is given; the name and the notes can be changed in place."""

    renamed = Signal(str)
    notesEdited = Signal()
    notesLeft = Signal()
    mediaChosen = Signal(object)  # Media
    consentRequested = Signal()
    """Everything that is known of the consent is to be shown."""
    lookUpRequested = Signal(bool)  # whether the kind of line is to be found out, which costs
    shown = Signal()

    def __init__(self, thumbnails: Thumbnails | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._peer = ""
        self._quiet = False
        self.name_field = NameField()
        self.name_field.renamed.connect(self.renamed)
        self.notes_edit = NotesEdit()
        self.notes_edit.textChanged.connect(self._notes_changed)
        self.notes_edit.left.connect(self.notesLeft)
        self.media_grid = MediaGrid(thumbnails)
        self.media_grid.chosen.connect(self.mediaChosen)
        title = QLabel("Details")
        title.setProperty("role", "title")
        title.setFixedHeight(59)
        title.setContentsMargins(16, 0, 16, 0)
        rule = QFrame()
        rule.setProperty("role", "rule")
        body = QWidget()
        body.setProperty("role", "pane")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._build()
        self._column.addStretch(1)
        self._scroll = ScrollArea()
        self._scroll.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(title, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addWidget(rule)
        whole.addWidget(self._scroll, 1)

    def _build(self) -> None:
        contact = Section("Contact")
        self._name = contact.add_row("Name", value=self.name_field)
        copy = IconButton("copy", "Copy number", size=22, icon_size=14)
        copy.clicked.connect(self._copy)
        self._phone = contact.add_row("Phone", copy)
        self._line = contact.add_row("Line")
        self._pool = WrappedLabel(role="muted")
        self._pool.hide()
        contact.column.addWidget(self._pool)
        self._region = contact.add_row("Region")
        self.look_up = LookUpButton()
        self.look_up.chosen.connect(self.lookUpRequested)
        self._number = contact.add_row("Number", self.look_up)
        self._overtaken = WrappedLabel(role="muted")
        self._overtaken.hide()
        contact.column.addWidget(self._overtaken)
        self._texts = contact.add_row("Texts")
        consent = Section("Consent")
        self._status = consent.add_row("Status")
        self._since = consent.add_row("Since")
        self.evidence = QPushButton("Evidence and changes…")
        self.evidence.setProperty("role", "link")
        self.evidence.setStyleSheet(f"font-size: {theme().font('secondary').pixelSize()}px")
        self.evidence.clicked.connect(self.consentRequested)
        consent.column.addSpacing(4)
        consent.column.addWidget(self.evidence, 0, Qt.AlignmentFlag.AlignLeft)
        notes = Section("Notes", inset=8)  # the text, not its frame, stands in line with the rest
        notes.column.addWidget(self.notes_edit)
        margins = notes.column.contentsMargins()
        notes.column.setContentsMargins(margins.left(), margins.top(), margins.right(), 8)
        media = Section("Shared media")
        self._no_media = QLabel("Nothing shared yet")
        self._no_media.setProperty("role", "muted")
        media.column.addSpacing(2)
        media.column.addWidget(self._no_media, 0, Qt.AlignmentFlag.AlignLeft)  # which is the right under right-to-left
        media.column.addWidget(self.media_grid)
        totals = Section("This conversation")
        self._messages = totals.add_row("Messages")
        self._delivered = totals.add_row("Delivered")
        self._spent = totals.add_row("Spent")
        for section in (contact, consent, notes, media, totals):
            self._column.addWidget(section)

    # What it shows

    def show_conversation(
        self,
        conversation: Conversation,
        line: str,
        first_at: datetime | None,
        now: datetime,
        known: ConsentEvent | None = None,
        *,
        wrote: bool = True,
    ) -> None:
        """``line`` as people know it; ``first_at`` is when the first message came or went; else as ``consent_of``."""
        self._peer = conversation.peer
        consent = consent_of(conversation, first_at, now, known, wrote=wrote)
        self._phone.say(phone_words(conversation.peer))
        self._line.say(line)
        self._region.say(region_words(conversation.peer, conversation.zip))
        self._status.say(consent.word, consent.tone, bold=True)
        self._since.say(consent.since)
        self.name_field.show_name(conversation.name or "")

    def show_pool(self, sentence: str) -> None:
        """By which numbers the line texts, where it is a Messaging Service."""
        self._pool.setText(unbroken(sentence))
        self._pool.setVisible(bool(sentence))

    def show_contact(self, contact: Contact | None) -> None:
        """Notes that are being written are left alone."""
        notes = contact.notes if contact is not None else ""
        if self.notes_edit.hasFocus() or notes == self.notes:
            return
        self._quiet = True
        self.notes_edit.setPlainText(notes)
        self._quiet = False

    def show_number(
        self,
        found: Lookup | None,
        obstacle: CannotReceive | None,
        now: datetime,
        *,
        asks: bool,
        heard: datetime | None = None,
    ) -> None:
        """What was looked up of the number, and what keeps texts from it; ``asks``: it can be looked up.

        ``heard``: when it last texted, which says more than a look-up that had it for one that cannot.
        """
        self.look_up.setVisible(asks)
        texts = found is not None and found.obstacle is not None and heard is not None and obstacle is None
        self._number.say(HAS_TEXTED if texts else found.words if found is not None else NOT_LOOKED_UP if asks else "")
        self._overtaken.setText(overtaken(found, heard, now) if texts and found and heard else "")
        self._overtaken.setVisible(texts)
        if found is not None:
            self._number.setToolTip(f"Looked up {day_and_time(found.at, now)}")
        self._texts.say("" if obstacle is None else reception_words(obstacle, now), "bad", bold=True)
        self._texts.setToolTip("" if obstacle is None else sentence(obstacle))

    def show_facts(self, facts: ConversationFacts) -> None:
        self._messages.say(f"{facts.messages:,}")
        self._delivered.say(delivered_words(facts))
        self._spent.say(spent_words(facts))

    def show_media(self, media: Sequence[Media]) -> None:
        self._no_media.setVisible(not media)
        self.media_grid.setVisible(bool(media))
        self.media_grid.show_media(media)
        before: QWidget = self.notes_edit
        for tile in self.media_grid.tiles:
            QWidget.setTabOrder(before, tile)
            before = tile

    def clear(self) -> None:
        """Before another conversation's facts are known nothing of the last one may stay."""
        self.name_field.cancel()
        self._quiet = True
        self.notes_edit.setPlainText("")
        self._quiet = False
        self.show_media(())
        self._overtaken.hide()
        for row in (self._number, self._texts, self._messages, self._delivered, self._spent):
            row.say("")
        self._scroll.verticalScrollBar().setValue(0)

    @property
    def notes(self) -> str:
        return self.notes_edit.toPlainText()

    def said(self) -> dict[str, str]:
        """Every row that is shown, by its word."""
        rows: dict[str, Row] = {
            "Phone": self._phone,
            "Line": self._line,
            "Region": self._region,
            "Number": self._number,
            "Texts": self._texts,
            "Status": self._status,
            "Since": self._since,
            "Messages": self._messages,
            "Delivered": self._delivered,
            "Spent": self._spent,
        }
        return {word: row.said for word, row in rows.items() if row.said}

    # What the person does

    def _notes_changed(self) -> None:
        if not self._quiet:
            self.notesEdited.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._peer)
        QToolTip.showText(self._phone.mapToGlobal(QPoint(self._phone.width() - 60, 4)), "Copied", self._phone)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
