"""The composer's part with the services: drafts that last, attachments, sending once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.errors import BadInput, SmsDesktopError
from sms_desktop.domain.events import ConversationChanged, LinesChanged
from sms_desktop.domain.hub import Unsubscribe
from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.services.services import Services
from sms_desktop.ui.composer.attaching import take
from sms_desktop.ui.composer.emoji import used
from sms_desktop.ui.composer.lock import Lift, lock_of
from sms_desktop.ui.composer.offer import Offer
from sms_desktop.ui.composer.saving import Content, Saving
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.tasks import Tasks

PAUSE = 250
"""Milliseconds after the last key until a draft is saved."""
LONGEST = 2000
"""Milliseconds of typing without a pause after which it is saved all the same."""


@dataclass(slots=True)
class _Submission:
    """What is on its way into the outbox; ``rest`` was written meanwhile, if the person has gone elsewhere."""

    conversation: Conversation
    body: str
    files: tuple[File, ...]
    rest: Content | None = None


class ComposerPresenter(QObject):
    """One conversation at a time. ``start`` before the first ``open``; ``flush`` before the end."""

    conversationChosen = Signal(object)  # Conversation: another line was chosen, and the text went along
    proofRequested = Signal(object)  # Conversation whose STOP is to be shown

    def __init__(self, services: Services, tasks: Tasks, view: Composer) -> None:
        super().__init__(view)
        self._services, self._tasks, self._view = services, tasks, view
        self._saving = Saving(services.drafts, tasks)
        self._conversation: Conversation | None = None
        self._visit = 0
        self._loading = False
        self._eager = False
        self._dirty = False
        self._submission: _Submission | None = None
        self._attaching = 0
        self._attach_turn = asyncio.Lock()
        self._recent_emoji: list[str] = []
        self._subscriptions: list[Unsubscribe] = []
        self._unsaved_for = QElapsedTimer()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._save_soon)
        view.refusal = self._refusal
        view.edited.connect(self._edited)
        view.left.connect(self._save_soon)
        view.sendRequested.connect(self._send)
        view.offered.connect(self._offered)
        view.lineChosen.connect(self._line_chosen)
        view.liftRequested.connect(self._lift)
        view.emojiPicked.connect(self._emoji_picked)

    def start(self) -> None:
        """Hears the hub and takes up the preferences."""
        hub = self._services.hub
        self._subscriptions = [
            hub.subscribe(ConversationChanged, self._conversation_changed),
            hub.subscribe(LinesChanged, self._lines_changed),
        ]
        self._tasks.spawn(self.apply_settings(), "composer settings")

    def close(self) -> None:
        """Hears nothing more; call ``flush`` first."""
        self._pause.stop()
        self._dirty = False
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions.clear()

    async def apply_settings(self) -> None:
        """Reads ``enter_sends`` and ``emoji_recent`` again."""
        settings = self._services.settings
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
        visit, self._loading, self._eager = self._visit, True, False
        self._view.clear_notice()
        self._view.set_content("")
        self._show()
        await self._saving.settled()
        body, files = await self._saving.load(conversation.id)
        if visit != self._visit:  # the person has gone on
            return
        self._loading = False
        # Keys may have come while it was read: they follow what was there.
        self._view.set_content(body + self._view.body, (*files, *self._view.files))
        if self._dirty:
            self._pause.start(PAUSE)
        if self._eager and not body and not files:  # else they have not seen all that would be sent
            self._send()

    async def flush(self) -> None:
        """Returns when everything written is durable or in the outbox; a failure is told by the tasks."""
        self._save_soon()
        await self._saving.settled()
        self._save_soon()  # what a submission left behind
        await self._saving.settled()

    # Drafts

    def _edited(self) -> None:
        if not self._dirty:
            self._dirty = True
            self._unsaved_for.start()
        if self._unsaved_for.elapsed() < LONGEST - PAUSE or not self._pause.isActive():
            self._pause.start(PAUSE)

    def _save_soon(self) -> None:
        """Starts to save what is unsaved; while a draft is read or a message is submitted, that comes first."""
        if self._conversation is None or not self._dirty or self._submission is not None or self._loading:
            return
        self._pause.stop()
        self._dirty = False
        self._saving.work(self._save(self._conversation.id, self._view.body, self._view.files), "save draft")

    async def _save(self, conversation_id: int, body: str, files: Sequence[File]) -> None:
        try:
            await self._saving.save(conversation_id, body, files)
        except BaseException:
            self._dirty = self._dirty or self._is_open(conversation_id)
            raise

    def _leave(self) -> None:
        """Starts to keep what the conversation that is being left holds; a submission sees to its own."""
        if self._conversation is None:
            return
        identity, submission = self._conversation.id, self._submission
        if submission is not None and submission.conversation.id == identity:
            submission.rest = self._rest_of(submission)
        elif self._loading and self._dirty:
            self._saving.work(self._saving.add(identity, self._view.body, self._view.files), "save draft")
        else:
            self._save_soon()
        self._pause.stop()
        self._dirty = False

    # Sending

    def _refusal(self, body: str, files: Sequence[File]) -> str:
        if self._conversation is None:
            return "Open a conversation first."
        try:
            self._services.outbox.check(body, files, self._conversation.line)
        except BadInput as error:
            return str(error)
        return ""

    def _busy(self) -> str:
        if self._submission is not None:
            return "The message is on its way to the outbox."
        return "The attachments are being read." if self._attaching else ""

    def _send(self) -> None:
        conversation, view = self._conversation, self._view
        if conversation is None or self._submission is not None or self._attaching:
            return
        self._eager = self._loading  # Enter came while the draft is read: it counts as soon as that is here
        if self._loading:
            return
        self._pause.stop()
        self._submission = _Submission(conversation, view.body, view.files)
        view.clear_notice()
        view.set_busy(self._busy())
        view.editor.setFocus()
        self._saving.work(self._submit(self._submission), "send")

    async def _submit(self, submission: _Submission) -> None:
        error = "The message could not be put into the outbox."
        try:
            async with self._saving.turn:  # a draft that is being saved must not come after it was cleared
                identity = submission.conversation.id
                await self._services.outbox.submit(identity, submission.body, submission.files)
            error = ""
        except SmsDesktopError as refused:
            error = str(refused)
        finally:
            self._submission = None
            self._view.set_busy(self._busy())
            if submission.rest is None:
                self._settle(submission, error)
        if submission.rest is not None:
            await self._settle_elsewhere(submission, submission.rest, error)

    def _settle(self, submission: _Submission, error: str) -> None:
        """The conversation is still open: an empty field, or the reason and everything as it was."""
        if error:
            self._view.show_notice(error)
            self._dirty = True
        else:
            body, files = self._rest_of(submission)
            self._view.set_content(body, files)
            self._dirty = bool(body or files)
        if self._dirty:
            self._pause.start(PAUSE)

    async def _settle_elsewhere(self, submission: _Submission, rest: Content, error: str) -> None:
        """The person has gone on meanwhile: what is left of it becomes the draft."""
        identity, (body, files) = submission.conversation.id, rest
        if error:
            body, files = submission.body + body, (*submission.files, *files)
        if body or files:
            await self._saving.save(identity, body, files)
            if self._is_open(identity) and not self._loading:  # they are back, and the draft was read before
                self._view.set_content(body + self._view.body, (*files, *self._view.files))
        if error:
            raise BadInput(error)

    def _rest_of(self, submission: _Submission) -> Content:
        """What the view holds beyond what is being sent."""
        files = tuple(file for file in self._view.files if file not in submission.files)
        body = self._view.body
        if body.startswith(submission.body):
            return body[len(submission.body) :].lstrip("\n"), files
        return ("" if body.strip() == submission.body.strip() else body), files

    # Attachments

    def _offered(self, offer: Offer) -> None:
        if self._conversation is None:
            return
        self._attaching += 1
        self._view.set_busy(self._busy())
        self._view.clear_notice()
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
            self._attaching -= 1
            self._view.set_busy(self._busy())
        if elsewhere:
            await self._saving.add(conversation_id, "", elsewhere)
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
        body, files = self._view.body, self._view.files
        if self._is_open(before.id) and waiting == ("", ()) and (body.strip() or files):
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
        elif lift is Lift.UNBLOCK:
            self._tasks.spawn(self._services.conversations.block(self._conversation.id, False), "unblock")

    def _emoji_picked(self, emoji: str) -> None:
        self._recent_emoji = used(emoji, self._recent_emoji)
        self._view.set_recent_emoji(self._recent_emoji)
        self._tasks.spawn(self._services.settings.put("emoji_recent", self._recent_emoji), "recent emoji")

    # What the hub says

    def _conversation_changed(self, event: ConversationChanged) -> None:
        if self._is_open(event.conversation.id):
            self._conversation = event.conversation
            self._show()

    def _lines_changed(self, _event: LinesChanged) -> None:
        self._show()

    def _show(self) -> None:
        if self._conversation is None:
            return
        lines = self._services.lines.known()
        self._view.show_lines(lines, self._conversation.line)
        self._view.show_lock(lock_of(self._conversation, lines, datetime.now(UTC)))

    def _is_open(self, conversation_id: int) -> bool:
        return self._conversation is not None and self._conversation.id == conversation_id
