"""The URLs under which Twilio finds this computer, all made from the one public address that a person configured.

That address may carry a path (a reverse proxy's), a port, user:password@ (a proxy that asks for it) and a fragment
(Twilio's connection overrides, such as ``#rc=3``). Source of what is signed: Twilio's webhook security page.
"""

from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

from sms_desktop.domain.errors import BadInput


def checked_public_url(url: str) -> str:
    """The address without a trailing slash; raises BadInput when Twilio could not post to it."""
    sentence = f"“{url[:80]}” cannot be the public address. Write it like https://sms.example.com."
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise BadInput(sentence) from None
    if usable and parts.query:
        raise BadInput("The public address cannot have anything from a “?” on. Enter it without that part.")
    if not usable or any(c.isspace() for c in url.strip()):
        raise BadInput(sentence)
    if "_" in (parts.hostname or ""):
        raise BadInput("Twilio does not call host names with an underscore. Use another public address.")
    return parts._replace(path=parts.path.rstrip("/")).geturl()


def inbound_url(public: str) -> str:
    """Where inbound texts are posted to."""
    return _under(public, "/twilio/inbound")


def callback_url(public: str, key: str) -> str:
    """Where words about the message with our ``key`` are posted to."""
    return _under(public, f"/twilio/status/{key}")


def media_url(public: str, token: str, name: str) -> str:
    """Where Twilio fetches one picture or file; a fragment would mean nothing here."""
    parts = urlsplit(public)
    path = f"{parts.path.rstrip('/')}/media/{quote(token)}/{quote(name)}"
    return SplitResult(parts.scheme, parts.netloc, path, "", "").geturl()


@lru_cache(maxsize=8)
def signed_base(public: str) -> str:
    """What Twilio signs before the path of a webhook: no user:password@, fragment or query, the port kept."""
    parts = urlsplit(public)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


def _under(public: str, path: str) -> str:
    parts = urlsplit(public)
    return SplitResult(parts.scheme, parts.netloc, parts.path.rstrip("/") + path, "", parts.fragment).geturl()
