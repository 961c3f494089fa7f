"""One line of a text around what was looked for, with the spans that matched; folded as FTS5's unicode61 folds."""

import re
import unicodedata
from functools import lru_cache

BEFORE = 40
"""Characters shown before the first match."""
LENGTH = 140
"""Characters shown at most."""

_MARK = "\u0301"  # stands for any combining mark, which is part of its word and of no account
_WORD_START = f"(?<![^\\W_])(?<!{_MARK})"
_WORD = re.compile(f"[^\\W_](?:[^\\W_]|{_MARK})*")
_STRAY = re.compile(f"{_WORD_START}{_MARK}+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_BREAK = re.compile(r"[\s\0]")


class _Folding(dict[str, str]):
    """Small letters without diacritics, character by character, so that places stay the same."""

    def __missing__(self, character: str) -> str:
        first, *rest = list(unicodedata.normalize("NFD", character))
        if unicodedata.category(character) == "Mn":
            folded = _MARK
        elif rest and all(unicodedata.category(mark) == "Mn" for mark in rest):
            folded = first.lower()[0]
        else:
            folded = character.lower()[0]
        self[character] = folded
        return folded


_FOLDING = _Folding()


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of what a person typed."""
    return tuple(word.replace(_MARK, "") for word in _WORD.findall(_folded(text)))


def excerpt(text: str, words: tuple[str, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A line of ``text`` around the first of its words that begins with one of ``words``, and the (start, end) of
    each such beginning in that line."""
    folded = _folded(text)
    beginnings = _beginnings(words, _MARK in folded)
    first = beginnings.search(folded) if words else None
    start = 0
    if first is not None and first.start() > LENGTH // 2:
        start = first.start() - BEFORE
        gap = _BREAK.search(text, start, start + 20)
        start = gap.end() if gap else start
    end = start + LENGTH
    lead = "…" if start else ""
    shift = len(lead) - start
    shown = text[start:end]
    if not shown.isprintable():
        shown = _BREAK.sub(" ", shown)
    line = lead + shown + ("…" if end < len(text) else "")
    if first is None:
        return line, ()
    return line, tuple((a + shift, b + shift) for a, b in (m.span() for m in beginnings.finditer(folded, start, end)))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = _BEYOND_ASCII.sub(lambda letter: _FOLDING[letter.group()], text).lower()
    return _STRAY.sub(lambda marks: " " * len(marks.group()), folded) if _MARK in folded else folded


@lru_cache(maxsize=64)
def _beginnings(words: tuple[str, ...], marked: bool) -> re.Pattern[str]:
    """Finds the beginnings of words that ``words`` are, the longest where several are."""
    ways = sorted(set(words), key=len, reverse=True)
    between = f"{_MARK}*" if marked else ""
    spelled = ("".join(re.escape(letter) + between for letter in word) for word in ways)
    return re.compile(f"{_WORD_START}(?:{'|'.join(spelled)})")
