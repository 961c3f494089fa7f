"""The composer's part with the services: drafts that last, attachments, sending once."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.consent import ConsentEvent, Question
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.errors import BadInput, NightThere, NotReached, SmsDesktopError, StoreError
from sms_desktop.domain.events import (
    ConnectionChanged,
    ConsentChanged,
    ConversationChanged,
    LinesChanged,
    MessageAdded,
    MessageChanged,
    PastAdded,
    ReceptionChanged,
    RegistrationsChanged,
)
from sms_desktop.domain.hub import Unsubscribe
from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.domain.message import DECIDABLE, Direction, Message
from sms_desktop.domain.reception import CannotReceive
from sms_desktop.services import clock
from sms_desktop.services.services import Services
from sms_desktop.ui.composer.asking import Asking, Decided, Earlier
from sms_desktop.ui.composer.attaching import take
from sms_desktop.ui.composer.cautioning import Cautioning
from sms_desktop.ui.composer.emoji import used
from sms_desktop.ui.composer.lock import Lift, lock_of
from sms_desktop.ui.composer.offer import Offer
from sms_desktop.ui.composer.saving import NOTHING, Content, Saving, content_of, joined
from sms_desktop.ui.composer.sending import Sending
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.consent.sentences import NOT_MEANT, OPT_OUT, question_said
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.words import clock as clock_time

NOT_CONNECTED = "This account is not connected. Messages wait in the outbox until it is."
PAUSE = 250
"""Milliseconds after the last key until a draft is saved."""
LONGEST = 2000
"""Milliseconds of typing without a pause after which it is saved all the same."""
UNDO_KEY = "undo_seconds"
"""The setting that holds for how long what is sent can be undone."""
UNDO_SECONDS = 5
LONGEST_UNDO = 60.0
STOP, NO = "stop", "no"
WORKS_AGAIN = (
    "This was not sent at {clock}, because SMS Desktop could not save it then. It can save again now: press Send."
)
FIRST_WHETHER_TO_STOP = "Say first whether they asked you to stop."
_UNKNOWN = "The message could not be put into the outbox."


class ComposerPresenter(QObject):
    """One conversation at a time. ``start`` before the first ``open``; ``flush`` before the end."""

    conversationChosen = Signal(object)  # Conversation: another line was chosen, and the text went along
    proofRequested = Signal(object)  # Conversation whose STOP is to be shown
    consentRequested = Signal(object)  # Conversation of which all that is known of the consent is to be shown
    registrationWanted = Signal(str)  # the line whose registration is to be looked at
    askedOf = Signal(str)  # id of the earlier text that is asked about here, "" where none is
    numberDoubted = Signal(object)  # Conversation whose number is to be looked at again

    def __init__(self, services: Services, tasks: Tasks, view: Composer) -> None:
        super().__init__(view)
        self._services, self._tasks, self._view = services, tasks, view
        self._saving = Saving(services.drafts, tasks, self._saved_at_last)
        self._conversation: Conversation | None = None
        self._visit = 0
        self._loading = False
        self._dirty = False
        self._sending = Sending(services.outbox, self._saving, self._settled)
        self._trouble: SmsDesktopError | None = None
        self._passes_with_a_save = False
        self._refused_at: datetime | None = None
        """When the store did not take what was sent, and has taken nothing since."""
        self._attaching: Counter[int] = Counter()
        self._attach_turn = asyncio.Lock()
        self._recent_emoji: list[str] = []
        self._subscriptions: list[Unsubscribe] = []
        self._unsaved_for = QElapsedTimer()
        self._asking = Asking(view)
        self._cautioning = Cautioning(view)
        self._question: Question | None = None
        self._earlier = ""
        self._asked = ("", "", "", "")
        """What is asked, and what is to be done about it, as it was measured."""
        self._opted_out_by: ConsentEvent | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._save_soon)
        view.refusal = self._refusal
        view.edited.connect(self._edited)
        view.left.connect(self._save_soon)
        view.sendRequested.connect(self._send)
        view.undoRequested.connect(self._undo_last)
        view.offered.connect(self._offered)
        view.lineChosen.connect(self._line_chosen)
        view.liftRequested.connect(self._lift)
        view.emojiPicked.connect(self._emoji_picked)
        view.consent.answered.connect(self._answer)
        self._asking.decided.connect(self._decided)
        self._asking.numberDoubted.connect(self._doubt_number)
        self._asking.nightAged.connect(self._look_at_night)
        self._asking.changed.connect(self._ask_one)
        self._cautioning.decided.connect(self._decided)
        self._cautioning.registrationWanted.connect(self._want_registration)
        view.registration.clicked.connect(self._want_registration)

    def start(self) -> None:
        """Hears the hub and takes up the preferences."""
        hub = self._services.hub
        self._subscriptions = [
            hub.subscribe(ConversationChanged, self._conversation_changed),
            hub.subscribe(ConsentChanged, self._consent_changed),
            hub.subscribe(LinesChanged, self._lines_changed),
            hub.subscribe(ConnectionChanged, self._connection_changed),
            hub.subscribe(ReceptionChanged, self._reception_changed),
            hub.subscribe(MessageAdded, self._message_added),
            hub.subscribe(MessageChanged, self._message_changed),
            hub.subscribe(PastAdded, self._past_added),
            hub.subscribe(RegistrationsChanged, lambda event: self._show_registration()),
        ]
        self._show_standing()
        self._tasks.spawn(self.apply_settings(), "composer settings")

    def close(self) -> None:
        """Hears nothing more; call ``flush`` first."""
        self._pause.stop()
        self._asking.drop()
        self._saving.close()
        self._dirty = False
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions.clear()

    async def apply_settings(self) -> None:
        """Reads ``enter_sends``, ``undo_seconds`` and ``emoji_recent`` again."""
        settings = self._services.settings
        self._sending.hold = undo_seconds(await settings.get(UNDO_KEY, UNDO_SECONDS))
        self._view.editor.enter_sends = bool(await settings.get("enter_sends", True))
        recent = await settings.get("emoji_recent", [])
        self._recent_emoji = [emoji for emoji in recent if isinstance(emoji, str)]
        self._view.set_recent_emoji(self._recent_emoji)

    async def open(self, conversation: Conversation) -> None:
        """Shows ``conversation`` at once, keeps what was written in the one before, then brings the draft."""
        if self._is_open(conversation.id) and not self._loading:
            self._conversation = conversation
            self._show()
            return
        self._leave()
        self._conversation = conversation
        self._visit += 1
        visit, self._loading = self._visit, True
        self._view.clear_notice()
        self._trouble = self._refused_at = None
        self._question = None  # which is the former one’s
        self._asking.clear()
        self._cautioning.clear()
        self._view.set_content("")
        self._view.set_busy(self._busy())
        self._show_question(None)
        self._opted_out_by = None
        self._show()
        await self._saving.settled()
        body, files = await self._saving.load(conversation.id)
        if visit != self._visit:  # the person has gone on
            return
        self._tasks.latest("consent question", self._look_for_question(conversation))
        self._loading = False
        # Keys may have come while it was read: they follow what was there.
        self._view.set_content(body + self._view.body, (*files, *self._view.files))
        if self._dirty:
            self._pause.start(PAUSE)
        obstacle = await self._services.numbers.reception(conversation.peer)
        if visit == self._visit:
            self._show_obstacle(obstacle)

    def shows(self, conversation_id: int) -> bool:
        """Whether what is typed goes to that conversation."""
        return self._is_open(conversation_id)

    async def flush(self) -> None:
        """Returns when everything written is durable or in the outbox; what failed is told."""
        self._save_soon()
        await self._saving.settled()
        self._save_soon()  # what was written behind a message, or came back
        await self._saving.settled()
        await self._saving.try_again()

    # Drafts

    def _edited(self) -> None:
        if not self._view.body.strip() and not self._view.files:
            self._cautioning.emptied()
        if not self._dirty:
            self._dirty = True
            self._unsaved_for.start()
        if isinstance(self._trouble, StoreError):
            self._passes_with_a_save = True
        if self._unsaved_for.elapsed() < LONGEST - PAUSE or not self._pause.isActive():
            self._pause.start(PAUSE)

    def _save_soon(self) -> None:
        """Starts to save what is unsaved; while a draft is read or a message is on its way, that comes first."""
        if self._conversation is None or not self._dirty or self._loading:
            return
        if self._sending.holds(self._conversation.id):
            return
        self._pause.stop()
        self._dirty = False
        self._saving.work(self._save(self._conversation.id, self._view.body, self._view.files), "save draft")

    async def _save(self, conversation_id: int, body: str, files: Sequence[File]) -> None:
        try:
            await self._saving.save(conversation_id, body, files)
        except BaseException as error:
            if not self._is_open(conversation_id):
                raise
            self._dirty = True
            if not isinstance(error, SmsDesktopError):
                raise
            if self._trouble is None or self._passes_with_a_save:  # else it stands there why a text came back
                self._tell(error, passes_with_a_save=True)
        else:
            self._saved_at_last(conversation_id)

    def _saved_at_last(self, conversation_id: int) -> None:
        if not self._is_open(conversation_id):
            return
        if self._passes_with_a_save:
            self._calm()
        elif self._refused_at is not None:
            self._ease(self._refused_at)

    def _leave(self) -> None:
        """Starts to keep what the conversation that is being left holds."""
        if self._conversation is None:
            return
        identity = self._conversation.id
        if self._sending.holds(identity):
            self._sending.leave(identity, self._content, whole=not self._loading)
        elif self._loading and self._dirty:
            self._saving.work(self._saving.add(identity, *self._content), "save draft")
        else:
            self._save_soon()
        self._pause.stop()
        self._dirty = False

    @property
    def _content(self) -> Content:
        return self._view.body, self._view.files

    # Sending

    def _refusal(self, body: str, files: Sequence[File]) -> str:
        if self._conversation is None:
            return "Open a conversation first."
        try:
            self._services.outbox.check(body, files, self._conversation.line)
        except BadInput as error:
            return str(error)
        refusal = self._asking.refusal or self._cautioning.refusal
        return FIRST_WHETHER_TO_STOP if refusal and self._view.consent.asked else refusal

    def _busy(self) -> str:
        reading = self._conversation is not None and self._attaching[self._conversation.id]
        return "The attachments are being read." if reading else ""

    def _send(self) -> None:
        """Takes what is in the box out of it at once: what is typed next is the next message.

        Of a draft that is still being read the person has seen nothing, so it does not go out with it.
        """
        conversation, content = self._conversation, self._content
        if conversation is None or self._busy() or self._refusal(*content):
            return
        self._pause.stop()
        self._dirty = False
        self._view.clear_notice()
        self._trouble = self._refused_at = None
        self._view.editor.setFocus()
        self._view.set_content(*NOTHING)
        anyway, when = self._asking.take()
        self._cautioning.take()
        self._sending.take(conversation.id, content, beside_draft=self._loading, anyway=anyway, when=when)

    def _settled(self, conversation_id: int, back: Content, error: Exception | None) -> None:
        """A message of the open conversation is in the outbox; or what comes ``back`` stands before what is there."""
        if error is None:
            self._calm()
        else:
            self._view.set_content(*joined(back, self._content))
            self._dirty = True
            if isinstance(error, NotReached | NightThere):
                self._cautioning.came_back()
                self._asking.ask(error)
            else:
                self._tell(error if isinstance(error, SmsDesktopError) else SmsDesktopError(_UNKNOWN))
                self._refused_at = clock.now() if isinstance(error, StoreError) else None
        if self._dirty and not self._sending.holds(conversation_id):
            self._pause.start(PAUSE)

    def decide(self, message: Message, error: SmsDesktopError, then: Decided) -> None:
        """Asks what ``error`` leaves to the person of a text that failed, unless they have gone on or nothing can be
        sent; ``then`` does it with the answer.
        """
        here = self._is_open(message.conversation_id) and not self._view.is_locked
        if here and isinstance(error, NotReached | NightThere):
            self._asking.ask(error, Earlier(message, then))

    def _decided(self) -> None:
        """What is in the box goes as was decided, or it is said why not."""
        self._view.measure()
        self._view.editor.setFocus()
        if self._asking.asks_of_night or not self._cautioning.refusal:  # else that is what is asked next
            self._view.request_send()

    def _look_at_night(self) -> None:
        """Time has passed, or they wrote: whether it is still to be asked, and how late it is there by now."""
        if self._asking.asks_of_night and self._conversation is not None:
            self._tasks.latest("night question", self._ask_night_anew(self._conversation.id))

    async def _ask_night_anew(self, conversation_id: int) -> None:
        night = await self._services.outbox.night_there(conversation_id)
        if self._is_open(conversation_id):
            self._asking.renew(night)

    def _want_registration(self) -> None:
        if self._conversation is not None:
            self.registrationWanted.emit(self._conversation.line)

    def _doubt_number(self) -> None:
        if self._conversation is not None:
            self.numberDoubted.emit(self._conversation)

    def undo(self, message_id: str) -> None:
        """Takes back a message that is still kept back: it is written again, before what is written by now."""
        self._saving.work(self._undo(message_id), "undo")

    def write_anew(self, message_id: str) -> None:
        """What was written is written again, before what is written by now, with those of its files that are here."""
        self._saving.work(self._write_anew(message_id), "write anew")

    async def _write_anew(self, message_id: str) -> None:
        message = await self._sending.message(message_id)
        if message is not None:
            self._put_before(message)

    def _undo_last(self) -> None:
        """Of the open conversation; where nothing is kept back there is nothing to undo."""
        if self._conversation is not None:
            self._saving.work(self._undo_last_of(self._conversation.id), "undo")

    async def _undo_last_of(self, conversation_id: int) -> None:
        last = await self._sending.last_of(conversation_id)
        if last is not None and last.held_until is not None and clock.now() < last.held_until:
            await self._undo(last.id)

    async def _undo(self, message_id: str) -> None:
        try:
            message = await self._sending.undo(message_id)
        except BadInput as error:
            self._tell(error)
            return
        self._put_before(message)

    def _put_before(self, message: Message) -> None:
        if self._is_open(message.conversation_id) and not self._loading:
            self._view.set_content(*joined(content_of(message), self._content))
            self._view.editor.setFocus()
            self._dirty = True
            self._pause.start(PAUSE)

    def _tell(self, error: SmsDesktopError, *, passes_with_a_save: bool = False) -> None:
        """Shows why something failed, until it works; a refused message is not forgotten by saving its own text."""
        self._trouble, self._passes_with_a_save, self._refused_at = error, passes_with_a_save, None
        self._view.show_notice(str(error))

    def _ease(self, refused_at: datetime) -> None:
        """The store takes again what it did not take then: the text that came back has only to be sent."""
        if self._trouble is not None and self._view.notice == str(self._trouble):
            self._trouble = StoreError(WORKS_AGAIN.format(clock=clock_time(refused_at)))
            self._view.show_notice(str(self._trouble), "warn")
        self._refused_at = None

    def _calm(self) -> None:
        """What failed before works again."""
        if self._trouble is not None and self._view.notice == str(self._trouble):
            self._view.clear_notice()
        self._trouble, self._passes_with_a_save, self._refused_at = None, False, None

    # Attachments

    def _offered(self, offer: Offer) -> None:
        if self._conversation is None:
            return
        self._attaching[self._conversation.id] += 1
        self._view.clear_notice()
        self._view.set_busy(self._busy())
        self._view.editor.setFocus()
        self._saving.work(self._attach(self._conversation.id, offer), "attach")

    async def _attach(self, conversation_id: int, offer: Offer) -> None:
        """Files go where they were offered, even if another conversation is open by then."""
        elsewhere: list[File] = []

        def already() -> tuple[File, ...]:
            return self._view.files if self._is_open(conversation_id) else tuple(elsewhere)

        def taken(file: File) -> None:
            if self._is_open(conversation_id):
                self._view.add_file(file)
            else:
                elsewhere.append(file)

        try:
            async with self._attach_turn:
                refused = await take(offer, self._services.media, already, taken)
        finally:
            self._attaching[conversation_id] -= 1
            self._view.set_busy(self._busy())
        if elsewhere:
            await self._sending.add(conversation_id, ("", tuple(elsewhere)))
        if refused and self._is_open(conversation_id):
            self._view.show_notice(" ".join(refused))

    # What else the person does

    def _line_chosen(self, line: Line) -> None:
        if self._conversation is not None:
            self._tasks.latest("choose line", self._move(self._conversation, line))

    async def _move(self, before: Conversation, line: Line) -> None:
        """Another line is another conversation; what is written goes along unless something waits there already."""
        await self.flush()
        other = await self._services.conversations.open(line.address, before.peer)
        waiting = await self._saving.load(other.id)
        body, files = self._content
        if self._is_open(before.id) and waiting == NOTHING and (body.strip() or files):
            await self._saving.save(other.id, body, files)
            await self._saving.save(before.id, "", ())
            if self._is_open(before.id):
                self._view.set_content("")
                self._dirty = False
        self.conversationChosen.emit(other)

    def _lift(self, lift: Lift) -> None:
        if self._conversation is None:
            return
        if lift is Lift.PROOF:
            self.proofRequested.emit(self._conversation)
        elif lift is Lift.CONSENT:
            self.consentRequested.emit(self._conversation)
        elif lift is Lift.UNBLOCK:
            self._tasks.spawn(self._services.conversations.block(self._conversation.id, False), "unblock")

    # Whether they asked us to stop

    async def _look_for_question(self, conversation: Conversation) -> None:
        known = await self._services.consents.of(conversation.line, conversation.peer)
        if self._is_open(conversation.id):
            self._opted_out_by = known.consent.by if known.consent.is_out else None
            self._show_lock()
            self._show_question(known.question)

    def _show_question(self, question: Question | None) -> None:
        if question is not None and question != self._question:
            self._asking.drop()  # what is asked of a text can be asked again; they may want none
        self._question = question
        self._ask_one()

    def _ask_one(self) -> None:
        """One question at a time: first what came of a text that was to be sent just now, then whether they want
        texts at all, then what else speaks against them.
        """
        question = self._question
        self._asking.step_aside(question is not None)
        self._cautioning.step_aside(question is not None or self._asking.comes_first)
        if question is not None and self._conversation is not None and not self._asking.has_come_up:
            answers = [(STOP, OPT_OUT), (NO, NOT_MEANT)]
            self._view.consent.ask(question_said(question, self._conversation), answers)
        else:
            self._view.consent.hide()
        earlier = self._asking.earlier.id if self._asking.earlier is not None else ""
        if earlier != self._earlier:
            self._earlier = earlier
            self.askedOf.emit(earlier)
        asked = (earlier, self._view.consent.asked, self._asking.refusal, self._cautioning.refusal)
        if asked != self._asked:  # else each key would measure once more
            self._asked = asked
            self._view.measure()

    def _answer(self, answer: str) -> None:
        if self._question is not None and self._conversation is not None:
            self._view.consent.hold(True)
            answering = self._answer_question(self._conversation, self._question, answer == STOP)
            self._tasks.spawn(answering, "answer")

    async def _answer_question(self, conversation: Conversation, question: Question, stop: bool) -> None:
        """Until it is known what is to be asked now, no other answer can be given."""
        try:
            await self._services.consents.answer(question, stop=stop)
            await self._look_for_question(conversation)
        except SmsDesktopError as error:
            self._tell(error)
        finally:
            self._view.consent.hold(False)

    def _emoji_picked(self, emoji: str) -> None:
        self._recent_emoji = used(emoji, self._recent_emoji)
        self._view.set_recent_emoji(self._recent_emoji)
        self._tasks.spawn(self._services.settings.put("emoji_recent", self._recent_emoji), "recent emoji")

    # What the hub says

    def _conversation_changed(self, event: ConversationChanged) -> None:
        if self._is_open(event.conversation.id):
            self._conversation = event.conversation
            self._show()

    def _consent_changed(self, event: ConsentChanged) -> None:
        conversation = self._conversation
        if conversation is not None and (conversation.line, conversation.peer) in event.pairs:
            self._tasks.latest("consent question", self._look_for_question(conversation))

    def _lines_changed(self, _event: LinesChanged) -> None:
        self._show()

    def _reception_changed(self, event: ReceptionChanged) -> None:
        if self._conversation is not None and self._conversation.peer == event.peer:
            self._show_obstacle(event.obstacle)

    def _message_added(self, event: MessageAdded) -> None:
        message, earlier = event.message, self._asking.earlier
        if earlier is not None and message.retry_of == earlier.id:
            self._asking.forget(earlier)
        theirs = self._conversation is not None and message.peer == self._conversation.peer
        if theirs and message.direction is Direction.INBOUND:
            self._look_at_night()

    def _message_changed(self, event: MessageChanged) -> None:
        if event.message.status not in DECIDABLE:  # it arrived after all, or is known by now to have been sent
            self._asking.forget(event.message)

    def _past_added(self, event: PastAdded) -> None:
        peer = self._conversation.peer if self._conversation is not None else None
        if any(conversation.peer == peer for conversation in event.conversations):
            self._look_at_night()

    def _show_obstacle(self, obstacle: CannotReceive | None) -> None:
        self._asking.set_obstacle(obstacle)
        self._view.measure()

    def _connection_changed(self, _event: ConnectionChanged) -> None:
        self._show_standing()

    def _show_standing(self) -> None:
        away = self._services.account.home is CredentialHome.NONE and self._services.connection.refusal
        self._view.show_standing(NOT_CONNECTED if away else "")

    def _show(self) -> None:
        if self._conversation is None:
            return
        lines = self._services.lines.known()
        self._view.show_lines(lines, self._conversation.line)
        self._show_lock()
        self._show_registration()

    def _show_lock(self) -> None:
        conversation, services = self._conversation, self._services
        if conversation is None:
            return
        mute = [line for line in services.lines.offered() if not line.can_text]
        lines = (*services.lines.known(), *mute)
        lock = lock_of(conversation, lines, clock.now(), self._opted_out_by)
        if lock is not None:
            self._asking.drop()
        self._view.show_lock(lock)

    def _show_registration(self) -> None:
        """How the line is registered, and what that means for a text to this person."""
        conversation, registrations = self._conversation, self._services.registrations
        if conversation is None:
            return
        line = self._services.lines.get(conversation.line)
        self._view.registration.show_report(registrations.report(line) if line is not None else None)
        self._cautioning.set_caution(registrations.caution(conversation.line, conversation.peer))
        self._view.measure()

    def _is_open(self, conversation_id: int) -> bool:
        return self._conversation is not None and self._conversation.id == conversation_id


def undo_seconds(kept: object) -> float:
    """The setting as it is meant; what makes no sense is what is usual."""
    if isinstance(kept, bool) or not isinstance(kept, int | float) or not 0 <= kept <= LONGEST_UNDO:
        return UNDO_SECONDS
    return float(kept)
