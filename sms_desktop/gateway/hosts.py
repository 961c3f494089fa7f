"""Whom we speak to: Twilio's hosts, the base URL that replaces them, and the proxy on the way."""

import ipaddress
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from sms_desktop.domain.errors import BadInput


def checked_base_url(url: str) -> str:
    """``scheme://host[:port]`` of what SMS_DESKTOP_TWILIO_URL names; raises BadInput unless https or loopback."""
    sentence = "SMS_DESKTOP_TWILIO_URL must be https, or lead to this computer, like http://127.0.0.1:8080."
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise BadInput(sentence) from None
    if not host or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadInput(sentence)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise BadInput(sentence)
    return origin(parts)


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this computer: localhost, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=64)
def host_of(url: str) -> str:
    """The host's name in a URL, in small letters, without user, port and final dot; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower().removesuffix(".")
    except ValueError:
        return ""


def origin(parts: SplitResult) -> str:
    """``scheme://host[:port]``, the port only where it is not the usual one; "" where it is no number."""
    try:
        port = parts.port
    except ValueError:
        return ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, default} else "")


def is_twilio(parts: SplitResult) -> bool:
    """Whether this is one of Twilio's own hosts, over https."""
    host = parts.hostname or ""
    own = host == "twilio.com" or host.endswith(".twilio.com")
    return own and origin(parts) == f"https://{host}" and "@" not in parts.netloc


def proxy_for(address: str) -> str | None:
    """The system's or the environment's proxy. Only for https: its tunnel tells whether a request left.

    Not aiohttp's ``trust_env``, which would also read ~/.netrc and mix its passwords with ours. Raises BadInput for a
    proxy that does not speak HTTP.
    """
    import urllib.request  # all of HTTP, which nothing needs until Twilio is asked

    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" or is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy:
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in {"http", "https"}:
        raise BadInput("This computer is set to use a proxy that is not an HTTP proxy, which cannot be used.")
    return proxy
