"""What the message will take, in the words at the right below the text."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sms_desktop.domain.media import MAX_TOTAL_BYTES, File, size_words
from sms_desktop.domain.message import BODY_LIMIT
from sms_desktop.domain.segments import count

NEAR = BODY_LIMIT - 100
"""Characters from which the limit itself is shown."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Counter:
    """``text`` is "" while there is nothing to count; ``warn`` near and over the limit."""

    text: str
    warn: bool = False


def measure(body: str, files: Sequence[File]) -> Counter:
    """Counts what would be sent."""
    characters = len(body)
    if characters >= NEAR:
        return Counter(f"{characters:,} / {BODY_LIMIT:,} characters", warn=True)
    if files:
        return Counter(_carried(files))
    if not body:
        return Counter("")
    found = count(body)
    text = f"{found.units} / {found.capacity}"
    if found.segments > 1 or found.culprits:
        text += f" · {found.segments} segment{'s' if found.segments > 1 else ''}"
    if found.culprits:
        text += f" because of {_named(found.culprits)}"
    return Counter(text)


def _carried(files: Sequence[File]) -> str:
    size = f"{size_words(sum(file.size for file in files))} of {size_words(MAX_TOTAL_BYTES)}"
    return f"MMS · {size}" if len(files) == 1 else f"MMS · {len(files)} attachments · {size}"


def _named(culprits: tuple[str, ...]) -> str:
    shown = " ".join(map(_visible, culprits[:_SHOWN]))
    more = len(culprits) - _SHOWN
    return shown if more <= 0 else f"{shown} and {more} more"


def _visible(grapheme: str) -> str:
    """The grapheme, or its name where the eye sees nothing."""
    first = grapheme[0]
    if first == "\t":
        return "a tab"
    if len(grapheme) == 1 and (unicodedata.category(first)[0] in "CZ" or unicodedata.combining(first)):
        return unicodedata.name(first, f"U+{ord(first):04X}").lower()
    return grapheme
