"""The conversation list and what is done to a conversation as a whole."""

from collections.abc import Collection

from sms_desktop.domain.conversation import Conversation, ConversationFacts, Counts, Filter
from sms_desktop.domain.media import Media
from sms_desktop.services.clock import now
from sms_desktop.store import consent, conversations, lines
from sms_desktop.store.store import Store, Tx


class Conversations:
    """Reads pages and commits changes; listeners hear of changes through the hub."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(
        self, chosen: Filter, after: Conversation | None = None, limit: int = 60, line: str | None = None
    ) -> list[Conversation]:
        """The next ``limit`` conversations below ``after`` (those of ``line`` alone), newest first."""
        return await self._store.read(lambda db: conversations.page(db, chosen, after, limit, line))

    async def counts(self, line: str | None = None) -> Counts:
        return await self._store.read(lambda db: conversations.counts(db, line))

    async def get(self, conversation_id: int) -> Conversation | None:
        return await self._store.read(lambda db: conversations.get(db, conversation_id))

    async def open(self, line: str, peer: str) -> Conversation:
        """The conversation between ``line`` and ``peer``, made if there is none yet."""
        found = await self._store.read(lambda db: conversations.find(db, line, peer))
        if found is not None:
            return found

        def work(tx: Tx) -> Conversation:
            lines.ensure(tx, line)
            return conversations.ensure(tx, line, peer, now())

        return await self._store.do(work)

    async def prospects(self, line: str, peers: Collection[str]) -> dict[str, Conversation]:
        """What ``open`` would give for each of the peers, by peer, with nothing made; one that is not there yet has the
        number 0 and no name.
        """
        at = now()
        return await self._store.read(
            lambda db: {
                peer: conversations.find(db, line, peer) or consent.unmade(db, line, peer, at) for peer in peers
            }
        )

    async def mark_read(self, conversation_id: int) -> None:
        await self._store.do(lambda tx: conversations.mark_read(tx, conversation_id))

    async def archive(self, conversation_id: int, archived: bool) -> None:
        await self._store.do(lambda tx: conversations.set_archived(tx, conversation_id, archived))

    async def block(self, conversation_id: int, blocked: bool) -> None:
        await self._store.do(lambda tx: conversations.set_blocked(tx, conversation_id, blocked))

    async def facts(self, conversation_id: int) -> ConversationFacts:
        return await self._store.read(lambda db: conversations.facts(db, conversation_id))

    async def media(self, conversation_id: int, limit: int = 9) -> list[Media]:
        """The newest pictures and files that are on this computer."""
        return await self._store.read(lambda db: conversations.media(db, conversation_id, limit))
