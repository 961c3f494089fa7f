"""A search hit."""

from dataclasses import dataclass

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.message import Message


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that matched, or (``message`` None) a conversation whose name or number did.

    ``snippet`` is one line of text around the first match; ``marks`` are its matching (start, end) spans.
    """

    conversation: Conversation
    message: Message | None
    snippet: str
    marks: tuple[tuple[int, int], ...]
