"""What Twilio's forms for registrations ask of a field: how long it must be, and what may stand in it.

Each rule gives the sentence that says what is wrong, or "".
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from phonenumbers import SUPPORTED_REGIONS

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_BUNDLE = re.compile(r"BU[0-9a-fA-F]{32}")
_EIN = re.compile(r"[0-9]{2}[ -]?[0-9]{7}")
_POSTAL = {
    "US": (re.compile(r"[0-9]{5}([ -]?[0-9]{4})?"), "A ZIP code of the US has five digits, such as 10001, or nine."),
    "CA": (
        re.compile(r"[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]", re.IGNORECASE),
        "A postal code of Canada is written like K1A 0B1.",
    ),
}
_SHORTENER = re.compile(r"\b(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly)/", re.I)
_STOP = re.compile(r"\b(?:stop|unsubscribe|opt[ -]?out|cancel|quit|end)\b", re.IGNORECASE)
_LEGAL = frozenset(
    {"the", "llc", "inc", "ltd", "co", "corp", "company", "corporation", "limited", "llp", "plc", "gmbh"}
)
"""What stands in the name of a business and is hardly said."""


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


def postal(text: str, country: str) -> str:
    """As it is written in that country, where this program knows how; nothing is right, too."""
    text, known = text.strip(), _POSTAL.get(country.strip().upper())
    return "" if not text or known is None or known[0].fullmatch(text) else known[1]


def ein(text: str) -> str:
    """A tax number of the US; nothing is right, too."""
    good = not text.strip() or _EIN.fullmatch(text.strip())
    return "" if good else "An EIN has nine digits, such as 12-3456789."


def shortened(text: str) -> str:
    """What carriers say to a link that does not tell where it leads."""
    return "Carriers reject shortened links such as bit.ly." if _SHORTENER.search(text) else ""


def says_stop(text: str) -> bool:
    """Whether it tells how no more texts come."""
    return _STOP.search(text) is not None


def names(text: str, *businesses: str) -> bool:
    """Whether it names one of them, be it by the first word that counts; where none has a name, it need not."""
    said = set(re.findall(r"\w+", text.casefold()))
    firsts = [
        next((word for word in re.findall(r"\w+", one.casefold()) if word not in _LEGAL), "") for one in businesses
    ]
    return not any(firsts) or any(first in said for first in firsts if first)


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
