"""What the message will take, in the words at the right below the text."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from sms_desktop.domain.media import MAX_TOTAL_BYTES, File, size_words
from sms_desktop.domain.message import BODY_LIMIT
from sms_desktop.domain.segments import Segments, count

NEAR = BODY_LIMIT - 100
"""Characters from which the limit itself is shown."""
_SHOWN = 3
_NAMELESS = "an invisible character"
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]+")


@dataclass(frozen=True, slots=True)
class Counter:
    """``text`` is "" while there is nothing to count; ``warn`` near and over the limit."""

    text: str
    warn: bool = False


def measure(body: str, files: Sequence[File]) -> Counter:
    """Counts what would be sent."""
    characters = len(body)
    if characters < NEAR:
        return Counter(_carried(files) if files else _billed(body))
    parts = [f"{characters:,} / {BODY_LIMIT:,} characters"]
    if files:
        parts.append(_carried(files))
    elif characters <= BODY_LIMIT:  # beyond it nothing is sent, and a whole pasted book is not worth counting
        parts.append(_segments(count(body)))
    return Counter(" · ".join(parts), warn=True)


def _billed(body: str) -> str:
    if not body:
        return ""
    found = count(body)
    units = f"{found.units} / {found.capacity}"
    return f"{units} · {_segments(found)}" if found.segments > 1 or found.culprits else units


def _segments(found: Segments) -> str:
    """How many, and what makes them more than they need be."""
    if found.segments == 1:
        return "1 segment"
    why = f" because of {_named(found.culprits)}" if found.culprits else ""
    return f"{found.segments} segments{why}"


def _carried(files: Sequence[File]) -> str:
    size = f"{size_words(sum(file.size for file in files))} of {size_words(MAX_TOTAL_BYTES)}"
    return f"MMS · {size}" if len(files) == 1 else f"MMS · {len(files)} attachments · {size}"


def _named(culprits: tuple[str, ...]) -> str:
    names = list(dict.fromkeys(map(_visible, culprits)))
    shown = (", " if any(" " in name for name in names) else " ").join(names[:_SHOWN])
    more = len(names) - _SHOWN
    return shown if more <= 0 else f"{shown} and {more} more"


def _visible(grapheme: str) -> str:
    """The grapheme, or words for it where the eye sees nothing."""
    if grapheme == "\t":
        return "a tab"
    if not _UNSEEN.search(grapheme) and not unicodedata.combining(grapheme[0]):
        return grapheme
    seen = _UNSEEN.sub("", grapheme)
    if count(seen).culprits and not unicodedata.combining(seen[0]):
        return grapheme  # an emoji of several characters
    hidden = [character for character in grapheme if count(character).culprits]
    return unicodedata.name(hidden[0], _NAMELESS).lower() if len(hidden) == 1 else _NAMELESS
