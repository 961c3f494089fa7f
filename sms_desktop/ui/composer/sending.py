"""From the box into the outbox: one message after the other, each once, and back again when one is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Message
from sms_desktop.domain.night import When
from sms_desktop.services.outbox import Outbox
from sms_desktop.ui.composer.saving import NOTHING, Content, Saving, content_of, joined


@dataclass(frozen=True, slots=True, eq=False)
class _Submission:
    """``beside_draft``: written while the draft was still being read, so the draft is not part of it and stays.

    ``anyway`` and ``when``: what the person decided of it, as ``Outbox.submit`` has them.
    """

    conversation_id: int
    body: str
    files: tuple[File, ...]
    beside_draft: bool
    anyway: bool = False
    when: When | None = None


@dataclass(frozen=True, slots=True)
class _Left:
    """What the box held when the person went elsewhere; ``whole`` unless a stored draft comes before it."""

    content: Content
    whole: bool


class Sending:
    """Messages that were taken out of the box, in the order of Enter, until they are in the outbox.

    While ``holds`` is true of a conversation its draft must not be saved: the stored one stands for what is on its
    way, and the outbox clears it in the transaction that queues the message. ``settled(id, back, error)`` tells how
    each went whose conversation was not left meanwhile; ``back`` is what was refused and all that was taken after
    it. Where the person has gone on, what comes back and what was left become the draft, and the error is raised in
    the task.
    """

    def __init__(
        self, outbox: Outbox, saving: Saving, settled: Callable[[int, Content, Exception | None], None]
    ) -> None:
        self.hold = 0.0
        """Seconds for which what is sent can be undone."""
        self.last: dict[int, Message] = {}
        """The message that each conversation was last sent."""
        self._outbox, self._saving, self._settled = outbox, saving, settled
        self._queue: list[_Submission] = []
        self._left: dict[int, _Left] = {}

    def holds(self, conversation_id: int) -> bool:
        """Whether something of it is on its way."""
        return any(submission.conversation_id == conversation_id for submission in self._queue)

    def take(
        self,
        conversation_id: int,
        content: Content,
        *,
        beside_draft: bool = False,
        anyway: bool = False,
        when: When | None = None,
    ) -> None:
        """Queues what was in the box; from here on it is this object's to keep."""
        submission = _Submission(conversation_id, *content, beside_draft, anyway, when)
        self._queue.append(submission)
        self._saving.work(self._submit(submission), "send")

    def leave(self, conversation_id: int, content: Content, *, whole: bool) -> None:
        """Keeps what the box holds of a conversation with something on its way, for the person goes elsewhere."""
        before = self._left.get(conversation_id)
        if before is not None:
            content, whole = joined(before.content, content), before.whole
        self._left[conversation_id] = _Left(content, whole)

    async def add(self, conversation_id: int, content: Content) -> None:
        """Puts ``content`` at the end of what is written in a conversation that is not on the screen."""
        if conversation_id in self._left:
            self.leave(conversation_id, content, whole=False)
        else:
            await self._saving.add(conversation_id, *content)

    async def last_of(self, conversation_id: int) -> Message | None:
        """What the conversation was last sent, once all that was taken out of the box is in the outbox."""
        async with self._saving.turn:
            return self.last.get(conversation_id)

    async def message(self, message_id: str) -> Message | None:
        """One that was sent before, as it now is."""
        return await self._outbox.message(message_id)

    async def undo(self, message_id: str) -> Message:
        """Takes a message back into the draft of its conversation. Raises BadInput where it is too late."""
        async with self._saving.turn:
            message = await self._outbox.undo(message_id)
            self.last.pop(message.conversation_id, None)
            self._saving.recall(message.conversation_id, content_of(message))
            return message

    async def _submit(self, submission: _Submission) -> None:
        identity, back = submission.conversation_id, NOTHING
        error: Exception | None = None
        async with self._saving.turn:  # given in the order of asking, which is that of Enter
            if submission not in self._queue:  # it came back together with one before it
                return
            try:
                message = await self._outbox.submit(
                    identity,
                    submission.body,
                    submission.files,
                    hold=self.hold,
                    keep_draft=submission.beside_draft,
                    anyway=submission.anyway,
                    when=submission.when,
                )
                self.last[identity] = message
                self._queue.remove(submission)
                if not submission.beside_draft:
                    self._saving.forget(identity)
            except Exception as failure:  # whatever it was, what the person wrote comes back
                error, back = failure, self._recalled(identity)
            left = None if self.holds(identity) else self._left.pop(identity, None)
            if left is None and identity not in self._left:
                self._settled(identity, back, error)
        if left is not None:
            await self._put_away(identity, left, back, error)
        if error is not None and (left is not None or not isinstance(error, SmsDesktopError)):
            raise error

    def _recalled(self, conversation_id: int) -> Content:
        """Everything of the conversation, out of the queue again: the rest must not overtake what was refused."""
        back = [submission for submission in self._queue if submission.conversation_id == conversation_id]
        self._queue = [submission for submission in self._queue if submission not in back]
        return joined(*((submission.body, submission.files) for submission in back))

    async def _put_away(self, conversation_id: int, left: _Left, back: Content, error: Exception | None) -> None:
        content = joined(back, left.content)
        try:
            if left.whole:
                await self._saving.save(conversation_id, *content)
            elif content != NOTHING:
                await self._saving.add(conversation_id, *content)
        except Exception:  # it is kept in memory; why the message was refused is told first
            if error is None:
                raise
