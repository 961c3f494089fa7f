"""What is typed but not sent."""

from collections.abc import Sequence

from sms_desktop.domain.draft import Draft
from sms_desktop.domain.media import File
from sms_desktop.services.clock import now
from sms_desktop.store import drafts
from sms_desktop.store.store import Store


class Drafts:
    """One a conversation, durable as soon as ``save`` returns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load(self, conversation_id: int) -> Draft | None:
        return await self._store.read(lambda db: drafts.load(db, conversation_id))

    async def save(self, conversation_id: int, body: str, files: Sequence[File]) -> None:
        """Keeps the draft; an empty one is forgotten."""
        await self._store.do(lambda tx: drafts.save(tx, conversation_id, body, files, now()))
