"""Preferences and sizes; never a secret."""

import asyncio
import logging
from typing import Any

from sms_desktop.domain.errors import StoreError
from sms_desktop.store import settings
from sms_desktop.store.preferences import Preferences
from sms_desktop.store.store import Store

APPEARANCE, AUTHOR = "appearance", "author"
ARRIVAL = "arrival"
"""What the next window says once, of whichever account it is."""
PERSONAL = (APPEARANCE, AUTHOR, "enter_sends", "undo_seconds", "emoji_recent")
"""What a person chooses once for all accounts on this computer."""
_OUTSIDE = (*PERSONAL, ARRIVAL)

log = logging.getLogger(__name__)


class Settings:
    """JSON values under short keys: in this account's database, and what is the person's own beside all accounts."""

    def __init__(self, store: Store, preferences: Preferences) -> None:
        self._store, self._preferences = store, preferences
        self._turn = asyncio.Lock()

    async def load(self) -> None:
        """What earlier versions kept in each account's database becomes the person's, unless they have chosen since."""
        known = await asyncio.to_thread(self._preferences.all)
        missing = [key for key in PERSONAL if key not in known]
        if not missing:
            return
        found = await self._store.read(lambda db: {key: settings.get(db, key) for key in missing})
        taken = {key: value for key, value in found.items() if value is not None}
        if not taken:
            return
        try:
            await self._keep(taken)
        except StoreError as error:  # ``get`` finds them in the database all the same
            log.warning("preferences were not taken over: %s", error)

    async def get(self, key: str, default: Any = None) -> Any:
        return await self._store.read(
            lambda db: found if (found := self.own(key)) is not None else settings.get(db, key, default)
        )

    def own(self, key: str) -> Any:
        """What the person chose, or None. Reads a file: for the database's threads, never for the loop."""
        return self._preferences.all().get(key) if key in _OUTSIDE else None

    def author(self, db: Any) -> str:
        """Who works here, "" where nobody said; for the database's threads."""
        own = self.own(AUTHOR)
        return str((settings.get(db, AUTHOR, "") if own is None else own) or "")

    async def put(self, key: str, value: Any) -> None:
        """Raises StoreError."""
        if key in _OUTSIDE:
            await self._keep({key: value})
        else:
            await self._store.do(lambda tx: settings.put(tx, key, value))

    async def _keep(self, values: dict[str, Any]) -> None:
        async with self._turn:  # what was chosen last is written last
            await asyncio.to_thread(self._preferences.put, values)
