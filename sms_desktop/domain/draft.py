"""A draft: what is typed and attached but not yet sent."""

from dataclasses import dataclass
from datetime import datetime

from sms_desktop.domain.media import File


@dataclass(frozen=True, slots=True)
class Draft:
    """One a conversation; saved as the person types. ``files`` already lie in the media folder."""

    conversation_id: int
    body: str
    files: tuple[File, ...]
    updated_at: datetime
