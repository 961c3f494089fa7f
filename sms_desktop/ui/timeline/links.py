"""Links in a message's text, and where they truly lead."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QUrl

# Spaces, quotes, brackets and every control, invisible or direction character end a link.
_INNER = '[^\\s<>"“”«»\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ufeff]'
_LINK = re.compile(
    rf"(?<![\w@])(?:https?://{_INNER}+|www\.{_INNER}+)"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63}){1,8}",
    re.IGNORECASE,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Link:
    """``start`` and ``end`` in the text's code points; ``url`` is complete, with its scheme."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Destination:
    """What a person should see before a link is opened: ``host`` as the network knows it (punycode), ``url`` whole.

    ``before`` and ``after`` are the parts of ``url`` around ``host``; ``warning`` is a sentence or "".
    """

    url: str
    before: str
    host: str
    after: str
    warning: str


def find_links(text: str) -> tuple[Link, ...]:
    """http, https, www and e-mail addresses, without the punctuation that ends the sentence around them."""
    if "@" not in text and "://" not in text and "www." not in text.lower():
        return ()
    links = []
    for match in _LINK.finditer(text):
        shown = _trimmed(match.group())
        lower = shown.lower()
        if "@" in shown and not lower.startswith(("http", "www.")):
            url = f"mailto:{shown}"
        else:
            url = f"https://{shown}" if lower.startswith("www.") else shown
            if not QUrl(url).host():
                continue
        links.append(Link(match.start(), match.start() + len(shown), url))
    return tuple(links)


def may_open(url: str) -> bool:
    """Whether a click may hand it to another program: nothing that runs (``javascript:``), is here already (``file:``,
    ``data:``), or starts a program of its own.
    """
    return QUrl(url).scheme() in {"http", "https", "mailto"}


def _trimmed(shown: str) -> str:
    while shown:
        last = shown[-1]
        closes = last in _PAIRS and shown.count(last) > shown.count(_PAIRS[last])
        if not closes and last not in ".,;:!?'’”…*_":
            break
        shown = shown[:-1]
    return shown


def destination_of(url: str) -> Destination:
    """Takes a link apart; letters that look like others show as the network spells them."""
    parsed = QUrl(url)
    whole = bytes(parsed.toEncoded().data()).decode("ascii", "replace")
    if parsed.scheme() == "mailto":
        name, _, host = whole.removeprefix("mailto:").rpartition("@")
        return Destination(whole, f"mailto:{name}@", host, "", "")
    host = parsed.host(QUrl.ComponentFormattingOption.EncodeUnicode | QUrl.ComponentFormattingOption.EncodeReserved)
    rest = whole.partition("://")[2]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    userinfo = authority.rpartition("@")[0] + "@" if "@" in authority else ""
    start = len(whole) - len(rest) + len(userinfo)
    warning = ""
    if userinfo:
        warning = f"The part before the @ is not where it leads. It leads to {host}."
    elif "xn--" in host:
        warning = "This name uses letters that may look like others. Open it only if you expected it."
    elif re.fullmatch(r"[\d.]+|\[?[0-9a-f:]+\]?", host):
        warning = "This leads to a bare network address, not to a named site."
    elif parsed.scheme() == "http":
        warning = "This connection is not encrypted."
    return Destination(whole, whole[:start], host, whole[start + len(host) :], warning)
