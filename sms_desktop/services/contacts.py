"""Names and notes of the people at the other end."""

from sms_desktop.domain.contact import Contact
from sms_desktop.store import contacts
from sms_desktop.store.store import Store


class Contacts:
    """A contact comes into being with its first name or note."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def for_peer(self, peer: str) -> Contact | None:
        return await self._store.read(lambda db: contacts.for_peer(db, peer))

    async def rename(self, peer: str, name: str) -> Contact:
        """An empty ``name`` takes the name away."""
        return await self._store.do(lambda tx: contacts.rename(tx, peer, " ".join(name.split())))

    async def take_over(self, peer: str, other: str) -> None:
        """Name and notes of ``peer`` become those of ``other``, the right number of the same person, of which nothing
        is known yet.
        """
        await self._store.do(lambda tx: contacts.take_over(tx, peer, other))

    async def set_notes(self, peer: str, notes: str) -> Contact:
        return await self._store.do(lambda tx: contacts.set_notes(tx, peer, notes))
