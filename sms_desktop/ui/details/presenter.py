"""The details pane's part with the services: reads afresh when something changed, keeps names and notes."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.domain.conversation import Conversation, ConversationFacts
from sms_desktop.domain.events import (
    ConsentChanged,
    ContactChanged,
    ConversationChanged,
    LinesChanged,
    MessageAdded,
    MessageChanged,
    PastAdded,
    ReceptionChanged,
)
from sms_desktop.domain.hub import Unsubscribe
from sms_desktop.domain.phone import AddressKind, display, kind_of
from sms_desktop.services import clock
from sms_desktop.services.services import Services
from sms_desktop.ui.details.view import Details
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.words import line_name, pool_words

QUIET = 300
"""Milliseconds that changes are gathered before the totals are read again."""
NOTES_PAUSE = 500
"""Milliseconds after the last key until notes are saved."""


class DetailsPresenter(QObject):
    """Reads only while the pane can be seen. ``start`` before the first ``open``; ``flush`` before the end."""

    refreshed = Signal()  # everything shown was just read

    def __init__(self, services: Services, tasks: Tasks, view: Details) -> None:
        super().__init__(view)
        self._services, self._tasks, self._view = services, tasks, view
        self._conversation: Conversation | None = None
        self._facts: ConversationFacts | None = None
        self._consent: ConsentEvent | None = None
        self._stale = False
        self._notes_dirty = False
        self._pending: set[asyncio.Task[None]] = set()
        self._subscriptions: list[Unsubscribe] = []
        self._gather = self._timer(QUIET, self._read)
        self._notes_pause = self._timer(NOTES_PAUSE, self._save_notes)
        view.renamed.connect(self._renamed)
        view.notesEdited.connect(self._notes_edited)
        view.notesLeft.connect(self._save_notes)
        view.shown.connect(self._shown)
        view.lookUpRequested.connect(self._look_up)

    def start(self) -> None:
        hub = self._services.hub
        self._subscriptions = [
            hub.subscribe(MessageAdded, self._message),
            hub.subscribe(MessageChanged, self._message),
            hub.subscribe(PastAdded, self._past),
            hub.subscribe(ConversationChanged, self._conversation_changed),
            hub.subscribe(ContactChanged, self._contact_changed),
            hub.subscribe(ConsentChanged, self._consent_changed),
            hub.subscribe(LinesChanged, self._lines_changed),
            hub.subscribe(ReceptionChanged, self._reception_changed),
        ]

    def close(self) -> None:
        """Hears nothing more; call ``flush`` first."""
        self._gather.stop()
        self._notes_pause.stop()
        self._notes_dirty = False
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions.clear()

    async def open(self, conversation: Conversation) -> None:
        """Shows what the record says at once and the rest when it is read."""
        self._save_notes()
        if not self._is_open(conversation.id):
            self._facts = self._consent = None
            self._view.clear()
        self._conversation = conversation
        self._show()
        if self._view.isVisible():
            await self._refresh(conversation)
        else:
            self._stale = True

    async def flush(self) -> None:
        """Returns when names and notes are durable; a failure is told by the tasks."""
        self._save_notes()
        while self._pending:
            await asyncio.wait(tuple(self._pending))

    # Reading

    async def _refresh(self, conversation: Conversation) -> None:
        self._stale = False
        await self.flush()  # notes that were just written must be read back
        services = self._services
        contact = await services.contacts.for_peer(conversation.peer)
        facts = await services.conversations.facts(conversation.id)
        media = await services.conversations.media(conversation.id)
        known = await services.consents.of(conversation.line, conversation.peer)
        found = await services.numbers.known(conversation.peer)
        obstacle = await services.numbers.reception(conversation.peer)
        heard = await services.numbers.heard(conversation.peer)
        if not self._is_open(conversation.id):
            return
        self._facts, self._consent = facts, known.consent.by
        self._show()
        if not self._notes_dirty:
            self._view.show_contact(contact)
        self._view.show_facts(facts)
        self._view.show_media(media)
        asks = kind_of(conversation.peer) is AddressKind.E164
        self._view.show_number(found, obstacle, clock.now(), asks=asks, heard=heard)
        self.refreshed.emit()

    def _read(self) -> None:
        if self._conversation is None:
            return
        if self._view.isVisible():
            self._tasks.latest("details", self._refresh(self._conversation))
        else:
            self._stale = True

    def _shown(self) -> None:
        if self._stale:
            self._read()

    def _soon(self) -> None:
        if not self._gather.isActive():
            self._gather.start()

    def _show(self) -> None:
        if self._conversation is None:
            return
        line = self._services.lines.get(self._conversation.line)
        name = line_name(line) if line is not None else display(self._conversation.line)
        first_at = self._facts.first_at if self._facts is not None else None
        wrote = self._facts is None or self._facts.messages > self._facts.outbound
        self._view.show_conversation(self._conversation, name, first_at, clock.now(), self._consent, wrote=wrote)
        self._view.show_pool(pool_words(line) if line is not None and line.is_service else "")

    # What the person does

    def _renamed(self, name: str) -> None:
        if self._conversation is not None:
            self._work(self._services.contacts.rename(self._conversation.peer, name), "rename")

    def _look_up(self, pays: bool) -> None:
        if self._conversation is not None:
            self._tasks.latest("look up", self._look_up_number(self._conversation.peer, pays))

    async def _look_up_number(self, peer: str, pays: bool) -> None:
        """What goes wrong is told by the tasks."""
        self._view.look_up.setEnabled(False)
        try:
            await self._services.numbers.look_up(peer, line_type=pays)
        finally:
            self._view.look_up.setEnabled(True)
        self._soon()

    def _notes_edited(self) -> None:
        self._notes_dirty = True
        self._notes_pause.start()

    def _save_notes(self) -> None:
        if self._conversation is None or not self._notes_dirty:
            return
        self._notes_pause.stop()
        self._notes_dirty = False
        self._work(self._services.contacts.set_notes(self._conversation.peer, self._view.notes), "notes")

    def _work(self, coro: Coroutine[Any, Any, Any], name: str) -> None:
        task = self._tasks.spawn(coro, name)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    # What the hub says

    def _message(self, event: MessageAdded | MessageChanged) -> None:
        if self._is_open(event.conversation.id):
            self._conversation = event.conversation
            self._soon()

    def _past(self, event: PastAdded) -> None:
        for conversation in event.conversations:
            if self._is_open(conversation.id):
                self._conversation = conversation
                self._soon()

    def _conversation_changed(self, event: ConversationChanged) -> None:
        if self._is_open(event.conversation.id):
            self._conversation = event.conversation
            self._show()

    def _reception_changed(self, event: ReceptionChanged) -> None:
        if self._conversation is not None and self._conversation.peer == event.peer:
            self._soon()

    def _contact_changed(self, event: ContactChanged) -> None:
        if self._conversation is not None and self._conversation.peer in event.contact.numbers:
            self._soon()

    def _consent_changed(self, event: ConsentChanged) -> None:
        if self._conversation is not None and (self._conversation.line, self._conversation.peer) in event.pairs:
            self._soon()

    def _lines_changed(self, _event: LinesChanged) -> None:
        self._show()

    def _is_open(self, conversation_id: int) -> bool:
        return self._conversation is not None and self._conversation.id == conversation_id

    def _timer(self, pause: int, then: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        timer.timeout.connect(then)
        return timer
