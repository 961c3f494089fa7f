"""Drafts on their way to the store: one after the other, and none lost when the person goes on."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from sms_desktop.domain.draft import Draft
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Message
from sms_desktop.services.drafts import Drafts
from sms_desktop.ui.tasks import Tasks

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
    """``turn`` is held while a draft is read, written or sent, so that none overtakes another."""

    def __init__(self, drafts: Drafts, tasks: Tasks) -> None:
        self._drafts, self._tasks = drafts, tasks
        self._pending: set[asyncio.Task[None]] = set()
        self._kept: dict[int, Content] = {}
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
        except BaseException:
            self._kept[conversation_id] = (body, files)
            raise
        self._kept.pop(conversation_id, None)

    async def _load(self, conversation_id: int) -> Content:
        if conversation_id in self._kept:
            return self._kept[conversation_id]
        draft: Draft | None = await self._drafts.load(conversation_id)
        return (draft.body, draft.files) if draft is not None else NOTHING
