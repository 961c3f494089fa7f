"""What Twilio's debugger has noted."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """``code`` like 11200; ``url`` the address that Twilio called, ``resource_sid`` the message, ``at`` in UTC."""

    code: int
    url: str
    resource_sid: str
    at: datetime
