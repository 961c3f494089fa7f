"""What Twilio's forms for registrations ask of a field: how long it must be, and what may stand in it.

Each rule gives the sentence that says what is wrong, or "".
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from phonenumbers import SUPPORTED_REGIONS

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_BUNDLE = re.compile(r"BU[0-9a-fA-F]{32}")


def length(text: str, least: int, most: int, what: str) -> str:
    """White space around it does not count. Signs outside the common plane, such as most emoji, count twice against
    the most, once for the least: so neither end is missed, however they are counted.
    """
    text = text.strip()
    if len(text) < least:
        missing = least - len(text)
        return f"{what} needs at least {least} characters; {missing} more." if text else f"{what} is missing."
    if (over := _units(text) - most) > 0:
        return f"{what} may have at most {most:,} characters; {over:,} too many."
    return ""


def optional_length(text: str, least: int, most: int, what: str) -> str:
    """The same, where nothing is right, too."""
    return length(text, least, most, what) if text.strip() else ""


def keywords(words: Sequence[str], most: int, what: str) -> str:
    """Letters and digits alone; ``most`` characters with a comma between any two."""
    odd = next((word for word in words if not word.strip().isalnum()), None)
    if odd is not None:
        return (
            f"{what}: “{odd.strip()[:30]}” may have letters and digits only."
            if odd.strip()
            else f"{what}: one is empty."
        )
    if (over := _units(",".join(word.strip() for word in words)) - most) > 0:
        return f"{what} may have at most {most} characters together; {over} too many."
    return ""


def url(text: str, what: str) -> str:
    """http or https, with a host that has a dot; nothing is right, too."""
    text = text.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    good = parts.scheme in {"http", "https"} and "." in host.strip(".") and not any(sign.isspace() for sign in text)
    return "" if good else f"{what} must be a whole web address, such as https://example.com."


def country(text: str, what: str) -> str:
    """Two letters by ISO 3166, in either case; nothing is right, too."""
    good = not text.strip() or text.strip().upper() in SUPPORTED_REGIONS
    return "" if good else f"{what} is written with two letters, such as US or GB."


def email(text: str, what: str) -> str:
    """Something, an @ and a domain."""
    if not text.strip():
        return f"{what} is missing."
    return "" if _EMAIL.fullmatch(text.strip()) else f"{what} must be an e-mail address like name@example.com."


def bundle(text: str, what: str) -> str:
    """A SID of Twilio's Trust Hub."""
    if not text.strip():
        return f"{what} is missing."
    return "" if _BUNDLE.fullmatch(text.strip()) else f"{what} starts with BU, and 32 letters and digits follow."


def present(text: str, what: str) -> str:
    return "" if text.strip() else f"{what} is missing."


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
