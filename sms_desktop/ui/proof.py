"""Where the opt-out lies that a conversation shows."""

from sms_desktop.domain.consent import SPOKEN, Wish, wish_of
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.message import Message
from sms_desktop.services.services import Services


async def find_proof(services: Services, conversation: Conversation) -> Message | None:
    """The message with which the peer opted out, which may be to another line of the same service; where a refusal
    told of it, the newest one before that.

    None where nobody opted out or nothing was ever said. Pages back to the moment of the opt-out. Raises StoreError.
    """
    by = (await services.consents.of(conversation.line, conversation.peer)).consent.by
    if by is not None and by.sid is not None and (by.source in SPOKEN or by.line != conversation.line):
        said = await services.timeline.by_sid(by.sid)
        if said is not None or by.line != conversation.line:
            return said
    moment = conversation.opted_out_at
    if moment is None:
        return None
    page = await services.timeline.latest(conversation.id)
    while page.messages and page.messages[0].at > moment and page.older:
        page = await services.timeline.before(page.messages[0])
    before = [message for message in page.messages if message.at <= moment]
    stops = [message for message in before if not message.outbound and wish_of(message.body) is Wish.STOP]
    found = stops or before
    return found[-1] if found else None
