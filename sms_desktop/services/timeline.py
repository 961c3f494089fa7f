"""Pages of one conversation's messages."""

from sms_desktop.domain.failures import Failure, stopped
from sms_desktop.domain.history import gathered
from sms_desktop.domain.message import FAILURES, OBSTACLE, OURS, Message, Page, Status, StatusReport
from sms_desktop.domain.reception import Obstacle
from sms_desktop.store import messages
from sms_desktop.store.store import Store

PAGE = 80


class Timeline:
    """Reads only. Every page is oldest first."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def latest(self, conversation_id: int) -> Page:
        return await self._store.read(lambda db: messages.latest(db, conversation_id, PAGE))

    async def before(self, message: Message) -> Page:
        return await self._store.read(lambda db: messages.before(db, message, PAGE))

    async def after(self, message: Message) -> Page:
        return await self._store.read(lambda db: messages.after(db, message, PAGE))

    async def around(self, message: Message) -> Page:
        """A page with ``message`` near its middle."""
        return await self._store.read(lambda db: messages.around(db, message, PAGE))

    async def wants_a_look(self, conversation_id: int) -> Message | None:
        """The text in it that a person has to decide about first, or None."""
        return await self._store.read(lambda db: messages.wants_a_look(db, conversation_id))

    async def by_sid(self, sid: str) -> Message | None:
        """The message that Twilio knows as ``sid``, of whichever conversation."""
        return await self._store.read(lambda db: messages.by_sid(db, sid))

    async def why_stopped(self, message_id: str) -> Failure | None:
        """Why a message that failed without a code was stopped here before it left; None where we have not said."""
        words = await self._store.read(lambda db: messages.reports(db, message_id))
        said = next((dict(one.raw) for one in reversed(words) if one.status in FAILURES and one.source == OURS), {})
        known = said.get(OBSTACLE, "") in set(Obstacle)
        if not known and not said.get("reason"):
            return None
        return stopped(Obstacle(said[OBSTACLE]) if known else None, said.get("reason", ""))

    async def why_canceled(self, message_id: str) -> str:
        """Why a message was taken back here before it left, in the words of the store; "" where a person did that."""
        words = await self._store.read(lambda db: messages.reports(db, message_id))
        said = (dict(one.raw) for one in reversed(words) if one.status is Status.CANCELED and one.source == OURS)
        return next((one.get("reason", "") for one in said), "")

    async def reports(self, message_id: str) -> tuple[StatusReport, ...]:
        """Everything that was ever said of a message's status, oldest first; tries in vain are gathered."""
        return await self._store.read(lambda db: gathered(messages.reports(db, message_id)))
