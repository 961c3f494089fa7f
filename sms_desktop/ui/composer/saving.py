"""Drafts on their way to the store: one after the other, and none lost when the person goes on.

What the store does not take is kept in memory, and tried again until it is taken.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from sms_desktop.domain.draft import Draft
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Message
from sms_desktop.services.drafts import Drafts
from sms_desktop.ui.tasks import Tasks

log = logging.getLogger(__name__)

FIRST, LONGEST = 0.25, 1.0
"""Seconds from a save that failed to the next try, which double up to the second: once the store takes it, no draft is
in memory alone for longer than that."""

Content = tuple[str, tuple[File, ...]]
"""Body and files."""
NOTHING: Content = ("", ())


def joined(*contents: Content) -> Content:
    """All of it in this order, texts that were written apart on lines of their own."""
    bodies = "\n".join(body for body, _ in contents if body)
    return bodies, tuple(file for _, files in contents for file in files)


def content_of(message: Message) -> Content:
    """What was written."""
    return message.body, tuple(media.file for media in message.media if media.file is not None)


class Saving:
    """``turn`` is held while a draft is read, written or sent, so that none overtakes another.

    ``caught_up`` is called with the conversation whose draft could be saved at last.
    """

    def __init__(self, drafts: Drafts, tasks: Tasks, caught_up: Callable[[int], None]) -> None:
        self._drafts, self._tasks, self._caught_up = drafts, tasks, caught_up
        self._pending: set[asyncio.Task[None]] = set()
        self._kept: dict[int, Content] = {}
        self._trying: asyncio.Task[None] | None = None
        self.turn = asyncio.Lock()

    def work(self, coro: Coroutine[Any, Any, None], name: str) -> None:
        """Runs what no switch and no cancelled caller may cut short."""
        task = self._tasks.spawn(coro, name)
        self._pending.add(task)
        task.add_done_callback(self._pending.discard)

    async def settled(self) -> None:
        """Returns when nothing is under way any more; failures were told by the tasks."""
        while self._pending:
            await asyncio.wait(tuple(self._pending))

    def close(self) -> None:
        """Tries nothing again any more."""
        if self._trying is not None:
            self._trying.cancel()

    async def try_again(self) -> None:
        """One more try for each draft that is in memory alone."""
        for conversation_id in tuple(self._kept):
            async with self.turn:
                if conversation_id not in self._kept:  # it was saved or sent meanwhile
                    continue
                try:
                    await self._save(conversation_id, *self._kept[conversation_id])
                except Exception as error:  # it was told when it first failed
                    log.info("a draft still cannot be saved: %s", type(error).__name__)
                else:
                    self._caught_up(conversation_id)

    async def save(self, conversation_id: int, body: str, files: Sequence[File]) -> None:
        """Writes a draft; what the store does not take is kept in memory for ``load``."""
        async with self.turn:
            await self._save(conversation_id, body, tuple(files))

    async def add(self, conversation_id: int, body: str, files: Sequence[File]) -> None:
        """Puts ``body`` and ``files`` at the end of a draft that is not on the screen."""
        async with self.turn:
            before, attached = await self._load(conversation_id)
            await self._save(conversation_id, before + body, (*attached, *files))

    async def load(self, conversation_id: int) -> Content:
        """The draft, or nothing written."""
        async with self.turn:
            return await self._load(conversation_id)

    def forget(self, conversation_id: int) -> None:
        """What was kept in memory has been sent."""
        self._kept.pop(conversation_id, None)

    def recall(self, conversation_id: int, content: Content) -> None:
        """``content`` has come back into the stored draft; what is kept in memory, because it could not be stored,
        follows it."""
        if conversation_id in self._kept:
            self._kept[conversation_id] = joined(content, self._kept[conversation_id])

    async def _save(self, conversation_id: int, body: str, files: tuple[File, ...]) -> None:
        try:
            await self._drafts.save(conversation_id, body if body.strip() else "", files)
        except BaseException as error:
            self._kept[conversation_id] = (body, files)
            if isinstance(error, Exception) and (self._trying is None or self._trying.done()):
                self._trying = self._tasks.spawn(self._try_until_kept(), "save drafts again")
            raise
        self._kept.pop(conversation_id, None)

    async def _try_until_kept(self) -> None:
        pause = FIRST
        while self._kept:
            await asyncio.sleep(pause)
            await self.try_again()
            pause = min(2 * pause, LONGEST)

    async def _load(self, conversation_id: int) -> Content:
        if conversation_id in self._kept:
            return self._kept[conversation_id]
        draft: Draft | None = await self._drafts.load(conversation_id)
        return (draft.body, draft.files) if draft is not None else NOTHING
