"""What the services need of the outside: the gateway and our public address, either of which may be away."""

from dataclasses import dataclass, field

from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.gateway import Gateway


@dataclass(slots=True)
class Link:
    """Set by whoever connects. ``public_url`` is the address at which Twilio does reach this computer, without a
    trailing slash; None while it does not.
    """

    gateway: Gateway | None = None
    public_url: str | None = None
    credentials: Credentials | None = field(default=None, repr=False)
    account_sid: str | None = None
    """The account whose messages these are, connected or not; None before the first one."""
    address_awaited: bool = False
    """Whether there is to be a public address, proved yet or not."""
    former_urls: tuple[str, ...] = ()
    """Public addresses that were left in this run; what Twilio still posts there may come through."""
    tried_urls: list[str] = field(default_factory=list)
    """Addresses that are being tried, which may become ours; once for each try."""
    loopbacks: set[str] = field(default_factory=set, repr=False)
    """Keys of our own tests that are under way through the public address."""
