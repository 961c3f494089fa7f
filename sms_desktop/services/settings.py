"""Preferences and sizes; never a secret."""

from typing import Any

from sms_desktop.store import settings
from sms_desktop.store.store import Store


class Settings:
    """JSON values under short keys."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, key: str, default: Any = None) -> Any:
        return await self._store.read(lambda db: settings.get(db, key, default))

    async def put(self, key: str, value: Any) -> None:
        await self._store.do(lambda tx: settings.put(tx, key, value))
