"""Where in a conversation its opt-out lies."""

from sms_desktop.domain.consent import Wish, wish_of
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.message import Message
from sms_desktop.services.services import Services


async def find_proof(services: Services, conversation: Conversation) -> Message | None:
    """The message with which the peer opted out; where a refusal told of it, the newest one before that.

    None where nobody opted out or nothing was ever said. Pages back to the moment of the opt-out. Raises StoreError.
    """
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
