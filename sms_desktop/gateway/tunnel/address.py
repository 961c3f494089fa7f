"""What a person enters for ngrok, and the address that ngrok gives."""

import re
from urllib.parse import urlsplit

from sms_desktop.gateway.hosts import is_loopback
from sms_desktop.gateway.tunnel import refusals

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")


def bare_domain(domain: str) -> str:
    """A domain without what people write around it: a scheme, slashes, white space."""
    return re.sub(r"^https?://", "", domain.strip().lower()).rstrip("/")


def bare_token(token: str) -> str:
    """A token without white space, or taken from the whole command that ngrok's website offers to copy."""
    return (token.split() or [""])[-1]


def check_domain(domain: str) -> None:
    """Raises Refused for what is no domain; "" leaves the choice to ngrok."""
    if domain and not _DOMAIN.fullmatch(domain):
        raise refusals.no_domain(domain)


def checked_address(url: str) -> str:
    """The public address without a trailing slash; raises Refused unless it is https, or leads to this computer."""
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise refusals.unusable(url) from None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        raise refusals.unusable(url)
    return parts.geturl().rstrip("/")
