"""How many segments a text takes on the air: GSM 03.38 and UCS-2 as carriers bill them.

Source: GSM 03.38 (alphabet, extension table, 160/153 septets, 70/67 UTF-16 units) and Twilio's rule that an escape
pair, a surrogate pair and a whole grapheme cluster never straddle two segments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM = _BASIC | _EXTENSION
_GRAPHEME = regex.compile(r"\X")


class Encoding(StrEnum):
    """How carriers write the text; one character outside GSM-7 makes all of it UCS-2."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_SINGLE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_PART = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """``units`` used (septets or UTF-16 units) over ``segments`` of ``units_per_segment``; ``parts`` are each one's.

    ``culprits`` are the distinct graphemes that force UCS-2, in their order; empty in GSM-7. An empty text is one
    segment of nothing, as an MMS without words is.
    """

    encoding: Encoding
    units: int
    segments: int
    units_per_segment: int
    parts: tuple[int, ...]
    culprits: tuple[str, ...] = ()

    @property
    def capacity(self) -> int:
        """Units that this many segments could hold."""
        return self.segments * self.units_per_segment

    @property
    def left(self) -> int:
        """Units still free in the last segment."""
        return self.units_per_segment - self.parts[-1]


def count(text: str, smart: bool = False) -> Segments:
    """Counts ``text`` as it will be billed; ``smart`` applies Twilio's Smart Encoding first."""
    if smart:
        from sms_desktop.domain.smart_encoding import smart_encoded

        text = smart_encoded(text)
    graphemes: list[str] = _GRAPHEME.findall(text)
    culprits = tuple(dict.fromkeys(g for g in graphemes if not _GSM.issuperset(g)))
    encoding = Encoding.UCS_2 if culprits else Encoding.GSM_7
    sizes = [_size(g, encoding) for g in graphemes]
    units = sum(sizes)
    if units <= _SINGLE[encoding]:
        return Segments(encoding, units, 1, _SINGLE[encoding], (units,), culprits)
    parts = tuple(_packed(_pieces(graphemes, sizes, encoding), _PART[encoding]))
    return Segments(encoding, units, len(parts), _PART[encoding], parts, culprits)


def _size(grapheme: str, encoding: Encoding) -> int:
    if encoding is Encoding.UCS_2:
        return sum(2 if ord(c) > 0xFFFF else 1 for c in grapheme)
    return sum(2 if c in _EXTENSION else 1 for c in grapheme)


def _pieces(graphemes: list[str], sizes: list[int], encoding: Encoding) -> Iterator[int]:
    """What must stay together; a grapheme too long for any segment can only be cut between its characters."""
    for grapheme, size in zip(graphemes, sizes, strict=True):
        if size <= _PART[encoding]:
            yield size
        else:
            yield from (_size(c, encoding) for c in grapheme)


def _packed(pieces: Iterable[int], limit: int) -> Iterator[int]:
    used = 0
    for piece in pieces:
        if used + piece > limit:
            yield used
            used = 0
        used += piece
    yield used
