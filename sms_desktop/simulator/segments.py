"""How many parts a text travels in, by GSM 03.38.

160 septets in one message and 153 a part when there are more; one character outside the alphabet makes the whole text
UCS-2, 70 and 67 UTF-16 units. An escape pair, a surrogate pair and a grapheme cluster are never cut in two.
"""

from collections.abc import Iterator

import regex

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\x1b"
)
_EXTENSION = frozenset("\f[\\]^{|}~€")
_CLUSTER = regex.compile(r"\X")


def count(text: str) -> int:
    """The number of segments that `text` is billed as; 1 for an empty text."""
    gsm = all(c in _BASIC or c in _EXTENSION for c in text)
    single, multi = (160, 153) if gsm else (70, 67)
    sizes = list(_septets(text) if gsm else _units(text))
    if sum(sizes) <= single:
        return 1
    parts, room = 1, multi
    for size in sizes:
        if size <= room:
            room -= size
        elif size <= multi:
            parts, room = parts + 1, multi - size
        else:  # a cluster longer than a whole part has to be cut after all
            rest = size - room
            parts, room = parts + -(-rest // multi), -rest % multi
    return parts


def _septets(text: str) -> Iterator[int]:
    # \r\n is one grapheme cluster even here.
    for cluster in _CLUSTER.findall(text):
        yield sum(2 if c in _EXTENSION else 1 for c in cluster)


def _units(text: str) -> Iterator[int]:
    for cluster in _CLUSTER.findall(text):
        yield sum(2 if ord(c) > 0xFFFF else 1 for c in cluster)
