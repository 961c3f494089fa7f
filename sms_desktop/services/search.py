"""Search across everything."""

from sms_desktop.domain.hit import Hit
from sms_desktop.store import search
from sms_desktop.store.store import Store


class Search:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, text: str, limit: int = 50) -> list[Hit]:
        """People first, then messages, newest first."""
        return await self._store.read(lambda db: search.find(db, text, limit))
