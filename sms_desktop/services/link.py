"""What the services need of the outside: the gateway and our public address, either of which may be away."""

from dataclasses import dataclass, field

from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.gateway import Gateway


@dataclass(slots=True)
class Link:
    """Set by whoever connects. ``public_url`` has no trailing slash; None: Twilio cannot reach this computer."""

    gateway: Gateway | None = None
    public_url: str | None = None
    credentials: Credentials | None = field(default=None, repr=False)
    loopbacks: set[str] = field(default_factory=set, repr=False)
    """Keys of our own tests that are under way through the public address."""
